#include <algorithm>

#include "sluice/base/uuid.h"
#include "sluice/conformance/checks.h"

namespace sluice::conformance {
namespace {

constexpr char kUnknownArn[] =
    "arn:aws:secretsmanager:us-east-1:000000000000:secret:appflow!000000000000-sluice-test-none";

const json::Object* Authentication(const Session& session) {
  return json::FindObject(session.described->body, "authenticationConfig");
}

// The first custom kind, and its parameters: those that are secret, and the others.
struct CustomType {
  std::string name;
  std::vector<std::string> secret_keys, open_keys;
};
CustomType FirstCustomType(const Session& session) {
  CustomType custom;
  const json::Object* config = session.described ? Authentication(session) : nullptr;
  const json::Array* configs = config ? json::FindArray(*config, "customAuthConfig") : nullptr;
  const json::Object* first = configs && !configs->empty() ? configs->at(0).if_object() : nullptr;
  if (!first) return custom;
  custom.name = json::FindString(*first, "authenticationType").value_or("");
  const json::Array* parameters = json::FindArray(*first, "authParameters");
  for (size_t i = 0; parameters && i < parameters->size(); ++i) {
    const json::Object* parameter = parameters->at(i).if_object();
    if (!parameter) continue;
    const bool is_secret = json::FindBool(*parameter, "sensitiveField").value_or(false);
    auto& keys = is_secret ? custom.secret_keys : custom.open_keys;
    keys.push_back(json::FindString(*parameter, "key").value_or(""));
  }
  return custom;
}

// The kinds that the connector declares, as requests name them. One that describes a custom kind
// and forgets its flag has that kind, too: describe.authentication says so.
std::vector<std::string> DeclaredTypes(const Session& session) {
  constexpr std::pair<const char*, const char*> kFlags[] = {{"isCustomAuthSupported", "CustomAuth"},
                                                            {"isOAuth2Supported", "OAuth2"},
                                                            {"isBasicAuthSupported", "BasicAuth"},
                                                            {"isApiKeyAuthSupported", "ApiKey"}};
  std::vector<std::string> types;
  const json::Object* config = Authentication(session);
  for (auto [flag, type] : kFlags) {
    if (config && json::FindBool(*config, flag).value_or(false)) types.emplace_back(type);
  }
  if (types.empty() && !FirstCustomType(session).name.empty()) types.emplace_back("CustomAuth");
  return types;
}

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::vector<std::string> SecretKeys(const Session& session) {
  std::vector<std::string> keys = FirstCustomType(session).secret_keys;
  for (const char* known :
       {"password", "apiKey", "apiSecretKey", "accessToken", "refreshToken", "clientSecret"}) {
    if (!Has(keys, known)) keys.emplace_back(known);
  }
  return keys;
}

// As AppFlow writes secrets: a JSON object of strings.
Secret ToSecretText(const Session& session, const std::string& type,
                    const std::map<std::string, Secret>& values) {
  json::Object object;
  if (type == "CustomAuth") {
    object["authenticationType"] = "CUSTOM";
    object["customAuthenticationType"] = FirstCustomType(session).name;
  }
  for (const auto& [key, value] : values) object[key] = value.Reveal();
  return Secret(json::ToText(object));
}

json::Object Reference(const std::string& arn, const std::string& type) {
  return {{"secretArn", arn}, {"authenticationType", type}};
}

Answer Validate(Session& session, const json::Object& credentials) {
  json::Object settings;
  for (const auto& [key, value] : session.options.settings) settings[key] = value;
  return session.talk.Ask({{"type", "ValidateCredentialsRequest"},
                           {"credentials", credentials},
                           {"connectorRuntimeSettings", std::move(settings)}});
}

std::vector<std::string> Scopes(const Session& session) {
  std::vector<std::string> scopes = {"CONNECTOR_PROFILE"};
  if (session.is_source) scopes.emplace_back("SOURCE");
  if (session.is_destination) scopes.emplace_back("DESTINATION");
  return scopes;
}

Verdict Settings(Session& session) {
  for (const std::string& scope : Scopes(session)) {
    json::Object settings;
    for (const auto& [key, value] : session.options.settings) settings[key] = value;
    Answer answer = session.talk.Ask({{"type", "ValidateConnectorRuntimeSettingsRequest"},
                                      {"scope", scope},
                                      {"connectorRuntimeSettings", std::move(settings)}});
    const json::Object* errors = json::FindObject(answer.body, "errorsByInputField");
    if (answer.what == Answer::What::kRefusal && errors && !errors->empty()) {
      return Fail(answer, "it refuses the settings given by --setting: " + json::ToText(*errors));
    }
    if (auto wrong = UnlessSuccess(answer)) return *wrong;
  }
  return Pass();
}

// The declared kind that the credentials are for; or why that can't be said.
std::string ChooseType(const Session& session, std::string& why_not) {
  const std::vector<std::string> types = DeclaredTypes(session);
  const std::string& wanted = session.options.authentication_type;
  if (!wanted.empty()) return wanted;
  if (types.size() == 1) return types[0];
  why_not = "the connector takes " + std::to_string(types.size()) +
            " kinds of credentials: say which by --authentication";
  return "";
}

Verdict Right(Session& session) {
  if (DeclaredTypes(session).empty()) {
    session.can_log_in = true;
    return Skip("the connector needs no credentials");
  }
  const Options& options = session.options;
  if (options.secret_arn.empty() && (options.credentials.empty() || !options.put_secret)) {
    return Skip("no credentials were given");
  }
  std::string why_not;
  const std::string type = ChooseType(session, why_not);
  if (type.empty()) return Skip(why_not);
  std::string arn = options.secret_arn;
  if (arn.empty()) {
    for (const std::string& key : SecretKeys(session)) {
      auto secret = options.credentials.find(key);
      if (secret == options.credentials.end() || secret->second.empty()) continue;
      session.has_secrets = true;
      session.watches_secrets |= session.talk.Watch(secret->second);
    }
    auto put = options.put_secret("right", ToSecretText(session, type, options.credentials));
    if (!put.ok()) return Skip("the secret can't be made: " + put.error().message);
    arn = *put;
  }
  session.credentials = Reference(arn, type);
  Answer answer = Validate(session, session.credentials.get_object());
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  session.can_log_in = true;
  return Pass();
}

Verdict Wrong(Session& session) {
  if (session.credentials.is_null()) return Skip("no credentials were given");
  if (session.options.credentials.empty()) return Skip("only an ARN of credentials was given");
  auto values = session.options.credentials;
  bool changed = false;
  for (const std::string& key : SecretKeys(session)) {
    auto found = values.find(key);
    if (found == values.end()) continue;
    found->second = Secret("sluice-wrong-" + RandomToken(16));
    session.talk.Watch(found->second);
    changed = true;
  }
  if (!changed) return Skip("none of the credentials is declared a secret (sensitiveField)");
  const std::string type =
      json::FindString(session.credentials.get_object(), "authenticationType").value_or("");
  auto arn = session.options.put_secret("wrong", ToSecretText(session, type, values));
  if (!arn.ok()) return Skip("the secret can't be made: " + arn.error().message);
  return RefusedWith(Validate(session, Reference(*arn, type)), "a wrong password",
                     {"InvalidCredentials", "AccessDenied"});
}

Verdict Missing(Session& session) {
  const std::vector<std::string> types = DeclaredTypes(session);
  if (types.empty()) return Skip("the connector needs no credentials");
  return RefusedWith(Validate(session, Reference(kUnknownArn, types[0])),
                     "a secret that does not exist", {"ResourceNotFoundError", "AccessDenied"});
}

}  // namespace

void HideCredentials(Session& session) {
  const std::vector<std::string> secret_keys = SecretKeys(session);
  const std::vector<std::string> open_keys = FirstCustomType(session).open_keys;
  std::vector<Secret> hidden;
  for (const auto& [key, value] : session.options.credentials) {
    const bool may_be_secret = !Has(open_keys, key) && value.Reveal().size() >= kShortestSecret;
    if (Has(secret_keys, key) || may_be_secret) hidden.push_back(value);
  }
  session.talk.Hide(hidden);
}

const std::vector<Check>& CredentialsChecks() {
  static const std::vector<Check> kChecks = {
      {"settings.answers", "ValidateConnectorRuntimeSettings takes the settings", kConfiguration,
       "AppFlow asks it with the scope CONNECTOR_PROFILE at CreateConnectorProfile, with SOURCE "
       "and "
       "DESTINATION at CreateFlow; what is refused is named in errorsByInputField.",
       kConfigurationHandler, &Settings},
      {"credentials.right", "ValidateCredentials takes the right credentials", kConfiguration,
       "AppFlow asks at CreateConnectorProfile; the connector reads the secret of that ARN and "
       "tries it.",
       kConfigurationHandler, &Right},
      {"credentials.wrong", "ValidateCredentials refuses wrong ones", kConfiguration | kLogIn,
       "Credentials that the application rejects are isSuccess false with InvalidCredentials; "
       "AppFlow then asks the user, or refreshes an OAuth 2 token.",
       "custom connector SDK, ErrorCode.InvalidCredentials", &Wrong},
      {"credentials.missing", "A secret that is not there is refused", kConfiguration,
       "A secret that can't be found is isSuccess false with ResourceNotFoundError.",
       "custom connector SDK, ErrorCode.ResourceNotFoundError", &Missing},
  };
  return kChecks;
}

}  // namespace sluice::conformance
