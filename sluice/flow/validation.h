// What a Validate task asks of a field.
#pragma once

#include <arrow/array.h>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/row_marks.h"
#include "sluice/model/entity.h"

namespace sluice::flow {

// An empty text is a missing value for VALIDATE_NON_NULL, since files of text have no other. Null
// passes the three checks of numbers; what is no number (as connector/number.h has it) fails them.
class Validation {
 public:
  // kInvalidArgument: VALIDATION_ACTION is neither DropRecord nor DropDataset.
  static Result<Validation> Make(const Task& task);

  // Whether a failing record ends the run (DropDataset) instead of being left out (DropRecord).
  bool ends_run() const { return ends_run_; }
  std::string_view op_name() const { return ToString(op_); }
  // Numbers can only be asked for where a field may have them.
  bool GoesWith(DataType type) const;

  // `column` is of the Arrow type that connector/records.h gives a type that this goes with.
  RowMarks Passing(const arrow::Array& column) const;

 private:
  template <class Sign>
  RowMarks PassingNumbers(const arrow::Array& column, Sign sign) const;

  Operator op_ = Operator::kValidateNonNull;
  bool ends_run_ = false;
};

}  // namespace sluice::flow
