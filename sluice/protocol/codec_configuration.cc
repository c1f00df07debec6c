#include <algorithm>
#include <array>

#include "sluice/protocol/codec_parts.h"

namespace sluice::protocol {
namespace {

// The protocol's spelling beside the API's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kTriggerTypes = {
    {{"SCHEDULED", "Scheduled"}, {"ONDEMAND", "OnDemand"}}};

AuthParameter ReadAuthParameter(const JsonReader& in) {
  return {.key = in.RequiredString("key"),
          .label = in.String("label"),
          .description = in.String("description"),
          .is_required = in.Bool("required", false),
          .is_sensitive = in.Bool("sensitiveField", false),
          .supplied_values = in.Strings("connectorSuppliedValues")};
}

void WriteAuthParameter(JsonWriter& out, const AuthParameter& parameter) {
  out.String("key", parameter.key);
  out.Bool("required", parameter.is_required);
  out.String("label", parameter.label);
  out.String("description", parameter.description);
  out.Bool("sensitiveField", parameter.is_sensitive);
  out.StringsIfAny("connectorSuppliedValues", parameter.supplied_values);
}

OAuth2Defaults ReadOAuth2Defaults(const JsonReader& in) {
  OAuth2Defaults defaults = {.scopes = in.Strings("oAuthScopes"),
                             .token_urls = in.Strings("tokenURL"),
                             .auth_code_urls = in.Strings("authURL"),
                             .grant_types = in.Strings("oAuth2GrantTypesSupported")};
  // Java's spelling, or Python's.
  std::string_view list =
      in.Has("oauth2CustomProperties") ? "oauth2CustomProperties" : "oAuth2CustomProperties";
  in.ForEach(list, [&](const JsonReader& property) {
    bool for_token_url = property.String("type") != "AUTH_URL";
    defaults.custom_properties.push_back({ReadAuthParameter(property), for_token_url});
  });
  return defaults;
}

void WriteOAuth2Defaults(JsonWriter& out, const OAuth2Defaults& defaults) {
  out.BeginObject("oAuth2Defaults");
  out.Strings("tokenURL", defaults.token_urls);
  out.StringsIfAny("authURL", defaults.auth_code_urls);
  out.StringsIfAny("oAuthScopes", defaults.scopes);
  out.Strings("oAuth2GrantTypesSupported", defaults.grant_types);
  out.BeginList("oauth2CustomProperties");
  for (const OAuth2CustomProperty& property : defaults.custom_properties) {
    out.BeginObject();
    WriteAuthParameter(out, property.parameter);
    out.String("type", property.for_token_url ? "TOKEN_URL" : "AUTH_URL");
    out.EndObject();
  }
  out.EndList();
  out.EndObject();
}

CustomAuthConfig ReadCustomAuthConfig(const JsonReader& in) {
  CustomAuthConfig config;
  config.authentication_type = in.RequiredString("authenticationType");
  in.ForEach("authParameters", [&](const JsonReader& parameter) {
    config.parameters.push_back(ReadAuthParameter(parameter));
  });
  return config;
}

AuthenticationConfig ReadAuthenticationConfig(const JsonReader& in) {
  AuthenticationConfig config = {
      .is_basic_supported = in.Bool("isBasicAuthSupported", false),
      .is_api_key_supported = in.Bool("isApiKeyAuthSupported", false),
      .is_oauth2_supported = in.Bool("isOAuth2Supported", false),
      .is_custom_supported = in.Bool("isCustomAuthSupported", false),
      .oauth2 = ReadOAuth2Defaults(in.Object("oAuth2Defaults")),
  };
  in.ForEach("customAuthConfig", [&](const JsonReader& custom) {
    config.custom.push_back(ReadCustomAuthConfig(custom));
  });
  return config;
}

// Always as an object with its flags: AWS's own validator looks into it without a null check.
void WriteAuthenticationConfig(JsonWriter& out, const AuthenticationConfig& config) {
  out.BeginObject("authenticationConfig");
  out.Bool("isBasicAuthSupported", config.is_basic_supported);
  out.Bool("isApiKeyAuthSupported", config.is_api_key_supported);
  out.Bool("isOAuth2Supported", config.is_oauth2_supported);
  out.Bool("isCustomAuthSupported", config.is_custom_supported);
  if (config.is_oauth2_supported) WriteOAuth2Defaults(out, config.oauth2);
  if (!config.custom.empty()) {
    out.BeginList("customAuthConfig");
    for (const CustomAuthConfig& custom : config.custom) {
      out.BeginObject();
      out.String("authenticationType", custom.authentication_type);
      out.BeginList("authParameters");
      for (const AuthParameter& parameter : custom.parameters) {
        out.BeginObject();
        WriteAuthParameter(out, parameter);
        out.EndObject();
      }
      out.EndList();
      out.EndObject();
    }
    out.EndList();
  }
  out.EndObject();
}

RuntimeSetting ReadRuntimeSetting(const JsonReader& in) {
  return {.key = in.RequiredString("key"),
          .label = in.String("label"),
          .description = in.String("description"),
          .data_type = in.String("dataType", "String"),
          .is_required = in.Bool("required", false),
          .scope = in.RequiredString("scope"),
          .supplied_values = in.Strings("connectorSuppliedValueOptions")};
}

void WriteRuntimeSettings(JsonWriter& out, const std::vector<RuntimeSetting>& settings) {
  out.BeginList("connectorRuntimeSetting");
  for (const RuntimeSetting& setting : settings) {
    out.BeginObject();
    out.String("key", setting.key);
    out.String("dataType", setting.data_type);
    out.Bool("required", setting.is_required);
    out.String("label", setting.label);
    out.String("description", setting.description);
    out.String("scope", setting.scope);
    out.StringsIfAny("connectorSuppliedValueOptions", setting.supplied_values);
    out.EndObject();
  }
  out.EndList();
}

template <class Value>
std::vector<Value> OrDefault(bool has, std::vector<Value> values, std::vector<Value> fallback) {
  return has ? std::move(values) : std::move(fallback);
}

std::vector<std::string> ReadTriggerTypes(const JsonReader& in) {
  if (!in.Has("supportedTriggerTypes")) return {"Scheduled", "OnDemand"};
  std::vector<std::string> types;
  for (const std::string& type : in.Strings("supportedTriggerTypes")) {
    for (auto [protocol, api] : kTriggerTypes) {
      if (type == protocol) types.emplace_back(api);
    }
  }
  return types;
}

void WriteTriggerTypes(JsonWriter& out, const std::vector<std::string>& types) {
  out.BeginList("supportedTriggerTypes");
  for (const std::string& type : types) {
    for (auto [protocol, api] : kTriggerTypes) {
      if (type == api) out.Item(protocol);
    }
  }
  out.EndList();
}

std::vector<std::string> RequiredStrings(const JsonReader& in, std::string_view name) {
  std::vector<std::string> strings = in.Strings(name);
  if (strings.empty()) in.Complain(name, "is missing or empty");
  return strings;
}

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

ConnectorInfo ReadConnectorInfo(const JsonReader& in) {
  ConnectorInfo info;
  info.type = "CustomConnector";
  info.owner = in.RequiredString("connectorOwner");
  info.name = in.RequiredString("connectorName");
  info.version = in.RequiredString("connectorVersion");
  info.logo_url = in.String("logoURL");
  std::vector<std::string> modes = RequiredStrings(in, "connectorModes");
  info.is_source = Contains(modes, "SOURCE");
  info.is_destination = Contains(modes, "DESTINATION");
  info.authentication = ReadAuthenticationConfig(in.Object("authenticationConfig"));
  in.ForEach("connectorRuntimeSetting", [&](const JsonReader& setting) {
    info.runtime_settings.push_back(ReadRuntimeSetting(setting));
  });
  info.api_versions = RequiredStrings(in, "supportedApiVersions");
  info.operators = OrDefault(in.Has("operatorsSupported"),
                             in.Enums("operatorsSupported", &OperatorFromString), AllOperators());
  info.trigger_types = ReadTriggerTypes(in);
  info.scheduling_frequencies =
      OrDefault(in.Has("triggerFrequenciesSupported"), in.Strings("triggerFrequenciesSupported"),
                {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"});
  using enum WriteOperation;
  info.write_operations = OrDefault(in.Has("supportedWriteOperations"),
                                    in.Enums("supportedWriteOperations", &WriteOperationFromString),
                                    {kInsert, kUpdate, kUpsert, kDelete});
  return info;
}

void WriteConnectorInfo(JsonWriter& out, const ConnectorInfo& info) {
  out.String("connectorOwner", info.owner);
  out.String("connectorName", info.name);
  out.String("connectorVersion", info.version);
  out.BeginList("connectorModes");
  if (info.is_source) out.Item("SOURCE");
  if (info.is_destination) out.Item("DESTINATION");
  out.EndList();
  WriteAuthenticationConfig(out, info.authentication);
  if (!info.runtime_settings.empty()) WriteRuntimeSettings(out, info.runtime_settings);
  out.Strings("supportedApiVersions", info.api_versions);
  if (!info.operators.empty()) {
    out.List("operatorsSupported", info.operators, [](Operator op) { return ToString(op); });
  }
  if (!info.trigger_types.empty()) WriteTriggerTypes(out, info.trigger_types);
  out.StringsIfAny("triggerFrequenciesSupported", info.scheduling_frequencies);
  if (!info.write_operations.empty()) {
    out.List("supportedWriteOperations", info.write_operations,
             [](WriteOperation op) { return ToString(op); });
  }
  out.StringIfAny("logoURL", info.logo_url);
}

}  // namespace sluice::protocol
