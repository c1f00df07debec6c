#include "sluice/api/connectors.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "sluice/api/connector_configuration.h"
#include "sluice/api/custom_connectors.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/paging.h"
#include "sluice/protocol/connector_call.h"

namespace sluice::api {
namespace {

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

bool IsReservedName(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name.starts_with("aws") || name.starts_with("amazon") || name.starts_with("appflow");
}

// What AWS's SDK checks in a connector's description of itself.
// https://github.com/awslabs/aws-appflow-custom-connector-java
ApiStatus CheckConfiguration(const ConnectorInfo& info) {
  auto refuse = [](const std::string& why) {
    return ConnectorServerError("The connector's configuration is not valid: " + why);
  };
  if (info.name.empty()) return refuse("connectorName is empty.");
  if (info.owner.empty()) return refuse("connectorOwner is empty.");
  if (info.version.empty()) return refuse("connectorVersion is empty.");
  for (const std::string& name : {info.name, info.owner}) {
    if (IsReservedName(name)) {
      return refuse("'" + name + "' begins with aws, amazon or appflow, which is reserved.");
    }
  }
  if (!info.is_source && !info.is_destination) {
    return refuse("connectorModes must name SOURCE, DESTINATION or both.");
  }
  if (info.api_versions.empty()) return refuse("supportedApiVersions is empty.");
  if (info.is_destination && info.write_operations.empty()) {
    return refuse("supportedWriteOperations is empty, but DESTINATION is among its modes.");
  }
  const AuthenticationConfig& authentication = info.authentication;
  if (authentication.is_custom_supported == authentication.custom.empty()) {
    return refuse("isCustomAuthSupported and customAuthConfig contradict each other.");
  }
  if (authentication.is_oauth2_supported && authentication.oauth2.token_urls.empty()) {
    return refuse("OAuth 2 is supported, but oAuth2Defaults has no tokenURL.");
  }
  return Done{};
}

ApiError FromFunction(const Error& error, const std::string& function_arn) {
  switch (error.code) {
    case ErrorCode::kResourceNotFound:
      return NotFoundError("The function " + function_arn + " does not exist.");
    case ErrorCode::kAccessDenied:
      return AccessDeniedError("The function " + function_arn +
                               " may not be invoked: " + error.message);
    default:
      return ConnectorServerError("The function " + function_arn +
                                  " did not describe its connector: " + error.message);
  }
}

std::string LabelOf(const CustomConnector& connector) { return connector.info.label; }

appflow::ConnectorDetail ToDetail(const CustomConnector& connector) {
  return connector.registration ? DetailOf(connector.info, *connector.registration)
                                : DetailOf(connector.info);
}

}  // namespace

ApiResult<appflow::RegisterConnectorResponse> Connectors::Register(
    const appflow::RegisterConnectorRequest& request, const net::Caller& caller) {
  if (!request.connector_label) {
    return ValidationError("'connectorLabel' is missing: it names the connector from now on.");
  }
  const auto& provisioning = request.connector_provisioning_config;
  if (!provisioning || !provisioning->lambda) {
    return ValidationError(
        "'connectorProvisioningConfig.lambda.lambdaArn' is missing: the function to register.");
  }
  StoredConnector connector{.label = *request.connector_label,
                            .function_arn = provisioning->lambda->lambda_arn,
                            .description = request.description.value_or(""),
                            .registered_by = caller.principal,
                            .registered_at = parts_.clock.Now()};
  connector.arn =
      "arn:aws:appflow:" + caller.region + ":" + parts_.account + ":connector/" + connector.label;
  if (IsBuiltInLabel(parts_.registry, connector.label)) {
    return ConflictError("The connector " + connector.label +
                         " is built in. Register yours with another label.");
  }
  ApiError taken =
      ConflictError("A connector with the label " + connector.label + " is registered already.");

  SLUICE_ASSIGN(auto present, FromStore(parts_.resources.FindConnector(connector.label)));
  if (present) return taken;
  SLUICE_ASSIGN(connector.configuration,
                AskForConfiguration(connector.label, connector.function_arn));
  SLUICE_ASSIGN(bool is_new, FromStore(parts_.resources.InsertConnector(connector)));
  if (!is_new) return taken;
  return appflow::RegisterConnectorResponse{.connector_arn = connector.arn};
}

ApiResult<appflow::UpdateConnectorRegistrationResponse> Connectors::UpdateRegistration(
    const appflow::UpdateConnectorRegistrationRequest& request, const net::Caller&) {
  SLUICE_ASSIGN(CustomConnector found, FindCustomConnector(parts_, request.connector_label));
  if (!found.registration) {
    return ConflictError("The connector " + request.connector_label +
                         " is built in: there is no registration to update.");
  }
  StoredConnector connector = *std::move(found.registration);
  if (const auto& provisioning = request.connector_provisioning_config) {
    if (!provisioning->lambda) {
      return ValidationError("'connectorProvisioningConfig.lambda.lambdaArn' is missing.");
    }
    connector.function_arn = provisioning->lambda->lambda_arn;
  }
  if (request.description) connector.description = *request.description;
  SLUICE_ASSIGN(connector.configuration,
                AskForConfiguration(connector.label, connector.function_arn));
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.UpdateConnector(connector)));
  return appflow::UpdateConnectorRegistrationResponse{.connector_arn = connector.arn};
}

ApiResult<std::string> Connectors::AskForConfiguration(const std::string& label,
                                                       const std::string& function_arn) {
  const protocol::DescribeConnectorConfigurationRequest question{.connector_label = label};
  protocol::Reply reply = protocol::Ask(parts_.functions, function_arn, question);
  if (!reply.answer.ok() && reply.answer.error().code == ErrorCode::kRequestTimeout) {
    // A function that was cold is warm now.
    reply = protocol::Ask(parts_.functions, function_arn, question);
  }
  if (!reply.answer.ok()) return FromFunction(reply.answer.error(), function_arn);
  auto answer = protocol::ParseDescribeConnectorConfigurationResponse(*reply.answer, reply.about);
  if (!answer.ok()) {
    return ConnectorServerError("The function " + function_arn +
                                " did not describe its connector: " + answer.error().message);
  }
  ApiStatus checked = CheckConfiguration(answer->info);
  if (!checked.ok()) return ConnectorServerError(checked.error().message + reply.about);
  return *std::move(reply.answer);
}

ApiResult<appflow::UnregisterConnectorResponse> Connectors::Unregister(
    const appflow::UnregisterConnectorRequest& request, const net::Caller&) {
  const std::string& label = request.connector_label;
  SLUICE_ASSIGN(CustomConnector connector, FindCustomConnector(parts_, label));
  if (!connector.registration) {
    return ConflictError("The connector " + label + " is built in and can't be unregistered.");
  }
  if (!request.force_delete.value_or(false)) {
    SLUICE_ASSIGN(auto profile, ProfileThatUses(label));
    if (profile) {
      return ConflictError("Connector " + label + " is used by the connector profile " + *profile +
                           ". Delete the profile first, or set forceDelete.");
    }
  }
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.DeleteConnector(label)));
  return appflow::UnregisterConnectorResponse{};
}

ApiResult<std::optional<std::string>> Connectors::ProfileThatUses(const std::string& label) {
  SLUICE_ASSIGN(auto profiles, FromStore(parts_.resources.ListProfiles("", kAll)));
  auto found = std::ranges::find(profiles, label, &StoredProfile::connector_label);
  if (found == profiles.end()) return std::optional<std::string>();
  return std::optional(found->name);
}

ApiResult<appflow::ListConnectorsResponse> Connectors::List(
    const appflow::ListConnectorsRequest& request, const net::Caller&) {
  int64_t limit = request.max_results.value_or(kDefaultPageSize);
  SLUICE_ASSIGN(std::string after, ReadPageToken("ListConnectors", request.next_token));
  SLUICE_ASSIGN(auto connectors, ListCustomConnectors(parts_, after, limit + 1));
  appflow::ListConnectorsResponse response;
  response.next_token = CutPage("ListConnectors", connectors, limit, LabelOf);
  response.connectors.emplace();
  for (const CustomConnector& connector : connectors) {
    response.connectors->push_back(ToDetail(connector));
  }
  return response;
}

ApiResult<appflow::DescribeConnectorResponse> Connectors::Describe(
    const appflow::DescribeConnectorRequest& request, const net::Caller&) {
  if (request.connector_type != appflow::connector_type::kCustomConnector) {
    auto found = parts_.registry.infos().find(request.connector_type);
    if (found == parts_.registry.infos().end()) {
      return NotFoundError("There is no connector of type " + request.connector_type + " here.");
    }
    return appflow::DescribeConnectorResponse{.connector_configuration =
                                                  ConfigurationOf(found->second, parts_.registry)};
  }
  if (!request.connector_label) {
    return ValidationError("'connectorLabel' is missing: it says which CustomConnector.");
  }
  const std::string& label = *request.connector_label;
  SLUICE_ASSIGN(CustomConnector connector, FindCustomConnector(parts_, label));
  appflow::DescribeConnectorResponse response;
  response.connector_configuration =
      connector.registration
          ? ConfigurationOf(connector.info, *connector.registration, parts_.registry)
          : ConfigurationOf(connector.info, parts_.registry);
  return response;
}

// Built-in connectors come first, all on the first page, then the registered ones by label.
ApiResult<appflow::DescribeConnectorsResponse> Connectors::DescribeSeveral(
    const appflow::DescribeConnectorsRequest& request, const net::Caller&) {
  auto is_wanted = [&](std::string_view type) {
    const auto& types = request.connector_types;
    return !types || types->empty() || std::ranges::find(*types, type) != types->end();
  };
  int64_t limit = request.max_results.value_or(kDefaultPageSize);
  SLUICE_ASSIGN(std::string after, ReadPageToken("DescribeConnectors", request.next_token));

  appflow::DescribeConnectorsResponse response;
  response.connector_configurations.emplace();
  response.connectors.emplace();
  for (const auto& [type, info] : parts_.registry.infos()) {
    if (!after.empty() || !is_wanted(type)) continue;
    if (type == appflow::connector_type::kCustomConnector) continue;
    if (IsBuiltInLabel(parts_.registry, type)) continue;
    response.connector_configurations->emplace(type, ConfigurationOf(info, parts_.registry));
    response.connectors->push_back(DetailOf(info));
  }
  if (!is_wanted(appflow::connector_type::kCustomConnector)) return response;

  SLUICE_ASSIGN(auto connectors, ListCustomConnectors(parts_, after, limit + 1));
  response.next_token = CutPage("DescribeConnectors", connectors, limit, LabelOf);
  for (const CustomConnector& connector : connectors) {
    response.connectors->push_back(ToDetail(connector));
  }
  return response;
}

}  // namespace sluice::api
