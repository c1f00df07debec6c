#include "sluice/sandbox/oauth.h"

#include <gmock/gmock.h>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"

namespace sluice::sandbox {
namespace {

using namespace std::chrono_literals;
using net::HttpRequest;
using net::HttpResponse;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kRedirect[] = "http://localhost/appflow/oauth";
constexpr char kBaseUrl[] = "https://localhost:8443";

class OAuthTest : public ::testing::Test {
 protected:
  OAuthTest() { oauth_.SetIdentity("00DDo0000000001AAA", "005Do0000000001AAA"); }

  static OAuthOptions Options() {
    OAuthOptions options;
    options.redirect_uris = {"http://localhost/appflow/"};
    options.session_length = 1h;
    return options;
  }

  HttpResponse Send(const std::string& method, const std::string& url, const Form& form = {},
                    net::Headers headers = {}) {
    if (!cookie_.empty()) headers.Set("Cookie", "other=1; " + cookie_);
    auto reply = oauth_.Handle({method, url, headers, FormEncode(form)}, kBaseUrl);
    EXPECT_TRUE(reply.has_value()) << url;
    return reply.value_or(HttpResponse{});
  }

  static std::string AuthorizeUrl(Form changes = {}) {
    Form query = {{"response_type", "code"},
                  {"client_id", Options().client_id},
                  {"redirect_uri", kRedirect},
                  {"scope", "api refresh_token"},
                  {"state", "s&1"}};
    for (auto& [name, value] : changes) query[name] = value;
    return "/services/oauth2/authorize?" + FormEncode(query);
  }

  void LogIn(const std::string& url) {
    auto reply = Send("POST", "/login",
                      {{"startURL", url},
                       {"username", Options().user_name},
                       {"password", Options().password.Reveal()}});
    ASSERT_EQ(reply.status, 302);
    EXPECT_EQ(*reply.headers.Find("Location"), url);
    const std::string& cookie = *reply.headers.Find("Set-Cookie");
    EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
    cookie_ = cookie.substr(0, cookie.find(';'));
  }

  // The parameters that come back to the client.
  Form Decide(const std::string& url, const std::string& decision) {
    std::string page = Send("GET", url).body;
    EXPECT_THAT(page, HasSubstr("<title>Allow Access?"));
    size_t at = page.find("name=\"consent\" value=\"") + 22;
    auto reply =
        Send("POST", "/services/oauth2/authorize",
             {{"consent", page.substr(at, page.find('"', at) - at)}, {"decision", decision}});
    EXPECT_EQ(reply.status, 302);
    const std::string& location = *reply.headers.Find("Location");
    EXPECT_THAT(location, StartsWith(std::string(kRedirect) + "?"));
    return ParseForm(location.substr(location.find('?') + 1));
  }

  std::string Code(Form changes = {}) {
    std::string url = AuthorizeUrl(std::move(changes));
    LogIn(url);
    return Get(Decide(url, "Allow"), "code");
  }

  json::Object Token(Form form, int status = 200) {
    form.emplace("client_id", Options().client_id);
    form.emplace("client_secret", Options().client_secret.Reveal());
    auto reply = Send("POST", "/services/oauth2/token", form);
    EXPECT_EQ(reply.status, status) << reply.body;
    return *json::ParseObject(reply.body);
  }
  json::Object TokenOfCode(const std::string& code, int status = 200, Form changes = {}) {
    Form form = {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kRedirect}};
    for (auto& [name, value] : changes) form[name] = value;
    return Token(form, status);
  }
  static std::string Text(const json::Object& object, std::string_view name) {
    return json::FindString(object, name).value_or("");
  }

  bool IsAuthorized(const std::string& token) {
    return oauth_.IsAuthorized({"GET", "/", {{"Authorization", "Bearer " + token}}, ""});
  }

  FakeClock clock_{*ParseTime("2026-01-31T09:00:00Z")};
  OAuth oauth_{Options(), clock_};
  std::string cookie_;
};

TEST_F(OAuthTest, LogInAllowAndTokens) {
  EXPECT_THAT(Send("GET", AuthorizeUrl()).body, HasSubstr("action=\"/login\""));
  std::string url = AuthorizeUrl();
  LogIn(url);
  Form back = Decide(url, "Allow");
  EXPECT_EQ(Get(back, "state"), "s&1");
  json::Object tokens = TokenOfCode(Get(back, "code"));
  EXPECT_EQ(Text(tokens, "instance_url"), kBaseUrl);
  EXPECT_EQ(Text(tokens, "token_type"), "Bearer");
  EXPECT_EQ(Text(tokens, "issued_at"), "1769850000000");
  EXPECT_EQ(tokens.count("expires_in"), 0u) << "Salesforce says no such thing";
  EXPECT_TRUE(IsAuthorized(Text(tokens, "access_token")));
  EXPECT_FALSE(IsAuthorized(""));
  EXPECT_FALSE(IsAuthorized(Text(tokens, "refresh_token")));

  auto info = Send("GET", "/services/oauth2/userinfo", {},
                   {{"Authorization", "Bearer " + Text(tokens, "access_token")}});
  EXPECT_THAT(info.body, HasSubstr(Options().user_name));
  EXPECT_EQ(Send("GET", "/services/oauth2/userinfo").status, 403);
}

TEST_F(OAuthTest, DenyComesBackAsAccessDenied) {
  LogIn(AuthorizeUrl());
  Form back = Decide(AuthorizeUrl(), "Deny");
  EXPECT_EQ(Get(back, "error"), "access_denied");
  EXPECT_EQ(Get(back, "state"), "s&1");
  EXPECT_EQ(Get(back, "code"), "");
}

TEST_F(OAuthTest, AWrongPasswordStaysOnTheLogInPage) {
  auto reply = Send(
      "POST", "/login",
      {{"startURL", AuthorizeUrl()}, {"username", Options().user_name}, {"password", "wrong"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("check your username and password"));
  EXPECT_EQ(reply.headers.Find("Set-Cookie"), nullptr);
}

TEST_F(OAuthTest, NobodyIsRedirectedToAStranger) {
  for (const char* uri : {"https://evil.example/", "http://localhost.evil/appflow/", "",
                          "http://localhost/appflow/\r\nX: y"}) {
    auto reply = Send("GET", AuthorizeUrl({{"redirect_uri", uri}}));
    EXPECT_EQ(reply.status, 400) << uri;
    EXPECT_EQ(reply.headers.Find("Location"), nullptr);
  }
  EXPECT_EQ(Send("GET", AuthorizeUrl({{"client_id", "other"}})).status, 400);
  EXPECT_EQ(Send("POST", "/login", {{"startURL", "https://evil.example/"}}).status, 400);
}

TEST_F(OAuthTest, WhatTheClientSendsIsNoHtml) {
  LogIn(AuthorizeUrl());
  auto page = Send("GET", AuthorizeUrl({{"scope", "api <script>alert(1)</script>"}})).body;
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
}

TEST_F(OAuthTest, ConsentNeedsTheLogInAndHoldsOnce) {
  std::string url = AuthorizeUrl();
  LogIn(url);
  std::string page = Send("GET", url).body;
  size_t at = page.find("name=\"consent\" value=\"") + 22;
  Form form = {{"consent", page.substr(at, page.find('"', at) - at)}, {"decision", "Allow"}};
  std::string cookie = std::exchange(cookie_, "");
  EXPECT_EQ(Send("POST", "/services/oauth2/authorize", form).status, 400);
  cookie_ = cookie;
  EXPECT_EQ(Send("POST", "/services/oauth2/authorize", form).status, 302);
  EXPECT_EQ(Send("POST", "/services/oauth2/authorize", form).status, 400);
}

TEST_F(OAuthTest, ACodeIsGoodOnceAndForFifteenMinutes) {
  std::string code = Code();
  TokenOfCode(code);
  EXPECT_EQ(Text(TokenOfCode(code, 400), "error"), "invalid_grant");
  std::string late = Code();
  clock_.Tick(15min);
  EXPECT_EQ(Text(TokenOfCode(late, 400), "error_description"), "expired authorization code");
}

TEST_F(OAuthTest, ACodeNeedsItsRedirectUriAndItsClient) {
  EXPECT_EQ(
      Text(TokenOfCode(Code(), 400, {{"redirect_uri", "http://localhost/appflow/other"}}), "error"),
      "redirect_uri_mismatch");
  EXPECT_EQ(Text(TokenOfCode(Code(), 400, {{"client_secret", "wrong"}}), "error"),
            "invalid_client");
  EXPECT_EQ(Text(TokenOfCode(Code(), 400, {{"client_id", "other"}}), "error"), "invalid_client_id");
}

TEST_F(OAuthTest, PkceChecksTheVerifier) {
  // RFC 7636, appendix B.
  const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const Form challenge = {{"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                          {"code_challenge_method", "S256"}};
  TokenOfCode(Code(challenge), 200, {{"code_verifier", verifier}});
  TokenOfCode(Code(challenge), 400, {{"code_verifier", verifier + "x"}});
  TokenOfCode(Code(challenge), 400);
  auto plain =
      Send("GET", AuthorizeUrl({{"code_challenge", "x"}, {"code_challenge_method", "plain"}}));
  EXPECT_THAT(*plain.headers.Find("Location"), HasSubstr("error=invalid_request"));
}

TEST_F(OAuthTest, ASessionEndsAndIsRefreshed) {
  json::Object tokens = TokenOfCode(Code());
  std::string refresh_token = Text(tokens, "refresh_token");
  clock_.Tick(1h);
  EXPECT_FALSE(IsAuthorized(Text(tokens, "access_token")));
  json::Object refreshed =
      Token({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}});
  EXPECT_TRUE(IsAuthorized(Text(refreshed, "access_token")));
  EXPECT_EQ(refreshed.count("refresh_token"), 0u);
  oauth_.RevokeSessions();
  EXPECT_FALSE(IsAuthorized(Text(refreshed, "access_token")));
  Token({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}});
  EXPECT_EQ(
      Text(Token({{"grant_type", "refresh_token"}, {"refresh_token", "other"}}, 400), "error"),
      "invalid_grant");
}

TEST_F(OAuthTest, WithoutTheScopeThereIsNoRefreshToken) {
  EXPECT_EQ(TokenOfCode(Code({{"scope", "api"}})).count("refresh_token"), 0u);
}

TEST_F(OAuthTest, RevokingARefreshTokenEndsItsSessions) {
  json::Object tokens = TokenOfCode(Code());
  std::string refresh_token = Text(tokens, "refresh_token");
  EXPECT_EQ(Send("POST", "/services/oauth2/revoke", {{"token", refresh_token}}).status, 200);
  EXPECT_FALSE(IsAuthorized(Text(tokens, "access_token")));
  Token({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}}, 400);
  EXPECT_EQ(Send("POST", "/services/oauth2/revoke", {{"token", ""}}).status, 400);
}

TEST_F(OAuthTest, OtherGrants) {
  EXPECT_TRUE(IsAuthorized(Text(Token({{"grant_type", "client_credentials"}}), "access_token")));
  Form password = {{"grant_type", "password"},
                   {"username", Options().user_name},
                   {"password", Options().password.Reveal()}};
  EXPECT_TRUE(IsAuthorized(Text(Token(password), "access_token")));
  password["password"] = "wrong";
  EXPECT_EQ(Text(Token(password, 400), "error"), "invalid_grant");
  EXPECT_EQ(Text(Token({{"grant_type", "telepathy"}}, 400), "error"), "unsupported_grant_type");
  auto basic = Send("POST", "/services/oauth2/token", {{"grant_type", "client_credentials"}},
                    {{"Authorization", "Basic " + Base64Encode(Options().client_id + ':' +
                                                               Options().client_secret.Reveal())}});
  EXPECT_EQ(basic.status, 200);
}

}  // namespace
}  // namespace sluice::sandbox
