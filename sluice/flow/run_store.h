// What is remembered of executions, and who remembers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/connector/stream.h"

namespace sluice::flow {

enum class RunStatus { kInProgress, kSuccessful, kError, kCancelStarted, kCanceled };
std::string_view ToString(RunStatus status);  // "InProgress" …
std::optional<RunStatus> RunStatusFromString(std::string_view text);

struct RunCounts {
  int64_t records_processed = 0;  // Read from the source and dealt with: written or refused.
  // As they came from the source; of a batch that was not finished, the share of the records that
  // were dealt with.
  int64_t bytes_processed = 0;
  int64_t bytes_written = 0;
  int64_t put_failures = 0;  // Records that were refused.

  friend bool operator==(const RunCounts&, const RunCounts&) = default;
};

struct RunRecord {
  std::string execution_id, flow_name;
  RunStatus status = RunStatus::kInProgress;
  RunCounts counts;
  std::string message;  // How it ended; for a person. At most 2,048 bytes.
  Time started_at{}, updated_at{};
};

// A refused record: what, where, why. The record itself is not kept here.
struct RefusedRecord {
  std::string execution_id, partition;
  RejectedRow row;
};

inline constexpr int64_t kMostRefusedKept = 10'000;

// Persistence. Each call is one durable transaction. Any thread.
class RunStore {
 public:
  virtual ~RunStore() = default;
  // False, and nothing changed, where the flow has a run in progress already.
  virtual Result<bool> BeginRun(const RunRecord& run) = 0;
  // In one transaction: the partition's position, the run's counts, the refused records. Of those
  // only the first kMostRefusedKept of a run are kept; the counts count all.
  virtual Status SaveProgress(const RunRecord& run, const std::string& partition,
                              const Position& durable,
                              const std::vector<RejectedRow>& rejected) = 0;
  virtual Status FinishRun(const RunRecord& run) = 0;  // Status, counts, message.
  // Newest first; those before `before_execution_id` in that order, or all where it is empty.
  virtual Result<std::vector<RunRecord>> ListRuns(const std::string& flow_name, int64_t limit,
                                                  const std::string& before_execution_id) = 0;
  virtual Result<std::vector<RunRecord>> UnfinishedRuns() = 0;
  virtual Result<std::vector<RefusedRecord>> ListRefused(const std::string& execution_id,
                                                         int64_t limit) = 0;
  virtual Status DeleteRunsOf(const std::string& flow_name) = 0;
};

}  // namespace sluice::flow
