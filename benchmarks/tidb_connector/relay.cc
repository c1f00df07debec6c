#include "benchmarks/tidb_connector/relay.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <list>
#include <vector>

#include "benchmarks/tidb_connector/loopback.h"

namespace sluice::benchmarks {
namespace {

using std::chrono::steady_clock;

// Bytes on their way, in one direction.
class Wire {
 public:
  Wire(int from, int to, std::chrono::microseconds delay) : from_(from), to_(to), delay_(delay) {}

  bool has_ended() const { return !reading_ && chunks_.empty(); }

  void AddTo(std::vector<pollfd>& watched) const {
    if (reading_) watched.push_back({from_, POLLIN, 0});
    if (is_blocked_) watched.push_back({to_, POLLOUT, 0});
  }

  void Receive() {
    if (!reading_) return;
    char buffer[1 << 16];
    for (;;) {
      ssize_t size = recv(from_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (size < 0 && errno == EAGAIN) return;
      std::string_view bytes(buffer, size > 0 ? static_cast<size_t>(size) : 0);
      chunks_.push_back({steady_clock::now() + delay_, std::string(bytes)});  // Empty: the end.
      if (size <= 0) {
        reading_ = false;
        return;
      }
    }
  }

  // What is due. Another time when there is more, or max().
  steady_clock::time_point Deliver() {
    is_blocked_ = false;
    while (!chunks_.empty()) {
      Chunk& chunk = chunks_.front();
      if (chunk.due > steady_clock::now()) return chunk.due;
      if (chunk.bytes.empty()) shutdown(to_, SHUT_WR);
      while (sent_ < chunk.bytes.size()) {
        ssize_t size = send(to_, chunk.bytes.data() + sent_, chunk.bytes.size() - sent_,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0 && errno == EAGAIN) {
          is_blocked_ = true;
          return steady_clock::time_point::max();
        }
        if (size < 0) {  // Nobody wants it any more.
          shutdown(from_, SHUT_RD);
          break;
        }
        sent_ += static_cast<size_t>(size);
      }
      chunks_.pop_front();
      sent_ = 0;
    }
    return steady_clock::time_point::max();
  }

 private:
  struct Chunk {
    steady_clock::time_point due;
    std::string bytes;
  };

  int from_, to_;
  std::chrono::microseconds delay_;
  std::deque<Chunk> chunks_;
  size_t sent_ = 0;  // Of the first.
  bool reading_ = true, is_blocked_ = false;
};

struct Pair {
  Socket near, far;
  Wire there, back;

  Pair(Socket n, Socket f, std::chrono::microseconds delay)
      : near(std::move(n)),
        far(std::move(f)),
        there(near.fd(), far.fd(), delay),
        back(far.fd(), near.fd(), delay) {}
};

timespec Until(steady_clock::time_point due) {
  auto left = std::max(due - steady_clock::now(), steady_clock::duration(0));
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  return {.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
}

}  // namespace

Error RunRelay(uint16_t port, std::chrono::microseconds round_trip) {
  auto listening = Socket::Listen();
  if (!listening.ok()) return listening.error();
  std::printf("port %d\n", listening->port());
  std::fflush(stdout);
  std::list<Pair> pairs;
  for (;;) {
    std::vector<pollfd> watched = {{listening->fd(), POLLIN, 0}};
    auto due = steady_clock::time_point::max();
    for (Pair& pair : pairs) {
      for (Wire* wire : {&pair.there, &pair.back}) {
        due = std::min(due, wire->Deliver());
        wire->AddTo(watched);
      }
    }
    pairs.remove_if([](const Pair& p) { return p.there.has_ended() && p.back.has_ended(); });
    timespec patience = due == due.max() ? timespec{60, 0} : Until(due);
    if (ppoll(watched.data(), watched.size(), &patience, nullptr) < 0 && errno != EINTR) {
      return ServerError(std::string("poll: ") + std::strerror(errno));
    }
    if (watched[0].revents) {
      auto near = listening->Accept();
      if (!near.ok()) return near.error();
      auto far = Socket::Connect(port);
      if (!far.ok()) return far.error();
      pairs.emplace_back(*std::move(near), *std::move(far), round_trip / 2);
    }
    for (Pair& pair : pairs) {
      pair.there.Receive();
      pair.back.Receive();
    }
  }
}

}  // namespace sluice::benchmarks
