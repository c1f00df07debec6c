#include "sluice/tidb/schema.h"

#include <algorithm>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

constexpr std::string_view kListColumns = "TABLE_NAME, TABLE_TYPE, TABLE_COMMENT";

std::string OrEmpty(const std::optional<std::string>& text) { return text.value_or(""); }

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// TiDB gives every view the comment "VIEW".
std::string Comment(bool is_view, std::string comment) {
  return is_view && comment == "VIEW" ? "" : comment;
}

std::string InTable(const Table& table) {
  return " WHERE TABLE_SCHEMA = " + QuoteString(table.database) +
         " AND TABLE_NAME = " + QuoteString(table.name);
}

Status ReadTable(Client& client, Table& table, Deadline deadline) {
  std::string context = "table '" + table.name + "'";
  std::string sql =
      "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, CREATE_OPTIONS, TIDB_PK_TYPE, "
      "TIDB_ROW_ID_SHARDING_INFO FROM information_schema.TABLES" +
      InTable(table);
  SLUICE_ASSIGN(auto rows, client.Select(sql, context, deadline));
  bool is_table = !rows.empty() && OrEmpty(rows[0][1]) != "SEQUENCE";
  if (!is_table) {
    return ResourceNotFound("database '" + table.database + "' has no table '" + table.name + "'");
  }
  const TextRow& row = rows[0];
  table.name = OrEmpty(row[0]);
  table.is_view = OrEmpty(row[1]).ends_with("VIEW");
  table.comment = Comment(table.is_view, OrEmpty(row[2]));
  table.is_partitioned = OrEmpty(row[3]).find("partitioned") != std::string::npos;
  table.is_clustered = OrEmpty(row[4]) == "CLUSTERED";
  table.has_auto_random = OrEmpty(row[5]).find("AUTO_RANDOM") != std::string::npos;
  return Done{};
}

Column ToColumn(const TextRow& row) {
  Column column;
  column.name = OrEmpty(row[0]);
  column.type = ParseColumnType(OrEmpty(row[1]));
  column.is_nullable = OrEmpty(row[2]) == "YES";
  column.default_text = row[3];
  std::string extra = OrEmpty(row[4]);
  column.is_generated = extra.find("GENERATED") != std::string::npos &&
                        extra.find("DEFAULT_GENERATED") == std::string::npos;
  column.is_auto_increment = extra.find("auto_increment") != std::string::npos;
  column.comment = OrEmpty(row[5]);
  return column;
}

Status ReadColumns(Client& client, Table& table, Deadline deadline) {
  std::string sql =
      "SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT "
      "FROM information_schema.COLUMNS" +
      InTable(table) + " ORDER BY ORDINAL_POSITION";
  SLUICE_ASSIGN(auto rows, client.Select(sql, "table '" + table.name + "'", deadline));
  for (const TextRow& row : rows) table.columns.push_back(ToColumn(row));
  return Done{};
}

Status ReadKeys(Client& client, Table& table, Deadline deadline) {
  std::string sql =
      "SELECT INDEX_NAME, COLUMN_NAME, SUB_PART, `Expression` FROM information_schema.STATISTICS" +
      InTable(table) + " AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX";
  SLUICE_ASSIGN(auto rows, client.Select(sql, "table '" + table.name + "'", deadline));
  for (const TextRow& row : rows) {
    std::string name = OrEmpty(row[0]);
    if (table.keys.empty() || table.keys.back().name != name)
      table.keys.push_back({name, {}, true});
    Key& key = table.keys.back();
    if (row[2] || row[3]) key.is_plain = false;
    key.columns.push_back(OrEmpty(row[1]));
  }
  return Done{};
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
  field.default_value = column.default_text;
  field.is_primary_key = primary && Contains(primary->columns, column.name);
  field.constraints = ConstraintsOf(column.type);
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

Result<std::vector<TableName>> ListTables(Client& client, std::string_view database,
                                          std::string_view after, size_t limit, Deadline deadline) {
  std::string sql =
      "SELECT " + std::string(kListColumns) +
      " FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + QuoteString(database) +
      " AND TABLE_TYPE <> 'SEQUENCE' AND TABLE_NAME > " + QuoteString(after) +
      " ORDER BY TABLE_NAME LIMIT " + std::to_string(limit);
  SLUICE_ASSIGN(auto rows,
                client.Select(sql, "the tables of '" + std::string(database) + "'", deadline));
  std::vector<TableName> tables;
  for (const TextRow& row : rows) {
    bool is_view = OrEmpty(row[1]).ends_with("VIEW");
    tables.push_back({OrEmpty(row[0]), Comment(is_view, OrEmpty(row[2])), is_view});
  }
  return tables;
}

Result<Table> DescribeTable(Client& client, std::string_view database, std::string_view name,
                            Deadline deadline) {
  Table table;
  table.database = database;
  table.name = name;
  SLUICE_RETURN_IF_ERROR(ReadTable(client, table, deadline));
  SLUICE_RETURN_IF_ERROR(ReadColumns(client, table, deadline));
  SLUICE_RETURN_IF_ERROR(ReadKeys(client, table, deadline));
  MarkDefaults(table);
  return table;
}

Entity ToEntity(const TableName& table) {
  Entity entity;
  entity.identifier = table.name;
  entity.label = table.name;
  entity.description = table.comment;
  entity.is_writable = !table.is_view;
  return entity;
}

EntityDefinition ToDefinition(const Table& table) {
  EntityDefinition definition;
  definition.entity = ToEntity({table.name, table.comment, table.is_view});
  for (const Column& column : table.columns) definition.fields.push_back(ToField(table, column));
  return definition;
}

}  // namespace sluice::tidb
