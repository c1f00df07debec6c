// Records on their way into a table: what each would store where.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/model/json_record.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

struct Cell {
  const Column* column = nullptr;
  std::string_view literal;  // SQL's, or DEFAULT.
};

struct Row {
  size_t record = 0;  // Of the request: the one it is, or the last of those that it is made of.
  std::span<const Cell> cells;  // In the table's order; without the columns that are not named.
  std::span<const std::string_view> id;  // Literals that compare exactly, by the id columns.
  size_t bytes = 0;                      // Of the cells' literals.
  bool is_plain = false;                 // No literal has a comma or a backslash in it.
};

using Rows = std::span<const Row* const>;

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

  // The row lives as long as the decoder. An Error is a fault of the mapping, so of every record: a
  // column that is not there or can't be written.
  //
  // A null becomes NULL where the column takes it, else the column's default, else the record is
  // refused. A missing member stays absent: the default in a new row, unchanged in an old one.
  Result<DecodedRecord> Decode(std::string_view record);
  // The same of a record's members: text in UTF-8, documents that are JSON.
  Result<DecodedRecord> Decode(std::span<const JsonMember> members);

  const std::vector<const Column*>& id_columns() const { return id_columns_; }
  // Of `earlier` and `later`, one row: as if each had been written, one after the other.
  Row Merge(const Row& earlier, const Row& later);
  // A copy that lives as long as the decoder.
  std::string_view Keep(std::string_view text);

 private:
  struct Place {
    size_t begin, size;  // In text_.
  };
  struct Draft {
    const Column* column;
    Place literal;
  };

  struct Member {
    std::string name;
    const Column* column;      // nullptr: it is of no interest.
    std::optional<size_t> id;  // Which id column that is.
  };

  // What the member of this name is, for the records that have it in the same place.
  Status Learn(std::string_view name, size_t at);
  Status Take(const JsonMember& member, size_t at, DecodedRecord& decoded);
  // Why the member can't be stored.
  std::optional<std::string> Append(const Column& column, const JsonValue& value);
  std::optional<std::string> TakeId(const Member& member, const JsonValue& value, Place literal);
  void DropEarlier();
  Row Finish();
  std::optional<std::string> FindMissing(const Row& row) const;
  template <class T>
  std::span<T> New(size_t count);

  const Table& table_;
  WriteOperation operation_;
  std::vector<const Column*> id_columns_;
  std::vector<const Column*> required_;  // Of a new row.
  JsonRecordReader reader_;
  std::vector<Member> last_members_;  // Mostly they come in the same order again.
  // The row under way.
  std::string text_;
  std::vector<Draft> cells_;
  std::vector<Place> ids_;
  std::vector<std::string_view> id_texts_;
  std::pmr::monotonic_buffer_resource memory_;  // What rows point into.
};

}  // namespace sluice::tidb
