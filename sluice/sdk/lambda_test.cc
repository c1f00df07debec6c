#include "sluice/sdk/lambda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <deque>

#include "sluice/base/json.h"
#include "sluice/net/test_http_server.h"
#include "sluice/protocol/codec.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::sdk {
namespace {

using namespace protocol;  // NOLINT: all eight messages.
using net::testing::TestHttpServer;
using net::testing::TestReply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers each operation; data operations do what the test says.
class FakeConnector final : public Connector {
 public:
  Result<DescribeConnectorConfigurationResponse> DescribeConnectorConfiguration(
      const DescribeConnectorConfigurationRequest&, const Invocation&) override {
    ConnectorInfo info;
    info.name = "Fake";
    info.owner = info.version = "1";
    info.is_source = true;
    info.api_versions = {"v1"};
    return DescribeConnectorConfigurationResponse{info};
  }
  ValidateConnectorRuntimeSettingsResponse ValidateConnectorRuntimeSettings(
      const ValidateConnectorRuntimeSettingsRequest&, const Invocation&) override {
    return {{{"port", "too large"}}, {}};
  }
  Result<ValidateCredentialsResponse> ValidateCredentials(const ValidateCredentialsRequest&,
                                                          const Invocation&) override {
    return Error{ErrorCode::kInvalidCredentials, "wrong password", {}};
  }
  Result<ListEntitiesResponse> ListEntities(const ListEntitiesRequest&,
                                            const Invocation&) override {
    on_list();
    return ListEntitiesResponse{{{.identifier = "orders"}}, "", {}};
  }
  Result<DescribeEntityResponse> DescribeEntity(const DescribeEntityRequest& request,
                                                const Invocation&) override {
    return DescribeEntityResponse{{.entity = {.identifier = request.entity_identifier}}, {}};
  }
  Result<QueryDataResponse> QueryData(const QueryDataRequest&,
                                      const Invocation& invocation) override {
    on_query();
    last = invocation;
    return QueryDataResponse{records, ""};
  }
  Result<RetrieveDataResponse> RetrieveData(const RetrieveDataRequest&,
                                            const Invocation&) override {
    return RetrieveDataResponse{records};
  }
  WriteDataResponse WriteData(const WriteDataRequest& request, const Invocation&) override {
    WriteDataResponse response;
    for (size_t i = 0; i < request.records.size(); ++i) response.results.push_back(result);
    return response;
  }

  std::function<void()> on_list = [] {};
  std::function<void()> on_query = [] {};
  std::vector<std::string> records = {R"({"secret":"Canary"})"};
  WriteRecordResult result;  // Of each record.
  Invocation last;
};

// A runtime API that hands out payloads, one an invocation, and then says that it is over.
class FakeRuntimeApi {
 public:
  explicit FakeRuntimeApi(std::deque<std::string> payloads)
      : payloads_(std::move(payloads)),
        server_([this](const net::HttpRequest& request) { return Reply(request); }) {
    setenv("AWS_LAMBDA_RUNTIME_API", server_.url().substr(strlen("http://")).c_str(), 1);
  }
  ~FakeRuntimeApi() { unsetenv("AWS_LAMBDA_RUNTIME_API"); }

  // What was posted: "path body" each.
  std::vector<std::string> Posted() const {
    std::vector<std::string> posted;
    for (const net::HttpRequest& request : server_.requests()) {
      if (request.method == "POST") posted.push_back(request.url + " " + request.body);
    }
    return posted;
  }
  TestHttpServer& server() { return server_; }

  bool close_each = false;
  int deadline_ms = 5000;
  std::chrono::milliseconds end_delay{0};

 private:
  TestReply Reply(const net::HttpRequest& request) {
    if (request.method == "POST") return {.status = 202, .close = close_each};
    if (payloads_.empty()) return {.status = 500, .delay = end_delay};
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        SystemClock().Now().time_since_epoch());
    TestReply reply{
        .headers = {{"Lambda-Runtime-Aws-Request-Id", "id-" + std::to_string(++count_)},
                    {"Lambda-Runtime-Deadline-Ms", std::to_string(now.count() + deadline_ms)}},
        .body = payloads_.front(),
        .close = close_each};
    payloads_.pop_front();
    return reply;
  }

  std::deque<std::string> payloads_;
  int count_ = 0;
  TestHttpServer server_;
};

std::string List() {
  return ToJson(Request(ListEntitiesRequest{
      {.runtime_settings = {{"k", "Canary"}}, .flow_name = "f", .execution_id = "e"}}));
}
std::string Query() { return ToJson(Request(QueryDataRequest{.entity_identifier = "orders"})); }

TEST(HandleInvocation, HandsEachMessageToItsMethod) {
  FakeConnector connector;
  const std::pair<Request, const char*> cases[] = {
      {DescribeConnectorConfigurationRequest{}, R"("connectorName":"Fake")"},
      {ValidateConnectorRuntimeSettingsRequest{"SOURCE", {}}, R"("port":"too large")"},
      {ValidateCredentialsRequest{}, R"("errorCode":"InvalidCredentials")"},
      {ListEntitiesRequest{}, R"("entityIdentifier":"orders")"},
      {DescribeEntityRequest{"items", {}}, R"("entityIdentifier":"items")"},
      {QueryDataRequest{.entity_identifier = "orders"}, R"("records":["{\"secret\)"},
      {RetrieveDataRequest{.entity_identifier = "orders"}, R"("records":["{\"secret\)"},
      {WriteDataRequest{.entity_identifier = "orders", .records = {"{}"}},
       R"("writeRecordResults":[{"isSuccess":true)"}};
  for (const auto& [request, answer] : cases) {
    auto handled = HandleInvocation(connector, ToJson(request), {});
    ASSERT_TRUE(handled.ok()) << ToString(handled.error());
    EXPECT_THAT(*handled, HasSubstr(answer)) << OperationOf(request);
  }
}

WriteDataResponse Written(const std::string& json) {
  auto response = protocol::ParseWriteDataResponse(json);
  EXPECT_TRUE(response.ok()) << ToString(response.error());
  return response.ok() ? *response : WriteDataResponse{};
}

std::string WriteOf(size_t records) {
  protocol::WriteDataRequest request{.entity_identifier = "e"};
  request.records.assign(records, "{}");
  return protocol::ToJson(protocol::Request(request));
}

TEST(HandleInvocation, EachWrittenRecordHasAResultThoughItsIdMayNotFit) {
  FakeConnector connector;
  connector.result.record_id = std::string(60, 'i');
  auto answer = HandleInvocation(connector, WriteOf(100'000), {"r", {}});
  ASSERT_TRUE(answer.ok());
  EXPECT_LE(answer->size(), protocol::kMaxPayloadBytes);
  WriteDataResponse response = Written(*answer);
  EXPECT_FALSE(response.error);
  ASSERT_EQ(response.results.size(), 100'000u);
  EXPECT_TRUE(response.results.back().is_success);

  connector.result = {false, "id", std::string(60, 'w')};
  answer = HandleInvocation(connector, WriteOf(100'000), {"r", {}});
  ASSERT_TRUE(answer.ok());
  EXPECT_LE(answer->size(), protocol::kMaxPayloadBytes);
  EXPECT_FALSE(Written(*answer).results.back().is_success);
}

TEST(HandleInvocation, MoreRecordsThanResultsFitForAreRefusedBeforeTheyAreWritten) {
  FakeConnector connector;
  connector.result.is_success = true;
  auto answer = HandleInvocation(connector, WriteOf(200'000), {"r", {}});
  ASSERT_TRUE(answer.ok());
  WriteDataResponse response = Written(*answer);
  ASSERT_TRUE(response.error);
  EXPECT_EQ(response.error->code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(response.results, testing::IsEmpty());
}

TEST(HandleInvocation, AnAnswerOverSixMegabytesBecomesAnError) {
  FakeConnector connector;
  connector.records.assign(7, R"({"x":")" + std::string(1 << 20, 'x') + "\"}");
  auto answer = HandleInvocation(connector, Query(), {});
  ASSERT_TRUE(answer.ok());
  auto parsed = ParseQueryDataResponse(*answer);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(parsed.error().message, HasSubstr("fewer records"));
}

TEST(HandleInvocation, AnAnswerAgainstTheRulesBecomesAnErrorWithThePlace) {
  FakeConnector connector;
  connector.records = {"[1]"};
  ::testing::internal::CaptureStderr();
  auto answer = HandleInvocation(connector, Query(), {});
  std::string log = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(answer.ok());
  auto parsed = ParseQueryDataResponse(*answer);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kUnknown);
  EXPECT_THAT(parsed.error().message, HasSubstr("'records[0]' is not a JSON object"));
  EXPECT_THAT(log, HasSubstr(R"("operation":"QueryData","error":"the connector's answer is wrong: )"
                             R"('records[0]' is not a JSON object")"));
}

TEST(HandleInvocation, AnExceptionBecomesAnErrorAndTheNextCallIsAnswered) {
  FakeConnector connector;
  const std::pair<std::function<void()>, const char*> cases[] = {
      {[] { throw std::runtime_error("Canary exploded"); }, "Canary exploded"},
      {[] { throw 42; }, "of a type that has no message"}};
  for (const auto& [explode, message] : cases) {
    connector.on_query = explode;
    ::testing::internal::CaptureStderr();
    auto answer = HandleInvocation(connector, Query(), {});
    std::string log = ::testing::internal::GetCapturedStderr();
    ASSERT_TRUE(answer.ok());
    auto parsed = ParseQueryDataResponse(*answer);
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.error().code, ErrorCode::kUnknown);
    EXPECT_THAT(parsed.error().message, HasSubstr(message));
    EXPECT_THAT(log, HasSubstr("threw an exception"));
    EXPECT_THAT(log, Not(HasSubstr("Canary"))) << "a message may hold anything";
  }
  connector.on_query = [] {};
  auto answer = HandleInvocation(connector, Query(), {});
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(ParseQueryDataResponse(*answer).ok());
}

// What an author leaves out is answered all the same.
class SmallestConnector final : public Connector {
 public:
  Result<DescribeConnectorConfigurationResponse> DescribeConnectorConfiguration(
      const DescribeConnectorConfigurationRequest&, const Invocation&) override {
    return InvalidArgument("not asked");
  }
  Result<ListEntitiesResponse> ListEntities(const ListEntitiesRequest&,
                                            const Invocation&) override {
    return ListEntitiesResponse{};
  }
  Result<DescribeEntityResponse> DescribeEntity(const DescribeEntityRequest&,
                                                const Invocation&) override {
    return InvalidArgument("not asked");
  }
};

TEST(Connector, WithoutCredentialsSourceOrDestinationSaysSo) {
  SmallestConnector connector;
  const std::pair<Request, const char*> cases[] = {
      {ValidateConnectorRuntimeSettingsRequest{"SOURCE", {}}, R"("isSuccess":true)"},
      {ValidateCredentialsRequest{}, R"("isSuccess":true)"},
      {QueryDataRequest{.entity_identifier = "orders"}, "is no source"},
      {RetrieveDataRequest{.entity_identifier = "orders"}, "by their ids"},
      {WriteDataRequest{.entity_identifier = "orders", .records = {"{}"}}, "is no destination"}};
  for (const auto& [request, answer] : cases) {
    auto handled = HandleInvocation(connector, ToJson(request), {});
    ASSERT_TRUE(handled.ok()) << ToString(handled.error());
    EXPECT_THAT(*handled, HasSubstr(answer)) << OperationOf(request);
  }
}

TEST(HandleInvocation, AMessageOfNoKnownTypeIsAFunctionError) {
  FakeConnector connector;
  EXPECT_FALSE(HandleInvocation(connector, R"({"type":"Nonsense"})", {}).ok());
  EXPECT_FALSE(HandleInvocation(connector, "{", {}).ok());
}

TEST(RunLambda, AnswersOneInvocationAfterTheOther) {
  FakeConnector connector;
  FakeRuntimeApi api({List(), Query(), "garbage", List()});
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(RunLambda(connector), 1);
  std::string log = ::testing::internal::GetCapturedStderr();

  auto posted = api.Posted();
  ASSERT_EQ(posted.size(), 4u);
  EXPECT_THAT(posted[0], HasSubstr("/2018-06-01/runtime/invocation/id-1/response {\"isSuccess\""));
  EXPECT_THAT(posted[1], HasSubstr("/2018-06-01/runtime/invocation/id-2/response {\"isSuccess\""));
  EXPECT_THAT(posted[2], HasSubstr("/2018-06-01/runtime/invocation/id-3/error {\"errorMessage\""));
  EXPECT_THAT(posted[2], HasSubstr("\"errorType\":\"InvalidArgument\""));
  EXPECT_THAT(posted[3], HasSubstr("/invocation/id-4/response"));
  EXPECT_EQ(api.server().connections(), 1);

  EXPECT_THAT(log, HasSubstr(R"("operation":"ListEntities","entity":"","records":0,"bytes":)"));
  EXPECT_THAT(log,
              HasSubstr(R"("errorCode":"","flowName":"f","executionId":"e","requestId":"id-1")"));
  EXPECT_THAT(log, HasSubstr(R"("operation":"QueryData","entity":"orders","records":1,)"));
  EXPECT_THAT(log, Not(HasSubstr("Canary"))) << "neither records nor settings are logged";
}

TEST(RunLambda, TellsTheConnectorItsDeadline) {
  FakeConnector connector;
  FakeRuntimeApi api({Query()});
  api.deadline_ms = 30'000;
  RunLambda(connector);
  EXPECT_EQ(connector.last.request_id, "id-1");
  auto left = connector.last.deadline - std::chrono::steady_clock::now();
  EXPECT_GT(left, std::chrono::seconds(25));
  EXPECT_LE(left, std::chrono::seconds(30));
}

// As after a freeze: each connection is dead when it is used again.
TEST(RunLambda, ConnectsAgainWhenTheKeptConnectionDied) {
  FakeConnector connector;
  FakeRuntimeApi api({List(), List()});
  api.close_each = true;
  EXPECT_EQ(RunLambda(connector), 1);
  EXPECT_EQ(api.Posted().size(), 2u);
  EXPECT_GE(api.server().connections(), 4);
}

TEST(RunLambda, EndsWhenTheRuntimeApiIsGone) {
  FakeConnector connector;
  setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1", 1);
  EXPECT_EQ(RunLambda(connector), 1);
  unsetenv("AWS_LAMBDA_RUNTIME_API");
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(RunLambda(connector), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("AWS_LAMBDA_RUNTIME_API"));
}

TEST(RunLambda, TerminatedWhileItWaitsItEndsAtOnce) {
  FakeRuntimeApi api({});
  api.end_delay = std::chrono::seconds(30);
  pid_t child = fork();
  if (child == 0) {
    FakeConnector connector;
    _exit(RunLambda(connector) + 40);
  }
  while (api.server().requests().empty()) usleep(1000);
  kill(child, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(RunLambda, TerminatedInAnInvocationItAnswersFirst) {
  FakeRuntimeApi api({List(), List()});
  pid_t child = fork();
  if (child == 0) {
    FakeConnector connector;
    connector.on_list = [] { raise(SIGTERM); };
    _exit(RunLambda(connector) + 40);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 40);
  EXPECT_EQ(api.Posted().size(), 1u);
}

TEST(ReportInitError, TellsTheRuntimeApiWhyTheFunctionCannotStart) {
  FakeRuntimeApi api({});
  EXPECT_EQ(ReportInitError(InvalidArgument("no CA file")), 1);
  EXPECT_THAT(api.Posted(),
              ElementsAre("/2018-06-01/runtime/init/error {\"errorMessage\":\"no CA file\","
                          "\"errorType\":\"InvalidArgument\",\"stackTrace\":[]}"));
}

}  // namespace
}  // namespace sluice::sdk
