#include "sluice/net/aws_gateway.h"

#include <chrono>

#include "sluice/base/json.h"
#include "sluice/base/log.h"
#include "sluice/base/uuid.h"
#include "sluice/net/markup.h"

namespace sluice::net {
namespace {

// For requests that belong to no service here.
constexpr size_t kDefaultBodyLimit = 1 << 20;

// Whether a request means to be signed, rightly or not.
bool IsSigned(const HttpRequest& request) {
  const std::string* authorization = request.headers.Find("Authorization");
  return authorization && authorization->starts_with("AWS4-");
}

HttpResponse XmlError(int status, std::string_view code, std::string_view message, bool is_s3) {
  std::string error = "<Error><Code>" + EscapeMarkup(code) + "</Code><Message>" +
                      EscapeMarkup(message) + "</Message></Error>";
  if (!is_s3) error = "<ErrorResponse>" + error + "</ErrorResponse>";
  return {status, {{"Content-Type", "text/xml"}}, error};
}

std::string ClaimedService(const HttpRequest& request) {
  std::optional<ClaimedCredential> claimed = ReadClaimedCredential(request);
  return claimed ? claimed->scope.service : std::string();
}

// In the protocol that the client reads: the services here speak JSON, but those that get a request
// by mistake (S3; STS and others, which send forms) speak XML.
HttpResponse ErrorFor(const HttpRequest& request, int status, std::string_view code,
                      std::string_view message) {
  bool is_s3 = ClaimedService(request) == "s3";
  const std::string* type = request.headers.Find("Content-Type");
  bool is_form = type && type->starts_with("application/x-www-form-urlencoded");
  return is_s3 || is_form ? XmlError(status, code, message, is_s3)
                          : AwsError(status, code, message);
}

// "CreateSecret" of "X-Amz-Target: secretsmanager.CreateSecret", else the path.
std::string Operation(const HttpRequest& request) {
  const std::string* target = request.headers.Find("X-Amz-Target");
  std::string operation = target ? target->substr(target->rfind('.') + 1)
                                 : request.method + ' ' + std::string(request.path());
  return operation.substr(0, 200);
}

void LogRequest(const HttpRequest& request, const HttpResponse& response,
                const std::string& request_id, std::chrono::steady_clock::time_point start) {
  auto took = std::chrono::steady_clock::now() - start;
  Log(LogLevel::kInfo, "request",
      {{"service", ClaimedService(request)},
       {"operation", Operation(request)},
       {"status", response.status},
       {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()},
       {"request_id", request_id}});
}

}  // namespace

HttpResponse AwsError(int status, std::string_view code, std::string_view message) {
  std::string body = "{\"__type\":";
  json::AppendQuoted(body, code);
  for (const char* name : {",\"message\":", ",\"Message\":"}) {
    body += name;
    json::AppendQuoted(body, message);
  }
  return {status,
          {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", std::string(code)}},
          body + "}"};
}

void AwsGateway::Add(std::string name, AwsService service) {
  services_.insert_or_assign(std::move(name), std::move(service));
}

void AwsGateway::SetUnsignedHandler(
    std::function<std::optional<HttpResponse>(const HttpRequest&)> handler) {
  unsigned_handler_ = std::move(handler);
}

HttpResponse AwsGateway::Handle(const HttpRequest& request) const {
  auto start = std::chrono::steady_clock::now();
  Caller caller{.request_id = NewUuid()};
  HttpResponse response = Route(request, caller);
  response.headers.Set("x-amzn-RequestId", caller.request_id);
  LogRequest(request, response, caller.request_id, start);
  return response;
}

HttpResponse AwsGateway::Route(const HttpRequest& request, Caller& caller) const {
  if (!IsSigned(request)) {
    std::optional<HttpResponse> response;
    if (unsigned_handler_) response = unsigned_handler_(request);
    if (response) return *std::move(response);
  }
  AccessKey key;
  if (auto wrong = Verify(request, keys_, clock_.Now(), key)) {
    return ErrorFor(request, 403, wrong->code, wrong->message);
  }
  caller.principal = key.principal;
  caller.region = ReadClaimedCredential(request)->scope.region;
  return CallService(request, caller);
}

HttpResponse AwsGateway::CallService(const HttpRequest& request, const Caller& caller) const {
  if (const AwsService* service = FindService(request)) return service->handle(request, caller);
  std::string here;
  for (const auto& [name, service] : services_) here += (here.empty() ? "" : ", ") + name;
  return ErrorFor(request, 404, "UnknownOperationException",
                  "The service '" + ClaimedService(request) +
                      "' is not at this endpoint. The services here are: " + here + ".");
}

const AwsService* AwsGateway::FindService(const HttpRequest& request) const {
  auto service = services_.find(ClaimedService(request));
  return service == services_.end() ? nullptr : &service->second;
}

size_t AwsGateway::BodyLimit(const HttpRequest& head) const {
  std::optional<ClaimedCredential> claimed = ReadClaimedCredential(head);
  const AwsService* service = FindService(head);
  bool is_known = claimed && keys_.Find(claimed->access_key_id);
  return service && is_known ? service->body_limit : kDefaultBodyLimit;
}

HttpResponse AwsGateway::TooLarge(const HttpRequest& head, size_t limit) const {
  auto start = std::chrono::steady_clock::now();
  std::string request_id = NewUuid();
  HttpResponse response =
      ErrorFor(head, 413, "RequestEntityTooLargeException",
               "The body of the request is larger than " + std::to_string(limit) + " bytes.");
  response.headers.Set("x-amzn-RequestId", request_id);
  LogRequest(head, response, request_id, start);
  return response;
}

}  // namespace sluice::net
