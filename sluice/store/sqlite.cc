#include "sluice/store/sqlite.h"

#include <sqlite3.h>

#include "sluice/base/log.h"

namespace sluice::store {
namespace {

// Another process may look into the file (a backup): commits wait this long for it.
constexpr int kBusyTimeoutMs = 10'000;

}  // namespace

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Sync sync) {
  std::unique_ptr<Connection> connection(new Connection(path));
  // Each connection is guarded by a mutex of its owner's: SQLite needs none of its own.
  int code = sqlite3_open_v2(path.c_str(), &connection->database_,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return connection->FromSqlite(code);
  sqlite3_extended_result_codes(connection->database_, 1);
  sqlite3_busy_timeout(connection->database_, kBusyTimeoutMs);
  SLUICE_RETURN_IF_ERROR(connection->Execute(
      std::string("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA synchronous = ") +
      (sync == Sync::kFull ? "FULL" : "NORMAL")));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : kept_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Status Connection::Execute(const std::string& sql) {
  int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return FromSqlite(code);
  return Done{};
}

bool Connection::IsInTransaction() const { return sqlite3_get_autocommit(database_) == 0; }

sqlite3_stmt* Connection::Lend(std::string_view sql) {
  sqlite3_stmt*& kept = kept_[std::string(sql)];
  if (kept != nullptr) return std::exchange(kept, nullptr);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                     &statement, nullptr);
  return statement;
}

void Connection::TakeBack(std::string_view sql, sqlite3_stmt* statement) {
  sqlite3_reset(statement);  // Repeats the error of the last step, which has been reported.
  sqlite3_clear_bindings(statement);
  sqlite3_stmt*& kept = kept_[std::string(sql)];
  if (kept == nullptr) {
    kept = statement;
  } else {
    sqlite3_finalize(statement);
  }
}

Error Connection::FromSqlite(int code) const {
  const std::string reason = database_ ? sqlite3_errmsg(database_) : sqlite3_errstr(code);
  const std::string what = "the database " + path_ + ": " + reason;
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return InvalidArgument("the file " + path_ +
                             " is not a database, or its beginning was overwritten: restore it "
                             "from a backup, or choose another place");
    case SQLITE_CORRUPT:
      return ServerError("the database " + path_ + " is damaged (" + reason +
                         "): stop the service and restore it from a backup");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ServiceUnavailable(what + ": another program holds it; end that program");
    case SQLITE_FULL:
      return ServiceUnavailable(what + ": make room on its disk");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return Error{ErrorCode::kAccessDenied, what + ": look at its directory's permissions", {}};
    case SQLITE_TOOBIG:
      return InvalidArgument(what);
    default:
      return ServerError(what);
  }
}

Result<bool> Statement::Step() {
  if (error_) return *error_;
  column_ = 0;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  error_ = connection_.FromSqlite(code);
  return *error_;
}

Result<int64_t> Statement::Run() {
  const int64_t before = sqlite3_total_changes64(connection_.database_);
  while (true) {
    SLUICE_ASSIGN(const bool has_row, Step());
    if (!has_row) break;
  }
  // sqlite3_changes would repeat an earlier statement's where this one is no change at all.
  if (sqlite3_total_changes64(connection_.database_) == before) return 0;
  return sqlite3_changes64(connection_.database_);
}

std::string Statement::Text() {
  const int column = column_++;
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, column));
  return size == 0 ? std::string() : std::string(bytes, size);
}

int64_t Statement::Int() { return sqlite3_column_int64(statement_, column_++); }

std::optional<int64_t> Statement::MaybeInt() {
  if (sqlite3_column_type(statement_, column_) != SQLITE_NULL) return Int();
  ++column_;
  return std::nullopt;
}

Time Statement::At() { return Time(std::chrono::microseconds(Int())); }

void Statement::Bind(std::string_view text) {
  // SQLite would take a null pointer for NULL.
  const char* data = text.empty() ? "" : text.data();
  CheckBound(sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8));
}

void Statement::Bind(Blob blob) {
  const char* data = blob.bytes.empty() ? "" : blob.bytes.data();
  CheckBound(
      sqlite3_bind_blob64(statement_, ++parameter_, data, blob.bytes.size(), SQLITE_TRANSIENT));
}

void Statement::Bind(int64_t number) {
  CheckBound(sqlite3_bind_int64(statement_, ++parameter_, number));
}

void Statement::Bind(std::optional<int64_t> number) {
  if (number) return Bind(*number);
  CheckBound(sqlite3_bind_null(statement_, ++parameter_));
}

void Statement::CheckBound(int code) {
  if (code != SQLITE_OK && !error_) error_ = connection_.FromSqlite(code);
}

Error Statement::LastError() const {
  return connection_.FromSqlite(sqlite3_errcode(connection_.database_));
}

Transaction::~Transaction() {
  if (!connection_.IsInTransaction()) return;
  // After an error of the disk SQLite may have rolled back by itself, which is as good.
  if (auto rolled_back = connection_.Execute("ROLLBACK"); !rolled_back.ok()) {
    Log(LogLevel::kError, "a transaction was not rolled back",
        {{"reason", rolled_back.error().message}});
  }
}

Status Transaction::Begin() {
  SLUICE_RETURN_IF_ERROR(Statement(connection_, "BEGIN IMMEDIATE").Run());
  return Done{};
}

Status Transaction::Commit() {
  SLUICE_RETURN_IF_ERROR(Statement(connection_, "COMMIT").Run());
  return Done{};
}

}  // namespace sluice::store
