#include "sluice/net/small_http_client.h"

#include <openssl/x509v3.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <optional>
#include <variant>

namespace sluice::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;
using ResponseParser = http::response_parser<http::string_body>;

constexpr uint32_t kMaxHeaderBytes = 256 << 10;
// Beast reads as much at once as its buffer has room for, and does not make room by itself.
constexpr size_t kReadBytes = 64 << 10;
constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

void CloseSocket(tcp::socket& socket) {
  error_code ignored;  // A socket is closed whatever close(2) says.
  socket.close(ignored);
}

struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {
    buffer.reserve(kReadBytes);
  }
  Connection(tcp::socket socket, asio::ssl::context& trust)
      : stream(std::in_place_type<TlsStream>, std::move(socket), trust) {
    buffer.reserve(kReadBytes);
  }

  std::variant<tcp::socket, TlsStream> stream;
  beast::flat_buffer buffer;

  void Close() {
    auto* tls = std::get_if<TlsStream>(&stream);
    CloseSocket(tls ? tls->next_layer() : std::get<tcp::socket>(stream));
  }
};

// How an exchange on an open connection ended.
struct Exchange {
  error_code error;
  bool answered = false;  // At least one byte came back.
  bool keep = false;      // The connection is good for another request.
  HttpResponse response;
};

std::string Head(const HttpRequest& request) {
  std::string head = request.method + ' ' + std::string(request.path());
  if (!request.query().empty()) head.append(1, '?').append(request.query());
  head += " HTTP/1.1\r\n";
  auto add = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  if (!request.headers.Find("Host")) add("Host", request.authority());
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoringCase(name, "Content-Length")) continue;
    add(name, value);
  }
  bool bodyless = request.method == "GET" || request.method == "HEAD" || request.method == "DELETE";
  if (!request.body.empty() || !bodyless)
    add("Content-Length", std::to_string(request.body.size()));
  return head + "\r\n";
}

HttpResponse ToResponse(ResponseParser& parser) {
  HttpResponse response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    response.headers.Add(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(parser.get().body());
  return response;
}

bool IsPeerGone(error_code error) {
  return error == http::error::end_of_stream || error == http::error::partial_message ||
         error == asio::error::eof || error == asio::error::connection_reset ||
         error == asio::error::connection_aborted || error == asio::error::broken_pipe ||
         error == asio::ssl::error::stream_truncated;
}

class SmallHttpClient final : public HttpClient {
 public:
  explicit SmallHttpClient(HttpClientOptions options) : options_(std::move(options)) {}

  Result<HttpResponse> Send(const HttpRequest& request, Deadline deadline,
                            std::stop_token stop) override {
    stop_ = std::move(stop);
    SLUICE_ASSIGN(Origin origin, OriginOf(request));
    std::string key = origin.ToText();
    auto kept = kept_.find(key);
    if (kept != kept_.end()) {
      std::unique_ptr<Connection> connection = std::move(kept->second);
      kept_.erase(kept);
      Exchange exchange = Run(*connection, request, deadline);
      // A peer may close a connection that idles, above all while a Lambda is frozen. Then it has
      // not seen this request, and the request goes over a new connection.
      if (!IsPeerGone(exchange.error) || exchange.answered) {
        return Finish(key, std::move(connection), std::move(exchange), deadline);
      }
    }
    SLUICE_ASSIGN(std::unique_ptr<Connection> fresh, Connect(origin, deadline));
    Exchange exchange = Run(*fresh, request, deadline);
    return Finish(key, std::move(fresh), std::move(exchange), deadline);
  }

 private:
  // Runs handlers until `done`, or until `until` passed or the stop is requested.
  template <class Value>
  void RunUntil(const std::optional<Value>& done, Deadline until) {
    io_.restart();
    while (!done && !stop_.stop_requested()) {
      Deadline look = stop_.stop_possible() ? DeadlineAfter(kBetweenLooks) : until;
      bool has_run = io_.run_one_until(std::min(look, until)) > 0;
      if (!has_run && std::chrono::steady_clock::now() >= until) return;
    }
  }

  // Runs one asynchronous operation; where it isn't done in time, or is stopped, cancels it by
  // closing what it works on. `start` gets the completion handler.
  template <class Start, class Cancel>
  error_code Await(Deadline until, Start start, Cancel cancel) {
    std::optional<error_code> done;
    start([&done](error_code error, auto&&...) { done = error; });
    RunUntil(done, until);
    if (done) return *done;
    cancel();
    while (!done) io_.run_one();
    return asio::error::timed_out;
  }

  Result<HttpResponse> Finish(const std::string& key, std::unique_ptr<Connection> connection,
                              Exchange exchange, Deadline deadline) {
    if (exchange.error) return FromBoost(exchange.error, key, deadline);
    if (exchange.keep) kept_[key] = std::move(connection);
    return std::move(exchange.response);
  }

  Error FromBoost(error_code error, const std::string& origin, Deadline deadline) const {
    if (stop_.stop_requested()) {
      return ServiceUnavailable("the request to " + origin + " was stopped");
    }
    if (error == asio::error::timed_out && std::chrono::steady_clock::now() >= deadline) {
      return {ErrorCode::kRequestTimeout, "no answer from " + origin + " in time", {}};
    }
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return ServerError("the answer of " + origin + " is larger than " +
                         std::to_string(options_.max_response_bytes) + " bytes");
    }
    if (IsPeerGone(error)) {
      return ServiceUnavailable("the connection to " + origin +
                                " was cut before the answer was complete: " + error.message());
    }
    if (error.category() == http::make_error_code(http::error::bad_version).category()) {
      return ServerError(origin + " answered something that is not HTTP: " + error.message());
    }
    return ServiceUnavailable("the connection to " + origin + " failed: " + error.message());
  }

  Result<std::unique_ptr<Connection>> Connect(const Origin& origin, Deadline deadline) {
    Deadline until = std::min(deadline, DeadlineAfter(options_.connect_timeout));
    if (origin.tls) SLUICE_RETURN_IF_ERROR(LoadTrust());
    auto cannot = [&](error_code error) {
      if (error == asio::error::timed_out) return FromBoost(error, origin.ToText(), deadline);
      return ServiceUnavailable("cannot connect to " + origin.ToText() + ": " + error.message());
    };
    std::vector<tcp::endpoint> endpoints;
    if (error_code error = Resolve(origin, until, endpoints)) return cannot(error);
    tcp::socket socket(io_);
    error_code error = Await(
        until, [&](auto done) { asio::async_connect(socket, endpoints, std::move(done)); },
        [&] { CloseSocket(socket); });
    if (error) return cannot(error);
    socket.set_option(tcp::no_delay(true), error);
    if (error) return cannot(error);
    if (!origin.tls) return std::make_unique<Connection>(std::move(socket));
    return Handshake(std::make_unique<Connection>(std::move(socket), *trust_), origin, until,
                     deadline);
  }

  // getaddrinfo cannot be interrupted: when it takes too long it is left to end by itself, and what
  // it writes to is its own.
  error_code Resolve(const Origin& origin, Deadline until, std::vector<tcp::endpoint>& endpoints) {
    error_code not_an_address;
    auto address = asio::ip::make_address(origin.host, not_an_address);
    if (!not_an_address) {
      endpoints.emplace_back(address, origin.port);
      return {};
    }
    struct Lookup {
      tcp::resolver resolver;
      std::optional<error_code> done;
      std::vector<tcp::endpoint> found;
    };
    auto lookup = std::make_shared<Lookup>(Lookup{tcp::resolver(io_), {}, {}});
    lookup->resolver.async_resolve(origin.host, std::to_string(origin.port),
                                   [lookup](error_code error, auto results) {
                                     lookup->done = error;
                                     lookup->found.assign(results.begin(), results.end());
                                   });
    RunUntil(lookup->done, until);
    if (!lookup->done) return asio::error::timed_out;
    endpoints = lookup->found;
    return *lookup->done;
  }

  Result<std::unique_ptr<Connection>> Handshake(std::unique_ptr<Connection> connection,
                                                const Origin& origin, Deadline until,
                                                Deadline deadline) {
    auto& stream = std::get<TlsStream>(connection->stream);
    SSL* ssl = stream.native_handle();
    bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), origin.host.c_str()) == 1;
    if (!is_address && (SSL_set1_host(ssl, origin.host.c_str()) != 1 ||
                        SSL_set_tlsext_host_name(ssl, origin.host.c_str()) != 1)) {
      return InvalidArgument("not a host name: " + origin.host);
    }
    error_code error = Await(
        until, [&](auto done) { stream.async_handshake(TlsStream::client, std::move(done)); },
        [&] { connection->Close(); });
    if (long verdict = SSL_get_verify_result(ssl); error && verdict != X509_V_OK) {
      return Error{ErrorCode::kAccessDenied,
                   "the certificate of " + origin.ToText() +
                       " is not trusted: " + X509_verify_cert_error_string(verdict),
                   {}};
    }
    if (error == asio::error::timed_out) return FromBoost(error, origin.ToText(), deadline);
    if (error) {
      return ServiceUnavailable("cannot connect to " + origin.ToText() + ": " + error.message());
    }
    return connection;
  }

  Status LoadTrust() {
    if (trust_) return Done{};
    auto trust = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    error_code error;
    trust->set_verify_mode(asio::ssl::verify_peer, error);
    const std::string& file = options_.ca_file;
    const std::string& directory = options_.ca_directory;
    if (!error && !file.empty()) trust->load_verify_file(file, error);
    if (!error && !directory.empty()) trust->add_verify_path(directory, error);
    if (!error && file.empty() && directory.empty()) trust->set_default_verify_paths(error);
    if (!error && SSL_CTX_set_min_proto_version(trust->native_handle(), TLS1_2_VERSION) != 1) {
      error = asio::error::operation_not_supported;
    }
    if (error) {
      return InvalidArgument("the certificates to trust cannot be read from '" +
                             (file.empty() ? directory : file) + "': " + error.message());
    }
    trust_ = std::move(trust);
    return Done{};
  }

  Exchange Run(Connection& connection, const HttpRequest& request, Deadline deadline) {
    return std::visit([&](auto& stream) { return RunOn(stream, connection, request, deadline); },
                      connection.stream);
  }

  template <class Stream>
  Exchange RunOn(Stream& stream, Connection& connection, const HttpRequest& request,
                 Deadline deadline) {
    std::string head = Head(request);
    std::array<asio::const_buffer, 2> out{asio::buffer(head), asio::buffer(request.body)};
    auto close = [&] { connection.Close(); };
    Exchange exchange;
    exchange.error = Await(
        deadline, [&](auto done) { asio::async_write(stream, out, std::move(done)); }, close);
    // A server that refuses a body may answer and close before it has read all of it.
    bool written = !exchange.error;
    if (!written && !IsPeerGone(exchange.error)) return exchange;

    while (true) {
      ResponseParser parser;
      parser.header_limit(kMaxHeaderBytes);
      parser.body_limit(options_.max_response_bytes);
      parser.skip(request.method == "HEAD");
      error_code error = Await(
          deadline,
          [&](auto done) { http::async_read(stream, connection.buffer, parser, std::move(done)); },
          close);
      exchange.answered = exchange.answered || parser.got_some();
      if (error) {
        if (written || exchange.answered) exchange.error = error;
        return exchange;
      }
      if (parser.get().result_int() / 100 == 1) continue;  // 100 Continue, 103 Early Hints.
      exchange.error = {};
      exchange.keep = written && parser.keep_alive() && connection.buffer.size() == 0;
      exchange.response = ToResponse(parser);
      return exchange;
    }
  }

  HttpClientOptions options_;
  std::stop_token stop_;  // Of the call under way.
  asio::io_context io_{1};
  std::unique_ptr<asio::ssl::context> trust_;                // Set by the first https request.
  std::map<std::string, std::unique_ptr<Connection>> kept_;  // By origin.
};

}  // namespace

std::unique_ptr<HttpClient> MakeSmallHttpClient(HttpClientOptions options) {
  return std::make_unique<SmallHttpClient>(std::move(options));
}

}  // namespace sluice::net
