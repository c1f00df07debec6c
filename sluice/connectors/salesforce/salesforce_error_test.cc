#include "sluice/connectors/salesforce/salesforce_error.h"

#include <gmock/gmock.h>

#include "sluice/net/retry.h"

namespace sluice::salesforce {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Body(std::string_view code, std::string_view message) {
  return R"([{"message":")" + std::string(message) + R"(","errorCode":")" + std::string(code) +
         "\"}]";
}

TEST(SalesforceError, EachRefusalHasItsCode) {
  struct {
    int status;
    const char* code;
    ErrorCode expected;
  } const kRefusals[] = {
      {400, "MALFORMED_QUERY", ErrorCode::kInvalidArgument},
      {400, "INVALID_FIELD", ErrorCode::kInvalidArgument},
      {400, "INVALID_TYPE", ErrorCode::kResourceNotFound},
      {400, "QUERY_TIMEOUT", ErrorCode::kRequestTimeout},
      {400, "UNABLE_TO_LOCK_ROW", ErrorCode::kServiceUnavailable},
      {401, "INVALID_SESSION_ID", ErrorCode::kInvalidCredentials},
      {403, "REQUEST_LIMIT_EXCEEDED", ErrorCode::kRateLimitExceeded},
      {403, "API_DISABLED_FOR_ORG", ErrorCode::kAccessDenied},
      {403, "INSUFFICIENT_ACCESS_OR_READONLY", ErrorCode::kAccessDenied},
      {404, "NOT_FOUND", ErrorCode::kResourceNotFound},
      {429, "TOO_MANY_REQUESTS", ErrorCode::kRateLimitExceeded},
      {500, "UNKNOWN_EXCEPTION", ErrorCode::kServerError},
      {503, "SERVER_UNAVAILABLE", ErrorCode::kServiceUnavailable},
  };
  for (const auto& refusal : kRefusals) {
    Error error = FromSalesforce({refusal.status, {}, Body(refusal.code, "a sentence")});
    EXPECT_EQ(error.code, refusal.expected) << refusal.code;
    EXPECT_THAT(error.message, HasSubstr(std::string(refusal.code) + ": a sentence"));
  }
}

TEST(SalesforceError, OnlyTheSentenceOfAQueryErrorIsTold) {
  Error error = FromSalesforce({400,
                                {},
                                Body("INVALID_FIELD",
                                     "\\nName = 'Jane Doe'\\n^\\nERROR at Row:1:Column:9\\nNo such "
                                     "column 'Nam' on entity 'Account'.")});
  EXPECT_EQ(error.message,
            "Salesforce answered 400 INVALID_FIELD: No such column 'Nam' on entity 'Account'.");
}

TEST(SalesforceError, TheDailyLimitIsNotWaitedFor) {
  Error error =
      FromSalesforce({403, {}, Body("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")});
  EXPECT_EQ(error.retry_after, std::chrono::hours(24));
  EXPECT_THAT(error.message, HasSubstr("24 hours"));
  int attempts = 0;
  Result<int> result =
      net::Retry({}, DeadlineAfter(std::chrono::minutes(10)), {}, [&]() -> Result<int> {
        ++attempts;
        return error;
      });
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(attempts, 1);
}

TEST(SalesforceError, TheLimitOfCallsAtOnceIsTriedAgainSoon) {
  Error error = FromSalesforce(
      {403, {}, Body("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded.")});
  EXPECT_EQ(error.code, ErrorCode::kRateLimitExceeded);
  EXPECT_EQ(error.retry_after, std::nullopt);
}

TEST(SalesforceError, RetryAfterIsKept) {
  EXPECT_EQ(FromSalesforce({429, {{"Retry-After", "7"}}, ""}).retry_after, std::chrono::seconds(7));
  EXPECT_EQ(FromSalesforce({503, {{"retry-after", "Wed, 21 Oct"}}, ""}).retry_after, std::nullopt);
}

TEST(SalesforceError, ABodyThatIsNotSalesforcesIsNotRepeated) {
  for (const char* body : {"", "<html>proxy</html>", "[]", "[1]", "{}", "[{\"message\":"}) {
    Error error = FromSalesforce({502, {}, body});
    EXPECT_EQ(error.code, ErrorCode::kServiceUnavailable);
    EXPECT_THAT(error.message, HasSubstr("502"));
    EXPECT_THAT(error.message, Not(HasSubstr("proxy")));
  }
}

TEST(SalesforceError, SaysWhatToDo) {
  EXPECT_THAT(FromSalesforce({414, {}, ""}).message, HasSubstr("choose fewer"));
  EXPECT_THAT(FromSalesforce({302, {{"Location", "https://new.example"}}, ""}).message,
              HasSubstr("instanceUrl to where it points: https://new.example"));
}

}  // namespace
}  // namespace sluice::salesforce
