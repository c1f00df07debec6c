// Data and progress: how records are read from one system and written to another, and how a run
// goes on where it stopped.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

namespace sluice {

// Where to go on reading. Opaque to the engine; outlives the process. `seq` grows with each batch
// of a partition, so positions of one partition can be compared.
struct Position {
  int64_t seq = 0;
  std::string token;

  friend bool operator==(const Position&, const Position&) = default;
};

// One part of a read, saved with the run: what it is and what it covers (snapshot, range).
struct Partition {
  std::string name;
  std::string state;
};

struct Batch {
  std::shared_ptr<arrow::RecordBatch> rows;  // May have no rows: only the position moved.
  std::vector<int64_t> source_row;           // Per row: which row of the source batch it was.
  int64_t bytes = 0;                         // As they came from the source.
  Position after;                            // Where to go on once these rows are durable.
};

enum class Pulled {
  kBatch,  // Here is a batch.
  kIdle,   // Nothing new until the deadline; a source that never ends says so.
  kEnd,    // No more, ever.
};

struct Pull {
  Pulled what = Pulled::kEnd;
  Batch batch;
};

// Reads one partition. Used by one thread at a time.
class BatchReader {
 public:
  virtual ~BatchReader() = default;

  // The same for all batches; known before the first.
  virtual std::shared_ptr<arrow::Schema> schema() const = 0;

  // The next batch in the partition's order. Waits until `until` at the latest, returns soon after
  // `stop` is requested. An Error ends the reader; whoever wants to try again opens a new one at
  // the last position.
  virtual Result<Pull> Next(Deadline until, std::stop_token stop) = 0;
};

struct RejectedRow {
  int64_t seq = 0;    // Of the batch.
  int64_t index = 0;  // Row in the source batch.
  Error error;        // For a person: which column and why.
};

// What became durable in one call.
struct Progress {
  Position durable;
  int64_t rows_written = 0;
  int64_t bytes_written = 0;
  std::vector<RejectedRow> rejected;
};

// Writes one stream: one partition of one execution. Used by one thread at a time.
//
// An Error from Write, Flush or Finish means that the outcome is unknown: the caller opens a new
// writer and asks Resume() before it sends anything again. Rows that the target refuses are no
// Error but `rejected`.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;

  // Where the target says that this stream is; its word wins over the engine's own log. Position{}
  // (seq 0): it knows that nothing of the stream is there yet. Nothing: it keeps no such record,
  // and the engine doesn't repeat an INSERT whose outcome is unknown.
  virtual Result<std::optional<Position>> Resume() = 0;

  // Takes a batch. It may become durable now or in a later call.
  virtual Result<Progress> Write(const Batch& batch) = 0;
  // Makes durable what can be made durable now.
  virtual Result<Progress> Flush() = 0;
  // Makes everything durable. The last call of a successful run.
  virtual Result<Progress> Finish() = 0;
  // Gives up what is not durable yet (an S3 upload that was begun). Never fails.
  virtual void Abandon() = 0;
};

}  // namespace sluice
