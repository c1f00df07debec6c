#include "sluice/api/accounts.h"

#include <limits>

#include "sluice/api/custom_connectors.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/nearest_names.h"
#include "sluice/api/profile_secret.h"
#include "sluice/api/salesforce_login.h"
#include "sluice/api/shape_values.h"
#include "sluice/base/json.h"

namespace sluice::api {
namespace {

// The profile's properties by AppFlow's names; a custom connector's own are in profileProperties.
Result<Settings> SettingsOf(const StoredProfile& profile) {
  SLUICE_ASSIGN(json::Object unions, json::ParseObject(profile.properties));
  const json::Object* properties = json::FindObject(unions, profile.connector_type);
  if (profile.connector_type == appflow::connector_type::kCustomConnector &&
      properties != nullptr) {
    properties = json::FindObject(*properties, "profileProperties");
  }
  Settings settings;
  if (properties == nullptr) return settings;
  for (const auto& [name, value] : *properties) {
    if (!value.is_structured()) settings[std::string(name)] = TextOf(value);
  }
  return settings;
}

// Salesforce's answer to the log-in says where the org's data is, where the user didn't.
Status AddSalesforceSettings(Account& account) {
  std::string& instance_url = account.settings["instanceUrl"];
  account.settings["tokenUrl"] =
      SalesforceTokenUrl(instance_url, account.settings["isSandboxEnvironment"] == "true");
  if (!instance_url.empty()) return Done{};
  SLUICE_ASSIGN(Credentials credentials, account.credentials->Load());
  instance_url = credentials.Get("instanceUrl").Reveal();
  return Done{};
}

// Through its function, or in process where it is built in.
Result<std::unique_ptr<Connector>> OpenCustomConnector(const AppFlowParts& parts,
                                                       const StoredProfile& profile,
                                                       Account account) {
  const std::string& label = profile.connector_label;
  auto connector = FindCustomConnector(parts, label);
  if (!connector.ok()) {
    const ApiError& error = connector.error();
    return error.status == 404 ? ResourceNotFound(error.message) : ServerError(error.message);
  }
  if (account.api_version.empty()) account.api_version = connector->info.api_versions.front();
  if (!connector->registration) return parts.registry.Open(label, account);
  account.function_arn = connector->registration->function_arn;
  account.secret_arn = profile.secret_arn;
  account.authentication_type = AuthenticationTypeFromProtocol(profile.authentication_type);
  return parts.registry.Open(profile.connector_type, account);
}

class ProfileAccounts final : public flow::Accounts {
 public:
  explicit ProfileAccounts(const AppFlowParts& parts) : parts_(parts) {}

  Result<std::unique_ptr<Connector>> Open(const flow::Endpoint& endpoint) override {
    if (endpoint.connector_type == appflow::connector_type::kS3) {
      return OpenS3(parts_, endpoint.settings);
    }
    SLUICE_ASSIGN(StoredProfile profile, FindProfile(parts_.resources, endpoint.profile_name));
    if (profile.connector_type != endpoint.connector_type) {
      return InvalidArgument("Connector Profile " + profile.name + " is of type " +
                             profile.connector_type + ", not " + endpoint.connector_type + ".");
    }
    return OpenAccount(parts_, profile, endpoint.api_version);
  }

 private:
  const AppFlowParts parts_;
};

}  // namespace

Result<StoredProfile> FindProfile(ResourceStore& resources, const std::string& name) {
  SLUICE_ASSIGN(std::optional<StoredProfile> profile, resources.FindProfile(name));
  if (profile) return *std::move(profile);
  SLUICE_ASSIGN(auto profiles, resources.ListProfiles("", std::numeric_limits<int64_t>::max()));
  std::vector<std::string> names;
  for (StoredProfile& other : profiles) names.push_back(std::move(other.name));
  return ResourceNotFound(
      "Connector Profile with name " + name + " does not exist. " +
      (names.empty() ? "There is none yet: create-connector-profile makes one."
                     : "The nearest names here: " + InQuotes(NearestNames(name, names)) + "."));
}

Result<std::unique_ptr<Connector>> OpenS3(const AppFlowParts& parts, const Settings& settings) {
  return parts.registry.Open(appflow::connector_type::kS3, Account{.settings = settings});
}

Result<std::unique_ptr<Connector>> OpenAccount(const AppFlowParts& parts,
                                               const StoredProfile& profile,
                                               const std::string& api_version) {
  Account account{.profile_name = profile.name,
                  .credentials = MakeCredentialSource(parts.secrets, profile.secret_arn),
                  .api_version = api_version};
  SLUICE_ASSIGN(account.settings, SettingsOf(profile));
  if (profile.connector_type == appflow::connector_type::kCustomConnector) {
    return OpenCustomConnector(parts, profile, std::move(account));
  }
  if (profile.connector_type == appflow::connector_type::kSalesforce) {
    SLUICE_RETURN_IF_ERROR(AddSalesforceSettings(account));
  }
  return parts.registry.Open(profile.connector_type, account);
}

std::unique_ptr<flow::Accounts> MakeAccounts(const AppFlowParts& parts) {
  return std::make_unique<ProfileAccounts>(parts);
}

}  // namespace sluice::api
