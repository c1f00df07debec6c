// JSON objects to the rows of one record batch, one object after the other, by the table of types
// in records.h. For who has records inside of a larger JSON text and wants to parse that only once;
// who has each record as a text of its own takes RecordsFromJson.
#pragma once

#include <arrow/record_batch.h>
#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sluice/base/result.h"

namespace sluice {

// Not to be used on once a call returned an error: the row may be there in part.
class RecordBuilder {
 public:
  explicit RecordBuilder(std::shared_ptr<arrow::Schema> schema);
  ~RecordBuilder();

  // Both read as RecordsFromJson does, and their errors are its errors. The object must not have
  // been read before; afterwards it stands at its end.
  Status Append(std::string_view record);
  Status Append(simdjson::ondemand::object record);

  int64_t rows() const { return rows_; }

  // What was appended. Called once, at the end.
  Result<std::shared_ptr<arrow::RecordBatch>> Finish();

 private:
  class Column;

  Status AppendText(std::string_view record);
  Status AppendMembers(simdjson::ondemand::object record);
  Status AppendMember(simdjson::ondemand::field& field);
  Status EndRow(Status members);
  std::optional<size_t> IndexOf(std::string_view name);

  const std::shared_ptr<arrow::Schema> schema_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, size_t> by_name_;
  size_t expected_ = 0;  // The column of the next member, where it stands in their order.
  int64_t rows_ = 0;
  simdjson::ondemand::parser parser_;
  std::string padded_;
};

}  // namespace sluice
