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

  Result<bool> BeginRun(const RunRecord& run, const std::vector<Partition>& partitions) override {
    std::lock_guard lock(mutex_);
    for (const auto& [id, other] : runs_) {
      if (other.flow_name == run.flow_name && IsUnfinished(other)) return false;
    }
    runs_[run.execution_id] = run;
    Add(run.execution_id, partitions);
    return true;
  }

  Status SavePartitions(const std::string& execution_id,
                        const std::vector<Partition>& partitions) override {
    std::lock_guard lock(mutex_);
    Add(execution_id, partitions);
    return Done{};
  }

  Result<std::vector<PartitionProgress>> LoadPartitions(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    return partitions_[execution_id];
  }

  Status SaveProgress(const RunRecord& run, const std::string& partition, const Position& durable,
                      bool is_finished, const std::vector<RejectedRow>& rejected) override {
    std::lock_guard lock(mutex_);
    if (++saves_ == fail_save_at) return ServerError("the disk is full");
    RunRecord& known = runs_[run.execution_id];
    RunStatus status = known.status;
    known = run;
    known.status = status;
    positions_[run.execution_id].push_back(durable);
    for (PartitionProgress& progress : partitions_[run.execution_id]) {
      if (progress.partition.name == partition) {
        progress = {progress.partition, durable, is_finished};
      }
    }
    for (const RejectedRow& row : rejected) {
      refused_.push_back({run.execution_id, partition, row, ""});
    }
    return Done{};
  }

  Result<bool> StartCancel(const std::string& execution_id) override {
    std::lock_guard lock(mutex_);
    auto run = runs_.find(execution_id);
    if (run == runs_.end() || run->second.status != RunStatus::kInProgress) return false;
    run->second.status = RunStatus::kCancelStarted;
    return true;
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

  Result<std::vector<RunRecord>> UnfinishedRuns() override { return Runs(IsUnfinished); }

  Result<std::vector<RefusedRecord>> ListRefused(const std::string& execution_id, int64_t offset,
                                                 int64_t limit) override {
    std::lock_guard lock(mutex_);
    std::vector<RefusedRecord> refused;
    for (const RefusedRecord& record : refused_) {
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
      for (RefusedRecord& record : refused_) {
        if (record.execution_id == replayed.execution_id &&
            record.partition == replayed.partition && record.row.seq == replayed.row.seq &&
            record.row.index == replayed.row.index) {
          record.replayed_by = by_execution_id;
        }
      }
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
  static bool IsUnfinished(const RunRecord& run) {
    return run.status == RunStatus::kInProgress || run.status == RunStatus::kCancelStarted;
  }

  void Add(const std::string& execution_id, const std::vector<Partition>& partitions) {
    for (const Partition& partition : partitions) {
      partitions_[execution_id].push_back({partition, {}, false});
    }
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
  std::vector<RefusedRecord> refused_;
  int64_t saves_ = 0;
};

}  // namespace sluice::flow
