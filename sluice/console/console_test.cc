#include "sluice/console/console.h"

#include <gmock/gmock.h>

#include "sluice/base/time_text.h"
#include "sluice/flow/fake_live_runs.h"
#include "sluice/flow/fake_run_store.h"

namespace sluice::console {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using ::testing::NotNull;

class ConsoleTest : public ::testing::Test {
 protected:
  HttpResponse Handle(HttpRequest request) {
    request.headers.Set("Authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIA/20260131/us-east-1/sluice/aws4_request, "
                        "SignedHeaders=host, Signature=00");
    return console_.Handle(request, {.principal = "arn:aws:iam::123456789012:root"});
  }

  FakeClock clock_{*ParseTime("2026-01-31T00:00:00Z")};
  Sessions sessions_{clock_};
  flow::FakeRunStore runs_;
  flow::FakeLiveRuns live_;
  Console console_{{}, {}, sessions_, runs_, live_};
};

TEST_F(ConsoleTest, StreamsTheRunThatTheQueryNames) {
  for (const char* url : {"/console/runs?flowName=a%20flow&executionId=e",
                          "/console/runs?executionId=e&x&flowName=a%20flow"}) {
    EXPECT_THAT(Handle({.url = url}).stream, NotNull()) << url;
  }
  for (const char* url :
       {"/console/runs", "/console/runs?flowName=f", "/console/runs?executionId=e",
        "/console/runs?flowName=%&executionId=e", "/console/runs?flowName=&"}) {
    EXPECT_EQ(Handle({.url = url}).status, 400) << url;
  }
}

TEST_F(ConsoleTest, EveryAnswerHasThePolicy) {
  const HttpRequest post{
      .method = "POST", .url = "/console/session", .headers = {{"Content-Type", "text/plain"}}};
  const HttpRequest sessions{.method = "POST",
                             .url = "/console/sessions",
                             .headers = {{"Content-Type", "application/json"}},
                             .body = R"({"tab":"t"})"};
  const HttpRequest page{.url = "/", .headers = {{"Accept", "text/html"}}};
  for (const HttpResponse& response :
       {*console_.AnswerUnsigned(post), *console_.AnswerUnsigned(page), Handle(sessions),
        Handle({.url = "/console/runs?flowName=f&executionId=e"}), Handle({.url = "/else"})}) {
    EXPECT_THAT(response.headers.Find("Content-Security-Policy"), NotNull()) << response.status;
  }
  EXPECT_FALSE(console_.AnswerUnsigned({.url = "/list-flows"}));
  EXPECT_EQ(Handle({.url = "/else"}).status, 404);
}

}  // namespace
}  // namespace sluice::console
