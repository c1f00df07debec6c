#include "sluice/protocol/connector_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::protocol {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr char kArn[] = "arn:aws:lambda:us-east-1:000000000000:function:erp-connector";

struct Scripted final : FunctionInvoker {
  Result<std::string> answer = std::string();
  std::chrono::seconds allowed{0};

  Result<std::string> Invoke(std::string_view, std::string_view, Deadline deadline) override {
    auto left = deadline - std::chrono::steady_clock::now();
    allowed = std::chrono::round<std::chrono::seconds>(left);
    return answer;
  }
};

class ConnectorCall : public ::testing::Test {
 protected:
  std::string Failure(Result<std::string> answer) {
    function_.answer = std::move(answer);
    auto response = Call(function_, kArn, QueryDataRequest{}, &ParseQueryDataResponse);
    return response.ok() ? "ok" : response.error().message;
  }

  Scripted function_;
};

TEST_F(ConnectorCall, IsGivenAppFlowsTime) {
  EXPECT_TRUE(Ask(function_, kArn, QueryDataRequest{}).answer.ok());
  EXPECT_EQ(function_.allowed, std::chrono::seconds(30));
  EXPECT_TRUE(Ask(function_, kArn, ListEntitiesRequest{}).answer.ok());
  EXPECT_EQ(function_.allowed, std::chrono::seconds(10));
  EXPECT_EQ(TimeLimitOf(WriteDataRequest{}), std::chrono::seconds(30));
  EXPECT_EQ(TimeLimitOf(ValidateCredentialsRequest{}), std::chrono::seconds(10));
}

TEST_F(ConnectorCall, AFunctionThatFailsIsNamedWithWhatItWasAsked) {
  EXPECT_THAT(
      Failure(ServerError("function 'erp-connector' failed: Runtime.ExitError: status 1")),
      MatchesRegex("QueryData: function 'erp-connector' failed: Runtime.ExitError: status 1 "
                   "\\(after [0-9]+ ms; the function's log is /aws/lambda/erp-connector\\)"));
}

TEST_F(ConnectorCall, AnAnswerThatIsNoneIsNamedWithWhatItShouldBe) {
  const std::string end = R"(\. It should look like \{"isSuccess":true,"records":.* )"
                          R"(\(function 'erp-connector', after [0-9]+ ms; )"
                          R"(the function's log is /aws/lambda/erp-connector\))";
  const std::pair<const char*, const char*> cases[] = {
      {"", "the connector's answer to QueryData is empty"},
      {"<html>", "the connector's answer to QueryData is not valid JSON at byte 0: syntax error"},
      {"{}", "the connector's answer to QueryData is wrong: 'isSuccess' is missing"},
      {R"({"isSuccess":true,"records":7})",
       "the connector's answer to QueryData is wrong: 'records' is not a list"}};
  for (const auto& [answer, says] : cases) {
    EXPECT_THAT(Failure(std::string(answer)), MatchesRegex(says + end));
  }
  EXPECT_THAT(
      Failure(std::string(R"({"isSuccess":false})")),
      MatchesRegex("the connector's answer to QueryData is that it failed, without a message "
                   ".*errorMessage.* \\(function 'erp-connector', after .*"));
}

// An answer may hold records and secrets.
TEST_F(ConnectorCall, NothingOfAnAnswerIsQuoted) {
  EXPECT_THAT(Failure(std::string("password=hunter2")), Not(HasSubstr("hunter2")));
  EXPECT_THAT(Failure(std::string(R"({"isSuccess":"hunter2"})")), Not(HasSubstr("hunter2")));
}

TEST_F(ConnectorCall, AConnectorsOwnWordsStandAlone) {
  EXPECT_EQ(Failure(ToJson(Result<QueryDataResponse>(InvalidArgument("no table 'x'")))),
            "no table 'x'");
}

TEST_F(ConnectorCall, APageThatTakesTooLongMayBeSmaller) {
  std::string message = Failure(Error{ErrorCode::kRequestTimeout, "too late", {}});
  EXPECT_THAT(message, HasSubstr("QueryData: too late. A page may have fewer records"));
  EXPECT_THAT(message, Not(HasSubstr("AppFlow waits"))) << "it was the function's own limit";
}

TEST(FunctionName, IsInTheArn) {
  EXPECT_EQ(FunctionNameOf(kArn), "erp-connector");
  EXPECT_EQ(FunctionNameOf(std::string(kArn) + ":$LATEST"), "erp-connector");
  EXPECT_EQ(FunctionNameOf("erp-connector"), "erp-connector");
}

}  // namespace
}  // namespace sluice::protocol
