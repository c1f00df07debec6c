// Reads of a table or view as pages of JSON records.
#pragma once

#include <cstdint>
#include <memory>
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
//
// After a page the statement stays open on a connection of its own, TiDB waiting until it may send
// more, and the next page is read on from there if it is asked for with the token that the last one
// gave. Otherwise (another process, another read in between, a minute without a call, a lost
// connection) a new statement starts behind the token's key. The rows are the same either way.
class Reader {
 public:
  // `pool` must outlive it.
  explicit Reader(Pool& pool);
  ~Reader();

  // The page behind `token` (empty: the first). All pages show one snapshot of the table, taken
  // with the first: no row is lost or given twice, whatever is written meanwhile. Rows come in the
  // order of the clustered primary key, else of the hidden row id. A view has neither: its rows
  // come in the order of all their columns, and a statement that starts later in it has to count up
  // to its first row.
  //
  // A page ends at max_rows, at max_bytes or five seconds before `deadline` (in the middle of less
  // than ten), whichever is first, but not before its first row; so the last page may be empty.
  // kInvalidArgument: no such field, a filter that doesn't fit, a token that isn't one of this
  // query, or a row that alone is over 6 MB. kClientError: TiDB has removed the snapshot
  // (tidb_gc_life_time).
  Result<Page> ReadPage(const Table& table, const Query& query, std::string_view token,
                        Deadline deadline);
  // Whether the result of which `token`'s page is the next one is still open.
  bool GoesOnBehind(std::string_view token) const;

 private:
  struct OpenResult;
  class PageReader;

  Pool& pool_;
  std::unique_ptr<OpenResult> open_;  // Of the last page; nullptr where there is none.
};

// The records whose `id_field` is one of `ids`, in the order of `ids`; those that are not there are
// left out. An id that is named twice gives its record once. An empty `id_field` means the primary
// key, if that is one column. kInvalidArgument: no such field, an id that is no value of it, or
// records of more than 6 MB.
Result<RecordList> ReadByIds(Client& client, const Table& table,
                             const std::vector<std::string>& fields, std::string id_field,
                             const std::vector<std::string>& ids, Deadline deadline);

}  // namespace sluice::tidb
