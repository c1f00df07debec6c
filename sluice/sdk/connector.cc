#include "sluice/sdk/connector.h"

namespace sluice::sdk {

protocol::ValidateConnectorRuntimeSettingsResponse Connector::ValidateConnectorRuntimeSettings(
    const protocol::ValidateConnectorRuntimeSettingsRequest&, const Invocation&) {
  return {};
}

Result<protocol::ValidateCredentialsResponse> Connector::ValidateCredentials(
    const protocol::ValidateCredentialsRequest&, const Invocation&) {
  return protocol::ValidateCredentialsResponse{};
}

Result<protocol::QueryDataResponse> Connector::QueryData(const protocol::QueryDataRequest&,
                                                         const Invocation&) {
  return InvalidArgument("this connector is no source: it has no records to be read");
}

Result<protocol::RetrieveDataResponse> Connector::RetrieveData(const protocol::RetrieveDataRequest&,
                                                               const Invocation&) {
  return InvalidArgument("this connector does not read records by their ids");
}

protocol::WriteDataResponse Connector::WriteData(const protocol::WriteDataRequest&,
                                                 const Invocation&) {
  return {{}, InvalidArgument("this connector is no destination: it writes no records")};
}

}  // namespace sluice::sdk
