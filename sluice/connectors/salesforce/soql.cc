#include "sluice/connectors/salesforce/soql.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/time_text.h"

namespace sluice::salesforce {
namespace {

// The escape sequences of string literals. In a pattern for LIKE, % and _ are none of ours.
std::string Quoted(std::string_view text, bool is_pattern) {
  std::string quoted;
  for (char c : text) {
    switch (c) {
      case '\'':
        quoted += "\\'";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '%':
      case '_':
        if (is_pattern) quoted += '\\';
        [[fallthrough]];
      default:
        quoted += c;
    }
  }
  return is_pattern ? "'%" + quoted + "%'" : '\'' + quoted + '\'';
}

Error Unfit(const Field& field, const FilterValue& value, std::string_view wanted) {
  return InvalidArgument("the filter on '" + field.name + "' compares it with '" + value.text +
                         "', but it needs " + std::string(wanted));
}

Result<std::string> NumberLiteral(const Field& field, const FilterValue& value) {
  double number = 0;
  const char *begin = value.text.data(), *end = begin + value.text.size();
  auto [rest, error] = std::from_chars(begin, end, number);
  bool is_digit = !value.text.empty() && (*begin == '-' || (*begin >= '0' && *begin <= '9'));
  if (error != std::errc() || rest != end || !is_digit) return Unfit(field, value, "a number");
  return value.text;
}

Result<std::string> BooleanLiteral(const Field& field, const FilterValue& value) {
  if (value.text == "true" || value.text == "True" || value.text == "TRUE")
    return std::string("true");
  if (value.text == "false" || value.text == "False" || value.text == "FALSE") {
    return std::string("false");
  }
  return Unfit(field, value, "true or false");
}

// A date knows no time of day: of a point in time, the day counts.
Result<std::string> DateLiteral(const Field& field, const FilterValue& value) {
  auto time = ParseTime(value.text);
  if (!time.ok()) return Unfit(field, value, "a date such as 2026-01-31");
  return FormatDate(std::chrono::floor<std::chrono::days>(*time));
}

Result<std::string> DateTimeLiteral(const Field& field, const FilterValue& value) {
  auto time = ParseTime(value.text);
  if (!time.ok()) return Unfit(field, value, "a time such as 2026-01-31T09:05:07Z");
  bool is_whole_second = time->time_since_epoch() % std::chrono::seconds(1) == Time::duration(0);
  return FormatTime(*time, is_whole_second ? 0 : 3);
}

Result<std::string> TimeOfDayLiteral(const Field& field, const FilterValue& value) {
  auto whole = ParseTime("2000-01-01T" + value.text);
  if (!whole.ok()) return Unfit(field, value, "a time of day such as 09:05:07.000Z");
  return FormatTime(*whole, 3).substr(11);
}

Result<std::string> Literal(const Field& field, const FilterValue& value) {
  if (value.kind == FilterValue::Kind::kNull) return std::string("null");
  if (field.data_type_label == "time") return TimeOfDayLiteral(field, value);
  switch (field.data_type) {
    case DataType::kBoolean:
      return BooleanLiteral(field, value);
    case DataType::kInteger:
    case DataType::kLong:
    case DataType::kDouble:
      return NumberLiteral(field, value);
    case DataType::kDate:
      return DateLiteral(field, value);
    case DataType::kDateTime:
      return DateTimeLiteral(field, value);
    default:
      return Quoted(value.text, false);
  }
}

Result<std::string> Joined(const EntityDefinition& entity, const Filter& filter,
                           std::string_view word) {
  std::string joined;
  for (const Filter& operand : filter.operands) {
    SLUICE_ASSIGN(std::string text, ToSoql(entity, operand));
    if (!joined.empty()) joined += word;
    joined += '(' + text + ')';
  }
  return joined;
}

Result<std::string> In(const Field& field, const Filter& filter) {
  std::string list;
  for (const FilterValue& value : filter.values) {
    SLUICE_ASSIGN(std::string literal, Literal(field, value));
    list += (list.empty() ? "" : ",") + literal;
  }
  return field.name + " IN (" + list + ')';
}

Result<std::string> Comparison(const Field& field, std::string_view op, const FilterValue& value) {
  bool is_equality = op == "=" || op == "!=";
  if (value.kind == FilterValue::Kind::kNull && !is_equality) {
    return InvalidArgument("the filter on '" + field.name +
                           "' compares with null, which is only equal or not equal to something");
  }
  SLUICE_ASSIGN(std::string literal, Literal(field, value));
  return field.name + ' ' + std::string(op) + ' ' + literal;
}

Result<std::string> Comparison(const Field& field, const Filter& filter) {
  const FilterValue& value = filter.values.front();
  switch (filter.op) {
    case Operator::kEqualTo:
      return Comparison(field, "=", value);
    case Operator::kNotEqualTo:
      return Comparison(field, "!=", value);
    case Operator::kLessThan:
      return Comparison(field, "<", value);
    case Operator::kLessThanOrEqualTo:
      return Comparison(field, "<=", value);
    case Operator::kGreaterThan:
      return Comparison(field, ">", value);
    case Operator::kGreaterThanOrEqualTo:
      return Comparison(field, ">=", value);
    case Operator::kContains:
      return field.name + " LIKE " + Quoted(value.text, true);
    case Operator::kBetween: {
      SLUICE_ASSIGN(std::string lower, Comparison(field, ">=", value));
      SLUICE_ASSIGN(std::string upper, Comparison(field, "<=", filter.values.back()));
      return lower + " AND " + upper;
    }
    default:
      return InvalidArgument("Salesforce can't filter '" + field.name + "' with " +
                             std::string(ToString(filter.op)));
  }
}

}  // namespace

Result<std::string> ToSoql(const EntityDefinition& entity, const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::kAnd:
      return Joined(entity, filter, " AND ");
    case Filter::Kind::kOr:
      return Joined(entity, filter, " OR ");
    case Filter::Kind::kNot: {
      SLUICE_ASSIGN(std::string operand, ToSoql(entity, filter.operands.front()));
      return "NOT (" + operand + ')';
    }
    case Filter::Kind::kCompare:
    case Filter::Kind::kIn:
      break;
  }
  const Field* field = entity.Find(filter.field);
  if (!field) {
    return InvalidArgument("the filter names '" + filter.field + "', which " +
                           entity.entity.identifier + " does not have");
  }
  return filter.kind == Filter::Kind::kIn ? In(*field, filter) : Comparison(*field, filter);
}

std::string ToSoql(const SoqlPage& page) {
  std::string soql = "SELECT ";
  for (size_t i = 0; i < page.fields.size(); ++i) soql += (i > 0 ? "," : "") + page.fields[i];
  soql += " FROM " + page.object;
  std::string after = page.after_id.empty() ? "" : "Id > " + Quoted(page.after_id, false);
  if (!page.condition.empty()) soql += " WHERE (" + page.condition + ')';
  if (!after.empty()) soql += (page.condition.empty() ? " WHERE " : " AND ") + after;
  return soql + " ORDER BY Id LIMIT " + std::to_string(page.limit);
}

}  // namespace sluice::salesforce
