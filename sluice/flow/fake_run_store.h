// A RunStore in memory, for tests: fails when told to, and remembers what it was told.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "sluice/flow/run_store.h"

namespace sluice::flow {

class FakeRunStore final : public RunStore {
 public:
  int64_t fail_save_at = 0;   // The n-th SaveProgress fails; 0: none.
  bool fails_on = false;      // And each after that.
  int64_t fail_finishes = 0;  // How many calls of FinishRun fail, from the first.
  std::chrono::milliseconds save_takes{};
  // Asked before and after each change: what it answers is what happens. For power cuts.
  std::function<Status()> on_step = []() -> Status { return Done{}; };

  Result<bool> BeginRun(const RunRecord& run, const std::vector<Partition>& partitions) override {
    SLUICE_RETURN_IF_ERROR(on_step());
    {
      std::lock_guard lock(mutex_);
      for (const auto& [id, other] : runs_) {
        if (other.flow_name == run.flow_name && IsUnfinished(other)) return false;
      }
      runs_[run.execution_id] = run;
      Add(run.execution_id, partitions);
    }
    SLUICE_RETURN_IF_ERROR(on_step());
    return true;
  }

  Status SavePartitions(const std::string& execution_id,
                        const std::vector<Partition>& partitions) override {
    SLUICE_RETURN_IF_ERROR(on_step());
    {
      std::lock_guard lock(mutex_);
      Add(execution_id, partitions);
    }
    return on_step();
  }

  Result<std::vector<PartitionProgress>> LoadPartitions(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    return partitions_[execution_id];
  }

  Status SaveProgress(const RunRecord& run, const std::string& partition, const Position& durable,
                      bool is_finished, const std::vector<RejectedRow>& rejected) override {
    SLUICE_RETURN_IF_ERROR(on_step());
    {
      std::lock_guard lock(mutex_);
      ++saves_;
      if (saves_ == fail_save_at || (fails_on && saves_ > fail_save_at)) {
        return ServerError("the disk is full");
      }
      std::this_thread::sleep_for(save_takes);
      RunRecord& known = runs_[run.execution_id];
      const RunStatus status = known.status;
      known = run;
      known.status = status;
      positions_[run.execution_id].push_back(durable);
      for (PartitionProgress& progress : partitions_[run.execution_id]) {
        if (progress.partition.name != partition) continue;
        progress.durable = durable;
        progress.is_finished = is_finished;
      }
      for (const RejectedRow& row : rejected) AddRefused(run.execution_id, partition, row);
    }
    return on_step();
  }

  Result<bool> StartCancel(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    auto run = runs_.find(execution_id);
    if (run == runs_.end() || run->second.status != RunStatus::kInProgress) return false;
    run->second.status = RunStatus::kCancelStarted;
    return true;
  }

  Status FinishRun(const RunRecord& run) override {
    SLUICE_RETURN_IF_ERROR(on_step());
    {
      std::lock_guard lock(mutex_);
      if (fail_finishes > 0) {
        --fail_finishes;
        return ServerError("the disk is full");
      }
      runs_[run.execution_id] = run;
    }
    finished_.notify_all();
    return on_step();
  }

  Result<std::optional<RunRecord>> FindRun(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    auto run = runs_.find(execution_id);
    if (run == runs_.end()) return std::optional<RunRecord>();
    return std::optional(run->second);
  }

  Result<std::vector<RunRecord>> ListRuns(const std::string& flow_name, int64_t,
                                          const std::string&) override {
    return Runs([&](const RunRecord& run) { return run.flow_name == flow_name; });
  }

  Result<std::vector<RunRecord>> ListAllRuns(Time started_after, const std::optional<RunPlace>&,
                                             int64_t) override {
    return Runs([&](const RunRecord& run) { return run.started_at > started_after; });
  }

  Result<std::vector<RunRecord>> UnfinishedRuns() override { return Runs(IsUnfinished); }

  Result<std::vector<RefusedRecord>> ListRefused(const std::string& execution_id, int64_t offset,
                                                 int64_t limit) override {
    std::lock_guard lock(mutex_);
    std::vector<RefusedRecord> refused;
    for (const auto& [key, record] : refused_) {
      if (record.execution_id == execution_id) refused.push_back(record);
    }
    refused.erase(refused.begin(), refused.begin() + std::min(offset, std::ssize(refused)));
    refused.resize(static_cast<size_t>(std::min(limit, std::ssize(refused))));
    return refused;
  }

  Status MarkReplayed(const std::vector<RefusedRecord>& records,
                      const std::string& by_execution_id) override {
    std::lock_guard lock(mutex_);
    for (const RefusedRecord& replayed : records) {
      auto record = refused_.find(
          {replayed.execution_id, replayed.partition, replayed.row.seq, replayed.row.index});
      if (record != refused_.end()) record->second.replayed_by = by_execution_id;
    }
    return Done{};
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
                       [&] { return !IsUnfinished(runs_[execution_id]); });
    return runs_[execution_id];
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
  static bool IsUnfinished(const RunRecord& run) { return IsInProgress(run.status); }

  void Add(const std::string& execution_id, const std::vector<Partition>& partitions) {
    for (const Partition& partition : partitions) {
      partitions_[execution_id].push_back({partition, {}, false});
    }
  }

  // One that was refused before is refused again when its batch is repeated: it is kept once.
  void AddRefused(const std::string& execution_id, const std::string& partition,
                  const RejectedRow& row) {
    refused_[{execution_id, partition, row.seq, row.index}] = {execution_id, partition, row, ""};
  }

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
  std::map<std::string, std::vector<PartitionProgress>> partitions_;
  std::map<std::tuple<std::string, std::string, int64_t, int64_t>, RefusedRecord> refused_;
  int64_t saves_ = 0;
};

}  // namespace sluice::flow
