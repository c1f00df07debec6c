#include "sluice/flow/run_log.h"

#include <algorithm>

#include "sluice/flow/dead_letter.h"

namespace sluice::flow {
namespace {

// Between two saves pass at least so many times the duration of one …
constexpr int kSaveShare = 50;
// … unless this much would have to be read again.
constexpr int64_t kMostUnsavedBatches = 32;
constexpr int64_t kMostLetterBytes = 1 << 20;

std::string PlaceOf(const Whereabouts& whereabouts, int64_t index) {
  if (whereabouts.of.empty()) return "";
  return "record " + std::to_string(whereabouts.first + index) + " of " + whereabouts.of;
}

}  // namespace

RunLog::RunLog(RunTotals& totals, StageClock& clock, PartitionProgress at, bool is_whole,
               bool is_going_on)
    : totals_(totals),
      clock_(clock),
      stop_on_error_(totals.flow().destination.stop_on_error),
      repeats_harm_(totals.flow().destination.operation == WriteOperation::kInsert),
      at_(std::move(at)),
      is_begin_in_doubt_(is_going_on),
      last_save_(std::chrono::steady_clock::now()) {
  if (is_whole) records_behind_ = totals.run().counts.records_processed;
}

std::optional<Position> RunLog::ReadFrom() const {
  if (at_.durable == Position{}) return std::nullopt;
  return at_.durable;
}

int64_t RunLog::RecordsInDoubt() const {
  int64_t records = 0;
  for (const Taken& taken : taken_) {
    if (taken.after.seq > told_.seq) records += taken.sent;
  }
  return records;
}

void RunLog::Resume(const std::optional<Position>& told) {
  is_told_ = told.has_value();
  told_ = told.value_or(Position{});
  GiveUpAttempt();
  taken_.clear();
  if (!is_told_) {
    doubted_seq_ = std::max(doubted_seq_, sent_seq_);
  } else {
    is_begin_in_doubt_ = false;
    if (told_.seq < at_.durable.seq) {
      // It has forgotten what it had: all of that is written again.
      doubted_seq_ = counted_seq_ = std::max(counted_seq_, at_.durable.seq);
      at_.durable = told_;
      records_behind_.reset();
    }
  }
  const bool is_sure = !repeats_harm_ || (is_told_ && counted_seq_ == 0);
  totals_.Promise(is_sure ? Guarantee::kEffectivelyOnce : Guarantee::kAtLeastOnce);
}

bool RunLog::IsBehindTarget() const {
  return (taken_.empty() ? at_.durable : taken_.back().after).seq < told_.seq;
}

bool RunLog::IsEndedBy(const MappedPull& pull) const {
  return stop_on_error_ && !pull.mapped.rejected.empty();
}

Result<bool> RunLog::Take(MappedPull pull, bool may_be_refused) {
  const Position& after = pull.mapped.batch.after;
  if (IsBehindTarget() && after.seq >= told_.seq && after != told_) {
    // The source has changed, so what is left is only to go on where the target is.
    SLUICE_ASSIGN([[maybe_unused]] int64_t settled, Settle(told_));
    at_.durable = told_;
    records_behind_.reset();
    return ServiceUnavailable("the source gave other records than before when it was read again");
  }
  if (IsEndedBy(pull)) return EndAt(pull);
  Taken taken{.after = after,
              .records = pull.records,
              .bytes = pull.mapped.batch.bytes,
              .sent = pull.mapped.batch.rows->num_rows(),
              .refused = std::ssize(pull.mapped.rejected),
              .refused_by_target = 0,
              .filtered = std::move(pull.mapped.filtered),
              .letters = {},
              .whereabouts = WhereaboutsOf(pull),
              .source = {}};
  if (totals_.NeedsLetters()) {
    for (RejectedRow& row : pull.mapped.rejected) {
      AddRecord(pull.source, row);
      row.place = PlaceOf(taken.whereabouts, row.index);
    }
    taken.letters = std::move(pull.mapped.rejected);
  }
  if (may_be_refused) {
    taken.source = std::move(pull.source);
  } else {
    // They are complete, and the batch may have to wait for long.
    SLUICE_RETURN_IF_ERROR(Release(taken));
    if (letter_bytes_ > kMostLetterBytes) SLUICE_RETURN_IF_ERROR(Put());
  }
  SetOut(std::move(taken));
  if (taken_.back().after.seq <= told_.seq) return false;
  sent_seq_ = taken_.back().after.seq;
  return true;
}

// Nothing of this batch has been sent, and nothing will be.
Error RunLog::EndAt(MappedPull& pull) {
  RejectedRow row = std::move(pull.mapped.rejected.front());
  AddRecord(pull.source, row);
  row.place = PlaceOf(WhereaboutsOf(pull), row.index);
  const Error error = row.error;
  Taken first{.after = pull.mapped.batch.after, .records = 1, .refused = 1, .letters = {}};
  first.bytes = pull.mapped.batch.bytes / std::max<int64_t>(pull.records, 1);
  first.letters.push_back(std::move(row));
  Count(first);
  SLUICE_RETURN_IF_ERROR(Release(first));
  SLUICE_RETURN_IF_ERROR(Put());
  return EndByRefusal(error);
}

Status RunLog::Save(Progress progress) {
  const bool is_refused = !progress.rejected.empty();
  SLUICE_RETURN_IF_ERROR(Note(std::move(progress)));
  return is_refused || IsSaveDue() ? Put() : Done{};
}

Status RunLog::SaveNow(Progress progress) {
  SLUICE_RETURN_IF_ERROR(Note(std::move(progress)));
  return HasNews() ? Put() : Done{};
}

Status RunLog::Finish(Progress progress) {
  SLUICE_RETURN_IF_ERROR(Note(std::move(progress)));
  if (!taken_.empty()) {
    return ServerError("the destination ended before its last batch was durable: it is at " +
                       std::to_string(at_.durable.seq) + " instead of " +
                       std::to_string(taken_.back().after.seq));
  }
  at_.is_finished = true;
  Status status = Put();
  if (!status.ok()) at_.is_finished = false;
  return status;
}

Status RunLog::Close() { return HasNews() ? Put() : Done{}; }

Status RunLog::Note(Progress progress) {
  const std::optional<Error> first =
      progress.rejected.empty() ? std::optional<Error>() : progress.rejected.front().error;
  const int64_t dealt_with = progress.rows_written + std::ssize(progress.rejected);
  for (RejectedRow& row : progress.rejected) SLUICE_RETURN_IF_ERROR(Refuse(std::move(row)));
  work_.counts.bytes_written += progress.bytes_written;
  SLUICE_ASSIGN(int64_t settled, Settle(progress.durable));
  if (!stop_on_error_ || !first) return Done{};
  SLUICE_RETURN_IF_ERROR(SettlePart(dealt_with - settled));
  SLUICE_RETURN_IF_ERROR(Put());
  return EndByRefusal(*first);
}

Status RunLog::Refuse(RejectedRow row) {
  auto taken = std::find_if(taken_.begin(), taken_.end(),
                            [&](const Taken& taken) { return taken.after.seq == row.seq; });
  if (taken == taken_.end()) {
    return ServerError("the destination refused a record that it was not given: batch " +
                       std::to_string(row.seq));
  }
  ++taken->refused;
  ++taken->refused_by_target;
  if (!totals_.NeedsLetters()) return Done{};
  AddRecord(taken->source, row);
  row.place = PlaceOf(taken->whereabouts, row.index);
  taken->letters.push_back(std::move(row));
  return Done{};
}

// What the source itself says of them, or else their numbers among all that the run reads.
Whereabouts RunLog::WhereaboutsOf(const MappedPull& pull) const {
  if (!pull.whereabouts.of.empty() || !records_behind_) return pull.whereabouts;
  return {"those read", *records_behind_ + records_on_the_way_ + 1};
}

void RunLog::SetOut(Taken taken) {
  if (taken.after.seq > counted_seq_) Move(taken.records, taken.bytes);
  taken_.push_back(std::move(taken));
}

// The next one is no longer on its way.
RunLog::Taken RunLog::Arrive() {
  Taken taken = std::move(taken_.front());
  taken_.pop_front();
  if (taken.after.seq > counted_seq_) Move(-taken.records, -taken.bytes);
  return taken;
}

void RunLog::Move(int64_t records, int64_t bytes) {
  records_on_the_way_ += records;
  bytes_on_the_way_ += bytes;
  totals_.live().Move(records, bytes);
}

void RunLog::GiveUpAttempt() { Move(-records_on_the_way_, -bytes_on_the_way_); }

// How many records of those batches the target was given.
Result<int64_t> RunLog::Settle(const Position& durable) {
  int64_t sent = 0;
  const size_t before = taken_.size();
  while (!taken_.empty() && taken_.front().after.seq <= durable.seq) {
    Taken taken = Arrive();
    SLUICE_RETURN_IF_ERROR(Release(taken));
    Count(taken);
    if (records_behind_) *records_behind_ += taken.records;
    sent += taken.sent;
    at_.durable = std::move(taken.after);
    ++unsaved_batches_;
  }
  if (taken_.size() < before) is_begin_in_doubt_ = false;
  return sent;
}

// Batches are not done: only what was refused, or written before, has been dealt with.
Status RunLog::SettlePart(int64_t records) {
  while (!taken_.empty()) {
    Taken taken = Arrive();
    SLUICE_RETURN_IF_ERROR(Release(taken));
    const int64_t part = std::clamp<int64_t>(records, 0, taken.records);
    records -= part;
    if (taken.records > 0) taken.bytes = taken.bytes * part / taken.records;
    taken.records = part;
    taken.filtered.clear();
    Count(taken);
  }
  return Done{};
}

void RunLog::Count(const Taken& taken) {
  const bool is_in_doubt = is_begin_in_doubt_ || taken.after.seq <= doubted_seq_;
  if (repeats_harm_ && is_in_doubt) {
    work_.counts.repeated += taken.sent - taken.refused_by_target;
  }
  if (taken.after.seq <= counted_seq_) return;
  work_.counts.records_processed += taken.records;
  work_.counts.bytes_processed += taken.bytes;
  work_.counts.put_failures += taken.refused;
  work_.filtered.resize(std::max(work_.filtered.size(), taken.filtered.size()));
  for (size_t i = 0; i < taken.filtered.size(); ++i) {
    work_.filtered[i] += taken.filtered[i];
    work_.counts.filtered += taken.filtered[i];
  }
}

// A batch's dead letters are complete.
Status RunLog::Release(Taken& taken) {
  if (taken.letters.empty()) return Done{};
  std::stable_sort(taken.letters.begin(), taken.letters.end(),
                   [](const RejectedRow& a, const RejectedRow& b) { return a.index < b.index; });
  Status status = totals_.WriteErrorFile(at_.partition.name, taken.after.seq, taken.letters);
  if (!status.ok()) return EndWith(std::move(status).error());
  for (RejectedRow& row : taken.letters) {
    letter_bytes_ += static_cast<int64_t>(sizeof(row) + row.record.size());
    letters_.push_back(std::move(row));
  }
  taken.letters.clear();
  return Done{};
}

bool RunLog::HasNews() const { return unsaved_batches_ > 0 || !letters_.empty(); }

bool RunLog::IsSaveDue() const {
  if (!HasNews()) return false;
  // All that a restart will know of this partition is what is on record here.
  if (!is_told_) return true;
  return unsaved_batches_ >= kMostUnsavedBatches || letter_bytes_ > kMostLetterBytes ||
         std::chrono::steady_clock::now() - last_save_ >= kSaveShare * last_cost_;
}

Status RunLog::Put() {
  work_.times = clock_.Take();
  const auto start = std::chrono::steady_clock::now();
  Status status = totals_.Save(at_, work_, letters_);
  if (!status.ok()) return EndWith(std::move(status).error());
  last_save_ = std::chrono::steady_clock::now();
  last_cost_ = last_save_ - start;
  work_ = {};
  letters_.clear();
  letter_bytes_ = unsaved_batches_ = 0;
  return status;
}

Error RunLog::EndWith(Error error) {
  is_over_ = true;
  return error;
}

Error RunLog::EndByRefusal(Error error) {
  is_over_by_refusal_ = true;
  return EndWith(std::move(error));
}

}  // namespace sluice::flow
