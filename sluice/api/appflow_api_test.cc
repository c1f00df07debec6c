#include "sluice/api/appflow_api.h"

#include <gmock/gmock.h>

#include <thread>

#include "sluice/api/api_fixture.h"
#include "sluice/api/client_tokens.h"
#include "sluice/api/generated/operations.h"

namespace sluice::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AppFlowApiTest : public ApiTest {
 protected:
  std::string Send(const std::string& method, const std::string& url) {
    net::HttpResponse response = api->Handle({.method = method, .url = url}, caller);
    const std::string* type = response.headers.Find("x-amzn-ErrorType");
    return std::to_string(response.status) + " " + (type ? *type : "");
  }
};

TEST_F(AppFlowApiTest, KnowsAllOperationsOfTheModel) {
  EXPECT_EQ(std::size(appflow::kOperations), 25u);
  for (const appflow::Operation& operation : appflow::kOperations) {
    EXPECT_NE(Send(std::string(operation.method), std::string(operation.path)),
              "404 UnknownOperationException")
        << operation.name;
  }
}

TEST_F(AppFlowApiTest, AnswersSuccessAsSdksReadIt) {
  net::HttpResponse response = Post("/list-flows", "{}");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.headers.Find("Content-Type"), "application/json");
  EXPECT_EQ(response.body, R"({"flows":[]})");
}

TEST_F(AppFlowApiTest, SaysWhichOperationsItDoesNotHave) {
  for (const char* path : {"/stop-flow", "/reset-connector-metadata-cache"}) {
    EXPECT_EQ(Send("POST", path), "400 UnsupportedOperationException") << path;
  }
  EXPECT_THAT(Refusal("/stop-flow", R"({"flowName":"f1"})"), HasSubstr("flows here run on demand"));
}

TEST_F(AppFlowApiTest, RefusesPathsThatAreNoOperation) {
  EXPECT_EQ(Send("POST", "/"), "404 UnknownOperationException");
  EXPECT_EQ(Send("POST", "/list-flows/"), "404 UnknownOperationException");
  EXPECT_EQ(Send("GET", "/list-flows"), "404 UnknownOperationException");
  EXPECT_EQ(Send("POST", "/tags/"), "404 UnknownOperationException");
  EXPECT_EQ(Send("PUT", "/tags/arn%3Aaws"), "404 UnknownOperationException");
}

TEST_F(AppFlowApiTest, RefusesMalformedJson) {
  EXPECT_THAT(Refusal("/create-flow", "{\"flowName\":"),
              StartsWith("400 SerializationException: "));
  EXPECT_THAT(Refusal("/create-flow", "[]"), StartsWith("400 SerializationException: "));
  EXPECT_THAT(Refusal("/list-flows", R"({"maxResults":[]})"),
              StartsWith("400 SerializationException: 'maxResults'"));
}

TEST_F(AppFlowApiTest, LetsNoFunctionIn) {
  caller.principal = "arn:aws:sts::000000000000:assumed-role/sluice/tidb-connector";
  for (const appflow::Operation& operation : appflow::kOperations) {
    std::string path(operation.path);
    EXPECT_EQ(Send(std::string(operation.method), path), "403 AccessDeniedException") << path;
  }
}

TEST_F(AppFlowApiTest, CallsItsOwnFailureItsOwn) {
  resources.failure = ServiceUnavailable("the disk is full");
  EXPECT_EQ(Refusal("/describe-flow", R"({"flowName":"f1"})"),
            "500 InternalServerException: the disk is full");
}

TEST_F(AppFlowApiTest, SurvivesValuesOfEveryLength) {
  std::string longest(100'000, 'a');
  std::string colons(100'000, ':');
  for (const std::string& text : {longest, colons}) {
    EXPECT_THAT(Refusal("/describe-flow", R"({"flowName":")" + text + R"("})"),
                AllOf(StartsWith("400 ValidationException: 1 validation error"),
                      HasSubstr("less than or equal to 256")));
  }
}

// Client tokens.

TEST_F(AppFlowApiTest, ARepeatedCallGetsTheFirstAnswer) {
  MakeProfiles();
  std::string body = FlowDocument("f1", [](auto& flow) { flow["clientToken"] = "token-1"; });
  std::string first = Post("/create-flow", body).body;
  Restart();
  EXPECT_EQ(Post("/create-flow", body).body, first);
  EXPECT_EQ(resources.flow_inserts, 1);

  clock.Tick(std::chrono::hours(9));
  EXPECT_THAT(Refusal("/create-flow", body), StartsWith("409 ConflictException: Flow with name"));
}

TEST_F(AppFlowApiTest, ATokenBelongsToOneRequest) {
  MakeProfiles();
  Call("/create-flow", FlowDocument("f1", [](auto& flow) { flow["clientToken"] = "token-1"; }));
  EXPECT_THAT(Refusal("/create-flow",
                      FlowDocument("f2", [](auto& flow) { flow["clientToken"] = "token-1"; })),
              StartsWith("409 ConflictException: The clientToken token-1"));
  EXPECT_EQ(
      Refusal("/create-flow", FlowDocument("f2", [](auto& flow) { flow["clientToken"] = "t-2"; })),
      "200");
}

TEST_F(AppFlowApiTest, StartFlowMayUseATokenAgainForAnotherFlow) {
  MakeProfiles();
  Call("/create-flow", FlowDocument("f1"));
  Call("/create-flow", FlowDocument("f2"));
  for (int repeat = 0; repeat < 2; ++repeat) {
    Call("/start-flow", R"({"flowName":"f1","clientToken":"t"})");
    Call("/start-flow", R"({"flowName":"f2","clientToken":"t"})");
  }
  EXPECT_EQ(runner.started.size(), 2u);
}

TEST_F(AppFlowApiTest, AFailedCallMayBeRepeatedWithItsToken) {
  RegisterTidb();
  std::string body = TidbProfile("tidb", "TiDB-Connector", R"(,"clientToken":"token-1")");
  custom_system.refusal = ServiceUnavailable("starting up");
  EXPECT_THAT(Refusal("/create-connector-profile", body), StartsWith("400 ConnectorServer"));
  custom_system.refusal.reset();
  EXPECT_EQ(Refusal("/create-connector-profile", body), "200");
}

TEST_F(AppFlowApiTest, NothingThatIsRememberedOutsideOfSecretsHoldsOne) {
  RegisterTidb();
  Call("/create-connector-profile",
       TidbProfile("tidb", "TiDB-Connector", R"(,"clientToken":"token-1")"));
  for (const auto& [key, answer] : resources.answers) {
    EXPECT_THAT(answer.first.response, Not(HasSubstr("canary")));
  }
  for (const auto& [name, secret] : secret_store.rows) {
    EXPECT_THAT(secret.sealed, Not(HasSubstr("canary")));
  }
}

TEST_F(AppFlowApiTest, OfTwoCallsAtOnceWithOneTokenTheSecondWaits) {
  ClientTokens tokens(resources, clock);
  std::atomic<int> calls = 0;
  auto call = [&]() -> ApiResult<std::string> {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return std::to_string(++calls);
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(*tokens.Once("Op", "token", "request", call), "1"); });
  }
  threads.clear();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace sluice::api
