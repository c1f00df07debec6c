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
bool IsInProgress(RunStatus status);  // It hasn't ended: a run that is being canceled hasn't.

// What a run promises about each record, by what its destination can (docs/guarantees.md).
enum class Guarantee {
  kUnknown,          // Nothing has been written yet.
  kEffectivelyOnce,  // Each record is there once, whatever failed in between.
  kAtLeastOnce,      // None is missing; after a failure some may be there twice.
};
std::string_view ToString(Guarantee guarantee);  // "unknown", "effectively-once", "at-least-once"
std::optional<Guarantee> GuaranteeFromString(std::string_view text);

struct RunCounts {
  int64_t records_processed =
      0;  // Read from the source and dealt with: written, filtered, refused.
  // As they came from the source; of a batch that was not finished, the share of the records that
  // were dealt with.
  int64_t bytes_processed = 0;
  int64_t bytes_written = 0;
  int64_t put_failures = 0;  // Records that were refused.
  int64_t filtered = 0;      // Records that a filter or validation of the flow took out here.
  int64_t repeated = 0;      // Records that may be there twice: written again, outcome unknown.

  friend bool operator==(const RunCounts&, const RunCounts&) = default;
};

// Where the time of a run went, summed over its partitions, whose stages overlap.
struct StageTimes {
  std::chrono::microseconds read{}, map{}, write{};
  std::chrono::microseconds wait{};  // Of the writers, for batches.

  friend bool operator==(const StageTimes&, const StageTimes&) = default;
};

// How many records one filter or validation of the flow took out.
struct FilterCount {
  std::string filter;  // "Validate Name VALIDATE_NON_NULL"
  int64_t records = 0;

  friend bool operator==(const FilterCount&, const FilterCount&) = default;
};

struct RunRecord {
  std::string execution_id, flow_name;
  // The flow as it was when the run began, in the words of whoever started it; goes on with after
  // a restart. Opaque here.
  std::string flow_document;
  std::string replay_of;  // The execution whose refused records this one sends again; else empty.
  RunStatus status = RunStatus::kInProgress;
  RunCounts counts;
  Guarantee guarantee = Guarantee::kUnknown;
  StageTimes times;
  std::vector<FilterCount> filters;
  std::string message;  // How it ended; for a person. At most 2,048 bytes.
  Time started_at{}, updated_at{};
};

// A run's place in the order of time. There may be no such run any more.
struct RunPlace {
  Time started_at{};
  std::string execution_id;
};

// One partition of a run, as it was cut and as far as it has come.
struct PartitionProgress {
  Partition partition;
  Position durable;
  bool is_finished = false;  // All of it is durable.
};

// A dead letter: what was refused, where and why, and the record itself.
struct RefusedRecord {
  std::string execution_id, partition;
  RejectedRow row;
  std::string replayed_by;  // The execution that sent it again; empty: none yet.
};

inline constexpr int64_t kMostRefusedKept = 10'000;  // Of a run.

// Persistence. Each call is one durable transaction. Any thread.
class RunStore {
 public:
  virtual ~RunStore() = default;
  // False, and nothing changed, where the flow has a run in progress already. A run begins with
  // its partitions where they are known (a replay), else SavePartitions follows.
  virtual Result<bool> BeginRun(const RunRecord& run, const std::vector<Partition>& partitions) = 0;
  // How the source was cut, once, before the first record moves.
  virtual Status SavePartitions(const std::string& execution_id,
                                const std::vector<Partition>& partitions) = 0;
  // In the order in which they were saved; none: the source was not cut yet.
  virtual Result<std::vector<PartitionProgress>> LoadPartitions(
      const std::string& execution_id) = 0;
  // In one transaction: the partition's position (its name, `durable`, `is_finished`), the run's
  // counts, times, filters and guarantee, the refused records. Of those only the first
  // kMostRefusedKept of a run are kept; the counts count all. Doesn't touch the status.
  virtual Status SaveProgress(const RunRecord& run, const std::string& partition,
                              const Position& durable, bool is_finished,
                              const std::vector<RejectedRow>& rejected) = 0;
  // InProgress becomes CancelStarted. False: the run is not in progress (any more).
  virtual Result<bool> StartCancel(const std::string& execution_id) = 0;
  // Status, counts, times, filters, guarantee, message. What only going on needs (the document, the
  // partitions' states) is forgotten.
  virtual Status FinishRun(const RunRecord& run) = 0;
  virtual Result<std::optional<RunRecord>> FindRun(const std::string& execution_id) = 0;
  // Newest first; those before `before_execution_id` in that order, or all where it is empty.
  virtual Result<std::vector<RunRecord>> ListRuns(const std::string& flow_name, int64_t limit,
                                                  const std::string& before_execution_id) = 0;
  // Of all flows, those that began after `started_after`, newest first; those behind `before` in
  // that order, or all.
  virtual Result<std::vector<RunRecord>> ListAllRuns(Time started_after,
                                                     const std::optional<RunPlace>& before,
                                                     int64_t limit) = 0;
  virtual Result<std::vector<RunRecord>> UnfinishedRuns() = 0;
  // In the order of partition, seq and index; from the (offset + 1)th on.
  virtual Result<std::vector<RefusedRecord>> ListRefused(const std::string& execution_id,
                                                         int64_t offset, int64_t limit) = 0;
  // Notes on these dead letters (by partition, seq and index) which execution sent them again.
  virtual Status MarkReplayed(const std::vector<RefusedRecord>& records,
                              const std::string& by_execution_id) = 0;
  virtual Status DeleteRunsOf(const std::string& flow_name) = 0;
};

}  // namespace sluice::flow
