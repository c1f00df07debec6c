// The whole server, over HTTP and HTTPS.
#include "sluice/sandbox/salesforce_sandbox.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/uuid.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/net/test_certificates.h"

namespace sluice::sandbox {
namespace {

using ::testing::HasSubstr;

net::HttpResponse Send(net::HttpClient& http, const std::string& method, const std::string& url,
                       const std::string& body = "", net::Headers headers = {}) {
  auto reply =
      http.Send({method, url, std::move(headers), body}, DeadlineAfter(std::chrono::seconds(20)));
  EXPECT_TRUE(reply.ok()) << reply.error().message;
  return reply.ok() ? *reply : net::HttpResponse{};
}

json::Object LogIn(net::HttpClient& http, const std::string& url) {
  const OAuthOptions account;
  Form form = {{"grant_type", "client_credentials"},
               {"client_id", account.client_id},
               {"client_secret", account.client_secret.Reveal()}};
  return *json::ParseObject(
      Send(http, "POST", url + "/services/oauth2/token", FormEncode(form)).body);
}

class SalesforceSandboxTest : public ::testing::Test {
 protected:
  net::HttpResponse Get(const std::string& path) {
    return Send(*http_, "GET", url_ + path, "", {{"Authorization", "Bearer " + token_}});
  }

  std::unique_ptr<SalesforceSandbox> sandbox_ = *SalesforceSandbox::Start({});
  std::unique_ptr<net::HttpClient> http_ = net::MakeCurlHttpClient();
  const std::string url_ = sandbox_->url();
  const std::string token_ = *json::FindString(LogIn(*http_, url_), "access_token");
};

TEST_F(SalesforceSandboxTest, AnswersOnlyToASession) {
  const std::string query = "/services/data/v58.0/query?q=SELECT+COUNT()+FROM+Account";
  EXPECT_EQ(Send(*http_, "GET", url_ + query).status, 401);
  EXPECT_THAT(Get(query).body, HasSubstr("\"totalSize\":13"));
  EXPECT_EQ(Get("/elsewhere").status, 404);
  EXPECT_EQ(Get("/services/dataless").status, 404);
}

TEST_F(SalesforceSandboxTest, FaultsComeAsManyAsAskedForAndOnlyWhereAskedFor) {
  auto told = Send(*http_, "POST", url_ + "/sandbox/faults",
                   R"({"path_prefix":"/services/data/v58.0/limits","status":503,"count":2})");
  EXPECT_EQ(told.status, 204);
  EXPECT_EQ(Get("/services/data/v58.0/sobjects").status, 200);
  EXPECT_THAT(Get("/services/data/v58.0/limits").body, HasSubstr("SERVER_UNAVAILABLE"));
  EXPECT_EQ(Get("/services/data/v58.0/limits").status, 503);
  EXPECT_EQ(Get("/services/data/v58.0/limits").status, 200);
  EXPECT_EQ(sandbox_->requests()["/services/data/v58.0/limits"], 3);
}

TEST_F(SalesforceSandboxTest, CountZeroEndsAFault) {
  Send(*http_, "POST", url_ + "/sandbox/faults", R"({"status":500,"count":1000})");
  EXPECT_EQ(Get("/services/data").status, 500);
  Send(*http_, "POST", url_ + "/sandbox/faults", R"({"status":500,"count":0})");
  EXPECT_EQ(Get("/services/data").status, 200);
}

TEST_F(SalesforceSandboxTest, AFaultWithoutStatusIsOnlyLate) {
  sandbox_->Inject({.delay = std::chrono::milliseconds(200)});
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(Get("/services/data").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
}

TEST_F(SalesforceSandboxTest, AFaultThatMakesNoSenseIsRefused) {
  for (const char* body : {"", "[]", R"({"status":200})", R"({"status":1000})"}) {
    EXPECT_EQ(Send(*http_, "POST", url_ + "/sandbox/faults", body).status, 400) << body;
  }
  EXPECT_EQ(Get("/services/data").status, 200);
}

TEST_F(SalesforceSandboxTest, SessionsCanBeRevoked) {
  EXPECT_EQ(Get("/services/data/v58.0/limits").status, 200);
  EXPECT_EQ(Send(*http_, "POST", url_ + "/sandbox/revoke-sessions").status, 204);
  EXPECT_EQ(Get("/services/data/v58.0/limits").status, 401);
  EXPECT_THAT(Get("/sandbox/requests").body, HasSubstr("\"/services/data/v58.0/limits\":2"));
}

TEST(SalesforceSandboxStart, ServesTlsUnderTheNameThatTheClientUses) {
  std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / ("tls-" + NewUuid());
  std::filesystem::create_directory(folder);
  auto certificates = net::testing::MakeTestCertificates(folder);
  SalesforceSandboxOptions options;
  options.certificate_file = certificates.certificate;
  options.private_key_file = certificates.private_key;
  auto sandbox = SalesforceSandbox::Start(options);
  ASSERT_TRUE(sandbox.ok()) << sandbox.error().message;
  std::string url = (*sandbox)->url();
  ASSERT_TRUE(url.starts_with("https://127.0.0.1:")) << url;
  url.replace(8, 9, "localhost");
  auto http = net::MakeCurlHttpClient({.ca_file = certificates.ca});
  EXPECT_EQ(json::FindString(LogIn(*http, url), "instance_url"), url);
  std::filesystem::remove_all(folder);
}

TEST(SalesforceSandboxStart, WhatItCanNotMakeUpIsNamed) {
  SalesforceSandboxOptions options;
  options.records["Opportunity"] = 5;
  auto sandbox = SalesforceSandbox::Start(options);
  ASSERT_FALSE(sandbox.ok());
  EXPECT_EQ(sandbox.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(sandbox.error().message, HasSubstr("'Opportunity'"));
}

}  // namespace
}  // namespace sluice::sandbox
