#include "sluice/net/oauth2.h"

#include <gmock/gmock.h>

#include "sluice/net/curl_http_client.h"
#include "sluice/net/test_http_server.h"

namespace sluice::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;
using testing::TestHttpServer;
using testing::TestReply;
using namespace std::chrono_literals;

class OAuth2Test : public ::testing::Test {
 protected:
  OAuth2Client Client() {
    return {server_.url() + "/token", "id & name", Secret("canary+secret"), {{"audience", "x/y"}}};
  }

  Result<OAuth2Tokens> Refresh() {
    return RefreshTokens(*http_, Client(), Secret("canary-refresh"), DeadlineAfter(10s));
  }

  TestHttpServer server_{std::vector<TestReply>()};
  std::unique_ptr<HttpClient> http_ = MakeCurlHttpClient();
};

TEST_F(OAuth2Test, ExchangesACode) {
  server_.Add({.body = R"({"access_token":"a","refresh_token":"r",
                          "instance_url":"https://x.my.salesforce.com","token_type":"Bearer"})"});
  auto tokens = ExchangeCode(*http_, Client(), "c=1", "https://me/back?x=1", DeadlineAfter(10s));
  ASSERT_TRUE(tokens.ok()) << ToString(tokens.error());
  EXPECT_EQ(tokens->access_token.Reveal(), "a");
  EXPECT_EQ(tokens->refresh_token.Reveal(), "r");
  EXPECT_EQ(tokens->instance_url, "https://x.my.salesforce.com");
  HttpRequest asked = server_.requests().at(0);
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.url, "/token");
  EXPECT_EQ(asked.body,
            "grant_type=authorization_code&code=c%3D1&redirect_uri=https%3A%2F%2Fme%2Fback%3Fx%3D1"
            "&client_id=id%20%26%20name&client_secret=canary%2Bsecret&audience=x%2Fy");
  EXPECT_THAT(asked.headers.Find("Content-Type"),
              Pointee(std::string("application/x-www-form-urlencoded")));
  EXPECT_THAT(asked.headers.Find("Accept"), Pointee(std::string("application/json")));
}

TEST_F(OAuth2Test, RefreshesAndAsksForTheClientItself) {
  server_.Add({.body = R"({"access_token":"a2"})"});
  server_.Add({.body = R"({"access_token":"a3"})"});
  auto refreshed = Refresh();
  ASSERT_TRUE(refreshed.ok());
  EXPECT_EQ(refreshed->access_token.Reveal(), "a2");
  EXPECT_TRUE(refreshed->refresh_token.empty());
  ASSERT_TRUE(ClientCredentials(*http_, Client(), DeadlineAfter(10s)).ok());
  EXPECT_THAT(server_.requests()[0].body,
              HasSubstr("grant_type=refresh_token&refresh_token=canary-refresh&"));
  EXPECT_THAT(server_.requests()[1].body, HasSubstr("grant_type=client_credentials&"));
}

TEST_F(OAuth2Test, ARefusalCarriesTheServersWordsAndNoSecret) {
  const char* refusal = R"({"error":"invalid_grant","error_description":"expired refresh token"})";
  for (int status : {400, 401, 200}) {
    server_.Add({.status = status, .body = refusal});
    auto tokens = Refresh();
    ASSERT_FALSE(tokens.ok());
    EXPECT_EQ(tokens.error().code, ErrorCode::kInvalidCredentials);
    EXPECT_THAT(tokens.error().message, HasSubstr("invalid_grant: expired refresh token"));
    EXPECT_THAT(tokens.error().message, Not(HasSubstr("canary")));
  }
}

TEST_F(OAuth2Test, TroubleOfTheServerIsNotARefusal) {
  auto code = [&](TestReply reply) {
    server_.Add(std::move(reply));
    auto tokens = Refresh();
    return tokens.ok() ? std::string("ok") : std::string(ToString(tokens.error().code));
  };
  EXPECT_EQ(code({.status = 503, .body = R"({"error":"busy"})"}), "ServiceUnavailable");
  EXPECT_EQ(code({.status = 429}), "RateLimitExceeded");
  EXPECT_EQ(code({.body = "<html>"}), "ServerError");
  EXPECT_EQ(code({.body = "{}"}), "ServerError");
  EXPECT_EQ(code({.body = R"({"access_token":""})"}), "ServerError");
  EXPECT_EQ(code({.body = R"({"access_token":17})"}), "ServerError");
  EXPECT_EQ(code({.status = 404, .body = "{}"}), "ServerError");
  EXPECT_EQ(code({.drop = true}), "ServiceUnavailable");
  server_.Add({.status = 503, .headers = {{"Retry-After", "7"}}});
  EXPECT_EQ(Refresh().error().retry_after, 7s);
}

}  // namespace
}  // namespace sluice::net
