#include "sluice/tidb/progress.h"

#include <charconv>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

constexpr char kContext[] = "the stream's position";

}  // namespace

std::string ProgressTable(const std::string& database) {
  return QuoteIdentifier(database) + "." + QuoteIdentifier(kProgressTable);
}

Status CreateProgressTable(Client& client, const std::string& database, Deadline deadline) {
  auto made = client.Execute(
      "CREATE TABLE IF NOT EXISTS " + ProgressTable(database) +
          " (stream VARCHAR(255) COLLATE utf8mb4_bin PRIMARY KEY, seq BIGINT NOT NULL, "
          "token LONGTEXT NOT NULL, report LONGTEXT NOT NULL, changed_at TIMESTAMP NOT NULL "
          "DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP) "
          "/*T![ttl] TTL = `changed_at` + INTERVAL 30 DAY */",
      kContext, deadline);
  if (made.ok()) return Done{};
  return ExplainProgress(made.error(), client, database);
}

Error ExplainProgress(Error error, const Client& client, const std::string& database) {
  if (error.code != ErrorCode::kAccessDenied) return error;
  std::string table = ProgressTable(database);
  error.message = "a stream's position is kept in the table " + table + ", and user '" +
                  client.options().username +
                  "' may not use it: GRANT CREATE, SELECT, INSERT, UPDATE ON " + table +
                  " TO that user, or send the batches without a position (" + error.message + ")";
  return error;
}

StreamProgress::StreamProgress(Client& client, const std::string& database,
                               const StreamPosition& position, Deadline deadline)
    : client_(client),
      position_(position),
      deadline_(deadline),
      database_(database),
      table_(ProgressTable(database)),
      stream_(QuoteString(position.stream)) {}

Result<bool> StreamProgress::Advance(const std::string& report) {
  constexpr unsigned kDuplicate = 1062;
  std::string seq = std::to_string(position_.seq);
  std::string token = QuoteString(position_.token), quoted_report = QuoteString(report);
  if (position_.previous == 0) {
    auto inserted = Run("INSERT INTO " + table_ + " (stream, seq, token, report) VALUES (" +
                        stream_ + ", " + seq + ", " + token + ", " + quoted_report + ")");
    if (!inserted.ok() && client_.last_error().number == kDuplicate) return false;
    if (!inserted.ok()) return inserted.error();
    return true;
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

Status StreamProgress::CreateTable() { return CreateProgressTable(client_, database_, deadline_); }

Result<std::optional<StreamProgress::Standing>> StreamProgress::Look() {
  auto rows = client_.Select("SELECT seq, report FROM " + table_ + " WHERE stream = " + stream_,
                             kContext, deadline_);
  if (!rows.ok()) return ExplainProgress(rows.error(), client_, database_);
  if (rows->empty()) return std::optional<Standing>();
  Standing standing;
  std::string seq = rows->front()[0].value_or("");
  std::from_chars(seq.data(), seq.data() + seq.size(), standing.seq);
  standing.report = rows->front()[1].value_or("");
  return std::optional(std::move(standing));
}

Result<uint64_t> StreamProgress::Run(const std::string& sql) {
  auto done = client_.Execute(sql, kContext, deadline_);
  if (done.ok()) return done;
  return ExplainProgress(done.error(), client_, database_);
}

}  // namespace sluice::tidb
