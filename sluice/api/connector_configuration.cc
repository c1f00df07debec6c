#include "sluice/api/connector_configuration.h"

#include <algorithm>

#include "sluice/api/custom_connectors.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/shape_values.h"
#include "sluice/protocol/codec.h"

namespace sluice::api {
namespace {

using Strings = std::vector<std::string>;

Strings ModesOf(const ConnectorInfo& info) {
  Strings modes;
  if (info.is_source) modes.emplace_back("SOURCE");
  if (info.is_destination) modes.emplace_back("DESTINATION");
  return modes;
}

appflow::AuthParameter ToShape(const AuthParameter& parameter) {
  return {.key = parameter.key,
          .is_required = parameter.is_required,
          .label = IfAny(parameter.label),
          .description = IfAny(parameter.description),
          .is_sensitive_field = parameter.is_sensitive,
          .connector_supplied_values = IfAny(parameter.supplied_values)};
}

appflow::CustomAuthConfig ToShape(const CustomAuthConfig& config) {
  appflow::CustomAuthConfig shape{.custom_authentication_type = config.authentication_type};
  auto& parameters = shape.auth_parameters.emplace();
  for (const AuthParameter& parameter : config.parameters) {
    parameters.push_back(ToShape(parameter));
  }
  return shape;
}

appflow::OAuth2Defaults ToShape(const OAuth2Defaults& defaults) {
  appflow::OAuth2Defaults shape{.oauth_scopes = IfAny(defaults.scopes),
                                .token_urls = IfAny(defaults.token_urls),
                                .auth_code_urls = IfAny(defaults.auth_code_urls),
                                .oauth2_grant_types_supported = IfAny(defaults.grant_types)};
  for (const OAuth2CustomProperty& property : defaults.custom_properties) {
    if (!shape.oauth2_custom_properties) shape.oauth2_custom_properties.emplace();
    shape.oauth2_custom_properties->push_back(
        {.key = property.parameter.key,
         .is_required = property.parameter.is_required,
         .label = IfAny(property.parameter.label),
         .description = IfAny(property.parameter.description),
         .is_sensitive_field = property.parameter.is_sensitive,
         .connector_supplied_values = IfAny(property.parameter.supplied_values),
         .type = property.for_token_url ? "TOKEN_URL" : "AUTH_URL"});
  }
  return shape;
}

appflow::AuthenticationConfig ToShape(const AuthenticationConfig& config) {
  appflow::AuthenticationConfig shape{.is_basic_auth_supported = config.is_basic_supported,
                                      .is_api_key_auth_supported = config.is_api_key_supported,
                                      .is_oauth2_supported = config.is_oauth2_supported,
                                      .is_custom_auth_supported = config.is_custom_supported};
  if (config.is_oauth2_supported) shape.oauth2_defaults = ToShape(config.oauth2);
  for (const CustomAuthConfig& custom : config.custom) {
    if (!shape.custom_auth_configs) shape.custom_auth_configs.emplace();
    shape.custom_auth_configs->push_back(ToShape(custom));
  }
  return shape;
}

std::vector<appflow::ConnectorRuntimeSetting> ToShape(const std::vector<RuntimeSetting>& settings) {
  std::vector<appflow::ConnectorRuntimeSetting> shapes;
  for (const RuntimeSetting& setting : settings) {
    shapes.push_back({.key = setting.key,
                      .data_type = setting.data_type,
                      .is_required = setting.is_required,
                      .label = IfAny(setting.label),
                      .description = IfAny(setting.description),
                      .scope = IfAny(setting.scope),
                      .connector_supplied_value_options = IfAny(setting.supplied_values)});
  }
  return shapes;
}

Strings DestinationsIn(const Registry& registry) {
  Strings types;
  for (const auto& [type, info] : registry.infos()) {
    if (info.is_destination && !IsBuiltInLabel(registry, type)) types.push_back(type);
  }
  return types;
}

}  // namespace

ApiResult<ConnectorInfo> InfoOf(const StoredConnector& connector) {
  auto answer = protocol::ParseDescribeConnectorConfigurationResponse(connector.configuration);
  if (!answer.ok()) {
    return InternalError("The stored configuration of connector " + connector.label +
                         " is damaged: " + answer.error().message);
  }
  ConnectorInfo info = std::move(answer->info);
  info.type = appflow::connector_type::kCustomConnector;
  info.label = connector.label;
  info.description = connector.description.empty() ? info.name : connector.description;
  return info;
}

ApiStatus CheckApiVersion(const ConnectorInfo& info, const std::string& api_version) {
  const auto& versions = info.api_versions;
  if (std::ranges::find(versions, api_version) != versions.end()) return Done{};
  std::string list;
  for (const std::string& version : versions) list += (list.empty() ? "" : ", ") + version;
  return ValidationError("The connector " + info.label + " has no apiVersion " + api_version +
                         "; it supports: " + list + ".");
}

appflow::ConnectorConfiguration ConfigurationOf(const ConnectorInfo& info,
                                                const Registry& registry) {
  appflow::ConnectorConfiguration shape;
  shape.can_use_as_source = info.is_source;
  shape.can_use_as_destination = info.is_destination;
  if (info.is_source) shape.supported_destination_connectors = DestinationsIn(registry);
  shape.supported_scheduling_frequencies = IfAny(info.scheduling_frequencies);
  shape.is_private_link_enabled = false;
  shape.is_private_link_endpoint_url_required = false;
  shape.supported_trigger_types = IfAny(info.trigger_types);
  shape.connector_type = info.type;
  shape.connector_label = IfAny(info.label);
  shape.connector_description = IfAny(info.description);
  shape.connector_owner = IfAny(info.owner);
  shape.connector_name = IfAny(info.name);
  shape.connector_version = IfAny(info.version);
  shape.connector_modes = ModesOf(info);
  shape.authentication_config = ToShape(info.authentication);
  shape.connector_runtime_settings = ToShape(info.runtime_settings);
  shape.supported_api_versions = IfAny(info.api_versions);
  shape.supported_operators = Names(info.operators);
  shape.supported_write_operations = Names(info.write_operations);
  shape.logo_url = IfAny(info.logo_url);
  if (info.type == appflow::connector_type::kSalesforce) {
    shape.connector_metadata.emplace().salesforce = appflow::SalesforceMetadata{
        .oauth_scopes = info.authentication.oauth2.scopes,
        .oauth2_grant_types_supported = info.authentication.oauth2.grant_types};
  }
  return shape;
}

appflow::ConnectorConfiguration ConfigurationOf(const ConnectorInfo& info,
                                                const StoredConnector& connector,
                                                const Registry& registry) {
  appflow::ConnectorConfiguration shape = ConfigurationOf(info, registry);
  shape.connector_arn = connector.arn;
  shape.connector_provisioning_type = appflow::connector_provisioning_type::kLambda;
  shape.connector_provisioning_config.emplace().lambda =
      appflow::LambdaConnectorProvisioningConfig{.lambda_arn = connector.function_arn};
  shape.registered_at = connector.registered_at;
  shape.registered_by = connector.registered_by;
  return shape;
}

appflow::ConnectorDetail DetailOf(const ConnectorInfo& info) {
  appflow::ConnectorDetail shape;
  shape.connector_description = IfAny(info.description);
  shape.connector_name = IfAny(info.name);
  shape.connector_owner = IfAny(info.owner);
  shape.connector_version = IfAny(info.version);
  shape.connector_type = info.type;
  shape.connector_label = IfAny(info.label);
  shape.connector_modes = ModesOf(info);
  return shape;
}

appflow::ConnectorDetail DetailOf(const ConnectorInfo& info, const StoredConnector& connector) {
  appflow::ConnectorDetail shape = DetailOf(info);
  shape.registered_at = connector.registered_at;
  shape.registered_by = connector.registered_by;
  shape.connector_provisioning_type = appflow::connector_provisioning_type::kLambda;
  return shape;
}

}  // namespace sluice::api
