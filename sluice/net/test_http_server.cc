#include "sluice/net/test_http_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

namespace sluice::net::testing {
namespace {

// Reads one connection's requests.
class RequestReader {
 public:
  explicit RequestReader(int socket) : socket_(socket) {}

  // Nothing when the client has closed.
  std::optional<HttpRequest> Next() {
    auto request_line = Line();
    if (!request_line) return std::nullopt;
    HttpRequest request;
    size_t space = request_line->find(' ');
    request.method = request_line->substr(0, space);
    request.url = request_line->substr(space + 1, request_line->rfind(' ') - space - 1);
    while (auto line = Line()) {
      if (line->empty()) return ReadBody(std::move(request));
      size_t colon = line->find(':');
      size_t value = line->find_first_not_of(' ', colon + 1);
      request.headers.Add(line->substr(0, colon),
                          value == std::string::npos ? "" : line->substr(value));
    }
    return std::nullopt;
  }

 private:
  std::optional<HttpRequest> ReadBody(HttpRequest request) {
    if (const std::string* coding = request.headers.Find("Transfer-Encoding"); coding) {
      return ReadChunks(std::move(request));
    }
    const std::string* length = request.headers.Find("Content-Length");
    auto body = Bytes(length ? Number(*length, 10) : 0);
    if (!body) return std::nullopt;
    request.body = std::move(*body);
    return request;
  }

  std::optional<HttpRequest> ReadChunks(HttpRequest request) {
    while (auto line = Line()) {
      size_t size = Number(*line, 16);
      auto chunk = Bytes(size);
      if (!chunk || !Line()) return std::nullopt;
      if (size == 0) return request;
      request.body += *chunk;
    }
    return std::nullopt;
  }

  static size_t Number(std::string_view text, int base) {
    size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    return number;
  }

  std::optional<std::string> Line() {
    size_t end;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!Receive()) return std::nullopt;
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
  }

  std::optional<std::string> Bytes(size_t count) {
    while (buffer_.size() < count) {
      if (!Receive()) return std::nullopt;
    }
    std::string bytes = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return bytes;
  }

  bool Receive() {
    char piece[65536];
    ssize_t size = recv(socket_, piece, sizeof piece, 0);
    if (size <= 0) return false;
    buffer_.append(piece, static_cast<size_t>(size));
    return true;
  }

  int socket_;
  std::string buffer_;
};

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t size = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

}  // namespace

TestHttpServer::TestHttpServer(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  SLUICE_CHECK(listener_ >= 0 && bind(listener_, generic, size) == 0);
  SLUICE_CHECK(listen(listener_, 128) == 0 && getsockname(listener_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

TestHttpServer::TestHttpServer(std::vector<TestReply> replies) : TestHttpServer(Script()) {
  for (TestReply& reply : replies) Add(std::move(reply));
}

TestHttpServer::~TestHttpServer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (int open : sockets_) shutdown(open, SHUT_RDWR);
  }
  stop_.notify_all();
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  for (int ended : sockets_) close(ended);
  close(listener_);
}

std::string TestHttpServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

void TestHttpServer::Add(TestReply reply) {
  std::lock_guard lock(mutex_);
  replies_.push_back(std::move(reply));
}

std::vector<HttpRequest> TestHttpServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

int TestHttpServer::connections() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(sockets_.size());
}

void TestHttpServer::Accept() {
  while (true) {
    int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::lock_guard lock(mutex_);
    if (stopping_ || socket < 0) {
      if (socket >= 0) close(socket);
      return;
    }
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { Serve(socket); });
  }
}

void TestHttpServer::Serve(int socket) {
  RequestReader reader(socket);
  while (auto request = reader.Next()) {
    TestReply reply = Answer(*request);
    {
      std::unique_lock lock(mutex_);
      if (stop_.wait_for(lock, reply.delay, [this] { return stopping_; })) return;
    }
    if (!Send(socket, *request, reply)) break;
  }
  shutdown(socket, SHUT_RDWR);
}

TestReply TestHttpServer::Answer(const HttpRequest& request) {
  std::lock_guard lock(mutex_);
  requests_.push_back(request);
  if (!replies_.empty()) {
    TestReply reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }
  if (script_) return script_(request);
  return {.status = 599, .body = "the test has no further reply"};
}

bool TestHttpServer::Send(int socket, const HttpRequest& request, const TestReply& reply) {
  if (reply.drop) return false;
  if (reply.raw) return SendAll(socket, *reply.raw), false;
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
  for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
  if (!reply.headers.Find("Content-Length") && reply.status != 204 && reply.status != 304) {
    out += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  }
  out += "\r\n";
  if (request.method != "HEAD") out += reply.body.substr(0, reply.cut_after.value_or(-1));
  return SendAll(socket, out) && !reply.cut_after && !reply.close;
}

}  // namespace sluice::net::testing
