#include "sluice/bin/lambda_function.h"

#include <cstdlib>

#include "sluice/net/curl_http_client.h"

namespace sluice::bin {
namespace {

// The first of these variables that is set.
std::string FromEnvironmentOf(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value && *value) return value;
  }
  return "";
}

Error FromStatus(const net::HttpResponse& response) {
  auto body = json::ParseObject(response.body);
  std::string message = body.ok() ? json::FindString(*body, "message")
                                        .value_or(json::FindString(*body, "Message").value_or(""))
                                  : "";
  const std::string* type = response.headers.Find("x-amzn-ErrorType");
  message = (type ? *type : "HTTP " + std::to_string(response.status)) + ": " + message;
  switch (response.status) {
    case 403:
      return {ErrorCode::kAccessDenied, message, {}};
    case 404:
      return ResourceNotFound(message);
    default:
      return ServiceUnavailable(message);
  }
}

// What a function's own failure says, in Lambda's words.
Error FromFunctionError(const std::string& payload) {
  auto error = json::ParseObject(payload);
  if (!error.ok()) return ServerError("Unhandled: " + payload);
  const std::string type = json::FindString(*error, "errorType").value_or("Unhandled");
  const std::string message = json::FindString(*error, "errorMessage").value_or("");
  const bool is_late =
      type == "Sandbox.Timedout" || message.find("Task timed out") != std::string::npos;
  return {
      is_late ? ErrorCode::kRequestTimeout : ErrorCode::kServerError, type + ": " + message, {}};
}

}  // namespace

LambdaFunction::LambdaFunction(std::string url, std::string region, net::AccessKey key)
    : http_(net::MakeCurlHttpClient()),
      client_(*http_, std::move(url), std::move(region), std::move(key)) {}

Result<std::unique_ptr<LambdaFunction>> LambdaFunction::FromEnvironment() {
  const std::string region = FromEnvironmentOf({"AWS_REGION", "AWS_DEFAULT_REGION"});
  std::string url = FromEnvironmentOf({"AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"});
  net::AccessKey key;
  key.id = FromEnvironmentOf({"AWS_ACCESS_KEY_ID"});
  key.secret = Secret(FromEnvironmentOf({"AWS_SECRET_ACCESS_KEY"}));
  key.session_token = Secret(FromEnvironmentOf({"AWS_SESSION_TOKEN"}));
  if (region.empty()) return InvalidArgument("set AWS_REGION: where the function is");
  if (key.id.empty() || key.secret.empty()) {
    return InvalidArgument(
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (aws configure export-credentials "
        "--format env prints those of a profile)");
  }
  if (url.empty()) url = "https://lambda." + region + ".amazonaws.com";
  if (url.ends_with('/')) url.pop_back();
  return std::unique_ptr<LambdaFunction>(
      new LambdaFunction(std::move(url), region, std::move(key)));
}

Result<std::string> LambdaFunction::Invoke(std::string_view name_or_arn, std::string_view payload,
                                           Deadline deadline) {
  SLUICE_ASSIGN(net::HttpResponse response, client_.Invoke(name_or_arn, payload, deadline));
  if (response.status != 200) return FromStatus(response);
  if (response.headers.Find("X-Amz-Function-Error")) return FromFunctionError(response.body);
  return std::move(response.body);
}

}  // namespace sluice::bin
