#include "sluice/tidb/read_plan.h"

#include <algorithm>

#include "sluice/base/time_text.h"
#include "sluice/tidb/column_json.h"
#include "sluice/tidb/filter_sql.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

// A large LIMIT is for TiDB's storage too. The first rows come soon, and more than two regions
// needn't be read at once for one reader. A server without such a variable warns and goes on.
constexpr std::string_view kHints =
    "/*+ SET_VAR(tidb_opt_limit_push_down_threshold=1000000) SET_VAR(tidb_min_paging_size=4096) "
    "SET_VAR(tidb_distsql_scan_concurrency=2) */ ";

std::string SnapshotLiteral(int64_t snapshot_ms) {
  std::string text = FormatTime(Time(std::chrono::milliseconds(snapshot_ms)), 3);
  text[10] = ' ';  // Of …T09:05:07.123Z
  text.pop_back();
  return "'" + text + "'";
}

// TiDB prints a FLOAT with six digits only where it needs an exponent.
std::string Selected(const Column& column) {
  std::string name = QuoteIdentifier(column.name);
  return column.type.kind == TypeKind::kFloat ? "CAST(" + name + " AS DOUBLE)" : name;
}

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

// (a, b) > (x, y), written out as TiDB turns it into a range: (a > x) OR (a = x AND b > y).
Result<std::string> ReadPlan::Behind(const std::vector<std::string>& last) const {
  if (last.size() != key_.size()) return InvalidArgument("nextToken is of another table");
  std::string sql, equal;
  for (size_t i = 0; i < key_.size(); ++i) {
    SLUICE_ASSIGN(std::string literal, ToSql(key_[i], last[i]));
    if (i > 0) sql += " OR ";
    sql += "(" + equal + key_[i].compared + " > " + literal + ")";
    equal += key_[i].compared + " = " + literal + " AND ";
  }
  return "(" + sql + ")";
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
  std::string sql = "SELECT " + std::string(kHints) + select_ + " FROM " + table_->Quoted();
  if (!table_->is_view) sql += " AS OF TIMESTAMP " + SnapshotLiteral(position.snapshot_ms);
  std::string where = where_;
  if (!position.last_key.empty()) {
    SLUICE_ASSIGN(std::string behind, Behind(position.last_key));
    where += (where.empty() ? "" : " AND ") + behind;
  }
  if (!where.empty()) sql += " WHERE " + where;
  sql += " ORDER BY " + Order() + " LIMIT " + std::to_string(limit);
  if (key_.empty()) sql += " OFFSET " + std::to_string(position.offset);
  return sql;
}

// A view can't be read AS OF in one statement, but in a transaction that is.
std::string ReadPlan::Begin(const PageToken& position) const {
  if (!table_->is_view) return "";
  return "START TRANSACTION READ ONLY AS OF TIMESTAMP " + SnapshotLiteral(position.snapshot_ms);
}

}  // namespace sluice::tidb
