#include "sluice/api/salesforce_login.h"

#include "sluice/api/generated/enums.h"
#include "sluice/base/json.h"
#include "sluice/net/oauth2.h"

namespace sluice::api {
namespace {

constexpr std::chrono::seconds kTokenTimeout{20};
constexpr char kTokenPath[] = "/services/oauth2/token";

// Client id and secret of the connected app, out of the secret that the user made for them.
ApiResult<net::OAuth2Client> ReadClient(secrets::Secrets& secrets, const Secret& arn) {
  auto opened = secrets.Get(arn.Reveal());
  if (!opened.ok() && opened.error().code == ErrorCode::kResourceNotFound) {
    return ValidationError("There is no secret with the ARN given as 'clientCredentialsArn'.");
  }
  if (!opened.ok()) return InternalError(opened.error().message);
  auto object = json::ParseObject(opened->value.Reveal());
  auto client_id = object.ok() ? json::FindString(*object, "clientId") : std::nullopt;
  auto client_secret = object.ok() ? json::FindString(*object, "clientSecret") : std::nullopt;
  if (!client_id || !client_secret) {
    return ValidationError(
        "The secret given as 'clientCredentialsArn' must be a JSON object with the strings "
        "clientId "
        "and clientSecret.");
  }
  return net::OAuth2Client{.client_id = *client_id,
                           .client_secret = Secret(*std::move(client_secret))};
}

ApiStatus CheckGiven(const appflow::SalesforceConnectorProfileProperties& properties,
                     const appflow::SalesforceConnectorProfileCredentials& given) {
  if (given.oauth2_grant_type.value_or(
          std::string(appflow::oauth2_grant_type::kAuthorizationCode)) !=
      appflow::oauth2_grant_type::kAuthorizationCode) {
    return ValidationError("The oAuth2GrantType " + *given.oauth2_grant_type +
                           " is not available for Salesforce here; use AUTHORIZATION_CODE.");
  }
  if (properties.use_private_link_for_metadata_and_authorization.value_or(false)) {
    return ValidationError(
        "'usePrivateLinkForMetadataAndAuthorization' needs AWS PrivateLink, which is not here.");
  }
  const auto& url = properties.instance_url;
  if (url && !url->starts_with("https://") && !url->starts_with("http://")) {
    return ValidationError(
        "'instanceUrl' must be a URL such as https://example.my.salesforce.com, "
        "not '" +
        *url + "'.");
  }
  if (given.access_token && !url) {
    return ValidationError(
        "'instanceUrl' is missing: with an accessToken nothing else says which "
        "Salesforce org it belongs to.");
  }
  if (!given.access_token && !given.refresh_token && !given.oauth_request) {
    return ValidationError(
        "Salesforce credentials need an accessToken, a refreshToken or an "
        "oAuthRequest.");
  }
  if (!given.access_token && !given.client_credentials_arn) {
    return ValidationError(
        "'clientCredentialsArn' is missing: the secret with clientId and "
        "clientSecret of your Salesforce connected app.");
  }
  if (given.oauth_request &&
      (!given.oauth_request->auth_code || !given.oauth_request->redirect_uri)) {
    return ValidationError("'oAuthRequest' needs authCode and redirectUri.");
  }
  return Done{};
}

}  // namespace

std::string SalesforceTokenUrl(const std::string& instance_url, bool is_sandbox) {
  std::string host = instance_url;
  if (host.empty())
    host = is_sandbox ? "https://test.salesforce.com" : "https://login.salesforce.com";
  while (host.ends_with('/')) host.pop_back();
  return host + kTokenPath;
}

ApiResult<Credentials> LogInToSalesforce(
    const AppFlowParts& parts, const appflow::SalesforceConnectorProfileProperties& properties,
    const appflow::SalesforceConnectorProfileCredentials& given) {
  SLUICE_RETURN_IF_ERROR(CheckGiven(properties, given));
  net::OAuth2Client client;
  if (given.client_credentials_arn) {
    SLUICE_ASSIGN(client, ReadClient(parts.secrets, *given.client_credentials_arn));
  }
  client.token_url = SalesforceTokenUrl(properties.instance_url.value_or(""),
                                        properties.is_sandbox_environment.value_or(false));

  net::OAuth2Tokens tokens{.access_token = given.access_token.value_or(Secret()),
                           .refresh_token = given.refresh_token.value_or(Secret())};
  Deadline deadline = DeadlineAfter(kTokenTimeout);
  if (given.oauth_request) {
    const auto& request = *given.oauth_request;
    if (request.code_verifier) client.extra["code_verifier"] = request.code_verifier->Reveal();
    SLUICE_ASSIGN(tokens,
                  FromConnector(net::ExchangeCode(parts.http, client, request.auth_code->Reveal(),
                                                  *request.redirect_uri, deadline)));
  } else if (!given.access_token) {
    SLUICE_ASSIGN(auto fresh, FromConnector(net::RefreshTokens(parts.http, client,
                                                               *given.refresh_token, deadline)));
    if (fresh.refresh_token.empty()) fresh.refresh_token = *given.refresh_token;
    tokens = std::move(fresh);
  }

  Credentials credentials{.type = AuthenticationType::kOAuth2};
  credentials.values = {{"accessToken", tokens.access_token},
                        {"refreshToken", tokens.refresh_token},
                        {"clientId", Secret(client.client_id)},
                        {"clientSecret", client.client_secret},
                        {"instanceUrl", Secret(tokens.instance_url)}};
  std::erase_if(credentials.values, [](const auto& entry) { return entry.second.empty(); });
  return credentials;
}

}  // namespace sluice::api
