// Telling a function's call from a person's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sluice/net/aws_gateway.h"

namespace sluice::api {

// The name of the function that signed a request
// ("arn:aws:sts::<account>:assumed-role/sluice/<name>"), or nothing where it was somebody else.
inline std::optional<std::string> FunctionOf(const net::Caller& caller) {
  constexpr std::string_view kRole = ":assumed-role/sluice/";
  size_t found = caller.principal.find(kRole);
  if (found == std::string::npos) return std::nullopt;
  return caller.principal.substr(found + kRole.size());
}

}  // namespace sluice::api
