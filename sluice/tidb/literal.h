// Values on their way into SQL, as literals of their column's type.
#pragma once

#include <string>

#include "sluice/base/result.h"
#include "sluice/model/filter.h"
#include "sluice/model/json_record.h"
#include "sluice/tidb/types.h"

namespace sluice::tidb {

// A record's value, not null, as a literal for INSERT or UPDATE. The error says what is wrong with
// it, without naming the column: "value too long (300 of 255 characters)".
Result<std::string> ToLiteral(const ColumnType& type, const JsonValue& value);

// A literal that compares exactly with a column of that type: for ids and filters.
Result<std::string> ToComparable(const ColumnType& type, const JsonValue& value);
Result<std::string> ToComparable(const ColumnType& type, const FilterValue& value);

}  // namespace sluice::tidb
