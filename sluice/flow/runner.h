// Runs flows, each execution on threads of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sluice/flow/backoff.h"
#include "sluice/flow/error_files.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/live_run.h"
#include "sluice/flow/run_observer.h"
#include "sluice/flow/run_store.h"

namespace sluice::flow {

struct RunnerOptions {
  // Where the flow doesn't say for how long (Flow::retry_for). Until a run has begun to copy:
  // whoever starts a flow against a system that is not there wants to know soon.
  RetryPolicy start;
  // From then on: a system that is away for a minute must not end a run of hours.
  RetryPolicy retry{.patience = std::chrono::minutes(5)};
  int partitions = 4;             // Of a run that are copied at once, at most.
  int64_t queue_bytes = 1 << 20;  // Of one run, between two stages.
  // What a source without end brought is made durable after so long, in its first pause.
  std::chrono::milliseconds flush_interval{10'000};
};

// Any thread. Destruction asks all runs to stop at a durable position and waits for them; they
// stay in progress for the next start to go on with.
class Runner : public LiveRuns {
 public:
  // All outlive the runner.
  static std::unique_ptr<Runner> Make(Accounts& accounts, RunStore& store, ErrorFiles& error_files,
                                      RunObserver& observer, const Clock& clock,
                                      const RunnerOptions& options = {});
  // The execution id of the new run, which is on record when this returns. kClientError: the flow
  // is running. `document`: RunRecord::flow_document, for GoOn.
  virtual Result<std::string> Start(const Flow& flow, const std::string& document) = 0;
  // Sends refused records of `of_execution` again, as corrected: each `row.record` is a JSON object
  // with the source's fields, which goes through the flow's mapping (not through the source's
  // filter). A run of its own, as Start gives one; `replayed` are marked with it.
  // kInvalidArgument: no records, or too many at once.
  virtual Result<std::string> Replay(const Flow& flow, const std::string& document,
                                     const std::string& of_execution,
                                     const std::vector<RefusedRecord>& replayed) = 0;
  // At start: goes on with a run that an earlier process left unfinished (RunStore::UnfinishedRuns)
  // or ends it as canceled where that was asked for. `flow`: as it was when the run began
  // (RunRecord::flow_document).
  virtual void GoOn(const Flow& flow, const RunRecord& run) = 0;
  // Returns at once; the run stops at a durable position and ends as kCanceled, unless it ends
  // otherwise before that. kResourceNotFound: no such run in progress.
  virtual Status Cancel(const std::string& execution_id) = 0;
  virtual bool IsRunning(const std::string& flow_name) = 0;
};

}  // namespace sluice::flow
