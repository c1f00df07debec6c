// An HTTP/1.1 server, with TLS where a certificate is given.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sluice/net/http.h"

namespace sluice::net {

// Sends the answer of one request. Called once, from any thread, possibly after the handler
// returned (a long poll). Dropping it without a call answers 500.
using Respond = std::function<void(HttpResponse)>;

// Called on one of the server's worker threads; may block.
using HttpHandler = std::function<void(HttpRequest request, Respond respond)>;

struct HttpServerOptions {
  std::string listen = "127.0.0.1:0";  // "ADDRESS:PORT" or "[::1]:PORT"; port 0: any free one.
  std::string certificate_file;        // PEM chain; empty: plain HTTP.
  std::string private_key_file;
  int workers = 16;                       // Threads that run handlers, at most.
  std::chrono::seconds idle_timeout{75};  // A connection without a request; 0 never.
  std::chrono::seconds read_timeout{60};  // From a request's first byte to its last.
  // This and `too_large` run on the thread that talks to all clients: they must not wait.
  // The largest body, decided when the head (no body yet) has been read.
  std::function<size_t(const HttpRequest& head)> body_limit = [](const HttpRequest&) {
    return size_t{1} << 20;
  };
  // What to answer to a body over `limit`; the connection is then closed.
  std::function<HttpResponse(const HttpRequest& head, size_t limit)> too_large;
};

// Serves until destroyed. Destruction stops listening, lets handlers that run finish and delivers
// their answers (for 5 seconds at most), answers 503 to requests that no worker has taken yet, cuts
// streams off, and closes; a Respond called later does nothing. Not to be destroyed by a handler.
class HttpServer {
 public:
  // kInvalidArgument (address, certificate) or kServiceUnavailable (port taken).
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, HttpHandler handler);
  virtual ~HttpServer() = default;

  virtual int port() const = 0;
  virtual std::string url() const = 0;  // "http://127.0.0.1:PORT" or "https://…".
};

}  // namespace sluice::net
