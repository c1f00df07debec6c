// The rows of a batch as sluice/tidb takes them: the members of a JSON record, without the JSON.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/json_record.h"

namespace sluice::tidb_connector {

// What RecordsToJson() would write and JsonRecordReader would read, value by value.
class RecordMembers {
 public:
  // `rows` must have columns of the types of connector/records.h; kInvalidArgument names one that
  // hasn't.
  static Result<RecordMembers> Make(const arrow::RecordBatch& rows);
  RecordMembers(RecordMembers&&) noexcept;
  RecordMembers& operator=(RecordMembers&&) = delete;
  ~RecordMembers();

  // Valid until the next call. kInvalidArgument: a value that no record can have, with its column;
  // the other rows are none the worse.
  Result<std::span<const JsonMember>> Row(int64_t row);

 private:
  class Column;
  explicit RecordMembers(std::vector<Column> columns);

  std::vector<Column> columns_;
  std::vector<JsonMember> members_;
};

}  // namespace sluice::tidb_connector
