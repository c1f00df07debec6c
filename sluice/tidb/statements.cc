#include "sluice/tidb/statements.h"

#include <algorithm>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

using Columns = std::vector<const Column*>;

// Those that at least one row has a value for.
Columns NamedColumns(const Table& table, Rows rows) {
  std::vector<bool> is_named(table.columns.size());
  for (const Row* row : rows) {
    for (const Cell& cell : row->cells) {
      is_named[static_cast<size_t>(cell.column - table.columns.data())] = true;
    }
  }
  Columns named;
  for (size_t i = 0; i < is_named.size(); ++i) {
    if (is_named[i]) named.push_back(&table.columns[i]);
  }
  return named;
}

std::string Names(const Columns& columns) {
  return Join(columns, ", ", [](const Column* column) { return QuoteIdentifier(column->name); });
}

size_t TextSize(Rows rows) {
  size_t size = 0;
  for (const Row* row : rows) size += row->bytes + 2 * row->cells.size() + 2;
  return size;
}

bool IsId(const Columns& id_columns, const Column* column) {
  return std::find(id_columns.begin(), id_columns.end(), column) != id_columns.end();
}

std::string IdIs(const Columns& id_columns, const Row& row) {
  std::string condition;
  for (size_t i = 0; i < id_columns.size(); ++i) {
    if (i > 0) condition += " AND ";
    condition.append(QuoteIdentifier(id_columns[i]->name)).append(" = ").append(row.id[i]);
  }
  return condition;
}

std::string IdIsOneOf(const Columns& id_columns, Rows rows) {
  std::string condition = "(" + Names(id_columns) + ") IN (";
  for (const Row* row : rows) {
    condition += row == rows.front() ? "(" : ", (";
    for (size_t i = 0; i < row->id.size(); ++i) {
      if (i > 0) condition += ", ";
      condition += row->id[i];
    }
    condition += ')';
  }
  return condition += ')';
}

// Whether the default can be said as a value. Not that of a time: it may be CURRENT_DATE.
bool HasPlainDefault(const Column& column) {
  switch (column.type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
    case TypeKind::kText:
      return column.is_default_literal && column.default_text;
    default:
      return false;
  }
}

void AppendInsert(std::string& sql, const Table& table, const Columns& named, Rows rows) {
  sql.append("INSERT INTO ").append(table.Quoted());
  sql.append(" (").append(Names(named)).append(") VALUES ");
  for (const Row* row : rows) {
    sql += row == rows.front() ? "(" : ", (";
    auto cell = row->cells.begin();
    for (const Column* column : named) {
      if (column != named.front()) sql += ", ";
      bool is_there = cell != row->cells.end() && cell->column == column;
      sql += is_there ? (cell++)->literal : column->DefaultLiteral();
    }
    sql += ')';
  }
}

// TiDB reads a text without its quotes faster, and mostly that is the same text: where neither a
// comma nor a backslash is in it (quotes have one). Of four characters, it may be the word NULL,
// which without them is none.
std::string_view FieldOf(std::string_view literal, bool is_plain) {
  constexpr size_t kQuotes = 2;
  if (!literal.starts_with('\'') || literal.size() == kQuotes || literal.size() == kQuotes + 4) {
    return literal;
  }
  std::string_view text = literal.substr(1, literal.size() - kQuotes);
  is_plain = is_plain || (text.find(',') == text.npos && text.find('\\') == text.npos);
  return is_plain ? text : literal;
}

}  // namespace

std::string InsertStatement(const Table& table, Rows rows) {
  std::string sql;
  sql.reserve(TextSize(rows) + 1000);
  AppendInsert(sql, table, NamedColumns(table, rows), rows);
  return sql;
}

std::string UpsertStatement(const Table& table, const Columns& id_columns, Rows rows) {
  std::string sql = InsertStatement(table, rows);
  sql += " ON DUPLICATE KEY UPDATE ";
  bool is_first = true;
  for (const Cell& cell : rows.front()->cells) {
    if (IsId(id_columns, cell.column)) continue;
    std::string name = QuoteIdentifier(cell.column->name);
    sql.append(is_first ? "" : ", ").append(name).append(" = VALUES(").append(name).append(")");
    is_first = false;
  }
  if (is_first) {
    std::string name = QuoteIdentifier(id_columns.front()->name);
    sql.append(name).append(" = ").append(name);
  }
  return sql;
}

std::string UpdateStatement(const Table& table, const Columns& id_columns, const Row& row) {
  std::string assignments;
  for (const Cell& cell : row.cells) {
    if (IsId(id_columns, cell.column)) continue;
    if (!assignments.empty()) assignments += ", ";
    assignments.append(QuoteIdentifier(cell.column->name)).append(" = ").append(cell.literal);
  }
  if (assignments.empty()) {
    std::string name = QuoteIdentifier(id_columns.front()->name);
    assignments = name + " = " + name;
  }
  return "UPDATE " + table.Quoted() + " SET " + assignments + " WHERE " + IdIs(id_columns, row);
}

std::string DeleteStatement(const Table& table, const Columns& id_columns, Rows rows) {
  return "DELETE FROM " + table.Quoted() + " WHERE " + IdIsOneOf(id_columns, rows);
}

std::string FindStatement(const Table& table, const Columns& id_columns, Rows rows) {
  return "SELECT 1 FROM " + table.Quoted() + " WHERE " + IdIsOneOf(id_columns, rows);
}

std::string LockStatement(const Table& table, const Columns& id_columns, Rows rows) {
  return FindStatement(table, id_columns, rows) + " FOR UPDATE";
}

std::string LoadStatement(const Table& table, const Columns& columns, bool replaces) {
  return std::string("LOAD DATA LOCAL INFILE 'rows'") + (replaces ? " REPLACE" : "") +
         " INTO TABLE " + table.Quoted() +
         " CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\\'' "
         "ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (" +
         Names(columns) + ")";
}

std::optional<std::string> LoadLines(Rows rows) {
  std::string lines;
  lines.reserve(TextSize(rows));
  for (const Row* row : rows) {
    for (const Cell& cell : row->cells) {
      if (cell.column != row->cells.front().column) lines += ',';
      if (cell.literal == "NULL") {
        lines += "\\N";
      } else if (cell.literal != "DEFAULT") {
        lines += FieldOf(cell.literal, row->is_plain);
      } else if (HasPlainDefault(*cell.column)) {
        AppendString(lines, *cell.column->default_text);
      } else {
        return std::nullopt;
      }
    }
    lines += '\n';
  }
  return lines;
}

}  // namespace sluice::tidb
