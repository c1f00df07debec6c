// From a remembered connector profile to an open account.
#pragma once

#include <memory>
#include <string>

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"

namespace sluice::api {

// `api_version` is for custom connectors; empty: the first one that the connector supports.
Result<std::unique_ptr<Connector>> OpenAccount(const AppFlowParts& parts,
                                               const StoredProfile& profile,
                                               const std::string& api_version);

// kResourceNotFound where there is none of that name, with the nearest that there are.
Result<StoredProfile> FindProfile(ResourceStore& resources, const std::string& name);
// S3, which has no profile: `settings` are the flow's own properties ("bucketName" …).
Result<std::unique_ptr<Connector>> OpenS3(const AppFlowParts& parts, const Settings& settings);

}  // namespace sluice::api
