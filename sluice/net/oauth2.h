// OAuth 2.0 (RFC 6749), the client's side of the token endpoint.
#pragma once

#include <map>
#include <string>

#include "sluice/net/http.h"

namespace sluice::net {

struct OAuth2Client {
  std::string token_url;
  std::string client_id;
  Secret client_secret;
  std::map<std::string, std::string> extra;  // Further form parameters of the token request.
};

struct OAuth2Tokens {
  Secret access_token;
  Secret refresh_token;      // Empty where the server gave none (then the old one stays valid).
  std::string instance_url;  // Salesforce: where to send data calls. Empty elsewhere.
};

// Errors: kInvalidCredentials with the server's error_description (invalid_grant, invalid_client
// …), else those of HttpClient::Send, kServiceUnavailable for 5xx and kServerError for nonsense.
Result<OAuth2Tokens> ExchangeCode(HttpClient& http, const OAuth2Client& client,
                                  std::string_view code, std::string_view redirect_uri,
                                  Deadline deadline);
Result<OAuth2Tokens> RefreshTokens(HttpClient& http, const OAuth2Client& client,
                                   const Secret& refresh_token, Deadline deadline,
                                   std::stop_token stop = {});
Result<OAuth2Tokens> ClientCredentials(HttpClient& http, const OAuth2Client& client,
                                       Deadline deadline);

}  // namespace sluice::net
