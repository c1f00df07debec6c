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

struct RejectedRow {
  int64_t seq = 0;     // Of the batch.
  int64_t index = 0;   // Which record of the source batch.
  Error error;         // For a person: why.
  std::string field;   // The field or column that it is about; empty where that isn't known.
  std::string record;  // As the source has it: JSON, or the text that can't be read. The engine
                       // fills it in where it is empty.
  // Where the source has it, for a person: "record 11 of object 'a.csv' in bucket 'in'"; empty
  // where that isn't known. The engine fills it in.
  std::string place;
};

// Where the records of a batch are at the source, in words that lead a person there.
struct Whereabouts {
  std::string of;     // "object 'a.csv' in bucket 'in'"; empty: there are no such words.
  int64_t first = 0;  // The number of the first record there, counted from 1.
};

// About a megabyte, so that a few of them are on their way at once and memory stays bounded.
struct Batch {
  std::shared_ptr<arrow::RecordBatch> rows;  // May have no rows: only the position moved.
  std::vector<int64_t> source_row;           // Per row: which record of the source batch it was.
  std::vector<RejectedRow> unreadable;       // Records of the source that are no rows: a line that
                                             // is not JSON. With `record`.
  Whereabouts whereabouts;
  int64_t bytes = 0;  // As they came from the source.
  Position after;     // Where to go on once these rows are durable.
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

// What became durable in one call. One with refused records is on record before the next call.
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

  // Where this stream is; called once, before anything else. `logged` is where the engine's own log
  // says that it is (seq 0: nowhere yet), which is never ahead of the target: progress is saved
  // after delivery. The target's word wins. Position{} (seq 0): it knows that nothing of the stream
  // is there. `logged` itself: what was begun behind it was undone, or is written over when it
  // comes again. Nothing: the target keeps no such record, so that what is behind `logged` may be
  // there or not; the engine goes on from its log, and records may arrive twice (at least once).
  //
  // Batches up to the answer are read again where the log lacks them, but never sent: what the
  // target refused of them comes with the first Progress after Resume().
  virtual Result<std::optional<Position>> Resume(const Position& logged) = 0;

  // False: it never refuses a record, so that the engine needn't keep batches for dead letters
  // until they are durable.
  virtual bool may_refuse() const { return true; }

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
