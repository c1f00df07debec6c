// A server that answers like Salesforce, for the tutorial and for tests: OAuth 2 with its pages
// (oauth.h), the REST API (rest_api.h) with SOQL (soql_parser.h), Account with the 13 sample
// records of a Developer Edition org, Contact and User; and trouble on demand (faults.h).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "sluice/net/http_server.h"
#include "sluice/sandbox/faults.h"
#include "sluice/sandbox/oauth.h"

namespace sluice::sandbox {

struct SalesforceSandboxOptions {
  std::string listen = "127.0.0.1:0";  // "ADDRESS:PORT"; port 0: any free one.
  std::string certificate_file;        // PEM; empty: plain HTTP.
  std::string private_key_file;
  std::map<std::string, int64_t> records;  // Made-up ones beside the samples, by object: Account,
                                           // Contact.
  uint64_t seed = 1;                       // The same seed makes the same records.
  int64_t daily_requests = 100'000;        // Calls until REQUEST_LIMIT_EXCEEDED.
  OAuthOptions oauth;
};

// Serves until destroyed. Any thread.
class SalesforceSandbox {
 public:
  // kInvalidArgument: address, certificate, or an object that can't be made up.
  // kServiceUnavailable: the port is taken.
  static Result<std::unique_ptr<SalesforceSandbox>> Start(SalesforceSandboxOptions options);
  virtual ~SalesforceSandbox() = default;

  virtual std::string url() const = 0;  // "http://127.0.0.1:PORT", with a certificate "https://…".

  // The same as the requests of faults.h.
  virtual void Inject(Fault fault) = 0;
  virtual void RevokeSessions() = 0;
  virtual std::map<std::string, int64_t, std::less<>> requests() const = 0;
};

}  // namespace sluice::sandbox
