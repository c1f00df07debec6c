#include "sluice/connectors/salesforce/salesforce_client.h"

#include <gmock/gmock.h>

#include <thread>

#include "sluice/net/curl_http_client.h"
#include "sluice/net/test_http_server.h"

namespace sluice::salesforce {
namespace {

using net::testing::TestHttpServer;
using net::testing::TestReply;
using ::testing::HasSubstr;
using ::testing::Not;

class Kept : public CredentialSource {
 public:
  explicit Kept(std::map<std::string, std::string> texts) {
    for (auto& [key, text] : texts) credentials.values[key] = Secret(text);
  }
  Result<Credentials> Load() override { return credentials; }
  Status Save(const Credentials& saved) override {
    if (!can_save) return ServerError("the disk is full");
    credentials = saved;
    return Done{};
  }
  std::string Text(const std::string& key) const { return credentials.Get(key).Reveal(); }

  Credentials credentials;
  bool can_save = true;
};

class SalesforceClientTest : public ::testing::Test {
 protected:
  SalesforceClient Client(TestHttpServer& server, Settings settings = {}) {
    Account account;
    account.settings = settings.empty() ? Settings{{"instanceUrl", server.url() + "/"}} : settings;
    account.credentials = kept_;
    SalesforceOptions options;
    options.retry.first_delay = std::chrono::milliseconds(1);
    options.request_timeout = std::chrono::seconds(5);
    return SalesforceClient(*http_, account, options);
  }

  static TestReply Expired() {
    return {.status = 401, .body = R"([{"errorCode":"INVALID_SESSION_ID","message":"expired"}])"};
  }
  static TestReply Token(const std::string& token, const std::string& more = "") {
    return {.headers = {{"Content-Type", "application/json"}},
            .body = R"({"access_token":")" + token + "\"" + more + "}"};
  }
  static std::string Bearer(const net::HttpRequest& request) {
    const std::string* header = request.headers.Find("Authorization");
    return header ? *header : "";
  }

  std::unique_ptr<net::HttpClient> http_ = net::MakeCurlHttpClient();
  std::shared_ptr<Kept> kept_ =
      std::make_shared<Kept>(std::map<std::string, std::string>{{"accessToken", "first-canary"},
                                                                {"refreshToken", "refresh-canary"},
                                                                {"clientId", "id"},
                                                                {"clientSecret", "secret-canary"}});
};

TEST_F(SalesforceClientTest, AsksWithTheAccessToken) {
  TestHttpServer server(std::vector<TestReply>{{.body = "answer"}});
  EXPECT_EQ(*Client(server).Get("/services/data/v58.0/limits"), "answer");
  EXPECT_EQ(server.requests().at(0).url, "/services/data/v58.0/limits");
  EXPECT_EQ(Bearer(server.requests()[0]), "Bearer first-canary");
}

TEST_F(SalesforceClientTest, AQueryIsPercentEncoded) {
  TestHttpServer server(std::vector<TestReply>{{}, {}});
  SalesforceClient client = Client(server);
  ASSERT_TRUE(client.Query("SELECT Id WHERE T > 2026-01-31T00:00:00+01:00 & 'é'", false, {}).ok());
  ASSERT_TRUE(client.Query("SELECT Id", true, {}).ok());
  EXPECT_EQ(server.requests().at(0).url,
            "/services/data/v58.0/query?q=SELECT%20Id%20WHERE%20T%20%3E%202026-01-31T00%3A00%3A00"
            "%2B01%3A00%20%26%20%27%C3%A9%27");
  EXPECT_EQ(server.requests().at(1).url, "/services/data/v58.0/queryAll?q=SELECT%20Id");
}

TEST_F(SalesforceClientTest, ARotatedRefreshTokenIsKept) {
  TestHttpServer server(std::vector<TestReply>{
      Expired(), Token("second", R"(,"refresh_token":"next")"), {.body = "answer"}});
  EXPECT_EQ(*Client(server).Get("/x"), "answer");
  auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[1].url, "/services/oauth2/token");
  EXPECT_THAT(requests[1].body, HasSubstr("refresh_token=refresh-canary"));
  EXPECT_EQ(Bearer(requests[2]), "Bearer second");
  EXPECT_EQ(kept_->Text("accessToken"), "second");
  EXPECT_EQ(kept_->Text("refreshToken"), "next");
  EXPECT_EQ(kept_->Text("clientSecret"), "secret-canary");
}

TEST_F(SalesforceClientTest, WithoutRotationTheRefreshTokenStays) {
  TestHttpServer server(std::vector<TestReply>{Expired(), Token("second"), {}});
  ASSERT_TRUE(Client(server).Get("/x").ok());
  EXPECT_EQ(kept_->Text("refreshToken"), "refresh-canary");
}

TEST_F(SalesforceClientTest, ATokenThatSomebodyElseRefreshedIsTaken) {
  TestHttpServer server(std::vector<TestReply>{{}, Expired(), {.body = "answer"}});
  SalesforceClient client = Client(server);
  ASSERT_TRUE(client.Get("/x").ok());
  kept_->credentials.values["accessToken"] = Secret("of another run");
  EXPECT_EQ(*client.Get("/x"), "answer");
  EXPECT_EQ(Bearer(server.requests().at(2)), "Bearer of another run");
}

TEST_F(SalesforceClientTest, ARefusedRefreshSaysWhoRefusedAndNoSecret) {
  TestHttpServer server(std::vector<TestReply>{
      Expired(),
      {.status = 400,
       .body = R"({"error":"invalid_grant","error_description":"expired access/refresh token"})"}});
  auto body = Client(server).Get("/x");
  ASSERT_FALSE(body.ok());
  EXPECT_EQ(body.error().code, ErrorCode::kInvalidCredentials);
  EXPECT_THAT(body.error().message, HasSubstr(server.url()));
  EXPECT_THAT(body.error().message, HasSubstr("expired access/refresh token"));
  EXPECT_THAT(body.error().message, Not(HasSubstr("canary")));
  EXPECT_EQ(kept_->Text("accessToken"), "first-canary");
}

TEST_F(SalesforceClientTest, ASessionThatCanNotBeKeptIsNoSuccess) {
  TestHttpServer server(std::vector<TestReply>{Expired(), Token("second"), {}});
  kept_->can_save = false;
  auto body = Client(server).Get("/x");
  ASSERT_FALSE(body.ok());
  EXPECT_THAT(body.error().message, HasSubstr("the disk is full"));
}

TEST_F(SalesforceClientTest, WithoutAnInstanceTheLogInSaysWhereItIs) {
  TestHttpServer server(std::vector<TestReply>{});
  server.Add(Token("second", R"(,"instance_url":")" + server.url() + "\""));
  server.Add({.body = "answer"});
  EXPECT_EQ(*Client(server, {{"tokenUrl", server.url() + "/login/token"}}).Get("/x"), "answer");
  EXPECT_EQ(server.requests().at(0).url, "/login/token");
}

TEST_F(SalesforceClientTest, AnAnswerCutOffIsAskedForAgain) {
  TestHttpServer server(std::vector<TestReply>{
      {.drop = true}, {.body = "a long answer", .cut_after = 3}, {.body = "a long answer"}});
  EXPECT_EQ(*Client(server).Get("/x"), "a long answer");
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(SalesforceClientTest, ItGivesUpAfterFiveAttempts) {
  TestHttpServer server([](const net::HttpRequest&) { return TestReply{.status = 503}; });
  auto body = Client(server).Get("/x");
  EXPECT_EQ(body.error().code, ErrorCode::kServiceUnavailable);
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST_F(SalesforceClientTest, ALongPauseEndsWhenStopIsRequested) {
  TestHttpServer server([](const net::HttpRequest&) {
    return TestReply{.status = 429, .headers = {{"Retry-After", "300"}}};
  });
  std::stop_source stop;
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  auto begin = std::chrono::steady_clock::now();
  auto body = Client(server).Get("/x", stop.get_token());
  EXPECT_EQ(body.error().code, ErrorCode::kRateLimitExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(SalesforceClientTest, AnAnswerIsNotWaitedForOnceStopIsRequested) {
  TestHttpServer server({{.delay = std::chrono::minutes(1)}});
  std::stop_source stop;
  std::jthread stopper([&] {
    while (server.requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop.request_stop();
  });
  auto body = Client(server).Get("/x", stop.get_token());
  EXPECT_EQ(body.error().code, ErrorCode::kServiceUnavailable) << body.error().message;
}

}  // namespace
}  // namespace sluice::salesforce
