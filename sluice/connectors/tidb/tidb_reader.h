#pragma once

#include "sluice/connector/connector.h"
#include "sluice/tidb/key_ranges.h"
#include "sluice/tidb/pool.h"

namespace sluice::tidb_connector {

// What a partition's state says.
struct TablePart {
  int64_t snapshot_ms = 0;  // All parts show the table as it was then.
  tidb::KeyRange range;
};
std::string ToState(const TablePart& part);
Result<TablePart> FromState(std::string_view state);

// Cuts the rows of a request into parts that begin and end between regions.
Result<std::vector<TablePart>> SplitTable(tidb::Client& client, const tidb::Table& table,
                                          const ReadRequest& request, int parts, Deadline deadline);

// Reads a part in the order of its key with one statement, in a transaction of its own, over a
// connection of its own. Positions are keys (tidb/page_token.h): a reader that opens at one goes on
// behind it, in the same snapshot. Errors as tidb::Reader's; a row that can't be read as Arrow's
// types is in Batch::unreadable.
//
// kInvalidArgument: the table's columns are not as the request has them, or not as they were when
// the position was handed out.
Result<std::unique_ptr<BatchReader>> OpenTidbReader(tidb::Pool& pool, tidb::Table table,
                                                    const ReadRequest& request,
                                                    const TablePart& part,
                                                    std::optional<Position> from,
                                                    int64_t batch_bytes);

}  // namespace sluice::tidb_connector
