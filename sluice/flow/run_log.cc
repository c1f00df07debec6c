#include "sluice/flow/run_log.h"

#include <algorithm>

namespace sluice::flow {
namespace {
constexpr std::chrono::seconds kFlushInterval{10};
}  // namespace

RunLog::RunLog(RunStore& store, RunObserver& observer, const Clock& clock, RunRecord run,
               std::string partition, Position durable, bool stop_on_error)
    : store_(store),
      observer_(observer),
      clock_(clock),
      run_(std::move(run)),
      partition_(std::move(partition)),
      stop_on_error_(stop_on_error),
      durable_(std::move(durable)),
      last_save_(std::chrono::steady_clock::now()) {}

Deadline RunLog::NextFlush() const { return last_save_ + kFlushInterval; }

std::optional<Position> RunLog::ReadFrom() const {
  if (durable_ == Position{}) return std::nullopt;
  return durable_;
}

int64_t RunLog::RowsInDoubt() const {
  int64_t rows = 0;
  for (const Taken& taken : taken_) rows += taken.rows;
  return rows;
}

void RunLog::Take(const Batch& batch) {
  taken_.push_back({batch.after.seq, batch.rows->num_rows(), batch.bytes, {}});
}

Status RunLog::Reject(std::vector<RejectedRow> rows) {
  if (rows.empty()) return Done{};
  SLUICE_CHECK(!taken_.empty() && taken_.back().seq == rows.front().seq);
  if (!stop_on_error_) {
    taken_.back().rejected = std::move(rows);
    return Done{};
  }
  RejectedRow& row = rows.front();
  // Nothing of this batch has been sent, and nothing will be.
  CountPart(taken_.back(), 1);
  taken_.pop_back();
  Count({row});
  SLUICE_RETURN_IF_ERROR(Record({row}));
  return EndWith(row.error);
}

Status RunLog::Save(const Progress& progress) {
  std::vector<RejectedRow> rejected = progress.rejected;
  int64_t settled_before = run_.counts.records_processed;
  Settle(progress.durable, rejected);
  bool is_end = stop_on_error_ && !rejected.empty();
  if (is_end && run_.counts.records_processed == settled_before) {
    // The batch is not done: only what was refused, or written before, has been dealt with.
    int64_t rows = progress.rows_written + static_cast<int64_t>(rejected.size());
    for (const Taken& taken : taken_) {
      int64_t part = std::min(rows, taken.rows);
      CountPart(taken, part);
      rows -= part;
    }
    taken_.clear();
  }
  rows_written_ += progress.rows_written;
  run_.counts.bytes_written += progress.bytes_written;
  Count(rejected);
  SLUICE_RETURN_IF_ERROR(Record(rejected));
  if (is_end) return EndWith(rejected.front().error);
  return Done{};
}

Status RunLog::Resume(const std::optional<Position>& told, bool may_repeat, const Error& why) {
  if (!told && !taken_.empty() && !may_repeat) return EndWith(why);
  std::vector<RejectedRow> rejected;
  if (told) {
    int64_t settled_before = run_.counts.records_processed;
    Settle(*told, rejected);
    // The rows are there, though the writer's report was lost.
    rows_written_ +=
        run_.counts.records_processed - settled_before - static_cast<int64_t>(rejected.size());
    durable_ = *told;
  }
  taken_.clear();
  Count(rejected);
  if (told && durable_ != Position{}) return Record(rejected);
  return Done{};
}

void RunLog::Settle(const Position& durable, std::vector<RejectedRow>& rejected) {
  while (!taken_.empty() && taken_.front().seq <= durable.seq) {
    Taken& taken = taken_.front();
    CountPart(taken, taken.rows);
    for (RejectedRow& row : taken.rejected) rejected.push_back(std::move(row));
    taken_.pop_front();
  }
  if (durable.seq > durable_.seq) durable_ = durable;
}

void RunLog::CountPart(const Taken& batch, int64_t rows) {
  run_.counts.records_processed += rows;
  if (rows > 0) run_.counts.bytes_processed += batch.bytes * rows / batch.rows;
}

void RunLog::Count(const std::vector<RejectedRow>& rejected) {
  run_.counts.put_failures += static_cast<int64_t>(rejected.size());
  if (!first_refusal_ && !rejected.empty()) first_refusal_ = rejected.front();
}

Status RunLog::Record(const std::vector<RejectedRow>& rejected) {
  last_save_ = std::chrono::steady_clock::now();
  run_.updated_at = clock_.Now();
  Status status = store_.SaveProgress(run_, partition_, durable_, false, rejected);
  if (status.ok()) {
    observer_.OnProgress(run_);
    return status;
  }
  return EndWith(WithContext(std::move(status).error(), "the progress could not be saved"));
}

Status RunLog::EndWith(Error error) {
  is_over_ = true;
  return error;
}

}  // namespace sluice::flow
