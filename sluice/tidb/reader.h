// Reads of a table or view as pages of JSON records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sluice/model/filter.h"
#include "sluice/model/record_list.h"
#include "sluice/tidb/pool.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

struct Query {
  std::vector<std::string> fields;  // In this order; empty: all, in the table's order.
  FilterExpression filter;
  size_t max_rows = 1000;  // Of a page.
  // Of a page: what its records take as strings inside a JSON array.
  size_t max_bytes = 5'500'000;
};

struct Page {
  RecordList records;      // JSON objects; NULL is an explicit null.
  std::string next_token;  // Empty: that was the last page.
};

// For one thread at a time.
class Reader {
 public:
  // `pool` must outlive it.
  explicit Reader(Pool& pool) : pool_(pool) {}

  // The page behind `token` (empty: the first). All pages show one snapshot of the table, taken
  // with the first: no row is lost or given twice, whatever is written meanwhile. Rows come in the
  // order of the clustered primary key, else of the hidden row id. A view has neither: its rows
  // come in the order of all their columns, found by counting, so late pages of a large view are
  // slow.
  //
  // A page ends at max_rows, at max_bytes or shortly before `deadline`, whichever is first.
  // kInvalidArgument: no such field, a filter that doesn't fit, a token that isn't one, or a row
  // that alone is over 6 MB. kClientError: TiDB has removed the snapshot (tidb_gc_life_time).
  Result<Page> ReadPage(const Table& table, const Query& query, std::string_view token,
                        Deadline deadline);

 private:
  Pool& pool_;
};

// The records whose `id_field` is one of `ids`, in the order of `ids`; those that are not there are
// left out. An empty `id_field` means the primary key, if that is one column.
Result<RecordList> ReadByIds(Client& client, const Table& table,
                             const std::vector<std::string>& fields, std::string id_field,
                             const std::vector<std::string>& ids, Deadline deadline);

}  // namespace sluice::tidb
