// A RunStore in memory, for tests: fails when told to, and remembers what it was told.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sluice/flow/run_store.h"

namespace sluice::flow {

class FakeRunStore final : public RunStore {
 public:
  int64_t fail_save_at = 0;   // The n-th SaveProgress fails; 0: none.
  int64_t fail_finishes = 0;  // How many calls of FinishRun fail, from the first.

  Result<bool> BeginRun(const RunRecord& run) override {
    std::lock_guard lock(mutex_);
    for (const auto& [id, other] : runs_) {
      if (other.flow_name == run.flow_name && other.status == RunStatus::kInProgress) return false;
    }
    runs_[run.execution_id] = run;
    return true;
  }

  Status SaveProgress(const RunRecord& run, const std::string&, const Position& durable,
                      const std::vector<RejectedRow>& rejected) override {
    std::lock_guard lock(mutex_);
    if (++saves_ == fail_save_at) return ServerError("the disk is full");
    runs_[run.execution_id] = run;
    positions_[run.execution_id].push_back(durable);
    for (const RejectedRow& row : rejected) refused_.push_back({run.execution_id, "0", row});
    return Done{};
  }

  Status FinishRun(const RunRecord& run) override {
    {
      std::lock_guard lock(mutex_);
      if (fail_finishes > 0) {
        --fail_finishes;
        return ServerError("the disk is full");
      }
      runs_[run.execution_id] = run;
    }
    finished_.notify_all();
    return Done{};
  }

  Result<std::vector<RunRecord>> ListRuns(const std::string& flow_name, int64_t,
                                          const std::string&) override {
    return Runs([&](const RunRecord& run) { return run.flow_name == flow_name; });
  }

  Result<std::vector<RunRecord>> UnfinishedRuns() override {
    return Runs([](const RunRecord& run) { return run.status == RunStatus::kInProgress; });
  }

  Result<std::vector<RefusedRecord>> ListRefused(const std::string&, int64_t) override {
    std::lock_guard lock(mutex_);
    return refused_;
  }

  Status DeleteRunsOf(const std::string& flow_name) override {
    std::lock_guard lock(mutex_);
    std::erase_if(runs_, [&](const auto& run) { return run.second.flow_name == flow_name; });
    return Done{};
  }

  // Waits until a run has ended; as it then is.
  RunRecord Await(const std::string& execution_id) {
    std::unique_lock lock(mutex_);
    finished_.wait_for(lock, std::chrono::seconds(30),
                       [&] { return runs_[execution_id].status != RunStatus::kInProgress; });
    return runs_[execution_id];
  }

  RunRecord Find(const std::string& execution_id) {
    std::lock_guard lock(mutex_);
    return runs_.at(execution_id);
  }

  int64_t saves() const {
    std::lock_guard lock(mutex_);
    return saves_;
  }
  // Each position saved for a run, in order.
  std::vector<Position> positions(const std::string& execution_id) {
    std::lock_guard lock(mutex_);
    return positions_[execution_id];
  }

 private:
  template <class Matches>
  std::vector<RunRecord> Runs(Matches matches) {
    std::lock_guard lock(mutex_);
    std::vector<RunRecord> runs;
    for (const auto& [id, run] : runs_) {
      if (matches(run)) runs.push_back(run);
    }
    return runs;
  }

  mutable std::mutex mutex_;
  std::condition_variable finished_;
  std::map<std::string, RunRecord> runs_;
  std::map<std::string, std::vector<Position>> positions_;
  std::vector<RefusedRecord> refused_;
  int64_t saves_ = 0;
};

}  // namespace sluice::flow
