// Writes of records into a table.
#pragma once

#include "sluice/tidb/pool.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/write_request.h"

namespace sluice::tidb {

// Rows go in by statements of many rows, large requests over several connections at once. Where a
// row is refused, its statement is divided until exactly the bad rows are out and all others in.
// Rolled-back transactions are repeated with growing pauses until `deadline`; after a lost
// connection all but inserts are repeated too. What was sent as an insert when the connection broke
// is reported as unknown, unless the request has a position.
//
// - kUpsert keeps the columns that a record doesn't name. Where the id fields are the only unique
//   key it is INSERT … ON DUPLICATE KEY UPDATE, or LOAD DATA where that can't be told from it;
//   where there are further ones, which would let that change another row, rows are updated by
//   their ids, and inserted where there was none.
// - kUpdate refuses a record whose row is not there. kDelete takes an absent row for deleted.
// - Several records with one id: they count as one, in which the last value of each column wins.
//   The same goes for ids that only the column takes for equal ("a" and "A" in a collation without
//   case): where that can't be ruled out, records are written one after the other, in their order.
WriteOutcome WriteRecords(Pool& pool, const Table& table, const WriteRequest& request,
                          Deadline deadline);

}  // namespace sluice::tidb
