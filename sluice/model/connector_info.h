// All that is said about a connector, as data: it answers DescribeConnector, draws the console's
// forms and fills the documentation. (AWS's SDKs: DescribeConnectorConfigurationResponse.)
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sluice/base/secret.h"
#include "sluice/model/entity.h"

namespace sluice {

using Settings = std::map<std::string, std::string>;

// API spelling: "OAUTH2", "APIKEY", "BASIC", "CUSTOM"; protocol spelling: "OAuth2", "ApiKey",
// "BasicAuth", "CustomAuth". kNone: the connector asks for no credentials.
enum class AuthenticationType { kNone, kOAuth2, kApiKey, kBasic, kCustom };

// The contents of a profile's secret, by AppFlow's keys: "username", "password", "apiKey",
// "accessToken", "refreshToken", "clientId", "clientSecret", or a custom connector's own.
struct Credentials {
  AuthenticationType type = AuthenticationType::kNone;
  std::string custom_type;  // For kCustom: e.g. "JDBC".
  std::map<std::string, Secret> values;

  // The value of a key; an empty Secret where there is none.
  Secret Get(std::string_view key) const {
    auto found = values.find(std::string(key));
    return found == values.end() ? Secret() : found->second;
  }
};

struct AuthParameter {
  std::string key, label, description;
  bool is_required = true;
  bool is_sensitive = false;
  std::vector<std::string> supplied_values;  // The choices; empty: free text.

  friend bool operator==(const AuthParameter&, const AuthParameter&) = default;
};

struct CustomAuthConfig {
  std::string authentication_type;  // e.g. "JDBC"
  std::vector<AuthParameter> parameters;

  friend bool operator==(const CustomAuthConfig&, const CustomAuthConfig&) = default;
};

struct OAuth2CustomProperty {
  AuthParameter parameter;
  bool for_token_url = true;  // Else for the authorization URL.

  friend bool operator==(const OAuth2CustomProperty&, const OAuth2CustomProperty&) = default;
};

struct OAuth2Defaults {
  std::vector<std::string> scopes, token_urls, auth_code_urls;
  std::vector<std::string> grant_types;  // "CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "JWT_BEARER"
  std::vector<OAuth2CustomProperty> custom_properties;

  friend bool operator==(const OAuth2Defaults&, const OAuth2Defaults&) = default;
};

struct AuthenticationConfig {
  bool is_basic_supported = false;
  bool is_api_key_supported = false;
  bool is_oauth2_supported = false;
  bool is_custom_supported = false;
  OAuth2Defaults oauth2;
  std::vector<CustomAuthConfig> custom;

  friend bool operator==(const AuthenticationConfig&, const AuthenticationConfig&) = default;
};

struct RuntimeSetting {
  std::string key, label, description;
  std::string data_type = "String";  // String Date DateTime Long Integer Boolean Url
  bool is_required = false;
  std::string scope;  // CONNECTOR_PROFILE, SOURCE, DESTINATION, SOURCE_AND_DESTINATION
  std::vector<std::string> supplied_values;

  friend bool operator==(const RuntimeSetting&, const RuntimeSetting&) = default;
};

struct ConnectorInfo {
  std::string type;   // API ConnectorType: "Salesforce", "CustomConnector" …
  std::string label;  // Of a registered custom connector; empty for built-in ones.
  std::string owner, name, version, description, logo_url;
  bool is_source = false;
  bool is_destination = false;
  AuthenticationConfig authentication;
  std::vector<RuntimeSetting> runtime_settings;
  std::vector<std::string> api_versions;
  std::vector<Operator> operators;
  std::vector<std::string> trigger_types;  // API spelling: "OnDemand", "Scheduled", "Event"
  std::vector<std::string> scheduling_frequencies;  // "BYMINUTE", "HOURLY" …
  std::vector<WriteOperation> write_operations;

  friend bool operator==(const ConnectorInfo&, const ConnectorInfo&) = default;
};

}  // namespace sluice
