// CreateConnectorProfile, UpdateConnectorProfile, DescribeConnectorProfiles,
// DeleteConnectorProfile.
#pragma once

#include <mutex>
#include <set>

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
  // The same for one that is there, whose flows keep it: the connection is tried with what is new,
  // and what was there stays until that works. Without credentials those that it has are kept.
  // ConflictException while a run goes on with the old ones.
  ApiResult<appflow::UpdateConnectorProfileResponse> Update(
      const appflow::UpdateConnectorProfileRequest& request, const net::Caller& caller);
  ApiResult<appflow::DescribeConnectorProfilesResponse> Describe(
      const appflow::DescribeConnectorProfilesRequest& request, const net::Caller& caller);
  ApiResult<appflow::DeleteConnectorProfileResponse> Delete(
      const appflow::DeleteConnectorProfileRequest& request, const net::Caller& caller);

 private:
  ApiStatus CheckNew(const appflow::CreateConnectorProfileRequest& request);
  ApiStatus CheckConfig(const std::string& connector_type, const std::string& connection_mode,
                        const appflow::ConnectorProfileConfig& config);
  ApiResult<std::optional<Credentials>> LogIn(const StoredProfile& profile,
                                              const appflow::ConnectorProfileConfig& config);
  ApiStatus PutCredentials(StoredProfile& profile, const Credentials& credentials,
                           const net::Caller& caller);
  ApiStatus Try(const StoredProfile& profile);
  ApiStatus TryAndKeep(const StoredProfile& profile);
  ApiResult<std::set<std::string>> InputKeys(const StoredProfile& profile);
  ApiError Explained(ApiError error, const StoredProfile& profile);
  ApiResult<std::optional<std::string>> FlowThatUses(const std::string& profile_name);
  ApiResult<std::optional<std::string>> RunThatUses(const std::string& profile_name);
  void DeleteSecret(const std::string& arn);

  const AppFlowParts& parts_;
  std::mutex
      updating_;  // One after the other, so that each removes the credentials before its own.
};

}  // namespace sluice::api
