#include "sluice/console/doors.h"

#include <gmock/gmock.h>

#include "sluice/base/json.h"
#include "sluice/base/time_text.h"

namespace sluice::console {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::NotNull;
using ::testing::StartsWith;

constexpr char kRoot[] = "arn:aws:iam::123456789012:root";

class DoorsTest : public ::testing::Test {
 protected:
  static HttpRequest Post(std::string url, std::string body, std::string cookie = "") {
    HttpRequest request{.method = "POST",
                        .url = std::move(url),
                        .headers = {{"Host", "127.0.0.1:7575"},
                                    {"Content-Type", "application/json"},
                                    {"Origin", "http://127.0.0.1:7575"}},
                        .body = std::move(body)};
    if (!cookie.empty()) request.headers.Set("Cookie", cookie);
    return request;
  }

  HttpResponse Ask(const HttpRequest& request) {
    auto response = doors_.AnswerUnsigned(request);
    return response ? *response : HttpResponse{.status = 0};
  }

  HttpResponse LogIn(const Secret& token, std::string tab = "tab1", std::string cookie = "") {
    return Ask(Post("/console/login",
                    json::ToText(json::Object{{"token", token.Reveal()}, {"tab", tab}}), cookie));
  }

  HttpResponse LogIn(std::string tab = "tab1", std::string cookie = "") {
    return LogIn(sessions_.NewLink(kRoot, std::chrono::minutes(15)), tab, cookie);
  }

  static json::Object Read(const HttpResponse& response) {
    auto body = json::ParseObject(response.body);
    return body.ok() ? *body : json::Object{};
  }
  static bool IsIn(const HttpResponse& response) {
    return response.status == 200 && json::FindBool(Read(response), "loggedIn").value_or(false);
  }
  static std::string KeyOf(const HttpResponse& response) {
    return json::FindString(Read(response), "accessKeyId").value_or("");
  }
  // As a browser sends it back.
  static std::string CookieOf(const HttpResponse& response) {
    const std::string* cookie = response.headers.Find("Set-Cookie");
    return cookie ? cookie->substr(0, cookie->find(';')) : "";
  }

  FakeClock clock_{*ParseTime("2026-01-31T00:00:00Z")};
  Sessions sessions_{clock_};
  Doors doors_{{.account = "123456789012", .region = "eu-central-1"}, sessions_};
};

TEST_F(DoorsTest, ALinkLogsInOnceAndThenSaysWhatToDo) {
  const Secret token = sessions_.NewLink(kRoot, std::chrono::minutes(15));
  HttpResponse response = LogIn(token);
  ASSERT_TRUE(IsIn(response));
  const json::Object body = Read(response);
  EXPECT_EQ(json::FindString(body, "account"), "123456789012");
  EXPECT_EQ(json::FindString(body, "region"), "eu-central-1");
  EXPECT_EQ(body.at("expiresAt").as_double(), 1769817600 + 12 * 3600);
  auto key = sessions_.Find(KeyOf(response));
  ASSERT_TRUE(key);
  EXPECT_EQ(json::FindString(body, "secretAccessKey"), key->secret.Reveal());
  EXPECT_EQ(key->principal, kRoot);

  HttpResponse again = LogIn(token);
  EXPECT_EQ(again.status, 200);
  EXPECT_FALSE(IsIn(again));
  EXPECT_THAT(*json::FindString(Read(again), "message"), HasSubstr("access key"));
  EXPECT_THAT(again.headers.Find("Set-Cookie"), IsNull());
}

TEST_F(DoorsTest, NobodyButTheTabThatLoggedInGoesOnWithTheSession) {
  HttpResponse in = LogIn("tab1");
  const std::string cookie = CookieOf(in);
  HttpResponse resumed = Ask(Post("/console/session", R"({"tab":"tab1"})", "a=b; " + cookie));
  EXPECT_TRUE(IsIn(resumed));
  EXPECT_EQ(KeyOf(resumed), KeyOf(in));
  EXPECT_FALSE(IsIn(Ask(Post("/console/session", R"({"tab":"tab2"})", cookie))));
  EXPECT_FALSE(IsIn(Ask(Post("/console/session", R"({"tab":"tab1"})"))));
  EXPECT_FALSE(IsIn(Ask(Post("/console/session", R"({"tab":"tab1"})", cookie + "x"))));
  EXPECT_FALSE(IsIn(Ask(Post("/console/session", R"({"tab":"tab1"})", "x" + cookie))));
}

TEST_F(DoorsTest, LoggingOutEndsTheKeyAtOnce) {
  HttpResponse in = LogIn();
  HttpResponse out = Ask(Post("/console/logout", R"({"tab":"tab1"})", CookieOf(in)));
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.body, "{}");
  EXPECT_FALSE(sessions_.Find(KeyOf(in)));
  EXPECT_FALSE(IsIn(Ask(Post("/console/session", R"({"tab":"tab1"})", CookieOf(in)))));
}

TEST_F(DoorsTest, TheCookieIsForTheseDoorsAlone) {
  const HttpResponse response = LogIn();
  const std::string cookie = *response.headers.Find("Set-Cookie");
  EXPECT_THAT(cookie, StartsWith("sluice-console-7575="));
  EXPECT_THAT(cookie, EndsWith("; Path=/console; HttpOnly; SameSite=Strict"));
  EXPECT_GE(CookieOf(response).size(), sizeof "sluice-console-7575=" + 32);
  Doors over_tls({.has_secure_cookies = true}, sessions_);
  const Secret token = sessions_.NewLink(kRoot, std::chrono::minutes(15));
  auto secure = over_tls.AnswerUnsigned(
      Post("/console/login", R"({"tab":"t","token":")" + token.Reveal() + "\"}"));
  EXPECT_THAT(*secure->headers.Find("Set-Cookie"), EndsWith("; Secure"));
}

TEST_F(DoorsTest, AnotherTabOfTheBrowserLogsInBesideTheFirst) {
  HttpResponse first = LogIn("tab1");
  HttpResponse second = LogIn("tab2", CookieOf(first));
  EXPECT_THAT(second.headers.Find("Set-Cookie"), IsNull());
  EXPECT_TRUE(sessions_.Find(KeyOf(first)));
  EXPECT_TRUE(IsIn(Ask(Post("/console/session", R"({"tab":"tab2"})", CookieOf(first)))));
}

TEST_F(DoorsTest, ACookieThatNobodyLoggedInWithIsReplaced) {
  HttpResponse response = LogIn("tab1", "sluice-console-7575=chosen-by-somebody-else");
  EXPECT_THAT(CookieOf(response), Not(HasSubstr("chosen")));
  EXPECT_FALSE(IsIn(Ask(Post("/console/session", R"({"tab":"tab1"})",
                             "sluice-console-7575=chosen-by-somebody-else"))));
}

TEST_F(DoorsTest, OtherSitesAreRefusedAndUseNoLinkUp) {
  const Secret token = sessions_.NewLink(kRoot, std::chrono::minutes(15));
  const std::string body = R"({"tab":"tab1","token":")" + token.Reveal() + "\"}";
  for (const char* origin : {"http://127.0.0.1:7576", "https://evil.example", "null", "",
                             "http://127.0.0.1:7575.evil.example", "127.0.0.1:7575"}) {
    HttpRequest request = Post("/console/login", body);
    request.headers.Set("Origin", origin);
    EXPECT_EQ(Ask(request).status, 403) << origin;
  }
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "", "application/js"}) {
    HttpRequest request = Post("/console/login", body);
    request.headers.Set("Content-Type", type);
    EXPECT_EQ(Ask(request).status, 415) << type;
  }
  HttpRequest request = Post("/console/login", body);
  request.headers.Set("Content-Type", "application/json; charset=UTF-8");
  request.headers.Remove("Origin");
  EXPECT_TRUE(IsIn(Ask(request)));
}

TEST_F(DoorsTest, OtherRequestsAreNotForTheseDoors) {
  EXPECT_EQ(Ask(Post("/console/else", "{}")).status, 0);
  EXPECT_EQ(Ask(Post("/console/sessions", R"({"tab":"t"})")).status, 0) << "it has to be signed";
  EXPECT_EQ(Ask({.url = "/console/login"}).status, 0);
}

TEST_F(DoorsTest, ABodyThatIsNoneIsSaidSo) {
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"tab":""})"),
        std::string(R"({"tab":7})"), R"({"tab":")" + std::string(129, 'x') + "\"}"}) {
    for (const char* door : {"/console/login", "/console/session", "/console/logout"}) {
      HttpResponse response = Ask(Post(door, body));
      EXPECT_EQ(response.status, 400) << door << body;
      EXPECT_THAT(response.body, HasSubstr("'tab'"));
    }
  }
}

class SignedDoorsTest : public DoorsTest {
 protected:
  HttpResponse AskSigned(HttpRequest request, const std::string& key_id = "AKIAROOT") {
    request.headers.Set("Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + key_id +
                            "/20260131/us-east-1/sluice/aws4_request, SignedHeaders=host, "
                            "Signature=00");
    auto response = doors_.AnswerSigned(request, {.principal = kRoot});
    return response ? *response : HttpResponse{.status = 0};
  }
};

TEST_F(SignedDoorsTest, AnAccessKeyIsExchangedForASession) {
  HttpResponse in = AskSigned(Post("/console/sessions", R"({"tab":"tab1"})"));
  ASSERT_TRUE(IsIn(in));
  EXPECT_EQ(sessions_.Find(KeyOf(in))->principal, kRoot);
  EXPECT_TRUE(IsIn(Ask(Post("/console/session", R"({"tab":"tab1"})", CookieOf(in)))));
}

TEST_F(SignedDoorsTest, ASessionsOwnKeyOpensNoOther) {
  HttpResponse in = LogIn();
  HttpResponse response = AskSigned(Post("/console/sessions", R"({"tab":"tab2"})"), KeyOf(in));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.Find("Set-Cookie"), nullptr);
}

TEST_F(SignedDoorsTest, OtherSitesAndOtherBodiesAreRefused) {
  HttpRequest foreign = Post("/console/sessions", R"({"tab":"tab1"})");
  foreign.headers.Set("Origin", "https://evil.example");
  EXPECT_EQ(AskSigned(foreign).status, 403);
  EXPECT_EQ(AskSigned(Post("/console/sessions", "{}")).status, 400);
  EXPECT_EQ(AskSigned(Post("/console/else", "{}")).status, 0);
}

TEST_F(SignedDoorsTest, NothingSecretIsLogged) {
  ::testing::internal::CaptureStderr();
  const Secret token = sessions_.NewLink(kRoot, std::chrono::minutes(15));
  HttpResponse in = LogIn(token);
  LogIn(token);
  AskSigned(Post("/console/sessions", R"({"tab":"tab1"})"));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("refused"));
  const std::string cookie = CookieOf(in);
  for (const std::string& secret :
       {token.Reveal(), KeyOf(in), *json::FindString(Read(in), "secretAccessKey"),
        cookie.substr(cookie.find('=') + 1)}) {
    ASSERT_FALSE(secret.empty());
    EXPECT_THAT(log, Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace sluice::console
