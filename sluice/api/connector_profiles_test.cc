#include <gmock/gmock.h>

#include "sluice/api/api_fixture.h"

namespace sluice::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ProfilesTest : public ApiTest {
 protected:
  // Nothing of a profile that was refused remains.
  void ExpectNothingKept(size_t secrets_before = 0) {
    EXPECT_TRUE(resources.profiles.rows.empty());
    EXPECT_EQ(secret_store.rows.size(), secrets_before);
  }

  std::string ClientSecret(
      const std::string& text = R"({"clientId":"app","clientSecret":"canary"})") {
    return *secrets.Create("us-east-1", "connected-app", Secret(text));
  }

  static std::string Salesforce(const std::string& properties, const std::string& credentials) {
    return R"({"connectorProfileName":"sf","connectorType":"Salesforce","connectionMode":"Public",
      "connectorProfileConfig":{"connectorProfileProperties":{"Salesforce":)" +
           properties + R"(},"connectorProfileCredentials":{"Salesforce":)" + credentials + "}}}";
  }

  static std::string Custom(const std::string& credentials, const std::string& properties = "{}") {
    return R"({"connectorProfileName":"c","connectorType":"CustomConnector",
      "connectorLabel":"TiDB-Connector","connectionMode":"Public",
      "connectorProfileConfig":{"connectorProfileProperties":{"CustomConnector":)" +
           properties + R"(},"connectorProfileCredentials":{"CustomConnector":)" + credentials +
           "}}}";
  }

  // What the one secret of a profile holds.
  json::Object SecretOf(const std::string& profile) {
    auto opened = secrets.Get(resources.profiles.rows.at(profile).secret_arn);
    EXPECT_TRUE(opened.ok());
    return *json::ParseObject(opened->value.Reveal());
  }
};

TEST_F(ProfilesTest, TriesTheConnectionWithTheSecretThatTheFunctionWillRead) {
  RegisterTidb();
  bool was_tried = false;
  custom_system.on_check = [&](const Account& account) {
    was_tried = true;
    EXPECT_TRUE(resources.profiles.rows.empty()) << "kept before it was tried";
    EXPECT_EQ(account.profile_name, "tidb");
    EXPECT_EQ(account.function_arn, kFunctionArn);
    EXPECT_EQ(account.authentication_type, AuthenticationType::kCustom);
    EXPECT_EQ(account.api_version, "v1.0");
    EXPECT_EQ(account.settings, (Settings{{"timeZone", "UTC"}}));
    auto opened = secrets.Get(account.secret_arn);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(*json::ParseObject(opened->value.Reveal()),
              *json::ParseObject(R"({"hostname":"db.example","password":"canary-password",
                "authenticationType":"CUSTOM","customAuthenticationType":"JDBC"})"));
    EXPECT_EQ(account.credentials->Load()->Get("password").Reveal(), "canary-password");
  };
  json::Object answer = Call("/create-connector-profile", TidbProfile("tidb"));
  EXPECT_TRUE(was_tried);
  EXPECT_EQ(json::FindString(answer, "connectorProfileArn"),
            "arn:aws:appflow:us-east-1:000000000000:connectorprofile/tidb");
}

TEST_F(ProfilesTest, DescribesAProfileWithoutItsCredentials) {
  MakeProfiles();
  net::HttpResponse response = Post("/describe-connector-profiles", "{}");
  EXPECT_THAT(response.body, Not(HasSubstr("canary")));
  const json::Array details =
      *json::FindArray(*json::ParseObject(response.body), "connectorProfileDetails");
  ASSERT_EQ(details.size(), 2u);
  EXPECT_EQ(details[0].at("connectorProfileName"), "sf");
  EXPECT_FALSE(details[0].as_object().contains("connectorLabel"));
  EXPECT_EQ(
      json::ToText(details[0].at("connectorProfileProperties")),
      R"({"Salesforce":{"instanceUrl":"https://org.example/","isSandboxEnvironment":false}})");
  EXPECT_EQ(details[1].at("connectorLabel"), "TiDB-Connector");
  EXPECT_THAT(std::string(details[1].at("credentialsArn").as_string()),
              StartsWith("arn:aws:secretsmanager:us-east-1:000000000000:secret:"
                         "appflow!000000000000-TiDB-Connector-tidb-"));
  EXPECT_THAT(response.body, HasSubstr(R"("createdAt":1769850307.25)"));
  for (const auto& [name, profile] : resources.profiles.rows) {
    EXPECT_THAT(profile.properties, Not(HasSubstr("canary")));
  }
}

TEST_F(ProfilesTest, DescribesThoseThatWereAskedFor) {
  MakeProfiles();
  auto count = [&](const std::string& body) {
    return json::FindArray(Call("/describe-connector-profiles", body), "connectorProfileDetails")
        ->size();
  };
  EXPECT_EQ(count(R"({"connectorProfileNames":["tidb"]})"), 1u);
  EXPECT_EQ(count(R"({"connectorProfileNames":["none"]})"), 0u);
  EXPECT_EQ(count(R"({"connectorProfileNames":[]})"), 2u);
  EXPECT_EQ(count(R"({"connectorType":"Salesforce"})"), 1u);
  EXPECT_EQ(count(R"({"connectorType":"CustomConnector","connectorLabel":"other"})"), 0u);
  EXPECT_EQ(count(R"({"maxResults":1})"), 1u);
}

TEST_F(ProfilesTest, KeepsNothingWhenTheConnectionFails) {
  RegisterTidb();
  struct Case {
    ErrorCode code;
    const char* exception;
  };
  for (auto [code, exception] :
       {Case{ErrorCode::kInvalidCredentials, "401 ConnectorAuthenticationException: "},
        Case{ErrorCode::kAccessDenied, "401 ConnectorAuthenticationException: "},
        Case{ErrorCode::kServiceUnavailable,
             "400 ConnectorServerException: Error while communicating to connector: "},
        Case{ErrorCode::kRequestTimeout, "400 ConnectorServerException: "},
        Case{ErrorCode::kInvalidArgument, "400 ValidationException: "}}) {
    custom_system.refusal = Error{code, "db.example:4000 said no"};
    EXPECT_THAT(Refusal("/create-connector-profile", TidbProfile("tidb")),
                AllOf(StartsWith(exception), HasSubstr("db.example:4000 said no")));
    ExpectNothingKept();
  }
}

// UpdateConnectorProfile of what TidbProfile makes, with another password and time zone.
std::string Renewed(const std::string& name) {
  return R"({"connectorProfileName":")" + name +
         R"(","connectionMode":"Public","connectorProfileConfig":{
           "connectorProfileProperties":{"CustomConnector":
             {"profileProperties":{"timeZone":"Asia/Tokyo"}}},
           "connectorProfileCredentials":{"CustomConnector":{"authenticationType":"CUSTOM",
             "custom":{"customAuthenticationType":"JDBC","credentialsMap":
               {"hostname":"db.example","password":"canary-new"}}}}}})";
}

TEST_F(ProfilesTest, ReplacesAProfileOnceTheNewConnectionWorks) {
  MakeProfiles();
  const StoredProfile before = resources.profiles.rows.at("tidb");
  const size_t secrets_before = secret_store.rows.size();
  clock.Tick(std::chrono::minutes(1));
  custom_system.on_check = [&](const Account& account) {
    EXPECT_EQ(resources.profiles.rows.at("tidb").secret_arn, before.secret_arn);
    EXPECT_EQ(account.settings.at("timeZone"), "Asia/Tokyo");
    auto opened = secrets.Get(account.secret_arn);
    ASSERT_TRUE(opened.ok());
    EXPECT_THAT(opened->value.Reveal(), HasSubstr("canary-new"));
  };
  json::Object answer = Call("/update-connector-profile", Renewed("tidb"));
  EXPECT_EQ(json::FindString(answer, "connectorProfileArn"), before.arn);
  const StoredProfile& after = resources.profiles.rows.at("tidb");
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_GT(after.updated_at, before.updated_at);
  EXPECT_EQ(json::FindString(SecretOf("tidb"), "password"), "canary-new");
  EXPECT_EQ(secret_store.rows.size(), secrets_before) << "the old one is gone";
}

TEST_F(ProfilesTest, KeepsAProfileAsItWasWhereTheNewConnectionFails) {
  MakeProfiles();
  const size_t secrets_before = secret_store.rows.size();
  custom_system.refusal = Error{ErrorCode::kInvalidCredentials, "wrong 'password'", {}};
  EXPECT_EQ(Refusal("/update-connector-profile", Renewed("tidb")),
            "401 ConnectorAuthenticationException: wrong 'password'");
  EXPECT_EQ(json::FindString(SecretOf("tidb"), "password"), "canary-password");
  EXPECT_THAT(resources.profiles.rows.at("tidb").properties, HasSubstr("UTC"));
  EXPECT_EQ(secret_store.rows.size(), secrets_before);
}

TEST_F(ProfilesTest, DoesNotReplaceAProfileUnderARun) {
  MakeProfiles();
  Call("/create-flow", FlowDocument("flow"));
  runs.runs.push_front({.execution_id = "1", .flow_name = "flow"});
  EXPECT_THAT(Refusal("/update-connector-profile", Renewed("tidb")),
              StartsWith("409 ConflictException: The flow flow is running"));
  runs.runs.front().status = flow::RunStatus::kSuccessful;
  Call("/update-connector-profile", Renewed("tidb"));
}

TEST_F(ProfilesTest, PutsAnErrorBesideTheFieldsThatItNames) {
  RegisterTidb();
  auto fields = [&](const std::string& message) {
    custom_system.refusal = InvalidArgument(message);
    auto body = *json::ParseObject(Post("/create-connector-profile", TidbProfile("p")).body);
    const json::Object* found = json::FindObject(body, "errorsByInputField");
    return found == nullptr ? "" : json::ToText(*found);
  };
  EXPECT_EQ(fields("wrong 'password'"), R"({"password":"wrong 'password'"})");
  EXPECT_EQ(fields("'hostname' or 'timeZone'"),
            R"({"hostname":"'hostname' or 'timeZone'","timeZone":"'hostname' or 'timeZone'"})");
  EXPECT_EQ(fields("the password 'secret' of 'nobody'"), "");
}

TEST_F(ProfilesTest, RefusesANameThatIsTaken) {
  MakeProfiles();
  size_t secrets_before = secret_store.rows.size();
  EXPECT_THAT(Refusal("/create-connector-profile", TidbProfile("tidb")),
              StartsWith("409 ConflictException: "));
  EXPECT_EQ(secret_store.rows.size(), secrets_before);
}

TEST_F(ProfilesTest, RefusesWhatDoesNotFitTogether) {
  RegisterTidb();
  auto replace = [](std::string text, const std::string& what, const std::string& with) {
    size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
  };
  std::string good = TidbProfile("p");
  struct Case {
    std::string body;
    const char* expected;
  };
  for (const auto& [body, expected] : {
           Case{replace(good, "\"Public\"", "\"Private\""), "PrivateLink"},
           Case{replace(good, "\"Public\"", "\"Secret\""), "enum value set: [Public, Private]"},
           Case{replace(good, R"("connectorLabel":"TiDB-Connector",)", ""),
                "'connectorLabel' is missing"},
           Case{replace(good, R"("connectorLabel":"TiDB-Connector")", R"("connectorLabel":"None")"),
                "404 ResourceNotFoundException: Connector with label None does not exist. The "
                "nearest "
                "labels here: 'TiDB', 'TiDB-Connector'. register-connector adds another."},
           Case{replace(good, R"("connectorType":"CustomConnector")", R"("connectorType":"Slack")"),
                "type Slack are not available"},
           Case{replace(good, R"("connectorType":"CustomConnector")", R"("connectorType":"Nope")"),
                "'Nope' at 'connectorType'"},
           Case{replace(good, R"("connectorProfileProperties":{"CustomConnector")",
                        R"("connectorProfileProperties":{"Salesforce")"),
                "must have the member CustomConnector"},
           Case{replace(good, R"("connectorProfileProperties":{)",
                        R"("connectorProfileProperties":{"Salesforce":{},)"),
                "exactly one member"},
           Case{replace(good, R"("hostname":"db.example",)", ""), "requires 'hostname'"},
           Case{replace(good, "\"JDBC\"", "\"ODBC\""), "does not support ODBC"},
           Case{replace(good, "\"CUSTOM\"", "\"BASIC\""), "'basic' is missing"},
           Case{SalesforceProfile("a b"), "at 'connectorProfileName'"},
       }) {
    EXPECT_THAT(Refusal("/create-connector-profile", body), HasSubstr(expected));
    ExpectNothingKept();
  }
}

TEST_F(ProfilesTest, StoresEachKindOfCredentialsUnderTheKeysThatConnectorsRead) {
  RegisterTidb();
  struct Case {
    const char* given;
    const char* stored;
    const char* type;
  };
  for (auto [given, stored, type] : {
           Case{R"({"authenticationType":"BASIC","basic":{"username":"u","password":"p"}})",
                R"({"username":"u","password":"p","authenticationType":"BASIC"})", "BasicAuth"},
           Case{R"({"authenticationType":"APIKEY","apiKey":{"apiKey":"k","apiSecretKey":"s"}})",
                R"({"apiKey":"k","apiSecretKey":"s","authenticationType":"APIKEY"})", "ApiKey"},
           Case{R"({"authenticationType":"APIKEY","apiKey":{"apiKey":"k"}})",
                R"({"apiKey":"k","authenticationType":"APIKEY"})", "ApiKey"},
       }) {
    Call("/create-connector-profile", Custom(given));
    EXPECT_EQ(SecretOf("c"), *json::ParseObject(stored));
    EXPECT_EQ(resources.profiles.rows.at("c").authentication_type, type);
    Call("/delete-connector-profile", R"({"connectorProfileName":"c"})");
  }
}

TEST_F(ProfilesTest, FetchesOAuth2TokensForACustomConnector) {
  RegisterTidb();
  http.answer = net::HttpResponse{200, {}, R"({"access_token":"at","refresh_token":"rt"})"};
  std::string properties = R"({"oAuth2Properties":{"tokenUrl":"https://token.example/t",
    "oAuth2GrantType":"AUTHORIZATION_CODE","tokenUrlCustomProperties":{"audience":"all"}}})";
  Call("/create-connector-profile",
       Custom(R"({"authenticationType":"OAUTH2","oauth2":{"clientId":"id","clientSecret":"cs",
                  "oAuthRequest":{"authCode":"code-1","redirectUri":"https://back.example/"}}})",
              properties));
  EXPECT_EQ(SecretOf("c"),
            *json::ParseObject(R"({"clientId":"id","clientSecret":"cs","accessToken":"at",
                                   "refreshToken":"rt","authenticationType":"OAUTH2"})"));
  ASSERT_EQ(http.requests.size(), 1u);
  EXPECT_EQ(http.requests[0].url, "https://token.example/t");
  EXPECT_THAT(http.requests[0].body, AllOf(HasSubstr("grant_type=authorization_code"),
                                           HasSubstr("code=code-1"), HasSubstr("audience=all")));
}

TEST_F(ProfilesTest, ExchangesTheAuthorizationCodeAtTheOrgsOwnHost) {
  std::string arn = ClientSecret();
  http.answer = net::HttpResponse{
      200,
      {},
      R"({"access_token":"at","refresh_token":"rt","instance_url":"http://127.0.0.1:9/"})"};
  Call("/create-connector-profile",
       Salesforce(R"({"instanceUrl":"http://127.0.0.1:9/","isSandboxEnvironment":false})",
                  R"({"oAuthRequest":{"authCode":"code-1","redirectUri":"https://back.example/"},
                      "clientCredentialsArn":")" +
                      arn + R"("})"));
  ASSERT_EQ(http.requests.size(), 1u);
  EXPECT_EQ(http.requests[0].url, "http://127.0.0.1:9/services/oauth2/token");
  EXPECT_THAT(http.requests[0].body,
              AllOf(HasSubstr("code=code-1"), HasSubstr("client_id=app"),
                    HasSubstr("redirect_uri=https%3A%2F%2Fback.example%2F")));
  EXPECT_EQ(SecretOf("sf"),
            *json::ParseObject(R"({"accessToken":"at","refreshToken":"rt","clientId":"app",
              "clientSecret":"canary","instanceUrl":"http://127.0.0.1:9/",
              "authenticationType":"OAUTH2"})"));
  const Account& account = salesforce_system.opened.back();
  EXPECT_EQ(account.settings.at("tokenUrl"), "http://127.0.0.1:9/services/oauth2/token");
  EXPECT_EQ(account.settings.at("isSandboxEnvironment"), "false");
}

TEST_F(ProfilesTest, FindsTheOrgInSalesforcesAnswer) {
  std::string arn = ClientSecret();
  http.answer = net::HttpResponse{
      200, {}, R"({"access_token":"at","instance_url":"https://my.salesforce.example"})"};
  Call("/create-connector-profile",
       Salesforce(R"({"isSandboxEnvironment":true})",
                  R"({"refreshToken":"rt","clientCredentialsArn":")" + arn + R"("})"));
  EXPECT_EQ(http.requests[0].url, "https://test.salesforce.com/services/oauth2/token");
  EXPECT_EQ(json::FindString(SecretOf("sf"), "refreshToken"), "rt");
  const Account& account = salesforce_system.opened.back();
  EXPECT_EQ(account.settings.at("instanceUrl"), "https://my.salesforce.example");
  EXPECT_EQ(account.settings.at("tokenUrl"), "https://test.salesforce.com/services/oauth2/token");
}

TEST_F(ProfilesTest, PassesOnWhySalesforceRefusesTheCode) {
  std::string arn = ClientSecret();
  std::string body =
      Salesforce(R"({"instanceUrl":"https://org.example"})",
                 R"({"oAuthRequest":{"authCode":"old","redirectUri":"https://back.example/"},
                     "clientCredentialsArn":")" +
                     arn + R"("})");
  http.answer = net::HttpResponse{
      400, {}, R"({"error":"invalid_grant","error_description":"expired authorization code"})"};
  EXPECT_THAT(Refusal("/create-connector-profile", body),
              AllOf(StartsWith("401 ConnectorAuthenticationException: "),
                    HasSubstr("expired authorization code")));
  http.answer = ServiceUnavailable("no connection to org.example");
  EXPECT_THAT(Refusal("/create-connector-profile", body),
              StartsWith("400 ConnectorServerException: "));
  ExpectNothingKept(1);
}

TEST_F(ProfilesTest, SaysWhatIsMissingForSalesforce) {
  std::string arn = ClientSecret("no json");
  std::string no_secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:none-aaaaaa";
  std::string code = R"("oAuthRequest":{"authCode":"c","redirectUri":"r"})";
  struct Case {
    std::string properties, credentials;
    const char* expected;
  };
  for (const auto& [properties, credentials, expected] : {
           Case{"{}", "{}", "need an accessToken, a refreshToken or an oAuthRequest"},
           Case{"{}", R"({"accessToken":"t"})", "'instanceUrl' is missing"},
           Case{R"({"instanceUrl":"org.example"})", R"({"accessToken":"t"})", "must be a URL"},
           Case{"{}", "{" + code + "}", "'clientCredentialsArn' is missing"},
           Case{"{}", R"({"oAuthRequest":{"authCode":"c"},"clientCredentialsArn":")" + arn + "\"}",
                "authCode and redirectUri"},
           Case{"{}", "{" + code + R"(,"clientCredentialsArn":")" + no_secret + "\"}",
                "no secret with the ARN"},
           Case{"{}", "{" + code + R"(,"clientCredentialsArn":")" + arn + "\"}",
                "strings clientId and clientSecret"},
           Case{"{}", R"({"jwtToken":"a.b.c","oAuth2GrantType":"JWT_BEARER"})",
                "JWT_BEARER is not available"},
       }) {
    EXPECT_THAT(Refusal("/create-connector-profile", Salesforce(properties, credentials)),
                AllOf(StartsWith("400 ValidationException: "), HasSubstr(expected)));
    ExpectNothingKept(1);
  }
  EXPECT_TRUE(http.requests.empty());
}

TEST_F(ProfilesTest, SavesRefreshedTokensInTheSameSecret) {
  MakeProfiles();
  auto credentials = salesforce_system.opened.back().credentials->Load();
  ASSERT_TRUE(credentials.ok());
  credentials->values["accessToken"] = Secret("fresh");
  ASSERT_TRUE(salesforce_system.opened.back().credentials->Save(*credentials).ok());
  EXPECT_EQ(json::FindString(SecretOf("sf"), "accessToken"), "fresh");
  EXPECT_EQ(json::FindString(SecretOf("sf"), "refreshToken"), "canary-refresh");
}

TEST_F(ProfilesTest, DeletesAProfileWithItsSecretUnlessAFlowUsesIt) {
  MakeProfiles();
  Call("/create-flow", FlowDocument("f1"));
  for (const char* profile : {"sf", "tidb"}) {
    EXPECT_THAT(Refusal("/delete-connector-profile",
                        R"({"connectorProfileName":")" + std::string(profile) + R"("})"),
                AllOf(StartsWith("409 ConflictException: "), HasSubstr("flow f1")));
  }
  EXPECT_EQ(secret_store.rows.size(), 2u);
  Call("/delete-connector-profile", R"({"connectorProfileName":"sf","forceDelete":true})");
  Call("/delete-flow", R"({"flowName":"f1"})");
  Call("/delete-connector-profile", R"({"connectorProfileName":"tidb"})");
  ExpectNothingKept();
  EXPECT_EQ(Refusal("/delete-connector-profile", R"({"connectorProfileName":"tidb"})"),
            "404 ResourceNotFoundException: Connector Profile with name tidb does not exist. There "
            "is none yet: create-connector-profile makes one.");
}

}  // namespace
}  // namespace sluice::api
