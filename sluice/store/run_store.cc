#include "sluice/flow/run_store.h"

#include "sluice/store/sqlite_store.h"

namespace sluice::store {

using flow::RefusedRecord;
using flow::RunRecord;

namespace {

Result<RunRecord> ReadRun(Statement& row) {
  RunRecord run{.execution_id = row.Text(), .flow_name = row.Text()};
  const std::string status = row.Text();
  run.counts = {.records_processed = row.Int(),
                .bytes_processed = row.Int(),
                .bytes_written = row.Int(),
                .put_failures = row.Int()};
  run.message = row.Text();
  run.started_at = row.At();
  run.updated_at = row.At();
  auto known = flow::RunStatusFromString(status);
  if (!known)
    return ServerError("the run " + run.execution_id + " has the status '" + status + "'");
  run.status = *known;
  return run;
}

Result<int64_t> ReadNumber(Statement& row) { return row.Int(); }

Result<RefusedRecord> ReadRefused(Statement& row) {
  RefusedRecord refused{.execution_id = row.Text(), .partition = row.Text()};
  refused.row = {.seq = row.Int(), .index = row.Int()};
  refused.row.error = {ErrorCodeFromString(row.Text()), row.Text(), {}};
  if (auto retry_after_s = row.MaybeInt()) {
    refused.row.error.retry_after = std::chrono::seconds(*retry_after_s);
  }
  return refused;
}

Status SaveCounts(Connection& writer, const RunRecord& run) {
  SLUICE_ASSIGN(
      int64_t changed,
      Statement(writer,
                "UPDATE run SET records_processed = ?, bytes_processed = ?,"
                " bytes_written = ?, put_failures = ?, updated_at = ?"
                " WHERE execution_id = ?",
                run.counts.records_processed, run.counts.bytes_processed, run.counts.bytes_written,
                run.counts.put_failures, run.updated_at, run.execution_id)
          .Run());
  if (changed == 0) return ResourceNotFound("there is no run '" + run.execution_id + "'");
  return Done{};
}

Status SavePosition(Connection& writer, const RunRecord& run, const std::string& partition,
                    const Position& durable) {
  SLUICE_RETURN_IF_ERROR(
      Statement(writer,
                "INSERT OR REPLACE INTO progress (execution_id, partition, seq, token)"
                " VALUES (?, ?, ?, ?)",
                run.execution_id, partition, durable.seq, durable.token)
          .Run());
  return Done{};
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
                " (execution_id, partition, seq, row_index, code, message, retry_after_s)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                run.execution_id, partition, row.seq, row.index, ToString(row.error.code),
                row.error.message, retry_after_s)
          .Run());
  return Done{};
}

}  // namespace

Result<bool> SqliteStore::BeginRun(const RunRecord& run) {
  SLUICE_ASSIGN(
      int64_t inserted,
      database_->Change("INSERT INTO run (execution_id, flow_name, status, records_processed,"
                        " bytes_processed, bytes_written, put_failures, message, started_at,"
                        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        " ON CONFLICT (flow_name) WHERE status IN ('InProgress', 'CancelStarted')"
                        " DO NOTHING",
                        run.execution_id, run.flow_name, ToString(run.status),
                        run.counts.records_processed, run.counts.bytes_processed,
                        run.counts.bytes_written, run.counts.put_failures, run.message,
                        run.started_at, run.updated_at));
  return inserted == 1;
}

Status SqliteStore::SaveProgress(const RunRecord& run, const std::string& partition,
                                 const Position& durable,
                                 const std::vector<RejectedRow>& rejected) {
  return database_->Write([&](Connection& writer) -> Status {
    SLUICE_RETURN_IF_ERROR(SaveCounts(writer, run));
    SLUICE_RETURN_IF_ERROR(SavePosition(writer, run, partition, durable));
    if (rejected.empty()) return Done{};
    SLUICE_ASSIGN(int64_t present, CountRefused(writer, run));
    for (const RejectedRow& row : rejected) {
      if (present++ >= flow::kMostRefusedKept) break;
      SLUICE_RETURN_IF_ERROR(SaveRefused(writer, run, partition, row));
    }
    return Done{};
  });
}

Status SqliteStore::FinishRun(const RunRecord& run) {
  return database_->ChangeExisting(
      "run '" + run.execution_id + "'",
      "UPDATE run SET status = ?, records_processed = ?, bytes_processed = ?, bytes_written = ?,"
      " put_failures = ?, message = ?, updated_at = ? WHERE execution_id = ?",
      ToString(run.status), run.counts.records_processed, run.counts.bytes_processed,
      run.counts.bytes_written, run.counts.put_failures, run.message, run.updated_at,
      run.execution_id);
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
  return database_->All(ReadRun,
                        "SELECT execution_id, flow_name, status, records_processed,"
                        " bytes_processed, bytes_written, put_failures, message, started_at,"
                        " updated_at FROM run WHERE flow_name = ? AND id < ?"
                        " ORDER BY id DESC LIMIT ?",
                        flow_name, before_id, limit);
}

Result<std::vector<RunRecord>> SqliteStore::UnfinishedRuns() {
  return database_->All(ReadRun,
                        "SELECT execution_id, flow_name, status, records_processed,"
                        " bytes_processed, bytes_written, put_failures, message, started_at,"
                        " updated_at FROM run WHERE status IN ('InProgress', 'CancelStarted')"
                        " ORDER BY id");
}

Result<std::vector<RefusedRecord>> SqliteStore::ListRefused(const std::string& execution_id,
                                                            int64_t limit) {
  return database_->All(ReadRefused,
                        "SELECT execution_id, partition, seq, row_index, code, message,"
                        " retry_after_s FROM refused WHERE execution_id = ?"
                        " ORDER BY partition, seq, row_index LIMIT ?",
                        execution_id, limit);
}

Status SqliteStore::DeleteRunsOf(const std::string& flow_name) {
  SLUICE_RETURN_IF_ERROR(database_->Change("DELETE FROM run WHERE flow_name = ?", flow_name));
  return Done{};
}

}  // namespace sluice::store
