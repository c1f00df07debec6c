// HTTP/1.1 as plain structs, and whoever can send a request.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"

namespace sluice::net {

// Header fields in the order of the wire. Names compare without regard to case (RFC 9110, 5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  // The first value of that name, or nullptr.
  const std::string* Find(std::string_view name) const;
  void Add(std::string name, std::string value);  // Keeps others of that name.
  void Set(std::string name, std::string value);  // Replaces all of that name.
  void Remove(std::string_view name);             // All of that name.

  // Whether each is a field on the wire and nothing else: names are tokens, no line breaks.
  bool AreValid() const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool EqualsIgnoringCase(std::string_view a, std::string_view b);

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // To a client: absolute. In a server: path and query, raw, as they came.
  Headers headers;
  std::string body;

  // The raw path of `url`, without query: "/tags/arn%3Aaws". Never decoded before routing.
  std::string_view path() const;
  // The raw query, without "?"; empty where there is none.
  std::string_view query() const;
  // "host" or "host:port" of an absolute `url`, else empty.
  std::string_view authority() const;
};

// Where a client connects to.
struct Origin {
  bool tls = false;
  std::string host;  // A name or an address, an IPv6 one without its brackets.
  uint16_t port = 0;

  std::string ToText() const;  // "https://host:443", for messages and as a key.
};

// kInvalidArgument where `request.url` is not http(s)://host[:port]…, and where a space or a line
// break in method, URL or headers would make something else of the request on the wire.
Result<Origin> OriginOf(const HttpRequest& request);

class BodyReader;

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  // In a server: what comes instead of `body`, piece by piece (body_stream.h). The connection ends
  // with it.
  std::shared_ptr<BodyReader> stream;
};

// How a client trusts and waits.
struct HttpClientOptions {
  std::string ca_file;       // PEM. Empty: the system's.
  std::string ca_directory;  // Hashed directory of CAs. Empty: the system's.
  size_t max_response_bytes = 64 << 20;
  std::chrono::milliseconds connect_timeout{10'000};
};

// Sends requests over http and https, always verifying chain and host name. Redirects are not
// followed; every status is a response, not an error.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Errors: kServiceUnavailable (no connection, name unknown, connection cut before an answer),
  // kRequestTimeout (`deadline` passed), kInvalidArgument (the URL), kAccessDenied (TLS:
  // certificate not trusted), kServerError (answer too large or not HTTP). Any thread, several at
  // once. Once `stop` is requested, a call ends within about a second, with kServiceUnavailable.
  virtual Result<HttpResponse> Send(const HttpRequest& request, Deadline deadline,
                                    std::stop_token stop = {}) = 0;
};

}  // namespace sluice::net
