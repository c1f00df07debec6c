// One batch of a stream, in a transaction of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/tidb/batch.h"
#include "sluice/tidb/lane_progress.h"
#include "sluice/tidb/unit_writer.h"

namespace sluice::tidb {

// What is common to the batches of a stream.
struct BatchTarget {
  const Table& table;
  WriteOperation operation = WriteOperation::kInsert;
  std::vector<std::string> id_fields;
  bool all_or_none = false;
};

// In two steps, so that several batches can be written at once and be committed in their order:
// the rows, and then the stream's position with the COMMIT. One thread at a time.
class BatchTransaction {
 public:
  // `records` of them. An Error is a fault of the mapping.
  static Result<std::unique_ptr<BatchTransaction>> Make(const BatchTarget& target, size_t records,
                                                        const DecodeRecord& decode);

  // Whether the rows of both may be the same rows of the table, as far as ids tell it. Where they
  // don't, and where there are other keys than the ids, it shows by waiting for a lock.
  bool SharesRowsWith(const BatchTransaction& other) const;
  bool ids_tell_all() const { return ids_tell_all_; }

  // Begins a transaction on `client`, which must stay until Commit() or Rollback(), and writes the
  // rows. May be called again after an error, and after Rollback(). An Error leaves no transaction.
  // A row that is refused is none.
  Status Write(Pool& pool, Client& client, Deadline deadline);
  // Whether a row was refused that would be taken if batches before this one were committed first,
  // or the other way round.
  bool IsRefusalForNow() const { return writer_->rows().refused_for_others(); }

  // By record, as it stands now.
  Refusals Refused() const;
  // Those of the literals of all rows but the refused ones.
  size_t BytesWithout(const Refusals& refused) const;

  // What moves the stream.
  struct Move {
    const LaneProgress& progress;
    size_t lane;
    LaneProgress::Standing to;
  };
  // False: someone else has claimed the stream, and nothing is stored. An Error leaves no
  // transaction, but where the connection is lost, it may be stored.
  Result<bool> Commit(const std::optional<Move>& move, Deadline deadline);
  void Rollback(Deadline deadline);

 private:
  BatchTransaction(const BatchTarget& target, size_t records)
      : target_(target), outcomes_(records) {}

  const BatchTarget& target_;
  Outcomes outcomes_;
  Batch batch_;
  std::optional<WritePlan> plan_;
  std::optional<std::vector<uint64_t>> ids_;
  bool ids_tell_all_ = false;
  // Of the present attempt.
  std::optional<WriteTask> task_;
  Client* client_ = nullptr;
  std::optional<UnitWriter> writer_;
  bool may_conflict_ = true;  // The first time.
};

}  // namespace sluice::tidb
