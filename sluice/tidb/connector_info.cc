#include "sluice/tidb/connector_info.h"

#include "sluice/tidb/connection_settings.h"

namespace sluice::tidb {

ConnectorInfo DescribeConnector() {
  using enum WriteOperation;
  ConnectorInfo info;
  info.owner = "Sluice";
  info.name = "TiDB";
  info.version = "1.0";
  info.description = "Reads and writes the tables of TiDB";
  info.is_source = true;
  info.is_destination = true;
  info.authentication.is_custom_supported = true;
  info.authentication.custom = {AuthenticationForm()};
  info.api_versions = {"v1"};
  info.operators = AllOperators();
  info.trigger_types = {"Scheduled", "OnDemand"};
  info.scheduling_frequencies = {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"};
  info.write_operations = {kInsert, kUpsert, kUpdate, kDelete};
  return info;
}

}  // namespace sluice::tidb
