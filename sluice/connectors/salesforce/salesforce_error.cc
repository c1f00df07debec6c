#include "sluice/connectors/salesforce/salesforce_error.h"

#include <charconv>
#include <optional>

#include "sluice/base/json.h"

namespace sluice::salesforce {
namespace {

struct Refusal {
  std::string code, message;
};

// The query call shows the line of the query with a caret before its sentence; only the sentence is
// for our message.
std::string Sentence(const std::string& message) {
  size_t error = message.find("\nERROR at Row:");
  size_t sentence = error == std::string::npos ? error : message.find('\n', error + 1);
  return sentence == std::string::npos ? message : message.substr(sentence + 1);
}

// [{"errorCode":…,"message":…}]; nothing where the body is something else, such as a proxy's page.
std::optional<Refusal> ReadRefusal(const std::string& body) {
  auto parsed = json::Parse(body);
  if (!parsed.ok() || !parsed->is_array() || parsed->get_array().empty()) return std::nullopt;
  const json::Object* first = parsed->get_array().front().if_object();
  if (!first) return std::nullopt;
  return Refusal{json::FindString(*first, "errorCode").value_or(""),
                 Sentence(json::FindString(*first, "message").value_or(""))};
}

ErrorCode CodeOfStatus(int status) {
  switch (status) {
    case 400:
      return ErrorCode::kInvalidArgument;
    case 401:
      return ErrorCode::kInvalidCredentials;
    case 403:
      return ErrorCode::kAccessDenied;
    case 404:
      return ErrorCode::kResourceNotFound;
    case 408:
      return ErrorCode::kRequestTimeout;
    case 414:
    case 431:
      return ErrorCode::kInvalidArgument;
    case 429:
      return ErrorCode::kRateLimitExceeded;
    case 502:
    case 503:
      return ErrorCode::kServiceUnavailable;
    case 504:
      return ErrorCode::kRequestTimeout;
    default:
      return status >= 500 ? ErrorCode::kServerError : ErrorCode::kClientError;
  }
}

// Retry-After in seconds; its other form, a date, is not used by Salesforce.
std::optional<std::chrono::seconds> RetryAfter(const net::HttpResponse& response) {
  const std::string* header = response.headers.Find("Retry-After");
  int64_t seconds = 0;
  if (!header ||
      std::from_chars(header->data(), header->data() + header->size(), seconds).ec != std::errc()) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

std::string Advice(const net::HttpResponse& response) {
  switch (response.status) {
    case 414:
    case 431:
      return " The query has too many fields for one request: choose fewer.";
    case 301:
    case 302:
    case 307:
    case 308: {
      const std::string* location = response.headers.Find("Location");
      return " Set instanceUrl to where it points" + (location ? ": " + *location : "") + ".";
    }
    default:
      return "";
  }
}

}  // namespace

Error FromSalesforce(const net::HttpResponse& response) {
  Error error{CodeOfStatus(response.status),
              "Salesforce answered " + std::to_string(response.status), RetryAfter(response)};
  auto refusal = ReadRefusal(response.body);
  if (!refusal) {
    error.message += "." + Advice(response);
    return error;
  }
  error.message += " " + refusal->code + ": " + refusal->message + Advice(response);
  if (refusal->code == "REQUEST_LIMIT_EXCEEDED") {
    error.code = ErrorCode::kRateLimitExceeded;
    // "ConcurrentRequests … Limit exceeded" passes, "TotalRequests Limit exceeded" counts over a
    // day.
    if (refusal->message.find("Concurrent") == std::string::npos) {
      error.retry_after = std::chrono::hours(24);
      error.message +=
          " The org has used up its API calls of 24 hours; run the flow later, or less often.";
    }
  } else if (refusal->code == "INVALID_TYPE") {
    error.code = ErrorCode::kResourceNotFound;
  } else if (refusal->code == "QUERY_TIMEOUT") {
    error.code = ErrorCode::kRequestTimeout;
  } else if (refusal->code == "UNABLE_TO_LOCK_ROW" || refusal->code == "SERVER_UNAVAILABLE") {
    error.code = ErrorCode::kServiceUnavailable;
  } else if (refusal->code == "API_DISABLED_FOR_ORG") {
    error.code = ErrorCode::kAccessDenied;
    error.message += " The org's edition has no REST API; a Developer Edition has it.";
  }
  return error;
}

}  // namespace sluice::salesforce
