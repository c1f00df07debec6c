// A request's records as rows, and the units that these are written in.
#pragma once

#include <cstdint>
#include <functional>
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

// Decodes the record of that number.
using DecodeRecord = std::function<Result<DecodedRecord>(RowDecoder& decoder, size_t record)>;

// Puts down in `outcomes`, which has as many as there are records, their ids, those that can't be
// rows, and those that share a row. An Error is a fault of the request as a whole.
Result<Batch> DecodeBatch(const Table& table, WriteOperation operation,
                          const std::vector<std::string>& id_fields, const DecodeRecord& decode,
                          Outcomes& outcomes);

// The ids as hashes, in ascending order: batches without a common one are about different rows. Of
// rows without an id there is none. Nothing where the ids don't tell.
std::optional<std::vector<uint64_t>> HashIds(const Batch& batch);

enum class Plan {
  kInsert,
  kUpsertAtOnce,   // INSERT … ON DUPLICATE KEY UPDATE.
  kUpsertInSteps,  // UPDATE of each, then INSERT of those that were not there.
  kUpdateAtOnce,   // Locked, and where all are there, written as kUpsertAtOnce.
  kUpdateEach,
  kDelete,
};

inline constexpr size_t kRowsPerStatement = 2000;

// Rows that one statement could write; by LOAD DATA some more.
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
