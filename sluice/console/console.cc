#include "sluice/console/console.h"

#include "sluice/base/encoding.h"

namespace sluice::console {
namespace {

using net::HttpRequest;
using net::HttpResponse;

// A member of the query, decoded; empty where it is missing or not well-formed.
std::string QueryMember(const HttpRequest& request, std::string_view name) {
  std::string_view rest = request.query();
  while (!rest.empty()) {
    const size_t end = rest.find('&');
    const std::string_view member = rest.substr(0, end);
    const size_t equals = member.find('=');
    if (member.substr(0, equals) == name && equals != std::string_view::npos) {
      auto value = PercentDecode(member.substr(equals + 1));
      return value.ok() ? *std::move(value) : std::string();
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return {};
}

}  // namespace

std::optional<HttpResponse> Console::AnswerUnsigned(const HttpRequest& request) {
  std::optional<HttpResponse> response = doors_.AnswerUnsigned(request);
  if (!response) return site_.Answer(request);
  AddSecurityHeaders(response->headers);
  return response;
}

HttpResponse Console::Handle(const HttpRequest& request, const net::Caller& caller) {
  std::optional<HttpResponse> response = doors_.AnswerSigned(request, caller);
  if (!response && request.method == "GET" && request.path() == "/console/runs") {
    response = Watch(request);
  }
  if (!response) {
    response = net::AwsError(404, "UnknownOperationException",
                             "The console has no such operation. Its pages are at /");
  }
  AddSecurityHeaders(response->headers);
  return *std::move(response);
}

HttpResponse Console::Watch(const HttpRequest& request) {
  std::string flow_name = QueryMember(request, "flowName");
  std::string execution_id = QueryMember(request, "executionId");
  if (flow_name.empty() || execution_id.empty()) {
    return net::AwsError(400, "ValidationException",
                         "The query must have the members flowName and executionId.");
  }
  return feed_->Watch(std::move(flow_name), std::move(execution_id));
}

}  // namespace sluice::console
