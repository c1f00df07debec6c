#include "sluice/flow/run_store.h"

#include "sluice/base/json.h"
#include "sluice/store/sqlite_store.h"

namespace sluice::store {

using flow::FilterCount;
using flow::PartitionProgress;
using flow::RefusedRecord;
using flow::RunRecord;

namespace {

constexpr char kRuns[] =
    "SELECT execution_id, flow_name, flow_document, replay_of, status, records_processed,"
    " bytes_processed, bytes_written, put_failures, filtered, repeated, guarantee, read_us, map_us,"
    " write_us, wait_us, filters, message, started_at, updated_at FROM run ";

std::string FiltersToText(const std::vector<FilterCount>& filters) {
  json::Array list;
  for (const FilterCount& count : filters) {
    list.push_back(json::Array{json::Value(count.filter), json::Value(count.records)});
  }
  return json::ToText(list);
}

Result<std::vector<FilterCount>> FiltersFromText(const std::string& text) {
  SLUICE_ASSIGN(json::Value list, json::Parse(text));
  std::vector<FilterCount> filters;
  for (const json::Value& item : list.as_array()) {
    const json::Array& pair = item.as_array();
    filters.push_back({std::string(pair.at(0).as_string()), pair.at(1).to_number<int64_t>()});
  }
  return filters;
}

Result<RunRecord> ReadRun(Statement& row) {
  RunRecord run{.execution_id = row.Text(),
                .flow_name = row.Text(),
                .flow_document = row.Text(),
                .replay_of = row.Text()};
  const std::string status = row.Text();
  run.counts = {.records_processed = row.Int(),
                .bytes_processed = row.Int(),
                .bytes_written = row.Int(),
                .put_failures = row.Int(),
                .filtered = row.Int(),
                .repeated = row.Int()};
  const std::string guarantee = row.Text();
  run.times.read = std::chrono::microseconds(row.Int());
  run.times.map = std::chrono::microseconds(row.Int());
  run.times.write = std::chrono::microseconds(row.Int());
  run.times.wait = std::chrono::microseconds(row.Int());
  SLUICE_ASSIGN(run.filters, FiltersFromText(row.Text()));
  run.message = row.Text();
  run.started_at = row.At();
  run.updated_at = row.At();
  auto known = flow::RunStatusFromString(status);
  auto promised = flow::GuaranteeFromString(guarantee);
  if (!known || !promised) {
    return ServerError("the run " + run.execution_id + " has the status '" + status +
                       "' and the guarantee '" + guarantee + "'");
  }
  run.status = *known;
  run.guarantee = *promised;
  return run;
}

Result<int64_t> ReadNumber(Statement& row) { return row.Int(); }

Result<PartitionProgress> ReadPartition(Statement& row) {
  PartitionProgress progress;
  progress.partition = {row.Text(), row.Text()};
  progress.durable = {row.Int(), row.Text()};
  progress.is_finished = row.Int() != 0;
  return progress;
}

Result<RefusedRecord> ReadRefused(Statement& row) {
  RefusedRecord refused{.execution_id = row.Text(), .partition = row.Text()};
  refused.row = {.seq = row.Int(), .index = row.Int()};
  refused.row.error = {ErrorCodeFromString(row.Text()), row.Text(), {}};
  if (auto retry_after_s = row.MaybeInt()) {
    refused.row.error.retry_after = std::chrono::seconds(*retry_after_s);
  }
  refused.row.field = row.Text();
  refused.row.record = row.Text();
  refused.row.place = row.Text();
  refused.replayed_by = row.Text();
  return refused;
}

Status AddPartitions(Connection& writer, const std::string& execution_id,
                     const std::vector<Partition>& partitions) {
  for (const Partition& partition : partitions) {
    SLUICE_RETURN_IF_ERROR(
        Statement(writer, "INSERT INTO partition (execution_id, name, state) VALUES (?, ?, ?)",
                  execution_id, partition.name, partition.state)
            .Run());
  }
  return Done{};
}

Status SaveCounts(Connection& writer, const RunRecord& run) {
  SLUICE_ASSIGN(
      int64_t changed,
      Statement(writer,
                "UPDATE run SET records_processed = ?, bytes_processed = ?, bytes_written = ?,"
                " put_failures = ?, filtered = ?, repeated = ?, guarantee = ?, read_us = ?,"
                " map_us = ?, write_us = ?, wait_us = ?, filters = ?, updated_at = ?"
                " WHERE execution_id = ?",
                run.counts.records_processed, run.counts.bytes_processed, run.counts.bytes_written,
                run.counts.put_failures, run.counts.filtered, run.counts.repeated,
                ToString(run.guarantee), run.times.read.count(), run.times.map.count(),
                run.times.write.count(), run.times.wait.count(), FiltersToText(run.filters),
                run.updated_at, run.execution_id)
          .Run());
  if (changed == 0) return ResourceNotFound("there is no run '" + run.execution_id + "'");
  return Done{};
}

Status SavePosition(Connection& writer, const RunRecord& run, const std::string& partition,
                    const Position& durable, bool is_finished) {
  SLUICE_ASSIGN(int64_t changed, Statement(writer,
                                           "UPDATE partition SET seq = ?, token = ?,"
                                           " is_finished = ? WHERE execution_id = ? AND name = ?",
                                           durable.seq, durable.token, is_finished ? 1 : 0,
                                           run.execution_id, partition)
                                     .Run());
  if (changed == 1) return Done{};
  return ResourceNotFound("the run '" + run.execution_id + "' has no partition '" + partition +
                          "'");
}

Result<int64_t> CountRefused(Connection& writer, const RunRecord& run) {
  Statement row(writer, "SELECT COUNT(*) FROM refused WHERE execution_id = ?", run.execution_id);
  SLUICE_RETURN_IF_ERROR(row.Step());
  return row.Int();
}

// A row that was refused before is refused again when a batch is repeated: it counts once.
Status SaveRefused(Connection& writer, const RunRecord& run, const std::string& partition,
                   const RejectedRow& row) {
  std::optional<int64_t> retry_after_s;
  if (row.error.retry_after) retry_after_s = row.error.retry_after->count();
  SLUICE_RETURN_IF_ERROR(
      Statement(writer,
                "INSERT OR REPLACE INTO refused"
                " (execution_id, partition, seq, row_index, code, message, retry_after_s, field,"
                " record, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                run.execution_id, partition, row.seq, row.index, ToString(row.error.code),
                row.error.message, retry_after_s, row.field, row.record, row.place)
          .Run());
  return Done{};
}

}  // namespace

Result<bool> SqliteStore::BeginRun(const RunRecord& run, const std::vector<Partition>& partitions) {
  bool is_new = false;
  SLUICE_RETURN_IF_ERROR(database_->Write([&](Connection& writer) -> Status {
    SLUICE_ASSIGN(
        int64_t inserted,
        Statement(writer,
                  "INSERT INTO run (execution_id, flow_name, flow_document, replay_of, status,"
                  " records_processed, bytes_processed, bytes_written, put_failures, message,"
                  " started_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (flow_name) WHERE status IN ('InProgress', 'CancelStarted')"
                  " DO NOTHING",
                  run.execution_id, run.flow_name, run.flow_document, run.replay_of,
                  ToString(run.status), run.counts.records_processed, run.counts.bytes_processed,
                  run.counts.bytes_written, run.counts.put_failures, run.message, run.started_at,
                  run.updated_at)
            .Run());
    is_new = inserted == 1;
    if (!is_new) return Done{};
    return AddPartitions(writer, run.execution_id, partitions);
  }));
  return is_new;
}

Status SqliteStore::SavePartitions(const std::string& execution_id,
                                   const std::vector<Partition>& partitions) {
  return database_->Write(
      [&](Connection& writer) { return AddPartitions(writer, execution_id, partitions); });
}

Result<std::vector<PartitionProgress>> SqliteStore::LoadPartitions(
    const std::string& execution_id) {
  return database_->All(ReadPartition,
                        "SELECT name, state, seq, token, is_finished FROM partition"
                        " WHERE execution_id = ? ORDER BY id",
                        execution_id);
}

Status SqliteStore::SaveProgress(const RunRecord& run, const std::string& partition,
                                 const Position& durable, bool is_finished,
                                 const std::vector<RejectedRow>& rejected) {
  return database_->Write([&](Connection& writer) -> Status {
    SLUICE_RETURN_IF_ERROR(SaveCounts(writer, run));
    SLUICE_RETURN_IF_ERROR(SavePosition(writer, run, partition, durable, is_finished));
    if (rejected.empty()) return Done{};
    SLUICE_ASSIGN(int64_t present, CountRefused(writer, run));
    for (const RejectedRow& row : rejected) {
      if (present++ >= flow::kMostRefusedKept) break;
      SLUICE_RETURN_IF_ERROR(SaveRefused(writer, run, partition, row));
    }
    return Done{};
  });
}

Result<bool> SqliteStore::StartCancel(const std::string& execution_id) {
  SLUICE_ASSIGN(int64_t changed,
                database_->Change("UPDATE run SET status = 'CancelStarted'"
                                  " WHERE execution_id = ? AND status = 'InProgress'",
                                  execution_id));
  return changed == 1;
}

Status SqliteStore::FinishRun(const RunRecord& run) {
  return database_->Write([&](Connection& writer) -> Status {
    SLUICE_RETURN_IF_ERROR(SaveCounts(writer, run));
    SLUICE_RETURN_IF_ERROR(Statement(writer,
                                     "UPDATE run SET status = ?, message = ?, flow_document = ''"
                                     " WHERE execution_id = ?",
                                     ToString(run.status), run.message, run.execution_id)
                               .Run());
    SLUICE_RETURN_IF_ERROR(Statement(writer,
                                     "UPDATE partition SET state = '' WHERE execution_id = ?",
                                     run.execution_id)
                               .Run());
    return Done{};
  });
}

Result<std::optional<RunRecord>> SqliteStore::FindRun(const std::string& execution_id) {
  return database_->One(ReadRun, std::string(kRuns) + "WHERE execution_id = ?", execution_id);
}

Result<std::vector<RunRecord>> SqliteStore::ListRuns(const std::string& flow_name, int64_t limit,
                                                     const std::string& before_execution_id) {
  int64_t before_id = INT64_MAX;
  if (!before_execution_id.empty()) {
    SLUICE_ASSIGN(auto id, database_->One(ReadNumber,
                                          "SELECT id FROM run WHERE execution_id = ?"
                                          " AND flow_name = ?",
                                          before_execution_id, flow_name));
    if (!id) {
      return ResourceNotFound("the flow '" + flow_name + "' has no run '" + before_execution_id +
                              "' to go on from");
    }
    before_id = *id;
  }
  return database_->All(
      ReadRun, std::string(kRuns) + "WHERE flow_name = ? AND id < ? ORDER BY id DESC LIMIT ?",
      flow_name, before_id, limit);
}

Result<std::vector<RunRecord>> SqliteStore::ListAllRuns(Time started_after,
                                                        const std::optional<flow::RunPlace>& before,
                                                        int64_t limit) {
  const flow::RunPlace place = before.value_or(flow::RunPlace{Time::max(), ""});
  return database_->All(ReadRun,
                        std::string(kRuns) +
                            "WHERE started_at > ? AND (started_at, execution_id) < (?, ?)"
                            " ORDER BY started_at DESC, execution_id DESC LIMIT ?",
                        started_after, place.started_at, place.execution_id, limit);
}

Result<std::vector<RunRecord>> SqliteStore::UnfinishedRuns() {
  return database_->All(
      ReadRun, std::string(kRuns) + "WHERE status IN ('InProgress', 'CancelStarted') ORDER BY id");
}

Result<std::vector<RefusedRecord>> SqliteStore::ListRefused(const std::string& execution_id,
                                                            int64_t offset, int64_t limit) {
  return database_->All(ReadRefused,
                        "SELECT execution_id, partition, seq, row_index, code, message,"
                        " retry_after_s, field, record, place, replayed_by FROM refused"
                        " WHERE execution_id = ? ORDER BY partition, seq, row_index"
                        " LIMIT ? OFFSET ?",
                        execution_id, limit, offset);
}

Status SqliteStore::MarkReplayed(const std::vector<RefusedRecord>& records,
                                 const std::string& by_execution_id) {
  return database_->Write([&](Connection& writer) -> Status {
    for (const RefusedRecord& record : records) {
      SLUICE_RETURN_IF_ERROR(
          Statement(writer,
                    "UPDATE refused SET replayed_by = ? WHERE execution_id = ? AND partition = ?"
                    " AND seq = ? AND row_index = ?",
                    by_execution_id, record.execution_id, record.partition, record.row.seq,
                    record.row.index)
              .Run());
    }
    return Done{};
  });
}

Status SqliteStore::DeleteRunsOf(const std::string& flow_name) {
  SLUICE_RETURN_IF_ERROR(database_->Change("DELETE FROM run WHERE flow_name = ?", flow_name));
  return Done{};
}

}  // namespace sluice::store
