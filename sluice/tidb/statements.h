// The statements that write rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/tidb/rows.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

// INSERT of rows; a column that some row lacks gets its default there.
std::string InsertStatement(const Table& table, Rows rows);

// INSERT … ON DUPLICATE KEY UPDATE of rows that all have the same columns.
std::string UpsertStatement(const Table& table, const std::vector<const Column*>& id_columns,
                            Rows rows);

// UPDATE of one row, by its id. Sets at least something, so that a matched row is counted.
std::string UpdateStatement(const Table& table, const std::vector<const Column*>& id_columns,
                            const Row& row);

// DELETE of rows by their ids.
std::string DeleteStatement(const Table& table, const std::vector<const Column*>& id_columns,
                            Rows rows);

// SELECT: one row of result for each of `rows` that is there.
std::string FindStatement(const Table& table, const std::vector<const Column*>& id_columns,
                          Rows rows);
// The same FOR UPDATE.
std::string LockStatement(const Table& table, const std::vector<const Column*>& id_columns,
                          Rows rows);

// LOAD DATA LOCAL of `columns`, and the lines for it: the cells as they stand in an INSERT. (Quoted
// strings have the same escapes in both.)
std::string LoadStatement(const Table& table, const std::vector<const Column*>& columns,
                          bool replaces);
// Nothing where a value can't be said in them. Of rows that all have these columns.
std::optional<std::string> LoadLines(Rows rows);

}  // namespace sluice::tidb
