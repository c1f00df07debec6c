// What is to be written into a table, and what became of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/tidb/progress.h"

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
  // The table was described some time ago: where that description refuses a record, nothing is
  // written, and the error is kInvalidArgument, so that it can be looked at again.
  bool is_table_remembered = false;
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

}  // namespace sluice::tidb
