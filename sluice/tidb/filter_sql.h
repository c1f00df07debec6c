// A filter as SQL.
#pragma once

#include <string>

#include "sluice/base/result.h"
#include "sluice/model/filter.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

// The condition for WHERE. Values are typed by their columns and quoted. kInvalidArgument names the
// field and the byte of the expression: no such field, a value or an operator that doesn't fit it.
//
// Null is a value like others, as in AppFlow's and Salesforce's filters: it is equal to null only,
// neither less nor greater than anything, and contains nothing. So every row fits either a
// condition or its NOT: `c != 5` and `not c = 5` are the same and find the nulls too.
Result<std::string> ToWhere(const Table& table, const Filter& filter);

}  // namespace sluice::tidb
