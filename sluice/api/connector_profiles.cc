#include "sluice/api/connector_profiles.h"

#include <algorithm>
#include <limits>

#include "sluice/api/accounts.h"
#include "sluice/api/custom_connectors.h"
#include "sluice/api/custom_login.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/paging.h"
#include "sluice/api/profile_secret.h"
#include "sluice/api/salesforce_login.h"
#include "sluice/api/shape_json.h"
#include "sluice/api/union_member.h"
#include "sluice/base/log.h"

namespace sluice::api {
namespace {

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

bool IsCustom(std::string_view connector_type) {
  return connector_type == appflow::connector_type::kCustomConnector;
}

bool Matches(const StoredProfile& profile,
             const appflow::DescribeConnectorProfilesRequest& request) {
  const auto& names = request.connector_profile_names;
  if (names && !names->empty() && std::ranges::find(*names, profile.name) == names->end()) {
    return false;
  }
  return (!request.connector_type || *request.connector_type == profile.connector_type) &&
         (!request.connector_label || *request.connector_label == profile.connector_label);
}

ApiResult<appflow::ConnectorProfile> ToShape(const StoredProfile& profile) {
  appflow::ConnectorProfile shape{.connector_profile_arn = profile.arn,
                                  .connector_profile_name = profile.name,
                                  .connector_type = profile.connector_type,
                                  .connection_mode = profile.connection_mode,
                                  .created_at = profile.created_at,
                                  .last_updated_at = profile.updated_at};
  if (!profile.connector_label.empty()) shape.connector_label = profile.connector_label;
  if (!profile.secret_arn.empty()) shape.credentials_arn = profile.secret_arn;
  SLUICE_ASSIGN(shape.connector_profile_properties,
                ReadStored<appflow::ConnectorProfileProperties>(profile.properties));
  return shape;
}

ApiResult<bool> Uses(const StoredFlow& flow, const std::string& profile_name) {
  SLUICE_ASSIGN(auto document, ReadStored<appflow::CreateFlowRequest>(flow.document));
  return document.source_flow_config.connector_profile_name == profile_name ||
         std::ranges::any_of(document.destination_flow_config_list,
                             [&](const appflow::DestinationFlowConfig& destination) {
                               return destination.connector_profile_name == profile_name;
                             });
}

}  // namespace

ApiResult<appflow::CreateConnectorProfileResponse> ConnectorProfiles::Create(
    const appflow::CreateConnectorProfileRequest& request, const net::Caller& caller) {
  SLUICE_RETURN_IF_ERROR(CheckNew(request));
  Time now = parts_.clock.Now();
  StoredProfile profile{
      .name = request.connector_profile_name,
      .arn = "arn:aws:appflow:" + caller.region + ":" + parts_.account + ":connectorprofile/" +
             request.connector_profile_name,
      .connector_type = request.connector_type,
      .connector_label = request.connector_label.value_or(""),
      .connection_mode = request.connection_mode,
      .properties = ToJson(request.connector_profile_config.connector_profile_properties),
      .kms_arn = request.kms_arn.value_or(""),
      .created_at = now,
      .updated_at = now};
  auto credentials = LogIn(profile, request.connector_profile_config);
  if (!credentials.ok()) return Explained(credentials.error(), profile);
  if (*credentials) SLUICE_RETURN_IF_ERROR(PutCredentials(profile, **credentials, caller));
  ApiStatus kept = TryAndKeep(profile);
  if (!kept.ok()) {
    DeleteSecret(profile.secret_arn);
    return Explained(std::move(kept).error(), profile);
  }
  return appflow::CreateConnectorProfileResponse{.connector_profile_arn = profile.arn};
}

// The new credentials are a secret of their own: the change of the profile's row is that from one
// to the other. A crash before or after leaves a secret without a profile, never the reverse.
ApiResult<appflow::UpdateConnectorProfileResponse> ConnectorProfiles::Update(
    const appflow::UpdateConnectorProfileRequest& request, const net::Caller& caller) {
  const appflow::ConnectorProfileConfig& config = request.connector_profile_config;
  std::lock_guard lock(updating_);
  SLUICE_ASSIGN(StoredProfile profile,
                FromLookUp(FindProfile(parts_.resources, request.connector_profile_name)));
  SLUICE_RETURN_IF_ERROR(CheckConfig(profile.connector_type, request.connection_mode, config));
  SLUICE_ASSIGN(auto run, RunThatUses(profile.name));
  if (run) {
    return ConflictError("The flow " + *run + " is running with the connector profile " +
                         profile.name + ". Wait until the run ends or cancel it.");
  }
  const std::string old_secret = profile.secret_arn;
  profile.connection_mode = request.connection_mode;
  profile.properties = ToJson(config.connector_profile_properties);
  profile.updated_at = parts_.clock.Now();
  if (config.connector_profile_credentials || old_secret.empty()) {
    auto credentials = LogIn(profile, config);
    if (!credentials.ok()) return Explained(credentials.error(), profile);
    if (*credentials) SLUICE_RETURN_IF_ERROR(PutCredentials(profile, **credentials, caller));
  }
  ApiStatus kept = Try(profile);
  if (kept.ok()) kept = FromStore(parts_.resources.UpdateProfile(profile));
  const std::string& superfluous = kept.ok() ? old_secret : profile.secret_arn;
  if (profile.secret_arn != old_secret) DeleteSecret(superfluous);
  if (!kept.ok()) return Explained(std::move(kept).error(), profile);
  return appflow::UpdateConnectorProfileResponse{.connector_profile_arn = profile.arn};
}

// What can be said without asking anybody.
ApiStatus ConnectorProfiles::CheckNew(const appflow::CreateConnectorProfileRequest& request) {
  const std::string& type = request.connector_type;
  if (!parts_.registry.infos().contains(type)) {
    return ValidationError("Connectors of type " + type + " are not available here.");
  }
  if (type == appflow::connector_type::kS3) {
    return ValidationError("S3 has no connector profiles: name the bucket in the flow.");
  }
  if (IsCustom(type) != request.connector_label.has_value()) {
    return ValidationError(IsCustom(type)
                               ? "'connectorLabel' is missing: it says which CustomConnector."
                               : "'connectorLabel' is for CustomConnector only.");
  }
  SLUICE_RETURN_IF_ERROR(
      CheckConfig(type, request.connection_mode, request.connector_profile_config));
  SLUICE_ASSIGN(auto present,
                FromStore(parts_.resources.FindProfile(request.connector_profile_name)));
  if (present) {
    return ConflictError("Connector Profile with name " + present->name + " already exists.");
  }
  return Done{};
}

ApiStatus ConnectorProfiles::CheckConfig(const std::string& connector_type,
                                         const std::string& connection_mode,
                                         const appflow::ConnectorProfileConfig& config) {
  if (connection_mode != appflow::connection_mode::kPublic) {
    return ValidationError(
        "The connectionMode Private needs AWS PrivateLink, which is not here. "
        "Use Public: the service connects directly.");
  }
  SLUICE_RETURN_IF_ERROR(OnlyMember(config.connector_profile_properties, connector_type,
                                    "connectorProfileConfig.connectorProfileProperties"));
  if (config.connector_profile_credentials) {
    SLUICE_RETURN_IF_ERROR(OnlyMember(*config.connector_profile_credentials, connector_type,
                                      "connectorProfileConfig.connectorProfileCredentials"));
  }
  return Done{};
}

// Nothing: the connector asks for no credentials.
ApiResult<std::optional<Credentials>> ConnectorProfiles::LogIn(
    const StoredProfile& profile, const appflow::ConnectorProfileConfig& config) {
  const auto& properties = config.connector_profile_properties;
  const auto& given = config.connector_profile_credentials;
  ApiError missing =
      ValidationError("'connectorProfileConfig.connectorProfileCredentials' is missing.");
  if (!IsCustom(profile.connector_type)) {
    if (!given) return missing;
    if (!given->salesforce || !properties.salesforce) {
      return ValidationError("Connector profiles of type " + profile.connector_type +
                             " can't be made here.");
    }
    SLUICE_ASSIGN(Credentials credentials,
                  LogInToSalesforce(parts_, *properties.salesforce, *given->salesforce));
    return std::optional(std::move(credentials));
  }
  SLUICE_ASSIGN(CustomConnector connector, FindCustomConnector(parts_, profile.connector_label));
  const ConnectorInfo& info = connector.info;
  if (!given) {
    if (info.authentication == AuthenticationConfig{}) return std::optional<Credentials>();
    return missing;
  }
  SLUICE_ASSIGN(
      Credentials credentials,
      LogInToCustomConnector(parts_, info, *properties.custom_connector, *given->custom_connector));
  return std::optional(std::move(credentials));
}

ApiStatus ConnectorProfiles::PutCredentials(StoredProfile& profile, const Credentials& credentials,
                                            const net::Caller& caller) {
  const std::string& label =
      IsCustom(profile.connector_type) ? profile.connector_label : profile.connector_type;
  profile.authentication_type = ToProtocol(credentials.type);
  SLUICE_ASSIGN(profile.secret_arn,
                FromStore(parts_.secrets.Create(
                    caller.region, NewSecretName(parts_.account, label, profile.name),
                    ToSecretText(credentials), "Connector profile " + profile.name)));
  return Done{};
}

ApiStatus ConnectorProfiles::Try(const StoredProfile& profile) {
  SLUICE_ASSIGN(auto connector, FromConnector(OpenAccount(parts_, profile, "")));
  return FromConnector(connector->Check());
}

ApiStatus ConnectorProfiles::TryAndKeep(const StoredProfile& profile) {
  SLUICE_RETURN_IF_ERROR(Try(profile));
  SLUICE_ASSIGN(bool is_new, FromStore(parts_.resources.InsertProfile(profile)));
  if (is_new) return Done{};
  return ConflictError("Connector Profile with name " + profile.name + " already exists.");
}

// By what names the input of a connection goes: those of its credentials and properties.
ApiResult<std::set<std::string>> ConnectorProfiles::InputKeys(const StoredProfile& profile) {
  if (!IsCustom(profile.connector_type)) {
    return std::set<std::string>{"instanceUrl",  "isSandboxEnvironment", "accessToken",
                                 "refreshToken", "oAuthRequest",         "clientCredentialsArn"};
  }
  SLUICE_ASSIGN(CustomConnector connector, FindCustomConnector(parts_, profile.connector_label));
  std::set<std::string> keys{"username", "password",     "apiKey",      "apiSecretKey",
                             "clientId", "clientSecret", "accessToken", "refreshToken"};
  for (const CustomAuthConfig& config : connector.info.authentication.custom) {
    for (const AuthParameter& parameter : config.parameters) keys.insert(parameter.key);
  }
  for (const RuntimeSetting& setting : connector.info.runtime_settings) keys.insert(setting.key);
  return keys;
}

ApiError ConnectorProfiles::Explained(ApiError error, const StoredProfile& profile) {
  auto keys = InputKeys(profile);
  return keys.ok() ? BesideFields(std::move(error), *keys) : error;
}

void ConnectorProfiles::DeleteSecret(const std::string& arn) {
  if (arn.empty()) return;
  Status deleted = parts_.secrets.Delete(arn);
  if (deleted.ok() || deleted.error().code == ErrorCode::kResourceNotFound) return;
  Log(LogLevel::kWarning, "The secret of a connector profile that is gone could not be deleted",
      {{"secret", arn}, {"error", ToString(deleted.error())}});
}

ApiResult<appflow::DescribeConnectorProfilesResponse> ConnectorProfiles::Describe(
    const appflow::DescribeConnectorProfilesRequest& request, const net::Caller&) {
  constexpr std::string_view kOperation = "DescribeConnectorProfiles";
  int64_t limit = request.max_results.value_or(kDefaultPageSize);
  SLUICE_ASSIGN(std::string after, ReadPageToken(kOperation, request.next_token));
  SLUICE_ASSIGN(auto profiles, FromStore(parts_.resources.ListProfiles(after, kAll)));
  std::erase_if(profiles, [&](const StoredProfile& profile) { return !Matches(profile, request); });

  appflow::DescribeConnectorProfilesResponse response;
  response.next_token = CutPage(kOperation, profiles, limit,
                                [](const StoredProfile& profile) { return profile.name; });
  response.connector_profile_details.emplace();
  for (const StoredProfile& profile : profiles) {
    SLUICE_ASSIGN(auto shape, ToShape(profile));
    response.connector_profile_details->push_back(std::move(shape));
  }
  return response;
}

// The profile goes first: a crash in between leaves a secret without a profile, never the reverse.
ApiResult<appflow::DeleteConnectorProfileResponse> ConnectorProfiles::Delete(
    const appflow::DeleteConnectorProfileRequest& request, const net::Caller&) {
  const std::string& name = request.connector_profile_name;
  SLUICE_ASSIGN(StoredProfile profile, FromLookUp(FindProfile(parts_.resources, name)));
  if (!request.force_delete.value_or(false)) {
    SLUICE_ASSIGN(auto flow, FlowThatUses(name));
    if (flow) {
      return ConflictError("Connector Profile " + name + " is used by the flow " + *flow +
                           ". Delete the flow first, or set forceDelete.");
    }
  }
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.DeleteProfile(name)));
  DeleteSecret(profile.secret_arn);
  return appflow::DeleteConnectorProfileResponse{};
}

ApiResult<std::optional<std::string>> ConnectorProfiles::FlowThatUses(
    const std::string& profile_name) {
  SLUICE_ASSIGN(auto flows, FromStore(parts_.resources.ListFlows("", kAll)));
  for (const StoredFlow& flow : flows) {
    SLUICE_ASSIGN(bool is_used, Uses(flow, profile_name));
    if (is_used) return std::optional(flow.name);
  }
  return std::optional<std::string>();
}

// The flow of a run in progress.
ApiResult<std::optional<std::string>> ConnectorProfiles::RunThatUses(
    const std::string& profile_name) {
  SLUICE_ASSIGN(auto runs, FromStore(parts_.runs.UnfinishedRuns()));
  for (const flow::RunRecord& run : runs) {
    SLUICE_ASSIGN(auto flow, FromStore(parts_.resources.FindFlow(run.flow_name)));
    if (!flow) continue;
    SLUICE_ASSIGN(bool is_used, Uses(*flow, profile_name));
    if (is_used) return std::optional(run.flow_name);
  }
  return std::optional<std::string>();
}

}  // namespace sluice::api
