#include "sluice/tidb/client.h"

// ma_pvio.h needs mysql.h before it, and what shows it the type of its TLS.
#define HAVE_TLS
typedef unsigned char uchar;
// clang-format off
#include <mysql.h>
#include <ma_pvio.h>
// clang-format on
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <utility>

namespace sluice::tidb {
namespace {

using std::chrono::ceil;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// Text must mean the same whatever the server's defaults: times in UTC, strict refusal of bad
// values, backslashes as escapes, a zero as a zero (no request for a number, and no reason to lose
// sight of rows whose keys have dates like 0000-00-00). A lock is waited
// for less long than a caller waits for us.
constexpr std::string_view kSessionSetup =
    "SET time_zone = '+00:00', "
    "sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO', "
    "autocommit = 1, innodb_lock_wait_timeout = 8";

// A duplicate shows at its own statement, wherever the server's default is to wait for the COMMIT.
// Before 6.4 TiDB knows no other way.
constexpr std::string_view kCheckInPlace = ", tidb_constraint_check_in_place_pessimistic = 1";
constexpr unsigned kUnknownVariable = 1193;

constexpr milliseconds kRest = milliseconds(5000);  // After it, a connection is asked.
constexpr milliseconds kAnswerTime = milliseconds(1500);

constexpr unsigned kPacketTooLarge = 1153;  // After saying so, TiDB closes the connection.

bool IsPast(Deadline deadline) { return steady_clock::now() >= deadline; }

Error TimedOut(std::string_view context) {
  return WithContext({ErrorCode::kRequestTimeout, "TiDB did not answer in time", {}}, context);
}

// libmariadb reads authorities from files only: a file without a name, in memory.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content)
      : descriptor_(memfd_create("ca", MFD_CLOEXEC)),
        path_("/proc/self/fd/" + std::to_string(descriptor_)) {
    auto size = static_cast<ssize_t>(content.size());
    ok_ = descriptor_ >= 0 && write(descriptor_, content.data(), content.size()) == size &&
          access(path_.c_str(), R_OK) == 0;
  }
  MemoryFile(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  bool ok() const { return ok_; }
  const char* path() const { return path_.c_str(); }

 private:
  int descriptor_;
  std::string path_;
  bool ok_;
};

const char* OrNull(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void SetTls(MYSQL* mysql, const ConnectOptions& options, const char* ca_file) {
  my_bool yes = 1;
  mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
  mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
  mysql_ssl_set(mysql, nullptr, nullptr, ca_file, ca_file ? nullptr : OrNull(options.ca_directory),
                nullptr);
}

}  // namespace

// ---- LocalData ----

void LocalData::Serve(st_mysql* mysql) {
  unsigned on = 1;
  mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &on);
  mysql_set_local_infile_handler(mysql, Begin, Read, End, Fail, this);
}

int LocalData::Begin(void** self, const char*, void* data) {
  *self = data;
  return static_cast<LocalData*>(data)->rest_ ? 0 : 1;
}

int LocalData::Read(void* self, char* to, unsigned size) {
  auto& rest = static_cast<LocalData*>(self)->rest_;
  size_t taken = rest->copy(to, size);
  rest->remove_prefix(taken);
  return static_cast<int>(taken);
}

// One of libmariadb's own numbers, so that the connection is closed.
int LocalData::Fail(void*, char* message, unsigned size) {
  std::snprintf(message, size, "the server asked for a file that nobody offered");
  return 2068;
}

// ---- RowStream ----

RowStream::RowStream(Client& client, st_mysql_res* result, Deadline deadline, std::string context)
    : client_(client), result_(result), deadline_(deadline), context_(std::move(context)) {
  row_.resize(mysql_num_fields(result));
}

RowStream::RowStream(RowStream&& other) noexcept
    : client_(other.client_),
      result_(std::exchange(other.result_, nullptr)),
      deadline_(other.deadline_),
      context_(std::move(other.context_)),
      row_(std::move(other.row_)) {}

RowStream::~RowStream() {
  if (!result_) return;
  mysql_free_result(result_);
  if (mysql_errno(client_.mysql_) != 0) client_.Close();  // The rest did not come.
}

void RowStream::SetDeadline(Deadline deadline) {
  deadline_ = deadline;
  auto left = ceil<milliseconds>(deadline - steady_clock::now()).count();
  client_.LimitWaiting(std::max<int64_t>(left, 1));
}

void RowStream::Abandon() {
  if (!result_) return;
  client_.mysql_->status = MYSQL_STATUS_READY;  // Else what TiDB has sent would be read first.
  mysql_free_result(std::exchange(result_, nullptr));
  client_.HangUp();
}

Result<const std::vector<Text>*> RowStream::Next() {
  MYSQL_ROW row = mysql_fetch_row(result_);
  if (!row) {
    bool failed = mysql_errno(client_.mysql_) != 0;
    mysql_free_result(std::exchange(result_, nullptr));
    if (failed) return client_.Fail(context_, deadline_);
    return nullptr;
  }
  unsigned long* lengths = mysql_fetch_lengths(result_);
  for (size_t i = 0; i < row_.size(); ++i) {
    row_[i] = row[i] ? Text(std::string_view(row[i], lengths[i])) : std::nullopt;
  }
  return &row_;
}

// ---- Client ----

// With "=" in it, it would be a list of libmariadb's options; with ":" an address of IPv6.
bool IsHostname(std::string_view text) {
  auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  bool is_address = std::count(text.begin(), text.end(), ':') > 1;
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_good(c) || (is_address && (c == ':' || c == '%'));
  });
}

Result<std::unique_ptr<Client>> Client::Connect(ConnectOptions options, Deadline deadline) {
  std::unique_ptr<Client> client(new Client(std::move(options)));
  SLUICE_RETURN_IF_ERROR(client->Open(deadline));
  return client;
}

Client::~Client() { Close(); }

void Client::Close() {
  if (mysql_) mysql_close(std::exchange(mysql_, nullptr));
}

void Client::HangUp() {
  if (lost()) return;
  // With a reset: TiDB waits for room to send more, and an ordinary end would not wake it.
  linger at_once{1, 0};
  setsockopt(mysql_get_socket(mysql_), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  Close();
}

Status Client::Reconnect(Deadline deadline) {
  Close();
  return Open(deadline);
}

bool Client::IsInTransaction() const {
  return mysql_ && (mysql_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

// A server has nothing to say to who asked nothing, but that it is going.
bool Client::IsHungUp() const {
  pollfd socket{mysql_get_socket(mysql_), POLLIN, 0};
  return poll(&socket, 1, 0) != 0;
}

bool Client::Answers(Deadline deadline) {
  auto rested = std::chrono::system_clock::now() - last_used_;
  if (rested >= milliseconds(0) && rested < kRest) return true;
  if (!SetTimeouts(std::min(deadline, DeadlineAfter(kAnswerTime)), "asking TiDB").ok())
    return false;
  return mysql_ping(mysql_) == 0;
}

Status Client::Renew(Deadline deadline) {
  if (lost() || IsInTransaction() || IsHungUp() || !Answers(deadline)) return Reconnect(deadline);
  return Done{};
}

Status Client::Open(Deadline deadline) {
  if (!IsHostname(options_.hostname)) return InvalidArgument("the host name of TiDB is none");
  std::string where = options_.hostname + ":" + std::to_string(options_.port);
  auto left = ceil<seconds>(deadline - steady_clock::now()).count();
  if (left <= 0) return TimedOut("connecting to " + where);

  static const int kLibrary = mysql_library_init(0, nullptr, nullptr);  // Not for several threads.
  SLUICE_CHECK(kLibrary == 0);
  mysql_ = mysql_init(nullptr);
  SLUICE_CHECK(mysql_ != nullptr);
  local_data_.Serve(mysql_);
  auto timeout = static_cast<unsigned>(left);
  unsigned connect_timeout = std::max(timeout / 3, 1u);  // For each address of the name.
  unsigned tcp = MYSQL_PROTOCOL_TCP;  // Otherwise "localhost" means a Unix socket.
  mysql_options(mysql_, MYSQL_OPT_PROTOCOL, &tcp);
  mysql_options(mysql_, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
  mysql_options(mysql_, MYSQL_OPT_READ_TIMEOUT, &timeout);
  mysql_options(mysql_, MYSQL_OPT_WRITE_TIMEOUT, &timeout);
  mysql_options(mysql_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!options_.plugin_directory.empty()) {
    mysql_options(mysql_, MYSQL_PLUGIN_DIR, options_.plugin_directory.c_str());
  }

  std::optional<MemoryFile> ca;
  if (options_.tls) {
    if (!options_.ca_pem.empty()) {
      ca.emplace(options_.ca_pem);
      if (!ca->ok()) return ServerError("caCertificate can't be used: /proc is not mounted");
    }
    SetTls(mysql_, options_, ca ? ca->path() : OrNull(options_.ca_file));
  }

  if (!mysql_real_connect(mysql_, options_.hostname.c_str(), options_.username.c_str(),
                          options_.password.Reveal().c_str(), OrNull(options_.database),
                          options_.port, nullptr, CLIENT_FOUND_ROWS)) {
    last_error_ = {mysql_errno(mysql_), mysql_error(mysql_)};
    Close();
    bool is_unreachable = last_error_.number == 2002 || last_error_.number == 2003;
    if (IsPast(deadline) && !is_unreachable) return TimedOut("connecting to " + where);
    return FromMysqlConnect(last_error_, where, options_.username, options_.database);
  }
  KeepAlive();
  std::string context = "setting up the session at " + where;
  auto set_up = Execute(std::string(kSessionSetup).append(kCheckInPlace), context, deadline);
  if (!set_up.ok() && last_error_.number == kUnknownVariable) {
    set_up = Execute(kSessionSetup, context, deadline);
  }
  if (set_up.ok()) return Done{};
  Close();
  return set_up.error();
}

Status Client::SetTimeouts(Deadline deadline, std::string_view context) {
  if (!mysql_) {
    last_error_ = {2006, "the connection is closed"};
    return FromMysql(last_error_, context);
  }
  auto left = ceil<milliseconds>(deadline - steady_clock::now()).count();
  if (left <= 0) {
    // Kept open, it could be in a transaction that the next statement would commit or hang on to.
    Close();
    last_error_ = {};
    return TimedOut(context);
  }
  LimitWaiting(left);
  last_used_ = std::chrono::system_clock::now();
  return Done{};
}

// A peer that is gone without a word is noticed within two minutes, also where nothing is sent.
void Client::KeepAlive() {
  int socket = mysql_get_socket(mysql_), on = 1, idle_s = 60, interval_s = 15, count = 4;
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

// libmariadb takes its timeouts from the options only while it connects. Afterwards it looks at
// these without TLS, and with TLS the socket's own count.
void Client::LimitWaiting(int64_t milliseconds) {
  milliseconds = std::min<int64_t>(milliseconds, 1'000'000);
  MARIADB_PVIO* transport = mysql_->net.pvio;
  transport->timeout[PVIO_READ_TIMEOUT] = transport->timeout[PVIO_WRITE_TIMEOUT] =
      static_cast<int>(milliseconds);
  timeval time{milliseconds / 1000, milliseconds % 1000 * 1000};
  int socket = mysql_get_socket(mysql_);
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

Error Client::Fail(std::string_view context, Deadline deadline) {
  last_error_ = {mysql_errno(mysql_), mysql_error(mysql_)};
  // libmariadb's own errors (2000 to 2999, 5000 to 5999) leave the conversation in an unknown
  // state.
  unsigned thousands = last_error_.number / 1000;
  bool broken = thousands == 2 || thousands == 5 || mysql_->net.pvio == nullptr;
  bool hangs_up = last_error_.number == kPacketTooLarge;
  if (broken || hangs_up || Classify(last_error_) == Failure::kLost) Close();
  if (lost() && IsPast(deadline)) return TimedOut(context);
  return FromMysql(last_error_, context);
}

Status Client::Send(std::string_view sql, std::string_view context, Deadline deadline) {
  last_sent_bytes_ = 0;
  SLUICE_RETURN_IF_ERROR(SetTimeouts(deadline, context));
  last_sent_bytes_ = sql.size();
  if (mysql_real_query(mysql_, sql.data(), sql.size()) != 0) return Fail(context, deadline);
  return Done{};
}

Result<uint64_t> Client::Execute(std::string_view sql, std::string_view context,
                                 Deadline deadline) {
  auto begin = steady_clock::now();
  SLUICE_RETURN_IF_ERROR(Send(sql, context, deadline));
  round_trip_ = std::min(round_trip_, ceil<microseconds>(steady_clock::now() - begin));
  SLUICE_CHECK(mysql_field_count(mysql_) == 0);
  return mysql_affected_rows(mysql_);
}

Result<Client::Loaded> Client::Load(std::string_view sql, std::string_view data,
                                    std::string_view context, Deadline deadline) {
  local_data_.Offer(data);
  Status sent = Send(sql, context, deadline);
  local_data_.Withdraw();
  SLUICE_RETURN_IF_ERROR(sent);
  Loaded loaded{mysql_affected_rows(mysql_), 0, mysql_warning_count(mysql_)};
  // "Records: 3  Deleted: 1  Skipped: 0  Warnings: 0"
  if (const char* info = mysql_info(mysql_)) {
    std::sscanf(info, "Records: %*u  Deleted: %" SCNu64, &loaded.deleted);
  }
  return loaded;
}

void Client::Rollback(std::string_view context, Deadline deadline) {
  if (lost()) return;
  SqlError cause = last_error_;
  if (!Execute("ROLLBACK", context, deadline).ok()) Close();
  last_error_ = std::move(cause);
}

Client::Executed Client::ExecuteEach(std::span<const std::string> statements,
                                     std::string_view context, Deadline deadline) {
  Executed executed;
  std::string joined;
  for (const std::string& statement : statements) joined.append(statement).append(";");
  if (!joined.empty()) joined.pop_back();

  last_sent_bytes_ = 0;
  // Allowed for this one call only, so that nothing else could ever smuggle in a second statement.
  if (Status ready = SetTimeouts(deadline, context); !ready.ok()) {
    executed.error = ready.error();
    return executed;
  }
  if (mysql_set_server_option(mysql_, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0) {
    executed.error = Fail(context, deadline);
    return executed;
  }
  last_sent_bytes_ = joined.size();
  int next = mysql_real_query(mysql_, joined.data(), joined.size());
  while (next == 0) {
    executed.matched.push_back(mysql_affected_rows(mysql_));
    // The time is for all of them together. A connection that is closed undoes them.
    if (Status in_time = SetTimeouts(deadline, context); !in_time.ok()) {
      executed.error = in_time.error();
      return executed;
    }
    next = mysql_next_result(mysql_);
  }
  if (next > 0) executed.error = Fail(context, deadline);
  if (lost()) return executed;
  // Whatever the statements met, a connection that is closed has undone it.
  if (mysql_set_server_option(mysql_, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0) {
    executed.error = Fail(context, deadline);
    Close();
  }
  return executed;
}

Result<RowStream> Client::Stream(std::string_view sql, std::string_view context,
                                 Deadline deadline) {
  SLUICE_RETURN_IF_ERROR(Send(sql, context, deadline));
  MYSQL_RES* result = mysql_use_result(mysql_);
  if (!result) return Fail(context, deadline);
  return RowStream(*this, result, deadline, std::string(context));
}

Status Client::Ask(std::string_view sql, std::string_view context, Deadline deadline) {
  SLUICE_RETURN_IF_ERROR(SetTimeouts(deadline, context));
  if (mysql_send_query(mysql_, sql.data(), sql.size()) != 0) return Fail(context, deadline);
  return Done{};
}

Result<RowStream> Client::Answer(std::string_view context, Deadline deadline) {
  SLUICE_RETURN_IF_ERROR(SetTimeouts(deadline, context));
  if (mysql_read_query_result(mysql_) != 0) return Fail(context, deadline);
  MYSQL_RES* result = mysql_use_result(mysql_);
  if (!result) return Fail(context, deadline);
  return RowStream(*this, result, deadline, std::string(context));
}

// Read from the socket, but not by us yet: libmariadb keeps some, and OpenSSL below it.
bool Client::HasBufferedData() const {
  const MARIADB_PVIO* transport = mysql_->net.pvio;
  if (transport->cache && transport->cache_pos < transport->cache + transport->cache_size) {
    return true;
  }
  return transport->ctls && SSL_pending(static_cast<SSL*>(transport->ctls->ssl)) > 0;
}

bool Client::WaitForData(Deadline until, const std::stop_token& stop) const {
  constexpr milliseconds kOften{50};
  if (lost() || HasBufferedData()) return true;
  pollfd socket{mysql_get_socket(mysql_), POLLIN, 0};
  while (!stop.stop_requested()) {
    auto left = ceil<milliseconds>(until - steady_clock::now());
    auto wait = std::clamp(left, milliseconds(0), kOften);
    if (poll(&socket, 1, static_cast<int>(wait.count())) > 0) return true;
    if (left <= milliseconds(0)) return false;
  }
  return false;
}

Result<std::vector<TextRow>> Client::Select(std::string_view sql, std::string_view context,
                                            Deadline deadline) {
  auto rows = SelectOnce(sql, context, deadline);
  if (rows.ok() || !lost() || IsPast(deadline)) return rows;
  SLUICE_RETURN_IF_ERROR(Reconnect(deadline));
  return SelectOnce(sql, context, deadline);
}

Result<std::vector<TextRow>> Client::SelectOnce(std::string_view sql, std::string_view context,
                                                Deadline deadline) {
  std::vector<TextRow> rows;
  SLUICE_ASSIGN(RowStream stream, Stream(sql, context, deadline));
  while (true) {
    SLUICE_ASSIGN(const std::vector<Text>* row, stream.Next());
    if (!row) return rows;
    rows.emplace_back(row->begin(), row->end());
  }
}

}  // namespace sluice::tidb
