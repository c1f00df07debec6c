#include "sluice/tidb/lane_progress.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "sluice/base/uuid.h"
#include "sluice/tidb/progress.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

constexpr char kContext[] = "the stream's position";
constexpr unsigned kNoSuchTable = 1146;
constexpr size_t kClaimLength = 16;

}  // namespace

LaneProgress::LaneProgress(std::string database, const std::string& stream)
    : database_(std::move(database)),
      table_(ProgressTable(database_)),
      stream_(stream),
      claim_(RandomToken(kClaimLength)) {}

// The first lane's row has the stream's own name.
std::string LaneProgress::Row(size_t lane) const {
  return QuoteString(lane == 0 ? stream_ : stream_ + "\x1f" + std::to_string(lane));
}

std::string LaneProgress::Rows() const {
  std::string rows = Row(0);
  for (size_t lane = 1; lane < kLanes; ++lane) rows += ", " + Row(lane);
  return rows;
}

std::string LaneProgress::Report(const std::string& report) const {
  return QuoteString(claim_ + report);
}

Result<LaneProgress::Standing> LaneProgress::Claim(Client& client, Deadline deadline) const {
  auto claimed = TryToClaim(client, deadline);
  if (!claimed.ok() && client.last_error().number == kNoSuchTable) {
    SLUICE_RETURN_IF_ERROR(CreateProgressTable(client, database_, deadline));
    claimed = TryToClaim(client, deadline);
  }
  if (claimed.ok()) return claimed;
  return ExplainProgress(claimed.error(), client, database_);
}

Result<LaneProgress::Standing> LaneProgress::TryToClaim(Client& client, Deadline deadline) const {
  auto claim = [&]() -> Result<Standing> {
    std::string insert = "INSERT INTO " + table_ + " (stream, seq, token, report) VALUES ";
    for (size_t lane = 0; lane < kLanes; ++lane) {
      insert.append(lane == 0 ? "(" : ", (").append(Row(lane)).append(", 0, '', '')");
    }
    insert += " ON DUPLICATE KEY UPDATE seq = seq";
    SLUICE_RETURN_IF_ERROR(client.Execute("BEGIN PESSIMISTIC", kContext, deadline));
    SLUICE_RETURN_IF_ERROR(client.Execute(insert, kContext, deadline));
    SLUICE_ASSIGN(Standing standing, Look(client, deadline));
    SLUICE_RETURN_IF_ERROR(client.Execute(
        "UPDATE " + table_ + " SET seq = " + std::to_string(standing.seq) +
            ", token = " + QuoteString(standing.token) + ", report = " + Report(standing.report) +
            " WHERE stream IN (" + Rows() + ")",
        kContext, deadline));
    SLUICE_RETURN_IF_ERROR(client.Execute("COMMIT", kContext, deadline));
    return standing;
  };
  auto claimed = claim();
  if (!claimed.ok()) client.Rollback(kContext, deadline);
  return claimed;
}

// FOR UPDATE, because the transaction's own snapshot may be older than what its locks waited for.
Result<LaneProgress::Standing> LaneProgress::Look(Client& client, Deadline deadline) const {
  SLUICE_ASSIGN(RowStream rows, client.Stream("SELECT seq, token, report FROM " + table_ +
                                                  " WHERE stream IN (" + Rows() + ") FOR UPDATE",
                                              kContext, deadline));
  Standing standing;
  while (true) {
    SLUICE_ASSIGN(const std::vector<Text>* row, rows.Next());
    if (!row) return standing;
    int64_t seq = 0;
    std::string_view text = (*row)[0].value_or("");
    std::from_chars(text.data(), text.data() + text.size(), seq);
    if (seq <= standing.seq) continue;
    std::string_view report = (*row)[2].value_or("");
    report.remove_prefix(std::min(report.size(), kClaimLength));
    standing = {seq, std::string((*row)[1].value_or("")), std::string(report)};
  }
}

Result<bool> LaneProgress::Advance(Client& client, size_t lane, const Standing& to,
                                   Deadline deadline) const {
  auto moved =
      client.Execute("UPDATE " + table_ + " SET seq = " + std::to_string(to.seq) +
                         ", token = " + QuoteString(to.token) + ", report = " + Report(to.report) +
                         " WHERE stream = " + Row(lane) + " AND LEFT(report, " +
                         std::to_string(kClaimLength) + ") = " + QuoteString(claim_),
                     kContext, deadline);
  if (!moved.ok()) return ExplainProgress(moved.error(), client, database_);
  return *moved == 1;
}

}  // namespace sluice::tidb
