#include "sluice/protocol/connector_call.h"

#include <chrono>

namespace sluice::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kForMetadata{10}, kForData{30};

// How a call can have less to do. A page's size is the connector's choice, a batch's is not.
std::string_view AdviceFor(const Request& request) {
  if (std::holds_alternative<QueryDataRequest>(request)) {
    return ". A page may have fewer records than maxResults: answer those that there is time for, "
           "with a nextToken";
  }
  if (std::holds_alternative<WriteDataRequest>(request)) {
    return ". A batch has at most 1000 records: write them in one statement or in parallel, "
           "rather than one by one";
  }
  return "";
}

}  // namespace

seconds TimeLimitOf(const Request& request) {
  const bool is_data = std::holds_alternative<QueryDataRequest>(request) ||
                       std::holds_alternative<RetrieveDataRequest>(request) ||
                       std::holds_alternative<WriteDataRequest>(request);
  return is_data ? kForData : kForMetadata;
}

std::string_view FunctionNameOf(std::string_view function_arn) {
  constexpr std::string_view kFunction = ":function:";
  const size_t found = function_arn.find(kFunction);
  if (found == std::string_view::npos) return function_arn;
  function_arn.remove_prefix(found + kFunction.size());
  return function_arn.substr(0, function_arn.find(':'));
}

Reply Ask(FunctionInvoker& functions, const std::string& function_arn, const Request& request) {
  const seconds limit = TimeLimitOf(request);
  const auto start = steady_clock::now();
  Reply reply{functions.Invoke(function_arn, ToJson(request), start + limit), ""};
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  const std::string name(FunctionNameOf(function_arn));
  const std::string circumstances = "after " + std::to_string(took.count()) +
                                    " ms; the function's log is /aws/lambda/" + name + ")";
  reply.about = " (function '" + name + "', " + circumstances;
  if (reply.answer.ok()) return reply;

  Error error = WithContext(std::move(reply.answer).error(), OperationOf(request));
  if (error.code == ErrorCode::kRequestTimeout) {
    if (took >= limit) {
      error.message += ". AppFlow waits " + std::to_string(limit.count()) + " s for an answer to " +
                       std::string(OperationOf(request));
    }
    error.message += AdviceFor(request);
  }
  error.message += " (" + circumstances;
  reply.answer = std::move(error);
  return reply;
}

}  // namespace sluice::protocol
