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

// "arn:aws:lambda:us-east-1:000000000000:function:<name>[:<version>]" to its name.
inline std::string_view FunctionName(std::string_view arn) {
  constexpr std::string_view kFunction = ":function:";
  size_t found = arn.find(kFunction);
  if (found == std::string_view::npos) return arn;
  arn.remove_prefix(found + kFunction.size());
  return arn.substr(0, arn.find(':'));
}

}  // namespace sluice::api
