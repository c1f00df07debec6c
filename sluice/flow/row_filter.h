// A flow's filter task as a condition on records.
#pragma once

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"
#include "sluice/model/filter.h"

namespace sluice::flow {

// As what a filter compares a field: its own type. A String is compared as what the task's
// DATA_TYPE says where that is a number (BigDecimal here), a Boolean, Date or DateTime, since a
// file of text has no other way to say so.
DataType ComparedAs(const Task& task, const Field& field);

// `task` is a filter on `field` with an operator other than PROJECTION. VALUES is a comma-joined
// list, one of which must hold (for NOT_EQUAL_TO: all); BETWEEN takes LOWER_BOUND and UPPER_BOUND,
// both inclusive. Dates and times are epoch milliseconds or ISO 8601. kInvalidArgument names the
// field and what its value should be.
Result<Filter> ToFilter(const Task& task, const Field& field);

}  // namespace sluice::flow
