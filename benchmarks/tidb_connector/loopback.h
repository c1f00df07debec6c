// Plain sockets of this machine.
#pragma once

#include <cstdint>
#include <utility>

#include "sluice/base/result.h"

namespace sluice::benchmarks {

// A TCP socket of 127.0.0.1, without Nagle's delay; closed when destroyed.
class Socket {
 public:
  static Result<Socket> Listen();  // On a free port.
  static Result<Socket> Connect(uint16_t port);
  Result<Socket> Accept() const;
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept { return std::swap(fd_, other.fd_), *this; }
  ~Socket();

  int fd() const { return fd_; }
  uint16_t port() const;  // Its own.

 private:
  explicit Socket(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace sluice::benchmarks
