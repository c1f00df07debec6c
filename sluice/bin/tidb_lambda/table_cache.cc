#include "sluice/bin/tidb_lambda/table_cache.h"

namespace sluice::tidb_lambda {

constexpr size_t kMostTables = 64;

bool TableCache::IsFresh(const Kept& kept) const {
  Time now = clock_.Now();
  return kept.since <= now && now < kept.since + kKeptFor;  // A clock may be set back.
}

Result<TableCache::Found> TableCache::Find(const tidb::TablePath& path, Facts facts,
                                           Deadline deadline) {
  std::pair key(path.database, path.table);
  auto kept = kept_.find(key);
  bool is_new = kept == kept_.end() || !IsFresh(kept->second);
  bool looks_for_constraints = facts == Facts::kConstraintsToo;
  if (!is_new && (!looks_for_constraints || kept->second.table.has_constraints)) {
    return Found{&kept->second.table, false};
  }
  SLUICE_ASSIGN(tidb::Pool::Lease client, pool_.Take(deadline));
  if (is_new) {
    if (kept_.size() >= kMostTables) kept_.clear();
    Time since = clock_.Now();
    SLUICE_ASSIGN(tidb::Table table,
                  tidb::DescribeTable(*client, path.database, path.table, deadline));
    kept = kept_.insert_or_assign(key, Kept{std::move(table), since}).first;
  }
  tidb::Table& table = kept->second.table;
  if (looks_for_constraints) {
    SLUICE_RETURN_IF_ERROR(tidb::LookForConstraints(*client, table, deadline));
  }
  return Found{&table, is_new};
}

void TableCache::Forget(const tidb::TablePath& path) { kept_.erase({path.database, path.table}); }

}  // namespace sluice::tidb_lambda
