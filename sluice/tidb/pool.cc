#include "sluice/tidb/pool.h"

namespace sluice::tidb {

constexpr size_t kMostIdle = 8;
constexpr int kUpsertsInstead = 60;

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
  return Lease(client.release(), GiveBack{this});
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
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(client));
}

}  // namespace sluice::tidb
