#include "sluice/api/profile_secret.h"

#include <algorithm>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/uuid.h"
#include "sluice/protocol/authentication_type.h"

namespace sluice::api {

using protocol::AuthenticationTypeName;
using protocol::kAuthenticationTypes;

namespace {

constexpr size_t kRandomLetters = 8;
constexpr size_t kMarkDigits = 16;
constexpr size_t kLongestProfilePart = 100;

constexpr char kTypeKey[] = "authenticationType";
constexpr char kCustomTypeKey[] = "customAuthenticationType";

// A secret's name takes fewer characters than a label or a profile's name.
std::string ForSecretName(std::string_view text) {
  std::string name(text);
  auto is_refused = [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '.' || c == '-');
  };
  std::ranges::replace_if(name, is_refused, '_');
  return name;
}

std::string PrefixOf(const std::string& account, const std::string& label) {
  return "appflow!" + account + "-" + ForSecretName(label) + "-";
}

std::string MarkOf(const std::string& label) {
  return HexEncode(Sha256(label)).substr(0, kMarkDigits);
}

class SecretCredentials final : public CredentialSource {
 public:
  SecretCredentials(secrets::Secrets& secrets, std::string arn)
      : secrets_(secrets), arn_(std::move(arn)) {}

  Result<Credentials> Load() override {
    SLUICE_ASSIGN(auto opened, secrets_.Get(arn_));
    return ParseCredentials(opened.value);
  }

  Status Save(const Credentials& credentials) override {
    return secrets_.Put(arn_, ToSecretText(credentials));
  }

 private:
  secrets::Secrets& secrets_;
  const std::string arn_;
};

class NoCredentials final : public CredentialSource {
 public:
  Result<Credentials> Load() override { return Credentials{}; }
  Status Save(const Credentials&) override {
    return InvalidArgument("the connector profile has no credentials that could be changed");
  }
};

}  // namespace

std::string NewSecretName(const std::string& account, const std::string& label,
                          const std::string& profile) {
  return PrefixOf(account, label) + ForSecretName(profile).substr(0, kLongestProfilePart) + "-" +
         RandomToken(kRandomLetters) + MarkOf(label);
}

bool IsSecretOfLabel(std::string_view secret_name, const std::string& account,
                     const std::string& label) {
  return secret_name.starts_with(PrefixOf(account, label)) && secret_name.ends_with(MarkOf(label));
}

Secret ToSecretText(const Credentials& credentials) {
  json::Object object;
  for (const auto& [key, value] : credentials.values) object[key] = value.Reveal();
  object[kTypeKey] = ToApi(credentials.type);
  if (!credentials.custom_type.empty()) object[kCustomTypeKey] = credentials.custom_type;
  return Secret(json::ToText(object));
}

Result<Credentials> ParseCredentials(const Secret& text) {
  auto object = json::ParseObject(text.Reveal());
  if (!object.ok()) return InvalidArgument("the secret is not a JSON object");
  Credentials credentials;
  credentials.type = AuthenticationTypeFromApi(json::FindString(*object, kTypeKey).value_or(""));
  credentials.custom_type = json::FindString(*object, kCustomTypeKey).value_or("");
  for (const auto& [key, value] : *object) {
    if (key == kTypeKey || key == kCustomTypeKey) continue;
    if (!value.is_string()) {
      return InvalidArgument("the secret's member '" + std::string(key) + "' is not a string");
    }
    credentials.values[std::string(key)] = Secret(std::string(value.get_string()));
  }
  return credentials;
}

AuthenticationType AuthenticationTypeFromApi(std::string_view text) {
  auto found = std::ranges::find(kAuthenticationTypes, text, &AuthenticationTypeName::api);
  return found == kAuthenticationTypes.end() ? AuthenticationType::kNone : found->type;
}

AuthenticationType AuthenticationTypeFromProtocol(std::string_view text) {
  auto found = std::ranges::find(kAuthenticationTypes, text, &AuthenticationTypeName::protocol);
  return found == kAuthenticationTypes.end() ? AuthenticationType::kNone : found->type;
}

std::string_view ToApi(AuthenticationType type) {
  return std::ranges::find(kAuthenticationTypes, type, &AuthenticationTypeName::type)->api;
}

std::string_view ToProtocol(AuthenticationType type) {
  return std::ranges::find(kAuthenticationTypes, type, &AuthenticationTypeName::type)->protocol;
}

std::shared_ptr<CredentialSource> MakeCredentialSource(secrets::Secrets& secrets, std::string arn) {
  if (arn.empty()) return std::make_shared<NoCredentials>();
  return std::make_shared<SecretCredentials>(secrets, std::move(arn));
}

}  // namespace sluice::api
