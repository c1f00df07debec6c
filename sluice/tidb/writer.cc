#include "sluice/tidb/writer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "sluice/tidb/unit_writer.h"

namespace sluice::tidb {
namespace {

constexpr size_t kMostConnections = 4;
constexpr std::chrono::seconds kTimeToHelp(5);

// The units of a request, written by as many connections as are worth their while.
class UnitQueue {
 public:
  UnitQueue(Pool& pool, const WriteTask& task, Outcomes& outcomes, std::span<const Unit> units)
      : pool_(pool), task_(task), outcomes_(outcomes), units_(units) {}

  Status Write(Client& client, size_t connections) {
    {
      std::vector<std::jthread> others;
      for (size_t i = 1; i < std::min(connections, units_.size()); ++i) {
        others.emplace_back([this] { Help(); });
      }
      WriteOn(client);
    }
    return status_;
  }

 private:
  // Where there is no further connection to be had, those that are there do the work.
  void Help() {
    auto client = pool_.Take(std::min(task_.deadline, DeadlineAfter(kTimeToHelp)));
    if (client.ok()) WriteOn(**client);
  }

  void WriteOn(Client& client) {
    UnitWriter writer(pool_, client, task_, outcomes_);
    while (true) {
      size_t index = next_++;
      if (index >= units_.size() || has_failed_) return;
      Unit unit = units_[index];
      unit.may_load = unit.may_load && LoadPays(unit, index);
      if (Status written = writer.Write(unit); !written.ok()) return Fail(written);
    }
  }

  // LOAD DATA is asked for its data; one that may have to be undone has a BEGIN and a COMMIT, too.
  // A long way from TiDB, every other REPLACE pays: while it waits to be asked, TiDB is busy with
  // the INSERTs, whose rows came at once.
  bool LoadPays(const Unit& unit, size_t index) {
    bool replaces = unit.plan == Plan::kUpsertAtOnce;
    return pool_.LoadPays(unit.rows.size(), replaces ? 1 : 3) || (replaces && index % 2 == 1);
  }

  void Fail(const Status& status) {
    std::lock_guard lock(mutex_);
    if (!has_failed_.exchange(true)) status_ = status;
  }

  Pool& pool_;
  const WriteTask& task_;
  Outcomes& outcomes_;
  std::span<const Unit> units_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  Status status_ = Done{};
};

Status WriteBatch(Pool& pool, const Table& table, const WriteRequest& request, const Batch& batch,
                  Outcomes& outcomes, Deadline deadline) {
  if (request.all_or_none && outcomes.HasRefused()) return Done{};
  bool is_together = request.all_or_none || request.position;
  WritePlan plan(table, request.operation, batch, is_together ? 1 : kMostConnections);
  if (plan.units().empty() && !request.position) return Done{};

  WriteTask task{table,    request.operation, batch.decoder->id_columns(), request.all_or_none,
                 outcomes, deadline};
  SLUICE_ASSIGN(Pool::Lease client, pool.Take(deadline));
  if (is_together) {
    return UnitWriter(pool, *client, task, outcomes).WriteTogether(plan.units(), request.position);
  }
  return UnitQueue(pool, task, outcomes, plan.units()).Write(*client, plan.connections());
}

}  // namespace

WriteOutcome WriteRecords(Pool& pool, const Table& table, const WriteRequest& request,
                          Deadline deadline) {
  Outcomes outcomes(request.records.size());
  auto batch = DecodeBatch(
      table, request.operation, request.id_fields,
      [&](RowDecoder& decoder, size_t i) { return decoder.Decode(request.records[i]); }, outcomes);
  if (!batch.ok()) return {{}, batch.error()};
  if (request.is_table_remembered && outcomes.HasRefused()) {
    return {{}, InvalidArgument("a record does not fit table '" + table.name + "' as it was")};
  }
  Status written = WriteBatch(pool, table, request, *batch, outcomes, deadline);
  if (written.ok()) {
    return std::move(outcomes).Finish(table.name,
                                      "not written: another record of the request was refused, and "
                                      "all or none was asked for");
  }
  // What an insert did before must be told; other requests can simply be sent again.
  bool is_insert = request.operation == WriteOperation::kInsert && !request.position;
  if (!is_insert || !outcomes.IsBegun()) return {{}, written.error()};
  return std::move(outcomes).Finish(table.name, "not written: " + written.error().message);
}

}  // namespace sluice::tidb
