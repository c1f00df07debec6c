// A request's records as rows, and the units that these are written in.
#pragma once

#include <memory>
#include <vector>

#include "sluice/tidb/outcomes.h"
#include "sluice/tidb/rows.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/write_request.h"

namespace sluice::tidb {

struct Batch {
  std::unique_ptr<RowDecoder> decoder;  // Owns what the rows point to.
  std::vector<Row> rows;                // Sorted by id, unless their order matters.
  // Two rows may be one row of the table: they must be written one after the other.
  bool order_matters = false;
};

// Puts down in `outcomes` the records' ids, those that can't be rows, and those that share a row.
// An Error is a fault of the request as a whole.
Result<Batch> DecodeBatch(const Table& table, const WriteRequest& request, Outcomes& outcomes);

enum class Plan {
  kInsert,
  kUpsertAtOnce,   // INSERT … ON DUPLICATE KEY UPDATE.
  kUpsertInSteps,  // UPDATE of each, then INSERT of those that were not there.
  kUpdateAtOnce,   // Locked, and where all are there, written as kUpsertAtOnce.
  kUpdateEach,
  kDelete,
};

// Rows that one statement could write.
struct Unit {
  Plan plan = Plan::kInsert;
  Rows rows;
  bool may_load = false;  // LOAD DATA would do the same.
};

// How a batch is written. Rows of different units are different rows of the table, unless the
// batch's order matters: so is the units' then.
class WritePlan {
 public:
  // `batch` must outlive it. `connections` is how many there may be at most.
  WritePlan(const Table& table, WriteOperation operation, const Batch& batch, size_t connections);
  const std::vector<Unit>& units() const { return units_; }
  // How many connections are worth their while.
  size_t connections() const { return connections_; }

 private:
  using Columns = std::vector<const Column*>;

  void PlanInOrder();
  void PlanByColumns();
  void Divide(Unit group);
  Plan PlanOf(const Columns& named) const;
  bool CanLoad(Plan plan, const Columns& named) const;
  static Columns ColumnsOf(const Row& row);

  const Table& table_;
  WriteOperation operation_;
  const Batch& batch_;
  size_t most_connections_, connections_ = 1;
  std::vector<std::vector<const Row*>> groups_;  // What the units point to.
  std::vector<Unit> units_;
};

}  // namespace sluice::tidb
