// `sluice sandbox salesforce`: the sandbox as a program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::bin {

struct SalesforceSandboxOptions {
  std::string listen = "127.0.0.1:7576";
  std::vector<std::string> records;  // "Account=20000"
  std::string user = "admin@example.com";
  std::string password = "sandbox-password";
  std::string client_id = "sluice-sandbox-client";
  std::string client_secret = "sluice-sandbox-secret";
  int64_t session_seconds = 7200;
  std::string tls_certificate, tls_key;
};

// Starts it, prints how to reach it, serves until SIGINT or SIGTERM. The process's exit status.
int ServeSalesforceSandbox(const SalesforceSandboxOptions& options);

}  // namespace sluice::bin
