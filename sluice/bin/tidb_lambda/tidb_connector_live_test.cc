#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "sluice/bin/tidb_lambda/tidb_connector.h"
#include "sluice/sdk/lambda.h"
#include "sluice/tidb/live_test.h"
#include "sluice/tidb/relay.h"

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
    Change({{"driver", "mysql"},
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
                          "\"v1\",\"connectorRuntimeSettings\":{" + settings_ +
                          "},\"credentials\":{\"secretArn\":\"arn:tidb\"," +
                          "\"authenticationType\":\"CustomAuth\"}}" + members + "}";
    auto answer = sdk::HandleInvocation(connector_, message, {"r", DeadlineAfter(time_)});
    return answer.ok() ? *answer : "error: " + answer.error().message;
  }
  std::string Validate() {
    return Ask("ValidateCredentials",
               R"(,"credentials":{"secretArn":"arn:tidb","authenticationType":"CustomAuth"})");
  }

  // The profile, otherwise than it was.
  void Change(const std::map<std::string, std::string>& values) {
    for (auto& [key, value] : values) values_[key] = value;
    secrets_.Set(values_);
  }
  // A user who may do everything in the test's database, until the test ends.
  std::string MakeUser(const std::string& how_identified) {
    users_.push_back("u_" + RandomToken(10));
    Run("CREATE USER " + users_.back() + " IDENTIFIED " + how_identified);
    Run("GRANT ALL ON " + database_ + ".* TO " + users_.back());
    return users_.back();
  }
  ~TidbConnectorLiveTest() override {
    for (const std::string& user : users_) Run("DROP USER " + user);
  }

  std::string settings_;           // Members of the runtime settings.
  std::chrono::seconds time_{20};  // Until the caller gives up.
  std::map<std::string, std::string> values_;
  std::vector<std::string> users_;
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
  std::string user = MakeUser("BY 'canary-old'");
  Change({{"username", user}, {"password", "canary-old"}});
  EXPECT_THAT(Validate(), HasSubstr("\"isSuccess\":true"));

  Run("ALTER USER " + user + " IDENTIFIED BY 'canary-new'");
  EXPECT_THAT(Validate(), AllOf(HasSubstr("InvalidCredentials"), Not(HasSubstr("canary"))));
  // The secret was changed too, behind the look-up's cache.
  secrets_.values["password"] = "canary-new";
  EXPECT_THAT(Ask("ListEntities"), HasSubstr("\"isSuccess\":true"));
}

// What a log-in may fail of, and what is said then.
TEST_F(TidbConnectorLiveTest, EachFailureToLogInHasItsCodeAndAnAdvice) {
  std::string user = MakeUser("BY 'canary-right'");
  const std::map<std::string, std::string> good = {{"username", user},
                                                   {"password", "canary-right"}};
  Change(good);
  ASSERT_THAT(Validate(), HasSubstr("\"isSuccess\":true"));
  auto after = [&](const std::map<std::string, std::string>& change) {
    auto saved = values_;
    Change(change);
    std::string answer = Validate();
    Change(saved);
    EXPECT_THAT(answer, Not(HasSubstr("canary")));
    return answer;
  };
  EXPECT_THAT(after({{"password", "canary-wrong"}}), HasSubstr("InvalidCredentials"));
  EXPECT_THAT(after({{"username", "nobody"}}), HasSubstr("InvalidCredentials"));
  EXPECT_THAT(after({{"hostname", "no-such-host.invalid"}}),
              AllOf(HasSubstr("ServiceUnavailable"), HasSubstr("check 'hostname'")));
  EXPECT_THAT(after({{"hostname", "127.0.0.1"}, {"port", "1"}}), HasSubstr("ServiceUnavailable"));
  EXPECT_THAT(after({{"database", "mysql"}}),
              AllOf(HasSubstr("AccessDenied"), HasSubstr("no right on database 'mysql'")));
  EXPECT_THAT(after({{"username", "root"}, {"password", ""}, {"database", "nowhere"}}),
              AllOf(HasSubstr("InvalidArgument"), HasSubstr("no database 'nowhere'")));
}

TEST_F(TidbConnectorLiveTest, BothUsualPasswordMethodsWork) {
  for (std::string method : {"mysql_native_password", "caching_sha2_password"}) {
    if (method == "caching_sha2_password" && !options_.tls) continue;
    std::string user = MakeUser("WITH '" + method + "' BY 'pässword'");
    Change({{"username", user}, {"password", "pässword"}});
    EXPECT_THAT(Validate(), HasSubstr("\"isSuccess\":true")) << method;
  }
}

TEST_F(TidbConnectorLiveTest, WithoutTlsASha2PasswordIsNotSent) {
  std::string user = MakeUser("WITH 'caching_sha2_password' BY 'canary'");
  Change({{"username", user}, {"password", "canary"}, {"tls", "No"}});
  EXPECT_THAT(Validate(), AllOf(HasSubstr("InvalidArgument"), HasSubstr("set 'tls' to Yes"),
                                Not(HasSubstr("canary"))));
}

TEST_F(TidbConnectorLiveTest, AnotherMethodIsNamed) {
  Change({{"username", MakeUser("WITH 'tidb_sm3_password' BY 'canary'")}, {"password", "canary"}});
  EXPECT_THAT(Validate(), AllOf(HasSubstr("InvalidArgument"), HasSubstr("tidb_sm3_password"),
                                HasSubstr("use mysql_native_password or caching_sha2_password"),
                                Not(HasSubstr("canary"))));
}

TEST_F(TidbConnectorLiveTest, WithoutADatabaseDatabasesAreEntitiesOfTables) {
  std::string odd = database_ + ".b`c";
  Run("CREATE DATABASE `" + database_ + ".b``c`");
  Run("CREATE TABLE `" + database_ + ".b``c`.`x.y` (id INT PRIMARY KEY, n INT)");
  Run("CREATE TABLE `" + database_ + ".b``c`.plain (id INT) COMMENT 'of é'");
  Run("CREATE VIEW `" + database_ + ".b``c`.seen AS SELECT 1 AS one");
  Change({{"database", ""}});
  std::string quoted_database = "`" + database_ + ".b``c`";
  std::string table = quoted_database + ".`x.y`";

  std::string top = Ask("ListEntities", R"(,"maxResult":10000)");
  EXPECT_THAT(top, HasSubstr("{\"entityIdentifier\":\"" + quoted_database +
                             "\",\"hasNestedEntities\":true,\"isWritable\":false,\"label\":\"" +
                             odd + "\"}"));
  EXPECT_THAT(top, Not(HasSubstr("INFORMATION_SCHEMA")));
  auto nested = [&](const std::string& rest) {
    return Ask("ListEntities", ",\"entitiesPath\":\"" + quoted_database + "\"" + rest);
  };
  EXPECT_THAT(nested(""),
              AllOf(HasSubstr("\"entityIdentifier\":\"" + table + "\""),
                    HasSubstr("\"entityIdentifier\":\"" + quoted_database + ".plain\""),
                    HasSubstr("of é"), HasSubstr("\"label\":\"x.y\""), HasSubstr("seen")));
  std::string page = nested(R"(,"maxResult":1)");
  EXPECT_THAT(page, AllOf(HasSubstr("plain"), HasSubstr("nextToken"), Not(HasSubstr("x.y"))));
  EXPECT_THAT(Ask("ListEntities", R"(,"maxResult":1)"), HasSubstr("nextToken"));

  std::string entity = ",\"entityIdentifier\":\"" + table + "\"";
  EXPECT_THAT(Ask("DescribeEntity", entity), HasSubstr("\"entityIdentifier\":\"" + table + "\""));
  EXPECT_THAT(
      Ask("WriteData", entity + R"(,"operation":"INSERT","records":["{\"id\":1,\"n\":2}"])"),
      HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(Ask("QueryData", entity), HasSubstr(R"("{\"id\":1,\"n\":2}")"));
  EXPECT_THAT(Ask("RetrieveData", entity + R"(,"idFieldName":"id","ids":["1"])"),
              HasSubstr(R"("{\"id\":1,\"n\":2}")"));

  EXPECT_THAT(Ask("QueryData", ",\"entityIdentifier\":\"" + quoted_database + "\""),
              AllOf(HasSubstr("InvalidArgument"), HasSubstr("is a database")));
  for (std::string path : {std::string("nowhere"), database_ + "' OR ''='"}) {
    EXPECT_THAT(Ask("ListEntities", ",\"entitiesPath\":\"" + path + "\""),
                HasSubstr("ResourceNotFoundError"))
        << path;
  }
  EXPECT_THAT(Ask("ListEntities", ",\"entitiesPath\":\"" + table + "\""),
              HasSubstr("has no entities in it"));
  Run("DROP DATABASE `" + database_ + ".b``c`");
}

TEST_F(TidbConnectorLiveTest, WithoutADatabaseOnlyWhatTheUserMaySeeIsListed) {
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  Change({{"username", MakeUser("BY ''")}, {"password", ""}, {"database", ""}});
  EXPECT_THAT(Ask("ListEntities"), AllOf(HasSubstr("\"" + database_ + "\""),
                                         Not(HasSubstr("\"entityIdentifier\":\"test\""))));
  EXPECT_THAT(Ask("ListEntities", R"(,"entitiesPath":"mysql")"),
              Not(HasSubstr("entityIdentifier")));
}

TEST_F(TidbConnectorLiveTest, ADescriptionIsKeptForThreeSeconds) {
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  Run("INSERT INTO t VALUES (1)");
  auto query = [&] { return Ask("QueryData", R"(,"entityIdentifier":"t")"); };
  EXPECT_THAT(query(), HasSubstr(R"("{\"id\":1}")"));
  Run("ALTER TABLE t ADD COLUMN n INT DEFAULT 5");
  clock_.Tick(std::chrono::milliseconds(2999));
  EXPECT_THAT(query(), HasSubstr(R"("{\"id\":1}")"));
  clock_.Tick(std::chrono::milliseconds(1));
  EXPECT_THAT(query(), HasSubstr(R"("{\"id\":1,\"n\":5}")"));
  Run("ALTER TABLE t ADD COLUMN o INT");
  EXPECT_THAT(Ask("DescribeEntity", R"(,"entityIdentifier":"t")"),
              HasSubstr("\"fieldName\":\"o\""));
  clock_.Tick(std::chrono::hours(-1));  // Set back.
  Run("ALTER TABLE t DROP COLUMN n");
  EXPECT_THAT(query(), HasSubstr(R"("{\"id\":1,\"o\":null}")"));
}

TEST_F(TidbConnectorLiveTest, AnAnswerThatTheChangedTableMayExplainIsTriedAgain) {
  Run("CREATE TABLE t (id INT PRIMARY KEY, old INT)");
  auto write = [&](const std::string& operation, const std::string& record) {
    return Ask("WriteData", R"(,"entityIdentifier":"t","operation":")" + operation +
                                R"(","idFieldNames":["id"],"records":[")" + record + "\"]");
  };
  EXPECT_THAT(write("UPSERT", R"({\"id\":1,\"old\":2})"), HasSubstr("\"isSuccess\":true"));
  Run("ALTER TABLE t ADD COLUMN n INT");
  EXPECT_THAT(write("UPSERT", R"({\"id\":1,\"n\":3})"), HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(Rows("SELECT * FROM t"), testing::ElementsAre("1|2|3"));

  Run("ALTER TABLE t DROP COLUMN old");
  EXPECT_THAT(Ask("QueryData", R"(,"entityIdentifier":"t")"), HasSubstr(R"("{\"id\":1,\"n\":3}")"));
  Run("ALTER TABLE t ADD COLUMN late INT");
  EXPECT_THAT(Ask("QueryData", R"(,"entityIdentifier":"t","filterExpression":"late = null")"),
              HasSubstr(R"("{\"id\":1,\"n\":3,\"late\":null}")"));
  Run("ALTER TABLE t DROP COLUMN late");
  EXPECT_THAT(write("INSERT", R"({\"id\":2})"), HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(Ask("RetrieveData", R"(,"entityIdentifier":"t","idFieldName":"id","ids":["2"])"),
              HasSubstr(R"("{\"id\":2,\"n\":null}")"));

  EXPECT_THAT(write("UPSERT", R"({\"id\":1,\"nowhere\":3})"),
              AllOf(HasSubstr("InvalidArgument"), HasSubstr("nowhere")));
  Run("DROP TABLE t");
  EXPECT_THAT(write("UPSERT", R"({\"id\":1,\"n\":3})"), HasSubstr("ResourceNotFoundError"));
}

TEST_F(TidbConnectorLiveTest, NothingInANameIsTakenForSql) {
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  Run("INSERT INTO t VALUES (1)");
  for (std::string name :
       {"t`; DROP TABLE t; -- ", "t' OR '1'='1", "t\\\" OR 1=1", "t\\\\", "`t`", "t.t", "t -- "}) {
    std::string entity = ",\"entityIdentifier\":\"" + name + "\"";
    for (std::string operation : {"DescribeEntity", "QueryData", "RetrieveData", "WriteData"}) {
      std::string answer = Ask(
          operation,
          entity +
              R"(,"idFieldName":"id","ids":["1"],"operation":"INSERT","records":["{\"id\":2}"])");
      EXPECT_THAT(answer, HasSubstr("ResourceNotFoundError")) << operation << " of " << name;
    }
  }
  EXPECT_THAT(Rows("SELECT id FROM t"), testing::ElementsAre("1"));
  for (std::string database :
       {database_ + "`; DROP TABLE t; -- ", database_ + "' OR '1'='1", std::string("\\' -- ")}) {
    Change({{"database", database}});
    EXPECT_THAT(Validate(), HasSubstr("InvalidArgument")) << database;
  }
  EXPECT_THAT(Rows("SELECT id FROM t"), testing::ElementsAre("1"));
}

TEST_F(TidbConnectorLiveTest, TheStateOfAStreamThatHasNotBegunIsNothing) {
  std::string ask = R"(,"entityIdentifier":"_sluice_progress","idFieldName":"stream","ids":["s"],)"
                    R"("selectedFieldNames":["seq","token"])";
  EXPECT_THAT(Ask("RetrieveData", ask),
              AllOf(HasSubstr("\"isSuccess\":true"), Not(HasSubstr("stream"))));
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  Run("CREATE VIEW v AS SELECT id FROM t");
  EXPECT_THAT(Ask("DescribeEntity", R"(,"entityIdentifier":"t")"),
              HasSubstr(R"("customProperties":{"sluice.progress":"1"})"));
  EXPECT_THAT(Ask("DescribeEntity", R"(,"entityIdentifier":"v")"),
              Not(HasSubstr("sluice.progress")));
}

TEST_F(TidbConnectorLiveTest, ABatchWithAPositionCountsOnce) {
  Run("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)");
  auto write = [&](int seq, int previous, const std::string& records) {
    settings_ = R"("sluice.progress":"{\"stream\":\"é 1\",\"seq\":)" + std::to_string(seq) +
                R"(,\"previous\":)" + std::to_string(previous) + R"(,\"token\":\"after )" +
                std::to_string(seq) + R"(\"}")";
    return Ask("WriteData",
               R"(,"entityIdentifier":"t","operation":"INSERT","records":[)" + records + "]");
  };
  auto stands_at = [&] {
    settings_ = "";
    return Ask("RetrieveData",
               R"(,"entityIdentifier":"_sluice_progress","idFieldName":"stream","ids":["é 1"],)"
               R"("selectedFieldNames":["seq","token"])");
  };
  std::string first = write(5, 0, R"("{\"n\":1}","{\"n\":\"x\"}")");
  EXPECT_THAT(first, AllOf(HasSubstr("PartialWriteFailure"), HasSubstr("is not a whole number")));
  EXPECT_THAT(stands_at(), HasSubstr(R"("{\"seq\":5,\"token\":\"after 5\"}")"));
  EXPECT_EQ(write(5, 0, R"("{\"n\":1}","{\"n\":\"x\"}")"), first);
  EXPECT_THAT(Rows("SELECT n FROM t"), testing::ElementsAre("1"));

  EXPECT_THAT(write(7, 5, R"("{\"n\":2}")"), HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(stands_at(), HasSubstr("after 7"));
  // Somebody who knows the stream as it was before has been overtaken.
  EXPECT_THAT(write(8, 5, R"("{\"n\":3}")"), HasSubstr("ClientError"));
  EXPECT_THAT(Rows("SELECT n FROM t ORDER BY id"), testing::ElementsAre("1", "2"));

  settings_ = R"("sluice.progress":"{}")";
  EXPECT_THAT(
      Ask("WriteData", R"(,"entityIdentifier":"t","operation":"INSERT","records":["{\"n\":4}"])"),
      AllOf(HasSubstr("InvalidArgument"), HasSubstr("sluice.progress")));
  EXPECT_THAT(Ask("ListEntities"), Not(HasSubstr("_sluice_progress")));
}

// What a scheduled flow asks for, run by run.
TEST_F(TidbConnectorLiveTest, OfAnIncrementalFlowsWindowsEachRowIsInOne) {
  const std::string times[] = {"11:59:59.999999", "12:00:00.000000", "12:00:00.000001",
                               "12:04:59.999999", "12:05:00.000000", "12:05:00.000001",
                               "12:10:00.000000", "12:10:00.000001"};
  for (std::string type : {"DATETIME(6)", "TIMESTAMP(6)"}) {
    Run("CREATE TABLE t (id INT PRIMARY KEY, at " + type + ")");
    for (size_t i = 0; i < std::size(times); ++i) {
      Run("INSERT INTO t VALUES (" + std::to_string(i) + ", '2026-01-31 " + times[i] + "')");
    }
    Run("INSERT INTO t VALUES (8, NULL)");
    EXPECT_THAT(Ask("DescribeEntity", R"(,"entityIdentifier":"t")"),
                HasSubstr("\"isTimestampFieldForIncrementalQueries\":true"));
    auto rows = [&](const std::string& filter) {
      std::string answer =
          Ask("QueryData", R"(,"entityIdentifier":"t","selectedFieldNames":["id"],)"
                           R"("filterExpression":")" +
                               filter + "\"");
      std::string ids;
      for (size_t at = 0; (at = answer.find(R"(\"id\":)", at)) != answer.npos;) {
        at += 7;
        ids += answer[at];
      }
      EXPECT_THAT(answer, HasSubstr("\"isSuccess\":true")) << filter;
      return ids;
    };
    const std::string a = "2026-01-31T12:00:00Z", b = "2026-01-31T12:05:00Z",
                      c = "2026-01-31T12:10:00.000000Z";
    EXPECT_EQ(rows("at > " + a + " and at <= " + b), "234") << type;
    EXPECT_EQ(rows("at > " + b + " and at <= " + c), "56") << type;
    EXPECT_EQ(rows("at > 2026-01-31T12:05:00.000001Z and at <= " + c), "6") << type;
    // Both ends are in it: what is exactly on the edge of two windows is in both.
    EXPECT_EQ(rows("at between " + a + " and " + b), "1234") << type;
    EXPECT_EQ(rows("at between " + b + " and " + c), "456") << type;
    EXPECT_EQ(rows("at between 2026-01-31T12:05:00.000001Z and " + c), "56") << type;
    Run("DROP TABLE t");
    clock_.Tick(std::chrono::seconds(3));  // Its description is forgotten.
  }
}

TEST_F(TidbConnectorLiveTest, WhenNothingComesBackTheCallerIsToldInTime) {
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  tidb::Relay relay(options_.port);
  Change({{"port", std::to_string(relay.port())}, {"tls", "No"}});
  const std::string entity = R"(,"entityIdentifier":"t")";
  ASSERT_THAT(Ask("QueryData", entity), HasSubstr("\"isSuccess\":true"));
  relay.Hang();
  time_ = std::chrono::seconds(4);
  auto expect_in_time = [&](const std::string& operation, const std::string& members) {
    auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(Ask(operation, entity + members),
                testing::AnyOf(HasSubstr("RequestTimeout"), HasSubstr("ServiceUnavailable")));
    EXPECT_LT(std::chrono::steady_clock::now() - start, time_) << operation;
  };
  expect_in_time("WriteData",
                 R"(,"operation":"UPSERT","idFieldNames":["id"],"records":["{\"id\":1}"])");
  expect_in_time("QueryData", "");
}

TEST_F(TidbConnectorLiveTest, TheRowsOfEveryCharacterSetComeBackAsTheyWere) {
  Run("CREATE TABLE t (id INT PRIMARY KEY, g VARCHAR(9) CHARACTER SET gbk, gt TEXT CHARACTER SET "
      "gbk, l VARCHAR(9) CHARACTER SET latin1, u VARCHAR(9), b BINARY(3))");
  const std::string record =
      R"({\"id\":1,\"g\":\"中文\",\"gt\":\"汉é\",\"l\":\"é ÿ\",\"u\":\"😀é\",\"b\":\"/wAK\"})";
  EXPECT_THAT(Ask("WriteData",
                  R"(,"entityIdentifier":"t","operation":"UPSERT","records":[")" + record + "\"]"),
              HasSubstr("\"isSuccess\":true"));
  EXPECT_THAT(Ask("QueryData", R"(,"entityIdentifier":"t","filterExpression":"g = '中文'")"),
              HasSubstr("\"" + record + "\""));
  EXPECT_THAT(Ask("QueryData", R"(,"entityIdentifier":"t","filterExpression":"l contains 'ÿ'")"),
              HasSubstr("\"" + record + "\""));
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
