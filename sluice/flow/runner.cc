#include "sluice/flow/runner.h"

#include <algorithm>
#include <list>
#include <mutex>

#include "sluice/base/uuid.h"
#include "sluice/flow/execution.h"
#include "sluice/flow/replay_reader.h"

namespace sluice::flow {
namespace {

class ThreadRunner final : public Runner {
 public:
  explicit ThreadRunner(const RunnerParts& parts) : parts_(parts) {}

  // All at once, so that none waits for another.
  ~ThreadRunner() override {
    for (Execution& execution : executions_) execution.Interrupt();
  }

  Result<std::string> Start(const Flow& flow, const std::string& document) override {
    const RunRecord run = NewRun(flow, document);
    SLUICE_RETURN_IF_ERROR(Begin(run, {}));
    Execute(flow, run, false);
    return run.execution_id;
  }

  Result<std::string> Replay(const Flow& flow, const std::string& document,
                             const std::string& of_execution,
                             const std::vector<RefusedRecord>& replayed) override {
    SLUICE_ASSIGN(Partition partition, ReplayPartition(replayed));
    RunRecord run = NewRun(flow, document);
    run.replay_of = of_execution;
    SLUICE_RETURN_IF_ERROR(Begin(run, {partition}));
    Status marked = parts_.store.MarkReplayed(replayed, run.execution_id);
    // It is on record, so it goes on the way a run does that another process has begun, which
    // marks them again.
    Execute(flow, run, !marked.ok());
    return run.execution_id;
  }

  void GoOn(const Flow& flow, const RunRecord& run) override { Execute(flow, run, true); }

  Status Cancel(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    auto execution = std::find_if(executions_.begin(), executions_.end(), [&](const auto& known) {
      return known.execution_id() == execution_id && !known.is_done();
    });
    if (execution != executions_.end()) {
      SLUICE_ASSIGN(bool is_in_progress, parts_.store.StartCancel(execution_id));
      if (is_in_progress) return execution->Cancel(), Done{};
    }
    return ResourceNotFound("there is no run '" + execution_id + "' in progress");
  }

  bool IsRunning(const std::string& flow_name) override {
    std::lock_guard lock(mutex_);
    return std::any_of(executions_.begin(), executions_.end(), [&](const Execution& execution) {
      return execution.flow_name() == flow_name && !execution.is_done();
    });
  }

  LiveState Look(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    for (const Execution& execution : executions_) {
      if (execution.execution_id() == execution_id && !execution.is_done()) {
        return execution.Look();
      }
    }
    return {};
  }

 private:
  RunRecord NewRun(const Flow& flow, const std::string& document) const {
    RunRecord run;
    run.execution_id = NewUuid();
    run.flow_name = flow.name;
    run.flow_document = document;
    run.started_at = run.updated_at = parts_.clock.Now();
    return run;
  }

  Status Begin(const RunRecord& run, const std::vector<Partition>& partitions) {
    SLUICE_ASSIGN(bool is_new, parts_.store.BeginRun(run, partitions));
    if (is_new) return Done{};
    return Error{ErrorCode::kClientError,
                 "Flow '" + run.flow_name + "' is running already; wait until that run has ended.",
                 {}};
  }

  void Execute(const Flow& flow, const RunRecord& run, bool is_going_on) {
    std::lock_guard lock(mutex_);
    executions_.remove_if([](const Execution& execution) { return execution.is_done(); });
    executions_.emplace_back(parts_, flow, run, is_going_on);
  }

  const RunnerParts parts_;
  std::mutex mutex_;
  std::list<Execution> executions_;  // Destroyed first: their threads use the above.
};

}  // namespace

std::unique_ptr<Runner> Runner::Make(Accounts& accounts, RunStore& store, ErrorFiles& error_files,
                                     RunObserver& observer, const Clock& clock,
                                     const RunnerOptions& options) {
  return std::make_unique<ThreadRunner>(
      RunnerParts{accounts, store, error_files, observer, clock, options});
}

}  // namespace sluice::flow
