// One connection to TiDB over MySQL's protocol (libmariadb).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"
#include "sluice/tidb/errors.h"

struct st_mysql;
struct st_mysql_res;

namespace sluice::tidb {

struct ConnectOptions {
  std::string hostname;
  uint16_t port = 4000;
  std::string username;
  Secret password;
  std::string database;
  // With TLS the server's chain and host name are verified, against `ca_pem` where it is given,
  // else `ca_file`, else `ca_directory` (hashed), else the system's authorities.
  bool tls = true;
  std::string ca_pem, ca_file, ca_directory;
  std::string plugin_directory;  // Of caching_sha2_password.so. Empty: libmariadb's own.

  friend bool operator==(const ConnectOptions&, const ConnectOptions&) = default;
};

// What the server may read when it asks for a file, which it may do at any time: the data of the
// LOAD DATA that is under way, once, and nothing else ever.
class LocalData {
 public:
  void Offer(std::string_view data) { rest_ = data; }
  void Withdraw() { rest_.reset(); }
  // Makes this the answer to whatever `mysql` is asked for. Must outlive it, in its place.
  void Serve(st_mysql* mysql);

 private:
  static int Begin(void** self, const char* file, void* data);
  static int Read(void* self, char* to, unsigned size);
  static void End(void*) {}
  static int Fail(void*, char* message, unsigned size);

  std::optional<std::string_view> rest_;
};

// Whether it is a host name or an address, and nothing that libmariadb would take for something
// else.
bool IsHostname(std::string_view text);

// A column's value as TiDB prints it; nothing for NULL.
using Text = std::optional<std::string_view>;
using TextRow = std::vector<std::optional<std::string>>;

// The rows of a query as they arrive. Ends with Next() returning nullptr; destroyed earlier, it
// reads the rest from the wire and forgets it. The client can't do anything else meanwhile.
class RowStream {
 public:
  RowStream(RowStream&& other) noexcept;
  RowStream& operator=(RowStream&&) = delete;
  ~RowStream();

  // The next row, valid until the next call, or nullptr after the last.
  Result<const std::vector<Text>*> Next();

  // A stream may be read on in a later request: until when from now on.
  void SetDeadline(Deadline deadline);
  // For one that nobody reads to its end: closes the connection, instead of reading the rest.
  void Abandon();

 private:
  friend class Client;
  RowStream(class Client& client, st_mysql_res* result, Deadline deadline, std::string context);

  Client& client_;
  st_mysql_res* result_;
  Deadline deadline_;
  std::string context_;
  std::vector<Text> row_;
};

// For one thread at a time. The session is in UTC, utf8mb4 and strict mode, whatever the server's
// defaults are, so that text means the same everywhere. Each call ends at its deadline
// (kRequestTimeout), and the connection with it, also where the deadline has passed before anything
// was sent: the server then undoes what was not committed. `context` names what is asked for, for
// messages.
class Client {
 public:
  // Errors: kServiceUnavailable (unreachable, unknown host), kInvalidCredentials, kAccessDenied (no
  // right on the database; certificate not trusted), kInvalidArgument (no such database;
  // authentication method not supported).
  static Result<std::unique_ptr<Client>> Connect(ConnectOptions options, Deadline deadline);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // Closes the connection, if it is still there, and opens a new one.
  Status Reconnect(Deadline deadline);
  // For a connection that is kept from one request to the next: gives one that answers and has no
  // transaction, reconnecting where that is not so. One that rested for a while is asked: whatever
  // stands between may have dropped it without a word.
  Status Renew(Deadline deadline);
  // The connection is gone: only Reconnect helps.
  bool lost() const { return mysql_ == nullptr; }
  const ConnectOptions& options() const { return options_; }
  // The shortest time in which the server has answered on this connection.
  std::chrono::microseconds round_trip() const { return round_trip_; }
  // How large the last statement was, or the last that were sent together.
  size_t last_sent_bytes() const { return last_sent_bytes_; }
  // What the last failed call met.
  const SqlError& last_error() const { return last_error_; }
  void ClearError() { last_error_ = {}; }

  // A statement without rows. Returns how many rows it matched (changed or not).
  Result<uint64_t> Execute(std::string_view sql, std::string_view context, Deadline deadline);

  struct Loaded {
    uint64_t rows = 0;
    uint64_t deleted = 0;  // Of them: those that stood in the place of rows that were there.
    unsigned warnings = 0;
  };
  // A LOAD DATA LOCAL, with `data` as its file.
  Result<Loaded> Load(std::string_view sql, std::string_view data, std::string_view context,
                      Deadline deadline);

  // Undoes the transaction; where that can't be done in time, by closing the connection. Leaves
  // last_error() as it is.
  void Rollback(std::string_view context, Deadline deadline);

  struct Executed {
    std::vector<uint64_t> matched;  // Of each statement that succeeded, from the first on.
    std::optional<Error> error;     // Of the statement after these: none behind it was executed.
  };
  // Statements without rows, in one round trip.
  Executed ExecuteEach(std::span<const std::string> statements, std::string_view context,
                       Deadline deadline);

  Result<RowStream> Stream(std::string_view sql, std::string_view context, Deadline deadline);

  // The same in steps, for whoever has to stay able to stop: Ask sends the query, WaitForData waits
  // for what comes, Answer takes its beginning. A query that was asked is answered, or hung up on.
  Status Ask(std::string_view sql, std::string_view context, Deadline deadline);
  Result<RowStream> Answer(std::string_view context, Deadline deadline);
  // Whether there is something to read, be it that the connection was lost. False: not until
  // `until`, or until `stop` was requested.
  bool WaitForData(Deadline until, const std::stop_token& stop) const;
  // Closes the connection at once, whatever the server is doing for it.
  void HangUp();

  // All rows of a query that only reads. Where the connection turns out to be gone (a server
  // restart, a function that was frozen), it is opened again and the query repeated, once.
  Result<std::vector<TextRow>> Select(std::string_view sql, std::string_view context,
                                      Deadline deadline);

 private:
  friend class RowStream;
  explicit Client(ConnectOptions options) : options_(std::move(options)) {}

  Status Open(Deadline deadline);
  void Close();
  bool Answers(Deadline deadline);
  bool IsInTransaction() const;
  bool IsHungUp() const;
  bool HasBufferedData() const;
  Status SetTimeouts(Deadline deadline, std::string_view context);
  void LimitWaiting(int64_t milliseconds);
  void KeepAlive();
  Status Send(std::string_view sql, std::string_view context, Deadline deadline);
  // What libmariadb says now, as an Error; closes a connection that is of no more use.
  Error Fail(std::string_view context, Deadline deadline);
  Result<std::vector<TextRow>> SelectOnce(std::string_view sql, std::string_view context,
                                          Deadline deadline);

  ConnectOptions options_;
  st_mysql* mysql_ = nullptr;
  LocalData local_data_;
  std::chrono::system_clock::time_point last_used_;  // Goes on while a function is frozen.
  SqlError last_error_;
  size_t last_sent_bytes_ = 0;
  std::chrono::microseconds round_trip_ = std::chrono::hours(1);
};

}  // namespace sluice::tidb
