// Values of one type as values of another: exactly, or not at all.
#pragma once

#include <arrow/array.h>

#include <memory>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice::flow {

// Whether a field of type `from` may be mapped to one of type `to`.
//
// The text of a value is its JSON form in connector/records.h without quotes, so everything can
// become a String, and a String can become everything if its text is of that form to the letter.
// Numbers become numbers where the value stays the same (a Double that becomes a Float is rounded:
// both are approximations). Booleans are 1 and 0. A Date is its midnight in UTC as a DateTime, and
// a DateTime its day in UTC as a Date.
bool CanConvert(DataType from, DataType to);

struct Misfit {
  int64_t row = 0;
  std::string reason;  // "'abc' is not a whole number from -32768 to 32767"
};

struct Conversion {
  std::shared_ptr<arrow::Array> values;  // Null where a value did not fit.
  std::vector<Misfit> misfits;           // In the order of rows.
};

// `column` is of the Arrow type that connector/records.h gives `from`, and CanConvert(from, to).
Result<Conversion> Convert(const std::shared_ptr<arrow::Array>& column, DataType from, DataType to);

}  // namespace sluice::flow
