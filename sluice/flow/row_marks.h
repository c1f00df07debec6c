// Some of a batch's rows: which, and what they are without the others.
#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::flow {

// One per row of a batch: 1 for those meant, 0 for the others.
using RowMarks = std::vector<uint8_t>;

// Picks the marked rows out of columns that are as long as the marks.
class RowPicker {
 public:
  static Result<RowPicker> Make(const RowMarks& marks);

  int64_t count() const { return count_; }
  Result<std::shared_ptr<arrow::Array>> Pick(const std::shared_ptr<arrow::Array>& column) const;

 private:
  std::shared_ptr<arrow::BooleanArray> mask_;
  int64_t count_ = 0;
};

}  // namespace sluice::flow
