// What the kit is told about the connector under test.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"

namespace sluice::conformance {

struct Options {
  std::string function;    // What the invoker knows the connector by.
  std::string secret_arn;  // Of the credentials, where they are in a secret already.
  std::string
      authentication_type;  // "CustomAuth"; empty: the only one that the connector declares.
  std::map<std::string, Secret> credentials;    // To put into a secret, by the connector's keys.
  std::map<std::string, std::string> settings;  // Runtime settings of the profile and the flow.
  std::string entity;                           // Empty: the first without nested entities.
  std::string filter;                           // A filter expression to try besides. Empty: none.
  bool write = false;  // Records may be written, changed and deleted: the kit's own only.
  std::optional<std::chrono::milliseconds> time_limit;  // Of each request; else AppFlow's.

  // Where the surroundings offer it:
  // Puts a secret where the connector finds it, and returns its ARN.
  std::function<Result<std::string>(const std::string& name, const Secret& text)> put_secret;
  // Has the next request answered by a new process.
  std::function<Status()> renew;
  // All that the connector has logged so far.
  std::function<Result<std::string>()> read_log;
  // Whether the user wants no more requests; what was written is still deleted.
  std::function<bool()> stopped;
};

}  // namespace sluice::conformance
