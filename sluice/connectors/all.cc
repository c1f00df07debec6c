#include "sluice/connectors/all.h"

#include <utility>

#include "sluice/connectors/custom/custom_connector.h"
#include "sluice/connectors/s3/s3_connector.h"
#include "sluice/connectors/salesforce/salesforce_connector.h"
#include "sluice/connectors/tidb/tidb_connector.h"

namespace sluice {

void RegisterAll(Registry& registry, protocol::FunctionInvoker& functions, net::HttpClient& http,
                 std::shared_ptr<s3::ObjectStore> objects) {
  custom::Register(registry, functions);
  salesforce::Register(registry, http);
  tidb_connector::Register(registry);
  s3::Register(registry, std::move(objects));
}

}  // namespace sluice
