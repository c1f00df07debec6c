// Salesforce's query language, the part that the sandbox answers:
//
//   SELECT field, … | COUNT() FROM object
//   [WHERE condition] [ORDER BY field [ASC|DESC] [NULLS FIRST|LAST], …] [LIMIT n] [OFFSET n]
//
// with AND, OR, NOT, parentheses, = != <> < <= > >= LIKE IN NOT IN; strings, numbers, booleans,
// null, dates, datetimes, and TODAY, YESTERDAY, LAST_N_DAYS:n. As in Salesforce, AND and OR may
// stand side by side only with parentheses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sluice/sandbox/record.h"

namespace sluice::sandbox {

struct SoqlName {
  std::string text;
  size_t position = 0;  // Byte in the query, for error messages.
};

// Days counted from today, both inclusive: YESTERDAY is -1 to -1.
struct RelativeDays {
  int first = 0, last = 0;
};

struct SoqlLiteral {
  std::variant<std::monostate, bool, double, std::string, Days, Time, RelativeDays> value;
};

enum class SoqlOperator {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kLike,
  kIn,
  kNotIn
};

struct SoqlCondition {
  enum class Kind { kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kCompare;
  std::vector<SoqlCondition> operands;  // kAnd, kOr: two or more. kNot: one.
  SoqlName field;
  SoqlOperator op = SoqlOperator::kEqual;
  std::vector<SoqlLiteral> values;  // One; with IN one or more.
};

struct SoqlOrder {
  SoqlName field;
  bool is_descending = false;
  bool nulls_last = false;
};

struct SoqlQuery {
  bool is_count = false;
  std::vector<SoqlName> fields;
  SoqlName object;
  std::optional<SoqlCondition> where;
  std::vector<SoqlOrder> order;
  std::optional<int64_t> limit;
  int64_t offset = 0;
};

// The error that Salesforce's query call gives: the line of the query, a caret below the byte, and
// what is wrong there.
ApiError SoqlError(std::string_view query, size_t position, std::string code, std::string message);

// MALFORMED_QUERY, or nothing and the query in `parsed`.
std::optional<ApiError> ParseSoql(std::string_view text, SoqlQuery& parsed);

}  // namespace sluice::sandbox
