#include "sluice/connectors/memory/filter_match.h"

#include <algorithm>

#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connectors/memory/row.h"

namespace sluice::memory {
namespace {

// Below, at or above zero: how a cell compares to a literal; nothing where it doesn't.
std::optional<int> Compare(const std::string& cell, const FilterValue& literal) {
  auto order = [](const auto& a, const auto& b) { return a < b ? -1 : b < a ? 1 : 0; };
  if (cell == "null" || literal.kind == FilterValue::Kind::kNull) return std::nullopt;
  auto value = json::Parse(cell);
  SLUICE_CHECK(value.ok());
  std::string text = value->is_string() ? std::string(value->get_string()) : cell;
  switch (literal.kind) {
    case FilterValue::Kind::kNumber: {
      auto a = ToDouble(text), b = ToDouble(literal.text);
      if (!a || !b) return std::nullopt;
      return order(*a, *b);
    }
    case FilterValue::Kind::kDateTime: {
      auto a = ParseTime(text), b = ParseTime(literal.text);
      if (!a.ok() || !b.ok()) return std::nullopt;
      return order(*a, *b);
    }
    default:
      return order(text, literal.text);
  }
}

bool Contains(const std::string& cell, const std::string& part) {
  auto value = json::Parse(cell);
  return value.ok() && value->is_string() && value->get_string().find(part) != std::string::npos;
}

bool MatchesComparison(const Filter& filter, const std::string& cell) {
  if (filter.op == Operator::kContains) return Contains(cell, filter.values[0].text);
  auto order = Compare(cell, filter.values[0]);
  if (!order) return false;
  switch (filter.op) {
    case Operator::kEqualTo:
      return *order == 0;
    case Operator::kNotEqualTo:
      return *order != 0;
    case Operator::kLessThan:
      return *order < 0;
    case Operator::kLessThanOrEqualTo:
      return *order <= 0;
    case Operator::kGreaterThan:
      return *order > 0;
    case Operator::kGreaterThanOrEqualTo:
      return *order >= 0;
    case Operator::kBetween:
      return *order >= 0 && Compare(cell, filter.values[1]).value_or(1) <= 0;
    default:
      SLUICE_CHECK(false);  // CanFilter says no to it.
  }
}

}  // namespace

bool Matches(const Filter& filter, const Row& row) {
  auto matches = [&](const Filter& operand) { return Matches(operand, row); };
  switch (filter.kind) {
    case Filter::Kind::kAnd:
      return std::all_of(filter.operands.begin(), filter.operands.end(), matches);
    case Filter::Kind::kOr:
      return std::any_of(filter.operands.begin(), filter.operands.end(), matches);
    case Filter::Kind::kNot:
      return !matches(filter.operands[0]);
    case Filter::Kind::kCompare:
      return MatchesComparison(filter, Cell(row, filter.field));
    case Filter::Kind::kIn: {
      std::string cell = Cell(row, filter.field);
      return std::any_of(filter.values.begin(), filter.values.end(), [&](const FilterValue& value) {
        return Compare(cell, value).value_or(1) == 0;
      });
    }
  }
  SLUICE_CHECK(false);
}

}  // namespace sluice::memory
