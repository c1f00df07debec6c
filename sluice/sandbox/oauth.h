// Salesforce's OAuth 2: the log-in page, the "Allow Access?" page, and the token endpoint.
//
//   GET  /services/oauth2/authorize   asks for the log-in, then for the user's consent
//   POST /login                       the log-in form
//   POST /services/oauth2/authorize   the consent form: decision=Allow or Deny; redirects
//   POST /services/oauth2/token       authorization_code, refresh_token, client_credentials,
//   password GET  /services/oauth2/userinfo    who the access token belongs to POST
//   /services/oauth2/revoke      ends an access token, or a refresh token with all of its own
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/secret.h"
#include "sluice/net/http.h"
#include "sluice/sandbox/form.h"

namespace sluice::sandbox {

struct OAuthOptions {
  std::string user_name = "admin@example.com";
  Secret password{"sandbox-password"};
  std::string client_id = "sluice-sandbox-client";
  Secret client_secret{"sluice-sandbox-secret"};
  std::string client_name = "Sluice";         // Shown on the "Allow Access?" page.
  std::vector<std::string> redirect_uris;     // A redirect_uri must begin with one of these.
                                              // Empty: any http or https one.
  std::chrono::seconds session_length{7200};  // Of an access token, from its issue.
};

// Any thread.
class OAuth {
 public:
  OAuth(OAuthOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  // As ids in "id" URLs and in userinfo.
  void SetIdentity(std::string organization_id, std::string user_id);

  // Answers the six requests above. Nothing for all others.
  // `base_url`: how the client calls this server, "https://localhost:8443".
  std::optional<net::HttpResponse> Handle(const net::HttpRequest& request,
                                          const std::string& base_url);

  // Whether the request bears an access token that is still valid.
  bool IsAuthorized(const net::HttpRequest& request);

  // As if an administrator ended all sessions: every access token is invalid from now on. Refresh
  // tokens stay valid.
  void RevokeSessions();

 private:
  // What a client asked the user for.
  struct Authorization {
    std::string redirect_uri, state, scope, code_challenge;
    Time expires;
  };

  net::HttpResponse Authorize(const net::HttpRequest& request);
  net::HttpResponse LogIn(const net::HttpRequest& request);
  net::HttpResponse Decide(const net::HttpRequest& request);
  net::HttpResponse Token(const net::HttpRequest& request, const std::string& base_url);
  net::HttpResponse UserInfo(const net::HttpRequest& request, const std::string& base_url);
  net::HttpResponse Revoke(const net::HttpRequest& request);

  // The scope that the grant gives, or an error reply.
  std::optional<net::HttpResponse> Grant(const Form& form, std::string& scope);
  std::optional<net::HttpResponse> GrantCode(const Form& form, std::string& scope);
  std::optional<net::HttpResponse> CheckClient(const net::HttpRequest& request, const Form& form);
  bool MayRedirectTo(const std::string& uri) const;
  bool HasLogIn(const net::HttpRequest& request) const;
  net::HttpResponse IssueTokens(const std::string& grant_type, const std::string& refresh_token,
                                const std::string& scope, const std::string& base_url);

  const OAuthOptions options_;
  const Clock& clock_;
  std::string organization_id_, user_id_;

  struct Session {
    Time expires;
    std::string refresh_token;  // The one it belongs to, or empty.
  };
  mutable std::mutex mutex_;
  std::map<std::string, Time> log_ins_;                // By cookie; until when.
  std::map<std::string, Authorization> consents_;      // Shown, not decided; by a random name.
  std::map<std::string, Authorization> codes_;         // Allowed, not exchanged.
  std::map<std::string, std::string> refresh_tokens_;  // Their scopes.
  std::map<std::string, Session> sessions_;            // By access token.
};

}  // namespace sluice::sandbox
