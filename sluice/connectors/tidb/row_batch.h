// Rows as TiDB prints them, on their way into Arrow columns. Values are those that the TiDB
// connector for AppFlow gives as JSON (tidb/column_json.h) and connector/records.h reads from it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sluice/connector/stream.h"
#include "sluice/tidb/client.h"
#include "sluice/tidb/schema.h"

namespace arrow {
class ArrayBuilder;
class Schema;
}  // namespace arrow

namespace sluice::tidb_connector {

class RowBatch {
 public:
  // `schema`: of `columns`, as SchemaOf() gives it. They are those of a row's first values, and
  // must outlive this.
  RowBatch(std::shared_ptr<arrow::Schema> schema, const std::vector<const tidb::Column*>& columns);
  ~RowBatch();

  // A row with a value that its column can't hold (a date of zero, text that is no UTF-8) becomes
  // one of Batch::unreadable. An Error: memory.
  Status Append(const std::vector<tidb::Text>& row);

  int64_t rows() const { return rows_; }  // Appended, unreadable ones included.
  int64_t bytes() const { return bytes_; }

  // All but the position. The next row begins a new batch.
  Result<Batch> Finish();

 private:
  struct Cells;

  Status Begin();
  void Refuse(const std::vector<tidb::Text>& row, const tidb::Column& column, Error error);
  Result<std::shared_ptr<arrow::RecordBatch>> FinishRows();

  std::shared_ptr<arrow::Schema> schema_;
  const std::vector<const tidb::Column*>& columns_;
  std::vector<Cells> cells_;
  int64_t rows_ = 0, bytes_ = 0;
  int64_t expected_rows_ = 0;  // As many as the last batch had.
  std::vector<RejectedRow> unreadable_;
};

}  // namespace sluice::tidb_connector
