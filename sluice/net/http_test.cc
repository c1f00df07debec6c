#include "sluice/net/http.h"

#include <gmock/gmock.h>

namespace sluice::net {
namespace {

using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Pointee;

TEST(Headers, CompareWithoutRegardToCase) {
  Headers headers{{"Content-Type", "a"}, {"X-Two", "1"}, {"x-two", "2"}};
  EXPECT_THAT(headers.Find("content-TYPE"), Pointee(std::string("a")));
  EXPECT_THAT(headers.Find("X-TWO"), Pointee(std::string("1")));
  EXPECT_THAT(headers.Find("X-Tw"), IsNull());
  headers.Set("X-TWO", "3");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
  EXPECT_THAT(headers.Find("x-two"), Pointee(std::string("3")));
}

TEST(Headers, WithALineBreakAreNotValid) {
  EXPECT_TRUE((Headers{{"A", "é b"}, {"B", ""}}.AreValid()));
  EXPECT_FALSE((Headers{{"A", "b\r\nSet-Cookie: c"}}.AreValid()));
  EXPECT_FALSE((Headers{{"A:", "b"}}.AreValid()));
  EXPECT_FALSE((Headers{{"", "b"}}.AreValid()));
}

TEST(Request, SplitsItsUrlWithoutDecoding) {
  HttpRequest raw{.url = "/tags/arn%3Aaws%2Fa?tagKeys=a&tagKeys=b%20c"};
  EXPECT_EQ(raw.path(), "/tags/arn%3Aaws%2Fa");
  EXPECT_EQ(raw.query(), "tagKeys=a&tagKeys=b%20c");
  EXPECT_EQ(raw.authority(), "");
  HttpRequest absolute{.url = "https://host:1/a/b?u=http://x/?y#part"};
  EXPECT_EQ(absolute.path(), "/a/b");
  EXPECT_EQ(absolute.query(), "u=http://x/?y");
  EXPECT_EQ(absolute.authority(), "host:1");
  HttpRequest bare{.url = "http://host?q"};
  EXPECT_EQ(bare.path(), "/");
  EXPECT_EQ(bare.query(), "q");
  EXPECT_EQ(bare.authority(), "host");
  EXPECT_EQ((HttpRequest{.url = "//a//b"}.path()), "//a//b");
}

std::string OriginText(std::string url) {
  auto origin = OriginOf({.url = std::move(url)});
  return origin.ok() ? origin->ToText() : origin.error().message;
}

TEST(Origin, HasTheSchemesPortUnlessTheUrlSaysOtherwise) {
  EXPECT_EQ(OriginText("http://a"), "http://a:80");
  EXPECT_EQ(OriginText("HTTPS://a/b"), "https://a:443");
  EXPECT_EQ(OriginText("https://a:8443?x"), "https://a:8443");
  EXPECT_EQ(OriginText("http://[::1]:81/"), "http://[::1]:81");
  EXPECT_EQ(OriginOf({.url = "http://[::1]"})->host, "::1");
}

TEST(Origin, OfAnInvalidUrlIsAnError) {
  EXPECT_THAT(OriginText("/path"), HasSubstr("http://"));
  EXPECT_THAT(OriginText("ftp://a"), HasSubstr("http://"));
  EXPECT_THAT(OriginText("http:///a"), HasSubstr("no host"));
  EXPECT_THAT(OriginText("http://a:99999"), HasSubstr("port"));
  EXPECT_THAT(OriginText("http://a:1x"), HasSubstr("port"));
  EXPECT_THAT(OriginText("http://a/b c"), HasSubstr("space"));
  std::string with_password = OriginText("http://me:canary@a/");
  EXPECT_THAT(with_password, HasSubstr("password"));
  EXPECT_EQ(with_password.find("canary"), std::string::npos);
}

TEST(Origin, IsRefusedWhereTheFramingWouldBreak) {
  EXPECT_FALSE(OriginOf({.method = "GET /x", .url = "http://a"}).ok());
  EXPECT_FALSE(OriginOf({.url = "http://a/\r\nX: y"}).ok());
  EXPECT_FALSE(OriginOf({.url = "http://a", .headers = {{"X", "a\nY: b"}}}).ok());
  EXPECT_FALSE(OriginOf({.url = "http://a", .headers = {{"X Y", "a"}}}).ok());
}

}  // namespace
}  // namespace sluice::net
