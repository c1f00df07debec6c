// The keys that functions sign with, and who a function is.
#pragma once

#include <optional>
#include <string>

#include "sluice/functions/function.h"
#include "sluice/net/sigv4.h"

namespace sluice::functions {

// The principal of a function's keys: "arn:aws:sts::<account>:assumed-role/sluice/<name>".
std::string FunctionPrincipal(std::string_view account, std::string_view name);
// The reverse: the function's name, or nothing where a principal is not a function.
std::optional<std::string> FunctionOfPrincipal(std::string_view principal);

// "ASIA…", as AWS calls the ids of session keys.
std::string NewSessionKeyId();

// Knows the keys of all functions on record. Any thread.
class FunctionKeys : public net::AccessKeys {
 public:
  FunctionKeys(FunctionStore& store, std::string account)
      : store_(store), account_(std::move(account)) {}
  std::optional<net::AccessKey> Find(std::string_view access_key_id) const override;

 private:
  FunctionStore& store_;
  const std::string account_;
};

}  // namespace sluice::functions
