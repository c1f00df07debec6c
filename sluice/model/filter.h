// A condition on records, as a tree: what a flow's filters become, what the connector protocol's
// filter expression says, and what a connector turns into SQL or SOQL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice {

// A literal of the filter expression, kept as its text.
struct FilterValue {
  enum class Kind { kString, kNumber, kBoolean, kDate, kDateTime, kNull };
  Kind kind = Kind::kNull;
  std::string text;     // Unquoted and unescaped: "Hot", "-5.0", "true", "2026-01-31",
                        // "2026-01-31T09:05:07Z". Empty for kNull.
  size_t position = 0;  // Byte in the expression it was parsed from, for error messages.

  friend bool operator==(const FilterValue& a, const FilterValue& b) {
    return a.kind == b.kind && a.text == b.text;
  }
};

struct Filter {
  enum class Kind { kAnd, kOr, kNot, kCompare, kIn };
  Kind kind = Kind::kCompare;
  std::vector<Filter> operands;      // kAnd, kOr: two or more. kNot: one.
  std::string field;                 // kCompare, kIn.
  Operator op = Operator::kEqualTo;  // kCompare: a comparison, kContains or kBetween (inclusive).
  std::vector<FilterValue> values;   // kCompare: one, two for kBetween. kIn: one or more.
  size_t position = 0;               // Byte where the field's name stands in the expression.

  friend bool operator==(const Filter& a, const Filter& b) {
    return a.kind == b.kind && a.operands == b.operands && a.field == b.field && a.op == b.op &&
           a.values == b.values;
  }
};

// What a condition becomes elsewhere: SQL, a query string, a test on a record. An Error of one of
// the methods ends the visit.
template <class Out>
class FilterVisitor {
 public:
  virtual ~FilterVisitor() = default;
  virtual Result<Out> OnAnd(std::vector<Out> operands) = 0;  // Two or more.
  virtual Result<Out> OnOr(std::vector<Out> operands) = 0;   // Two or more.
  virtual Result<Out> OnNot(Out operand) = 0;
  virtual Result<Out> OnCompare(const Filter& comparison) = 0;  // kCompare.
  virtual Result<Out> OnIn(const Filter& list) = 0;             // kIn.
};

// From the inside out: operands before what joins them.
template <class Out>
Result<Out> Visit(const Filter& filter, FilterVisitor<Out>& visitor) {
  if (filter.kind == Filter::Kind::kCompare) return visitor.OnCompare(filter);
  if (filter.kind == Filter::Kind::kIn) return visitor.OnIn(filter);
  std::vector<Out> operands;
  operands.reserve(filter.operands.size());
  for (const Filter& operand : filter.operands) {
    SLUICE_ASSIGN(Out out, Visit(operand, visitor));
    operands.push_back(std::move(out));
  }
  if (filter.kind == Filter::Kind::kAnd) return visitor.OnAnd(std::move(operands));
  if (filter.kind == Filter::Kind::kOr) return visitor.OnOr(std::move(operands));
  return visitor.OnNot(std::move(operands.front()));
}

// A whole filter expression: a condition, a limit on the number of records, or both.
struct FilterExpression {
  std::optional<Filter> condition;
  std::optional<int64_t> limit;

  friend bool operator==(const FilterExpression&, const FilterExpression&) = default;
};

// `operands` joined by kAnd; a single one is itself; nothing where there is none.
std::optional<Filter> And(std::vector<Filter> operands);

}  // namespace sluice
