// One account's connector function: asks it, and asks again where that is safe and may help.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/connector/registry.h"
#include "sluice/protocol/codec.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::custom {

// How long one answer may take, and how long it may be tried for in all. A connector has 10 s, and
// 30 s where data is concerned (README of AWS's connector SDKs).
struct Patience {
  std::chrono::seconds call, total;
};
inline constexpr Patience kForMetadata{std::chrono::seconds(10), std::chrono::seconds(20)};
inline constexpr Patience kForData{std::chrono::seconds(30), std::chrono::seconds(90)};

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
                       Result<Response> (*parse)(std::string_view json), const Patience& patience,
                       std::stop_token stop = {}) {
    std::optional<Result<Response>> response;
    Repeat(patience, stop, [&](Deadline deadline) {
      response = AskOnce(request, parse, deadline);
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
  template <class Response>
  Result<Response> AskOnce(const protocol::Request& request,
                           Result<Response> (*parse)(std::string_view json), Deadline deadline) {
    SLUICE_ASSIGN(std::string answer, Invoke(request, deadline));
    return parse(answer);
  }

  // Errors are those of the function itself, which did not come to answer: with what it was asked,
  // how long it took and where its log is.
  Result<std::string> Invoke(const protocol::Request& request, Deadline deadline);

  // Calls `attempt`, and again after a pause while it returns an error that may pass.
  static void Repeat(const Patience& patience, std::stop_token stop,
                     const std::function<std::optional<Error>(Deadline)>& attempt);

  protocol::FunctionInvoker& functions_;
  const Account account_;
};

}  // namespace sluice::custom
