#include "sluice/flow/run_totals.h"

#include <algorithm>

#include "sluice/flow/dead_letter.h"

namespace sluice::flow {
namespace {

void Add(RunCounts& total, const RunCounts& more) {
  total.records_processed += more.records_processed;
  total.bytes_processed += more.bytes_processed;
  total.bytes_written += more.bytes_written;
  total.put_failures += more.put_failures;
  total.filtered += more.filtered;
  total.repeated += more.repeated;
}

void Add(StageTimes& total, const StageTimes& more) {
  total.read += more.read;
  total.map += more.map;
  total.write += more.write;
  total.wait += more.wait;
}

}  // namespace

RunTotals::RunTotals(const Flow& flow, RunRecord run, RunStore& store, ErrorFiles& error_files,
                     RunObserver& observer, const Clock& clock, const RetryPolicy& retry,
                     std::stop_token stop, std::stop_token shutdown)
    : flow_(flow),
      store_(store),
      error_files_(error_files),
      observer_(observer),
      clock_(clock),
      retry_(retry),
      stop_(std::move(stop)),
      shutdown_(std::move(shutdown)),
      run_(std::move(run)) {}

void RunTotals::SetFilters(const std::vector<std::string>& filters) {
  std::lock_guard lock(mutex_);
  std::vector<FilterCount> counts;
  for (size_t i = 0; i < filters.size(); ++i) {
    bool is_known = i < run_.filters.size() && run_.filters[i].filter == filters[i];
    counts.push_back({filters[i], is_known ? run_.filters[i].records : 0});
  }
  run_.filters = std::move(counts);
}

void RunTotals::Promise(Guarantee guarantee) {
  std::lock_guard lock(mutex_);
  run_.guarantee = std::max(run_.guarantee, guarantee);
}

template <class Work>
Status RunTotals::Retry(const RetryPolicy& policy, std::stop_token stop, Work work) {
  Backoff backoff(policy, live_);
  while (true) {
    Status status = work();
    if (status.ok() || !backoff.Wait(status.error(), stop)) return status;
  }
}

Status RunTotals::Save(const PartitionProgress& partition, const PartitionWork& work,
                       const std::vector<RejectedRow>& letters) {
  std::lock_guard lock(mutex_);
  RunRecord run = run_;
  Add(run.counts, work.counts);
  Add(run.times, work.times);
  for (size_t i = 0; i < work.filtered.size(); ++i) run.filters.at(i).records += work.filtered[i];
  run.updated_at = clock_.Now();
  Status status = Retry(retry_, shutdown_, [&] {
    return store_.SaveProgress(run, partition.partition.name, partition.durable,
                               partition.is_finished, letters);
  });
  if (!status.ok()) {
    return WithContext(std::move(status).error(), "the progress could not be saved");
  }
  run_ = std::move(run);
  if (!first_refusal_ && !letters.empty()) first_refusal_ = letters.front();
  observer_.OnProgress(run_);
  return status;
}

Status RunTotals::WriteErrorFile(const std::string& partition, int64_t seq,
                                 const std::vector<RejectedRow>& letters) {
  const Destination& to = flow_.destination;
  if (to.error_bucket.empty()) return Done{};
  std::string key = to.error_prefix.empty() ? "" : to.error_prefix + "/";
  key += flow_.name + "/" + run().execution_id + "/" + partition + "-" + std::to_string(seq);
  const std::string lines = ToJsonLines(letters);
  Status status = Retry(retry_.LastingFor(flow_.retry_for), stop_,
                        [&] { return error_files_.Write(to.error_bucket, key, lines); });
  if (status.ok()) return status;
  return WithContext(
      std::move(status).error(),
      "the refused records could not be put into the bucket '" + to.error_bucket + "'");
}

bool RunTotals::NeedsLetters() const {
  if (!flow_.destination.error_bucket.empty()) return true;
  std::lock_guard lock(mutex_);
  return run_.counts.put_failures < kMostRefusedKept;
}

RunRecord RunTotals::run() const {
  std::lock_guard lock(mutex_);
  return run_;
}

std::optional<RejectedRow> RunTotals::first_refusal() const {
  std::lock_guard lock(mutex_);
  return first_refusal_;
}

void RunTotals::SetFirstRefusal(RejectedRow row) {
  std::lock_guard lock(mutex_);
  first_refusal_ = std::move(row);
}

}  // namespace sluice::flow
