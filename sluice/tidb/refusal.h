// Why TiDB refused a row, as a sentence.
#pragma once

#include <string>

#include "sluice/model/entity.h"
#include "sluice/tidb/errors.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

// e.g. "column 'age': value out of range for tinyint", "a row with id '7' exists already; use
// Upsert to update it". `record_id` is the refused record's.
std::string Refusal(const Table& table, WriteOperation operation, const SqlError& error,
                    const std::string& record_id);

}  // namespace sluice::tidb
