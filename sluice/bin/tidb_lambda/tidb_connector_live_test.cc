#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "sluice/bin/tidb_lambda/tidb_connector.h"
#include "sluice/sdk/lambda.h"
#include "sluice/tidb/live_test.h"

namespace sluice::tidb_lambda {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// One profile's secret, which a test may change.
class FakeSecrets final : public sdk::CredentialProvider {
 public:
  Result<Credentials> Get(const protocol::CredentialsReference& reference, Deadline) override {
    if (reference.secret_arn != "arn:tidb") return ResourceNotFound("no such secret");
    Credentials credentials;
    for (auto& [key, value] : cached_) credentials.values[key] = Secret(value);
    return credentials;
  }
  void Forget(const protocol::CredentialsReference&) override { cached_ = values; }
  void Set(std::map<std::string, std::string> to) { cached_ = values = std::move(to); }

  std::map<std::string, std::string> values;

 private:
  std::map<std::string, std::string> cached_;
};

class TidbConnectorLiveTest : public tidb::LiveTest {
 protected:
  TidbConnectorLiveTest() {
    std::stringstream pem;
    if (!options_.ca_file.empty()) pem << std::ifstream(options_.ca_file).rdbuf();
    secrets_.Set({{"driver", "mysql"},
                  {"hostname", options_.hostname},
                  {"port", std::to_string(options_.port)},
                  {"username", options_.username},
                  {"password", options_.password.Reveal()},
                  {"database", options_.database},
                  {"tls", options_.tls ? "Yes" : "No"},
                  {"caCertificate", pem.str()}});
  }

  // A message as AppFlow sends it; `members` stand behind its type.
  std::string Ask(const std::string& type, const std::string& members = "") {
    std::string message = "{\"type\":\"" + type +
                          "Request\",\"connectorContext\":{\"apiVersion\":" +
                          "\"v1\",\"credentials\":{\"secretArn\":\"arn:tidb\"," +
                          "\"authenticationType\":\"CustomAuth\"}}" + members + "}";
    auto answer = sdk::HandleInvocation(connector_, message, {"r", tidb::Soon()});
    return answer.ok() ? *answer : "error: " + answer.error().message;
  }
  std::string Validate() {
    return Ask("ValidateCredentials",
               R"(,"credentials":{"secretArn":"arn:tidb","authenticationType":"CustomAuth"})");
  }

  FakeSecrets secrets_;
  FakeClock clock_{Time{}};
  TidbConnector connector_{secrets_, {}, clock_};
};

TEST_F(TidbConnectorLiveTest, AllEightOperationsAreAnswered) {
  Run("CREATE TABLE t (id VARCHAR(9) PRIMARY KEY, n INT)");
  EXPECT_THAT(Ask("DescribeConnectorConfiguration"), HasSubstr("\"connectorName\":\"TiDB\""));
  EXPECT_THAT(Ask("ValidateConnectorRuntimeSettings",
                  R"(,"scope":"CONNECTOR_PROFILE","connectorRuntimeSettings":{})"),
              HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(Validate(), HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(Ask("ListEntities"), HasSubstr("\"entityIdentifier\":\"t\""));
  EXPECT_THAT(Ask("DescribeEntity", R"(,"entityIdentifier":"t")"),
              HasSubstr("\"fieldName\":\"id\""));
  EXPECT_THAT(
      Ask("WriteData", R"(,"entityIdentifier":"t","operation":"INSERT","allOrNone":false,)"
                       R"("records":["{\"id\":\"é\",\"n\":1}","{\"id\":\"b\",\"n\":\"x\"}"])"),
      AllOf(HasSubstr("\"isSuccess\":false"), HasSubstr("PartialWriteFailure"),
            HasSubstr("\"recordId\":\"é\""), HasSubstr("is not a whole number")));
  EXPECT_THAT(Ask("QueryData", R"(,"entityIdentifier":"t","filterExpression":"n = 01")"),
              HasSubstr(R"(["{\"id\":\"é\",\"n\":1}"])"));
  EXPECT_THAT(Ask("RetrieveData",
                  R"(,"entityIdentifier":"t","selectedFieldNames":["n"],"idFieldName":"id",)"
                  R"("ids":["é","z"])"),
              HasSubstr(R"(["{\"n\":1}"])"));
}

TEST_F(TidbConnectorLiveTest, EntitiesAreListedInPages) {
  for (auto name : {"a", "b", "c"}) Run("CREATE TABLE " + std::string(name) + " (x INT)");
  auto list = [&](int64_t size, const std::string& token) {
    protocol::ListEntitiesRequest request;
    request.context.credentials = protocol::CredentialsReference{"arn:tidb", {}};
    request.max_result = size;
    request.next_token = token;
    return connector_.ListEntities(request, {"r", tidb::Soon()});
  };
  auto first = list(2, "");
  ASSERT_TRUE(first.ok() && first->entities.size() == 2);
  auto second = list(2, first->next_token);
  ASSERT_TRUE(second.ok() && second->entities.size() == 1);
  EXPECT_EQ(second->entities[0].identifier, "c");
  EXPECT_EQ(second->next_token, "");
  EXPECT_EQ(list(3, "")->next_token, "");
  EXPECT_EQ(list(3, "!").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(TidbConnectorLiveTest, AWrongPasswordIsNoticedThoughAConnectionIsOpen) {
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user + " IDENTIFIED BY 'canary-old'");
  Run("GRANT ALL ON " + database_ + ".* TO " + user);
  auto values = secrets_.values;
  values["username"] = user;
  values["password"] = "canary-old";
  secrets_.Set(values);
  EXPECT_THAT(Validate(), HasSubstr("\"isSuccess\":true"));

  Run("ALTER USER " + user + " IDENTIFIED BY 'canary-new'");
  EXPECT_THAT(Validate(), AllOf(HasSubstr("InvalidCredentials"), Not(HasSubstr("canary"))));
  // The secret was changed too, behind the look-up's cache.
  secrets_.values["password"] = "canary-new";
  EXPECT_THAT(Ask("ListEntities"), HasSubstr("\"isSuccess\":true"));
  Run("DROP USER " + user);
}

TEST_F(TidbConnectorLiveTest, AMissingSecretOrNoneAtAllIsSaid) {
  EXPECT_THAT(Ask("ValidateCredentials", R"(,"credentials":{"secretArn":"arn:other"})"),
              HasSubstr("ResourceNotFoundError"));
  EXPECT_THAT(Ask("ValidateCredentials", R"(,"credentials":{})"), HasSubstr("InvalidArgument"));
}

TEST_F(TidbConnectorLiveTest, WhatCantBeIsInvalidArgument) {
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  for (auto members : {R"(,"entityIdentifier":"t","filterExpression":"id = ")",
                       R"(,"entityIdentifier":"t","filterExpression":"nope = 1")",
                       R"(,"entityIdentifier":"t","selectedFieldNames":["nope"])",
                       R"(,"entityIdentifier":"t","nextToken":"1000")"}) {
    EXPECT_THAT(Ask("QueryData", members), HasSubstr("InvalidArgument")) << members;
  }
  EXPECT_THAT(Ask("QueryData", R"(,"entityIdentifier":"gone")"),
              AllOf(HasSubstr("ResourceNotFoundError"), HasSubstr("has no table 'gone'")));
  EXPECT_THAT(Ask("ListEntities", R"(,"entitiesPath":"t")"), HasSubstr("InvalidArgument"));
}

}  // namespace
}  // namespace sluice::tidb_lambda
