#include "sluice/net/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "sluice/net/body_stream.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/net/test_certificates.h"

namespace sluice::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::unique_ptr<HttpServer> Start(HttpHandler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::Start(std::move(options), std::move(handler));
  SLUICE_CHECK(server.ok());
  return *std::move(server);
}

void Echo(HttpRequest request, Respond respond) {
  respond({.body = request.method + " " + request.url + " " + request.body});
}

// A client that sends what it likes.
class RawClient {
 public:
  explicit RawClient(const HttpServer& server) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(server.port()));
    SLUICE_CHECK(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    timeval patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~RawClient() { close(socket_); }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t size = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(size));
    }
    return true;
  }

  // What arrives until `end` was seen; without one, until the server closes.
  std::string Read(std::string_view end = {}) {
    std::string all;
    char piece[4096];
    while (end.empty() || !all.ends_with(end)) {
      ssize_t size = recv(socket_, piece, sizeof piece, 0);
      if (size < 0) return all + "<error>";
      if (size == 0) break;
      all.append(piece, static_cast<size_t>(size));
    }
    return all;
  }

 private:
  int socket_;
};

TEST(HttpServer, AnswersWithDateAndLengthAndKeepsTheConnection) {
  auto server = Start(Echo);
  EXPECT_EQ(server->url(), "http://127.0.0.1:" + std::to_string(server->port()));
  RawClient client(*server);
  for (int i = 0; i < 3; ++i) {
    client.Send("POST /a%2Fb?c=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
    std::string answer = client.Read("hi");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr(" GMT\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 20\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\nPOST /a%2Fb?c=%20 hi"));
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  std::atomic<int> running = 0;
  auto server = Start([&](HttpRequest request, Respond respond) {
    EXPECT_EQ(++running, 1);
    if (request.url == "/1") std::this_thread::sleep_for(20ms);
    --running;
    respond({.body = "<" + request.url + ">"});
  });
  RawClient client(*server);
  client.Send(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string answers = client.Read();
  size_t first = answers.find("</1>");
  size_t second = answers.find("</2>");
  size_t third = answers.find("</3>");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

TEST(HttpServer, ReadsARequestThatArrivesByteByByteAndOneInChunks) {
  auto server = Start(Echo);
  RawClient client(*server);
  for (char c : std::string("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")) {
    client.Send({&c, 1});
  }
  EXPECT_THAT(client.Read("PUT /x abc"), HasSubstr("200 OK"));
  client.Send(
      "PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  EXPECT_THAT(client.Read("PUT /x abc"), HasSubstr("200 OK"));
}

TEST(HttpServer, AHeadIsAnsweredWithoutItsBody) {
  auto server = Start(Echo);
  RawClient client(*server);
  client.Send("HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string answer = client.Read();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(HttpServer, A204HasNeitherBodyNorLength) {
  auto server = Start([](HttpRequest, Respond respond) { respond({.status = 204}); });
  RawClient client(*server);
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string answer = client.Read();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

TEST(HttpServer, SaysContinueToThoseWhoWaitForIt) {
  auto server = Start(Echo);
  RawClient client(*server);
  client.Send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.Read("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("ok");
  EXPECT_THAT(client.Read("POST / ok"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, RefusesALargeBodyBeforeItIsSentToThoseWhoAskFirst) {
  auto server = Start(Echo);
  RawClient client(*server);
  client.Send(
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_THAT(client.Read(), StartsWith("HTTP/1.1 413"));
}

TEST(HttpServer, TheLimitDependsOnTheHeadAndSoMayTheAnswer) {
  HttpServerOptions options;
  options.body_limit = [](const HttpRequest& head) {
    EXPECT_EQ(head.body, "");
    return head.path() == "/large" ? size_t{10} : size_t{2};
  };
  options.too_large = [](const HttpRequest& head, size_t limit) {
    return HttpResponse{.status = 413, .body = head.url + " " + std::to_string(limit)};
  };
  auto server = Start(Echo, options);
  auto client = MakeCurlHttpClient();
  auto post = [&](const std::string& path, const std::string& body) {
    return client->Send({.method = "POST", .url = server->url() + path, .body = body},
                        DeadlineAfter(10s));
  };
  EXPECT_EQ(post("/large", "1234567890")->status, 200);
  EXPECT_EQ(post("/large", "12345678901")->body, "/large 10");
  EXPECT_EQ(post("/small", "123")->body, "/small 2");

  RawClient chunked(*server);
  chunked.Send(
      "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.Read(), EndsWith("/small 2"));
}

size_t ResidentBytes() {
  size_t total = 0;
  size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * 4096;
}

// Such a client sends all of its body before it looks at the answer, as Python's does.
TEST(HttpServer, ABodyOf100MegabytesIsRefusedWithoutBeingKept) {
  auto server = Start(Echo);
  RawClient client(*server);
  std::string piece(1 << 20, 'x');
  size_t before = ResidentBytes();
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n"));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.Send(piece)) << i;
  EXPECT_LT(ResidentBytes(), before + (20 << 20));
  std::string answer = client.Read();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, Not(HasSubstr("<error>")));
}

TEST(HttpServer, AnswersWith100MegabytesToASlowReader) {
  auto server = Start(
      [](HttpRequest, Respond respond) { respond({.body = std::string(100 << 20, 'x') + "end"}); });
  RawClient client(*server);
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  std::string answer = client.Read();
  EXPECT_GT(answer.size(), 100u << 20);
  EXPECT_TRUE(answer.ends_with("xend"));
}

// Connections come and go, in the middle of everything, while the server ends.
TEST(HttpServer, SurvivesItsEndUnderLoad) {
  for (int round = 0; round < 5; ++round) {
    auto server = Start([](HttpRequest request, Respond respond) {
      respond({.body = std::string(request.body.size() * 100, 'x')});
    });
    std::atomic<bool> stop = false;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, url = server->url()] {
        auto client = MakeCurlHttpClient();
        while (!stop) {
          (void)client->Send({.method = "POST", .url = url, .body = std::string(1000, 'x')},
                             DeadlineAfter(1s));
        }
      });
    }
    std::this_thread::sleep_for(30ms);
    server = nullptr;
    stop = true;
  }
}

TEST(HttpServer, WhatIsNotHttpIs400) {
  auto server = Start(Echo);
  for (const char* garbage :
       {"HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02 a TLS hello",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    RawClient client(*server);
    client.Send(garbage);
    EXPECT_THAT(client.Read(), StartsWith("HTTP/1.1 400")) << garbage;
  }
  RawClient client(*server);
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  EXPECT_THAT(client.Read(), StartsWith("HTTP/1.1 431"));
}

TEST(HttpServer, ClosesOnThoseWhoStopInMidRequestOrSayNothing) {
  HttpServerOptions options;
  options.idle_timeout = 1s;
  options.read_timeout = 1s;
  std::atomic<int> handled = 0;
  auto server = Start([&](HttpRequest, Respond) { ++handled; }, options);
  auto start = std::chrono::steady_clock::now();
  RawClient silent(*server);
  RawClient half_head(*server);
  RawClient half_body(*server);
  half_head.Send("GET / HTTP/1.1\r\nHo");
  half_body.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_EQ(silent.Read(), "");
  EXPECT_EQ(half_head.Read(), "");
  EXPECT_EQ(half_body.Read(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_EQ(handled, 0);
}

// The limit is for the whole request: a byte now and then does not extend it.
TEST(HttpServer, ATrickleIsNotARequest) {
  HttpServerOptions options;
  options.read_timeout = 1s;
  auto server = Start(Echo, options);
  RawClient client(*server);
  client.Send("GET / HTTP/1.1\r\n");
  auto start = std::chrono::steady_clock::now();
  while (client.Send("X: y\r\n") && std::chrono::steady_clock::now() - start < 5s) {
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
}

TEST(HttpServer, AnAnswerMayComeLaterFromAnotherThread) {
  std::mutex mutex;
  std::vector<Respond> waiting;
  auto server = Start([&](HttpRequest, Respond respond) {
    std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
  });
  RawClient client(*server);
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::jthread later([&] {
    while (true) {
      std::this_thread::sleep_for(10ms);
      std::lock_guard lock(mutex);
      if (waiting.empty()) continue;
      waiting[0]({.body = "late"});
      waiting[0]({.body = "twice"});
      return;
    }
  });
  EXPECT_THAT(client.Read(), EndsWith("\r\n\r\nlate"));
}

TEST(HttpServer, ADroppedOrThrownOrInvalidAnswerIs500) {
  auto server = Start([](HttpRequest request, Respond respond) {
    if (request.url == "/throw") throw std::runtime_error("a bug");
    if (request.url == "/split") respond({.headers = {{"X", "a\r\nSet-Cookie: evil"}}});
  });
  auto client = MakeCurlHttpClient();
  for (const char* path : {"/drop", "/throw", "/split"}) {
    auto response = client->Send({.url = server->url() + path}, DeadlineAfter(10s));
    ASSERT_TRUE(response.ok()) << ToString(response.error());
    EXPECT_EQ(response->status, 500) << path;
    EXPECT_EQ(response->headers.Find("Set-Cookie"), nullptr);
  }
}

TEST(HttpServer, RunsHandlersAtTheSameTime) {
  std::mutex mutex;
  std::condition_variable all_here;
  int here = 0;
  auto server = Start([&](HttpRequest, Respond respond) {
    std::unique_lock lock(mutex);
    if (++here == 4) all_here.notify_all();
    bool met = all_here.wait_for(lock, 10s, [&] { return here >= 4; });
    respond({.status = met ? 200 : 500});
  });
  auto client = MakeCurlHttpClient();
  std::atomic<int> ok = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        auto response = client->Send({.url = server->url()}, DeadlineAfter(20s));
        ok += response.ok() && response->status == 200;
      });
    }
  }
  EXPECT_EQ(ok, 4);
}

TEST(HttpServer, ItsEndWaitsForHandlersThatRunAndDeliversTheirAnswers) {
  std::atomic<bool> started = false;
  auto server = Start([&](HttpRequest, Respond respond) {
    started = true;
    std::this_thread::sleep_for(200ms);
    respond({.body = std::string(1 << 20, 'x')});
  });
  std::string url = server->url();
  Result<HttpResponse> response = ServerError("not asked yet");
  std::jthread asker(
      [&] { response = MakeCurlHttpClient()->Send({.url = url}, DeadlineAfter(10s)); });
  while (!started) std::this_thread::sleep_for(1ms);
  server = nullptr;
  asker.join();
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->body.size(), 1u << 20);
}

TEST(HttpServer, ItsEndDoesNotWaitForIdleClientsNorForLongPolls) {
  Respond kept;
  std::atomic<bool> asked = false;
  auto server = Start([&](HttpRequest, Respond respond) {
    kept = std::move(respond);
    asked = true;
  });
  RawClient idle(*server);
  RawClient half(*server);
  half.Send("GET / HT");
  RawClient polling(*server);
  polling.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!asked) std::this_thread::sleep_for(1ms);
  auto start = std::chrono::steady_clock::now();
  server = nullptr;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_EQ(idle.Read(), "");
  EXPECT_EQ(polling.Read(), "");
  kept({.body = "too late"});  // To nobody, and harmless.
}

// A server whose every answer is a stream; the test has the other ends.
class Streaming {
 public:
  explicit Streaming(size_t room = 64 << 10, HttpServerOptions options = {.workers = 1}) {
    server = Start(
        [this, room](HttpRequest, Respond respond) {
          auto [writer, reader] = MakeBodyStream(room);
          respond({.headers = {{"Content-Type", "text/plain"}}, .stream = std::move(reader)});
          std::lock_guard lock(mutex_);
          writers_.push_back(std::move(writer));
          news_.notify_all();
        },
        std::move(options));
  }

  // The next one that a client asked for.
  std::unique_ptr<BodyWriter> Next() {
    std::unique_lock lock(mutex_);
    SLUICE_CHECK(news_.wait_for(lock, 10s, [&] { return !writers_.empty(); }));
    std::unique_ptr<BodyWriter> next = std::move(writers_.front());
    writers_.erase(writers_.begin());
    return next;
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<std::unique_ptr<BodyWriter>> writers_;

 public:
  std::unique_ptr<HttpServer> server;  // Last: its end waits for the handler.
};

// Whether the writer learns within ten seconds that nobody reads any more.
bool LearnsThatNobodyReads(const BodyWriter& writer) {
  for (Deadline end = DeadlineAfter(10s); std::chrono::steady_clock::now() < end;) {
    if (!writer.HasReader()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpServer, AStreamArrivesPieceByPieceAndEndsWhenItIsClosed) {
  Streaming streaming;
  RawClient client(*streaming.server);
  client.Send(kGet);
  auto writer = streaming.Next();
  std::string head = client.Read("\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  for (const char* piece : {"one", "two"}) {
    EXPECT_TRUE(writer->Write(piece));
    EXPECT_EQ(client.Read("\r\n" + std::string(piece) + "\r\n"),
              "3\r\n" + std::string(piece) + "\r\n");
  }
  EXPECT_TRUE(writer->Write("last"));
  writer->Close();
  EXPECT_THAT(client.Read(), EndsWith("last\r\n0\r\n\r\n"));
  EXPECT_FALSE(writer->Write("more"));
}

TEST(HttpServer, AClientOfHttp10GetsAStreamAsItIs) {
  Streaming streaming;
  RawClient client(*streaming.server);
  client.Send("GET / HTTP/1.0\r\n\r\n");
  auto writer = streaming.Next();
  EXPECT_TRUE(writer->Write("one"));
  writer->Close();
  std::string answer = client.Read();
  EXPECT_THAT(answer, EndsWith("\r\n\r\none"));
  EXPECT_THAT(answer, Not(HasSubstr("chunked")));
}

TEST(HttpServer, AHeadOfAStreamEndsItAtOnce) {
  Streaming streaming;
  RawClient client(*streaming.server);
  client.Send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  auto writer = streaming.Next();
  EXPECT_THAT(client.Read(), EndsWith("\r\n\r\n"));
  EXPECT_TRUE(LearnsThatNobodyReads(*writer));
}

TEST(HttpServer, AStreamWhoseWriterGoesAwayIsSeenToBeCut) {
  Streaming streaming;
  RawClient client(*streaming.server);
  client.Send(kGet);
  auto writer = streaming.Next();
  writer->Write("half");
  writer = nullptr;
  EXPECT_THAT(client.Read(), EndsWith("4\r\nhalf\r\n"));
}

TEST(HttpServer, StreamsHoldNoWorker) {
  Streaming streaming;
  RawClient one(*streaming.server), two(*streaming.server);
  for (RawClient* client : {&one, &two}) client->Send(kGet);
  auto first = streaming.Next(), second = streaming.Next();
  for (BodyWriter* writer : {second.get(), first.get()}) {
    EXPECT_TRUE(writer->Write("x"));
    writer->Close();
  }
  EXPECT_THAT(one.Read(), EndsWith("0\r\n\r\n"));
  EXPECT_THAT(two.Read(), EndsWith("0\r\n\r\n"));
}

TEST(HttpServer, AWriterLearnsThatItsClientHasGone) {
  Streaming streaming;
  auto client = std::make_unique<RawClient>(*streaming.server);
  client->Send(kGet);
  auto writer = streaming.Next();
  writer->Write("one");
  client->Read("one\r\n");
  EXPECT_TRUE(writer->HasReader());
  client = nullptr;
  EXPECT_TRUE(LearnsThatNobodyReads(*writer));
  EXPECT_FALSE(writer->Write("two"));
}

TEST(HttpServer, AReaderThatTakesTooLittleIsCutOffAndHoldsNobodyUp) {
  Streaming streaming(/*room=*/100'000);
  RawClient client(*streaming.server);
  client.Send(kGet);
  auto writer = streaming.Next();
  const std::string piece(10'000, 'x');
  int pieces = 0;
  while (pieces < 10'000 && writer->Write(piece)) ++pieces;
  EXPECT_GE(pieces, 10);
  EXPECT_LT(pieces, 10'000) << "100 MB don't fit into sockets";
  EXPECT_FALSE(writer->HasReader());
  EXPECT_THAT(client.Read(), Not(EndsWith("0\r\n\r\n")));
}

TEST(HttpServer, ItsEndCutsStreamsOff) {
  Streaming streaming(/*room=*/1 << 20);
  RawClient reading(*streaming.server), stuck(*streaming.server);
  reading.Send(kGet);
  auto to_reading = streaming.Next();
  stuck.Send(kGet);
  auto to_stuck = streaming.Next();
  while (to_stuck->Write(std::string(100'000, 'x'))) std::this_thread::sleep_for(1ms);
  auto start = std::chrono::steady_clock::now();
  streaming.server = nullptr;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_THAT(reading.Read(), EndsWith("\r\n\r\n"));
  EXPECT_FALSE(to_reading->HasReader());
  EXPECT_FALSE(to_reading->Write("too late"));
}

TEST(HttpServer, StreamsOverTls) {
  const std::string folder = ::testing::TempDir() + "streams-over-tls";
  std::filesystem::create_directories(folder);
  const auto files = testing::MakeTestCertificates(folder);
  Streaming streaming(
      64 << 10, {.certificate_file = files.certificate, .private_key_file = files.private_key});
  auto client = MakeCurlHttpClient({.ca_file = files.ca});
  Result<HttpResponse> response = ServerError("not asked yet");
  std::jthread asker(
      [&] { response = client->Send({.url = streaming.server->url()}, DeadlineAfter(10s)); });
  auto writer = streaming.Next();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(writer->Write("piece "));
    std::this_thread::sleep_for(5ms);
  }
  writer->Close();
  asker.join();
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->body, "piece piece piece ");
}

TEST(HttpServer, ListensOnIpv6WhereThereIsAny) {
  auto server = HttpServer::Start({.listen = "[::1]:0"}, Echo);
  if (!server.ok()) {
    EXPECT_EQ(server.error().code, ErrorCode::kServiceUnavailable) << ToString(server.error());
    return;
  }
  auto response = MakeCurlHttpClient()->Send({.url = (*server)->url() + "/a"}, DeadlineAfter(10s));
  ASSERT_TRUE(response.ok()) << ToString(response.error());
  EXPECT_EQ(response->body, "GET /a ");
}

TEST(HttpServer, SaysWhyItCannotStart) {
  auto first = Start(Echo);
  auto start = [](HttpServerOptions options) {
    auto server = HttpServer::Start(std::move(options), Echo);
    return server.ok() ? Error{} : server.error();
  };
  std::string taken = "127.0.0.1:" + std::to_string(first->port());
  EXPECT_EQ(start({.listen = taken}).code, ErrorCode::kServiceUnavailable);
  EXPECT_THAT(start({.listen = taken}).message, HasSubstr(taken));
  for (const char* listen :
       {"nonsense", "localhost", "1.2.3.4:99999", "1.2.3.4:", "::1:80x", ":1"}) {
    EXPECT_EQ(start({.listen = listen}).code, ErrorCode::kInvalidArgument) << listen;
  }
  Error no_file = start({.certificate_file = "/no/such.pem"});
  EXPECT_EQ(no_file.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(no_file.message, HasSubstr("/no/such.pem"));
}

}  // namespace
}  // namespace sluice::net
