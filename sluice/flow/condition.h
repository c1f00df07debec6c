// A filter that the source can't apply, applied here.
#pragma once

#include <arrow/array.h>

#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/flow/row_marks.h"
#include "sluice/flow/small_number.h"
#include "sluice/model/decimal.h"
#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice::flow {

// Means what it means to a source: null is neither less nor greater than a value nor equal to it,
// so NOT_EQUAL_TO alone finds it (docs/decisions/0018). Texts are compared byte by byte, numbers to
// the last digit, a Double by its shortest text. A text that is compared as a number, date, time or
// boolean and is none is like null. CONTAINS is case-sensitive.
class Condition {
 public:
  // `filter` as ToFilter() makes it of one task, on `field`. kInvalidArgument: an operator that the
  // type of the comparison doesn't go with.
  static Result<Condition> Make(const Filter& filter, const Field& field);

  // `column` is of the Arrow type that connector/records.h gives the field's type.
  RowMarks Passing(const arrow::Array& column) const;

 private:
  using Kind = FilterValue::Kind;

  struct Literal {
    std::string text;
    Decimal decimal;                   // Of a number …
    std::optional<SmallNumber> small;  // … where it is small.
    double nearest = 0;                // The double next to it …
    int nearest_order = 0;             // … and whether that is below, at or above it.
    int64_t count = 0;                 // Days, microseconds, or 1 for true.
  };
  // One comparison with a literal: `accepts` is a set of Order.
  struct Bound {
    Literal literal;
    uint8_t accepts = 0;
  };
  using Test = std::vector<Bound>;  // All of them hold.

  static Literal ToLiteral(const FilterValue& value);
  Status CheckOperator(const Field& field, Operator op) const;
  template <class Cell, class Compare>
  RowMarks PassingEach(const arrow::Array& column, Cell cell, Compare compare) const;
  RowMarks PassingTexts(const arrow::StringArray& column) const;

  std::vector<Test> tests_;
  bool needs_all_ = false;  // Of the tests; else one will do.
  bool is_contains_ = false;
  Kind kind_ = Kind::kString;
};

}  // namespace sluice::flow
