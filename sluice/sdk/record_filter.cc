#include "sluice/sdk/record_filter.h"

#include <algorithm>
#include <compare>

#include "sluice/base/time_text.h"
#include "sluice/model/decimal.h"
#include "sluice/protocol/filter_expression.h"

namespace sluice::sdk {
namespace {

using Order = std::partial_ordering;

template <class Value>
Order Compare(const std::optional<Value>& a, const std::optional<Value>& b) {
  return a && b ? Order(*a <=> *b) : Order::unordered;
}

std::optional<Time> ToTime(std::string_view text) {
  auto time = ParseTime(text);
  return time.ok() ? std::optional(*time) : std::nullopt;
}

// Neither is null.
Order Compare(std::string_view value, const FilterValue& literal) {
  switch (literal.kind) {
    case FilterValue::Kind::kNumber:
      return Compare(ParseDecimal(value), ParseDecimal(literal.text));
    case FilterValue::Kind::kDate:
    case FilterValue::Kind::kDateTime:
      return Compare(ToTime(value), ToTime(literal.text));
    default:
      return value <=> std::string_view(literal.text);
  }
}

class Test final : public FilterVisitor<bool> {
 public:
  explicit Test(std::span<const JsonMember> record) : record_(record) {}

  Result<bool> OnAnd(std::vector<bool> operands) override {
    return std::find(operands.begin(), operands.end(), false) == operands.end();
  }
  Result<bool> OnOr(std::vector<bool> operands) override {
    return std::find(operands.begin(), operands.end(), true) != operands.end();
  }
  Result<bool> OnNot(bool operand) override { return !operand; }

  Result<bool> OnCompare(const Filter& filter) override {
    const JsonValue value = Find(filter.field);
    if (filter.op == Operator::kEqualTo) return IsEqual(value, filter.values[0]);
    if (filter.op == Operator::kNotEqualTo) return IsUnequal(value, filter.values[0]);
    for (const FilterValue& literal : filter.values) {
      if (IsNull(value) || literal.kind == FilterValue::Kind::kNull) return false;
    }
    Order order = Compare(value.text, filter.values[0]);
    switch (filter.op) {
      case Operator::kLessThan:
        return order < 0;
      case Operator::kLessThanOrEqualTo:
        return order <= 0;
      case Operator::kGreaterThan:
        return order > 0;
      case Operator::kGreaterThanOrEqualTo:
        return order >= 0;
      case Operator::kBetween:
        return order >= 0 && Compare(value.text, filter.values[1]) <= 0;
      default:
        return value.text.find(filter.values[0].text) != std::string_view::npos;
    }
  }
  Result<bool> OnIn(const Filter& filter) override {
    const JsonValue value = Find(filter.field);
    return std::any_of(filter.values.begin(), filter.values.end(),
                       [&](const FilterValue& literal) { return IsEqual(value, literal); });
  }

 private:
  static bool IsNull(const JsonValue& value) { return value.kind == JsonValue::Kind::kNull; }

  static bool IsEqual(const JsonValue& value, const FilterValue& literal) {
    if (IsNull(value) || literal.kind == FilterValue::Kind::kNull) {
      return IsNull(value) && literal.kind == FilterValue::Kind::kNull;
    }
    return Compare(value.text, literal) == 0;
  }
  static bool IsUnequal(const JsonValue& value, const FilterValue& literal) {
    if (IsNull(value) || literal.kind == FilterValue::Kind::kNull) return !IsEqual(value, literal);
    Order order = Compare(value.text, literal);
    return order < 0 || order > 0;
  }

  JsonValue Find(std::string_view field) const {
    auto member = std::find_if(record_.begin(), record_.end(),
                               [&](const JsonMember& member) { return member.name == field; });
    return member == record_.end() ? JsonValue() : member->value;
  }

  std::span<const JsonMember> record_;
};

}  // namespace

Result<RecordFilter> RecordFilter::Parse(std::string_view expression) {
  if (expression.empty()) return RecordFilter();
  SLUICE_ASSIGN(FilterExpression parsed, protocol::ParseFilterExpression(expression));
  if (parsed.limit) return InvalidArgument("this connector does not support LIMIT in a filter");
  return RecordFilter(*std::move(parsed.condition));
}

bool RecordFilter::Matches(std::span<const JsonMember> record) const {
  if (!condition_) return true;
  Test test(record);
  return *Visit(*condition_, test);  // A test has no errors.
}

}  // namespace sluice::sdk
