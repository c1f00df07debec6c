#include <algorithm>
#include <limits>
#include <optional>

#include "sluice/api/appflow_api.h"
#include "sluice/api/function_caller.h"
#include "sluice/api/profile_secret.h"
#include "sluice/base/log.h"
#include "sluice/protocol/connector_call.h"

namespace sluice::api {
namespace {

class ConnectorSecretPolicy final : public secrets::AccessPolicy {
 public:
  ConnectorSecretPolicy(ResourceStore& resources, std::string account)
      : resources_(resources), account_(std::move(account)) {}

  bool MayRead(const net::Caller& caller, const std::string& secret_name) override {
    std::optional<std::string> function = FunctionOf(caller);
    if (!function) return true;
    auto connectors = resources_.ListConnectors("", std::numeric_limits<int64_t>::max());
    if (!connectors.ok()) {
      Log(LogLevel::kError, "A function was refused a secret because connectors can't be listed",
          {{"function", *function}, {"error", ToString(connectors.error())}});
      return false;
    }
    return std::ranges::any_of(*connectors, [&](const StoredConnector& connector) {
      return protocol::FunctionNameOf(connector.function_arn) == *function &&
             IsSecretOfLabel(secret_name, account_, connector.label);
    });
  }

  bool MayManage(const net::Caller& caller) override { return !FunctionOf(caller); }

 private:
  ResourceStore& resources_;
  const std::string account_;
};

}  // namespace

std::unique_ptr<secrets::AccessPolicy> MakeSecretAccessPolicy(ResourceStore& resources,
                                                              std::string account) {
  return std::make_unique<ConnectorSecretPolicy>(resources, std::move(account));
}

}  // namespace sluice::api
