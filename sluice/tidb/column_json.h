// Values that TiDB printed, as JSON.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/tidb/types.h"

namespace sluice::tidb {

// Whether every sequence of bytes is a whole character, none written longer than needed and none a
// surrogate (RFC 3629).
bool IsUtf8(std::string_view text);

// Appends a value that TiDB printed (a FLOAT as a DOUBLE) as JSON.
Status AppendJson(std::string& json, const ColumnType& type, std::string_view printed);

}  // namespace sluice::tidb
