#include <algorithm>
#include <cctype>

#include "sluice/conformance/checks.h"
#include "sluice/conformance/inspection.h"

namespace sluice::conformance {
namespace {

using Words = std::vector<std::string_view>;

bool Knows(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Words& WriteOperations() {
  static const Words kWords = {"INSERT", "UPDATE", "UPSERT", "DELETE"};
  return kWords;
}

json::Object DescribeRequest() {
  return {{"type", "DescribeConnectorConfigurationRequest"}, {"locale", "en-US"}};
}

// Passes unless `look` complains about the configuration.
template <class Look>
Verdict Examine(Session& session, Look look) {
  std::optional<std::string> problem;
  look(Inspection(&session.described->body, problem));
  return problem ? Fail(*session.described, *problem) : Pass();
}

// A list whose items are all among `known`; whether it may be missing is the caller's.
void ReadWords(const Inspection& in, const char* name, const Words& known) {
  for (const std::string& word : in.Strings(name)) {
    if (!Knows(known, word)) in.Complain(name, "has the unknown value '" + word + "'");
  }
}

void RequireList(const Inspection& in, const char* name) {
  if (in.Strings(name).empty()) in.Complain(name, "is missing or empty");
}

Verdict Answers(Session& session) {
  Answer answer = session.talk.Ask(DescribeRequest());
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  session.described = answer;
  HideCredentials(session);
  std::optional<std::string> ignored;  // The checks of these members complain.
  Inspection in(&session.described->body, ignored);
  auto modes = in.Strings("connectorModes");
  session.is_source = std::find(modes.begin(), modes.end(), "SOURCE") != modes.end();
  session.is_destination = std::find(modes.begin(), modes.end(), "DESTINATION") != modes.end();
  auto operations = in.Strings("supportedWriteOperations");
  session.write_operations = {operations.begin(), operations.end()};
  if (!in.Has("supportedWriteOperations")) {
    session.write_operations = {WriteOperations().begin(), WriteOperations().end()};
  }
  auto versions = in.Strings("supportedApiVersions");
  session.api_version = versions.empty() ? "v1" : versions[0];
  return Pass();
}

Verdict OwnerName(Session& session) {
  return Examine(session, [](const Inspection& in) {
    for (const char* member : {"connectorOwner", "connectorName"}) {
      std::string text = in.RequiredString(member);
      std::transform(text.begin(), text.end(), text.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      for (const char* reserved : {"aws", "amazon", "appflow"}) {
        if (text.starts_with(reserved)) {
          in.Complain(member, "begins with '" + std::string(reserved) + "'");
        }
      }
      if (text.empty()) in.Complain(member, "is empty");
    }
  });
}

Verdict Versions(Session& session) {
  return Examine(session, [](const Inspection& in) {
    if (in.RequiredString("connectorVersion").empty()) {
      in.Complain("connectorVersion", "is missing or empty");
    }
    RequireList(in, "supportedApiVersions");
  });
}

Verdict Modes(Session& session) {
  return Examine(session, [](const Inspection& in) {
    RequireList(in, "connectorModes");
    ReadWords(in, "connectorModes", {"SOURCE", "DESTINATION"});
  });
}

Verdict SupportedWriteOperations(Session& session) {
  return Examine(session, [&](const Inspection& in) {
    ReadWords(in, "supportedWriteOperations", WriteOperations());
    if (session.is_destination && session.write_operations.empty()) {
      in.Complain("supportedWriteOperations", "is empty, and the connector is a DESTINATION");
    }
  });
}

Verdict Lists(Session& session) {
  return Examine(session, [](const Inspection& in) {
    ReadWords(in, "supportedTriggerTypes", {"SCHEDULED", "ONDEMAND"});
    ReadWords(in, "triggerFrequenciesSupported",
              {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"});
    ReadWords(in, "supportedDataTransferTypes", {"RECORD", "FILE"});
    for (const std::string& word : in.Strings("operatorsSupported")) {
      if (!OperatorFromString(word)) {
        in.Complain("operatorsSupported", "has the unknown value '" + word + "'");
      }
    }
  });
}

Verdict RuntimeSettings(Session& session) {
  return Examine(session, [](const Inspection& in) {
    if (in.Has("connectorRuntimeSettings") && !in.Has("connectorRuntimeSetting")) {
      in.Complain("connectorRuntimeSettings", "is unknown: the list is 'connectorRuntimeSetting'");
    }
    std::set<std::string> keys;
    in.ForEach("connectorRuntimeSetting", [&](const Inspection& setting) {
      if (!keys.insert(setting.RequiredString("key")).second) {
        setting.Complain("key", "is the key of another setting, too");
      }
      setting.RequiredBool("required");
      setting.RequiredString("label");
      setting.RequiredString("description");
      const Words types = {"String", "Date", "DateTime", "Long", "Integer", "Boolean", "Url"};
      if (!Knows(types, setting.RequiredString("dataType"))) {
        setting.Complain("dataType", "is not one of the SDK's");
      }
      const Words scopes = {"CONNECTOR_PROFILE", "SOURCE", "DESTINATION", "SOURCE_AND_DESTINATION"};
      if (!Knows(scopes, setting.RequiredString("scope"))) {
        setting.Complain("scope", "is not one of the SDK's");
      }
      setting.Strings("connectorSuppliedValueOptions");
    });
  });
}

void ReadParameter(const Inspection& in) {
  in.RequiredString("key");
  in.RequiredBool("required");
  in.RequiredString("label");
  in.RequiredString("description");
  in.Bool("sensitiveField");
  in.Strings("connectorSuppliedValues");
}

void ReadOAuth2(const Inspection& in) {
  RequireList(in, "tokenURL");
  RequireList(in, "oAuth2GrantTypesSupported");
  ReadWords(in, "oAuth2GrantTypesSupported",
            {"CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "JWT_BEARER"});
  const std::vector<std::string> grants = in.Strings("oAuth2GrantTypesSupported");
  if (std::find(grants.begin(), grants.end(), "AUTHORIZATION_CODE") != grants.end()) {
    RequireList(in, "authURL");
  }
  for (const char* list : {"oauth2CustomProperties", "oAuth2CustomProperties"}) {
    in.ForEach(list, [](const Inspection& property) {
      ReadParameter(property);
      if (!Knows({"TOKEN_URL", "AUTH_URL"}, property.RequiredString("type"))) {
        property.Complain("type", "is neither TOKEN_URL nor AUTH_URL");
      }
    });
  }
}

void ReadAuthentication(const Inspection& in) {
  for (const char* flag : {"isBasicAuthSupported", "isApiKeyAuthSupported"}) in.Bool(flag);
  const bool custom = in.Bool("isCustomAuthSupported");
  int configs = 0;
  in.ForEach("customAuthConfig", [&](const Inspection& config) {
    ++configs;
    config.RequiredString("authenticationType");
    int parameters = 0;
    config.ForEach("authParameters", [&](const Inspection& parameter) {
      ++parameters;
      ReadParameter(parameter);
    });
    if (parameters == 0) config.Complain("authParameters", "is missing or empty");
  });
  if (custom && configs == 0) {
    in.Complain("customAuthConfig", "is missing, and isCustomAuthSupported is true");
  }
  if (!custom && configs > 0) {
    in.Complain("isCustomAuthSupported", "is not true, and there is a customAuthConfig");
  }
  const bool oauth2 = in.Bool("isOAuth2Supported");
  if (oauth2 != in.Has("oAuth2Defaults")) {
    in.Complain("oAuth2Defaults", oauth2 ? "is missing, and isOAuth2Supported is true"
                                         : "is there, and isOAuth2Supported is not true");
  }
  if (oauth2 && in.Has("oAuth2Defaults")) ReadOAuth2(in.Object("oAuth2Defaults"));
}

Verdict Authentication(Session& session) {
  Verdict verdict = Examine(
      session, [](const Inspection& in) { ReadAuthentication(in.Object("authenticationConfig")); });
  if (verdict.outcome != Outcome::kPassed) return verdict;
  const json::Object* config = json::FindObject(session.described->body, "authenticationConfig");
  if (!config) {
    return Warn(*session.described,
                "authenticationConfig is null: AWS's own validator fails on that; send an object");
  }
  const json::Object* oauth2 = json::FindObject(*config, "oAuth2Defaults");
  const json::Value* python = oauth2 ? json::Find(*oauth2, "oAuth2CustomProperties") : nullptr;
  if (python && python->is_array() && !python->get_array().empty()) {
    return Warn(*session.described,
                "oAuth2CustomProperties is how AWS's Python SDK spells oauth2CustomProperties");
  }
  return Pass();
}

Verdict Https(Session& session) {
  return Examine(session, [](const Inspection& in) {
    auto look = [](const Inspection& at, const char* member, const std::string& url) {
      if (!url.empty() && !url.starts_with("https://")) {
        at.Complain(member, "has '" + url + "', which is not https");
      }
    };
    look(in, "logoURL", in.String("logoURL"));
    Inspection oauth2 = in.Object("authenticationConfig").Object("oAuth2Defaults");
    for (const char* list : {"tokenURL", "authURL"}) {
      for (const std::string& url : oauth2.Strings(list)) look(oauth2, list, url);
    }
  });
}

// ---- What AppFlow's own API takes ---------------------------------------------------------------

// Of a text as characters, which is how AWS counts.
size_t Length(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void FitsWord(const Inspection& in, const char* member, size_t max_length) {
  const std::string text = in.String(member);
  if (text.find_first_of(" \t\r\n\f\v") != std::string::npos) {
    in.Complain(member, "has white space in it: '" + text + "'");
  }
  if (Length(text) > max_length) {
    in.Complain(member, "is longer than " + std::to_string(max_length) + " characters");
  }
}

// Pattern .*: no line breaks.
void FitsLine(const Inspection& in, const char* member, size_t max_length) {
  const std::string text = in.String(member);
  if (text.find_first_of("\r\n") != std::string::npos)
    in.Complain(member, "has a line break in it");
  if (Length(text) > max_length) {
    in.Complain(member, "is longer than " + std::to_string(max_length) + " characters");
  }
}

// Pattern [\s\w/!@#+=.-]*.
void FitsDescription(const Inspection& in) {
  constexpr std::string_view kAllowed = " \t\r\n\f\v_/!@#+=.-";
  const std::string text = in.String("description");
  auto wrong = std::find_if(text.begin(), text.end(), [&](unsigned char c) {
    return c < 0x80 && !std::isalnum(c) && kAllowed.find(static_cast<char>(c)) == kAllowed.npos;
  });
  if (wrong != text.end()) {
    in.Complain("description",
                std::string("has '") + *wrong + "' in it, which AppFlow's API does not take");
  }
  if (Length(text) > 1024) in.Complain("description", "is longer than 1024 characters");
}

void FitsParameter(const Inspection& in) {
  FitsWord(in, "key", 512);
  FitsLine(in, "label", 128);
  FitsDescription(in);
}

void FitWords(const Inspection& in, const char* list, size_t max_length) {
  for (const std::string& word : in.Strings(list)) {
    if (word.empty() || word.find_first_of(" \t\r\n") != std::string::npos ||
        Length(word) > max_length) {
      in.Complain(list, "has '" + word + "': a value has 1 to " + std::to_string(max_length) +
                            " characters and no white space");
    }
  }
}

Verdict Characters(Session& session) {
  return Examine(session, [](const Inspection& in) {
    FitsLine(in, "connectorOwner", 256);
    FitsLine(in, "connectorName", 256);
    FitsWord(in, "connectorVersion", 256);
    FitWords(in, "supportedApiVersions", 256);
    in.ForEach("connectorRuntimeSetting", [](const Inspection& setting) {
      FitsParameter(setting);
      FitWords(setting, "connectorSuppliedValueOptions", 256);
    });
    const Inspection authentication = in.Object("authenticationConfig");
    authentication.ForEach("customAuthConfig", [](const Inspection& config) {
      FitsWord(config, "authenticationType", 256);
      config.ForEach("authParameters", [](const Inspection& parameter) {
        FitsParameter(parameter);
        FitWords(parameter, "connectorSuppliedValues", 256);
      });
    });
    const Inspection oauth2 = authentication.Object("oAuth2Defaults");
    FitWords(oauth2, "oAuthScopes", 128);
    oauth2.ForEach("oauth2CustomProperties", &FitsParameter);
  });
}

// ---- Requests of other kinds --------------------------------------------------------------------

std::string Canonical(json::Object body) {
  body.erase("type");
  return json::ToText(body);
}

Verdict SameAnswer(Session& session, const json::Object& request) {
  Answer answer = session.talk.Ask(request);
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  if (Canonical(answer.body) != Canonical(session.described->body)) {
    return Fail(answer, "it describes itself differently now");
  }
  return Pass();
}

Verdict Again(Session& session) { return SameAnswer(session, DescribeRequest()); }

Verdict UnknownMembers(Session& session) {
  json::Object request = DescribeRequest();
  request["sluiceUnknownMember"] = json::Object{{"of", json::Array{"a", "later", "version"}}};
  return SameAnswer(session, request);
}

Verdict Nulls(Session& session) {
  json::Object request = DescribeRequest();
  request["connectorLabel"] = nullptr;
  return SameAnswer(session, request);
}

Verdict UnknownType(Session& session) {
  Answer answer = session.talk.Ask({{"type", "SluiceUnknownRequest"}});
  switch (answer.what) {
    case Answer::What::kThrew:
      break;
    case Answer::What::kRefusal:
      return Warn(answer, "it refuses as if it knew the operation; AWS's SDKs throw");
    default:
      return Fail(answer, answer.ok() ? "it answers isSuccess: true to what it can't know"
                                      : "its process ended: one strange request stops the others");
  }
  Answer after = session.talk.Ask(DescribeRequest());
  if (auto wrong = UnlessSuccess(after)) return *wrong;
  return Pass();
}

}  // namespace

const std::vector<Check>& ConfigurationChecks() {
  static constexpr char kResponse[] =
      "custom connector SDK, DescribeConnectorConfigurationResponse";
  static constexpr char kValidator[] = "custom connector SDK, ConnectorConfigurationValidator";
  static const std::vector<Check> kChecks = {
      {"describe.answers", "DescribeConnectorConfiguration answers", kNothing,
       "AppFlow asks this first, at RegisterConnector; nothing works without it.",
       kConfigurationHandler, &Answers},
      {"describe.owner-name", "Owner and name are the connector's own", kConfiguration,
       "connectorOwner and connectorName are there and don't begin with aws, amazon or appflow.",
       kValidator, &OwnerName},
      {"describe.versions", "Versions are named", kConfiguration,
       "connectorVersion and at least one of supportedApiVersions are there.", kResponse,
       &Versions},
      {"describe.modes", "Modes are SOURCE, DESTINATION or both", kConfiguration,
       "connectorModes has at least one mode, spelled SOURCE or DESTINATION.", kResponse, &Modes},
      {"describe.write-operations", "Write operations are named", kConfiguration,
       "supportedWriteOperations are of INSERT, UPDATE, UPSERT and DELETE; a DESTINATION has one.",
       kResponse, &SupportedWriteOperations},
      {"describe.lists", "Triggers, frequencies and operators are spelled right", kConfiguration,
       "Values are those of the SDK's enumerations, in capitals: SCHEDULED, ONDEMAND, HOURLY, "
       "EQUAL_TO …",
       kResponse, &Lists},
      {"describe.settings", "Runtime settings are complete", kConfiguration,
       "Each of connectorRuntimeSetting (singular) has key, dataType, required, label, description "
       "and scope; no key comes twice.",
       "custom connector SDK, ConnectorRuntimeSetting", &RuntimeSettings},
      {"describe.authentication", "The authentication config is consistent", kConfiguration,
       "isCustomAuthSupported goes with customAuthConfig, isOAuth2Supported with oAuth2Defaults; "
       "parameters have key, required, label and description.",
       kValidator, &Authentication},
      {"describe.https", "All URLs are https", kConfiguration,
       "logoURL, tokenURL and authURL begin with https://.", kValidator, &Https},
      {"describe.characters", "Texts fit AppFlow's API", kConfiguration,
       "AppFlow's API hands these texts on and has patterns for them: keys without white space, "
       "descriptions of letters, digits, white space and _/!@#+=.- only.",
       "Amazon AppFlow API Reference, AuthParameter and ConnectorRuntimeSetting", &Characters},
      {"describe.again", "A warm process gives the same answer", kConfiguration,
       "Lambda uses a process for many requests; what it says does not depend on earlier ones.",
       "AWS Lambda Developer Guide, execution environment lifecycle", &Again},
      {"request.unknown-type", "An unknown request is a function error", kConfiguration,
       "A request of a type that the connector does not know ends in an exception, and the process "
       "goes on.",
       "custom connector SDK, BaseLambdaConnectorHandler", &UnknownType},
      {"request.unknown-members", "Unknown members are ignored", kConfiguration,
       "AppFlow adds members to requests; connectors ignore those that they don't know.",
       "custom connector SDK, BaseLambdaConnectorHandler", &UnknownMembers},
      {"request.nulls", "null is the same as absent", kConfiguration,
       "Optional members that have no value may be sent as null.",
       "custom connector SDK, the Request classes", &Nulls},
  };
  return kChecks;
}

}  // namespace sluice::conformance
