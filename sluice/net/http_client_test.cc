// What both clients promise, each tried against the scripted server and the real one.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "sluice/base/uuid.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/net/http_server.h"
#include "sluice/net/small_http_client.h"
#include "sluice/net/test_certificates.h"
#include "sluice/net/test_http_server.h"

namespace sluice::net {
namespace {

using ::testing::HasSubstr;
using ::testing::IsNull;
using testing::MakeTestCertificates;
using ::testing::Not;
using ::testing::NotNull;
using ::testing::Pointee;
using testing::TestCertificates;
using testing::TestHttpServer;
using testing::TestReply;
using ::testing::TestWithParam;
using namespace std::chrono_literals;

struct Kind {
  const char* name;
  std::unique_ptr<HttpClient> (*make)(HttpClientOptions);
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class HttpClientTest : public TestWithParam<Kind> {
 protected:
  std::unique_ptr<HttpClient> Make(HttpClientOptions options = {}) {
    return GetParam().make(std::move(options));
  }

  Result<HttpResponse> Get(HttpClient& client, const std::string& url) {
    return client.Send({.url = url}, DeadlineAfter(10s));
  }
};

INSTANTIATE_TEST_SUITE_P(Both, HttpClientTest,
                         ::testing::Values(Kind{"curl", MakeCurlHttpClient},
                                           Kind{"small", MakeSmallHttpClient}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(HttpClientTest, SendsMethodUrlHeadersAndBodyAsTheyAre) {
  TestHttpServer server({{.status = 201, .headers = {{"X-Reply", "yes"}}, .body = "ok"}});
  auto response = Make()->Send({.method = "PATCH",
                                .url = server.url() + "/a/../b%2Fc//?q=%20+x",
                                .headers = {{"X-One", "1"}, {"X-Empty", ""}},
                                .body = std::string("\0é\r\n", 5)},
                               DeadlineAfter(10s));
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "ok");
  EXPECT_THAT(response->headers.Find("x-reply"), Pointee(std::string("yes")));
  ASSERT_EQ(server.requests().size(), 1u);
  HttpRequest seen = server.requests()[0];
  EXPECT_EQ(seen.method, "PATCH");
  EXPECT_EQ(seen.url, "/a/../b%2Fc//?q=%20+x");
  EXPECT_EQ(seen.body, std::string("\0é\r\n", 5));
  EXPECT_THAT(seen.headers.Find("X-One"), Pointee(std::string("1")));
  EXPECT_THAT(seen.headers.Find("X-Empty"), Pointee(std::string("")));
  EXPECT_THAT(seen.headers.Find("Host"), Pointee(server.url().substr(7)));
  EXPECT_THAT(seen.headers.Find("Content-Type"), IsNull());
  EXPECT_THAT(seen.headers.Find("Expect"), IsNull());
}

TEST_P(HttpClientTest, SendsALengthWithAnEmptyPostAndNoneWithAGet) {
  TestHttpServer server({{}, {}, {}});
  auto client = Make();
  for (const char* method : {"POST", "GET", "DELETE"}) {
    ASSERT_TRUE(client->Send({.method = method, .url = server.url()}, DeadlineAfter(10s)).ok());
  }
  auto seen = server.requests();
  EXPECT_THAT(seen[0].headers.Find("Content-Length"), Pointee(std::string("0")));
  EXPECT_THAT(seen[1].headers.Find("Content-Length"), IsNull());
  EXPECT_EQ(seen[2].method, "DELETE");
  EXPECT_EQ(seen[2].url, "/");
}

TEST_P(HttpClientTest, EveryStatusIsAResponseAndRedirectsAreNotFollowed) {
  TestHttpServer server({{.status = 302, .headers = {{"Location", "/other"}}},
                         {.status = 204},
                         {.status = 503, .body = "busy"}});
  auto client = Make();
  for (int status : {302, 204, 503}) {
    auto response = Get(*client, server.url());
    ASSERT_TRUE(response.ok()) << ToString(response.error());
    EXPECT_EQ(response->status, status);
  }
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_P(HttpClientTest, AHeadHasNoBodyButItsLength) {
  TestHttpServer server({{.body = "12345"}, {.body = "next"}});
  auto client = Make();
  auto head = client->Send({.method = "HEAD", .url = server.url()}, DeadlineAfter(10s));
  ASSERT_TRUE(head.ok()) << ToString(head.error());
  EXPECT_EQ(head->body, "");
  EXPECT_THAT(head->headers.Find("Content-Length"), Pointee(std::string("5")));
  EXPECT_EQ(Get(*client, server.url())->body, "next");
}

TEST_P(HttpClientTest, ReadsChunksAndBodiesThatEndWithTheConnection) {
  TestHttpServer server(
      {{.raw =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"},
       {.raw = "HTTP/1.1 200 OK\r\n\r\nuntil the end"},
       {.raw = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}});
  auto client = Make();
  for (const char* body : {"abcd", "until the end", "ok"}) {
    auto response = Get(*client, server.url());
    ASSERT_TRUE(response.ok()) << ToString(response.error());
    EXPECT_EQ(response->body, body);
    EXPECT_EQ(response->status, 200);
  }
}

TEST_P(HttpClientTest, KeepsTheConnection) {
  TestHttpServer server([](const HttpRequest&) { return TestReply{.body = "x"}; });
  auto client = Make();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Get(*client, server.url()).ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(HttpClientTest, ConnectsAgainWhenThePeerClosedAKeptConnection) {
  TestHttpServer server([](const HttpRequest&) { return TestReply{.body = "x", .close = true}; });
  auto client = Make();
  for (int i = 0; i < 3; ++i) {
    auto response =
        client->Send({.method = "POST", .url = server.url(), .body = "b"}, DeadlineAfter(10s));
    ASSERT_TRUE(response.ok()) << ToString(response.error());
  }
  EXPECT_EQ(server.connections(), 3);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_P(HttpClientTest, AFreshConnectionCutBeforeTheAnswerIsUnavailable) {
  TestHttpServer server([](const HttpRequest&) { return TestReply{.drop = true}; });
  auto response = Get(*Make(), server.url());
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kServiceUnavailable);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_P(HttpClientTest, AnAnswerCutInHalfIsAnErrorAndNotHalfAnAnswer) {
  TestHttpServer server({{.body = "1234567890", .cut_after = 5},
                         {.raw = "HTTP/1.1 200 OK\r\nContent-Le"},
                         {.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}});
  auto client = Make();
  for (int i = 0; i < 3; ++i) {
    auto response = Get(*client, server.url());
    ASSERT_FALSE(response.ok()) << i;
    EXPECT_EQ(response.error().code, ErrorCode::kServiceUnavailable) << ToString(response.error());
  }
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_P(HttpClientTest, AnAnswerThatIsNotHttpIsAServerError) {
  TestHttpServer server({{.raw = "SSH-2.0-OpenSSH_9.2\r\n"}});
  auto response = Get(*Make(), server.url());
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kServerError) << ToString(response.error());
}

TEST_P(HttpClientTest, AnAnswerOverTheLimitIsAServerError) {
  TestHttpServer server({{.body = std::string(1000, 'x')},
                         {.body = std::string(1001, 'x')},
                         {.raw = "HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x')},
                         {.body = "after"}});
  auto client = Make({.max_response_bytes = 1000});
  EXPECT_TRUE(Get(*client, server.url()).ok());
  for (int i = 0; i < 2; ++i) {
    auto response = Get(*client, server.url());
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, ErrorCode::kServerError);
    EXPECT_THAT(response.error().message, HasSubstr("1000"));
  }
  EXPECT_EQ(Get(*client, server.url())->body, "after");
}

TEST_P(HttpClientTest, TheDeadlineEndsTheWaitAndTheClientGoesOn) {
  TestHttpServer server({{.delay = 5s}, {.body = "1234567890", .cut_after = 5}, {.body = "after"}});
  auto client = Make();
  auto start = std::chrono::steady_clock::now();
  auto response = client->Send({.url = server.url()}, DeadlineAfter(100ms));
  auto took = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kRequestTimeout) << ToString(response.error());
  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 2s);
  EXPECT_FALSE(Get(*client, server.url()).ok());
  EXPECT_EQ(Get(*client, server.url())->body, "after");
}

TEST_P(HttpClientTest, AStopEndsTheWaitAndTheClientGoesOn) {
  TestHttpServer server({{.delay = 30s}, {.body = "after"}});
  auto client = Make();
  std::stop_source stop;
  std::jthread stopper([&] {
    while (server.requests().empty()) std::this_thread::sleep_for(10ms);
    stop.request_stop();
  });
  auto start = std::chrono::steady_clock::now();
  auto response = client->Send({.url = server.url()}, DeadlineAfter(60s), stop.get_token());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kServiceUnavailable) << ToString(response.error());
  EXPECT_THAT(response.error().message, HasSubstr("was stopped"));
  EXPECT_EQ(Get(*client, server.url())->body, "after");
}

TEST_P(HttpClientTest, ADeadlineInThePastAsksNobody) {
  TestHttpServer server({TestReply{}});
  auto response = Make()->Send({.url = server.url()}, DeadlineAfter(-1s));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kRequestTimeout);
  EXPECT_EQ(server.requests().size(), 0u);
}

TEST_P(HttpClientTest, NobodyListeningOrAnUnknownNameIsUnavailable) {
  int port = TestHttpServer(std::vector<TestReply>()).port();
  for (const std::string& url :
       {"http://127.0.0.1:" + std::to_string(port), std::string("http://no-such-host.invalid")}) {
    auto response = Get(*Make(), url);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, ErrorCode::kServiceUnavailable) << ToString(response.error());
    EXPECT_THAT(response.error().message, HasSubstr(url));
  }
}

TEST_P(HttpClientTest, RefusesARequestThatWouldBreakTheFraming) {
  auto response = Make()->Send({.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}},
                               DeadlineAfter(1s));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(HttpClientTest, CarriesLargeBodiesBothWays) {
  std::string large(20 << 20, 'x');
  HttpServerOptions options;
  options.body_limit = [](const HttpRequest&) { return size_t{64 << 20}; };
  auto server = HttpServer::Start(options, [](HttpRequest request, Respond respond) {
    respond({.body = std::move(request.body)});
  });
  ASSERT_TRUE(server.ok());
  auto response =
      Make()->Send({.method = "POST", .url = (*server)->url(), .body = large}, DeadlineAfter(30s));
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_TRUE(response->body == large);
}

// A body that is refused while it is being sent: the answer, not a broken pipe.
TEST_P(HttpClientTest, SeesTheRefusalOfABodyOf100Megabytes) {
  auto server =
      HttpServer::Start({}, [](HttpRequest, Respond respond) { respond({.body = "not reached"}); });
  ASSERT_TRUE(server.ok());
  auto client = Make();
  auto response =
      client->Send({.method = "POST", .url = (*server)->url(), .body = std::string(100 << 20, 'x')},
                   DeadlineAfter(30s));
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(Get(*client, (*server)->url())->status, 200);
}

class TlsTest : public HttpClientTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_);
    files_ = MakeTestCertificates(directory_, {"localhost", "127.0.0.1"});
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<HttpServer> Start() {
    HttpServerOptions options;
    options.certificate_file = files_.certificate;
    options.private_key_file = files_.private_key;
    auto server = HttpServer::Start(options, [](HttpRequest request, Respond respond) {
      respond({.body = request.url + request.body});
    });
    SLUICE_CHECK(server.ok());
    return *std::move(server);
  }

  static std::string Url(const HttpServer& server, const std::string& host) {
    return "https://" + host + ":" + std::to_string(server.port());
  }

  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("sluice-tls-" + NewUuid());
  TestCertificates files_;
};

INSTANTIATE_TEST_SUITE_P(Both, TlsTest,
                         ::testing::Values(Kind{"curl", MakeCurlHttpClient},
                                           Kind{"small", MakeSmallHttpClient}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(TlsTest, TrustsTheGivenCaForNameAndAddress) {
  auto server = Start();
  auto client = Make({.ca_file = files_.ca});
  for (const char* host : {"localhost", "127.0.0.1"}) {
    for (int i = 0; i < 3; ++i) {
      auto response = client->Send(
          {.method = "POST", .url = Url(*server, host) + "/a", .body = "b"}, DeadlineAfter(10s));
      ASSERT_TRUE(response.ok()) << ToString(response.error());
      EXPECT_EQ(response->body, "/ab");
    }
  }
}

TEST_P(TlsTest, SeesTheRefusalOfALargeBody) {
  auto server = Start();
  auto response = Make({.ca_file = files_.ca})
                      ->Send({.method = "POST",
                              .url = Url(*server, "localhost"),
                              .body = std::string(20 << 20, 'x')},
                             DeadlineAfter(30s));
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->status, 413);
}

TEST_P(TlsTest, RefusesACertificateOfAnUnknownCa) {
  auto server = Start();
  std::filesystem::create_directory(directory_ / "other");
  TestCertificates other = MakeTestCertificates(directory_ / "other", {"localhost"});
  auto response = Get(*Make({.ca_file = other.ca}), Url(*server, "localhost"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kAccessDenied) << ToString(response.error());
  EXPECT_THAT(response.error().message, HasSubstr("not trusted"));
}

TEST_P(TlsTest, RefusesACertificateForAnotherHost) {
  std::filesystem::create_directory(directory_ / "wrong");
  files_ = MakeTestCertificates(directory_ / "wrong", {"elsewhere.example", "10.1.2.3"});
  auto server = Start();
  for (const char* host : {"localhost", "127.0.0.1"}) {
    auto response = Get(*Make({.ca_file = files_.ca}), Url(*server, host));
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, ErrorCode::kAccessDenied) << ToString(response.error());
  }
}

// A CA that the environment names is for those who name none themselves.
TEST_P(TlsTest, TheEnvironmentDoesNotOverrideAnExplicitCa) {
  auto server = Start();
  std::filesystem::create_directory(directory_ / "other");
  TestCertificates other = MakeTestCertificates(directory_ / "other", {"localhost"});
  const char* before = getenv("SSL_CERT_FILE");
  std::string saved = before ? before : "";
  setenv("SSL_CERT_FILE", files_.ca.c_str(), 1);
  auto explicitly = Get(*Make({.ca_file = other.ca}), Url(*server, "localhost"));
  auto by_environment = Get(*Make(), Url(*server, "localhost"));
  before ? setenv("SSL_CERT_FILE", saved.c_str(), 1) : unsetenv("SSL_CERT_FILE");
  EXPECT_FALSE(explicitly.ok());
  EXPECT_TRUE(by_environment.ok()) << ToString(by_environment.error());
}

TEST_P(TlsTest, ACaFileThatDoesNotExistIsNamed) {
  auto server = Start();
  auto client = Make({.ca_file = "/no/such/ca.pem"});
  auto response = Get(*client, Url(*server, "localhost"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(response.error().message, HasSubstr("/no/such/ca.pem"));
  TestHttpServer plain({{.body = "plain"}});
  EXPECT_TRUE(Get(*client, plain.url()).ok());
}

TEST_P(TlsTest, APeerThatNeverShakesHandsIsUnavailable) {
  TestHttpServer mute(std::vector<TestReply>{});
  auto start = std::chrono::steady_clock::now();
  auto response = Get(*Make({.ca_file = files_.ca, .connect_timeout = 100ms}),
                      "https://localhost:" + std::to_string(mute.port()));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kServiceUnavailable) << ToString(response.error());
}

TEST_P(TlsTest, AServerWithoutTlsIsUnavailable) {
  auto plain = HttpServer::Start({}, [](HttpRequest, Respond respond) { respond({}); });
  ASSERT_TRUE(plain.ok());
  auto response = Get(*Make({.ca_file = files_.ca}), Url(**plain, "localhost"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kServiceUnavailable) << ToString(response.error());
}

TEST(CurlHttpClient, ReachesThisMachineWithoutTheProxyOfTheEnvironment) {
  TestHttpServer server({{.body = "direct"}});
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  auto response = MakeCurlHttpClient()->Send({.url = server.url()}, DeadlineAfter(10s));
  unsetenv("http_proxy");
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->body, "direct");
}

TEST(CurlHttpClient, ServesSeveralThreadsAtOnce) {
  std::atomic<int> served = 0;
  auto server = HttpServer::Start({}, [&](HttpRequest request, Respond respond) {
    ++served;
    respond({.body = request.body});
  });
  ASSERT_TRUE(server.ok());
  auto client = MakeCurlHttpClient();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          std::string body = std::to_string(t) + "/" + std::to_string(i);
          auto response = client->Send({.method = "POST", .url = (*server)->url(), .body = body},
                                       DeadlineAfter(10s));
          right += response.ok() && response->body == body;
        }
      });
    }
  }
  EXPECT_EQ(right, 400);
  EXPECT_EQ(served, 400);
}

}  // namespace
}  // namespace sluice::net
