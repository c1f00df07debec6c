#include "sluice/sdk/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/base/json.h"
#include "sluice/net/sigv4.h"
#include "sluice/net/small_http_client.h"
#include "sluice/net/test_http_server.h"

namespace sluice::sdk {
namespace {

using net::testing::TestHttpServer;
using net::testing::TestReply;
using protocol::CredentialsReference;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kArn[] = "arn:aws:secretsmanager:eu-west-1:1:secret:appflow!1-TiDB-x";

TestReply Secret200(std::string_view text) {
  return {.body = json::ToText(json::Object{{"Name", "appflow!1-TiDB-x"}, {"SecretString", text}})};
}
TestReply Refusal(int status, std::string_view type) {
  return {.status = status,
          .body = json::ToText(json::Object{{"__type", type}, {"Message", "said no"}})};
}

class OneKey final : public net::AccessKeys {
 public:
  std::optional<net::AccessKey> Find(std::string_view id) const override {
    if (id != "ASIAFUNCTION") return std::nullopt;
    return net::AccessKey{"ASIAFUNCTION", Secret("key"), Secret("session"), "arn:me"};
  }
};

class SecretsManagerCredentials : public ::testing::Test {
 protected:
  void Answer(std::vector<TestReply> replies) {
    server_ = std::make_unique<TestHttpServer>(std::move(replies));
    setenv("AWS_REGION", "eu-west-1", 1);
    setenv("AWS_ACCESS_KEY_ID", "ASIAFUNCTION", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "key", 1);
    setenv("AWS_SESSION_TOKEN", "session", 1);
    setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1", 1);
    setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server_->url().c_str(), 1);
    provider_ = MakeSecretsManagerCredentials(*http_, clock_);
  }
  ~SecretsManagerCredentials() override {
    for (const char* name :
         {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
          "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"}) {
      unsetenv(name);
    }
  }
  Result<Credentials> Get(AuthenticationType type = AuthenticationType::kCustom) {
    return provider_->Get({kArn, type}, DeadlineAfter(std::chrono::seconds(5)));
  }

  FakeClock clock_{SystemClock().Now()};
  std::unique_ptr<net::HttpClient> http_ = net::MakeSmallHttpClient();
  std::unique_ptr<TestHttpServer> server_;
  std::unique_ptr<CredentialProvider> provider_;
};

TEST_F(SecretsManagerCredentials, AsksSignedWithTheFunctionsOwnKeys) {
  Answer({Secret200("{}")});
  ASSERT_TRUE(Get().ok());
  net::HttpRequest request = server_->requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(*request.headers.Find("X-Amz-Target"), "secretsmanager.GetSecretValue");
  EXPECT_EQ(*request.headers.Find("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(request.body, R"({"SecretId":")" + std::string(kArn) + "\"}");
  net::AccessKey caller;
  auto refused = net::Verify(request, OneKey(), clock_.Now(), caller);
  EXPECT_FALSE(refused) << refused->code << refused->message;
  EXPECT_EQ(net::ReadClaimedCredential(request)->scope.service, "secretsmanager");
  EXPECT_EQ(net::ReadClaimedCredential(request)->scope.region, "eu-west-1");
}

TEST_F(SecretsManagerCredentials, CustomAuthGivesAllButTheTwoTypes) {
  Answer({Secret200(
      R"({"authenticationType":"CUSTOM","customAuthenticationType":"JDBC","hostname":"h","port":4000,"password":"pé\"","none":null})")});
  auto credentials = Get();
  ASSERT_TRUE(credentials.ok()) << ToString(credentials.error());
  EXPECT_EQ(credentials->type, AuthenticationType::kCustom);
  EXPECT_EQ(credentials->custom_type, "JDBC");
  EXPECT_EQ(credentials->values.size(), 3u);
  EXPECT_EQ(credentials->Get("port").Reveal(), "4000");
  EXPECT_EQ(credentials->Get("password").Reveal(), "pé\"");
}

TEST_F(SecretsManagerCredentials, AReferenceWithoutATypeIsReadByItsKeys) {
  const std::pair<const char*, AuthenticationType> cases[] = {
      {R"({"username":"u","password":"p"})", AuthenticationType::kBasic},
      {R"({"apiKey":"k","apiSecretKey":"s"})", AuthenticationType::kApiKey},
      {R"({"accessToken":"t","refreshToken":"r"})", AuthenticationType::kOAuth2},
      {R"({"customAuthenticationType":"JDBC","username":"u"})", AuthenticationType::kCustom}};
  for (auto [secret, type] : cases) {
    Answer({Secret200(secret)});
    auto credentials = Get(AuthenticationType::kNone);
    ASSERT_TRUE(credentials.ok());
    EXPECT_EQ(credentials->type, type) << secret;
  }
}

// Reading authorities takes longer than all else of a cold start.
TEST_F(SecretsManagerCredentials, NoAuthoritiesAreReadWhereNoneIsNeeded) {
  http_ = net::MakeSmallHttpClient({.ca_file = "/nonexistent/ca.pem"});
  Answer({Secret200("{}")});
  EXPECT_TRUE(Get().ok());
}

TEST_F(SecretsManagerCredentials, MakesItsOwnClientWhereItIsGivenNone) {
  Answer({Secret200(R"({"password":"1"})")});
  provider_ = MakeSecretsManagerCredentials();
  EXPECT_EQ(Get()->Get("password").Reveal(), "1");
}

TEST_F(SecretsManagerCredentials, WithoutAnArnThereIsNothingToAsk) {
  Answer({});
  auto credentials = provider_->Get({}, DeadlineAfter(std::chrono::seconds(1)));
  ASSERT_TRUE(credentials.ok());
  EXPECT_EQ(credentials->type, AuthenticationType::kNone);
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(SecretsManagerCredentials, KeepsASecretForFiveMinutesOrUntilItIsRefused) {
  Answer({Secret200(R"({"password":"1"})"), Secret200(R"({"password":"2"})"),
          Secret200(R"({"password":"3"})")});
  EXPECT_EQ(Get()->Get("password").Reveal(), "1");
  clock_.Tick(std::chrono::minutes(4));
  EXPECT_EQ(Get()->Get("password").Reveal(), "1");
  clock_.Tick(std::chrono::minutes(2));
  EXPECT_EQ(Get()->Get("password").Reveal(), "2");
  provider_->Forget({kArn, AuthenticationType::kCustom});
  EXPECT_EQ(Get()->Get("password").Reveal(), "3");
}

TEST_F(SecretsManagerCredentials, ASecretThatIsNotThereYetIsAskedForOnceMore) {
  Answer({Refusal(400, "ResourceNotFoundException"), Secret200(R"({"password":"1"})")});
  EXPECT_TRUE(Get().ok());
  Answer({Refusal(400, "ResourceNotFoundException"), Refusal(400, "ResourceNotFoundException")});
  auto credentials = Get();
  ASSERT_FALSE(credentials.ok());
  EXPECT_EQ(credentials.error().code, ErrorCode::kResourceNotFound);
  EXPECT_THAT(credentials.error().message, HasSubstr(kArn));
  EXPECT_EQ(server_->requests().size(), 2u);
}

TEST_F(SecretsManagerCredentials, RefusalsSayWhatTheyAre) {
  const std::tuple<int, const char*, ErrorCode> cases[] = {
      {400, "AccessDeniedException", ErrorCode::kAccessDenied},
      {400, "com.amazon.coral.service#AccessDeniedException", ErrorCode::kAccessDenied},
      {403, "SomethingNew", ErrorCode::kAccessDenied},
      {400, "InvalidRequestException", ErrorCode::kResourceNotFound},
      {400, "Whatever", ErrorCode::kClientError}};
  for (auto [status, type, code] : cases) {
    Answer(std::vector<TestReply>(2, Refusal(status, type)));
    auto credentials = Get();
    ASSERT_FALSE(credentials.ok());
    EXPECT_EQ(credentials.error().code, code) << type;
    EXPECT_THAT(credentials.error().message, HasSubstr("said no"));
  }
}

TEST_F(SecretsManagerCredentials, AThrottleIsWaitedOut) {
  Answer({Refusal(400, "ThrottlingException"), Secret200("{}")});
  EXPECT_TRUE(Get().ok());
}

TEST_F(SecretsManagerCredentials, AMalformedSecretIsNotQuoted) {
  for (const char* secret : {"Canary", "[\"Canary\"]", "{\"password\":\"Canary"}) {
    Answer({Secret200(secret)});
    auto credentials = Get();
    ASSERT_FALSE(credentials.ok());
    EXPECT_THAT(credentials.error().message, Not(HasSubstr("Canary")));
    EXPECT_THAT(credentials.error().message, HasSubstr(kArn));
  }
  Answer({{.body = "not json"}, {.body = "not json"}, {.body = "not json"}});
  EXPECT_EQ(Get().error().code, ErrorCode::kServerError);
}

TEST_F(SecretsManagerCredentials, WithoutKeysItSaysWhichVariablesAreMissing) {
  Answer({});
  unsetenv("AWS_ACCESS_KEY_ID");
  EXPECT_THAT(Get().error().message, HasSubstr("AWS_ACCESS_KEY_ID"));
}

}  // namespace
}  // namespace sluice::sdk
