#include "sluice/functions/function_keys.h"

#include "sluice/base/log.h"
#include "sluice/base/uuid.h"

namespace sluice::functions {
namespace {

constexpr std::string_view kArnStart = "arn:aws:sts::";
constexpr std::string_view kRolePart = ":assumed-role/sluice/";
constexpr std::string_view kSessionKeyStart = "ASIA";

}  // namespace

std::string FunctionPrincipal(std::string_view account, std::string_view name) {
  std::string principal(kArnStart);
  return principal.append(account).append(kRolePart).append(name);
}

std::optional<std::string> FunctionOfPrincipal(std::string_view principal) {
  if (!principal.starts_with(kArnStart)) return std::nullopt;
  const size_t role = principal.find(kRolePart);
  if (role == std::string_view::npos) return std::nullopt;
  return std::string(principal.substr(role + kRolePart.size()));
}

std::string NewSessionKeyId() {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id(kSessionKeyStart);
  for (unsigned char byte : RandomBytes(16)) id += kLetters[byte % kLetters.size()];
  return id;
}

std::optional<net::AccessKey> FunctionKeys::Find(std::string_view access_key_id) const {
  if (!access_key_id.starts_with(kSessionKeyStart)) return std::nullopt;
  auto functions = store_.ListFunctions();
  if (!functions.ok()) {
    Log(LogLevel::kError, "a function's request is refused: the keys can't be read",
        {{"reason", ToString(functions.error())}});
    return std::nullopt;
  }
  for (Function& function : *functions) {
    if (function.access_key_id != access_key_id) continue;
    return net::AccessKey{function.access_key_id, std::move(function.secret_access_key),
                          std::move(function.session_token),
                          FunctionPrincipal(account_, function.name)};
  }
  return std::nullopt;
}

}  // namespace sluice::functions
