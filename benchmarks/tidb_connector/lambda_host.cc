#include "benchmarks/tidb_connector/lambda_host.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "sluice/base/json.h"

namespace sluice::benchmarks {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kTimeout{30};  // Of the function, as its template says.
constexpr size_t kRoom = 1 << 16;
constexpr std::string_view kRuntime = "/2018-06-01/runtime/";
constexpr std::string_view kAccepted =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    "{\"status\":\"OK\"}\n";

std::string Response(std::string_view headers, std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string SecretAnswer(const std::string& secret) {
  std::string body = R"({"ARN":"arn:aws:secretsmanager:us-east-1:000000000000:secret:bench",)"
                     R"("Name":"bench","VersionId":"1","SecretString":)";
  json::AppendQuoted(body, secret);
  return Response("", body + "}");
}

// The environment that Lambda gives, and nothing of this process's but where programs are.
std::vector<std::string> Environment(const std::string& address) {
  const char* path = std::getenv("PATH");
  return {"PATH=" + std::string(path ? path : "/usr/bin:/bin"),
          "LANG=en_US.UTF-8",
          "TZ=:UTC",
          "AWS_LAMBDA_RUNTIME_API=" + address,
          "AWS_ENDPOINT_URL=http://" + address,
          "AWS_REGION=us-east-1",
          "AWS_DEFAULT_REGION=us-east-1",
          "AWS_ACCESS_KEY_ID=any",
          "AWS_SECRET_ACCESS_KEY=any",
          "AWS_SESSION_TOKEN=any",
          "AWS_LAMBDA_FUNCTION_NAME=connector",
          "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
          "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/connector",
          "AWS_LAMBDA_LOG_STREAM_NAME=bench"};
}

Status SendAll(int fd, std::string_view head, std::string_view body) {
  iovec parts[] = {{const_cast<char*>(head.data()), head.size()},
                   {const_cast<char*>(body.data()), body.size()}};
  msghdr message{.msg_iov = parts, .msg_iovlen = 2};
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0) return ServerError(std::string("to the function: ") + std::strerror(errno));
    auto left = static_cast<size_t>(sent);
    for (iovec& part : parts) {
      size_t gone = std::min(left, part.iov_len);
      part = {static_cast<char*>(part.iov_base) + gone, part.iov_len - gone};
      left -= gone;
    }
  }
  return Done{};
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view Header(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    if (size_t colon = line.find(':');
        colon != line.npos && EqualsIgnoringCase(line.substr(0, colon), name)) {
      size_t value = line.find_first_not_of(' ', colon + 1);
      return value == line.npos ? "" : line.substr(value);
    }
  }
  return "";
}

}  // namespace

Result<LambdaHost> LambdaHost::Start(std::vector<std::string> command, const std::string& secret) {
  SLUICE_ASSIGN(Socket listening, Socket::Listen());
  LambdaHost host(std::move(command), std::move(listening));
  host.secret_answer_ = SecretAnswer(secret);
  SLUICE_RETURN_IF_ERROR(host.StartFunction());
  return host;
}

Status LambdaHost::StartFunction() {
  if (!function_.empty()) function_.back().Kill();
  connections_.clear();
  is_waiting_ = false;
  std::string address = "127.0.0.1:" + std::to_string(listening_.port());
  SLUICE_ASSIGN(Process process, Process::Start(command_, Environment(address)));
  // Awaiting the old one would only take time: its end is nobody's concern.
  function_.push_back(std::move(process));
  return Done{};
}

Status LambdaHost::Send(std::string_view event) {
  SLUICE_RETURN_IF_ERROR(WaitFor(is_waiting_));
  is_waiting_ = is_answered_ = false;
  auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(
      (std::chrono::system_clock::now() + kTimeout).time_since_epoch());
  std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      "Lambda-Runtime-Aws-Request-Id: 00000000-0000-0000-0000-000000000001\r\n"
      "Lambda-Runtime-Deadline-Ms: " +
      std::to_string(deadline.count()) +
      "\r\nLambda-Runtime-Invoked-Function-Arn: "
      "arn:aws:lambda:us-east-1:000000000000:function:connector\r\nContent-Length: " +
      std::to_string(event.size()) + "\r\n\r\n";
  return SendAll(waiting_->socket.fd(), head, event);
}

Result<std::string_view> LambdaHost::Receive() {
  SLUICE_RETURN_IF_ERROR(WaitFor(is_answered_));
  return answer_body_;
}

Result<std::string_view> LambdaHost::Invoke(std::string_view event) {
  SLUICE_RETURN_IF_ERROR(Send(event));
  return Receive();
}

Status LambdaHost::WaitFor(const bool& condition) {
  const auto deadline = steady_clock::now() + kTimeout;
  std::vector<pollfd> watched;
  while (!condition) {
    watched.assign(1, {listening_.fd(), POLLIN, 0});
    for (const Connection& connection : connections_) {
      watched.push_back({connection.socket.fd(), POLLIN, 0});
    }
    if (poll(watched.data(), watched.size(), 1000) < 0 && errno != EINTR) {
      return ServerError(std::string("poll: ") + std::strerror(errno));
    }
    size_t i = 1;
    for (Connection& connection : connections_) {
      if (watched[i++].revents) SLUICE_RETURN_IF_ERROR(Read(connection));
    }
    connections_.remove_if([](const Connection& connection) { return connection.is_closed; });
    if (watched[0].revents) {
      SLUICE_ASSIGN(Socket socket, listening_.Accept());
      connections_.push_back({.socket = std::move(socket), .buffer = std::string(kRoom, '\0')});
    }
    if (!condition && function().HasEnded()) return ServerError("the function ended");
    if (!condition && steady_clock::now() > deadline) {
      return ServerError("the function did not answer within 30 seconds");
    }
  }
  return Done{};
}

Status LambdaHost::Read(Connection& connection) {
  ssize_t size = recv(connection.socket.fd(), connection.buffer.data() + connection.filled,
                      connection.buffer.size() - connection.filled, 0);
  if (size <= 0) {
    connection.is_closed = true;
    return Done{};
  }
  connection.filled += static_cast<size_t>(size);
  if (connection.request_size == 0) {
    std::string_view text(connection.buffer.data(), connection.filled);
    size_t end = text.find("\r\n\r\n");
    if (end == text.npos && connection.filled < kRoom) return Done{};
    std::string_view head = text.substr(0, end);
    if (end == text.npos || !Header(head, "Transfer-Encoding").empty()) {
      return ServerError("the function sends a request without a Content-Length");
    }
    std::string_view length = Header(head, "Content-Length");
    size_t body_size = 0;
    std::from_chars(length.data(), length.data() + length.size(), body_size);
    connection.body_begin = end + 4;
    connection.request_size = connection.body_begin + body_size;
    if (connection.buffer.size() < connection.request_size) {
      connection.buffer.resize(connection.request_size);
    }
  }
  return connection.filled < connection.request_size ? Done{} : Handle(connection);
}

Status LambdaHost::Handle(Connection& connection) {
  std::string_view request(connection.buffer.data(), connection.request_size);
  std::string_view head = request.substr(0, connection.body_begin);
  std::string_view path = head.substr(head.find(' ') + 1);
  path = path.substr(0, path.find(' '));
  const int fd = connection.socket.fd();
  connection.filled = connection.request_size = 0;

  if (path.starts_with(kRuntime) && path.ends_with("/invocation/next")) {
    waiting_ = &connection;
    is_waiting_ = true;
    return Done{};
  }
  if (path.starts_with(kRuntime) && path.ends_with("/response")) {
    answer_.swap(connection.buffer);
    answer_body_ = request.substr(connection.body_begin);
    is_answered_ = true;
    if (connection.buffer.size() < kRoom) connection.buffer.resize(kRoom);
    return SendAll(fd, kAccepted, "");
  }
  if (Header(head, "X-Amz-Target") == "secretsmanager.GetSecretValue") {
    return SendAll(fd, secret_answer_, "");
  }
  return ServerError("the function says " + std::string(path) + ": " +
                     std::string(request.substr(connection.body_begin, 1000)));
}

}  // namespace sluice::benchmarks
