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

Result<WriteDataResponse> ConnectorFunction::Write(const protocol::WriteDataRequest& request,
                                                   bool may_repeat) {
  const protocol::Request message = request;
  std::optional<Result<WriteDataResponse>> response;
  Repeat(message, {}, [&]() -> std::optional<Error> {
    response = protocol::Call(functions_, account_.function_arn, message,
                              &protocol::ParseWriteDataResponse);
    const Error* failure = FailureOf(*response);
    if (!failure || !IsBusy(failure->code)) return std::nullopt;
    if (!may_repeat && !SaysNothingWasWritten(*response)) return std::nullopt;
    return *failure;
  });
  return *std::move(response);
}

void ConnectorFunction::Repeat(const protocol::Request& request, std::stop_token stop,
                               const std::function<std::optional<Error>()>& attempt) {
  using namespace std::chrono_literals;
  const net::RetryPolicy policy;
  const Deadline give_up = DeadlineAfter(protocol::TimeLimitOf(request) < 30s ? 20s : 90s);
  int timeouts = 0;
  for (int n = 1;; ++n) {
    std::optional<Error> error = attempt();
    if (!error || n == policy.attempts) return;
    if (error->code == ErrorCode::kRequestTimeout && ++timeouts == 2) return;
    auto pause = net::RetryDelay(policy, n + 1, *error);
    if (DeadlineAfter(pause) >= give_up || !SleepFor(pause, stop)) return;
  }
}

}  // namespace sluice::custom
