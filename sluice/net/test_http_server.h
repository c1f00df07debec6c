// A scripted HTTP server for tests, on 127.0.0.1: it answers what a test says, also badly (late,
// cut in half, not at all), and remembers what it was asked.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sluice/net/http.h"

namespace sluice::net::testing {

struct TestReply {
  int status = 200;
  Headers headers;  // Content-Length is added, unless it is here.
  std::string body;
  std::chrono::milliseconds delay{0};  // Before the first byte.
  std::optional<size_t> cut_after;     // Sends that many bytes of the body, then closes.
  bool close = false;                  // Closes after the answer, without announcing it.
  bool drop = false;                   // Closes without an answer.
  std::optional<std::string> raw;      // These bytes instead of an answer; then closes.
};

class TestHttpServer {
 public:
  using Script = std::function<TestReply(const HttpRequest&)>;

  // Answers each request with what `script` returns; called on the connections' threads, one at a
  // time.
  explicit TestHttpServer(Script script);
  // Answers the requests with `replies`, one after the other, and with 599 when there are no more.
  explicit TestHttpServer(std::vector<TestReply> replies);
  ~TestHttpServer();

  int port() const { return port_; }
  std::string url() const;  // "http://127.0.0.1:PORT"

  void Add(TestReply reply);  // At the end of the replies.

  // `url` is path and query as they came.
  std::vector<HttpRequest> requests() const;
  int connections() const;  // How many were accepted so far.

 private:
  void Accept();
  void Serve(int socket);
  TestReply Answer(const HttpRequest& request);
  bool Send(int socket, const HttpRequest& request, const TestReply& reply);

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  Script script_;
  std::deque<TestReply> replies_;
  std::vector<HttpRequest> requests_;
  std::vector<int> sockets_;  // One a connection; closed at the end.
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace sluice::net::testing
