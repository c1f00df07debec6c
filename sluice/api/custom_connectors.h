// Custom connectors as the API has them: those that were registered, and those that are built in.
// From outside the two differ by their registration alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"

namespace sluice::api {

struct CustomConnector {
  ConnectorInfo info;
  std::optional<StoredConnector> registration;  // Nothing: it is built in.
};

// ResourceNotFoundException where there is none with that label, with the nearest that there are.
ApiResult<CustomConnector> FindCustomConnector(const AppFlowParts& parts, const std::string& label);

// A page of both, in the order of labels, from behind `after` on.
ApiResult<std::vector<CustomConnector>> ListCustomConnectors(const AppFlowParts& parts,
                                                             const std::string& after,
                                                             int64_t limit);

// The registry's types that AppFlow's API has no word for ("TiDB") are custom connectors to it,
// with the type as their label.
bool IsBuiltInLabel(const Registry& registry, const std::string& label);

}  // namespace sluice::api
