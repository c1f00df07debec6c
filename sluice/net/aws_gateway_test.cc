#include "sluice/net/aws_gateway.h"

#include <gmock/gmock.h>

#include "sluice/base/json.h"
#include "sluice/base/time_text.h"

namespace sluice::net {
namespace {

using ::testing::HasSubstr;
using ::testing::NotNull;
using ::testing::Pointee;

class OneKey final : public AccessKeys {
 public:
  std::optional<AccessKey> Find(std::string_view access_key_id) const override {
    if (access_key_id != key.id) return std::nullopt;
    return key;
  }

  AccessKey key{"AKIAEXAMPLE", Secret("canary-secret"), {}, "arn:aws:iam::123456789012:root"};
};

class AwsGatewayTest : public ::testing::Test {
 protected:
  AwsGatewayTest() {
    gateway_.Add("appflow", {.body_limit = 2000,
                             .handle = [this](const HttpRequest& request, const Caller& caller) {
                               caller_ = caller;
                               return HttpResponse{.body = request.url};
                             }});
    gateway_.Add("lambda", {.handle = [](const HttpRequest&, const Caller&) {
                   return HttpResponse{.body = "lambda"};
                 }});
  }

  HttpRequest Signed(const std::string& service, HttpRequest request = {}) {
    std::string path = request.url.empty() ? "/" : request.url;
    request.url = "http://127.0.0.1:1" + path;
    Sign(request, keys_.key, {"eu-central-1", service}, clock_.Now());
    request.url = path;
    return request;
  }

  static std::string ErrorType(const HttpResponse& response) {
    const std::string* type = response.headers.Find("x-amzn-ErrorType");
    return type ? *type : "";
  }

  OneKey keys_;
  FakeClock clock_{*ParseTime("2026-01-31T00:00:00Z")};
  AwsGateway gateway_{keys_, clock_};
  Caller caller_;
};

TEST_F(AwsGatewayTest, TheScopeOfTheSignatureChoosesTheService) {
  HttpResponse response = gateway_.Handle(Signed("appflow", {.url = "/list-flows"}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "/list-flows");
  EXPECT_EQ(caller_.principal, "arn:aws:iam::123456789012:root");
  EXPECT_EQ(caller_.region, "eu-central-1");
  EXPECT_THAT(response.headers.Find("x-amzn-requestid"), Pointee(caller_.request_id));
  EXPECT_EQ(gateway_.Handle(Signed("lambda", {.url = "/list-flows"})).body, "lambda");
}

TEST_F(AwsGatewayTest, RefusesUnsignedAndWronglySignedRequestsInAwsShape) {
  HttpRequest tampered = Signed("appflow", {.method = "POST", .body = "{}"});
  tampered.body = "{\"a\":1}";
  HttpResponse response = gateway_.Handle(tampered);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(ErrorType(response), "InvalidSignatureException");
  EXPECT_THAT(response.headers.Find("x-amzn-RequestId"), NotNull());
  auto body = json::ParseObject(response.body);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(json::FindString(*body, "__type"), "InvalidSignatureException");
  EXPECT_THAT(*json::FindString(*body, "message"), HasSubstr("does not match"));

  HttpResponse unsigned_post = gateway_.Handle({.method = "POST", .url = "/list-flows"});
  EXPECT_EQ(unsigned_post.status, 403);
  EXPECT_EQ(ErrorType(unsigned_post), "MissingAuthenticationTokenException");
}

TEST_F(AwsGatewayTest, UnsignedRequestsMayHaveAHandlerOfTheirOwn) {
  gateway_.SetUnsignedHandler([](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path() == "/console") return HttpResponse{.body = "console"};
    return std::nullopt;
  });
  EXPECT_EQ(gateway_.Handle({.url = "/console"}).body, "console");
  EXPECT_EQ(gateway_.Handle({.url = "/else"}).status, 403);
  EXPECT_EQ(gateway_.Handle(Signed("appflow", {.url = "/console"})).body, "/console");
  HttpRequest badly_signed{.url = "/console", .headers = {{"Authorization", "AWS4-HMAC-SHA256"}}};
  EXPECT_EQ(ErrorType(gateway_.Handle(badly_signed)), "IncompleteSignatureException");
}

TEST_F(AwsGatewayTest, AServiceThatIsNotHereIsNamedInItsOwnProtocol) {
  HttpResponse json = gateway_.Handle(Signed("dynamodb"));
  EXPECT_EQ(json.status, 404);
  EXPECT_THAT(json.body, HasSubstr("'dynamodb'"));
  EXPECT_THAT(json.body, HasSubstr("appflow, lambda"));
  HttpResponse form = gateway_.Handle(Signed(
      "sts",
      {.method = "POST", .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}}));
  EXPECT_EQ(form.status, 404);
  EXPECT_THAT(form.body, HasSubstr("<ErrorResponse><Error><Code>"));
  EXPECT_THAT(gateway_.Handle(Signed("s3")).body, ::testing::StartsWith("<Error><Code>"));
}

TEST_F(AwsGatewayTest, TheBodyLimitIsThatOfTheServiceForThoseWithAKey) {
  EXPECT_EQ(gateway_.BodyLimit(Signed("appflow")), 2000u);
  EXPECT_EQ(gateway_.BodyLimit(Signed("lambda")), size_t{1} << 20);
  EXPECT_EQ(gateway_.BodyLimit({.url = "/"}), size_t{1} << 20);
  HttpRequest request = Signed("appflow");
  keys_.key.id = "AKIAOTHER";
  EXPECT_EQ(gateway_.BodyLimit(request), size_t{1} << 20);
  HttpResponse response = gateway_.TooLarge(request, 2000);
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(ErrorType(response), "RequestEntityTooLargeException");
  EXPECT_THAT(response.body, HasSubstr("2000 bytes"));
  EXPECT_THAT(response.headers.Find("x-amzn-RequestId"), NotNull());
}

TEST_F(AwsGatewayTest, LogsOneLineWithoutQueryHeadersOrBody) {
  ::testing::internal::CaptureStderr();
  HttpRequest request =
      Signed("lambda",
             {.method = "POST",
              .url = "/?canary-query",
              .headers = {{"X-Amz-Target", "lambda.CreateSecret"}, {"X-Canary", "canary-header"}},
              .body = "canary-body"});
  gateway_.Handle(request);
  std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_THAT(line, HasSubstr("\"service\":\"lambda\""));
  EXPECT_THAT(line, HasSubstr("\"operation\":\"CreateSecret\""));
  EXPECT_THAT(line, HasSubstr("\"status\":200"));
  EXPECT_EQ(line.find("canary"), std::string::npos) << line;
}

TEST(AwsError, IsJsonWhateverTheMessage) {
  auto body = json::ParseObject(AwsError(400, "ValidationException", "a \"b\"\n\\ é").body);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(json::FindString(*body, "Message"), "a \"b\"\n\\ é");
}

}  // namespace
}  // namespace sluice::net
