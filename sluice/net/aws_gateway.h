// Several AWS services behind one port, told apart as AWS does it: by the service in the SigV4
// credential scope. Everything that is not properly signed ends here.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sluice/net/http_server.h"
#include "sluice/net/sigv4.h"

namespace sluice::net {

// Who sent a request, after its signature was found right.
struct Caller {
  std::string principal;   // ARN.
  std::string region;      // As signed.
  std::string request_id;  // For logs; also answered as x-amzn-RequestId.
};

// An error in a shape that every AWS SDK reads, whatever the service's protocol: the code in the
// x-amzn-ErrorType header and in "__type", the sentence in "message" and "Message".
HttpResponse AwsError(int status, std::string_view code, std::string_view message);

struct AwsService {
  size_t body_limit = 1 << 20;
  std::function<HttpResponse(const HttpRequest& request, const Caller& caller)> handle;
};

class AwsGateway {
 public:
  AwsGateway(const AccessKeys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  // Before the first request. `name` as in the credential scope, e.g. "appflow".
  void Add(std::string name, AwsService service);

  // Before the first request. Asked first about requests that carry no SigV4 signature, e.g. a
  // browser's; those it returns nothing for are refused as without it.
  void SetUnsignedHandler(std::function<std::optional<HttpResponse>(const HttpRequest&)> handler);

  // Answers one request, whatever it is: 403 unsigned or wrongly signed, 404 a service that is not
  // here (with the list of those that are). Logs a line. Any thread, several at once.
  HttpResponse Handle(const HttpRequest& request) const;

  // For HttpServerOptions. Only who names a key that exists may send as much as a service takes.
  size_t BodyLimit(const HttpRequest& head) const;
  HttpResponse TooLarge(const HttpRequest& head, size_t limit) const;

 private:
  HttpResponse Route(const HttpRequest& request, Caller& caller) const;
  HttpResponse CallService(const HttpRequest& request, const Caller& caller) const;
  const AwsService* FindService(const HttpRequest& request) const;

  const AccessKeys& keys_;
  const Clock& clock_;
  std::map<std::string, AwsService, std::less<>> services_;
  std::function<std::optional<HttpResponse>(const HttpRequest&)> unsigned_handler_;
};

}  // namespace sluice::net
