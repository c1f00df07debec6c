#include "sluice/api/custom_login.h"

#include <algorithm>

#include "sluice/api/generated/enums.h"
#include "sluice/api/profile_secret.h"
#include "sluice/net/oauth2.h"

namespace sluice::api {
namespace {

constexpr std::chrono::seconds kTokenTimeout{20};

ApiError Missing(std::string_view member, std::string_view type) {
  return ValidationError("'" + std::string(member) + "' is missing: the authenticationType is " +
                         std::string(type) + ".");
}

ApiError Unsupported(const ConnectorInfo& connector, std::string_view type) {
  return ValidationError("The connector " + connector.label + " does not support " +
                         std::string(type) + " authentication.");
}

void Add(Credentials& credentials, const char* key, const std::optional<Secret>& value) {
  if (value && !value->empty()) credentials.values[key] = *value;
}

ApiResult<Credentials> Basic(const appflow::CustomConnectorProfileCredentials& given) {
  if (!given.basic) return Missing("basic", given.authentication_type);
  Credentials credentials{.type = AuthenticationType::kBasic};
  credentials.values = {{"username", Secret(given.basic->username)},
                        {"password", given.basic->password}};
  return credentials;
}

ApiResult<Credentials> ApiKey(const appflow::CustomConnectorProfileCredentials& given) {
  if (!given.api_key) return Missing("apiKey", given.authentication_type);
  Credentials credentials{.type = AuthenticationType::kApiKey};
  credentials.values["apiKey"] = given.api_key->api_key;
  Add(credentials, "apiSecretKey", given.api_key->api_secret_key);
  return credentials;
}

ApiResult<Credentials> Custom(const ConnectorInfo& connector,
                              const appflow::CustomConnectorProfileCredentials& given) {
  if (!given.custom) return Missing("custom", given.authentication_type);
  const std::string& type = given.custom->custom_authentication_type;
  auto config = std::ranges::find(connector.authentication.custom, type,
                                  &CustomAuthConfig::authentication_type);
  if (config == connector.authentication.custom.end()) return Unsupported(connector, type);
  Credentials credentials{.type = AuthenticationType::kCustom, .custom_type = type};
  if (given.custom->credentials_map) credentials.values = *given.custom->credentials_map;
  std::string missing;
  for (const AuthParameter& parameter : config->parameters) {
    if (!parameter.is_required || credentials.values.contains(parameter.key)) continue;
    missing += (missing.empty() ? "'" : ", '") + parameter.key + "' (" + parameter.label + ")";
  }
  if (missing.empty()) return credentials;
  return ValidationError("The connector " + connector.label + " requires " + missing +
                         " in 'credentialsMap'.");
}

ApiResult<net::OAuth2Tokens> Tokens(const AppFlowParts& parts, const net::OAuth2Client& client,
                                    const std::string& grant_type,
                                    const appflow::OAuth2Credentials& given) {
  Deadline deadline = DeadlineAfter(kTokenTimeout);
  if (grant_type == appflow::oauth2_grant_type::kClientCredentials) {
    return FromConnector(net::ClientCredentials(parts.http, client, deadline));
  }
  if (grant_type != appflow::oauth2_grant_type::kAuthorizationCode) {
    return ValidationError("The oAuth2GrantType " + grant_type + " is not available here.");
  }
  if (given.oauth_request) {
    const auto& request = *given.oauth_request;
    if (!request.auth_code || !request.redirect_uri) {
      return ValidationError("'oAuthRequest' needs authCode and redirectUri.");
    }
    net::OAuth2Client exchanging = client;
    if (request.code_verifier) exchanging.extra["code_verifier"] = request.code_verifier->Reveal();
    return FromConnector(net::ExchangeCode(parts.http, exchanging, request.auth_code->Reveal(),
                                           *request.redirect_uri, deadline));
  }
  if (!given.access_token) {
    return ValidationError("OAuth 2 credentials need an accessToken or an oAuthRequest.");
  }
  return net::OAuth2Tokens{.access_token = *given.access_token,
                           .refresh_token = given.refresh_token.value_or(Secret())};
}

ApiResult<Credentials> OAuth2(const AppFlowParts& parts,
                              const appflow::CustomConnectorProfileProperties& properties,
                              const appflow::CustomConnectorProfileCredentials& given) {
  if (!given.oauth2) return Missing("oauth2", given.authentication_type);
  if (!properties.oauth2_properties) return Missing("oAuth2Properties", given.authentication_type);
  const auto& oauth2 = *properties.oauth2_properties;
  net::OAuth2Client client{.token_url = oauth2.token_url,
                           .client_id = given.oauth2->client_id.value_or(""),
                           .client_secret = given.oauth2->client_secret.value_or(Secret())};
  if (oauth2.token_url_custom_properties) client.extra = *oauth2.token_url_custom_properties;
  SLUICE_ASSIGN(net::OAuth2Tokens tokens,
                Tokens(parts, client, oauth2.oauth2_grant_type, *given.oauth2));

  Credentials credentials{.type = AuthenticationType::kOAuth2};
  Add(credentials, "clientId", Secret(client.client_id));
  Add(credentials, "clientSecret", client.client_secret);
  Add(credentials, "accessToken", tokens.access_token);
  Add(credentials, "refreshToken", tokens.refresh_token);
  return credentials;
}

}  // namespace

ApiResult<Credentials> LogInToCustomConnector(
    const AppFlowParts& parts, const ConnectorInfo& connector,
    const appflow::CustomConnectorProfileProperties& properties,
    const appflow::CustomConnectorProfileCredentials& given) {
  const AuthenticationConfig& supported = connector.authentication;
  switch (AuthenticationTypeFromApi(given.authentication_type)) {
    case AuthenticationType::kBasic:
      if (supported.is_basic_supported) return Basic(given);
      break;
    case AuthenticationType::kApiKey:
      if (supported.is_api_key_supported) return ApiKey(given);
      break;
    case AuthenticationType::kOAuth2:
      if (supported.is_oauth2_supported) return OAuth2(parts, properties, given);
      break;
    case AuthenticationType::kCustom:
      if (supported.is_custom_supported) return Custom(connector, given);
      break;
    case AuthenticationType::kNone:
      break;
  }
  return Unsupported(connector, given.authentication_type);
}

}  // namespace sluice::api
