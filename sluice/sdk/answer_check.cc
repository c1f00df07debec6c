#include "sluice/sdk/answer_check.h"

#include <algorithm>
#include <array>
#include <set>

#include "sluice/net/http.h"

namespace sluice::sdk {
namespace {

using namespace std::string_view_literals;

constexpr std::chrono::seconds kShortestTimeToLive{600};

Error Wrong(std::string_view place, std::string_view what) {
  return {ErrorCode::kUnknown,
          "the connector's answer is wrong: '" + std::string(place) + "' " + std::string(what),
          {}};
}

std::string At(std::string_view list, size_t index, std::string_view member = "") {
  std::string place = std::string(list) + '[' + std::to_string(index) + ']';
  if (!member.empty()) place.append(1, '.').append(member);
  return place;
}

Status CheckSaid(const std::string& place, std::string_view text) {
  if (text.empty()) return Wrong(place, "is empty");
  return Done{};
}

Status CheckNames(const std::string& place, const std::vector<std::string>& names) {
  if (names.empty()) return Wrong(place, "is empty");
  for (size_t i = 0; i < names.size(); ++i) {
    SLUICE_RETURN_IF_ERROR(CheckSaid(At(place, i), names[i]));
  }
  return Done{};
}

template <size_t n>
Status CheckOneOf(const std::string& place, std::string_view text,
                  const std::array<std::string_view, n>& known) {
  if (std::find(known.begin(), known.end(), text) != known.end()) return Done{};
  return Wrong(place, "has the unknown value '" + std::string(text) + "'");
}

template <size_t n>
Status CheckAllOf(const std::string& place, const std::vector<std::string>& texts,
                  const std::array<std::string_view, n>& known) {
  for (size_t i = 0; i < texts.size(); ++i) {
    SLUICE_RETURN_IF_ERROR(CheckOneOf(At(place, i), texts[i], known));
  }
  return Done{};
}

// Owner and name of a connector.
Status CheckNotAmazons(const std::string& place, const std::string& text) {
  SLUICE_RETURN_IF_ERROR(CheckSaid(place, text));
  for (std::string_view theirs : {"aws"sv, "amazon"sv, "appflow"sv}) {
    if (net::EqualsIgnoringCase(std::string_view(text).substr(0, theirs.size()), theirs)) {
      return Wrong(place, "begins with '" + std::string(theirs) + "', which AWS keeps for itself");
    }
  }
  return Done{};
}

Status CheckHttps(const std::string& place, std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (url.size() > kScheme.size() &&
      net::EqualsIgnoringCase(url.substr(0, kScheme.size()), kScheme)) {
    return Done{};
  }
  return Wrong(place, "is not an https URL");
}

Status CheckAllHttps(const std::string& place, const std::vector<std::string>& urls) {
  for (size_t i = 0; i < urls.size(); ++i) {
    SLUICE_RETURN_IF_ERROR(CheckHttps(At(place, i), urls[i]));
  }
  return Done{};
}

// What a form shows for a field: AuthParameter, RuntimeSetting.
template <class Input>
Status CheckInput(const std::string& place, const Input& input, std::set<std::string_view>& keys) {
  SLUICE_RETURN_IF_ERROR(CheckSaid(place + ".key", input.key));
  SLUICE_RETURN_IF_ERROR(CheckSaid(place + ".label", input.label));
  SLUICE_RETURN_IF_ERROR(CheckSaid(place + ".description", input.description));
  if (!keys.insert(input.key).second) {
    return Wrong(place + ".key", "'" + input.key + "' is there already");
  }
  return Done{};
}

Status CheckOAuth2(const AuthenticationConfig& config) {
  const std::string place = "authenticationConfig.oAuth2Defaults";
  const OAuth2Defaults& defaults = config.oauth2;
  if (!config.is_oauth2_supported) {
    if (defaults == OAuth2Defaults{}) return Done{};
    return Wrong(place, "is there, but isOAuth2Supported is false");
  }
  SLUICE_RETURN_IF_ERROR(CheckNames(place + ".tokenURL", defaults.token_urls));
  SLUICE_RETURN_IF_ERROR(CheckAllHttps(place + ".tokenURL", defaults.token_urls));
  SLUICE_RETURN_IF_ERROR(CheckAllHttps(place + ".authURL", defaults.auth_code_urls));
  const std::string grants = place + ".oAuth2GrantTypesSupported";
  SLUICE_RETURN_IF_ERROR(CheckNames(grants, defaults.grant_types));
  // AppFlow's OAuth2GrantType; AWS's connector SDK knows the first two only.
  SLUICE_RETURN_IF_ERROR(
      CheckAllOf(grants, defaults.grant_types,
                 std::array{"CLIENT_CREDENTIALS"sv, "AUTHORIZATION_CODE"sv, "JWT_BEARER"sv}));
  bool by_code = std::find(defaults.grant_types.begin(), defaults.grant_types.end(),
                           "AUTHORIZATION_CODE") != defaults.grant_types.end();
  if (by_code && defaults.auth_code_urls.empty()) {
    return Wrong(place + ".authURL", "is empty, but AUTHORIZATION_CODE needs it");
  }
  std::set<std::string_view> token_keys, code_keys;
  for (size_t i = 0; i < defaults.custom_properties.size(); ++i) {
    const OAuth2CustomProperty& property = defaults.custom_properties[i];
    SLUICE_RETURN_IF_ERROR(CheckInput(At(place + ".oauth2CustomProperties", i), property.parameter,
                                      property.for_token_url ? token_keys : code_keys));
  }
  return Done{};
}

Status CheckCustomAuth(const AuthenticationConfig& config) {
  const std::string place = "authenticationConfig.customAuthConfig";
  if (config.is_custom_supported != !config.custom.empty()) {
    return Wrong(place, config.custom.empty() ? "is empty, but isCustomAuthSupported is true"
                                              : "is there, but isCustomAuthSupported is false");
  }
  for (size_t i = 0; i < config.custom.size(); ++i) {
    const CustomAuthConfig& custom = config.custom[i];
    SLUICE_RETURN_IF_ERROR(
        CheckSaid(At(place, i, "authenticationType"), custom.authentication_type));
    const std::string parameters = At(place, i, "authParameters");
    if (custom.parameters.empty()) return Wrong(parameters, "is empty");
    std::set<std::string_view> keys;
    for (size_t p = 0; p < custom.parameters.size(); ++p) {
      SLUICE_RETURN_IF_ERROR(CheckInput(At(parameters, p), custom.parameters[p], keys));
    }
  }
  return Done{};
}

Status CheckRuntimeSettings(const std::vector<RuntimeSetting>& settings) {
  std::set<std::string_view> keys;
  for (size_t i = 0; i < settings.size(); ++i) {
    const std::string place = At("connectorRuntimeSetting", i);
    SLUICE_RETURN_IF_ERROR(CheckInput(place, settings[i], keys));
    SLUICE_RETURN_IF_ERROR(CheckOneOf(place + ".dataType", settings[i].data_type,
                                      std::array{"String"sv, "Date"sv, "DateTime"sv, "Long"sv,
                                                 "Integer"sv, "Boolean"sv, "Url"sv}));
    SLUICE_RETURN_IF_ERROR(CheckOneOf(place + ".scope", settings[i].scope,
                                      std::array{"CONNECTOR_PROFILE"sv, "SOURCE"sv, "DESTINATION"sv,
                                                 "SOURCE_AND_DESTINATION"sv}));
  }
  return Done{};
}

Status CheckCache(const protocol::CacheControl& cache) {
  if (cache.time_to_live >= kShortestTimeToLive) return Done{};
  return Wrong("cacheControl.timeToLive", "is below 600 seconds");
}

Status CheckField(const std::string& place, const Field& field, std::set<std::string_view>& names) {
  SLUICE_RETURN_IF_ERROR(CheckSaid(place + ".fieldName", field.name));
  if (!names.insert(field.name).second) {
    return Wrong(place + ".fieldName", "'" + field.name + "' is there already");
  }
  bool is_time = field.data_type == DataType::kDate || field.data_type == DataType::kDateTime;
  if (field.read.is_timestamp_for_incremental_queries && !is_time) {
    return Wrong(place + ".readProperties.isTimestampFieldForIncrementalQueries",
                 "is true, but only a Date or DateTime may be one");
  }
  return Done{};
}

Status CheckRecords(const RecordList& records) {
  const std::string& items = records.items();
  if (!records.empty() && !items.starts_with("\"{")) {
    return Wrong("records[0]", "is not a JSON object");
  }
  if (!records.empty() && !items.ends_with("}\"")) {
    return Wrong(At("records", records.size() - 1), "is not a JSON object");
  }
  return Done{};
}

Status CheckPage(const std::string& place, size_t size, int64_t asked) {
  if (size <= static_cast<size_t>(asked)) return Done{};
  return Wrong(place, "has " + std::to_string(size) + " items, and " + std::to_string(asked) +
                          " were asked for");
}

}  // namespace

Status Check(const protocol::DescribeConnectorConfigurationRequest&,
             const protocol::DescribeConnectorConfigurationResponse& response) {
  const ConnectorInfo& info = response.info;
  SLUICE_RETURN_IF_ERROR(CheckNotAmazons("connectorOwner", info.owner));
  SLUICE_RETURN_IF_ERROR(CheckNotAmazons("connectorName", info.name));
  SLUICE_RETURN_IF_ERROR(CheckSaid("connectorVersion", info.version));
  if (!info.is_source && !info.is_destination) return Wrong("connectorModes", "is empty");
  SLUICE_RETURN_IF_ERROR(CheckOAuth2(info.authentication));
  SLUICE_RETURN_IF_ERROR(CheckCustomAuth(info.authentication));
  SLUICE_RETURN_IF_ERROR(CheckRuntimeSettings(info.runtime_settings));
  SLUICE_RETURN_IF_ERROR(CheckNames("supportedApiVersions", info.api_versions));
  SLUICE_RETURN_IF_ERROR(CheckAllOf("supportedTriggerTypes", info.trigger_types,
                                    std::array{"Scheduled"sv, "OnDemand"sv}));
  SLUICE_RETURN_IF_ERROR(CheckAllOf(
      "triggerFrequenciesSupported", info.scheduling_frequencies,
      std::array{"BYMINUTE"sv, "HOURLY"sv, "DAILY"sv, "WEEKLY"sv, "MONTHLY"sv, "ONCE"sv}));
  if (info.is_destination && info.write_operations.empty()) {
    return Wrong("supportedWriteOperations", "is empty, but the connector is a destination");
  }
  if (!info.logo_url.empty()) SLUICE_RETURN_IF_ERROR(CheckHttps("logoURL", info.logo_url));
  return Done{};
}

Status Check(const protocol::ValidateConnectorRuntimeSettingsRequest&,
             const protocol::ValidateConnectorRuntimeSettingsResponse& response) {
  if (response.errors_by_input_field.contains("")) {
    return Wrong("errorsByInputField", "has an empty key");
  }
  return response.error ? Check(*response.error) : Done{};
}

Status Check(const protocol::ValidateCredentialsRequest&,
             const protocol::ValidateCredentialsResponse&) {
  return Done{};
}

Status Check(const protocol::ListEntitiesRequest& request,
             const protocol::ListEntitiesResponse& response) {
  SLUICE_RETURN_IF_ERROR(CheckPage("entities", response.entities.size(), request.max_result));
  for (size_t i = 0; i < response.entities.size(); ++i) {
    SLUICE_RETURN_IF_ERROR(
        CheckSaid(At("entities", i, "entityIdentifier"), response.entities[i].identifier));
  }
  return CheckCache(response.cache_control);
}

Status Check(const protocol::DescribeEntityRequest&,
             const protocol::DescribeEntityResponse& response) {
  SLUICE_RETURN_IF_ERROR(
      CheckSaid("entityDefinition.entity.entityIdentifier", response.definition.entity.identifier));
  std::set<std::string_view> names;
  for (size_t i = 0; i < response.definition.fields.size(); ++i) {
    SLUICE_RETURN_IF_ERROR(
        CheckField(At("entityDefinition.fields", i), response.definition.fields[i], names));
  }
  return CheckCache(response.cache_control);
}

Status Check(const protocol::QueryDataRequest& request,
             const protocol::QueryDataResponse& response) {
  SLUICE_RETURN_IF_ERROR(CheckPage("records", response.records.size(), request.max_results));
  return CheckRecords(response.records);
}

Status Check(const protocol::RetrieveDataRequest&, const protocol::RetrieveDataResponse& response) {
  return CheckRecords(response.records);
}

Status Check(const protocol::WriteDataRequest& request,
             const protocol::WriteDataResponse& response) {
  if (response.error) SLUICE_RETURN_IF_ERROR(Check(*response.error));
  size_t results = response.results.size(), records = request.records.size();
  bool none_tried = response.error && response.error->code != ErrorCode::kPartialWriteFailure;
  if (results == records || (none_tried && results == 0)) return Done{};
  return Wrong("writeRecordResults", "has " + std::to_string(results) + " items for " +
                                         std::to_string(records) + " records");
}

Status Check(const Error& error) {
  SLUICE_RETURN_IF_ERROR(CheckSaid("errorDetails.errorMessage", error.message));
  if (error.retry_after && *error.retry_after < std::chrono::seconds(0)) {
    return Wrong("errorDetails.retryAfterSeconds", "is negative");
  }
  return Done{};
}

}  // namespace sluice::sdk
