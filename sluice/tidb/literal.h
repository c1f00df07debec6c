// Values on their way into SQL, as literals of their column's type.
#pragma once

#include <string>

#include "sluice/base/result.h"
#include "sluice/model/filter.h"
#include "sluice/model/json_record.h"
#include "sluice/tidb/types.h"

namespace sluice::tidb {

// Appends a record's value, not null, as a literal for INSERT, UPDATE or LOAD DATA. The error says
// what is wrong with it, without naming the column: "value too long (300 of 255 characters)".
Status AppendLiteral(std::string& sql, const ColumnType& type, const JsonValue& value);
// Whether such a literal compares exactly, too.
bool LiteralsCompare(const ColumnType& type);

// A literal that compares exactly with a column of that type: for ids and filters.
Result<std::string> ToComparable(const ColumnType& type, const JsonValue& value);
Result<std::string> ToComparable(const ColumnType& type, const FilterValue& value);

}  // namespace sluice::tidb
