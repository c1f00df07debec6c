// What the connector to TiDB says about itself, in a Lambda and in the service.
#pragma once

#include "sluice/model/connector_info.h"

namespace sluice::tidb {

// Without `type` and `label`, which are the caller's.
ConnectorInfo DescribeConnector();

}  // namespace sluice::tidb
