#include "sluice/tidb/refusal.h"

#include <algorithm>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

// What stands in quotes behind `before`: the column in "Data too long for column 'c' at row 2".
std::string QuotedBehind(std::string_view message, std::string_view before) {
  size_t at = message.rfind(before);
  if (at == std::string_view::npos) return "";
  message.remove_prefix(at + before.size());
  return std::string(message.substr(0, message.find('\'')));
}

// "column 'c': " where there is but one of that type: TiDB does not say which column it means.
std::string TheOne(const Table& table, TypeKind kind) {
  const Column* found = nullptr;
  for (const Column& column : table.columns) {
    if (column.type.kind != kind) continue;
    if (found) return "";
    found = &column;
  }
  return found ? "column '" + found->name + "': " : "";
}

// Without " at row 2" at its end: that counts the rows of a statement, which nobody else sees.
std::string WithoutPosition(std::string_view message) {
  size_t digits = message.find_last_not_of("0123456789") + 1;
  constexpr std::string_view kAtRow = " at row ";
  bool is_position = digits < message.size() && message.substr(0, digits).ends_with(kAtRow);
  return std::string(is_position ? message.substr(0, digits - kAtRow.size()) : message);
}

std::string ColumnIn(const SqlError& error) {
  for (std::string_view before : {"column '", "Column '", "Field '"}) {
    if (std::string name = QuotedBehind(error.message, before); !name.empty()) return name;
  }
  return "";
}

std::string Duplicate(const Table& table, WriteOperation operation, const SqlError& error,
                      const std::string& record_id) {
  std::string name = QuotedBehind(error.message, "for key '");
  if (name.starts_with(table.name + ".")) name.erase(0, table.name.size() + 1);
  auto key = std::find_if(table.keys.begin(), table.keys.end(),
                          [&](const Key& k) { return k.name == name; });
  std::string columns = key == table.keys.end()
                            ? name
                            : Join(key->columns, ", ", [](auto& column) { return column; });
  bool is_primary = name == "PRIMARY";
  std::string which = is_primary && !record_id.empty()
                          ? "a row with " + columns + " '" + record_id + "' exists already"
                          : "another row has the same " + columns + " (unique key '" + name + "')";
  if (operation != WriteOperation::kInsert) return which;
  return which + "; use Upsert to update it";
}

}  // namespace

std::string Refusal(const Table& table, WriteOperation operation, const SqlError& error,
                    const std::string& record_id) {
  std::string name = ColumnIn(error);
  const Column* column = table.Find(name);
  std::string type = column ? column->type.sql : "its type";
  std::string prefix = "column '" + name + "': ";
  switch (error.number) {
    case 1062:
      return Duplicate(table, operation, error, record_id);
    case 1048:
      return prefix + "null, but the column is NOT NULL";
    case 1364:
      return prefix + "no value, and the column is NOT NULL and has no default";
    case 1406:
      return prefix + "value too long for " + type;
    case 1264:
    case 1690:
      if (name.empty()) break;
      return prefix + "value out of range for " + type;
    case 1265:
    case 1292:
    case 1366:
      if (name.empty()) break;
      return prefix + "not a valid value for " + type;
    case 3140:
      return TheOne(table, TypeKind::kJson) +
             "a value for a JSON column is not valid JSON: " + WithoutPosition(error.message);
    case 1451:
      return "another table's row refers to this one: " + error.message;
    case 1452:
      return "it refers to a row that does not exist: " + error.message;
    case 3819:
      return "a check constraint of the table is violated: " + error.message;
    case 8025:
      return "the row is larger than TiDB takes (txn-entry-size-limit, 6 MB)";
    case 8216:
      return "TiDB makes the values of the AUTO_RANDOM column itself; take it out of the mapping";
    default:
      break;
  }
  return WithoutPosition(error.message) + " (TiDB error " + std::to_string(error.number) + ")";
}

}  // namespace sluice::tidb
