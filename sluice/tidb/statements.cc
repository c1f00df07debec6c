#include "sluice/tidb/statements.h"

#include <algorithm>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

// The columns that at least one row has a value for.
std::vector<size_t> PresentColumns(const Table& table, Rows rows) {
  std::vector<size_t> present;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (std::any_of(rows.begin(), rows.end(), [&](Row* row) { return !row->cells[i].empty(); })) {
      present.push_back(i);
    }
  }
  return present;
}

bool IsId(const std::vector<const Column*>& id_columns, const Column& column) {
  return std::find(id_columns.begin(), id_columns.end(), &column) != id_columns.end();
}

std::string IdIs(const std::vector<const Column*>& id_columns, const Row& row) {
  std::string condition;
  for (size_t i = 0; i < id_columns.size(); ++i) {
    if (i > 0) condition += " AND ";
    condition += QuoteIdentifier(id_columns[i]->name) + " = " + row.id[i];
  }
  return condition;
}

}  // namespace

std::string InsertStatement(const Table& table, Rows rows) {
  std::vector<size_t> present = PresentColumns(table, rows);
  std::string sql = "INSERT INTO " + table.Quoted() + " (";
  sql += Join(present, ", ", [&](size_t i) { return QuoteIdentifier(table.columns[i].name); });
  sql += ") VALUES ";
  for (size_t r = 0; r < rows.size(); ++r) {
    sql += r > 0 ? ", (" : "(";
    for (size_t c = 0; c < present.size(); ++c) {
      if (c > 0) sql += ", ";
      const std::string& cell = rows[r]->cells[present[c]];
      sql += cell.empty() ? table.columns[present[c]].DefaultLiteral() : cell;
    }
    sql += ')';
  }
  return sql;
}

std::string UpsertStatement(const Table& table, const std::vector<const Column*>& id_columns,
                            Rows rows) {
  std::string updates;
  for (size_t i : PresentColumns(table, rows)) {
    const Column& column = table.columns[i];
    if (IsId(id_columns, column)) continue;
    std::string name = QuoteIdentifier(column.name);
    updates += (updates.empty() ? "" : ", ") + name + " = VALUES(" + name + ")";
  }
  if (updates.empty()) {
    std::string name = QuoteIdentifier(id_columns.front()->name);
    updates = name + " = " + name;
  }
  return InsertStatement(table, rows) + " ON DUPLICATE KEY UPDATE " + updates;
}

std::string UpdateStatement(const Table& table, const std::vector<const Column*>& id_columns,
                            const Row& row) {
  std::string assignments;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (row.cells[i].empty() || IsId(id_columns, table.columns[i])) continue;
    if (!assignments.empty()) assignments += ", ";
    assignments += QuoteIdentifier(table.columns[i].name) + " = " + row.cells[i];
  }
  if (assignments.empty()) {
    std::string name = QuoteIdentifier(id_columns.front()->name);
    assignments = name + " = " + name;
  }
  return "UPDATE " + table.Quoted() + " SET " + assignments + " WHERE " + IdIs(id_columns, row);
}

std::string DeleteStatement(const Table& table, const std::vector<const Column*>& id_columns,
                            Rows rows) {
  std::string names =
      Join(id_columns, ", ", [](const Column* column) { return QuoteIdentifier(column->name); });
  std::string ids = Join(rows, ", ", [](const Row* row) {
    return "(" + Join(row->id, ", ", [](const std::string& literal) { return literal; }) + ")";
  });
  return "DELETE FROM " + table.Quoted() + " WHERE (" + names + ") IN (" + ids + ")";
}

}  // namespace sluice::tidb
