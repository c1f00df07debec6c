// What the AppFlow API remembers: connectors, connector profiles, flows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

namespace sluice::api {

// `document` is JSON in the API's own shapes; the other members are what is looked up or changed
// apart from it. Lists are in the order of names; `after` is the last name of the page before.
struct StoredConnector {
  std::string label, arn, function_arn, description;
  std::string configuration;  // The connector's own DescribeConnectorConfiguration answer.
  std::string registered_by;
  Time registered_at{};
};

struct StoredProfile {
  std::string name, arn, connector_type, connector_label, connection_mode;
  std::string properties;           // ConnectorProfileProperties.
  std::string secret_arn;           // credentialsArn; empty where there are no credentials.
  std::string authentication_type;  // Protocol spelling, e.g. "CustomAuth"; empty: none.
  std::string kms_arn;
  Time created_at{}, updated_at{};
};

struct StoredFlow {
  std::string name, arn, status;  // API FlowStatus.
  std::string document;           // CreateFlowRequest or the last UpdateFlowRequest.
  std::string fields;             // Of both sides when that was saved, JSON; empty: not known.
  std::string tags;               // JSON object.
  std::string kms_arn;
  int64_t schema_version = 1;
  std::string created_by, updated_by;
  Time created_at{}, updated_at{};
};

// The answer of an earlier call with the same client token (kept for 8 hours).
struct StoredAnswer {
  std::string request_sha256, response;
};

// Persistence. Each call is one durable transaction. Any thread.
class ResourceStore {
 public:
  virtual ~ResourceStore() = default;

  virtual Result<bool> InsertConnector(
      const StoredConnector& connector) = 0;  // False: label taken.
  virtual Result<std::optional<StoredConnector>> FindConnector(const std::string& label) = 0;
  virtual Result<std::vector<StoredConnector>> ListConnectors(const std::string& after,
                                                              int64_t limit) = 0;
  virtual Status UpdateConnector(const StoredConnector& connector) = 0;
  virtual Status DeleteConnector(const std::string& label) = 0;

  virtual Result<bool> InsertProfile(const StoredProfile& profile) = 0;  // False: name taken.
  virtual Result<std::optional<StoredProfile>> FindProfile(const std::string& name) = 0;
  virtual Result<std::vector<StoredProfile>> ListProfiles(const std::string& after,
                                                          int64_t limit) = 0;
  virtual Status UpdateProfile(const StoredProfile& profile) = 0;
  virtual Status DeleteProfile(const std::string& name) = 0;

  virtual Result<bool> InsertFlow(const StoredFlow& flow) = 0;  // False: name taken.
  virtual Status UpdateFlow(const StoredFlow& flow) = 0;
  virtual Result<std::optional<StoredFlow>> FindFlow(const std::string& name) = 0;
  virtual Result<std::vector<StoredFlow>> ListFlows(const std::string& after, int64_t limit) = 0;
  virtual Status DeleteFlow(const std::string& name) = 0;

  virtual Result<std::optional<StoredAnswer>> FindAnswer(const std::string& operation,
                                                         const std::string& client_token,
                                                         Time not_before) = 0;
  virtual Status SaveAnswer(const std::string& operation, const std::string& client_token,
                            const StoredAnswer& answer, Time now) = 0;
};

}  // namespace sluice::api
