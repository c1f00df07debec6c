#include "sluice/bin/aws_client.h"

#include <cctype>
#include <cstdlib>
#include <initializer_list>

#include "sluice/base/encoding.h"

namespace sluice::bin {
namespace {

using namespace std::chrono_literals;

// "DescribeFlow" is POST /describe-flow.
std::string PathOf(std::string_view operation) {
  std::string path = "/";
  for (char c : operation) {
    bool upper = std::isupper(static_cast<unsigned char>(c));
    if (upper && path.size() > 1) path += '-';
    path += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return path;
}

Error FromAws(const net::HttpResponse& response) {
  const std::string* type = response.headers.Find("x-amzn-ErrorType");
  auto body = json::ParseObject(response.body);
  std::string message = body.ok() ? json::FindString(*body, "message").value_or("") : "";
  return {ErrorCode::kClientError,
          (type ? *type : "HTTP " + std::to_string(response.status)) + ": " + message,
          {}};
}

// The first of these variables that is set.
std::string FromEnvironmentOf(std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    const char* value = std::getenv(name.c_str());
    if (value && *value) return value;
  }
  return "";
}

}  // namespace

Result<AwsAccess> AwsAccessFromEnvironment(const std::string& service) {
  AwsAccess access;
  access.url = FromEnvironmentOf({"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"});
  access.region = FromEnvironmentOf({"AWS_REGION", "AWS_DEFAULT_REGION"});
  access.key.id = FromEnvironmentOf({"AWS_ACCESS_KEY_ID"});
  access.key.secret = Secret(FromEnvironmentOf({"AWS_SECRET_ACCESS_KEY"}));
  access.key.session_token = Secret(FromEnvironmentOf({"AWS_SESSION_TOKEN"}));
  access.ca_file = FromEnvironmentOf({"AWS_CA_BUNDLE"});
  if (access.region.empty()) return InvalidArgument("set AWS_REGION");
  if (access.key.id.empty() || access.key.secret.empty()) {
    return InvalidArgument(
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (aws configure export-credentials "
        "--format env prints those of a profile)");
  }
  if (access.url.ends_with('/')) access.url.pop_back();
  return access;
}

Result<json::Object> AwsClient::AppFlow(std::string_view operation, const json::Object& body) {
  return Send("appflow", PathOf(operation), {{"Content-Type", "application/json"}}, body);
}

Result<json::Object> AwsClient::CreateFunction(const json::Object& body) {
  return Send("lambda", "/2015-03-31/functions", {{"Content-Type", "application/json"}}, body);
}

Result<net::HttpResponse> AwsClient::Invoke(std::string_view name_or_arn, std::string_view payload,
                                            Deadline deadline) {
  net::HttpRequest request{
      "POST",
      url_ + "/2015-03-31/functions/" + PercentEncode(name_or_arn) + "/invocations",
      {{"Content-Type", "application/json"}, {"X-Amz-Invocation-Type", "RequestResponse"}},
      std::string(payload)};
  net::Sign(request, key_, {region_, "lambda"}, SystemClock().Now());
  return http_.Send(request, deadline);
}

Result<json::Object> AwsClient::SecretsManager(std::string_view operation,
                                               const json::Object& body) {
  return Send("secretsmanager", "/",
              {{"Content-Type", "application/x-amz-json-1.1"},
               {"X-Amz-Target", "secretsmanager." + std::string(operation)}},
              body);
}

Result<json::Object> AwsClient::Send(std::string_view service, std::string path,
                                     net::Headers headers, const json::Object& body) {
  net::HttpRequest request{"POST", url_ + path, std::move(headers), json::ToText(body)};
  net::Sign(request, key_, {region_, std::string(service)}, SystemClock().Now());
  SLUICE_ASSIGN(net::HttpResponse response, http_.Send(request, DeadlineAfter(60s)));
  if (response.status >= 300) return FromAws(response);
  return json::ParseObject(response.body.empty() ? "{}" : response.body);
}

}  // namespace sluice::bin
