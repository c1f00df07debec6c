// "sluice.progress": how a caller that counts each batch once tells where a batch stands in its
// stream. docs/connector-contract.md describes it.
#pragma once

#include <optional>

#include "sluice/base/result.h"
#include "sluice/model/connector_info.h"
#include "sluice/tidb/progress.h"

namespace sluice::tidb_lambda {

// The runtime setting of WriteData, and the custom property by which DescribeEntity announces it.
inline constexpr char kProgressSetting[] = "sluice.progress";

// Nothing where the caller didn't send it. kInvalidArgument says what is wrong with it.
Result<std::optional<tidb::StreamPosition>> PositionFrom(const Settings& runtime_settings);

}  // namespace sluice::tidb_lambda
