#include "sluice/net/sigv4.h"

#include <gmock/gmock.h>

#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"

namespace sluice::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

const Time kNow = *ParseTime("2015-08-30T12:36:00Z");
const SigningScope kScope{"us-east-1", "service"};

AccessKey Key(std::string session_token = "") {
  return {"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          Secret(std::move(session_token)), "arn:aws:iam::123456789012:user/example"};
}

class OneKey final : public AccessKeys {
 public:
  explicit OneKey(AccessKey key) : key_(std::move(key)) {}
  std::optional<AccessKey> Find(std::string_view access_key_id) const override {
    if (access_key_id != key_.id) return std::nullopt;
    return key_;
  }

 private:
  AccessKey key_;
};

// As a server sees it: path and query only.
HttpRequest AtServer(HttpRequest request) {
  size_t path = request.url.find('/', request.url.find("://") + 3);
  request.url = path == std::string::npos ? "/" : request.url.substr(path);
  return request;
}

std::string VerifyCode(const HttpRequest& request, Time now = kNow, AccessKey key = Key()) {
  AccessKey caller;
  auto error = Verify(AtServer(request), OneKey(std::move(key)), now, caller);
  EXPECT_EQ(caller.id.empty(), error.has_value());
  return error ? error->code : "";
}

std::string VerifyMessage(const HttpRequest& request, Time now = kNow) {
  AccessKey caller;
  auto error = Verify(AtServer(request), OneKey(Key()), now, caller);
  return error ? error->message : "";
}

// AWS's own test suite for SigV4: request and expected signature, for AKIDEXAMPLE, us-east-1,
// "service", 20150830T123600Z. Read in github.com/awslabs/aws-c-auth,
// tests/aws-signing-test-suite/v4 (the "-normalized" ones where there are two).
struct Vector {
  const char* name;
  const char* method;
  std::string target;
  Headers headers;  // Besides Host.
  std::string body;
  const char* signature;
  std::string token;
};

const std::string kToken =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPf"
    "IeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7W"
    "Z0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8F"
    "DrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
const std::string kUnreserved =
    "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr char kHashOfForm[] = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";

const std::vector<Vector> kVectors = {
    {"get-vanilla",
     "GET",
     "/",
     {},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-header-key-duplicate",
     "GET",
     "/",
     {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
     "",
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-multiline",
     "GET",
     "/",
     {{"My-Header1", "value1\n  value2\n     value3"}},
     "",
     "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
    {"get-header-value-order",
     "GET",
     "/",
     {{"My-Header1", "value4"},
      {"My-Header1", "value1"},
      {"My-Header1", "value3"},
      {"My-Header1", "value2"}},
     "",
     "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"get-header-value-trim",
     "GET",
     "/",
     {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
     "",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"get-relative",
     "GET",
     "/example/..",
     {},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative",
     "GET",
     "/example1/example2/../..",
     {},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash",
     "GET",
     "//",
     {},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash",
     "GET",
     "/./",
     {},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot",
     "GET",
     "/./example",
     {},
     "",
     "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-slashes",
     "GET",
     "//example//",
     {},
     "",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-space",
     "GET",
     "/example space/",
     {},
     "",
     "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-unreserved",
     "GET",
     "/" + kUnreserved,
     {},
     "",
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8",
     "GET",
     "/\u1234",
     {},
     "",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-vanilla-empty-query-key",
     "GET",
     "/?Param1=value1",
     {},
     "",
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-order-encoded",
     "GET",
     "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
     {},
     "",
     "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/?Param2=value2&Param1=value1",
     {},
     "",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-query-unreserved",
     "GET",
     "/?" + kUnreserved + "=" + kUnreserved,
     {},
     "",
     "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-utf8-query",
     "GET",
     "/?\u1234=bar",
     {},
     "",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-vanilla-with-session-token",
     "GET",
     "/",
     {},
     "",
     "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
     "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"},
    {"post-header-key-sort",
     "POST",
     "/",
     {{"My-Header1", "value1"}},
     "",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-header-value-case",
     "POST",
     "/",
     {{"My-Header1", "VALUE1"}},
     "",
     "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-sts-header-before",
     "POST",
     "/",
     {},
     "",
     "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
     kToken},
    {"post-vanilla",
     "POST",
     "/",
     {},
     "",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-vanilla-query",
     "POST",
     "/?Param1=value1",
     {},
     "",
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded"},
      {"Content-Length", "13"},
      {"X-Amz-Content-Sha256", kHashOfForm}},
     "Param1=value1",
     "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"},
    {"post-x-www-form-urlencoded-parameters",
     "POST",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
      {"Content-Length", "13"},
      {"X-Amz-Content-Sha256", kHashOfForm}},
     "Param1=value1",
     "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"},
};

TEST(Sign, AgreesWithAwsTestSuiteAndSoDoesVerify) {
  for (const Vector& vector : kVectors) {
    HttpRequest request{.method = vector.method,
                        .url = "https://example.amazonaws.com" + vector.target,
                        .headers = vector.headers,
                        .body = vector.body};
    Sign(request, Key(vector.token), kScope, kNow);
    EXPECT_THAT(*request.headers.Find("Authorization"),
                EndsWith(std::string(", Signature=") + vector.signature))
        << vector.name;
    EXPECT_EQ(VerifyCode(request, kNow, Key(vector.token)), "") << vector.name;
  }
}

// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Examples".
TEST(Sign, AgreesWithTheS3ExamplesOfAwsDocumentation) {
  AccessKey key{"AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), {}, {}};
  Time day = *ParseTime("2013-05-24T00:00:00Z");
  auto signature = [&](HttpRequest request) {
    Sign(request, key, {"us-east-1", "s3"}, day);
    std::string authorization = *request.headers.Find("Authorization");
    return authorization.substr(authorization.rfind('=') + 1);
  };
  EXPECT_EQ(signature({.url = "https://examplebucket.s3.amazonaws.com/test.txt",
                       .headers = {{"Range", "bytes=0-9"}}}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(signature({.method = "PUT",
                       .url = "https://examplebucket.s3.amazonaws.com/test%24file.text",
                       .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                   {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                       .body = "Welcome to Amazon S3."}),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(signature({.url = "https://examplebucket.s3.amazonaws.com/?lifecycle"}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(signature({.url = "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J"}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

HttpRequest Signed(HttpRequest request, const AccessKey& key = Key()) {
  Sign(request, key, kScope, kNow);
  return request;
}

HttpRequest Example() {
  return Signed({.method = "POST",
                 .url = "http://127.0.0.1:8080/create-flow",
                 .headers = {{"Content-Type", "application/json"}, {"X-Amz-Target", "a.B"}},
                 .body = "{}"});
}

TEST(Sign, NamesTheHostAsItGoesOverTheWire) {
  auto host = [](std::string url) { return *Signed({.url = std::move(url)}).headers.Find("Host"); };
  EXPECT_EQ(host("http://127.0.0.1:8080/a"), "127.0.0.1:8080");
  EXPECT_EQ(host("https://a.b:443/"), "a.b");
  EXPECT_EQ(host("http://a.b:80/"), "a.b");
  EXPECT_EQ(host("http://a.b:443/"), "a.b:443");
}

TEST(Sign, AgainReplacesWhatItAdded) {
  HttpRequest request = Example();
  Sign(request, Key(), kScope, kNow + 1h);
  EXPECT_EQ(VerifyCode(request, kNow + 1h), "");
}

TEST(Verify, SaysWhoSigned) {
  AccessKey caller;
  EXPECT_FALSE(Verify(AtServer(Example()), OneKey(Key()), kNow, caller).has_value());
  EXPECT_EQ(caller.principal, Key().principal);
  auto claimed = ReadClaimedCredential(Example());
  ASSERT_TRUE(claimed.has_value());
  EXPECT_EQ(claimed->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(claimed->date, "20150830");
  EXPECT_EQ(claimed->scope.region, "us-east-1");
  EXPECT_EQ(claimed->scope.service, "service");
}

TEST(Verify, TheClockMayBeFiveMinutesOffEitherWay) {
  EXPECT_EQ(VerifyCode(Example(), kNow + 5min), "");
  EXPECT_EQ(VerifyCode(Example(), kNow - 5min), "");
  EXPECT_EQ(VerifyCode(Example(), kNow + 5min + 1s), "InvalidSignatureException");
  EXPECT_EQ(VerifyMessage(Example(), kNow + 10min),
            "Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z "
            "(20150830T124600Z - 5 min.)");
  EXPECT_EQ(VerifyCode(Example(), kNow - 5min - 1s), "InvalidSignatureException");
  EXPECT_EQ(VerifyMessage(Example(), kNow - 10min),
            "Signature not yet current: 20150830T123600Z is still later than 20150830T123100Z "
            "(20150830T122600Z + 5 min.)");
}

TEST(Verify, ABadKeyIsNotTheSameAsABadSignature) {
  AccessKey unknown = Key();
  unknown.id = "AKIDOTHER";
  EXPECT_EQ(VerifyCode(Example(), kNow, unknown), "UnrecognizedClientException");
  AccessKey wrong = Key();
  wrong.secret = Secret("wrong");
  EXPECT_EQ(VerifyCode(Example(), kNow, wrong), "InvalidSignatureException");
}

TEST(Verify, NoticesEveryChange) {
  auto tampered = [](auto change) {
    HttpRequest request = Example();
    change(request);
    return VerifyCode(request);
  };
  const char* invalid = "InvalidSignatureException";
  EXPECT_EQ(tampered([](auto& r) { r.body += ' '; }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.body.clear(); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.method = "PUT"; }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.url += "?force=true"; }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.url = "http://127.0.0.1:8080/delete-flow"; }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Set("Content-Type", "text/plain"); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Set("X-Amz-Target", "a.C"); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Add("X-Amz-Target", "a.C"); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Set("Host", "other"); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Set("X-Amz-Date", "20150830T123601Z"); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Remove("Content-Type"); }), invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"); }),
            invalid);
  EXPECT_EQ(tampered([](auto& r) { r.headers.Add("User-Agent", "aws-cli"); }), "");
  auto in_authorization = [&](std::string_view from, std::string_view to) {
    return tampered([&](auto& r) {
      std::string text = *r.headers.Find("Authorization");
      text.replace(text.find(from), from.size(), to);
      r.headers.Set("Authorization", text);
    });
  };
  EXPECT_EQ(in_authorization("us-east-1", "eu-west-1"), invalid);
  EXPECT_EQ(in_authorization("/service/", "/appflow/"), invalid);
  EXPECT_EQ(in_authorization("20150830", "20150829"), invalid);
  EXPECT_EQ(in_authorization("content-type;", ""), invalid);
  EXPECT_EQ(in_authorization("Signature=", "Signature=0"), invalid);
}

// Else whoever is on the way could add or change what decides about the operation.
TEST(Verify, HostAndAmzHeadersMustBeSigned) {
  HttpRequest request = Signed({.url = "http://a/"});
  request.headers.Add("X-Amz-Target", "secretsmanager.GetSecretValue");
  EXPECT_EQ(VerifyMessage(request),
            "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.");
  HttpRequest without_host = Signed({.url = "http://a/"});
  std::string text = *without_host.headers.Find("Authorization");
  text.replace(text.find("host;"), 5, "");
  without_host.headers.Set("Authorization", text);
  EXPECT_THAT(VerifyMessage(without_host), HasSubstr("'host' must be"));
}

TEST(Verify, TheSessionTokenMustBeThatOfTheKey) {
  EXPECT_EQ(VerifyCode(Signed({.url = "http://a/"}, Key("t")), kNow, Key("t")), "");
  const char* unrecognized = "UnrecognizedClientException";
  EXPECT_EQ(VerifyCode(Signed({.url = "http://a/"}, Key("t")), kNow, Key("u")), unrecognized);
  EXPECT_EQ(VerifyCode(Signed({.url = "http://a/"}, Key("t")), kNow, Key()), unrecognized);
  EXPECT_EQ(VerifyCode(Signed({.url = "http://a/"}), kNow, Key("t")), unrecognized);
}

// The canonical path of a tag operation is encoded a second time: %3A becomes %253A.
TEST(Verify, TagPathsAndEncodedQueriesAreSignedAsTheyAreOnTheWire) {
  HttpRequest tags = Signed({.method = "DELETE",
                             .url = "http://a/tags/arn%3Aaws%3Aappflow%3Aus-east-1%3A123456789012"
                                    "%3Aflow%2Fmy-flow?tagKeys=b%20c&tagKeys=a"});
  EXPECT_EQ(VerifyCode(tags), "");
  std::string names = "host;x-amz-date";
  std::string canonical =
      "DELETE\n/tags/arn%253Aaws%253Aappflow%253Aus-east-1%253A123456789012%253Aflow%252Fmy-flow\n"
      "tagKeys=a&tagKeys=b%20c\nhost:a\nx-amz-date:20150830T123600Z\n\n" +
      names + "\n" + HexEncode(Sha256(""));
  std::string to_sign =
      "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n" +
      HexEncode(Sha256(canonical));
  std::string key = "AWS4" + Key().secret.Reveal();
  for (const char* part : {"20150830", "us-east-1", "service", "aws4_request"}) {
    key = HmacSha256(key, part);
  }
  EXPECT_THAT(*tags.headers.Find("Authorization"), EndsWith(HexEncode(HmacSha256(key, to_sign))));

  HttpRequest decoded = tags;
  decoded.url =
      "http://a/tags/arn:aws:appflow:us-east-1:123456789012:flow/my-flow"
      "?tagKeys=b%20c&tagKeys=a";
  EXPECT_EQ(VerifyCode(decoded), "InvalidSignatureException");
}

TEST(Verify, SaysWhatIsMissing) {
  auto with = [](const std::string& authorization) {
    return HttpRequest{
        .url = "http://a/",
        .headers = {
            {"Host", "a"}, {"X-Amz-Date", "20150830T123600Z"}, {"Authorization", authorization}}};
  };
  EXPECT_EQ(VerifyCode({.url = "http://a/"}), "MissingAuthenticationTokenException");
  EXPECT_EQ(VerifyCode(with("Bearer x")), "MissingAuthenticationTokenException");
  EXPECT_EQ(VerifyCode(with("AWS4-HMAC-SHA256")), "IncompleteSignatureException");
  EXPECT_THAT(VerifyMessage(with("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, Signature=0")),
              HasSubstr("requires 'SignedHeaders' parameter."));
  EXPECT_THAT(
      VerifyMessage(with("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0")),
      HasSubstr("5 slash-delimited"));
  for (const char* time :
       {"", "20150830", "2015-08-30T12:36:00Z", "20151330T123600Z", "xxxxxxxxTxxxxxxZ"}) {
    HttpRequest request = Example();
    request.headers.Set("X-Amz-Date", time);
    EXPECT_EQ(VerifyCode(request), "IncompleteSignatureException") << time;
  }
  HttpRequest no_time = Example();
  no_time.headers.Remove("X-Amz-Date");
  EXPECT_THAT(VerifyMessage(no_time), HasSubstr("X-Amz-Date"));
  EXPECT_FALSE(ReadClaimedCredential(with("Bearer x")).has_value());
  EXPECT_FALSE(ReadClaimedCredential(with("AWS4-HMAC-SHA256 Credential=a")).has_value());
}

TEST(Verify, TakesTheHeaderWithoutSpacesAfterItsCommas) {
  HttpRequest request = Example();
  std::string text = *request.headers.Find("Authorization");
  for (size_t at; (at = text.find(", ")) != std::string::npos;) text.erase(at + 1, 1);
  request.headers.Set("Authorization", text);
  EXPECT_EQ(VerifyCode(request), "");
}

}  // namespace
}  // namespace sluice::net
