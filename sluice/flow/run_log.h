// How far one partition of a run is: what is on its way, what is durable, what is on record.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/connector/stream.h"
#include "sluice/flow/pipeline.h"
#include "sluice/flow/run_totals.h"

namespace sluice::flow {

// Used by one thread at a time.
//
// Progress follows delivery: a batch counts once its target says that it is durable, and goes on
// record some time later (its cost stays below a fiftieth of the run's). So a restart finds a
// record that is behind the target, never ahead. What lies between is read and mapped again, to be
// counted and for its dead letters, but not written again, where the target knows where it is: it
// says with the next progress which of those records it refused.
class RunLog {
 public:
  // `at`: as RunStore has it. `is_whole`: it is all of the run. `is_going_on`: another process may
  // have written behind `at`.
  RunLog(RunTotals& totals, StageClock& clock, PartitionProgress at, bool is_whole,
         bool is_going_on);

  // What a new writer's Resume() said: from now on, batches come from durable() on.
  void Resume(const std::optional<Position>& told);

  // Whether a record that can't be mapped ends the run with this batch.
  bool IsEndedBy(const MappedPull& pull) const;
  // A batch was read and mapped. False: the target has it already, so it must not be written. An
  // Error where that ends the attempt.
  Result<bool> Take(MappedPull pull, bool may_be_refused);
  // Whether the target has more than was taken: nothing can have been written in the meantime.
  bool IsBehindTarget() const;
  // What a writer made durable. An Error: it couldn't be recorded, or a record was refused and
  // that ends the run.
  Status Save(Progress progress);
  // The same, and on record now.
  Status SaveNow(Progress progress);
  // The same, and it is the end of the partition.
  Status Finish(Progress progress);
  // Whatever was on its way will not arrive by this attempt, or has.
  void GiveUpAttempt();
  // Puts on record what is not, at the end of the last attempt.
  Status Close();

  const Position& durable() const { return at_.durable; }
  // Where to read on: nothing means the beginning.
  std::optional<Position> ReadFrom() const;
  bool is_finished() const { return at_.is_finished; }
  // Records that a writer was given and that are not durable as far as is known.
  int64_t RecordsInDoubt() const;
  // Whether an Error came from here, so that trying again is no use …
  bool is_over() const { return is_over_; }
  // … and it was a refused record that ended the run.
  bool is_over_by_refusal() const { return is_over_by_refusal_; }

 private:
  struct Taken {
    Position after;
    int64_t records = 0, bytes = 0;
    int64_t sent = 0;     // Records that the writer is given.
    int64_t refused = 0;  // By the mapping or the target.
    int64_t refused_by_target = 0;
    std::vector<int64_t> filtered;
    std::vector<RejectedRow> letters;  // Not put down yet.
    Whereabouts whereabouts;
    Batch source;  // For dead letters.
  };

  Error EndAt(MappedPull& pull);
  Status Note(Progress progress);
  Status Refuse(RejectedRow row);
  Whereabouts WhereaboutsOf(const MappedPull& pull) const;
  void SetOut(Taken taken);
  Taken Arrive();
  void Move(int64_t records, int64_t bytes);
  Result<int64_t> Settle(const Position& durable);
  Status SettlePart(int64_t records);
  void Count(const Taken& taken);
  Status Release(Taken& taken);
  bool HasNews() const;
  bool IsSaveDue() const;
  Status Put();
  Error EndWith(Error error);
  Error EndByRefusal(Error error);

  RunTotals& totals_;
  StageClock& clock_;
  const bool stop_on_error_;
  const bool repeats_harm_;  // A record that is written twice is there twice.
  PartitionProgress at_;
  std::deque<Taken> taken_;                                // Not durable yet, in order.
  int64_t records_on_the_way_ = 0, bytes_on_the_way_ = 0;  // As the run has been told.
  // Of all that the run reads, how many records are behind `at_`; nothing where that isn't known.
  std::optional<int64_t> records_behind_;

  bool is_told_ = false;     // The target keeps record …
  Position told_;            // … and this is what it said.
  int64_t sent_seq_ = 0;     // The last that a writer was given.
  int64_t doubted_seq_ = 0;  // Up to here, records may have been written before.
  int64_t counted_seq_ = 0;  // Up to here, they were counted before.
  bool is_begin_in_doubt_;   // Until the first batch is durable: another process may have sent it.

  PartitionWork work_;                // Not on record yet …
  std::vector<RejectedRow> letters_;  // … nor are these.
  int64_t letter_bytes_ = 0;
  int64_t unsaved_batches_ = 0;
  std::chrono::steady_clock::time_point last_save_;
  std::chrono::steady_clock::duration last_cost_{};
  bool is_over_ = false, is_over_by_refusal_ = false;
};

}  // namespace sluice::flow
