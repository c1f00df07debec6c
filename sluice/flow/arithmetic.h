// What an Arithmetic task does: two fields as one number.
#pragma once

#include <arrow/array.h>

#include <array>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"
#include "sluice/model/entity.h"

namespace sluice::flow {

// Decimal arithmetic, of type BigDecimal. A sum or difference has as many digits after the point as
// the operand with more of them, a product as many as both together ("1.50" times "2.0" is
// "3.000"); both are exact. A quotient is rounded to 34 significant digits, half to even, and
// written without zeros at its end. The result is never written with an exponent. A Double takes
// part with its shortest text.
class Arithmetic {
 public:
  // MATH_OPERATION_FIELDS_ORDER, where it is there, has both source fields with a comma between
  // them, the left operand first. kInvalidArgument: it has others.
  static Result<Arithmetic> Make(const Task& task);

  // Which source fields are left and right.
  const std::array<size_t, 2>& order() const { return order_; }
  // Numbers, and texts that may be numbers.
  static bool Takes(DataType type);

  // Null where an operand is null. Misfits, with the operand at fault: no number, a number or
  // result of over 1,000 digits, a division by zero.
  struct Misfit {
    int64_t row = 0;
    size_t operand = 0;  // 0: the left one, 1: the right one.
    std::string reason;
  };
  struct Outcome {
    std::shared_ptr<arrow::Array> values;
    std::vector<Misfit> misfits;
  };
  // Both of the Arrow types that connector/records.h gives types that Takes() says yes to, and of
  // one length.
  Result<Outcome> Apply(const arrow::Array& left, const arrow::Array& right) const;

 private:
  Operator op_ = Operator::kAddition;
  std::array<size_t, 2> order_ = {0, 1};
};

}  // namespace sluice::flow
