// What the API says of a connector: ConnectorConfiguration and ConnectorDetail.
#pragma once

#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"
#include "sluice/api/resource_store.h"
#include "sluice/connector/registry.h"
#include "sluice/model/connector_info.h"

namespace sluice::api {

// What a registered connector said of itself when it was registered.
ApiResult<ConnectorInfo> InfoOf(const StoredConnector& connector);
// A ValidationException that names the supported versions, where `api_version` is none of them.
ApiStatus CheckApiVersion(const ConnectorInfo& info, const std::string& api_version);

// `registry` tells to which connectors this one's records can go.
appflow::ConnectorConfiguration ConfigurationOf(const ConnectorInfo& info,
                                                const Registry& registry);
appflow::ConnectorDetail DetailOf(const ConnectorInfo& info);

// The same with what is known of a connector's registration.
appflow::ConnectorConfiguration ConfigurationOf(const ConnectorInfo& info,
                                                const StoredConnector& connector,
                                                const Registry& registry);
appflow::ConnectorDetail DetailOf(const ConnectorInfo& info, const StoredConnector& connector);

}  // namespace sluice::api
