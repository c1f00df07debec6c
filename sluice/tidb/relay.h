// A way to TiDB that can break, for tests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sluice/base/check.h"

namespace sluice::tidb {

// Passes bytes between clients on its port of `address`, in 127.0.0.0/8, and a server on 127.0.0.1.
class Relay {
 public:
  explicit Relay(uint16_t server_port, const char* own_address = "127.0.0.1")
      : server_port_(server_port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = Loopback(0);
    SLUICE_CHECK(inet_pton(AF_INET, own_address, &address.sin_addr) == 1);
    socklen_t size = sizeof address;
    SLUICE_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    SLUICE_CHECK(listen(listener_, 8) == 0);
    SLUICE_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](std::stop_token stop) { Accept(stop); });
  }
  ~Relay() {
    acceptor_.request_stop();
    acceptor_.join();
    CutAll();
    connections_.clear();
    close(listener_);
  }

  uint16_t port() const { return port_; }

  // Breaks all connections there are; new ones are taken.
  void CutAll() {
    std::lock_guard lock(mutex_);
    for (auto& connection : connections_) connection.request_stop();
  }

  // Breaks the connection on which the client next sends `text` (without TLS): before the server
  // sees it, or behind, so that it is executed but its answer is lost.
  enum class Cut { kBefore, kBehind };
  void CutAt(std::string text, Cut cut) {
    std::lock_guard lock(mutex_);
    text_ = std::move(text);
    cut_ = cut;
  }
  // Breaks the connection with the n-th piece from now on that clients send, over all of them (n
  // from 1). Left(): how many are still to come until then.
  void CutAtNth(int n, Cut cut) {
    std::lock_guard lock(mutex_);
    pieces_left_ = n;
    cut_ = cut;
  }
  int Left() {
    std::lock_guard lock(mutex_);
    return pieces_left_;
  }
  // Puts `other`, of the same length, once in the place of what the client sends (without TLS).
  void Alter(std::string text, std::string other) {
    SLUICE_CHECK(text.size() == other.size());
    std::lock_guard lock(mutex_);
    altered_ = std::move(text);
    other_ = std::move(other);
  }
  // Answers what the client sends with `text` in it (without TLS) with an error of TiDB's, once.
  // The server doesn't see it.
  void Refuse(std::string text, unsigned error) {
    std::lock_guard lock(mutex_);
    refused_ = std::move(text);
    error_ = error;
  }
  // From now on nothing comes through, but connections stay open.
  void Hang() { is_hanging_ = true; }
  // The same for the connections that there are, as when something on the way has forgotten them.
  void HangThese() { first_alive_ = next_.load(); }
  // Each 64 kB from the server take that long.
  void SlowDown(std::chrono::milliseconds pause) { pause_ = pause; }

  // Counts how often clients send `text` (without TLS).
  void Watch(std::string text) {
    std::lock_guard lock(mutex_);
    watched_ = std::move(text);
    seen_ = 0;
  }
  int seen() const { return seen_; }

 private:
  static sockaddr_in Loopback(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  void Accept(std::stop_token stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 20) <= 0) continue;
      int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      std::lock_guard lock(mutex_);
      connections_.emplace_back([this, client](std::stop_token s) { Pass(client, s); });
    }
  }

  void Pass(int client, std::stop_token stop) {
    const int number = next_++;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // What is not asked for stays with the server, and whoever never takes it is not waited for.
    int bytes = 128 << 10;
    setsockopt(server, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    timeval patience{30, 0};
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address = Loopback(server_port_);
    if (connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      bool is_open = true;
      while (is_open && !stop.stop_requested()) {
        pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (poll(ends, 2, 20) <= 0 || is_hanging_ || number < first_alive_) continue;
        if (ends[0].revents) is_open = Forward(client, server, true);
        if (is_open && ends[1].revents) is_open = Forward(server, client, false);
      }
    }
    close(client);
    close(server);
  }

  bool Forward(int from, int to, bool is_request) {
    char bytes[65536];
    ssize_t size = recv(from, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    std::string_view text(bytes, static_cast<size_t>(size));
    std::lock_guard lock(mutex_);
    if (is_request && !watched_.empty() && text.find(watched_) != text.npos) ++seen_;
    if (size_t at = text.find(altered_); is_request && !altered_.empty() && at != text.npos) {
      std::copy(other_.begin(), other_.end(), bytes + at);
      altered_.clear();
    }
    if (is_request && !refused_.empty() && text.find(refused_) != text.npos) {
      refused_.clear();
      return SendError(from);
    }
    if (!is_request) std::this_thread::sleep_for(pause_.load());
    bool is_named = is_request && !text_.empty() && text.find(text_) != std::string_view::npos;
    if (is_named) text_.clear();
    bool is_nth = is_request && pieces_left_ > 0 && --pieces_left_ == 0;
    bool is_cut = is_named || is_nth;
    if (is_cut && cut_ == Cut::kBefore) return false;
    for (ssize_t sent = 0; sent < size;) {
      ssize_t now = send(to, bytes + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
      if (now <= 0) return false;
      sent += now;
    }
    if (is_cut) {  // Long enough for the server to execute it.
      pollfd answer{to, POLLIN, 0};
      poll(&answer, 1, 5000);
    }
    return !is_cut;
  }

  // An error packet of MySQL's protocol, the first answer to a command.
  bool SendError(int client) const {
    std::string packet = {'\xff', static_cast<char>(error_ & 255), static_cast<char>(error_ >> 8)};
    packet += "#HY000refused on the way";
    packet.insert(0, {static_cast<char>(packet.size()), 0, 0, 1});
    return send(client, packet.data(), packet.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(packet.size());
  }

  uint16_t server_port_, port_ = 0;
  int listener_ = -1;
  std::atomic<bool> is_hanging_ = false;
  std::atomic<std::chrono::milliseconds> pause_ = std::chrono::milliseconds(0);
  std::atomic<int> next_ = 0, first_alive_ = 0, seen_ = 0;
  std::mutex mutex_;
  std::string text_, altered_, other_, watched_, refused_;
  unsigned error_ = 0;
  int pieces_left_ = 0;
  Cut cut_ = Cut::kBefore;
  std::vector<std::jthread> connections_;
  std::jthread acceptor_;
};

}  // namespace sluice::tidb
