// Records on their way into a table: what each would store where.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/model/json_record.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

struct Row {
  std::vector<size_t> records;  // Of the request: the one it is, and earlier ones merged into it.
  std::vector<std::string> cells;  // SQL literal or DEFAULT, by the table's columns; empty: absent.
  std::vector<std::string> id;     // Literals that compare exactly, by the id columns.
};

// A row, or why the record is refused. `record_id` is the record's id for the result, as far as it
// was there to be read.
struct DecodedRecord {
  Row row;
  std::string record_id;
  std::optional<std::string> refusal;
};

class RowDecoder {
 public:
  // `id_columns` are the columns that say which row a record means; for an insert those that its
  // result names. `table` must outlive it.
  RowDecoder(const Table& table, WriteOperation operation, std::vector<const Column*> id_columns);

  // An Error is a fault of the mapping, so of every record: a column that is not there or can't be
  // written.
  //
  // A null becomes NULL where the column takes it, else the column's default, else the record is
  // refused. A missing member stays absent: the default in a new row, unchanged in an old one.
  Result<DecodedRecord> Decode(std::string_view record);

 private:
  Status Place(const JsonMember& member, DecodedRecord& decoded) const;
  std::optional<std::string> FindMissing(const Row& row) const;

  const Table& table_;
  WriteOperation operation_;
  std::vector<const Column*> id_columns_;
  JsonRecordReader reader_;
};

}  // namespace sluice::tidb
