// The statements that write rows.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sluice/tidb/rows.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

using Rows = std::span<Row* const>;

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

}  // namespace sluice::tidb
