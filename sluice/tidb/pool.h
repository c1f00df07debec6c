// Connections to one TiDB that are kept from one request to the next.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sluice/tidb/client.h"

namespace sluice::tidb {

// Any thread, several at once. Must outlive its leases.
class Pool {
 public:
  explicit Pool(ConnectOptions options) : options_(std::move(options)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const ConnectOptions& options() const { return options_; }

  struct GiveBack {
    Pool* pool;
    void operator()(Client* client) const { pool->Return(std::unique_ptr<Client>(client)); }
  };
  // A connection that is the holder's alone. Destroyed, it goes back to the pool, which keeps it
  // unless it is lost.
  using Lease = std::unique_ptr<Client, GiveBack>;

  // One that was kept, renewed (Client::Renew), else a new one. Errors as Client::Connect.
  Result<Lease> Take(Deadline deadline);
  // A new one, whatever is kept: shows that these credentials are good now.
  Result<Lease> Connect(Deadline deadline);

  // LOAD DATA LOCAL: tried until the server (or something before it) forbids it once.
  bool may_load() const { return may_load_; }
  void StopLoading() { may_load_ = false; }
  // Whether it makes up for the round trips that it takes more than an INSERT of so many rows.
  bool LoadPays(size_t rows, int more_round_trips);

  // Where most rows are there already, a LOAD DATA that replaces them is slower than an upsert by
  // INSERT (measured: half as fast again). So after one that did, the next are such upserts, until
  // it is tried again.
  bool MayReplace(const std::string& table);
  void AvoidReplacing(const std::string& table);

 private:
  void Return(std::unique_ptr<Client> client);

  ConnectOptions options_;
  std::atomic<bool> may_load_ = true;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Client>> idle_;
  std::chrono::microseconds round_trip_ = std::chrono::hours(1);  // The shortest so far.
  std::map<std::string, int> upserts_due_;  // By table: how many more until LOAD DATA is tried.
};

}  // namespace sluice::tidb
