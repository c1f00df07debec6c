// The batches of one stream on their way into TiDB: several at once, committed in their order.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "sluice/connector/stream.h"
#include "sluice/connectors/tidb/delivery.h"
#include "sluice/tidb/batch_transaction.h"
#include "sluice/tidb/pool.h"

namespace sluice::tidb_connector {

// A batch is written by a thread of its own, on a connection and in a transaction of its own,
// beside the batches before and behind it. It is committed when all before it are, together with
// the stream's position, so what is durable is always the stream's beginning, and of two rows with
// one id the later one wins. What makes batches wait for each other:
//
// - Where their ids say that they share rows, the later one begins when the earlier is committed.
// - Where they turn out to (another unique key, ids that can't be compared here), one of them waits
//   for the other's lock, for a second at most. The one whose turn it is has the table to itself
//   then; later ones undo what they wrote, and do it again when it is their turn.
// - The same goes for one with a row that is refused for what other rows are, as batches before it
//   may still change that.
// - Where this happens often, batches are written one after the other.
//
// Called by one thread.
class Lanes {
 public:
  // `progress` is the stream's, claimed; nullptr: there is none, and rows may be written twice.
  // `most` is how many batches are written at once, up to LaneProgress::kLanes. All must outlive
  // it.
  Lanes(tidb::Pool& pool, const tidb::BatchTarget& target, const tidb::LaneProgress* progress,
        size_t most);
  ~Lanes();

  // Where the stream stands, and what the engine doesn't know of it. Before anything is put.
  void Begin(Position durable, std::deque<Delivery> unsaved);

  // Takes a batch; waits while there are as many on the way as may be. One that is durable already
  // is not written again. An Error is that of a batch before it.
  Status Put(const Batch& batch);
  // Until nothing is on its way.
  Status Wait();

  // What became durable since the last call. `has_news`: there is some.
  Progress Take();
  bool has_news() const;
  // What Take() gave so far is noted: refused records are saved, numbers will be.
  void Acknowledge();

  // Undoes what isn't committed.
  void Stop();

 private:
  struct Flight;
  enum class Step { kDone, kAgain };

  void Fly(Flight& flight);
  Status Run(Flight& flight);
  Status Decode(Flight& flight);
  void AwaitSharers(Flight& flight);
  Result<tidb::Pool::Lease> TakeClient(Flight& flight);
  Result<Step> Try(Flight& flight, tidb::Client& client);
  Result<Step> Recover(Flight& flight, tidb::Client& client, bool was_turn, const Error& error);
  bool AwaitTurn(Flight& flight);
  Result<Step> Commit(Flight& flight, tidb::Client& client);
  void End(Flight& flight, Delivery delivery, bool is_durable);
  void LetGo(Flight& flight);
  void CountCollision();
  Delivery DeliveryOf(const Flight& flight) const;
  void Reap();

  size_t TakeLane();
  bool IsTurn(const Flight& flight) const;
  bool IsOver(const Flight& flight) const;

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  tidb::Pool& pool_;
  const tidb::BatchTarget& target_;
  const tidb::LaneProgress* const progress_;
  const size_t most_;

  // All below is guarded by it.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Flight>> flights_;
  size_t on_the_way_ = 0;                                    // Of them.
  std::array<bool, tidb::LaneProgress::kLanes> is_taken_{};  // By lane.
  int64_t put_ = 0;       // How many were taken; batches are numbered from 0.
  int64_t next_ = 0;      // Which one is to be committed next.
  int64_t end_ = kNever;  // From this one on none will be.
  std::optional<Error> error_;
  bool clears_way_ = false;  // The next one needs what others have locked.
  int collisions_ = 0;
  bool is_serial_ = false;
  int64_t last_seq_ = 0;  // Taken, or durable from the beginning.
  Position durable_;

  std::deque<Delivery> unsaved_;
  size_t told_ = 0;  // Of them, those that Take() gave.
};

}  // namespace sluice::tidb_connector
