#include "sluice/net/oauth2.h"

#include <charconv>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"

namespace sluice::net {
namespace {

using Form = std::vector<std::pair<std::string, std::string>>;

// RFC 6749, 2.3.1: the client's credentials in the body, as Salesforce, GitHub and LinkedIn want
// it.
HttpRequest TokenRequest(const OAuth2Client& client, Form form) {
  form.emplace_back("client_id", client.client_id);
  if (!client.client_secret.empty()) {
    form.emplace_back("client_secret", client.client_secret.Reveal());
  }
  form.insert(form.end(), client.extra.begin(), client.extra.end());
  return {.method = "POST",
          .url = client.token_url,
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                      {"Accept", "application/json"}},
          .body = FormEncode(form)};
}

std::optional<std::chrono::seconds> RetryAfter(const HttpResponse& response) {
  const std::string* text = response.headers.Find("Retry-After");
  int seconds = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), seconds).ec != std::errc() ||
      seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

// What `body` says went wrong (RFC 6749, 5.2), if it does.
std::optional<std::string> Refusal(const json::Object& body) {
  auto error = json::FindString(body, "error");
  if (!error) return std::nullopt;
  auto description = json::FindString(body, "error_description");
  std::string text = description ? *error + ": " + *description : *error;
  return text.substr(0, 300);
}

Result<OAuth2Tokens> ReadTokens(const HttpResponse& response, const std::string& url) {
  std::string status = std::to_string(response.status);
  if (response.status >= 500) {
    return Error{ErrorCode::kServiceUnavailable,
                 "the token endpoint " + url + " answered " + status, RetryAfter(response)};
  }
  if (response.status == 429) {
    return Error{ErrorCode::kRateLimitExceeded,
                 "the token endpoint " + url + " asks to slow down (429)", RetryAfter(response)};
  }
  Result<json::Object> body = json::ParseObject(response.body);
  if (!body.ok()) {
    return ServerError("the token endpoint " + url + " answered " + status + " without JSON");
  }
  // GitHub says so with status 200.
  if (auto refusal = Refusal(*body)) {
    return Error{
        ErrorCode::kInvalidCredentials, "the token endpoint " + url + " refused: " + *refusal, {}};
  }
  auto access_token = json::FindString(*body, "access_token");
  if (response.status != 200 || !access_token || access_token->empty()) {
    return ServerError("the token endpoint " + url + " answered " + status +
                       " with neither a token nor an error");
  }
  return OAuth2Tokens{Secret(*std::move(access_token)),
                      Secret(json::FindString(*body, "refresh_token").value_or("")),
                      json::FindString(*body, "instance_url").value_or("")};
}

Result<OAuth2Tokens> Ask(HttpClient& http, const OAuth2Client& client, Form form, Deadline deadline,
                         std::stop_token stop = {}) {
  HttpRequest request = TokenRequest(client, std::move(form));
  SLUICE_ASSIGN(HttpResponse response, http.Send(request, deadline, std::move(stop)));
  return ReadTokens(response, client.token_url);
}

}  // namespace

Result<OAuth2Tokens> ExchangeCode(HttpClient& http, const OAuth2Client& client,
                                  std::string_view code, std::string_view redirect_uri,
                                  Deadline deadline) {
  return Ask(http, client,
             {{"grant_type", "authorization_code"},
              {"code", std::string(code)},
              {"redirect_uri", std::string(redirect_uri)}},
             deadline);
}

Result<OAuth2Tokens> RefreshTokens(HttpClient& http, const OAuth2Client& client,
                                   const Secret& refresh_token, Deadline deadline,
                                   std::stop_token stop) {
  return Ask(http, client,
             {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.Reveal()}}, deadline,
             std::move(stop));
}

Result<OAuth2Tokens> ClientCredentials(HttpClient& http, const OAuth2Client& client,
                                       Deadline deadline) {
  return Ask(http, client, {{"grant_type", "client_credentials"}}, deadline);
}

}  // namespace sluice::net
