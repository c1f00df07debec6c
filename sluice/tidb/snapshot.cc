#include "sluice/tidb/snapshot.h"

#include <cstdlib>
#include <thread>

#include "sluice/base/time_text.h"

namespace sluice::tidb {

using std::chrono::milliseconds;

Result<int64_t> TakeSnapshot(Client& client, const std::string& context, Deadline deadline) {
  constexpr int kLogicalBits = 18;  // Of a TSO; above them milliseconds since 1970.
  SLUICE_RETURN_IF_ERROR(client.Execute("BEGIN", context, deadline));
  auto rows = client.Select("SELECT @@tidb_current_ts", context, deadline);
  client.Rollback(context, deadline);
  if (!rows.ok()) return rows.error();
  int64_t tso = rows->empty() ? 0 : std::strtoll((*rows)[0][0].value_or("0").c_str(), nullptr, 10);
  if (tso <= 0) return ServerError(context + ": TiDB gave no timestamp (@@tidb_current_ts is 0)");
  std::this_thread::sleep_for(milliseconds(2));
  return (tso >> kLogicalBits) + 1;
}

std::string SnapshotLiteral(int64_t snapshot_ms) {
  std::string text = FormatTime(Time(milliseconds(snapshot_ms)), 3);
  text[10] = ' ';  // Of …T09:05:07.123Z
  text.pop_back();
  return "'" + text + "'";
}

Status BeginAsOf(Client& client, int64_t snapshot_ms, std::string_view context, Deadline deadline) {
  std::string sql = "START TRANSACTION READ ONLY AS OF TIMESTAMP " + SnapshotLiteral(snapshot_ms);
  SLUICE_RETURN_IF_ERROR(
      PastTheSnapshot(client, [&] { return client.Execute(sql, context, deadline); }));
  return Done{};
}

bool IsFuture(const SqlError& error) {
  return error.message.find("future time") != std::string::npos;
}

void WaitForClocks() { std::this_thread::sleep_for(milliseconds(20)); }

}  // namespace sluice::tidb
