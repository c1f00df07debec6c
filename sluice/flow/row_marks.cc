#include "sluice/flow/row_marks.h"

#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>

#include "sluice/connector/records.h"

namespace sluice::flow {

Result<RowPicker> RowPicker::Make(const RowMarks& marks) {
  RowPicker picker;
  arrow::BooleanBuilder builder;
  arrow::Status status = builder.AppendValues(marks.data(), static_cast<int64_t>(marks.size()));
  if (status.ok()) status = builder.Finish(&picker.mask_);
  if (!status.ok()) return FromArrow(status);
  picker.count_ = picker.mask_->true_count();
  return picker;
}

Result<std::shared_ptr<arrow::Array>> RowPicker::Pick(
    const std::shared_ptr<arrow::Array>& column) const {
  if (count_ == column->length()) return column;
  auto picked = arrow::compute::Filter(column, mask_, arrow::compute::FilterOptions::Defaults());
  if (!picked.ok()) return FromArrow(picked.status());
  return picked->make_array();
}

}  // namespace sluice::flow
