// One account's connector function: asks it, and asks again where that is safe and may help.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/connector/registry.h"
#include "sluice/protocol/connector_call.h"

namespace sluice::custom {

// Throttled, unavailable or out of time: worth another try of what does no harm when done twice.
bool IsBusy(ErrorCode code);

class ConnectorFunction {
 public:
  // `functions` must outlive it.
  ConnectorFunction(protocol::FunctionInvoker& functions, Account account)
      : functions_(functions), account_(std::move(account)) {}

  protocol::CredentialsReference credentials() const {
    return {account_.secret_arn, account_.authentication_type};
  }
  const Settings& settings() const { return account_.settings; }

  protocol::ConnectorContext Context() const;
  // For a run: with the flow's settings beside the profile's, and the entity as it was described.
  protocol::ConnectorContext Context(const Settings& flow_settings, const EntityDefinition& entity,
                                     const RunContext& run) const;

  // What `parse` makes of the answer; asks again while it is busy.
  template <class Response>
  Result<Response> Ask(const protocol::Request& request,
                       Result<Response> (*parse)(std::string_view json, std::string_view about),
                       std::stop_token stop = {}) {
    std::optional<Result<Response>> response;
    Repeat(request, stop, [&] {
      response = protocol::Call(functions_, account_.function_arn, request, parse);
      bool busy = !response->ok() && IsBusy(response->error().code);
      return busy ? std::optional(response->error()) : std::nullopt;
    });
    return *std::move(response);
  }

  // Writes records. Asks again while it is busy; where `may_repeat` is false, as writing them twice
  // does harm, only if the answer says that nothing was written.
  Result<protocol::WriteDataResponse> Write(const protocol::WriteDataRequest& request,
                                            bool may_repeat);

 private:
  // Calls `attempt`, and again after a pause while it returns an error that may pass: for 20 s, for
  // 90 s where data is concerned, five times at most. A time-out is tried once more only: a
  // function that is still slow when it is warm is slow.
  static void Repeat(const protocol::Request& request, std::stop_token stop,
                     const std::function<std::optional<Error>()>& attempt);

  protocol::FunctionInvoker& functions_;
  const Account account_;
};

}  // namespace sluice::custom
