// One run, from its record's beginning to its end.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sluice/flow/partition_copy.h"
#include "sluice/flow/runner.h"

namespace sluice::flow {

// What a runner runs with; outlives its executions.
struct RunnerParts {
  Accounts& accounts;
  RunStore& store;
  ErrorFiles& error_files;
  RunObserver& observer;
  const Clock& clock;
  const RunnerOptions options;
};

// On threads of its own. Any thread may call. Destruction waits for the end.
class Execution {
 public:
  // `run`: on record. `is_going_on`: an earlier process began it. Canceled at once where its status
  // says so.
  Execution(const RunnerParts& parts, Flow flow, RunRecord run, bool is_going_on);

  const std::string& flow_name() const { return flow_.name; }
  const std::string& execution_id() const { return execution_id_; }
  bool is_done() const { return is_done_; }
  LiveState Look() const { return totals_.live().state(); }

  // Both return at once; the run stops at a durable position, and ends as canceled …
  void Cancel();
  // … or stays in progress, for a later start to go on with.
  void Interrupt();

 private:
  // What is to be done, once that is known.
  struct Route {
    Connections connections;
    Plan plan;
    std::vector<PartitionProgress> partitions;
  };

  void Run();
  Status Copy();
  Result<Route> Prepare();
  Result<Route> PrepareOnce();
  Result<std::vector<PartitionProgress>> FindPartitions(Connector& source, Connector& destination,
                                                        const Plan& plan);
  Status LoadFirstRefusal();
  void CopyPartitions(Route& route);
  void Fail(const Status& status);
  void End(const Status& status);
  bool PutDown(const RunRecord& run);

  const RunnerParts& parts_;
  const Flow flow_;
  const std::string execution_id_;
  const bool is_going_on_;
  std::atomic<bool> is_canceled_, is_done_ = false;
  std::stop_source stop_;      // Of the copying.
  std::stop_source shutdown_;  // Of everything that can wait.
  RunTotals totals_;
  // What the partitions came to.
  bool is_finished_ = false, is_by_refusal_ = false;
  int64_t records_in_doubt_ = 0;
  std::mutex mutex_;              // For what the partitions' threads write:
  std::optional<Error> failure_;  // The first.
  std::jthread thread_;           // Last: it uses all of the above.
};

}  // namespace sluice::flow
