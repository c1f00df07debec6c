#include "sluice/tidb/batch_transaction.h"

#include <utility>

namespace sluice::tidb {

Result<std::unique_ptr<BatchTransaction>> BatchTransaction::Make(const BatchTarget& target,
                                                                 size_t records,
                                                                 const DecodeRecord& decode) {
  std::unique_ptr<BatchTransaction> made(new BatchTransaction(target, records));
  const Table& table = target.table;
  SLUICE_ASSIGN(made->batch_,
                DecodeBatch(table, target.operation, target.id_fields, decode, made->outcomes_));
  made->plan_.emplace(table, target.operation, made->batch_, 1);
  made->ids_ = HashIds(made->batch_);
  size_t keys_in_ids = made->batch_.decoder->id_columns().empty() ? 0 : 1;
  made->ids_tell_all_ =
      made->ids_ && table.keys.size() <= keys_in_ids && !table.has_constraints.value_or(true);
  return made;
}

bool BatchTransaction::SharesRowsWith(const BatchTransaction& other) const {
  if (!ids_ || !other.ids_ || ids_->empty() || other.ids_->empty()) return false;
  if (ids_->back() < other.ids_->front() || other.ids_->back() < ids_->front()) return false;
  auto a = ids_->begin(), b = other.ids_->begin();
  while (a != ids_->end() && b != other.ids_->end()) {
    if (*a == *b) return true;
    ++(*a < *b ? a : b);
  }
  return false;
}

Status BatchTransaction::Write(Pool& pool, Client& client, Deadline deadline) {
  client_ = &client;
  task_.emplace(WriteTask{target_.table, target_.operation, batch_.decoder->id_columns(),
                          target_.all_or_none, outcomes_, deadline});
  writer_.emplace(pool, client, *task_, outcomes_);
  return writer_->WriteOpen(plan_->units(), std::exchange(may_conflict_, false));
}

Refusals BatchTransaction::Refused() const {
  return outcomes_.Refused(writer_ ? writer_->rows().refusals() : Refusals());
}

size_t BatchTransaction::BytesWithout(const Refusals& refused) const {
  size_t bytes = 0;
  for (const Row& row : batch_.rows) {
    if (!refused.empty() && refused.contains(row.record)) continue;
    bytes += row.bytes;
  }
  return bytes;
}

Result<bool> BatchTransaction::Commit(const std::optional<Move>& move, Deadline deadline) {
  task_->deadline = deadline;
  if (move) {
    auto moved = move->progress.Advance(*client_, move->lane, move->to, deadline);
    if (!moved.ok() || !*moved) {
      Rollback(deadline);
      return moved;
    }
  }
  SLUICE_RETURN_IF_ERROR(writer_->Commit());
  return true;
}

void BatchTransaction::Rollback(Deadline deadline) {
  client_->Rollback("table '" + target_.table.name + "'", deadline);
}

}  // namespace sluice::tidb
