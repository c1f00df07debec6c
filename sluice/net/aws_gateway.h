// Several AWS services behind one port, told apart as AWS does it: by the service in the SigV4
// credential scope. Everything that is not properly signed ends here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sluice/net/http_server.h"
#include "sluice/net/sigv4.h"

namespace sluice::net {

// Who sent a request, after its signature was found right.
struct Caller {
  std::string principal;  // ARN.
  std::string region;     // As signed.
  std::string request_id; // For logs; also answered as x-amzn-RequestId.
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

  // Answers one request, whatever it is: 403 unsigned or wrongly signed, 404 a service that is not
  // here (with the list of those that are).
  HttpResponse Handle(const HttpRequest& request) const;

  // For HttpServerOptions.
  size_t BodyLimit(const HttpRequest& head) const;
  HttpResponse TooLarge(const HttpRequest& head, size_t limit) const;

 private:
  const AccessKeys& keys_;
  const Clock& clock_;
  std::map<std::string, AwsService, std::less<>> services_;
};

}  // namespace sluice::net
