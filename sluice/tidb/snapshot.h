// What a table was at one moment: reads of it see no later write, whatever is written meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sluice/tidb/client.h"

namespace sluice::tidb {

// The present one, in milliseconds since 1970 (UTC): TiDB reads AS OF a millisecond, so it is the
// first full one behind the present timestamp, and it has passed when this returns. What was
// committed before the call is in it.
Result<int64_t> TakeSnapshot(Client& client, const std::string& context, Deadline deadline);

// 'YYYY-MM-DD hh:mm:ss.mmm', for AS OF TIMESTAMP.
std::string SnapshotLiteral(int64_t snapshot_ms);

// Begins a transaction that sees the snapshot, with the table definitions of then.
//
// While such a transaction is open, be it idle, TiDB does not remove what the snapshot needs: each
// TiDB server reports the oldest start timestamp among its sessions' transactions, for this one the
// snapshot's own, and garbage collection stays behind it, for tidb_gc_max_wait_time (a day, unless
// set otherwise). A single statement AS OF is not reported, however long it runs.
//
// kClientError: TiDB has removed the snapshot (tidb_gc_life_time).
Status BeginAsOf(Client& client, int64_t snapshot_ms, std::string_view context, Deadline deadline);

// Tries `statement` again while TiDB says that the snapshot is not yet there: the clocks of its
// parts may differ by more than TakeSnapshot waited for.
bool IsFuture(const SqlError& error);
void WaitForClocks();
template <class Statement>
auto PastTheSnapshot(Client& client, Statement statement) {
  constexpr int kMostTries = 10;
  for (int tries = 1;; ++tries) {
    auto result = statement();
    if (result.ok() || tries > kMostTries || !IsFuture(client.last_error())) return result;
    WaitForClocks();
  }
}

}  // namespace sluice::tidb
