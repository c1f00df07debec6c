#include "sluice/connectors/all.h"

#include "sluice/connectors/custom/custom_connector.h"
#include "sluice/connectors/salesforce/salesforce_connector.h"

namespace sluice {

void RegisterAll(Registry& registry, protocol::FunctionInvoker& functions, net::HttpClient& http) {
  custom::Register(registry, functions);
  salesforce::Register(registry, http);
}

}  // namespace sluice
