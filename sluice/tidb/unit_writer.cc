#include "sluice/tidb/unit_writer.h"

#include <algorithm>
#include <random>
#include <thread>

namespace sluice::tidb {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kMostAttempts = 12;
constexpr unsigned kNoSuchTable = 1146;
constexpr int kLoadRoundTrips = 1;  // More than an INSERT: LOAD DATA is asked for its data.

}  // namespace

UnitWriter::UnitWriter(Pool& pool, Client& client, const WriteTask& task, Outcomes& outcomes)
    : pool_(pool),
      client_(client),
      task_(task),
      outcomes_(outcomes),
      context_("table '" + task.table.name + "'"),
      rows_(client, task) {}

Status UnitWriter::Write(const Unit& unit) {
  loads_ = unit.may_load;
  return Repeat({&unit, 1});
}

Status UnitWriter::WriteTogether(std::span<const Unit> units,
                                 const std::optional<StreamPosition>& position) {
  is_together_ = true;
  position_ = position ? &*position : nullptr;
  return Repeat(units);
}

Status UnitWriter::Repeat(std::span<const Unit> units) {
  bool must_not_repeat = task_.operation == WriteOperation::kInsert && !position_;
  for (int attempt = 1;; ++attempt) {
    Status tried = Try(units);
    if (tried.ok()) {
      Settle(units);
      return Done{};
    }
    if (is_spoiled_ && !client_.lost()) continue;  // loads_ is off now.
    Failure failure = Classify(client_.last_error());
    if (failure == Failure::kLost) {
      if (std::optional<Error> too_large = PacketError()) {
        if (is_together_) return *too_large;
        return WriteHalves(units[0], *too_large);
      }
    }
    bool is_last = attempt >= kMostAttempts || steady_clock::now() >= task_.deadline;
    if (failure == Failure::kTooLarge && !is_together_) return WriteHalves(units[0], tried.error());
    if (failure == Failure::kLost && must_not_repeat && commit_was_sent_) return MarkUnknown(units);
    if (is_last || (failure != Failure::kLost && failure != Failure::kRetry)) return tried;
    Pause(attempt);
    if (client_.lost()) SLUICE_RETURN_IF_ERROR(client_.Reconnect(task_.deadline));
  }
}

Status UnitWriter::Try(std::span<const Unit> units) {
  rows_.Forget();
  commit_was_sent_ = is_spoiled_ = false;
  if (position_) return TryWithPosition(units);
  if (is_together_) return TryInTransaction(units, false);

  const Unit& unit = units[0];
  if (loads_ && rows_.ShouldLoad(unit, pool_)) {
    SLUICE_ASSIGN(bool loaded, TryToLoad(unit));
    if (loaded) return Done{};
  }
  bool known_bad = false;
  if (RowWriter::IsOneStatement(unit.plan)) {
    commit_was_sent_ = !client_.lost();
    Status written = rows_.WriteAtOnce(unit);
    if (written.ok() || Classify(client_.last_error()) != Failure::kRow) return written;
    commit_was_sent_ = false;
    if (unit.rows.size() == 1) {
      rows_.Refuse(*unit.rows[0], client_.last_error());
      return Done{};
    }
    known_bad = true;
  }
  return TryInTransaction(units, known_bad);
}

// A REPLACE is all or nothing. What LOAD DATA without it does to duplicates and bad values must be
// undone. False: nothing of it remains that an upsert wouldn't write over, and it is not tried
// again.
Result<bool> UnitWriter::TryToLoad(const Unit& unit) {
  bool replaces = unit.plan == Plan::kUpsertAtOnce;
  if (!replaces) {
    SLUICE_RETURN_IF_ERROR(client_.Execute("BEGIN OPTIMISTIC", context_, task_.deadline));
  }
  auto loaded = rows_.Load(unit, pool_);
  if (loaded.ok() && *loaded == RowWriter::Loaded::kAll) {
    if (!replaces) SLUICE_RETURN_IF_ERROR(Commit());
    return true;
  }
  if (!replaces) client_.Rollback(context_, task_.deadline);
  if (!loaded.ok()) return loaded.error();
  loads_ = false;
  if (client_.lost()) SLUICE_RETURN_IF_ERROR(client_.Reconnect(task_.deadline));
  return false;
}

Status UnitWriter::TryInTransaction(std::span<const Unit> units, bool known_bad) {
  // Pessimistic whatever the server's default is: a duplicate shows at its own statement.
  SLUICE_RETURN_IF_ERROR(client_.Execute("BEGIN PESSIMISTIC", context_, task_.deadline));
  Status written = WriteWithin(units, known_bad);
  if (written.ok() && !rows_.IsOver()) return Commit();
  client_.Rollback(context_, task_.deadline);
  return written;
}

Status UnitWriter::WriteWithin(std::span<const Unit> units, bool known_bad) {
  for (const Unit& unit : units) {
    SLUICE_RETURN_IF_ERROR(LoadOrWrite(unit, known_bad));
    if (rows_.IsOver()) break;
  }
  return Done{};
}

Status UnitWriter::LoadOrWrite(const Unit& unit, bool known_bad) {
  if (is_together_ && loads_ && pool_.LoadPays(unit.rows.size(), kLoadRoundTrips) &&
      rows_.ShouldLoad(unit, pool_)) {
    SLUICE_ASSIGN(RowWriter::Loaded loaded, rows_.Load(unit, pool_));
    if (loaded == RowWriter::Loaded::kAll) return Done{};
    loads_ = false;
    is_spoiled_ = loaded == RowWriter::Loaded::kSome;
    if (is_spoiled_) return ServerError("LOAD DATA did not store the rows as they are");
  }
  return rows_.Write(unit, known_bad, is_together_);
}

Status UnitWriter::Commit() {
  commit_was_sent_ = true;
  auto committed = client_.Execute("COMMIT", context_, task_.deadline);
  if (committed.ok()) return Done{};
  client_.Rollback(context_, task_.deadline);
  return committed.error();
}

// ---- With a position ----

Status UnitWriter::TryWithPosition(std::span<const Unit> units) {
  StreamProgress progress(client_, task_.table.database, *position_, task_.deadline);
  auto begun = BeginAt(progress);
  if (begun.ok() && !*begun) {
    client_.Rollback(context_, task_.deadline);
    return Answer(progress);
  }
  Status written = begun.ok() ? WriteWithin(units, false) : Status(begun.error());
  if (written.ok() && !rows_.refusals().empty() && !rows_.IsOver()) {
    written = progress.SetReport(outcomes_.Report(rows_.refusals()));
  }
  if (written.ok() && !rows_.IsOver()) return Commit();
  client_.Rollback(context_, task_.deadline);
  return written;
}

// Begins a transaction in which the stream stands at the position. False: it can't, as it stood
// elsewhere.
Result<bool> UnitWriter::BeginAt(StreamProgress& progress) {
  const std::string report = outcomes_.Report({});
  auto advance = [&]() -> Result<bool> {
    SLUICE_RETURN_IF_ERROR(client_.Execute("BEGIN PESSIMISTIC", context_, task_.deadline));
    return progress.Advance(report);
  };
  auto advanced = advance();
  if (advanced.ok() || client_.last_error().number != kNoSuchTable) return advanced;
  client_.Rollback(context_, task_.deadline);
  SLUICE_RETURN_IF_ERROR(progress.CreateTable());
  return advance();
}

// Of a batch that is in already: also one whose COMMIT was not answered.
Status UnitWriter::Answer(StreamProgress& progress) {
  SLUICE_ASSIGN(auto standing, progress.Look());
  if (standing && standing->seq == position_->seq) {
    is_answered_ = true;
    return outcomes_.Apply(standing->report);
  }
  client_.ClearError();
  return Error{ErrorCode::kClientError,
               "the stream '" + position_->stream + "' stands at " +
                   (standing ? std::to_string(standing->seq) : "its beginning") + ", not at " +
                   std::to_string(position_->previous) +
                   " as this batch expects: another writer has taken it over",
               {}};
}

// ---- In steps ----

// What LOAD DATA writes, it has compared with what is there, so locks aren't needed for that; and
// without them it takes TiDB a fifth less (measured).
Status UnitWriter::WriteOpen(std::span<const Unit> units, bool may_conflict) {
  is_together_ = true;
  SLUICE_ASSIGN(loads_, LoadsAll(units));
  while (true) {
    rows_.Forget();
    is_spoiled_ = false;
    bool is_optimistic = may_conflict && loads_;
    SLUICE_RETURN_IF_ERROR(client_.Execute(is_optimistic ? "BEGIN OPTIMISTIC" : "BEGIN PESSIMISTIC",
                                           context_, task_.deadline));
    Status written = WriteWithin(units, false);
    bool goes_on = is_optimistic && !loads_;  // Without the locks that INSERT would need.
    if (written.ok() && !goes_on) return Done{};
    client_.Rollback(context_, task_.deadline);
    if ((is_spoiled_ || goes_on) && !client_.lost()) continue;  // loads_ is off now.
    if (!client_.lost() || Classify(client_.last_error()) != Failure::kLost) return written;
    return PacketError().value_or(written.error());
  }
}

// A replacement of rows that are there is slow, most of all (a quarter of an upsert's rate) where
// nothing about them changes; and then it doesn't even count them as replaced.
Result<bool> UnitWriter::LoadsAll(std::span<const Unit> units) {
  for (const Unit& unit : units) {
    bool pays = pool_.LoadPays(unit.rows.size(), kLoadRoundTrips) && rows_.ShouldLoad(unit, pool_);
    if (!pays) return false;
    if (unit.plan != Plan::kUpsertAtOnce) continue;
    SLUICE_ASSIGN(bool are_there, rows_.AreMostlyThere(unit.rows));
    if (!are_there) continue;
    pool_.AvoidReplacing(task_.table.Quoted());
    return false;
  }
  return true;
}

// ---- When it fails ----

Status UnitWriter::WriteHalves(const Unit& unit, const Error& error) {
  if (client_.lost()) SLUICE_RETURN_IF_ERROR(client_.Reconnect(task_.deadline));
  if (unit.rows.size() == 1) {
    rows_.Forget();
    rows_.Refuse(*unit.rows[0], error.message);
    Settle({&unit, 1});
    return Done{};
  }
  size_t half = unit.rows.size() / 2;
  SLUICE_RETURN_IF_ERROR(Write({unit.plan, unit.rows.first(half), loads_}));
  return Write({unit.plan, unit.rows.subspan(half), loads_});
}

// TiDB hangs up on a statement above its max_allowed_packet, without executing it: then what it is.
std::optional<Error> UnitWriter::PacketError() {
  size_t bytes = client_.last_sent_bytes();
  if (!client_.Reconnect(task_.deadline).ok()) return std::nullopt;
  auto limit = client_.Select("SELECT @@max_allowed_packet", context_, task_.deadline);
  if (!limit.ok() || std::stoull((*limit)[0][0].value_or("0")) > bytes) return std::nullopt;
  return InvalidArgument(context_ + ": a statement of " + std::to_string(bytes) +
                         " bytes is more than TiDB takes (max_allowed_packet is " +
                         *(*limit)[0][0] + "); raise it, or send fewer or smaller records at once");
}

// Nobody knows whether these rows are in: sending them again could store them twice.
Status UnitWriter::MarkUnknown(std::span<const Unit> units) {
  rows_.Forget();
  for (const Unit& unit : units) {
    for (const Row* row : unit.rows) {
      rows_.Refuse(*row,
                   "the connection to TiDB was lost while the row was being inserted, so it is "
                   "not known whether it was stored; look before sending it again");
    }
  }
  Settle(units);
  return client_.Reconnect(task_.deadline);
}

// Puts down what became of the rows of units that are finished.
void UnitWriter::Settle(std::span<const Unit> units) {
  if (is_answered_) return;
  const Refusals& refusals = rows_.refusals();
  for (const Unit& unit : units) {
    for (const Row* row : unit.rows) {
      auto refused = refusals.find(row->record);
      if (refused != refusals.end()) {
        outcomes_.SetRefused(row->record, refused->second);
      } else if (!rows_.IsOver()) {  // Else undone with the others.
        outcomes_.SetWritten(row->record);
      }
    }
  }
}

void UnitWriter::Pause(int attempt) const {
  static thread_local std::mt19937 random{std::random_device{}()};
  int most = 100 << std::min(attempt, 5);
  int pause = std::uniform_int_distribution<>(most / 4, most)(random);
  auto until = steady_clock::now() + milliseconds(pause);
  std::this_thread::sleep_until(std::min(until, task_.deadline));
}

}  // namespace sluice::tidb
