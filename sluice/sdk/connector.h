// What the author of an AppFlow custom connector implements: the eight operations of the protocol.
// A main() of one line, `return sluice::sdk::RunLambda(connector);`, makes a Lambda of it.
#pragma once

#include <string>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/protocol/messages.h"

namespace sluice::sdk {

// One call of the function.
struct Invocation {
  std::string request_id;
  Deadline deadline;  // After this the caller has given up: AppFlow after 10 s, or 30 s for data.
};

// All methods are called one at a time, from the thread that called RunLambda. An Error becomes the
// answer's errorDetails, so its message is read by whoever set up the flow. So does an exception,
// as an UnknownError, and an answer against the protocol's rules (answer_check.h): AppFlow would
// only say that the connector failed.
class Connector {
 public:
  virtual ~Connector() = default;

  virtual Result<protocol::DescribeConnectorConfigurationResponse> DescribeConnectorConfiguration(
      const protocol::DescribeConnectorConfigurationRequest& request, const Invocation&) = 0;
  // Unless it is overridden: all settings are fine.
  virtual protocol::ValidateConnectorRuntimeSettingsResponse ValidateConnectorRuntimeSettings(
      const protocol::ValidateConnectorRuntimeSettingsRequest& request, const Invocation&);
  // Unless it is overridden: all credentials are, for a connector that needs none.
  virtual Result<protocol::ValidateCredentialsResponse> ValidateCredentials(
      const protocol::ValidateCredentialsRequest& request, const Invocation&);
  // At most `max_result` entities.
  virtual Result<protocol::ListEntitiesResponse> ListEntities(
      const protocol::ListEntitiesRequest& request, const Invocation&) = 0;
  virtual Result<protocol::DescribeEntityResponse> DescribeEntity(
      const protocol::DescribeEntityRequest& request, const Invocation&) = 0;
  // At most `max_results` records, within 30 s and 6 MB. Unless it is overridden, this and
  // RetrieveData refuse: the connector is no source.
  virtual Result<protocol::QueryDataResponse> QueryData(const protocol::QueryDataRequest& request,
                                                        const Invocation&);
  virtual Result<protocol::RetrieveDataResponse> RetrieveData(
      const protocol::RetrieveDataRequest& request, const Invocation&);
  // One result per record, in the request's order; none where an error says why none was tried.
  // Unless it is overridden it refuses: the connector is no destination.
  virtual protocol::WriteDataResponse WriteData(const protocol::WriteDataRequest& request,
                                                const Invocation&);
};

}  // namespace sluice::sdk
