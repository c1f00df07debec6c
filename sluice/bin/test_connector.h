// `sluice connector test`: the conformance kit for AppFlow's custom connectors.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::bin {

struct ConnectorTestOptions {
  std::vector<std::string> target;  // A zip, a function's name or ARN, or a command.
  std::string runtime;              // Of a zip; empty: by what is in it.
  std::string handler = "bootstrap";
  std::string python = "python3";
  std::string credentials_file;              // JSON object of strings; "-": standard input.
  std::vector<std::string> credentials;      // "key=value"
  std::vector<std::string> credentials_env;  // "key=VARIABLE"
  std::string secret_arn, authentication_type;
  std::vector<std::string> settings;  // "key=value"
  std::string entity, filter;
  bool write = false;
  double time_limit_s = 0;          // 0: AppFlow's.
  std::optional<std::string> json;  // A file for the scorecard as JSON; "-": standard output.
};

// The process's exit status: 0 where no check failed, 1 where some did, 2 where the connector could
// not be asked or the options make no sense.
int TestConnector(ConnectorTestOptions options);

}  // namespace sluice::bin
