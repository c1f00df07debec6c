#include <algorithm>

#include "sluice/flow/arithmetic.h"
#include "sluice/flow/concatenation.h"
#include "sluice/flow/mapping.h"
#include "sluice/flow/row_filter.h"
#include "sluice/flow/task_property.h"
#include "sluice/flow/text_edit.h"
#include "sluice/flow/validation.h"

namespace sluice::flow {
namespace {

constexpr size_t kMaxPartitionKeys = 10;  // AppFlow's limit.

std::vector<Operator> OperatorsOf(TaskType type) {
  using enum Operator;
  switch (type) {
    case TaskType::kArithmetic:
      return {kAddition, kSubtraction, kMultiplication, kDivision};
    case TaskType::kFilter:
      return {kProjection, kEqualTo,           kNotEqualTo, kGreaterThan, kGreaterThanOrEqualTo,
              kLessThan,   kLessThanOrEqualTo, kContains,   kBetween};
    case TaskType::kMask:
      return {kMaskAll, kMaskFirstN, kMaskLastN};
    case TaskType::kValidate:
      return {kValidateNonNull, kValidateNonZero, kValidateNonNegative, kValidateNumeric};
    default:
      return {kNoOp};
  }
}

Status CheckOperator(const Task& task) {
  const auto operators = OperatorsOf(task.type);
  if (std::find(operators.begin(), operators.end(), task.op) != operators.end()) return Done{};
  std::string names;
  for (Operator op : operators) {
    names += (names.empty() ? "" : ", ") + std::string(ToString(op));
  }
  return Wrong(task, "has the operator " + std::string(ToString(task.op)) + "; " +
                         std::string(ToString(task.type)) + " knows " + names + ".");
}

Status CheckOneSourceField(const Task& task) {
  if (task.source_fields.size() == 1) return Done{};
  if (task.type == TaskType::kFilter) {
    return Wrong(task,
                 "with " + std::string(ToString(task.op)) + " needs exactly one source field.");
  }
  return Wrong(task, "needs exactly one source field.");
}

Status CheckMap(const Task& task) {
  SLUICE_RETURN_IF_ERROR(CheckOneSourceField(task));
  if (task.destination_field.empty()) return Wrong(task, "names no destination field.");
  return Done{};
}

Status CheckMapAll(const Task& task) {
  SLUICE_RETURN_IF_ERROR(NameArray(task, "EXCLUDE_SOURCE_FIELDS_LIST"));
  const auto new_fields = FindProperty(task, "INCLUDE_NEW_FIELDS").value_or("true");
  if (new_fields == "true" || new_fields == "false") return Done{};
  return Wrong(task, "has an INCLUDE_NEW_FIELDS that is neither true nor false.");
}

Status CheckMerge(const Task& task) {
  if (task.source_fields.size() < 2) return Wrong(task, "needs two source fields or more.");
  SLUICE_RETURN_IF_ERROR(Concatenation::Make(task));
  return Done{};
}

Status CheckArithmetic(const Task& task) {
  if (task.source_fields.size() != 2) return Wrong(task, "needs exactly two source fields.");
  SLUICE_RETURN_IF_ERROR(Arithmetic::Make(task));
  return Done{};
}

Status CheckPartition(const Task& task) {
  SLUICE_ASSIGN(auto keys, PartitionKeysOf(task));
  if (keys.empty()) {
    return Wrong(task, "names no destination field: give it ORDERED_PARTITION_KEYS_LIST.");
  }
  if (keys.size() > kMaxPartitionKeys) {
    return Wrong(task, "has " + std::to_string(keys.size()) + " keys; it can have " +
                           std::to_string(kMaxPartitionKeys) + ".");
  }
  return Done{};
}

Status CheckTask(const Task& task) {
  SLUICE_RETURN_IF_ERROR(CheckOperator(task));
  switch (task.type) {
    case TaskType::kFilter:
      if (task.op == Operator::kProjection) return Done{};
      return CheckOneSourceField(task);
    case TaskType::kMap:
      return CheckMap(task);
    case TaskType::kMapAll:
    case TaskType::kPassthrough:
      return CheckMapAll(task);
    case TaskType::kMask:
    case TaskType::kTruncate:
      SLUICE_RETURN_IF_ERROR(CheckOneSourceField(task));
      SLUICE_RETURN_IF_ERROR(TextEdit::Make(task));
      return Done{};
    case TaskType::kValidate:
      SLUICE_RETURN_IF_ERROR(CheckOneSourceField(task));
      SLUICE_RETURN_IF_ERROR(Validation::Make(task));
      return Done{};
    case TaskType::kMerge:
      return CheckMerge(task);
    case TaskType::kArithmetic:
      return CheckArithmetic(task);
    case TaskType::kPartition:
      return CheckPartition(task);
  }
  SLUICE_CHECK(false);
}

}  // namespace

Status CheckTasks(const std::vector<Task>& tasks) {
  bool has_projection = false;
  bool has_mapping = false;
  for (const Task& task : tasks) {
    SLUICE_RETURN_IF_ERROR(CheckTask(task));
    has_projection |= IsProjection(task) || MapsAll(task);
    has_mapping |= task.type == TaskType::kMap || MapsAll(task);
  }
  if (!has_projection) {
    // AppFlow's own words.
    return InvalidArgument(
        "Create Flow request failed: [Task Validation Error: You must specify a projection task "
        "or a MAP_ALL task]");
  }
  if (!has_mapping) return InvalidArgument("No field is mapped: add a Map task for each field.");
  return Done{};
}

}  // namespace sluice::flow
