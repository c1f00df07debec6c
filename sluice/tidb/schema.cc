#include "sluice/tidb/schema.h"

#include <algorithm>

#include "sluice/tidb/progress.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

// TiDB's own databases, in small letters.
constexpr std::string_view kSystemDatabases[] = {"information_schema", "metrics_schema", "mysql",
                                                 "performance_schema", "sys"};

std::string OrEmpty(const std::optional<std::string>& text) { return text.value_or(""); }

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// TiDB gives every view the comment "VIEW".
std::string Comment(bool is_view, std::string comment) {
  return is_view && comment == "VIEW" ? "" : comment;
}

// ---- A description is one query, whose rows begin with these three ----

enum Part { kTablePart, kColumnPart, kKeyPart };
constexpr size_t kPart = 0;     // Which Part the row tells of.
constexpr size_t kKeyName = 1;  // kKeyPart only; its rows come in the order of the names.
constexpr size_t kFirst = 3;    // After the place, by which the rows are only put in order.

std::string DescribingSql(const Table& table) {
  std::string in_table = " WHERE TABLE_SCHEMA = " + QuoteString(table.database) +
                         " AND TABLE_NAME = " + QuoteString(table.name);
  return "SELECT 0 AS part, '' AS key_name, 0 AS place, TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, "
         "CREATE_OPTIONS, TIDB_PK_TYPE, TIDB_ROW_ID_SHARDING_INFO, NULL "
         "FROM information_schema.TABLES" +
         in_table +
         " UNION ALL SELECT 1, '', ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, "
         "COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT, COLLATION_NAME FROM information_schema.COLUMNS" +
         in_table +
         " UNION ALL SELECT 2, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART, `Expression`, "
         "NULL, "
         "NULL, NULL, NULL FROM information_schema.STATISTICS" +
         in_table + " AND NON_UNIQUE = 0 ORDER BY part, key_name <> 'PRIMARY', key_name, place";
}

void ReadTable(const TextRow& row, Table& table) {
  table.name = OrEmpty(row[kFirst]);
  table.is_view = OrEmpty(row[kFirst + 1]).ends_with("VIEW");
  table.comment = Comment(table.is_view, OrEmpty(row[kFirst + 2]));
  table.is_partitioned = OrEmpty(row[kFirst + 3]).find("partitioned") != std::string::npos;
  table.is_clustered = OrEmpty(row[kFirst + 4]) == "CLUSTERED";
  table.has_auto_random = OrEmpty(row[kFirst + 5]).find("AUTO_RANDOM") != std::string::npos;
}

// Whether the default is the value itself. EXTRA doesn't say it of CURRENT_TIMESTAMP and sequences,
// and binary values come as text, with what is no text replaced.
bool IsLiteral(const Column& column) {
  if (!column.default_text) return false;
  const std::string& text = *column.default_text;
  switch (column.type.kind) {
    case TypeKind::kText:
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return true;
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return IsNumber(text);
    case TypeKind::kYear:
    case TypeKind::kTime:
    case TypeKind::kDate:
    case TypeKind::kDateTime:
      return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    default:
      return false;
  }
}

Column ToColumn(const TextRow& row) {
  Column column;
  column.name = OrEmpty(row[kFirst]);
  column.type = ParseColumnType(OrEmpty(row[kFirst + 1]));
  column.is_nullable = OrEmpty(row[kFirst + 2]) == "YES";
  column.default_text = row[kFirst + 3];
  std::string extra = OrEmpty(row[kFirst + 4]);
  auto says = [&](std::string_view word) { return extra.find(word) != std::string::npos; };
  column.is_default_literal = !says("DEFAULT_GENERATED") && IsLiteral(column);
  column.is_generated = says("GENERATED") && !says("DEFAULT_GENERATED");
  column.is_auto_increment = says("auto_increment");
  column.comment = OrEmpty(row[kFirst + 5]);
  column.collation = OrEmpty(row[kFirst + 6]);
  return column;
}

void ReadKeyColumn(const TextRow& row, Table& table) {
  std::string name = OrEmpty(row[kKeyName]);
  if (table.keys.empty() || table.keys.back().name != name) table.keys.push_back({name, {}, true});
  Key& key = table.keys.back();
  bool is_prefix = row[kFirst + 1].has_value(), is_expression = row[kFirst + 2].has_value();
  if (is_prefix || is_expression) key.is_plain = false;
  key.columns.push_back(OrEmpty(row[kFirst]));
}

// What the columns say only together with the keys. AUTO_RANDOM is told of the table as a whole: it
// is the primary key's first column.
void MarkDefaults(Table& table) {
  const Key* primary = table.PrimaryKey();
  for (Column& column : table.columns) {
    column.is_auto_random =
        table.has_auto_random && primary && primary->columns.front() == column.name;
    column.has_default = column.default_text || column.is_nullable || column.is_auto_increment ||
                         column.is_auto_random;
  }
}

Field ToField(const Table& table, const Column& column) {
  using enum WriteOperation;
  const Key* primary = table.PrimaryKey();
  Field field;
  field.name = column.name;
  field.data_type = DataTypeOf(column.type);
  field.data_type_label = column.type.sql;
  field.label = column.comment;
  field.description = column.comment;
  // A binary default comes as text, with what is no text replaced.
  if (column.type.kind != TypeKind::kBinary) field.default_value = column.default_text;
  field.is_primary_key = primary && Contains(primary->columns, column.name);
  field.constraints = ConstraintsOf(column.type);
  field.filter_operators = FilterOperatorsOf(column.type);
  field.read.is_nullable = column.is_nullable;
  field.read.is_queryable = IsFilterable(column.type);
  field.read.is_timestamp_for_incremental_queries =
      field.data_type == DataType::kDate || field.data_type == DataType::kDateTime;
  if (table.is_view || column.is_generated) return field;

  WriteProperties write;
  write.is_nullable = column.is_nullable;
  write.is_defaulted_on_create = column.has_default;
  bool identifies = std::any_of(table.keys.begin(), table.keys.end(), [&](const Key& key) {
    return key.is_plain && Contains(key.columns, column.name);
  });
  if (identifies) write.supported_write_operations = {kUpdate, kUpsert, kDelete};
  field.write = std::move(write);
  return field;
}

// information_schema knows it too, but walks through all tables of all databases to say so; the
// plan of a replacement shows what it would check or cascade to.
Result<bool> HasForeignKeys(Client& client, const Table& table, Deadline deadline) {
  std::string sql = "EXPLAIN FORMAT = 'brief' REPLACE INTO " + table.Quoted() + " VALUES ()";
  SLUICE_ASSIGN(auto plan, client.Select(sql, "table '" + table.name + "'", deadline));
  return std::any_of(plan.begin(), plan.end(), [](const TextRow& row) {
    return OrEmpty(row[0]).find("Foreign_Key_") != std::string::npos;
  });
}

Result<bool> HasChecks(Client& client, const Table& table, Deadline deadline) {
  constexpr unsigned kUnknownTable = 1109;  // TiDB before 7.4, which knows no check constraints.
  std::string sql =
      "SELECT 1 FROM information_schema.TIDB_CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = " +
      QuoteString(table.database) + " AND TABLE_NAME = " + QuoteString(table.name) + " LIMIT 1";
  auto rows = client.Select(sql, "table '" + table.name + "'", deadline);
  if (!rows.ok() && client.last_error().number == kUnknownTable) return false;
  if (!rows.ok()) return rows.error();
  return !rows->empty();
}

}  // namespace

const Column* Table::Find(std::string_view column) const {
  auto found = std::find_if(columns.begin(), columns.end(),
                            [&](const Column& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

const Key* Table::PrimaryKey() const {
  auto found =
      std::find_if(keys.begin(), keys.end(), [](const Key& key) { return key.name == "PRIMARY"; });
  return found == keys.end() ? nullptr : &*found;
}

std::string Table::Quoted() const {
  return QuoteIdentifier(database) + "." + QuoteIdentifier(name);
}

bool IsSystemDatabase(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  }
  return std::ranges::find(kSystemDatabases, name) != std::end(kSystemDatabases);
}

Result<std::vector<std::string>> ListDatabases(Client& client, std::string_view after, size_t limit,
                                               Deadline deadline) {
  std::string sql = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME > " +
                    QuoteString(after) + " AND LOWER(SCHEMA_NAME) NOT IN (" +
                    Join(kSystemDatabases, ", ", QuoteString) + ") ORDER BY SCHEMA_NAME LIMIT " +
                    std::to_string(limit);
  SLUICE_ASSIGN(auto rows, client.Select(sql, "the databases", deadline));
  std::vector<std::string> names;
  for (const TextRow& row : rows) names.push_back(OrEmpty(row[0]));
  return names;
}

Result<std::vector<TableName>> ListTables(Client& client, std::string_view database,
                                          std::string_view after, size_t limit, Deadline deadline) {
  std::string context = "the tables of '" + std::string(database) + "'";
  std::string name = QuoteString(database);
  std::string sql =
      "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES "
      "WHERE TABLE_SCHEMA = " +
      name + " AND TABLE_TYPE <> 'SEQUENCE' AND TABLE_NAME <> '" + kProgressTable +
      "' AND TABLE_NAME > " + QuoteString(after) + " ORDER BY TABLE_NAME LIMIT " +
      std::to_string(limit);
  SLUICE_ASSIGN(auto rows, client.Select(sql, context, deadline));
  std::vector<TableName> tables;
  for (const TextRow& row : rows) {
    bool is_view = OrEmpty(row[1]).ends_with("VIEW");
    tables.push_back({OrEmpty(row[0]), Comment(is_view, OrEmpty(row[2])), is_view});
  }
  if (!tables.empty()) return tables;
  sql = "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + name;
  SLUICE_ASSIGN(auto found, client.Select(sql, context, deadline));
  if (found.empty())
    return ResourceNotFound("there is no database '" + std::string(database) + "'");
  return tables;
}

Result<Table> DescribeTable(Client& client, std::string_view database, std::string_view name,
                            Deadline deadline) {
  Table table;
  table.database = database;
  table.name = name;
  SLUICE_ASSIGN(auto rows,
                client.Select(DescribingSql(table), "table '" + table.name + "'", deadline));
  bool is_there = false;
  for (const TextRow& row : rows) {
    switch (OrEmpty(row[kPart])[0] - '0') {
      case kTablePart:
        is_there = OrEmpty(row[kFirst + 1]) != "SEQUENCE";
        ReadTable(row, table);
        break;
      case kColumnPart:
        table.columns.push_back(ToColumn(row));
        break;
      case kKeyPart:
        ReadKeyColumn(row, table);
        break;
    }
  }
  if (!is_there) {
    return ResourceNotFound("database '" + table.database + "' has no table '" + table.name + "'");
  }
  MarkDefaults(table);
  return table;
}

Status LookForConstraints(Client& client, Table& table, Deadline deadline) {
  if (table.is_view) return Done{};
  auto found = HasForeignKeys(client, table, deadline);
  if (found.ok() && !*found) found = HasChecks(client, table, deadline);
  if (found.ok()) table.has_constraints = *found;
  bool may_not = !found.ok() && found.error().code == ErrorCode::kAccessDenied;
  return found.ok() || may_not ? Status(Done{}) : found.error();
}

Entity ToEntity(const TableName& table, std::string identifier) {
  Entity entity;
  entity.identifier = std::move(identifier);
  entity.label = table.name;
  entity.description = table.comment;
  entity.is_writable = !table.is_view;
  return entity;
}

EntityDefinition ToDefinition(const Table& table, std::string identifier) {
  EntityDefinition definition;
  definition.entity = ToEntity({table.name, table.comment, table.is_view}, std::move(identifier));
  for (const Column& column : table.columns) definition.fields.push_back(ToField(table, column));
  return definition;
}

}  // namespace sluice::tidb
