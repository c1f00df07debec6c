#include "sluice/connector/registry.h"

#include <utility>

namespace sluice {

void Registry::Add(ConnectorInfo info, OpenConnector open) {
  std::string type = info.type;
  SLUICE_CHECK(open != nullptr);
  SLUICE_CHECK(open_.emplace(type, std::move(open)).second);
  infos_.emplace(std::move(type), std::move(info));
}

Result<std::unique_ptr<Connector>> Registry::Open(std::string_view type,
                                                  const Account& account) const {
  auto found = open_.find(type);
  if (found == open_.end()) {
    std::string known;
    for (const auto& [name, info] : infos_) known += (known.empty() ? "" : ", ") + name;
    return ResourceNotFound("there is no connector of type '" + std::string(type) +
                            "'; this version has: " + known);
  }
  return found->second(account);
}

}  // namespace sluice
