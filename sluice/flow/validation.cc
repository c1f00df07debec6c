#include "sluice/flow/validation.h"

#include <cmath>
#include <optional>

#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

// Of a number: -1, 0 or 1. Nothing for what is none.
std::optional<int> SignOf(std::string_view text) {
  if (!IsNumber(text)) return std::nullopt;
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  if (mantissa.find_first_of("123456789") == mantissa.npos) return 0;
  return text[0] == '-' ? -1 : 1;
}
std::optional<int> SignOf(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return (value > 0) - (value < 0);
}
std::optional<int> SignOf(int64_t value) { return (value > 0) - (value < 0); }

RowMarks NotNull(const arrow::Array& column) {
  RowMarks passing(static_cast<size_t>(column.length()), 1);
  const bool is_text = column.type_id() == arrow::Type::STRING;
  for (int64_t row = 0; row < column.length(); ++row) {
    const bool is_missing =
        column.IsNull(row) ||
        (is_text && static_cast<const arrow::StringArray&>(column).value_length(row) == 0);
    passing[static_cast<size_t>(row)] = is_missing ? 0 : 1;
  }
  return passing;
}

}  // namespace

Result<Validation> Validation::Make(const Task& task) {
  Validation validation;
  validation.op_ = task.op;
  const auto action = FindProperty(task, "VALIDATION_ACTION");
  if (action != "DropRecord" && action != "DropDataset") {
    return Wrong(task, action ? "has the VALIDATION_ACTION " + Shorten(*action) +
                                    "; it can be DropRecord or DropDataset."
                              : "needs the task property VALIDATION_ACTION: DropRecord (leave the "
                                "record out) or DropDataset (end the run).");
  }
  validation.ends_run_ = action == "DropDataset";
  return validation;
}

bool Validation::GoesWith(DataType type) const {
  if (op_ == Operator::kValidateNonNull) return true;
  switch (type) {
    case DataType::kBoolean:
    case DataType::kByteArray:
    case DataType::kDate:
    case DataType::kDateTime:
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return false;
    default:
      return true;
  }
}

template <class Sign>
RowMarks Validation::PassingNumbers(const arrow::Array& column, Sign sign) const {
  RowMarks passing(static_cast<size_t>(column.length()), 1);
  for (int64_t row = 0; row < column.length(); ++row) {
    if (column.IsNull(row)) continue;
    const std::optional<int> is = sign(row);
    const bool fails = !is || (op_ == Operator::kValidateNonZero && *is == 0) ||
                       (op_ == Operator::kValidateNonNegative && *is < 0);
    passing[static_cast<size_t>(row)] = fails ? 0 : 1;
  }
  return passing;
}

RowMarks Validation::Passing(const arrow::Array& column) const {
  if (op_ == Operator::kValidateNonNull) return NotNull(column);
  if (column.type_id() == arrow::Type::INT64) {
    const auto& whole = static_cast<const arrow::Int64Array&>(column);
    return PassingNumbers(column, [&](int64_t row) { return SignOf(whole.Value(row)); });
  }
  if (column.type_id() == arrow::Type::DOUBLE) {
    const auto& real = static_cast<const arrow::DoubleArray&>(column);
    return PassingNumbers(column, [&](int64_t row) { return SignOf(real.Value(row)); });
  }
  const auto& text = static_cast<const arrow::StringArray&>(column);
  return PassingNumbers(column, [&](int64_t row) { return SignOf(text.GetView(row)); });
}

}  // namespace sluice::flow
