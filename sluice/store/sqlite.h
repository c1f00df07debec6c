// SQLite with our errors, and nothing that can be forgotten: statements are reset and transactions
// rolled back by their destructors. https://www.sqlite.org/c3ref/intro.html
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::store {

// Bytes for a BLOB column.
struct Blob {
  std::string_view bytes;
};

// What a commit waits for.
enum class Sync {
  kFull,    // The disk: what was committed survives power loss.
  kNormal,  // The kernel: survives the end of the process; power loss may take the last commits.
};

// One connection, used by one thread at a time. Outlives its statements.
class Connection {
 public:
  // Of an existing file. kInvalidArgument where it is not a database at all.
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, Sync sync);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One or several statements without parameters. What they answer is dropped.
  Status Execute(const std::string& sql);

  bool IsInTransaction() const;

 private:
  friend class Statement;
  explicit Connection(std::string path) : path_(std::move(path)) {}

  // A prepared statement, from those that are kept where it is there; nullptr for an error.
  sqlite3_stmt* Lend(std::string_view sql);
  void TakeBack(std::string_view sql, sqlite3_stmt* statement);
  Error FromSqlite(int code) const;

  const std::string path_;
  sqlite3* database_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> kept_;
};

// One execution of one statement. An error of preparing or binding comes out of Step or Run.
class Statement {
 public:
  // `sql` is a literal. Copies of the values are bound to its question marks in their order.
  template <class... Values>
  Statement(Connection& connection, std::string_view sql, const Values&... values)
      : connection_(connection), sql_(sql), statement_(connection.Lend(sql)) {
    if (statement_ == nullptr) error_ = LastError();
    (Bind(values), ...);
  }
  ~Statement() { connection_.TakeBack(sql_, statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // True: there is a row to be read. False: there are no more.
  Result<bool> Step();
  // To the end. The number of rows that were inserted, updated or deleted.
  Result<int64_t> Run();

  // The columns of the row, from left to right: each call reads the next one.
  std::string Text();
  int64_t Int();
  std::optional<int64_t> MaybeInt();
  Time At();

 private:
  void Bind(std::string_view text);
  void Bind(Blob blob);
  void Bind(int64_t number);
  void Bind(Time time) { Bind(int64_t{time.time_since_epoch().count()}); }
  void Bind(std::optional<int64_t> number);
  void CheckBound(int code);
  Error LastError() const;

  Connection& connection_;
  const std::string_view sql_;
  sqlite3_stmt* const statement_;
  int parameter_ = 0;
  int column_ = 0;
  std::optional<Error> error_;
};

// BEGIN IMMEDIATE to COMMIT; rolled back where it was not committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Status Begin();
  Status Commit();

 private:
  Connection& connection_;
};

}  // namespace sluice::store
