// CreateConnectorProfile, DescribeConnectorProfiles, DeleteConnectorProfile.
#pragma once

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"

namespace sluice::api {

class ConnectorProfiles {
 public:
  explicit ConnectorProfiles(const AppFlowParts& parts) : parts_(parts) {}

  // Tries the connection before it is kept: where that fails, neither profile nor secret remains.
  ApiResult<appflow::CreateConnectorProfileResponse> Create(
      const appflow::CreateConnectorProfileRequest& request, const net::Caller& caller);
  ApiResult<appflow::DescribeConnectorProfilesResponse> Describe(
      const appflow::DescribeConnectorProfilesRequest& request, const net::Caller& caller);
  ApiResult<appflow::DeleteConnectorProfileResponse> Delete(
      const appflow::DeleteConnectorProfileRequest& request, const net::Caller& caller);

 private:
  ApiStatus Check(const appflow::CreateConnectorProfileRequest& request);
  ApiResult<std::optional<Credentials>> LogIn(
      const appflow::CreateConnectorProfileRequest& request);
  ApiStatus TryAndKeep(const StoredProfile& profile);
  ApiResult<std::optional<std::string>> FlowThatUses(const std::string& profile_name);
  void DeleteSecret(const std::string& arn);

  const AppFlowParts& parts_;
};

}  // namespace sluice::api
