// What one run has done so far: counts, refused records and the position, saved as they grow.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/connector/stream.h"
#include "sluice/flow/run_observer.h"
#include "sluice/flow/run_store.h"

namespace sluice::flow {

// Of one partition of one run. Used by one thread at a time.
class RunLog {
 public:
  // `stop_on_error`: the first refused record is the end of the run.
  RunLog(RunStore& store, RunObserver& observer, const Clock& clock, RunRecord run,
         std::string partition, Position durable, bool stop_on_error);

  // A batch was read and will be mapped and written. It counts once it is durable.
  void Take(const Batch& batch);
  // Rows of that batch that can't be mapped. An Error where that ends the run.
  Status Reject(std::vector<RejectedRow> rows);
  // What a writer made durable goes on record. An Error: it couldn't be recorded, or a record was
  // refused and that ends the run.
  Status Save(const Progress& progress);
  // What a new writer's Resume() said. Batches that it knows count as written; the others will be
  // read again, unless that could write records twice: then the Error is `why`, what ended the
  // writer before. `may_repeat`: writing records twice does no harm.
  Status Resume(const std::optional<Position>& told, bool may_repeat, const Error& why);

  // When a source that has nothing new should let the writer flush.
  Deadline NextFlush() const;

  const RunRecord& run() const { return run_; }
  const Position& durable() const { return durable_; }
  // Where to read on: nothing means the beginning.
  std::optional<Position> ReadFrom() const;
  int64_t rows_written() const { return rows_written_; }
  // Records that a writer was given and that are not durable as far as is known.
  int64_t RowsInDoubt() const;
  const std::optional<RejectedRow>& first_refusal() const { return first_refusal_; }
  // Whether an Error came from here, so that trying again is no use.
  bool is_over() const { return is_over_; }

 private:
  struct Taken {
    int64_t seq = 0, rows = 0, bytes = 0;
    std::vector<RejectedRow> rejected;  // By the mapping.
  };

  void Settle(const Position& durable, std::vector<RejectedRow>& rejected);
  // `rows` of the batch were dealt with.
  void CountPart(const Taken& batch, int64_t rows);
  void Count(const std::vector<RejectedRow>& rejected);
  Status Record(const std::vector<RejectedRow>& rejected);
  Status EndWith(Error error);

  RunStore& store_;
  RunObserver& observer_;
  const Clock& clock_;
  RunRecord run_;
  const std::string partition_;
  const bool stop_on_error_;
  Position durable_;
  int64_t rows_written_ = 0;
  std::deque<Taken> taken_;  // Not durable yet, in order.
  std::optional<RejectedRow> first_refusal_;
  Deadline last_save_;
  bool is_over_ = false;
};

}  // namespace sluice::flow
