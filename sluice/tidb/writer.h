// Writes of records into a table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/tidb/pool.h"
#include "sluice/tidb/progress.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

struct WriteRequest {
  WriteOperation operation = WriteOperation::kInsert;
  // Which columns say which row a record means. Must be a unique key of the table, but for an
  // insert, which doesn't look at them. Empty: the primary key.
  std::vector<std::string> id_fields;
  std::vector<std::string> records;  // JSON objects.
  bool all_or_none = false;          // One transaction, undone at the first refused record.
  // With it, rows and position are one transaction. Where the stream stands at `seq` already, the
  // request is a replay: nothing is written, and the outcome of the first time is the answer. Where
  // it stands anywhere but at `previous`, someone else has taken the stream over: kClientError.
  std::optional<StreamPosition> position;
};

struct RecordOutcome {
  bool is_written = true;
  std::string record_id;  // The id fields' values (for an insert the primary key's), by commas.
  std::string message;    // Why not; or that a later record with the same id took its place.
};

struct WriteOutcome {
  std::vector<RecordOutcome> records;  // In the request's order. Empty where none was tried.
  // kPartialWriteFailure: some were refused. Anything else: none is known to be written, or all may
  // be sent again without harm.
  std::optional<Error> error;
};

// Rows go in by statements of many rows. Where one of them is refused, the statement is divided
// until exactly the bad rows are out and all others in. Rolled-back transactions are repeated with
// growing pauses until `deadline`; after a lost connection all but inserts are repeated too. What
// was sent as an insert when the connection broke is reported as unknown.
//
// - kUpsert keeps the columns that a record doesn't name. Where the id fields are the only unique
//   key it is INSERT … ON DUPLICATE KEY UPDATE; where there are further ones, which would let that
//   change another row, rows are updated by their ids, and inserted where there was none.
// - kUpdate refuses a record whose row is not there. kDelete takes an absent row for deleted.
// - Several records with one id: they count as one, in which the last value of each column wins.
//   The same goes for ids that only the column takes for equal ("a" and "A" in a collation without
//   case): where that can't be ruled out, records are written one after the other, in their order.
WriteOutcome WriteRecords(Pool& pool, const Table& table, const WriteRequest& request,
                          Deadline deadline);

}  // namespace sluice::tidb
