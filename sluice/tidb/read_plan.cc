#include "sluice/tidb/read_plan.h"

#include <algorithm>

#include "sluice/tidb/column_json.h"
#include "sluice/tidb/filter_sql.h"
#include "sluice/tidb/snapshot.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

// A large LIMIT is for TiDB's storage too. The first rows come soon, and more than two regions
// needn't be read at once for one reader. A server without such a variable warns and goes on.
constexpr std::string_view kPageHints =
    "/*+ SET_VAR(tidb_opt_limit_push_down_threshold=1000000) SET_VAR(tidb_min_paging_size=4096) "
    "SET_VAR(tidb_distsql_scan_concurrency=2) */ ";

// TiDB prints a FLOAT with six digits only where it needs an exponent.
std::string Selected(const Column& column) {
  std::string name = QuoteIdentifier(column.name);
  return column.type.kind == TypeKind::kFloat ? "CAST(" + name + " AS DOUBLE)" : name;
}

// For a statement that is read for as long as it takes.
constexpr std::string_view kRangeHints =
    "/*+ SET_VAR(tidb_distsql_scan_concurrency=2) SET_VAR(max_execution_time=0) */ ";

// Rows without a key are ordered by all of their columns, byte by byte, so that rows that stand in
// each other's place are the same record.
std::string OrderOfAll(const std::vector<const Column*>& columns) {
  return Join(columns, ", ", [](const Column* column) {
    std::string name = QuoteIdentifier(column->name);
    return column->type.kind == TypeKind::kText ? "CAST(" + name + " AS BINARY)" : name;
  });
}

}  // namespace

Result<std::vector<const Column*>> SelectedColumns(const Table& table,
                                                   const std::vector<std::string>& fields) {
  std::vector<const Column*> columns;
  for (const std::string& field : fields) {
    const Column* column = table.Find(field);
    if (!column) {
      return InvalidArgument("table '" + table.name + "' has no column '" + field + "'");
    }
    columns.push_back(column);
  }
  if (columns.empty()) {
    for (const Column& column : table.columns) columns.push_back(&column);
  }
  return columns;
}

std::string SelectList(const std::vector<const Column*>& columns) {
  return Join(columns, ", ", [](const Column* column) { return Selected(*column); });
}

// ---- The key that pages follow ----

ReadPlan::KeyPart ReadPlan::ToKeyPart(const Column& column) {
  std::string name = QuoteIdentifier(column.name);
  using Literal = KeyPart::Literal;
  switch (column.type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kDecimal:
      return {name, name, Literal::kNumber};
    // Ordered by number, but printed and compared as text.
    case TypeKind::kBit:
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return {name, name + "+0", Literal::kNumber};
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return {name, Selected(column), Literal::kDouble};
    case TypeKind::kBinary:
      return {name, name, Literal::kBytes};
    case TypeKind::kText:
      return {name, name, Literal::kText};
    default:
      return {name, name, Literal::kString};
  }
}

std::vector<ReadPlan::KeyPart> ReadPlan::KeyOf(const Table& table) {
  const Key* primary = table.PrimaryKey();
  // After EXCHANGE PARTITION row ids are unique within a partition only.
  if (table.is_view || (table.is_partitioned && !primary)) return {};
  if (!primary || !(table.is_clustered || table.is_partitioned)) {
    return {{"_tidb_rowid", "_tidb_rowid", KeyPart::Literal::kNumber}};
  }
  std::vector<KeyPart> key;
  for (const std::string& name : primary->columns) key.push_back(ToKeyPart(*table.Find(name)));
  return key;
}

Result<std::string> ReadPlan::ToSql(const KeyPart& part, const std::string& value) {
  switch (part.literal) {
    case KeyPart::Literal::kText:
    case KeyPart::Literal::kString:
      return QuoteString(value);
    case KeyPart::Literal::kBytes:
      return QuoteBytes(value);
    default:
      break;
  }
  if (!IsNumber(value)) return InvalidArgument("nextToken is damaged; start the read again");
  bool plain = value.find_first_of("eE") == std::string::npos;
  return part.literal == KeyPart::Literal::kDouble && plain ? value + "e0" : value;
}

Result<std::vector<std::string>> ReadPlan::ToSql(const std::vector<std::string>& values) const {
  SLUICE_CHECK(values.size() <= key_.size());
  std::vector<std::string> literals;
  for (size_t i = 0; i < values.size(); ++i) {
    SLUICE_ASSIGN(std::string literal, ToSql(key_[i], values[i]));
    literals.push_back(std::move(literal));
  }
  return literals;
}

// (a, b) > (x, y), written out as TiDB turns it into a range: (a > x) OR (a = x AND b > y).
std::string ReadPlan::From(const LowerBound& bound, size_t first) const {
  std::string sql, equal;
  for (size_t i = first; i < bound.literals.size(); ++i) {
    const std::string& literal = bound.literals[i];
    bool is_included = i + 1 == bound.literals.size() && !bound.is_excluded;
    if (i > first) sql += " OR ";
    sql += "(" + equal + key_[i].compared + (is_included ? " >= " : " > ") + literal + ")";
    equal += key_[i].compared + " = " + literal + " AND ";
  }
  return "(" + sql + ")";
}

std::string ReadPlan::Before(const std::vector<std::string>& bound, size_t first) const {
  std::string sql, equal;
  for (size_t i = first; i < bound.size(); ++i) {
    if (i > first) sql += " OR ";
    sql += "(" + equal + key_[i].compared + " < " + bound[i] + ")";
    equal += key_[i].compared + " = " + bound[i] + " AND ";
  }
  return "(" + sql + ")";
}

// From(lower) AND Before(upper), written out so that TiDB reads no more than the range: of the two
// it would heed the first column only, and read whole what has the bounds' first values.
std::string ReadPlan::Between(const LowerBound& lower, const std::vector<std::string>& upper,
                              size_t first) const {
  if (first == upper.size()) return "(1 = 0)";  // Nothing is before what begins with itself.
  if (first == lower.literals.size()) return Before(upper, first);
  const std::string &name = key_[first].compared, &x = lower.literals[first], &y = upper[first];
  if (x == y) return "(" + name + " = " + x + " AND " + Between(lower, upper, first + 1) + ")";
  // Texts that differ may be equal by their collation.
  if (key_[first].literal == KeyPart::Literal::kText) {
    return "(" + From(lower, first) + " AND " + Before(upper, first) + ")";
  }
  bool is_last_of_lower = first + 1 == lower.literals.size();
  bool is_included = is_last_of_lower && !lower.is_excluded;
  std::string sql =
      "(" + name + (is_included ? " >= " : " > ") + x + " AND " + name + " < " + y + ")";
  if (!is_last_of_lower)
    sql = "(" + name + " = " + x + " AND " + From(lower, first + 1) + ") OR " + sql;
  if (first + 1 < upper.size())
    sql += " OR (" + name + " = " + y + " AND " + Before(upper, first + 1) + ")";
  return "(" + sql + ")";
}

Result<ReadPlan::LowerBound> ReadPlan::Behind(const std::vector<std::string>& last) const {
  if (last.size() != key_.size()) return InvalidArgument("nextToken is of another table");
  SLUICE_ASSIGN(std::vector<std::string> literals, ToSql(last));
  return LowerBound{std::move(literals), true};
}

void ReadPlan::CopyKey(const std::vector<Text>& row, std::vector<std::string>& last_key) const {
  last_key.resize(key_.size());
  for (size_t i = 0; i < key_.size(); ++i) last_key[i] = row[key_[i].index].value_or("");
}

std::string ReadPlan::Named(const std::vector<Text>& row) const {
  if (key_.empty()) return "a row";
  return "the row with " + Join(key_, ", ", [&](const KeyPart& part) {
           std::string_view value = row[part.index].value_or("NULL").substr(0, 100);
           return part.order + " = " + (IsUtf8(value) ? std::string(value) : QuoteBytes(value));
         });
}

// ---- The statement ----

Result<ReadPlan> ReadPlan::Make(const Table& table, const std::vector<std::string>& fields,
                                const FilterExpression& filter) {
  ReadPlan plan(table);
  SLUICE_ASSIGN(plan.columns_, SelectedColumns(table, fields));
  if (filter.condition) {
    SLUICE_ASSIGN(plan.where_, ToWhere(table, *filter.condition));
  }
  plan.key_ = KeyOf(table);
  plan.Select();
  plan.Describe(filter);
  return plan;
}

// The key is selected too, where it isn't anyway.
void ReadPlan::Select() {
  std::vector<std::string> list;
  for (const Column* column : columns_) list.push_back(Selected(*column));
  for (KeyPart& part : key_) {
    part.index =
        static_cast<size_t>(std::find(list.begin(), list.end(), part.compared) - list.begin());
    if (part.index == list.size()) list.push_back(part.compared);
  }
  select_ = Join(list, ", ", [](const std::string& item) { return item; });
}

void ReadPlan::Describe(const FilterExpression& filter) {
  description_ =
      select_ + " FROM " + table_->Quoted() + " WHERE " + where_ + " ORDER BY " + Order();
  for (const Column* column : columns_) description_ += ", " + column->type.sql;
  if (filter.limit) description_ += " LIMIT " + std::to_string(*filter.limit);
}

std::string ReadPlan::Order() const {
  if (key_.empty()) return OrderOfAll(columns_);
  return Join(key_, ", ", [](const KeyPart& part) { return part.order; });
}

Result<std::string> ReadPlan::Sql(const PageToken& position, size_t limit) const {
  std::string sql = "SELECT " + std::string(kPageHints) + select_ + " FROM " + table_->Quoted();
  if (!table_->is_view) sql += " AS OF TIMESTAMP " + SnapshotLiteral(position.snapshot_ms);
  std::string where = where_;
  if (!position.last_key.empty()) {
    SLUICE_ASSIGN(LowerBound behind, Behind(position.last_key));
    where += (where.empty() ? "" : " AND ") + From(behind);
  }
  if (!where.empty()) sql += " WHERE " + where;
  sql += " ORDER BY " + Order() + " LIMIT " + std::to_string(limit);
  if (key_.empty()) sql += " OFFSET " + std::to_string(position.offset);
  return sql;
}

Result<std::string> ReadPlan::RangeSql(const PageToken& position, const KeyRange& range) const {
  if (std::max(range.from.size(), range.to.size()) > key_.size()) {
    return InvalidArgument("the range is of another table");
  }
  LowerBound lower;
  if (position.last_key.empty()) {
    SLUICE_ASSIGN(lower.literals, ToSql(range.from));
  } else {
    SLUICE_ASSIGN(lower, Behind(position.last_key));
  }
  SLUICE_ASSIGN(std::vector<std::string> upper, ToSql(range.to));

  std::string where = where_;
  auto add = [&where](const std::string& condition) {
    where += (where.empty() ? "" : " AND ") + condition;
  };
  if (!lower.literals.empty() && !upper.empty()) {
    add(Between(lower, upper));
  } else if (!lower.literals.empty()) {
    add(From(lower));
  } else if (!upper.empty()) {
    add(Before(upper));
  }
  std::string sql = "SELECT " + std::string(kRangeHints) + select_ + " FROM " + table_->Quoted();
  if (!where.empty()) sql += " WHERE " + where;
  sql += " ORDER BY " + Order();
  bool skips = key_.empty() && position.offset > 0;
  if (position.rows_left || skips) {
    uint64_t limit = position.rows_left ? static_cast<uint64_t>(*position.rows_left) : UINT64_MAX;
    sql += " LIMIT " + std::to_string(limit);
  }
  if (skips) sql += " OFFSET " + std::to_string(position.offset);
  return sql;
}

std::string ReadPlan::RegionsSql() const {
  // A part that is compared otherwise than it is stored would make TiDB read all rows for a range.
  auto end = std::find_if(key_.begin(), key_.end(),
                          [](const KeyPart& part) { return part.compared != part.order; });
  if (end == key_.begin()) return "";
  std::string columns = Join(std::vector<KeyPart>(key_.begin(), end), ", ",
                             [](const KeyPart& part) { return part.order; });
  return "SELECT " + columns + " FROM " + table_->Quoted() + " TABLESAMPLE REGIONS() ORDER BY " +
         columns;
}

}  // namespace sluice::tidb
