// What all partitions of one run have done so far, put down as it grows.
#pragma once

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/flow/backoff.h"
#include "sluice/flow/error_files.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/live_run.h"
#include "sluice/flow/run_observer.h"
#include "sluice/flow/run_store.h"

namespace sluice::flow {

// What a partition has done since it said so last.
struct PartitionWork {
  RunCounts counts;
  StageTimes times;
  std::vector<int64_t> filtered;  // By filter of the mapping.
};

// Any thread. What is given outlives it. Failures of its store are waited out as `retry` says,
// until `shutdown`; those of the error files as the flow wants it, until `stop`.
class RunTotals {
 public:
  RunTotals(const Flow& flow, RunRecord run, RunStore& store, ErrorFiles& error_files,
            RunObserver& observer, const Clock& clock, const RetryPolicy& retry,
            std::stop_token stop, std::stop_token shutdown);

  // Before the first Save(): the mapping's filters, whose counts go on where they are known.
  void SetFilters(const std::vector<std::string>& filters);
  // What a destination turned out to promise; the weakest of all partitions' is the run's.
  void Promise(Guarantee guarantee);

  // In one transaction: how far the partition is, what it did, what was refused. With retries; an
  // Error is final, and then the work doesn't count.
  Status Save(const PartitionProgress& partition, const PartitionWork& work,
              const std::vector<RejectedRow>& letters);
  // The refused records of one batch, where the flow has a bucket for them. With retries; an Error
  // is final.
  Status WriteErrorFile(const std::string& partition, int64_t seq,
                        const std::vector<RejectedRow>& letters);
  // Whether anybody will ever see more refused records than there are already.
  bool NeedsLetters() const;

  const Flow& flow() const { return flow_; }
  LiveRun& live() { return live_; }
  const LiveRun& live() const { return live_; }
  RunRecord run() const;
  // The first that was put down.
  std::optional<RejectedRow> first_refusal() const;
  void SetFirstRefusal(RejectedRow row);

 private:
  template <class Work>
  Status Retry(const RetryPolicy& policy, std::stop_token stop, Work work);

  const Flow& flow_;
  RunStore& store_;
  ErrorFiles& error_files_;
  RunObserver& observer_;
  const Clock& clock_;
  const RetryPolicy retry_;
  const std::stop_token stop_, shutdown_;
  LiveRun live_;

  mutable std::mutex mutex_;
  RunRecord run_;
  std::optional<RejectedRow> first_refusal_;
};

}  // namespace sluice::flow
