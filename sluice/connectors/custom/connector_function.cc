#include "sluice/connectors/custom/connector_function.h"

#include <algorithm>

#include "sluice/net/retry.h"

namespace sluice::custom {

using protocol::ConnectorContext;
using protocol::WriteDataResponse;

bool IsBusy(ErrorCode code) {
  return code == ErrorCode::kRateLimitExceeded || code == ErrorCode::kServiceUnavailable ||
         code == ErrorCode::kRequestTimeout;
}

ConnectorContext ConnectorFunction::Context() const {
  ConnectorContext context;
  context.runtime_settings = account_.settings;
  if (account_.authentication_type != AuthenticationType::kNone) {
    context.credentials = credentials();
  }
  context.api_version = account_.api_version;
  context.profile_name = account_.profile_name;
  return context;
}

ConnectorContext ConnectorFunction::Context(const Settings& flow_settings,
                                            const EntityDefinition& entity,
                                            const RunContext& run) const {
  ConnectorContext context = Context();
  for (const auto& [key, value] : flow_settings) context.runtime_settings[key] = value;
  context.flow_name = run.flow_name;
  context.execution_id = run.execution_id;
  context.entity_definition = entity;
  return context;
}

namespace {

// Why a write failed as a whole, if it did.
const Error* FailureOf(const Result<WriteDataResponse>& response) {
  if (!response.ok()) return &response.error();
  return response->error ? &*response->error : nullptr;
}

bool SaysNothingWasWritten(const Result<WriteDataResponse>& response) {
  return FailureOf(response)->code == ErrorCode::kRateLimitExceeded &&
         (!response.ok() || std::none_of(response->results.begin(), response->results.end(),
                                         [](const auto& result) { return result.is_success; }));
}

}  // namespace

Result<std::string> ConnectorFunction::Invoke(const protocol::Request& request, Deadline deadline) {
  const auto start = std::chrono::steady_clock::now();
  auto answer = functions_.Invoke(account_.function_arn, protocol::ToJson(request), deadline);
  if (answer.ok()) return answer;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  const std::string& arn = account_.function_arn;
  Error error = WithContext(std::move(answer).error(), protocol::OperationOf(request));
  error.message += " (after " + std::to_string(took.count()) + " ms; the function's log is " +
                   "/aws/lambda/" + arn.substr(arn.rfind(':') + 1) + ")";
  return error;
}

Result<WriteDataResponse> ConnectorFunction::Write(const protocol::WriteDataRequest& request,
                                                   bool may_repeat) {
  const protocol::Request message = request;
  std::optional<Result<WriteDataResponse>> response;
  Repeat(kForData, {}, [&](Deadline deadline) -> std::optional<Error> {
    response = AskOnce(message, &protocol::ParseWriteDataResponse, deadline);
    const Error* failure = FailureOf(*response);
    if (!failure || !IsBusy(failure->code)) return std::nullopt;
    if (!may_repeat && !SaysNothingWasWritten(*response)) return std::nullopt;
    return *failure;
  });
  return *std::move(response);
}

void ConnectorFunction::Repeat(const Patience& patience, std::stop_token stop,
                               const std::function<std::optional<Error>(Deadline)>& attempt) {
  const net::RetryPolicy policy;
  const Deadline give_up = DeadlineAfter(patience.total);
  for (int n = 1;; ++n) {
    std::optional<Error> error = attempt(DeadlineAfter(patience.call));
    if (!error || n == policy.attempts) return;
    auto pause = net::RetryDelay(policy, n + 1, *error);
    if (DeadlineAfter(pause) >= give_up || !SleepFor(pause, stop)) return;
  }
}

}  // namespace sluice::custom
