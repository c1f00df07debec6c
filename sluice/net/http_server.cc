#include "sluice/net/http_server.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <charconv>
#include <future>
#include <optional>
#include <set>
#include <thread>

#include "sluice/base/log.h"
#include "sluice/net/body_stream.h"
#include "sluice/net/worker_pool.h"

namespace sluice::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using RequestParser = http::request_parser<http::string_body>;
using namespace std::chrono_literals;

constexpr uint32_t kMaxHeaderBytes = 64 << 10;
constexpr auto kWriteTimeout = 60s;  // Without a byte being taken.
constexpr auto kHandshakeTimeout = 15s;
constexpr auto kCloseTimeout = 5s;  // For what is left to write when the server ends.
// How much of a refused body is read and thrown away, so that a client that writes all before it
// reads gets to see the answer.
constexpr uint64_t kMaxDrainBytes = 512ull << 20;
constexpr auto kDrainSilence = 5s;

// Where the answer of the current request of a connection arrives. Lives on the I/O thread.
struct Mailbox {
  explicit Mailbox(asio::io_context& io) : arrived(io, asio::steady_timer::time_point::max()) {}

  asio::steady_timer arrived;  // Cancelled on arrival.
  std::optional<HttpResponse> response;
};

// One connection, as the server sees it when it ends.
struct Session {
  bool busy = false;  // A request is being handled, or its answer written.
  std::shared_ptr<Mailbox> mailbox;
  std::function<void()> close;
};

// What a Respond may outlive the server with: it holds this weakly.
struct Io {
  std::set<Session*> sessions;  // Of the I/O thread; outlives the coroutines in `context`.
  asio::io_context context{1};
};

HttpResponse PlainText(int status, std::string text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text) + "\n"};
}

// One request's way back, shared by the copies of its Respond.
class Reply {
 public:
  Reply(std::weak_ptr<Io> io, std::weak_ptr<Mailbox> mailbox)
      : io_(std::move(io)), mailbox_(std::move(mailbox)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() { Send(PlainText(500, "The request was dropped without an answer.")); }

  void Send(HttpResponse response) {
    if (sent_.exchange(true)) return;
    std::shared_ptr<Io> io = io_.lock();
    if (!io) return;  // The server is gone, and the client with it.
    asio::post(io->context, [mailbox = mailbox_, response = std::move(response)]() mutable {
      std::shared_ptr<Mailbox> open = mailbox.lock();
      if (!open) return;
      open->response = std::move(response);
      open->arrived.cancel();
    });
  }

 private:
  std::weak_ptr<Io> io_;
  std::weak_ptr<Mailbox> mailbox_;
  std::atomic<bool> sent_ = false;
};

HttpRequest ToHead(const RequestParser& parser) {
  const auto& message = parser.get();
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.url = std::string(message.target());
  for (const auto& field : message) {
    request.headers.Add(std::string(field.name_string()), std::string(field.value()));
  }
  return request;
}

// RFC 9110, 5.6.7. AWS SDKs correct their clock by it.
std::string HttpDate() {
  std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return text;
}

bool IsFramedByServer(std::string_view name) {
  return EqualsIgnoringCase(name, "Content-Length") ||
         EqualsIgnoringCase(name, "Transfer-Encoding") || EqualsIgnoringCase(name, "Connection") ||
         EqualsIgnoringCase(name, "Keep-Alive");
}

template <class Body>
http::response<Body> ToMessage(const HttpResponse& response, bool keep_alive) {
  http::response<Body> message;
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) {
    if (!IsFramedByServer(name)) message.insert(name, value);
  }
  if (message.find(http::field::date) == message.end()) message.set(http::field::date, HttpDate());
  message.keep_alive(keep_alive);
  return message;
}

bool HasNoBody(int status) { return status / 100 == 1 || status == 204 || status == 304; }

// Serves the requests of one connection, one after the other.
template <class Stream>
class Conversation {
 public:
  Conversation(Stream stream, const HttpServerOptions& options, const HttpHandler& handler,
               std::shared_ptr<Io> io, WorkerPool& workers, const std::atomic<bool>& stopping)
      : stream_(std::move(stream)),
        options_(options),
        handler_(handler),
        io_(io),
        io_context_(io->context),
        workers_(workers),
        stopping_(stopping) {}

  asio::awaitable<void> Run(Session& session) {
    session.close = [this] { Socket().close(); };
    if (!co_await Handshake()) co_return;
    while (!stopping_ && co_await WaitForRequest()) {
      if (!co_await ServeOne(session)) break;
      session.busy = false;
    }
    co_await Close();
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  beast::tcp_stream& Socket() { return beast::get_lowest_layer(stream_); }

  void ExpireAfter(std::chrono::seconds time) {
    time.count() > 0 ? Socket().expires_after(time) : Socket().expires_never();
  }

  asio::awaitable<bool> Handshake() {
    if constexpr (kTls) {
      ExpireAfter(kHandshakeTimeout);
      error_code error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(use_awaitable, error));
      if (error) co_return false;
    }
    co_return true;
  }

  asio::awaitable<bool> WaitForRequest() {
    if (buffer_.size() > 0) co_return true;  // Pipelined.
    ExpireAfter(options_.idle_timeout);
    co_return co_await ReadSome(16 << 10) > 0;
  }

  // Appends to `buffer_`; 0 at the end, whatever ended it.
  asio::awaitable<size_t> ReadSome(size_t most) {
    error_code error;
    size_t size = co_await stream_.async_read_some(buffer_.prepare(most),
                                                   asio::redirect_error(use_awaitable, error));
    if (error) co_return 0;
    buffer_.commit(size);
    co_return size;
  }

  // False when the connection is to be closed.
  asio::awaitable<bool> ServeOne(Session& session) {
    ExpireAfter(options_.read_timeout);
    RequestParser parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(boost::none);  // Until the head says what this request may have.
    error_code error;
    co_await http::async_read_header(stream_, buffer_, parser,
                                     asio::redirect_error(use_awaitable, error));
    if (error) co_return co_await Refuse(error);
    HttpRequest request = ToHead(parser);
    if (parser.get().version() == 11 && !request.headers.Find("Host")) {
      co_return co_await Reject(PlainText(400, "A request needs a Host header."), false);
    }
    size_t limit = options_.body_limit(request);
    parser.body_limit(limit);
    if (parser.content_length() && *parser.content_length() > limit) {
      co_return co_await RejectBody(request, limit);
    }
    if (!co_await SendContinue(request)) co_return false;
    co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(use_awaitable, error));
    if (error == http::error::body_limit) co_return co_await RejectBody(request, limit);
    if (error) co_return co_await Refuse(error);
    request.body = std::move(parser.get().body());

    if (stopping_) co_return false;
    Socket().expires_never();
    bool is_head = request.method == "HEAD";
    session.busy = true;
    std::optional<HttpResponse> response = co_await Ask(session, std::move(request));
    if (!response) co_return false;
    const bool can_chunk = parser.get().version() == 11;
    if (response->stream) {
      session.busy = false;  // The server's end cuts it off.
      co_await WriteStream(std::move(*response), is_head, can_chunk);
      co_return false;
    }
    bool keep = parser.keep_alive() && can_chunk && !stopping_ && !WantsClose(*response);
    co_return co_await Write(std::move(*response), is_head, keep) && keep;
  }

  asio::awaitable<bool> SendContinue(const HttpRequest& request) {
    const std::string* expect = request.headers.Find("Expect");
    if (!expect || !EqualsIgnoringCase(*expect, "100-continue")) co_return true;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code error;
    co_await asio::async_write(stream_, asio::buffer(kContinue),
                               asio::redirect_error(use_awaitable, error));
    co_return !error;
  }

  // Nothing where the server ends before there is an answer.
  asio::awaitable<std::optional<HttpResponse>> Ask(Session& session, HttpRequest request) {
    auto mailbox = std::make_shared<Mailbox>(io_context_);
    session.mailbox = mailbox;
    workers_.Post([&handler = handler_, &stopping = stopping_, request = std::move(request),
                   reply = std::make_shared<Reply>(io_, mailbox)]() mutable {
      CallHandler(handler, stopping, std::move(request), std::move(reply));
    });
    error_code cancelled;
    co_await mailbox->arrived.async_wait(asio::redirect_error(use_awaitable, cancelled));
    session.mailbox = nullptr;
    co_return std::move(mailbox->response);
  }

  // On a worker thread, when this conversation may be over: hence static.
  static void CallHandler(const HttpHandler& handler, const std::atomic<bool>& stopping,
                          HttpRequest request, std::shared_ptr<Reply> reply) {
    if (stopping) return reply->Send(PlainText(503, "The server is ending."));
    try {
      handler(std::move(request),
              [reply](HttpResponse response) { reply->Send(std::move(response)); });
    } catch (const std::exception& error) {
      Log(LogLevel::kError, "a request's handler threw", {{"error", error.what()}});
    }
  }

  static bool WantsClose(const HttpResponse& response) {
    const std::string* connection = response.headers.Find("Connection");
    return connection && EqualsIgnoringCase(*connection, "close");
  }

  static bool IsValid(const HttpResponse& response) {
    if (response.status >= 100 && response.status <= 999 && response.headers.AreValid())
      return true;
    Log(LogLevel::kError, "an answer has a status or header that HTTP does not allow",
        {{"status", response.status}});
    return false;
  }

  asio::awaitable<bool> Write(HttpResponse response, bool is_head, bool keep_alive) {
    if (!IsValid(response)) response = PlainText(500, "The answer was not valid HTTP.");
    if (is_head || HasNoBody(response.status)) {
      auto message = ToMessage<http::empty_body>(response, keep_alive);
      if (!HasNoBody(response.status)) SetHeadLength(message, response);
      co_return co_await WriteMessage(message);
    }
    auto message = ToMessage<http::string_body>(response, keep_alive);
    message.body() = std::move(response.body);
    message.content_length(message.body().size());
    co_return co_await WriteMessage(message);
  }

  // What a GET would answer: as long as the body, or as the handler says who has none at hand.
  static void SetHeadLength(http::response<http::empty_body>& message,
                            const HttpResponse& response) {
    const std::string* length = response.headers.Find("Content-Length");
    message.set(http::field::content_length,
                length ? *length : std::to_string(response.body.size()));
  }

  // Piece by piece, so that a large answer to a slow reader may take its time.
  template <class Body>
  asio::awaitable<bool> WriteMessage(http::response<Body>& message) {
    http::response_serializer<Body> serializer(message);
    while (!serializer.is_done()) {
      ExpireAfter(kWriteTimeout);
      error_code error;
      co_await http::async_write_some(stream_, serializer,
                                      asio::redirect_error(use_awaitable, error));
      if (error) co_return false;
    }
    co_return true;
  }

  // Piece by piece, as they come, until the body or the client ends. Holds no worker.
  asio::awaitable<void> WriteStream(HttpResponse response, bool is_head, bool can_chunk) {
    if (!IsValid(response) || HasNoBody(response.status)) {
      response.stream = nullptr;
      co_await Write(std::move(response), is_head, false);
      co_return;
    }
    const std::shared_ptr<BodyReader> body = std::move(response.stream);
    auto message = ToMessage<http::empty_body>(response, false);
    if (can_chunk) message.chunked(true);
    http::response_serializer<http::empty_body> serializer(message);
    error_code error;
    ExpireAfter(kWriteTimeout);
    co_await http::async_write_header(stream_, serializer,
                                      asio::redirect_error(use_awaitable, error));
    if (error || is_head) co_return;

    // On the heap: a piece that is written wakes up after the conversation may be over.
    auto news =
        std::make_shared<asio::steady_timer>(io_context_, asio::steady_timer::time_point::max());
    body->SetWake([io = io_, news = std::weak_ptr(news)] {
      if (std::shared_ptr<Io> open = io.lock()) {
        asio::post(open->context, [news] {
          if (auto waiting = news.lock()) waiting->cancel();
        });
      }
    });
    bool is_written = false, is_over = false;
    asio::co_spawn(io_context_, ReadAlong(is_written), [&, news](const std::exception_ptr&) {
      is_over = true;
      news->cancel();
    });
    while (!is_over && !stopping_) {
      BodyReader::Piece piece = body->Take();
      const bool has_more = !piece.is_last, is_news = !piece.bytes.empty();
      if (!co_await WritePiece(std::move(piece), can_chunk) || !has_more) break;
      if (is_news) continue;  // More may have come meanwhile, whose wake nobody heard.
      error_code woken;
      co_await news->async_wait(asio::redirect_error(use_awaitable, woken));
    }
    is_written = true;
    Socket().cancel();
    while (!is_over) {
      error_code woken;
      co_await news->async_wait(asio::redirect_error(use_awaitable, woken));
    }
  }

  // Ends with the client, which has nothing to say while it listens, or when it is cancelled.
  asio::awaitable<void> ReadAlong(const bool& is_written) {
    size_t size = 1;
    while (size > 0 && !is_written) {
      Socket().expires_never();
      size = co_await ReadSome(4 << 10);
      buffer_.clear();
    }
  }

  asio::awaitable<bool> WritePiece(BodyReader::Piece piece, bool can_chunk) {
    std::string bytes = std::move(piece.bytes);
    if (can_chunk && !bytes.empty()) {
      char size[24];
      std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
      bytes = size + bytes + "\r\n";
    }
    if (can_chunk && piece.is_last && !piece.is_cut) bytes += "0\r\n\r\n";
    for (size_t done = 0; done < bytes.size();) {
      ExpireAfter(kWriteTimeout);
      error_code error;
      done +=
          co_await stream_.async_write_some(asio::buffer(bytes.data() + done, bytes.size() - done),
                                            asio::redirect_error(use_awaitable, error));
      if (error) co_return false;
    }
    co_return true;
  }

  // Answers a request that could not be read, where anybody is left to read the answer.
  asio::awaitable<bool> Refuse(error_code error) {
    if (error == http::error::header_limit) {
      co_return co_await Reject(PlainText(431, "The headers are larger than 64 kB."), false);
    }
    bool is_syntax = error.category() == http::make_error_code(http::error::bad_version).category();
    bool is_cut = error == http::error::end_of_stream || error == http::error::partial_message;
    if (!is_syntax || is_cut) co_return false;
    co_return co_await Reject(PlainText(400, "Not a valid HTTP request: " + error.message()),
                              false);
  }

  asio::awaitable<bool> RejectBody(const HttpRequest& head, size_t limit) {
    HttpResponse response =
        options_.too_large
            ? options_.too_large(head, limit)
            : PlainText(413, "The body is larger than " + std::to_string(limit) + " bytes.");
    co_return co_await Reject(std::move(response), head.method == "HEAD");
  }

  // Answers, then reads what the client still sends: closing with unread bytes would reset the
  // connection, and the client might never see the answer. False, always.
  asio::awaitable<bool> Reject(HttpResponse response, bool is_head) {
    buffer_.clear();
    if (!co_await Write(std::move(response), is_head, false)) co_return false;
    if constexpr (!kTls) {
      error_code ignored;  // Then the peer is gone, and reading says so.
      Socket().socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
    Deadline end =
        options_.read_timeout.count() > 0 ? DeadlineAfter(options_.read_timeout) : Deadline::max();
    uint64_t drained = 0;
    while (drained < kMaxDrainBytes && std::chrono::steady_clock::now() < end && !stopping_) {
      ExpireAfter(kDrainSilence);
      size_t size = co_await ReadSome(256 << 10);
      if (size == 0) break;
      drained += size;
      buffer_.clear();
    }
    co_return false;
  }

  asio::awaitable<void> Close() {
    error_code ignored;  // The connection ends either way.
    if constexpr (kTls) {
      ExpireAfter(1s);
      co_await stream_.async_shutdown(asio::redirect_error(use_awaitable, ignored));
    }
    Socket().socket().shutdown(tcp::socket::shutdown_both, ignored);
    Socket().close();
  }

  Stream stream_;
  const HttpServerOptions& options_;
  const HttpHandler& handler_;
  std::weak_ptr<Io> io_;
  asio::io_context& io_context_;
  WorkerPool& workers_;
  const std::atomic<bool>& stopping_;
  beast::flat_buffer buffer_;
};

// What runs on the I/O thread returns its errors; an exception is a bug or a lack of memory, and
// ends this connection only.
void LogException(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "a connection ended by an exception", {{"error", error.what()}});
  }
}

// One I/O thread talks to all clients; worker threads run the handlers.
class BeastServer final : public HttpServer {
 public:
  BeastServer(HttpServerOptions options, HttpHandler handler, std::shared_ptr<Io> io,
              tcp::acceptor acceptor, std::optional<asio::ssl::context> tls)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        io_(std::move(io)),
        acceptor_(std::move(acceptor)),
        tls_(std::move(tls)),
        local_(acceptor_.local_endpoint()),
        workers_(static_cast<size_t>(std::max(options_.workers, 1))),
        keep_running_(asio::make_work_guard(io_->context)) {
    asio::co_spawn(io_->context, Accept(), LogException);
    std::packaged_task<void()> run([this] { io_->context.run(); });
    ended_ = run.get_future();
    io_thread_ = std::thread(std::move(run));
  }

  ~BeastServer() override {
    stopping_ = true;
    std::promise<void> stopped;
    asio::post(io_->context, [&] {
      StopAccepting();
      stopped.set_value();
    });
    stopped.get_future().wait();  // From here on no request is given to the workers.
    workers_.Join();
    asio::post(io_->context, [this] {
      CloseAllButWriting();
      keep_running_.reset();
    });
    if (ended_.wait_for(kCloseTimeout) == std::future_status::timeout) io_->context.stop();
    io_thread_.join();
  }

  int port() const override { return local_.port(); }

  std::string url() const override {
    std::string address = local_.address().to_string();
    if (local_.address().is_v6()) address = "[" + address + "]";
    return (tls_ ? "https://" : "http://") + address + ":" + std::to_string(port());
  }

 private:
  struct Registration {
    explicit Registration(std::set<Session*>& all) : all(all) { all.insert(&session); }
    ~Registration() { all.erase(&session); }

    std::set<Session*>& all;
    Session session;
  };

  asio::awaitable<void> Accept() {
    while (!stopping_) {
      tcp::socket socket(io_->context);
      error_code error;
      co_await acceptor_.async_accept(socket, asio::redirect_error(use_awaitable, error));
      if (stopping_) co_return;
      if (error) {
        // Most often no file descriptor is free; connections that end bring some back.
        Log(LogLevel::kWarning, "cannot accept a connection", {{"error", error.message()}});
        asio::steady_timer pause(io_->context, 100ms);
        co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
        continue;
      }
      socket.set_option(tcp::no_delay(true), error);
      if (error) continue;  // Already gone again.
      asio::co_spawn(io_->context, Converse(beast::tcp_stream(std::move(socket))), LogException);
    }
  }

  asio::awaitable<void> Converse(beast::tcp_stream stream) {
    Registration registration(io_->sessions);
    if (tls_) {
      co_await ConverseOn(TlsStream(std::move(stream), *tls_), registration.session);
    } else {
      co_await ConverseOn(std::move(stream), registration.session);
    }
  }

  template <class Stream>
  asio::awaitable<void> ConverseOn(Stream stream, Session& session) {
    Conversation<Stream> conversation(std::move(stream), options_, handler_, io_, workers_,
                                      stopping_);
    co_await conversation.Run(session);
    session.close = nullptr;
  }

  void StopAccepting() {
    error_code ignored;  // A socket is closed whatever close(2) says.
    acceptor_.close(ignored);
    for (Session* session : io_->sessions) {
      if (!session->busy && session->close) session->close();
    }
  }

  void CloseAllButWriting() {
    for (Session* session : io_->sessions) {
      if (session->mailbox && !session->mailbox->response) session->mailbox->arrived.cancel();
    }
  }

  const HttpServerOptions options_;
  const HttpHandler handler_;
  std::shared_ptr<Io> io_;
  tcp::acceptor acceptor_;
  std::optional<asio::ssl::context> tls_;
  const tcp::endpoint local_;
  std::atomic<bool> stopping_ = false;
  // Last, so that they end before what they use.
  WorkerPool workers_;
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_;
  std::future<void> ended_;
  std::thread io_thread_;
};

Result<tcp::endpoint> ParseListen(const std::string& listen) {
  Error wrong = InvalidArgument("cannot listen on '" + listen +
                                "': it must be ADDRESS:PORT, e.g. 127.0.0.1:8080 or [::1]:8080");
  size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string address = listen.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  uint16_t port = 0;
  const char* end = listen.data() + listen.size();
  auto [parsed, number_error] = std::from_chars(listen.data() + colon + 1, end, port);
  error_code error;
  auto ip = asio::ip::make_address(address, error);
  if (error || number_error != std::errc() || parsed != end) return wrong;
  return tcp::endpoint(ip, port);
}

Result<std::optional<asio::ssl::context>> LoadCertificate(const HttpServerOptions& options) {
  std::optional<asio::ssl::context> none;
  if (options.certificate_file.empty()) return none;
  asio::ssl::context tls(asio::ssl::context::tls_server);
  error_code error;
  tls.use_certificate_chain_file(options.certificate_file, error);
  if (error) {
    return InvalidArgument("cannot read the certificate '" + options.certificate_file +
                           "': " + error.message());
  }
  tls.use_private_key_file(options.private_key_file, asio::ssl::context::pem, error);
  if (error) {
    return InvalidArgument("cannot read the private key '" + options.private_key_file +
                           "', or it does not belong to the certificate: " + error.message());
  }
  SLUICE_CHECK(SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION) == 1);
  return std::optional<asio::ssl::context>(std::move(tls));
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                      HttpHandler handler) {
  SLUICE_ASSIGN(tcp::endpoint endpoint, ParseListen(options.listen));
  SLUICE_ASSIGN(std::optional<asio::ssl::context> tls, LoadCertificate(options));
  auto io = std::make_shared<Io>();
  tcp::acceptor acceptor(io->context);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return ServiceUnavailable("cannot listen on " + options.listen + ": " + error.message());
  }
  return std::unique_ptr<HttpServer>(std::make_unique<BeastServer>(
      std::move(options), std::move(handler), std::move(io), std::move(acceptor), std::move(tls)));
}

}  // namespace sluice::net
