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
#include "sluice/flow/retrying_reader.h"
#include "sluice/flow/run.h"
#include "sluice/flow/run_message.h"

namespace sluice::flow {
namespace {

// One run, from its record's beginning to its end, on a thread of its own.
class Execution {
 public:
  Execution(Flow flow, RunRecord run, Accounts& accounts, RunStore& store, const Clock& clock,
            const RunnerOptions& options)
      : flow_(std::move(flow)),
        run_(std::move(run)),
        accounts_(accounts),
        store_(store),
        clock_(clock),
        options_(options),
        thread_([this](std::stop_token stop) {
          Run(stop);
          is_done_ = true;
        }) {}

  const std::string& flow_name() const { return flow_.name; }
  bool is_done() const { return is_done_; }
  void RequestStop() { thread_.request_stop(); }

 private:
  // The two connections and what to do with them.
  struct Route {
    std::unique_ptr<Connector> source, destination;
    Plan plan;
    Partition partition;
  };

  void Run(std::stop_token stop) {
    Log(LogLevel::kInfo, "run started", {{"flow", flow_.name}, {"execution", run_.execution_id}});
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
    log_.emplace(store_, clock_, run_, route.partition.name, flow_.destination.stop_on_error);
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
    SLUICE_ASSIGN(auto partitions, source->Split(plan.read, 1));
    if (partitions.size() != 1) {
      return ServerError("the source gave " + std::to_string(partitions.size()) +
                         " partitions instead of one");
    }
    SLUICE_RETURN_IF_ERROR(store_.SavePartitions(run_.execution_id, partitions));
    return Route{std::move(source), std::move(destination), std::move(plan), partitions[0]};
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
    auto open = [&route](std::optional<Position> from) {
      return route.source->OpenReader(route.plan.read, route.partition, from);
    };
    auto reader = RetryingReader::Make(open, log_->ReadFrom(), options_.retry, stop);
    if (!reader.ok()) {
      is_reading_over = true;
      writer->Abandon();
      return std::move(reader).error();
    }
    PrefetchingReader ahead(*std::move(reader), options_.prefetch_bytes);
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
      run_.message = MessageOfStopped(log);
    } else {
      run_.message = MessageOfFailed(flow_, status.error(), log);
    }
    run_.updated_at = clock_.Now();
    Record();
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
  const Clock& clock_;
  const RunnerOptions options_;
  std::optional<RunLog> log_;  // Once records may move.
  std::atomic<bool> is_done_ = false;
  std::jthread thread_;  // Last: it uses all of the above.
};

class ThreadRunner final : public Runner {
 public:
  ThreadRunner(Accounts& accounts, RunStore& store, const Clock& clock,
               const RunnerOptions& options)
      : accounts_(accounts), store_(store), clock_(clock), options_(options) {}

  // All at once, so that none waits for another.
  ~ThreadRunner() override {
    for (Execution& execution : executions_) execution.RequestStop();
  }

  Status RecoverUnfinishedRuns() override {
    SLUICE_ASSIGN(auto runs, store_.UnfinishedRuns());
    for (RunRecord& run : runs) {
      run.status = RunStatus::kError;
      run.message =
          "The service stopped while this run was under way. What was written stays written; run "
          "the flow again.";
      run.updated_at = clock_.Now();
      SLUICE_RETURN_IF_ERROR(store_.FinishRun(run));
      Log(LogLevel::kWarning, "an unfinished run of an earlier start was ended",
          {{"flow", run.flow_name}, {"execution", run.execution_id}});
    }
    return Done{};
  }

  Result<std::string> Start(const Flow& flow) override {
    RunRecord run;
    run.execution_id = NewUuid();
    run.flow_name = flow.name;
    run.started_at = run.updated_at = clock_.Now();
    SLUICE_ASSIGN(bool is_new, store_.BeginRun(run, {}));
    if (!is_new) {
      return Error{ErrorCode::kClientError,
                   "Flow '" + flow.name + "' is running already; wait until that run has ended.",
                   {}};
    }
    std::lock_guard lock(mutex_);
    executions_.remove_if([](const Execution& execution) { return execution.is_done(); });
    executions_.emplace_back(flow, run, accounts_, store_, clock_, options_);
    return run.execution_id;
  }

  bool IsRunning(const std::string& flow_name) override {
    std::lock_guard lock(mutex_);
    return std::any_of(executions_.begin(), executions_.end(), [&](const Execution& execution) {
      return execution.flow_name() == flow_name && !execution.is_done();
    });
  }

 private:
  Accounts& accounts_;
  RunStore& store_;
  const Clock& clock_;
  const RunnerOptions options_;
  std::mutex mutex_;
  std::list<Execution> executions_;  // Destroyed first: their threads use the above.
};

}  // namespace

std::unique_ptr<Runner> Runner::Make(Accounts& accounts, RunStore& store, const Clock& clock,
                                     const RunnerOptions& options) {
  return std::make_unique<ThreadRunner>(accounts, store, clock, options);
}

}  // namespace sluice::flow
