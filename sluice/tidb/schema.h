// Which tables there are, and what is known about one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/tidb/client.h"
#include "sluice/tidb/types.h"

namespace sluice::tidb {

struct Column {
  std::string name;
  ColumnType type;
  bool is_nullable = true;
  // DEFAULT may stand for the value: a default, AUTO_INCREMENT or AUTO_RANDOM.
  bool has_default = false;
  std::optional<std::string> default_text;
  bool is_generated = false;  // Computed by TiDB: can't be written.
  bool is_auto_increment = false;
  bool is_auto_random = false;
  // Of a text column, as information_schema.COLUMNS has it. Empty: none, or not known.
  std::string collation;
  // default_text is the value itself, nothing to be computed (no DEFAULT_GENERATED in EXTRA).
  bool is_default_literal = false;
  std::string comment;

  // What stands for the default in a new row: AUTO_RANDOM doesn't take DEFAULT.
  const char* DefaultLiteral() const {
    return is_auto_increment || is_auto_random ? "NULL" : "DEFAULT";
  }
};

// A unique key.
struct Key {
  std::string name;  // "PRIMARY" or the index's own.
  std::vector<std::string> columns;
  // Unique are whole column values: not prefixes or expressions.
  bool is_plain = true;
};

struct Table {
  std::string database, name, comment;
  bool is_view = false;
  bool is_clustered = false;  // Rows are stored in the order of the primary key.
  bool is_partitioned = false;
  bool has_auto_random = false;
  std::vector<Column> columns;
  std::vector<Key> keys;  // Unique ones only; the primary key comes first.

  // There are foreign keys, the table's own or pointing here, or check constraints: LOAD DATA heeds
  // none of them. Nothing: not known (LookForConstraints).
  std::optional<bool> has_constraints;

  const Column* Find(std::string_view column) const;  // nullptr where there is none.
  const Key* PrimaryKey() const;                      // nullptr where there is none.
  std::string Quoted() const;                         // `db`.`table`
};

struct TableName {
  std::string name, comment;
  bool is_view = false;
};

bool IsSystemDatabase(std::string name);

// Up to `limit` databases in the order of their names, those behind `after`; without TiDB's own.
Result<std::vector<std::string>> ListDatabases(Client& client, std::string_view after, size_t limit,
                                               Deadline deadline);

// The same for a database's tables and views; without kProgressTable. kResourceNotFound where there
// is no such database, or none that the user may see.
Result<std::vector<TableName>> ListTables(Client& client, std::string_view database,
                                          std::string_view after, size_t limit, Deadline deadline);

// One round trip. kResourceNotFound where there is no such table in the database.
Result<Table> DescribeTable(Client& client, std::string_view database, std::string_view name,
                            Deadline deadline);

// Sets table.has_constraints, in one or two further round trips. Leaves it unknown where the user
// may not replace rows of the table.
Status LookForConstraints(Client& client, Table& table, Deadline deadline);

// In AppFlow's words. `identifier` is what requests call the table.
Entity ToEntity(const TableName& table, std::string identifier);
EntityDefinition ToDefinition(const Table& table, std::string identifier);

}  // namespace sluice::tidb
