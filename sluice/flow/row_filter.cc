#include "sluice/flow/row_filter.h"

#include <algorithm>
#include <array>

#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/flow/task_property.h"
#include "sluice/model/decimal.h"

namespace sluice::flow {
namespace {

using Kind = FilterValue::Kind;

Error Misfit(const Field& field, std::string_view text, std::string_view wanted) {
  return InvalidArgument("The filter on field '" + field.name + "' has the value " + Shorten(text) +
                         ", which is not " + std::string(wanted) + ".");
}

// AppFlow writes times as epoch milliseconds in decimal; people write ISO 8601.
Result<Time> ParseFilterTime(std::string_view text) {
  if (IsNumber(text)) {
    auto ms = ToInt64(text);
    // Within the years 0 to 9999.
    if (ms && *ms > -62'167'219'200'001 && *ms < 253'402'300'800'000) {
      return Time(std::chrono::milliseconds(*ms));
    }
  }
  return ParseTime(text);
}

Result<FilterValue> ToLiteral(const Field& field, DataType type, const std::string& text) {
  switch (type) {
    case DataType::kString:
    case DataType::kByteArray:
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return FilterValue{Kind::kString, text, 0};
    case DataType::kBoolean:
      if (text != "true" && text != "false") return Misfit(field, text, "true or false");
      return FilterValue{Kind::kBoolean, text, 0};
    case DataType::kDate: {
      auto time = ParseFilterTime(text);
      if (!time.ok()) return Misfit(field, text, "a date (2026-01-31, or epoch milliseconds)");
      return FilterValue{Kind::kDate, FormatDate(std::chrono::floor<std::chrono::days>(*time)), 0};
    }
    case DataType::kDateTime: {
      auto time = ParseFilterTime(text);
      if (!time.ok()) {
        return Misfit(field, text, "a time (2026-01-31T09:05:07Z, or epoch milliseconds)");
      }
      return FilterValue{Kind::kDateTime, FormatTime(*time), 0};
    }
    default:
      if (!IsNumber(text) || !ParseDecimal(text)) return Misfit(field, text, "a number");
      return FilterValue{Kind::kNumber, text, 0};
  }
}

Result<std::string> Property(const Task& task, const std::string& key) {
  if (auto text = FindProperty(task, key)) return *std::move(text);
  return InvalidArgument("The filter on field '" + task.source_fields[0] + "' with " +
                         std::string(ToString(task.op)) + " needs the task property " + key + ".");
}

// The family that a connector's name for a type implies, where that is not text.
std::optional<DataType> FamilyOf(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  constexpr std::array<std::string_view, 20> kNumbers = {
      "byte",    "short",      "int",        "integer", "long",
      "bigint",  "biginteger", "float",      "double",  "decimal",
      "number",  "numeric",    "bigdecimal", "real",    "double precision",
      "percent", "currency",   "smallint",   "tinyint", "mediumint"};
  if (std::find(kNumbers.begin(), kNumbers.end(), name) != kNumbers.end()) {
    return DataType::kBigDecimal;
  }
  if (name == "date") return DataType::kDate;
  if (name == "datetime" || name == "timestamp") return DataType::kDateTime;
  if (name == "boolean" || name == "bool") return DataType::kBoolean;
  return std::nullopt;
}

Result<Filter> Compare(const Field& field, DataType type, Operator op,
                       const std::vector<std::string>& texts) {
  Filter filter{.field = field.name, .op = op};
  for (const std::string& text : texts) {
    SLUICE_ASSIGN(FilterValue literal, ToLiteral(field, type, text));
    filter.values.push_back(std::move(literal));
  }
  return filter;
}

bool IsComparison(Operator op) {
  switch (op) {
    case Operator::kEqualTo:
    case Operator::kNotEqualTo:
    case Operator::kLessThan:
    case Operator::kLessThanOrEqualTo:
    case Operator::kGreaterThan:
    case Operator::kGreaterThanOrEqualTo:
    case Operator::kContains:
    case Operator::kBetween:
      return true;
    default:
      return false;
  }
}

}  // namespace

DataType ComparedAs(const Task& task, const Field& field) {
  const auto name = FindProperty(task, "DATA_TYPE");
  if (field.data_type != DataType::kString || !name) return field.data_type;
  return FamilyOf(*name).value_or(DataType::kString);
}

Result<Filter> ToFilter(const Task& task, const Field& field) {
  if (!IsComparison(task.op)) {
    return InvalidArgument("A Filter task can't have the operator " +
                           std::string(ToString(task.op)) + " (field '" + field.name + "').");
  }
  const DataType type = ComparedAs(task, field);
  if (task.op == Operator::kBetween) {
    SLUICE_ASSIGN(std::string lower, Property(task, "LOWER_BOUND"));
    SLUICE_ASSIGN(std::string upper, Property(task, "UPPER_BOUND"));
    return Compare(field, type, task.op, {lower, upper});
  }
  if (!task.properties.contains("VALUES")) {
    SLUICE_ASSIGN(std::string value, Property(task, "VALUE"));
    return Compare(field, type, task.op, {value});
  }
  SLUICE_ASSIGN(std::string values, Property(task, "VALUES"));
  std::vector<Filter> each;
  for (const std::string& value : SplitAtCommas(values)) {
    SLUICE_ASSIGN(Filter one, Compare(field, type, task.op, {value}));
    each.push_back(std::move(one));
  }
  if (each.size() == 1) return each[0];
  bool is_none_of = task.op == Operator::kNotEqualTo;
  return Filter{.kind = is_none_of ? Filter::Kind::kAnd : Filter::Kind::kOr,
                .operands = std::move(each)};
}

}  // namespace sluice::flow
