#include "sluice/tidb/pool.h"

#include <algorithm>

namespace sluice::tidb {

constexpr size_t kMostIdle = 8;
constexpr int kUpsertsInstead = 60;
// What LOAD DATA saves for each row of a statement, measured with four connections on two cores.
constexpr std::chrono::microseconds kSavedByLoad{10};

Result<Pool::Lease> Pool::Take(Deadline deadline) {
  std::unique_ptr<Client> client;
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      client = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!client) return Connect(deadline);
  SLUICE_RETURN_IF_ERROR(client->Renew(deadline));
  return Lease(client.release(), GiveBack{this});
}

Result<Pool::Lease> Pool::Connect(Deadline deadline) {
  SLUICE_ASSIGN(std::unique_ptr<Client> client, Client::Connect(options_, deadline));
  std::lock_guard lock(mutex_);
  round_trip_ = std::min(round_trip_, client->round_trip());
  return Lease(client.release(), GiveBack{this});
}

bool Pool::LoadPays(size_t rows, int more_round_trips) {
  std::lock_guard lock(mutex_);
  return kSavedByLoad * rows > round_trip_ * more_round_trips;
}

bool Pool::MayReplace(const std::string& table) {
  std::lock_guard lock(mutex_);
  auto due = upserts_due_.find(table);
  if (due == upserts_due_.end()) return true;
  if (--due->second == 0) upserts_due_.erase(due);
  return false;
}

void Pool::AvoidReplacing(const std::string& table) {
  std::lock_guard lock(mutex_);
  upserts_due_[table] = kUpsertsInstead;
}

void Pool::Return(std::unique_ptr<Client> client) {
  if (client->lost()) return;
  std::lock_guard lock(mutex_);
  round_trip_ = std::min(round_trip_, client->round_trip());
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(client));
}

}  // namespace sluice::tidb
