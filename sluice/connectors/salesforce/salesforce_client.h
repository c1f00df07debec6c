// Calls to one org's REST API, with the access token of a connector profile.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "sluice/connector/registry.h"
#include "sluice/net/http.h"
#include "sluice/net/oauth2.h"
#include "sluice/net/retry.h"

namespace sluice::salesforce {

struct SalesforceOptions {
  net::RetryPolicy retry;
  std::chrono::seconds request_timeout{125};  // Salesforce itself gives a query up after 120 s.
  int64_t page_size = 2000;  // Records per query; 2000 is Salesforce's largest page.
  // Of JSON: pages make a batch together until they have so much, as a target works better with
  // some more rows than a page has.
  int64_t batch_bytes = 1 << 20;
};

// Any thread. Profile settings: "instanceUrl" (the org's own address), "tokenUrl" (default: below
// the instance; without an instance login.salesforce.com, or test.salesforce.com where
// "isSandboxEnvironment" is true). Credentials: "accessToken", "refreshToken", "clientId",
// "clientSecret".
class SalesforceClient {
 public:
  SalesforceClient(net::HttpClient& http, const Account& account, SalesforceOptions options);

  // The body of GET instance + `path`. What may pass (no connection, 429, 5xx) is tried again.
  // Where the session has expired, the access token is refreshed, saved, and the call repeated,
  // once. Errors: FromSalesforce's; kInvalidCredentials when the refreshed session is refused too.
  Result<std::string> Get(const std::string& path, std::stop_token stop = {});

  // Get() of a query. `with_deleted`: deleted and archived records too.
  Result<std::string> Query(const std::string& soql, bool with_deleted, std::stop_token stop);

  const SalesforceOptions& options() const { return options_; }

 private:
  struct Session {
    std::string instance_url;
    Secret access_token;
  };

  Result<Session> CurrentSession(std::stop_token stop);
  // The session after `expired`: one that somebody else has refreshed in the meantime, or a new
  // one.
  Result<Session> RenewSession(const Session& expired, std::stop_token stop);
  Result<Session> Refresh(Credentials credentials, std::stop_token stop);
  Result<std::string> Send(const Session& session, const std::string& path, std::stop_token stop);
  Result<std::string> SendOnce(const Session& session, const std::string& path,
                               std::stop_token stop);

  net::HttpClient& http_;
  const std::shared_ptr<CredentialSource> credentials_;
  const SalesforceOptions options_;
  std::string instance_url_, token_url_;

  std::mutex mutex_;
  Session session_;  // Empty token: not loaded yet.
};

// Where the REST API that this connector speaks begins.
inline constexpr char kApiPath[] = "/services/data/v58.0";

}  // namespace sluice::salesforce
