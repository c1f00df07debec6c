#include "sluice/connectors/tidb/lanes.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "sluice/connectors/tidb/record_members.h"

namespace sluice::tidb_connector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using tidb::Failure;

constexpr seconds kPatience(60);     // With a step of one batch.
constexpr seconds kMostTrouble(30);  // For which the batch whose turn it is is tried again.
constexpr size_t kMostTold = 64;  // Batches that the engine may know of without having saved them.
constexpr int kMostCollisions = 3;  // Until batches are written one after the other.
constexpr char kContext[] = "writing to TiDB";

Deadline Patience() { return DeadlineAfter(kPatience); }

void Pause(int attempt) {
  static thread_local std::mt19937 random{std::random_device{}()};
  int most = 50 << std::min(attempt, 6);
  std::this_thread::sleep_for(
      milliseconds(std::uniform_int_distribution<>(most / 4, most)(random)));
}

// "column 'age': out of range" is about 'age'.
std::string FieldOf(const std::string& message) {
  constexpr std::string_view kBegin = "column '";
  size_t end = message.find("': ");
  if (!message.starts_with(kBegin) || end == message.npos) return "";
  return message.substr(kBegin.size(), end - kBegin.size());
}

}  // namespace

struct Lanes::Flight {
  int64_t number = 0;
  size_t lane = 0;
  Batch batch;
  std::unique_ptr<tidb::BatchTransaction> transaction;
  bool is_decoded = false;
  bool has_begun = false;  // There may be rows that it has locked.
  bool waits = false;      // It is tried again when it is its turn.
  bool is_done = false;
  int attempts = 0;  // In its turn.
  std::optional<Deadline> give_up;
  std::jthread thread;
};

Lanes::Lanes(tidb::Pool& pool, const tidb::BatchTarget& target, const tidb::LaneProgress* progress,
             size_t most)
    : pool_(pool), target_(target), progress_(progress), most_(most) {
  SLUICE_CHECK(most <= tidb::LaneProgress::kLanes);
}

Lanes::~Lanes() { Stop(); }

void Lanes::Begin(Position durable, std::deque<Delivery> unsaved) {
  std::lock_guard lock(mutex_);
  durable_ = std::move(durable);
  last_seq_ = durable_.seq;
  unsaved_ = std::move(unsaved);
}

Status Lanes::Put(const Batch& batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return on_the_way_ < most_ || end_ != kNever; });
  Reap();
  if (error_) return *error_;
  if (end_ != kNever || batch.after.seq <= last_seq_) return Done{};
  last_seq_ = batch.after.seq;
  Flight& flight = *flights_.emplace_back(std::make_unique<Flight>());
  flight.number = put_++;
  flight.lane = TakeLane();
  flight.batch = batch;
  ++on_the_way_;
  flight.thread = std::jthread([this, &flight] { Fly(flight); });
  return Done{};
}

Status Lanes::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return on_the_way_ == 0; });
  Reap();
  if (error_) return *error_;
  return Done{};
}

void Lanes::Stop() {
  std::unique_lock lock(mutex_);
  end_ = std::min(end_, next_);
  changed_.notify_all();
  changed_.wait(lock, [this] { return on_the_way_ == 0; });
  Reap();
}

void Lanes::Reap() {
  while (!flights_.empty() && flights_.front()->is_done) flights_.pop_front();
}

Progress Lanes::Take() {
  std::lock_guard lock(mutex_);
  Progress progress{.durable = durable_};
  for (; told_ < unsaved_.size(); ++told_) {
    Delivery& delivery = unsaved_[told_];
    progress.rows_written += delivery.rows_written;
    progress.bytes_written += delivery.bytes_written;
    for (const RejectedRow& row : delivery.rejected) progress.rejected.push_back(row);
  }
  return progress;
}

bool Lanes::has_news() const {
  std::lock_guard lock(mutex_);
  return told_ < unsaved_.size();
}

void Lanes::Acknowledge() {
  std::lock_guard lock(mutex_);
  for (size_t i = 0; i < told_; ++i) unsaved_[i].rejected.clear();
  for (; told_ > kMostTold; --told_) unsaved_.pop_front();
}

size_t Lanes::TakeLane() {
  size_t lane = 0;
  while (is_taken_[lane]) ++lane;
  is_taken_[lane] = true;
  return lane;
}

bool Lanes::IsTurn(const Flight& flight) const { return flight.number == next_; }
bool Lanes::IsOver(const Flight& flight) const { return flight.number >= end_; }

// ---- On a flight's own thread ----

void Lanes::Fly(Flight& flight) {
  Status run = Run(flight);
  std::lock_guard lock(mutex_);
  if (!run.ok() && flight.number < end_) {
    end_ = flight.number;
    error_ = run.error();
  }
  flight.is_decoded = flight.is_done = true;
  flight.has_begun = false;
  --on_the_way_;
  is_taken_[flight.lane] = false;
  changed_.notify_all();
}

Status Lanes::Run(Flight& flight) {
  SLUICE_RETURN_IF_ERROR(Decode(flight));
  AwaitSharers(flight);
  SLUICE_ASSIGN(tidb::Pool::Lease client, TakeClient(flight));
  while (true) {
    SLUICE_ASSIGN(Step step, Try(flight, *client));
    if (step == Step::kDone) return Done{};
  }
}

Status Lanes::Decode(Flight& flight) {
  SLUICE_ASSIGN(RecordMembers members, RecordMembers::Make(*flight.batch.rows));
  auto decode = [&](tidb::RowDecoder& decoder, size_t i) -> Result<tidb::DecodedRecord> {
    auto row = members.Row(static_cast<int64_t>(i));
    if (row.ok()) return decoder.Decode(*row);
    tidb::DecodedRecord refused;
    refused.refusal = row.error().message;
    return refused;
  };
  SLUICE_ASSIGN(auto transaction,
                tidb::BatchTransaction::Make(
                    target_, static_cast<size_t>(flight.batch.rows->num_rows()), decode));
  std::lock_guard lock(mutex_);
  flight.transaction = std::move(transaction);
  flight.is_decoded = true;
  changed_.notify_all();
  return Done{};
}

// Until no batch before it has rows that it may have, too.
void Lanes::AwaitSharers(Flight& flight) {
  std::unique_lock lock(mutex_);
  auto are_decoded = [&] {
    return std::ranges::all_of(flights_, [&](const auto& other) {
      return other->number >= flight.number || other->is_decoded;
    });
  };
  changed_.wait(lock, [&] { return IsOver(flight) || are_decoded(); });
  int64_t last = -1;
  for (const auto& other : flights_) {
    bool is_before = other->number < flight.number && !other->is_done && other->transaction;
    if (is_before && flight.transaction->SharesRowsWith(*other->transaction)) last = other->number;
  }
  changed_.wait(lock, [&] { return IsOver(flight) || next_ > last; });
}

// Where there is no further connection to be had, those that are there do the work.
Result<tidb::Pool::Lease> Lanes::TakeClient(Flight& flight) {
  auto client = pool_.Take(Patience());
  if (!client.ok()) {
    std::unique_lock lock(mutex_);
    if (IsTurn(flight)) return client.error();
    is_serial_ = true;
    changed_.wait(lock, [&] { return IsOver(flight) || IsTurn(flight); });
    lock.unlock();
    client = pool_.Take(Patience());
  }
  if (!client.ok()) return client;
  // Nobody but TiDB knows yet whether its rows are locked by one of us.
  if (most_ > 1 && !flight.transaction->ids_tell_all()) {
    SLUICE_RETURN_IF_ERROR(
        (*client)->Execute("SET innodb_lock_wait_timeout = 1", kContext, Patience()));
  }
  return client;
}

Result<Lanes::Step> Lanes::Try(Flight& flight, tidb::Client& client) {
  bool was_turn = false;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      bool may_begin = !flight.waits && !is_serial_ && !clears_way_;
      return IsOver(flight) || IsTurn(flight) || may_begin;
    });
    if (IsOver(flight)) return Step::kDone;
    was_turn = IsTurn(flight);
    flight.has_begun = true;
  }
  Status written = flight.transaction->Write(pool_, client, Patience());
  if (!written.ok()) return Recover(flight, client, was_turn, written.error());
  if (!was_turn && flight.transaction->IsRefusalForNow()) {
    flight.transaction->Rollback(Patience());
    CountCollision();
    flight.waits = true;
    LetGo(flight);
    return Step::kAgain;
  }
  if (AwaitTurn(flight)) return Commit(flight, client);
  flight.transaction->Rollback(Patience());
  LetGo(flight);
  return Step::kAgain;
}

// What may succeed when it is tried again, in its turn and with nobody else in the way.
Result<Lanes::Step> Lanes::Recover(Flight& flight, tidb::Client& client, bool was_turn,
                                   const Error& error) {
  const tidb::SqlError cause = client.last_error();
  if (client.lost() || tidb::Classify(cause) != Failure::kRetry) return error;
  if (tidb::IsAboutALock(cause.number)) CountCollision();
  LetGo(flight);
  flight.waits = true;
  if (!was_turn) return Step::kAgain;

  if (!flight.give_up) flight.give_up = DeadlineAfter(kMostTrouble);
  if (steady_clock::now() >= *flight.give_up) return error;
  {
    std::unique_lock lock(mutex_);
    clears_way_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] {
      return std::ranges::none_of(flights_, [](const auto& other) { return other->has_begun; });
    });
  }
  if (flight.attempts++ > 0 || !tidb::IsAboutALock(cause.number)) Pause(flight.attempts);
  return Step::kAgain;
}

// False: what it has written must be undone.
bool Lanes::AwaitTurn(Flight& flight) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return IsOver(flight) || IsTurn(flight) || clears_way_; });
  if (!IsOver(flight) && IsTurn(flight)) return true;
  flight.waits = true;
  return false;
}

Result<Lanes::Step> Lanes::Commit(Flight& flight, tidb::Client& client) {
  Delivery delivery = DeliveryOf(flight);
  if (target_.all_or_none && !delivery.rejected.empty()) {
    flight.transaction->Rollback(Patience());
    delivery.rows_written = delivery.bytes_written = 0;
    End(flight, std::move(delivery), false);
    return Step::kDone;
  }
  std::optional<tidb::BatchTransaction::Move> move;
  if (progress_) {
    const Position& after = flight.batch.after;
    std::lock_guard lock(mutex_);
    unsaved_.push_back(delivery);
    move.emplace(*progress_, flight.lane,
                 tidb::LaneProgress::Standing{after.seq, after.token, ToReport(unsaved_)});
    unsaved_.pop_back();
  }
  auto committed = flight.transaction->Commit(move, Patience());
  if (!committed.ok()) return Recover(flight, client, true, committed.error());
  if (!*committed) {
    return ServerError("another writer has taken over the stream that this one was writing");
  }
  End(flight, std::move(delivery), true);
  return Step::kDone;
}

Delivery Lanes::DeliveryOf(const Flight& flight) const {
  const arrow::RecordBatch& rows = *flight.batch.rows;
  tidb::Refusals refused = flight.transaction->Refused();
  Delivery delivery;
  delivery.seq = flight.batch.after.seq;
  delivery.rows_written = rows.num_rows() - static_cast<int64_t>(refused.size());
  delivery.bytes_written = static_cast<int64_t>(flight.transaction->BytesWithout(refused));
  for (auto& [record, message] : refused) {
    RejectedRow& row = delivery.rejected.emplace_back();
    row.seq = delivery.seq;
    row.index = flight.batch.source_row[record];
    row.field = FieldOf(message);
    row.error = InvalidArgument(message);
  }
  return delivery;
}

void Lanes::End(Flight& flight, Delivery delivery, bool is_durable) {
  std::lock_guard lock(mutex_);
  unsaved_.push_back(std::move(delivery));
  clears_way_ = false;
  if (is_durable) {
    durable_ = flight.batch.after;
    ++next_;
  } else {
    end_ = std::min(end_, flight.number);
  }
  changed_.notify_all();
}

void Lanes::LetGo(Flight& flight) {
  std::lock_guard lock(mutex_);
  flight.has_begun = false;
  changed_.notify_all();
}

void Lanes::CountCollision() {
  std::lock_guard lock(mutex_);
  if (++collisions_ >= kMostCollisions) is_serial_ = true;
}

}  // namespace sluice::tidb_connector
