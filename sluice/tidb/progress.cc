#include "sluice/tidb/progress.h"

#include <charconv>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

constexpr char kContext[] = "the stream's position";
constexpr unsigned kNoSuchTable = 1146;

}  // namespace

StreamProgress::StreamProgress(Client& client, const std::string& database,
                               const StreamPosition& position, Deadline deadline)
    : client_(client),
      position_(position),
      deadline_(deadline),
      table_(QuoteIdentifier(database) + "." + QuoteIdentifier(kProgressTable)),
      stream_(QuoteString(position.stream)) {}

Result<bool> StreamProgress::Advance(const std::string& report) {
  constexpr unsigned kDuplicate = 1062;
  std::string seq = std::to_string(position_.seq);
  std::string token = QuoteString(position_.token), quoted_report = QuoteString(report);
  if (position_.previous == 0) {
    auto inserted = Run("INSERT INTO " + table_ + " (stream, seq, token, report) VALUES (" +
                        stream_ + ", " + seq + ", " + token + ", " + quoted_report + ")");
    if (inserted.ok()) return true;
    if (client_.last_error().number != kDuplicate) return inserted.error();
  }
  SLUICE_ASSIGN(uint64_t moved,
                Run("UPDATE " + table_ + " SET seq = " + seq + ", token = " + token +
                    ", report = " + quoted_report + " WHERE stream = " + stream_ +
                    " AND seq = " + std::to_string(position_.previous)));
  return moved == 1;
}

Status StreamProgress::SetReport(const std::string& report) {
  SLUICE_RETURN_IF_ERROR(Run("UPDATE " + table_ + " SET report = " + QuoteString(report) +
                             " WHERE stream = " + stream_));
  return Done{};
}

Status StreamProgress::CreateTable() {
  SLUICE_RETURN_IF_ERROR(
      Run("CREATE TABLE IF NOT EXISTS " + table_ +
          " (stream VARCHAR(255) COLLATE utf8mb4_bin PRIMARY KEY, seq BIGINT NOT NULL, "
          "token LONGTEXT NOT NULL, report LONGTEXT NOT NULL, changed_at TIMESTAMP NOT NULL "
          "DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP) "
          "/*T![ttl] TTL = `changed_at` + INTERVAL 30 DAY */"));
  return Done{};
}

Result<std::optional<StreamProgress::Standing>> StreamProgress::Look() { return LookAt(""); }

Result<StreamProgress::Standing> StreamProgress::Claim() {
  auto claimed = TryToClaim();
  if (claimed.ok() || client_.last_error().number != kNoSuchTable) return claimed;
  SLUICE_RETURN_IF_ERROR(CreateTable());
  return TryToClaim();
}

Result<StreamProgress::Standing> StreamProgress::TryToClaim() {
  SLUICE_RETURN_IF_ERROR(Run("BEGIN PESSIMISTIC"));
  auto claim = [this]() -> Result<Standing> {
    SLUICE_RETURN_IF_ERROR(Run("INSERT INTO " + table_ + " (stream, seq, token, report) VALUES (" +
                               stream_ + ", 0, '', '') ON DUPLICATE KEY UPDATE seq = seq"));
    // The transaction's own snapshot may be older than what the lock was waited for.
    SLUICE_ASSIGN(auto standing, LookAt(" FOR UPDATE"));
    SLUICE_RETURN_IF_ERROR(Run("COMMIT"));
    if (!standing) return ServerError("TiDB doesn't keep what was written into " + table_);
    return *std::move(standing);
  };
  auto claimed = claim();
  if (!claimed.ok()) client_.Rollback(kContext, deadline_);
  return claimed;
}

Result<std::optional<StreamProgress::Standing>> StreamProgress::LookAt(const std::string& how) {
  std::string sql = "SELECT seq, token, report FROM " + table_ + " WHERE stream = " + stream_ + how;
  auto rows = client_.Stream(sql, kContext, deadline_);
  if (!rows.ok()) return Explain(rows.error());
  std::optional<Standing> standing;
  while (true) {
    SLUICE_ASSIGN(const std::vector<Text>* row, rows->Next());
    if (!row) return standing;
    standing.emplace();
    std::string_view seq = (*row)[0].value_or("");
    std::from_chars(seq.data(), seq.data() + seq.size(), standing->seq);
    standing->token = (*row)[1].value_or("");
    standing->report = (*row)[2].value_or("");
  }
}

Result<uint64_t> StreamProgress::Run(const std::string& sql) {
  auto done = client_.Execute(sql, kContext, deadline_);
  if (done.ok()) return done;
  return Explain(done.error());
}

Error StreamProgress::Explain(Error error) const {
  if (error.code == ErrorCode::kAccessDenied) {
    error.message = "a stream's position is kept in the table " + table_ + ", and user '" +
                    client_.options().username +
                    "' may not use it: GRANT CREATE, SELECT, INSERT, " + "UPDATE ON " + table_ +
                    " TO that user, or send the batches without a " + "position (" + error.message +
                    ")";
  }
  return error;
}

}  // namespace sluice::tidb
