#include "sluice/flow/runner.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <list>
#include <mutex>
#include <thread>

#include "sluice/base/log.h"
#include "sluice/base/uuid.h"
#include "sluice/flow/plan.h"
#include "sluice/flow/prefetch.h"
#include "sluice/flow/replay_reader.h"
#include "sluice/flow/retrying_reader.h"
#include "sluice/flow/run.h"
#include "sluice/flow/run_message.h"

namespace sluice::flow {
namespace {

// One run, from its record's beginning to its end, on a thread of its own.
class Execution {
 public:
  Execution(Flow flow, RunRecord run, Accounts& accounts, RunStore& store, RunObserver& observer,
            const Clock& clock, const RunnerOptions& options)
      : flow_(std::move(flow)),
        run_(std::move(run)),
        accounts_(accounts),
        store_(store),
        observer_(observer),
        clock_(clock),
        options_(options),
        thread_([this](std::stop_token stop) {
          Run(stop);
          is_done_ = true;
        }) {}

  const std::string& flow_name() const { return flow_.name; }
  bool is_done() const { return is_done_; }
  const std::string& execution_id() const { return run_.execution_id; }
  void RequestStop() { thread_.request_stop(); }
  void Cancel() {
    is_canceled_ = true;
    thread_.request_stop();
  }

 private:
  // The two connections and what to do with them.
  struct Route {
    std::unique_ptr<Connector> source, destination;
    Plan plan;
    Partition partition;
    Position durable;
  };

  void Run(std::stop_token stop) {
    Log(LogLevel::kInfo, "run started", {{"flow", flow_.name}, {"execution", run_.execution_id}});
    observer_.OnRunStarted(run_);
    Finish(CopyWithoutThrowing(stop), stop);
  }

  // This is where a thread begins: nothing may be thrown out of it.
  Status CopyWithoutThrowing(std::stop_token stop) {
    try {
      return Copy(stop);
    } catch (const std::exception& exception) {
      return Error{ErrorCode::kUnknown, std::string("the run failed: ") + exception.what(), {}};
    } catch (...) {
      return Error{ErrorCode::kUnknown, "the run failed for an unknown reason", {}};
    }
  }

  Status Copy(std::stop_token stop) {
    SLUICE_ASSIGN(Route route, Prepare(stop));
    log_.emplace(store_, observer_, clock_, run_, route.partition.name, route.durable,
                 flow_.destination.stop_on_error);
    Backoff backoff(options_.retry);
    Error why;
    while (true) {
      Position before = log_->durable();
      bool is_reading_over = false;
      Status status = CopyOnce(route, why, stop, is_reading_over);
      if (status.ok() || is_reading_over || log_->is_over()) return status;
      if (log_->durable() != before) backoff.Reset();
      if (!backoff.Wait(status.error(), stop)) return status;
      why = status.error();
    }
  }

  Result<Route> Prepare(std::stop_token stop) {
    Backoff backoff(options_.retry);
    while (true) {
      auto route = Open();
      if (route.ok() || !backoff.Wait(route.error(), stop)) return route;
    }
  }

  Result<Route> Open() {
    SLUICE_ASSIGN(auto source, OpenAccount(flow_.source, "source"));
    SLUICE_ASSIGN(auto destination, OpenAccount(flow_.destination, "destination"));
    SLUICE_ASSIGN(Plan plan, MakePlan(flow_, *source, *destination));
    plan.read.run.execution_id = plan.write.run.execution_id = run_.execution_id;
    SLUICE_ASSIGN(auto known, store_.LoadPartitions(run_.execution_id));
    if (known.empty()) {
      SLUICE_ASSIGN(auto partitions, source->Split(plan.read, 1));
      SLUICE_RETURN_IF_ERROR(store_.SavePartitions(run_.execution_id, partitions));
      for (Partition& partition : partitions) known.push_back({std::move(partition), {}, false});
    }
    if (known.size() != 1) {
      return ServerError("the source gave " + std::to_string(known.size()) +
                         " partitions instead of one");
    }
    return Route{std::move(source), std::move(destination), std::move(plan), known[0].partition,
                 known[0].durable};
  }

  Result<std::unique_ptr<Connector>> OpenAccount(const Endpoint& endpoint, std::string_view side) {
    auto connector = accounts_.Open(endpoint);
    if (connector.ok()) return connector;
    return WithContext(std::move(connector).error(),
                       "The " + std::string(side) + " connection '" + endpoint.profile_name + "'");
  }

  // One attempt, from where the target and the log say that the copy stands. `why`: what ended the
  // one before.
  Status CopyOnce(Route& route, const Error& why, std::stop_token stop, bool& is_reading_over) {
    SLUICE_ASSIGN(auto writer,
                  route.destination->OpenWriter(route.plan.write,
                                                run_.execution_id + "/" + route.partition.name));
    SLUICE_ASSIGN(auto told, writer->Resume(log_->durable()));
    bool may_repeat = flow_.destination.operation != WriteOperation::kInsert;
    SLUICE_RETURN_IF_ERROR(log_->Resume(told, may_repeat, why));
    auto open = [&](std::optional<Position> from) {
      if (!run_.replay_of.empty()) return OpenReplayReader(route.plan.read, route.partition, from);
      return route.source->OpenReader(route.plan.read, route.partition, from);
    };
    auto reader = RetryingReader::Make(open, log_->ReadFrom(), options_.retry, stop);
    if (!reader.ok()) {
      is_reading_over = true;
      writer->Abandon();
      return std::move(reader).error();
    }
    PrefetchingReader ahead(*std::move(reader), options_.queue_bytes);
    Status status = CopyPartition(ahead, *writer, route.plan.mapping, *log_, stop);
    if (!status.ok()) writer->Abandon();
    is_reading_over = ahead.failed();
    return status;
  }

  void Finish(const Status& status, std::stop_token stop) {
    if (log_) run_ = log_->run();
    const RunLog* log = log_ ? &*log_ : nullptr;
    bool all_refused =
        run_.counts.put_failures > 0 && run_.counts.put_failures == run_.counts.records_processed;
    run_.status = status.ok() && !all_refused ? RunStatus::kSuccessful : RunStatus::kError;
    if (status.ok()) {
      run_.message = MessageOfFinished(flow_, *log);
    } else if (stop.stop_requested() && !(log && log->is_over())) {
      if (!is_canceled_) return;  // The next start goes on.
      run_.status = RunStatus::kCanceled;
      run_.message = MessageOfCanceled(log);
    } else {
      run_.message = MessageOfFailed(flow_, status.error(), log);
    }
    run_.updated_at = clock_.Now();
    Record();
    observer_.OnRunEnded(run_);
    // The message may quote a record, so it stays out of the service's own log.
    ::sluice::Log(LogLevel::kInfo, "run ended",
                  {{"flow", flow_.name},
                   {"execution", run_.execution_id},
                   {"status", ToString(run_.status)},
                   {"records", run_.counts.records_processed},
                   {"refused", run_.counts.put_failures}});
  }

  // A run that can't be put down as ended would block its flow until the next start of the service.
  void Record() {
    Backoff backoff(options_.retry);
    while (true) {
      Status status = store_.FinishRun(run_);
      if (status.ok()) return;
      status = ServiceUnavailable(status.error().message);
      if (backoff.Wait(status.error(), {})) continue;
      ::sluice::Log(LogLevel::kError, "the end of a run could not be saved",
                    {{"flow", flow_.name},
                     {"execution", run_.execution_id},
                     {"reason", status.error().message}});
      return;
    }
  }

  const Flow flow_;
  RunRecord run_;
  Accounts& accounts_;
  RunStore& store_;
  RunObserver& observer_;
  const Clock& clock_;
  const RunnerOptions options_;
  std::atomic<bool> is_canceled_ = false;
  std::optional<RunLog> log_;  // Once records may move.
  std::atomic<bool> is_done_ = false;
  std::jthread thread_;  // Last: it uses all of the above.
};

class ThreadRunner final : public Runner {
 public:
  ThreadRunner(Accounts& accounts, RunStore& store, RunObserver& observer, const Clock& clock,
               const RunnerOptions& options)
      : accounts_(accounts), store_(store), observer_(observer), clock_(clock), options_(options) {}

  // All at once, so that none waits for another.
  ~ThreadRunner() override {
    for (Execution& execution : executions_) execution.RequestStop();
  }

  Result<std::string> Start(const Flow& flow, const std::string& document) override {
    return Begin(flow, NewRun(flow, document), {});
  }

  Result<std::string> Replay(const Flow& flow, const std::string& document,
                             const std::string& of_execution,
                             const std::vector<RefusedRecord>& replayed) override {
    SLUICE_ASSIGN(Partition partition, ReplayPartition(replayed));
    RunRecord run = NewRun(flow, document);
    run.replay_of = of_execution;
    SLUICE_ASSIGN(std::string execution_id, Begin(flow, run, {partition}));
    SLUICE_RETURN_IF_ERROR(store_.MarkReplayed(replayed, execution_id));
    return execution_id;
  }

  void GoOn(const Flow& flow, const RunRecord& run) override { Execute(flow, run); }

  Status Cancel(const std::string& execution_id) override {
    SLUICE_ASSIGN(bool was_in_progress, store_.StartCancel(execution_id));
    std::lock_guard lock(mutex_);
    for (Execution& execution : executions_) {
      if (!was_in_progress || execution.execution_id() != execution_id) continue;
      execution.Cancel();
      return Done{};
    }
    return ResourceNotFound("there is no run '" + execution_id + "' in progress");
  }

  bool IsRunning(const std::string& flow_name) override {
    std::lock_guard lock(mutex_);
    return std::any_of(executions_.begin(), executions_.end(), [&](const Execution& execution) {
      return execution.flow_name() == flow_name && !execution.is_done();
    });
  }

 private:
  RunRecord NewRun(const Flow& flow, const std::string& document) const {
    RunRecord run{.execution_id = NewUuid(),
                  .flow_name = flow.name,
                  .flow_document = document,
                  .replay_of = {}};
    run.started_at = run.updated_at = clock_.Now();
    return run;
  }

  Result<std::string> Begin(const Flow& flow, const RunRecord& run,
                            const std::vector<Partition>& partitions) {
    SLUICE_ASSIGN(bool is_new, store_.BeginRun(run, partitions));
    if (!is_new) {
      return Error{ErrorCode::kClientError,
                   "Flow '" + flow.name + "' is running already; wait until that run has ended.",
                   {}};
    }
    Execute(flow, run);
    return run.execution_id;
  }

  void Execute(const Flow& flow, const RunRecord& run) {
    std::lock_guard lock(mutex_);
    executions_.remove_if([](const Execution& execution) { return execution.is_done(); });
    Execution& execution =
        executions_.emplace_back(flow, run, accounts_, store_, observer_, clock_, options_);
    if (run.status == RunStatus::kCancelStarted) execution.Cancel();
  }

  Accounts& accounts_;
  RunStore& store_;
  RunObserver& observer_;
  const Clock& clock_;
  const RunnerOptions options_;
  std::mutex mutex_;
  std::list<Execution> executions_;  // Destroyed first: their threads use the above.
};

}  // namespace

std::unique_ptr<Runner> Runner::Make(Accounts& accounts, RunStore& store, ErrorFiles&,
                                     RunObserver& observer, const Clock& clock,
                                     const RunnerOptions& options) {
  return std::make_unique<ThreadRunner>(accounts, store, observer, clock, options);
}

}  // namespace sluice::flow
