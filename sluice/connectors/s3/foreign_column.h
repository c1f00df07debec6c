// Columns of any Arrow type, as files bring them, in the types of connector/records.h.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <memory>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice::s3 {

// The DataType that holds all values of a foreign column: Short to Long for integers, BigInteger
// for unsigned ones of 64 bits, BigDecimal, DateTime for timestamps of all units (without a zone:
// UTC), Struct, Map and List for what is nested, String for what has no type of its own (times of
// the day, durations). A column that Sluice wrote has the type that it had.
DataType TypeOfForeign(const arrow::Field& field);

// The column as ToArrowField(…, type) has it. Nanoseconds are cut to microseconds, nested values
// become JSON. kInvalidArgument: a value that `type` can't hold.
Result<std::shared_ptr<arrow::Array>> FromForeign(const arrow::Field& field,
                                                  std::shared_ptr<arrow::Array> column,
                                                  DataType type);

}  // namespace sluice::s3
