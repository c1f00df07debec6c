#include "sluice/api/custom_connectors.h"

#include <algorithm>
#include <limits>

#include "sluice/api/connector_configuration.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/nearest_names.h"

namespace sluice::api {
namespace {

CustomConnector BuiltIn(const std::string& label, ConnectorInfo info) {
  info.type = appflow::connector_type::kCustomConnector;
  info.label = label;
  return {std::move(info), {}};
}

ApiResult<CustomConnector> Registered(StoredConnector connector) {
  SLUICE_ASSIGN(ConnectorInfo info, InfoOf(connector));
  return CustomConnector{std::move(info), std::move(connector)};
}

ApiError NoSuchConnector(const AppFlowParts& parts, const std::string& label) {
  auto connectors = ListCustomConnectors(parts, "", std::numeric_limits<int64_t>::max());
  if (!connectors.ok()) return connectors.error();
  std::vector<std::string> labels;
  for (const CustomConnector& connector : *connectors) labels.push_back(connector.info.label);
  return NotFoundError("Connector with label " + label + " does not exist. " +
                       (labels.empty()
                            ? "None is registered here: register-connector adds one."
                            : "The nearest labels here: " + InQuotes(NearestNames(label, labels)) +
                                  ". register-connector adds another."));
}

}  // namespace

bool IsBuiltInLabel(const Registry& registry, const std::string& label) {
  return registry.infos().contains(label) &&
         std::ranges::find(appflow::connector_type::kAll, label) ==
             std::end(appflow::connector_type::kAll);
}

// One that was registered before there was a built-in connector of that name stays what it was.
ApiResult<CustomConnector> FindCustomConnector(const AppFlowParts& parts,
                                               const std::string& label) {
  SLUICE_ASSIGN(auto stored, FromStore(parts.resources.FindConnector(label)));
  if (stored) return Registered(*std::move(stored));
  if (IsBuiltInLabel(parts.registry, label)) {
    return BuiltIn(label, parts.registry.infos().at(label));
  }
  return NoSuchConnector(parts, label);
}

ApiResult<std::vector<CustomConnector>> ListCustomConnectors(const AppFlowParts& parts,
                                                             const std::string& after,
                                                             int64_t limit) {
  SLUICE_ASSIGN(auto stored, FromStore(parts.resources.ListConnectors(after, limit)));
  std::vector<CustomConnector> connectors;
  for (StoredConnector& connector : stored) {
    SLUICE_ASSIGN(CustomConnector registered, Registered(std::move(connector)));
    connectors.push_back(std::move(registered));
  }
  auto label_of = [](const CustomConnector& connector) { return connector.info.label; };
  for (const auto& [label, info] : parts.registry.infos()) {
    if (label <= after || !IsBuiltInLabel(parts.registry, label)) continue;
    auto place = std::ranges::lower_bound(connectors, label, {}, label_of);
    if (place == connectors.end() || label_of(*place) != label) {
      connectors.insert(place, BuiltIn(label, info));
    }
  }
  if (std::ssize(connectors) > limit)
    connectors.erase(connectors.begin() + limit, connectors.end());
  return connectors;
}

}  // namespace sluice::api
