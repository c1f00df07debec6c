// RegisterConnector, UnregisterConnector, ListConnectors, DescribeConnector, DescribeConnectors.
#pragma once

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"

namespace sluice::api {

class Connectors {
 public:
  explicit Connectors(const AppFlowParts& parts) : parts_(parts) {}

  // Asks the function what connector it is, and remembers the answer.
  ApiResult<appflow::RegisterConnectorResponse> Register(
      const appflow::RegisterConnectorRequest& request, const net::Caller& caller);
  // Asks the function, the same or another one, for its connector's configuration again.
  ApiResult<appflow::UpdateConnectorRegistrationResponse> UpdateRegistration(
      const appflow::UpdateConnectorRegistrationRequest& request, const net::Caller& caller);
  ApiResult<appflow::UnregisterConnectorResponse> Unregister(
      const appflow::UnregisterConnectorRequest& request, const net::Caller& caller);
  ApiResult<appflow::ListConnectorsResponse> List(const appflow::ListConnectorsRequest& request,
                                                  const net::Caller& caller);
  ApiResult<appflow::DescribeConnectorResponse> Describe(
      const appflow::DescribeConnectorRequest& request, const net::Caller& caller);
  ApiResult<appflow::DescribeConnectorsResponse> DescribeSeveral(
      const appflow::DescribeConnectorsRequest& request, const net::Caller& caller);

 private:
  ApiResult<std::string> AskForConfiguration(const std::string& label,
                                             const std::string& function_arn);
  ApiResult<std::optional<std::string>> ProfileThatUses(const std::string& label);

  const AppFlowParts& parts_;
};

}  // namespace sluice::api
