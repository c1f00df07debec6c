#include "sluice/tidb/filter_sql.h"

#include "sluice/tidb/literal.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

Error Bad(const Filter& filter, size_t position, const std::string& what) {
  return InvalidArgument("filter on '" + filter.field + "' (at byte " + std::to_string(position) +
                         "): " + what);
}

Result<std::string> Literal(const Filter& filter, const Column& column, const FilterValue& value) {
  if (value.kind == FilterValue::Kind::kNull) {
    return Bad(filter, value.position, "null can be compared with = and != only");
  }
  auto literal = ToComparable(column.type, value);
  if (!literal.ok()) return Bad(filter, value.position, literal.error().message);
  return literal;
}

std::string_view ComparisonSign(Operator op) {
  switch (op) {
    case Operator::kEqualTo:
      return " = ";
    case Operator::kNotEqualTo:
      return " <> ";
    case Operator::kLessThan:
      return " < ";
    case Operator::kLessThanOrEqualTo:
      return " <= ";
    case Operator::kGreaterThan:
      return " > ";
    case Operator::kGreaterThanOrEqualTo:
      return " >= ";
    default:
      return "";
  }
}

bool IsText(TypeKind kind) {
  return kind == TypeKind::kText || kind == TypeKind::kEnum || kind == TypeKind::kSet;
}

Result<std::string> Contains(const Filter& filter, const Column& column) {
  const FilterValue& value = filter.values.front();
  if (!IsText(column.type.kind)) {
    return Bad(filter, filter.position, "contains fits text only, not " + column.type.sql);
  }
  if (value.kind == FilterValue::Kind::kNull) {
    return Bad(filter, value.position, "null can be compared with = and != only");
  }
  return QuoteIdentifier(column.name) + " LIKE " + QuoteString(ContainsPattern(value.text));
}

// With null as Salesforce's SOQL has it: it is not equal to any value.
std::string IsNot(const std::string& name, const std::string& literal) {
  return "(" + name + " <> " + literal + " OR " + name + " IS NULL)";
}

Result<std::string> Compare(const Filter& filter, const Column& column) {
  std::string name = QuoteIdentifier(column.name);
  if (filter.op == Operator::kContains) return Contains(filter, column);
  if (filter.op == Operator::kBetween) {
    SLUICE_ASSIGN(std::string low, Literal(filter, column, filter.values[0]));
    SLUICE_ASSIGN(std::string high, Literal(filter, column, filter.values[1]));
    return name + " BETWEEN " + low + " AND " + high;
  }
  std::string_view sign = ComparisonSign(filter.op);
  if (sign.empty()) {
    return Bad(filter, filter.position, std::string(ToString(filter.op)) + " is not a comparison");
  }
  if (filter.values[0].kind == FilterValue::Kind::kNull) {
    if (filter.op == Operator::kEqualTo) return name + " IS NULL";
    if (filter.op == Operator::kNotEqualTo) return name + " IS NOT NULL";
  }
  SLUICE_ASSIGN(std::string literal, Literal(filter, column, filter.values[0]));
  bool is_not = filter.op == Operator::kNotEqualTo;
  // True is every number but 0, as it is read.
  if (column.type.kind == TypeKind::kBoolean && literal == "1") {
    if (filter.op == Operator::kEqualTo) return name + " <> 0";
    if (is_not) return "(" + name + " = 0 OR " + name + " IS NULL)";
  }
  return is_not ? IsNot(name, literal) : name + std::string(sign) + literal;
}

Result<std::string> In(const Filter& filter, const Column& column) {
  std::string name = QuoteIdentifier(column.name);
  std::string list;
  bool has_null = false;
  for (const FilterValue& value : filter.values) {
    if (value.kind == FilterValue::Kind::kNull) {
      has_null = true;
      continue;
    }
    SLUICE_ASSIGN(std::string literal, Literal(filter, column, value));
    list += (list.empty() ? "" : ", ") + literal;
  }
  if (list.empty()) return name + " IS NULL";
  std::string in = name + " IN (" + list + ")";
  return has_null ? "(" + in + " OR " + name + " IS NULL)" : in;
}

Result<std::string> Joined(const Table& table, const Filter& filter, std::string_view word) {
  std::string sql = "(";
  for (const Filter& operand : filter.operands) {
    SLUICE_ASSIGN(std::string part, ToWhere(table, operand));
    if (sql.size() > 1) sql += word;
    sql += part;
  }
  return sql + ")";
}

}  // namespace

Result<std::string> ToWhere(const Table& table, const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::kAnd:
      return Joined(table, filter, " AND ");
    case Filter::Kind::kOr:
      return Joined(table, filter, " OR ");
    case Filter::Kind::kNot: {
      SLUICE_ASSIGN(std::string operand, ToWhere(table, filter.operands.front()));
      return "(" + operand + ") IS NOT TRUE";
    }
    default:
      break;
  }
  const Column* column = table.Find(filter.field);
  if (!column) {
    return Bad(filter, filter.position, "table '" + table.name + "' has no such column");
  }
  if (!IsFilterable(column->type)) {
    return Bad(filter, filter.position,
               "a column of type " + column->type.sql + " can't be filtered");
  }
  if (filter.kind == Filter::Kind::kIn) return In(filter, *column);
  return Compare(filter, *column);
}

}  // namespace sluice::tidb
