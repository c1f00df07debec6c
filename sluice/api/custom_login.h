// From what CreateConnectorProfile is given for a custom connector to what its secret holds.
#pragma once

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"
#include "sluice/model/connector_info.h"

namespace sluice::api {

// Checks that the connector takes this kind of credentials, with all that it requires, and gets the
// tokens where OAuth 2 asks for it.
ApiResult<Credentials> LogInToCustomConnector(
    const AppFlowParts& parts, const ConnectorInfo& connector,
    const appflow::CustomConnectorProfileProperties& properties,
    const appflow::CustomConnectorProfileCredentials& given);

}  // namespace sluice::api
