// From what CreateConnectorProfile is given for Salesforce to tokens that work.
#pragma once

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"
#include "sluice/model/connector_info.h"

namespace sluice::api {

// Where tokens come from: the org's own host where `instance_url` is given, else Salesforce's.
// https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_endpoints.htm
std::string SalesforceTokenUrl(const std::string& instance_url, bool is_sandbox);

// Exchanges the authorization code, or refreshes, where no access token is given. The credentials
// have "accessToken", and where known "refreshToken", "clientId", "clientSecret" and "instanceUrl"
// (as the token's answer names it).
ApiResult<Credentials> LogInToSalesforce(
    const AppFlowParts& parts, const appflow::SalesforceConnectorProfileProperties& properties,
    const appflow::SalesforceConnectorProfileCredentials& given);

}  // namespace sluice::api
