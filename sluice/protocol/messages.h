// The eight messages of AppFlow's custom-connector protocol, as structs. A request goes to the
// connector's Lambda as one JSON object with a "type" member; the answer comes back as one object.
// Source: AWS's custom connector SDK for Java 1.0.9 (the richer one) and for Python 1.0.5; where
// the two differ, codec.h reads both and writes Java's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/connector_info.h"
#include "sluice/model/entity.h"
#include "sluice/model/record_list.h"

namespace sluice::protocol {

// Where a connector finds its credentials: it asks Secrets Manager for `secret_arn` itself.
struct CredentialsReference {
  std::string secret_arn;
  AuthenticationType authentication_type = AuthenticationType::kNone;

  friend bool operator==(const CredentialsReference&, const CredentialsReference&) = default;
};

struct ConnectorContext {
  Settings runtime_settings;  // Profile's and source's, or profile's and destination's.
  std::optional<CredentialsReference> credentials;
  std::string api_version;
  std::string flow_name, execution_id, profile_name;  // For logs only.
  std::optional<EntityDefinition> entity_definition;  // The connector's own earlier answer.

  // A runtime setting; empty where it is not set.
  std::string Setting(const std::string& key) const {
    auto found = runtime_settings.find(key);
    return found == runtime_settings.end() ? "" : found->second;
  }

  friend bool operator==(const ConnectorContext&, const ConnectorContext&) = default;
};

// How long an answer may be kept. The protocol's minimum is 600 s; without one it is an hour.
struct CacheControl {
  std::chrono::seconds time_to_live{3600};
  friend bool operator==(const CacheControl&, const CacheControl&) = default;
};

struct DescribeConnectorConfigurationRequest {
  std::string locale = "en-US";
  std::string connector_label;
};
struct ValidateConnectorRuntimeSettingsRequest {
  std::string scope;  // CONNECTOR_PROFILE, SOURCE, DESTINATION, SOURCE_AND_DESTINATION
  Settings runtime_settings;
};
struct ValidateCredentialsRequest {
  CredentialsReference credentials;
  Settings runtime_settings;
};
struct ListEntitiesRequest {
  ConnectorContext context;
  std::string entities_path;  // Empty: the top.
  int64_t max_result = 1000;
  std::string next_token;
};
struct DescribeEntityRequest {
  std::string entity_identifier;
  ConnectorContext context;
};
struct QueryDataRequest {
  std::string entity_identifier;
  std::vector<std::string> selected_field_names;  // Empty: all.
  std::string filter_expression;                  // See filter_expression.h. Empty: none.
  int64_t max_results = 1000;
  std::string next_token;
  ConnectorContext context;
};
struct RetrieveDataRequest {
  std::string entity_identifier;
  std::vector<std::string> selected_field_names;
  std::string id_field_name;
  std::vector<std::string> ids;
  ConnectorContext context;
};
struct WriteDataRequest {
  std::string entity_identifier;
  WriteOperation operation = WriteOperation::kInsert;
  std::vector<std::string> id_field_names;
  std::vector<std::string> records;  // Each one a JSON object as text.
  bool all_or_none = false;
  ConnectorContext context;
};

using Request =
    std::variant<DescribeConnectorConfigurationRequest, ValidateConnectorRuntimeSettingsRequest,
                 ValidateCredentialsRequest, ListEntitiesRequest, DescribeEntityRequest,
                 QueryDataRequest, RetrieveDataRequest, WriteDataRequest>;

// Answers. A failed one (isSuccess false) is an Error instead; WriteData's keeps its results too.
struct DescribeConnectorConfigurationResponse {
  ConnectorInfo info;
};
struct ValidateConnectorRuntimeSettingsResponse {
  std::map<std::string, std::string> errors_by_input_field;  // Empty: all is well.
  std::optional<Error> error;
};
struct ValidateCredentialsResponse {};
struct ListEntitiesResponse {
  std::vector<Entity> entities;
  std::string next_token;
  CacheControl cache_control;
};
struct DescribeEntityResponse {
  EntityDefinition definition;
  CacheControl cache_control;
};
struct QueryDataResponse {
  RecordList records;
  std::string next_token;  // Empty: that was the last page.
};
struct RetrieveDataResponse {
  RecordList records;
};
// Either of the two, as it comes to who asked.
struct ReceivedRecords {
  std::vector<std::string> records;
  std::string next_token;  // Of QueryData. Empty: that was the last page.
};
struct WriteRecordResult {
  bool is_success = true;
  std::string record_id;
  std::string error_message;

  friend bool operator==(const WriteRecordResult&, const WriteRecordResult&) = default;
};
struct WriteDataResponse {
  std::vector<WriteRecordResult> results;  // In the order of the request's records.
  std::optional<Error> error;              // kPartialWriteFailure, or why none was written.
};

}  // namespace sluice::protocol
