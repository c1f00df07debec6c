#include "sluice/console/site.h"

#include <gmock/gmock.h>
#include <zlib.h>

namespace sluice::console {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::Pointee;

std::string Gzip(std::string_view text) {
  z_stream stream{};
  SLUICE_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  SLUICE_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class SiteTest : public ::testing::Test {
 protected:
  HttpResponse Get(std::string url, net::Headers headers = {}) {
    auto response = site_.Answer({.url = std::move(url), .headers = std::move(headers)});
    return response ? *response : HttpResponse{.status = 0};
  }

  const std::string script_ = std::string(300'000, 'x') + "the end";
  const std::string index_ = Gzip("<html>"), oauth_ = Gzip("<oauth>"), packed_ = Gzip(script_);
  const SiteFile files_[4] = {{"assets/index-1.js", "text/javascript", "h1", packed_},
                              {"favicon.svg", "image/svg+xml", "h2", index_},
                              {"index.html", "text/html", "h3", index_},
                              {"oauth.html", "text/html", "h4", oauth_}};
  const Site site_{files_};
};

TEST_F(SiteTest, EveryPageIsTheSameFileAndIsAskedForAgainEachTime) {
  for (const char* page :
       {"/", "/appflow/home", "/lambda/home", "/cloudwatch/home", "/appflow/home?region=x"}) {
    HttpResponse response = Get(page);
    EXPECT_EQ(response.status, 200) << page;
    EXPECT_EQ(response.body, "<html>") << page;
    EXPECT_THAT(response.headers.Find("Content-Type"), Pointee(std::string("text/html")));
    EXPECT_THAT(response.headers.Find("Cache-Control"), Pointee(std::string("no-cache")));
  }
  EXPECT_EQ(Get("/appflow/oauth?code=1").body, "<oauth>");
  EXPECT_EQ(Get("/favicon.svg").body, "<html>");
}

TEST_F(SiteTest, WhatHasAHashInItsNameIsKeptForAYear) {
  EXPECT_THAT(Get("/assets/index-1.js").headers.Find("Cache-Control"),
              Pointee(std::string("public, max-age=31536000, immutable")));
}

TEST_F(SiteTest, CompressesForThoseWhoTakeIt) {
  for (const char* accepted : {"gzip", "br, GZIP;q=0.5, *", "deflate,gzip;q=1"}) {
    HttpResponse response = Get("/assets/index-1.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(response.body, packed_) << accepted;
    EXPECT_THAT(response.headers.Find("Content-Encoding"), Pointee(std::string("gzip")));
    EXPECT_THAT(response.headers.Find("Vary"), Pointee(std::string("Accept-Encoding")));
  }
  for (const char* accepted : {"", "br", "gzip;q=0", "gzip;q=0.0", "x-gzip"}) {
    HttpResponse response = Get("/assets/index-1.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(response.body, script_) << accepted;
    EXPECT_THAT(response.headers.Find("Content-Encoding"), IsNull());
    EXPECT_THAT(response.headers.Find("Vary"), Pointee(std::string("Accept-Encoding")));
  }
}

TEST_F(SiteTest, ACopyThatIsStillRightIsNotSentAgain) {
  const std::string etag = *Get("/").headers.Find("ETag");
  for (const std::string& known : {etag, "\"old\", " + etag, std::string("*")}) {
    HttpResponse response = Get("/", {{"If-None-Match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_THAT(response.headers.Find("ETag"), Pointee(etag));
    EXPECT_THAT(response.headers.Find("Cache-Control"), Pointee(std::string("no-cache")));
  }
  EXPECT_EQ(Get("/", {{"If-None-Match", "W/\"old\""}}).status, 200);
  EXPECT_EQ(Get("/appflow/oauth", {{"If-None-Match", etag}}).status, 200);
}

TEST_F(SiteTest, OtherPathsAreMissingForBrowsersAndNotItsBusinessOtherwise) {
  const net::Headers browser = {{"Accept", "text/html,application/xhtml+xml"}};
  EXPECT_EQ(Get("/nothing", browser).status, 404);
  EXPECT_EQ(Get("/assets/old-2.js").status, 404);
  EXPECT_THAT(Get("/nothing", browser).headers.Find("Content-Security-Policy"),
              Pointee(HasSubstr("default-src 'none'")));
  for (const char* url : {"/nothing", "/tags/arn", "/index.html/", "/../index.html", "//"}) {
    EXPECT_EQ(Get(url).status, 0) << url;
  }
  EXPECT_FALSE(site_.Answer({.method = "POST", .url = "/", .headers = browser}));
  EXPECT_EQ(site_.Answer({.method = "HEAD", .url = "/"})->status, 200);
}

TEST_F(SiteTest, NothingMayRunOrBeEmbeddedThatIsNotOurs) {
  for (const char* url : {"/", "/appflow/oauth", "/assets/index-1.js", "/favicon.svg"}) {
    const net::Headers headers = Get(url).headers;
    const std::string* policy = headers.Find("Content-Security-Policy");
    ASSERT_TRUE(policy) << url;
    EXPECT_THAT(*policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(*policy, HasSubstr("script-src 'self';"));
    EXPECT_THAT(*policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(*policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(headers.Find("X-Content-Type-Options"), Pointee(std::string("nosniff")));
    EXPECT_THAT(headers.Find("Referrer-Policy"), Pointee(std::string("no-referrer")));
  }
}

TEST_F(SiteTest, TheWindowThatComesBackFromSalesforceStaysInReach) {
  EXPECT_THAT(Get("/").headers.Find("Cross-Origin-Opener-Policy"),
              Pointee(std::string("same-origin-allow-popups")));
  EXPECT_THAT(Get("/appflow/oauth").headers.Find("Cross-Origin-Opener-Policy"), IsNull());
}

TEST(Site, ABuildWithoutAConsoleSaysSo) {
  const Site site({});
  auto response = site.Answer({.url = "/", .headers = {{"Accept", "text/html"}}});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_THAT(response->body, HasSubstr("AWS_ENDPOINT_URL"));
  EXPECT_FALSE(site.Answer({.url = "/"}));
}

}  // namespace
}  // namespace sluice::console
