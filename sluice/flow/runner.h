// Runs flows, each execution on a thread of its own.
#pragma once

#include <memory>
#include <string>

#include "sluice/flow/backoff.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/run_store.h"

namespace sluice::flow {

struct RunnerOptions {
  RetryPolicy retry;
  int64_t prefetch_bytes = 16 << 20;  // Read ahead of the writer, per run.
};

// Any thread. Destruction asks all executions to stop and waits for them; they end as kError with
// the reason.
class Runner {
 public:
  static std::unique_ptr<Runner> Make(Accounts& accounts, RunStore& store, const Clock& clock,
                                      const RunnerOptions& options = {});
  virtual ~Runner() = default;

  // At start: ends as kError, with the reason, every run that an earlier process left unfinished.
  virtual Status RecoverUnfinishedRuns() = 0;
  // The execution id of the new run, which is on record when this returns. kClientError where the
  // flow is running already.
  virtual Result<std::string> Start(const Flow& flow) = 0;
  virtual bool IsRunning(const std::string& flow_name) = 0;
};

}  // namespace sluice::flow
