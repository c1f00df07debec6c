#include "sluice/bin/lambda_function.h"

#include "sluice/net/curl_http_client.h"

namespace sluice::bin {
namespace {

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

LambdaFunction::LambdaFunction(AwsAccess access)
    : http_(net::MakeCurlHttpClient({.ca_file = access.ca_file})),
      client_(*http_, access.url, access.region, access.key) {}

Result<std::unique_ptr<LambdaFunction>> LambdaFunction::FromEnvironment() {
  SLUICE_ASSIGN(AwsAccess access, AwsAccessFromEnvironment("LAMBDA"));
  if (access.url.empty()) access.url = "https://lambda." + access.region + ".amazonaws.com";
  return std::unique_ptr<LambdaFunction>(new LambdaFunction(std::move(access)));
}

Result<std::string> LambdaFunction::Invoke(std::string_view name_or_arn, std::string_view payload,
                                           Deadline deadline) {
  SLUICE_ASSIGN(net::HttpResponse response, client_.Invoke(name_or_arn, payload, deadline));
  if (response.status != 200) return FromStatus(response);
  if (response.headers.Find("X-Amz-Function-Error")) return FromFunctionError(response.body);
  return std::move(response.body);
}

}  // namespace sluice::bin
