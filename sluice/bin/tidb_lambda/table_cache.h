// What is known about the tables of one TiDB, kept for a few seconds.
//
// A description costs a round trip, as much as a small page; a flow's next request comes within
// milliseconds and nearly always finds the table as it was. Three seconds are short enough that
// whoever alters a table and then starts a flow meets the new columns. Where the answer to a
// request may be the fault of an old description, OnTable (tidb_connector.cc) describes the table
// again and repeats the request.
#pragma once

#include <map>
#include <utility>

#include "sluice/base/clock.h"
#include "sluice/tidb/pool.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/table_path.h"

namespace sluice::tidb_lambda {

// For one thread at a time.
class TableCache {
 public:
  static constexpr std::chrono::seconds kKeptFor{3};

  // Both must outlive it. `clock` tells the time of day: the steady one stands still while AWS has
  // the function frozen.
  TableCache(tidb::Pool& pool, const Clock& clock) : pool_(pool), clock_(clock) {}

  struct Found {
    const tidb::Table* table = nullptr;  // Until the next call.
    bool is_new = false;                 // Described just now.
  };
  enum class Facts { kDescription, kConstraintsToo };  // See tidb::LookForConstraints.
  // Errors as tidb::DescribeTable.
  Result<Found> Find(const tidb::TablePath& path, Facts facts, Deadline deadline);
  void Forget(const tidb::TablePath& path);

 private:
  struct Kept {
    tidb::Table table;
    Time since;
  };
  bool IsFresh(const Kept& kept) const;

  tidb::Pool& pool_;
  const Clock& clock_;
  std::map<std::pair<std::string, std::string>, Kept> kept_;  // By database and table.
};

}  // namespace sluice::tidb_lambda
