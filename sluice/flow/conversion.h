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
// become a String, and a String can become everything if its text is of that form to the letter:
// a number as JSON writes it ("-5", "0.10", "1e3"; not "+5", "007", ".5", "1,000" or " 5"), true or
// false, a date "2026-01-31", a time as base/time_text.h reads it ("2026-01-31T09:05:07Z"; also
// with a blank instead of the T, a fraction, an offset, or without any, then UTC; a date is its
// midnight), base64, a JSON document. An empty text is of no other type.
//
// Numbers become numbers where the value stays the same (a Double that becomes a Float is rounded:
// both are approximations). Booleans are 1 and 0. A Date is its midnight in UTC as a DateTime, and
// a DateTime its day in UTC as a Date. Both have a text, and each other's value, in the years 0 to
// 9999.
bool CanConvert(DataType from, DataType to);

// How a number becomes a Float or Double that has no value just as large.
enum class Rounding {
  kRefuse,   // Not at all.
  kNearest,  // As the nearest: for what was calculated, which has more digits than anyone wrote.
};

struct Misfit {
  int64_t row = 0;
  std::string reason;  // "'abc' is not a whole number from -32768 to 32767"
};

struct Conversion {
  std::shared_ptr<arrow::Array> values;  // Null where a value did not fit.
  std::vector<Misfit> misfits;           // In the order of rows.
};

// `column` is of the Arrow type that connector/records.h gives `from`, and CanConvert(from, to).
// Values that needn't change are shared with it.
Result<Conversion> Convert(const std::shared_ptr<arrow::Array>& column, DataType from, DataType to,
                           Rounding rounding = Rounding::kRefuse);

}  // namespace sluice::flow
