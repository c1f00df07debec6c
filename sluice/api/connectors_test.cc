#include <gmock/gmock.h>

#include "sluice/api/api_fixture.h"
#include "sluice/api/function_caller.h"
#include "sluice/api/profile_secret.h"

namespace sluice::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ConnectorsTest : public ApiTest {
 protected:
  static std::string Registration(const std::string& label, const std::string& arn = kFunctionArn) {
    return R"({"connectorLabel":")" + label +
           R"(","connectorProvisioningConfig":{"lambda":{"lambdaArn":")" + arn + R"("}}})";
  }

  std::string RegisterWith(Result<std::string> answer) {
    functions.answers.insert_or_assign(kFunctionArn, std::move(answer));
    std::string refusal = Refusal("/register-connector", Registration("T1"));
    EXPECT_TRUE(resources.connectors.rows.empty() || refusal == "200");
    return refusal;
  }

  std::string RegisterWithout(const std::string& part, const std::string& instead = "") {
    std::string answer = ConnectorAnswer();
    size_t at = answer.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return RegisterWith(answer.replace(at, part.size(), instead));
  }
};

TEST_F(ConnectorsTest, RegistersWhatTheFunctionSaysItIs) {
  EXPECT_EQ(
      json::FindString(Call("/register-connector", Registration("TiDB-Connector")), "connectorArn"),
      "arn:aws:appflow:us-east-1:000000000000:connector/TiDB-Connector");
  EXPECT_THAT(functions.last_payload, HasSubstr("DescribeConnectorConfigurationRequest"));

  json::Object described =
      Call("/describe-connector",
           R"({"connectorType":"CustomConnector","connectorLabel":"TiDB-Connector"})");
  const json::Object& configuration = *json::FindObject(described, "connectorConfiguration");
  EXPECT_EQ(configuration.at("connectorType"), "CustomConnector");
  EXPECT_EQ(configuration.at("connectorLabel"), "TiDB-Connector");
  EXPECT_EQ(configuration.at("connectorDescription"), "TiDB");
  EXPECT_EQ(configuration.at("connectorOwner"), "Sluice");
  EXPECT_EQ(configuration.at("canUseAsDestination"), true);
  EXPECT_EQ(json::FindString(configuration, "registeredBy"), caller.principal);
  EXPECT_EQ(json::ToText(configuration.at("connectorModes")), R"(["SOURCE","DESTINATION"])");
  EXPECT_EQ(json::ToText(configuration.at("supportedApiVersions")), R"(["v1.0","v1.1"])");
  EXPECT_EQ(json::ToText(configuration.at("supportedWriteOperations")),
            R"(["INSERT","UPSERT","UPDATE"])");
  EXPECT_EQ(json::ToText(configuration.at("supportedDestinationConnectors")),
            R"(["CustomConnector","S3"])");
  EXPECT_EQ(configuration.at("connectorProvisioningConfig").at("lambda").at("lambdaArn"),
            kFunctionArn);
  EXPECT_EQ(json::ToText(configuration.at("connectorRuntimeSettings")),
            R"([{"key":"timeZone","dataType":"String","isRequired":false,"label":"Time zone",)"
            R"("description":"Of the session","scope":"CONNECTOR_PROFILE",)"
            R"("connectorSuppliedValueOptions":["UTC"]}])");
  const json::Value& authentication = configuration.at("authenticationConfig");
  EXPECT_EQ(authentication.at("isCustomAuthSupported"), true);
  EXPECT_EQ(json::ToText(authentication.at("customAuthConfigs").at(0).at("authParameters").at(2)),
            R"({"key":"tls","isRequired":false,"label":"TLS","description":"Encrypt",)"
            R"("isSensitiveField":false,"connectorSuppliedValues":["Yes","No"]})");
  EXPECT_EQ(json::ToText(authentication.at("oAuth2Defaults").at("tokenUrls")),
            R"(["https://token.example/t"])");
}

TEST_F(ConnectorsTest, RefusesALabelThatIsTaken) {
  RegisterTidb("T1");
  EXPECT_THAT(Refusal("/register-connector", Registration("T1")),
              StartsWith("409 ConflictException: "));
  EXPECT_EQ(functions.invocations, 1);
}

TEST_F(ConnectorsTest, SaysWhatIsWrongWithTheFunction) {
  EXPECT_THAT(Refusal("/register-connector",
                      Registration("T1", "arn:aws:lambda:us-east-1:000000000000:function:none")),
              StartsWith("404 ResourceNotFoundException: The function arn:aws:lambda"));
  EXPECT_THAT(RegisterWith(Error{ErrorCode::kAccessDenied, "not permitted"}),
              StartsWith("403 AccessDeniedException: "));
  functions.invocations = 0;
  EXPECT_THAT(RegisterWith(Error{ErrorCode::kRequestTimeout, "function 'x': too late"}),
              ::testing::MatchesRegex(
                  "400 ConnectorServerException: The function .* did not describe its connector: "
                  "DescribeConnectorConfiguration: function 'x': too late "
                  "\\(after [0-9]+ ms; the function's log is /aws/lambda/.*\\)"));
  EXPECT_EQ(functions.invocations, 2) << "as a cold function may be late";
  EXPECT_THAT(
      RegisterWith(std::string("garbage")),
      ::testing::MatchesRegex(
          "400 ConnectorServerException: .* DescribeConnectorConfiguration is not valid JSON "
          "at byte 0.* It should look like .*\"connectorModes\":.* \\(function '.*', after "
          "[0-9]+ ms; the function's log is /aws/lambda/.*\\)"));
  EXPECT_THAT(RegisterWith(std::string(
                  R"({"isSuccess":false,"errorDetails":
                      {"errorCode":"ServerError","errorMessage":"boom"}})")),
              HasSubstr("boom"));
}

TEST_F(ConnectorsTest, RefusesAConfigurationThatContradictsItself) {
  EXPECT_THAT(RegisterWithout("\"Sluice\"", "\"Amazon Web\""),
              AllOf(HasSubstr("reserved"), HasSubstr("the function's log is /aws/lambda/")));
  EXPECT_THAT(RegisterWithout("\"TiDB\"", "\"awsTiDB\""), HasSubstr("reserved"));
  EXPECT_THAT(RegisterWithout("\"SOURCE\",\"DESTINATION\""),
              AllOf(HasSubstr("connectorModes"), HasSubstr("It should look like"),
                    HasSubstr("the function's log is /aws/lambda/")));
  EXPECT_THAT(RegisterWithout("\"v1.0\",\"v1.1\""), HasSubstr("supportedApiVersions"));
  EXPECT_THAT(RegisterWithout("\"isCustomAuthSupported\":true", "\"isCustomAuthSupported\":false"),
              HasSubstr("customAuthConfig"));
}

TEST_F(ConnectorsTest, NeedsLabelAndFunction) {
  EXPECT_THAT(Refusal("/register-connector", "{}"), HasSubstr("'connectorLabel' is missing"));
  EXPECT_THAT(Refusal("/register-connector", R"({"connectorLabel":"T1"})"),
              HasSubstr("lambdaArn' is missing"));
  EXPECT_THAT(Refusal("/register-connector", Registration("T1", "nonsense")),
              HasSubstr("Member must satisfy regular expression pattern"));
}

TEST_F(ConnectorsTest, ListsRegisteredConnectorsPageByPage) {
  for (const char* label : {"C3", "C1", "C2"}) RegisterTidb(label);
  std::string labels;
  std::string token;
  do {
    json::Object page =
        Call("/list-connectors",
             R"({"maxResults":2)" + (token.empty() ? "" : R"(,"nextToken":")" + token + '"') + "}");
    for (const json::Value& connector : *json::FindArray(page, "connectors")) {
      labels += std::string(connector.at("connectorLabel").as_string()) + " ";
    }
    token = json::FindString(page, "nextToken").value_or("");
  } while (!token.empty());
  EXPECT_EQ(labels, "C1 C2 C3 TiDB ");
}

TEST_F(ConnectorsTest, ALabelThatNobodyHasComesWithTheNearest) {
  RegisterTidb("TiDB-Connector");
  RegisterTidb("ERP");
  const std::string nearest =
      "404 ResourceNotFoundException: Connector with label tidb_connector does not exist. The "
      "nearest "
      "labels here: 'TiDB-Connector', 'TiDB', 'ERP'. register-connector adds another.";
  for (const char* operation :
       {"/describe-connector", "/unregister-connector", "/update-connector-registration"}) {
    EXPECT_EQ(Refusal(operation, R"({"connectorType":"CustomConnector","connectorLabel":)"
                                 R"("tidb_connector"})"),
              nearest);
  }
}

TEST_F(ConnectorsTest, RefusesATokenOfAnotherOperation) {
  RegisterTidb("C1");
  RegisterTidb("C2");
  std::string token =
      *json::FindString(Call("/list-connectors", R"({"maxResults":1})"), "nextToken");
  EXPECT_THAT(Refusal("/list-flows", R"({"nextToken":")" + token + R"("})"),
              StartsWith("400 ValidationException: The nextToken is not one"));
  EXPECT_THAT(Refusal("/list-connectors", R"({"nextToken":"?"})"),
              StartsWith("400 ValidationException: The nextToken is not one"));
}

TEST_F(ConnectorsTest, DescribesBuiltInConnectorsByType) {
  RegisterTidb("C1");
  json::Object all = Call("/describe-connectors", "{}");
  EXPECT_TRUE(json::FindObject(all, "connectorConfigurations")->contains("Salesforce"));
  EXPECT_FALSE(json::FindObject(all, "connectorConfigurations")->contains("CustomConnector"));
  EXPECT_EQ(json::FindArray(all, "connectors")->size(), 4u) << "S3, Salesforce; C1, TiDB";

  json::Object one = Call("/describe-connectors", R"({"connectorTypes":["Salesforce"]})");
  EXPECT_EQ(json::FindArray(one, "connectors")->size(), 1u);
  EXPECT_EQ(json::ToText(Call("/describe-connector", R"({"connectorType":"Salesforce"})")
                             .at("connectorConfiguration")
                             .at("connectorMetadata")
                             .at("Salesforce")
                             .at("oAuthScopes")),
            R"(["api","refresh_token"])");

  EXPECT_THAT(Refusal("/describe-connector", R"({"connectorType":"Slack"})"),
              StartsWith("404 ResourceNotFoundException: "));
  EXPECT_THAT(Refusal("/describe-connector", R"({"connectorType":"CustomConnector"})"),
              StartsWith("400 ValidationException: "));
  EXPECT_THAT(Refusal("/describe-connector",
                      R"({"connectorType":"CustomConnector","connectorLabel":"none"})"),
              StartsWith("404 ResourceNotFoundException: "));
}

TEST_F(ConnectorsTest, ReadsARegistrationAgain) {
  RegisterTidb("T1");
  const StoredConnector before = resources.connectors.rows.at("T1");
  const std::string other = "arn:aws:lambda:us-east-1:000000000000:function:other";
  std::string answer = ConnectorAnswer();
  answer.replace(answer.find("\"1.0\""), 5, "\"2.0\"");
  functions.answers.insert_or_assign(other, answer);
  const std::string update =
      R"({"connectorLabel":"T1","connectorProvisioningConfig":{"lambda":{"lambdaArn":")" + other +
      "\"}}}";
  json::Object updated = Call("/update-connector-registration", update);
  EXPECT_EQ(json::FindString(updated, "connectorArn"), before.arn);
  const StoredConnector after = resources.connectors.rows.at("T1");
  EXPECT_EQ(after.function_arn, other);
  EXPECT_THAT(after.configuration, HasSubstr("\"2.0\""));
  EXPECT_EQ(after.description, before.description);

  functions.answers.insert_or_assign(other, std::string("garbage"));
  EXPECT_THAT(Refusal("/update-connector-registration", R"({"connectorLabel":"T1"})"),
              StartsWith("400 ConnectorServerException: "));
  EXPECT_EQ(resources.connectors.rows.at("T1").configuration, after.configuration);
  EXPECT_THAT(Refusal("/update-connector-registration", R"({"connectorLabel":"TiDB"})"),
              StartsWith("409 ConflictException: "));
}

TEST_F(ConnectorsTest, UnregistersUnlessAProfileUsesIt) {
  RegisterTidb();
  Call("/create-connector-profile", TidbProfile("tidb"));
  EXPECT_THAT(Refusal("/unregister-connector", R"({"connectorLabel":"TiDB-Connector"})"),
              AllOf(StartsWith("409 ConflictException: "), HasSubstr("profile tidb")));
  EXPECT_EQ(
      Call("/unregister-connector", R"({"connectorLabel":"TiDB-Connector","forceDelete":true})"),
      json::Object());
  EXPECT_THAT(Refusal("/unregister-connector", R"({"connectorLabel":"TiDB-Connector"})"),
              StartsWith("404 ResourceNotFoundException: "));
}

// Who reads which secret.

class SecretPolicyTest : public ApiTest {
 protected:
  bool MayRead(const std::string& principal, const std::string& secret) {
    return policy->MayRead({.principal = principal}, secret);
  }

  const std::string function = "arn:aws:sts::000000000000:assumed-role/sluice/";
  std::unique_ptr<secrets::AccessPolicy> policy = MakeSecretAccessPolicy(resources, "000000000000");
};

TEST_F(SecretPolicyTest, AFunctionReadsTheSecretsOfItsLabelsOnly) {
  resources.connectors.rows = {
      {"TiDB", {.label = "TiDB", .function_arn = "arn:aws:lambda:r:1:function:one"}},
      {"TiDB-Cloud", {.label = "TiDB-Cloud", .function_arn = "arn:aws:lambda:r:1:function:two:7"}}};
  std::string one = NewSecretName("000000000000", "TiDB", "Cloud-x");
  std::string two = NewSecretName("000000000000", "TiDB-Cloud", "x");
  EXPECT_THAT(one, StartsWith("appflow!000000000000-TiDB-Cloud-x-"));
  EXPECT_THAT(two, StartsWith("appflow!000000000000-TiDB-Cloud-x-"));

  EXPECT_TRUE(MayRead(function + "one", one));
  EXPECT_TRUE(MayRead(function + "two", two));
  EXPECT_FALSE(MayRead(function + "one", two));
  EXPECT_FALSE(MayRead(function + "two", one));
  EXPECT_FALSE(MayRead(function + "one", "client-credentials"));
  EXPECT_FALSE(MayRead(function + "three", one));

  resources.connectors.rows.erase("TiDB");
  EXPECT_FALSE(MayRead(function + "one", one)) << "checked at each call";
}

TEST_F(SecretPolicyTest, TheRootMayDoEverythingAndAFunctionNothingElse) {
  EXPECT_TRUE(MayRead(caller.principal, "client-credentials"));
  EXPECT_TRUE(policy->MayManage(caller));
  EXPECT_FALSE(policy->MayManage({.principal = function + "one"}));
}

TEST_F(SecretPolicyTest, NamesOfSecretsHoldWhateverALabelOrProfileHolds) {
  std::string name = NewSecretName("000000000000", std::string(256, '#'), std::string(256, '@'));
  EXPECT_TRUE(secrets::CheckSecretName(name).ok()) << name;
}

TEST_F(ConnectorsTest, ABuiltInConnectorIsACustomConnectorThatIsAlwaysThere) {
  RegisterTidb("Own");
  RegisterTidb("Zoho");
  json::Object page = Call("/list-connectors", R"({"maxResults":2})");
  EXPECT_EQ(page.at("connectors").at(0).at("connectorLabel"), "Own");
  const json::Value& tidb = page.at("connectors").at(1);
  EXPECT_EQ(tidb.at("connectorLabel"), "TiDB");
  EXPECT_EQ(tidb.at("connectorType"), "CustomConnector");
  EXPECT_FALSE(tidb.as_object().contains("connectorProvisioningType")) << "there is no function";
  page = Call("/list-connectors",
              R"({"nextToken":")" + *json::FindString(page, "nextToken") + R"("})");
  ASSERT_EQ(page.at("connectors").as_array().size(), 1u);
  EXPECT_EQ(page.at("connectors").at(0).at("connectorLabel"), "Zoho");

  json::Object described =
      Call("/describe-connector", R"({"connectorType":"CustomConnector","connectorLabel":"TiDB"})");
  const json::Value& configuration = described.at("connectorConfiguration");
  EXPECT_EQ(configuration.at("connectorType"), "CustomConnector");
  EXPECT_EQ(configuration.at("canUseAsDestination"), true);
  EXPECT_EQ(configuration.at("authenticationConfig")
                .at("customAuthConfigs")
                .at(0)
                .at("customAuthenticationType"),
            "JDBC");
  EXPECT_FALSE(configuration.as_object().contains("connectorProvisioningConfig"));

  json::Object all = Call("/describe-connectors", "{}");
  EXPECT_TRUE(all.at("connectorConfigurations").as_object().contains("S3"));
  EXPECT_FALSE(all.at("connectorConfigurations").as_object().contains("TiDB"));
  EXPECT_EQ(
      json::ToText(all.at("connectorConfigurations").at("S3").at("supportedDestinationConnectors")),
      R"(["CustomConnector","S3"])");
}

TEST_F(ConnectorsTest, ABuiltInConnectorIsNotReplacedAndStays) {
  EXPECT_EQ(Refusal("/register-connector", Registration("TiDB")),
            "409 ConflictException: The connector TiDB is built in. Register yours with another "
            "label.");
  EXPECT_EQ(functions.invocations, 0);
  EXPECT_EQ(Refusal("/unregister-connector", R"({"connectorLabel":"TiDB","forceDelete":true})"),
            "409 ConflictException: The connector TiDB is built in and can't be unregistered.");
}

TEST_F(ConnectorsTest, OneThatWasRegisteredBeforeStaysWhatItIsAndMayGo) {
  RegisterTidb("Other");
  StoredConnector earlier = resources.connectors.rows.at("Other");
  earlier.label = "TiDB";
  resources.connectors.rows["TiDB"] = earlier;
  json::Object page = Call("/list-connectors", "{}");
  EXPECT_EQ(page.at("connectors").as_array().size(), 2u);
  json::Object described =
      Call("/describe-connector", R"({"connectorType":"CustomConnector","connectorLabel":"TiDB"})");
  EXPECT_EQ(described.at("connectorConfiguration")
                .at("connectorProvisioningConfig")
                .at("lambda")
                .at("lambdaArn"),
            kFunctionArn);
  Call("/unregister-connector", R"({"connectorLabel":"TiDB"})");
  described =
      Call("/describe-connector", R"({"connectorType":"CustomConnector","connectorLabel":"TiDB"})");
  EXPECT_FALSE(described.at("connectorConfiguration").as_object().contains("registeredBy"));
}

TEST_F(ConnectorsTest, AProfileOfABuiltInConnectorIsOpenedInProcess) {
  Call("/create-connector-profile", TidbProfile("db", "TiDB"));
  ASSERT_EQ(tidb_system.opened.size(), 1u);
  EXPECT_EQ(tidb_system.opened[0].function_arn, "");
  EXPECT_EQ(tidb_system.opened[0].api_version, "v1.0");
  EXPECT_EQ(tidb_system.opened[0].settings, (Settings{{"timeZone", "UTC"}}));
  auto credentials = tidb_system.opened[0].credentials->Load();
  ASSERT_TRUE(credentials.ok());
  EXPECT_EQ(credentials->custom_type, "JDBC");
  EXPECT_EQ(credentials->Get("password").Reveal(), "canary-password");
  EXPECT_EQ(functions.invocations, 0);
  EXPECT_EQ(Post("/describe-connector-entity", R"({"connectorEntityName":"sf_account",
      "connectorType":"CustomConnector","connectorProfileName":"db","apiVersion":"v1.0"})")
                .status,
            200);
  EXPECT_THAT(Refusal("/describe-connector-entity", R"({"connectorEntityName":"sf_account",
      "connectorType":"CustomConnector","connectorProfileName":"db","apiVersion":"v3"})"),
              HasSubstr("it supports: v1.0"));
}

TEST_F(ConnectorsTest, S3HasNoProfile) {
  EXPECT_THAT(Refusal("/create-connector-profile", R"({"connectorProfileName":"s3",
      "connectorType":"S3","connectionMode":"Public","connectorProfileConfig":{
      "connectorProfileProperties":{}}})"),
              HasSubstr("S3 has no connector profiles"));
  json::Object entities = Call("/list-connector-entities", R"({"connectorType":"S3"})");
  EXPECT_EQ(entities.at("connectorEntityMap").at("Objects").at(0).at("name"),
            "inbox/accounts/2026");
  json::Object described =
      Call("/describe-connector-entity", R"({"connectorType":"S3","connectorEntityName":"out/"})");
  EXPECT_EQ(described.at("connectorEntityFields").at(0).at("identifier"), "id");
}

}  // namespace
}  // namespace sluice::api
