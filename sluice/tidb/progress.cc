#include "sluice/tidb/progress.h"

#include <charconv>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

constexpr char kContext[] = "the stream's position";

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

Status StreamProgress::CreateTable() {
  SLUICE_RETURN_IF_ERROR(
      Run("CREATE TABLE IF NOT EXISTS " + table_ +
          " (stream VARCHAR(255) COLLATE utf8mb4_bin PRIMARY KEY, seq BIGINT NOT NULL, "
          "token LONGTEXT NOT NULL, report LONGTEXT NOT NULL)"));
  return Done{};
}

Result<std::optional<StreamProgress::Standing>> StreamProgress::Look() {
  auto rows = client_.Select("SELECT seq, report FROM " + table_ + " WHERE stream = " + stream_,
                             kContext, deadline_);
  if (!rows.ok()) return Explain(rows.error());
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
