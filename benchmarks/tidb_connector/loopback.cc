#include "benchmarks/tidb_connector/loopback.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sluice::benchmarks {
namespace {

sockaddr_in Address(uint16_t port) {
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Error Failed(const char* what) {
  return ServiceUnavailable(std::string(what) + ": " + std::strerror(errno));
}

void SendAtOnce(int fd) {
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

}  // namespace

Result<Socket> Socket::Listen() {
  Socket made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Address(0);
  if (bind(made.fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(made.fd_, 64) != 0) {
    return Failed("can't listen on 127.0.0.1");
  }
  return made;
}

Result<Socket> Socket::Connect(uint16_t port) {
  Socket made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Address(port);
  if (connect(made.fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return Failed("can't connect to 127.0.0.1");
  }
  SendAtOnce(made.fd_);
  return made;
}

Result<Socket> Socket::Accept() const {
  Socket made(accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
  if (made.fd_ < 0) return Failed("accept");
  SendAtOnce(made.fd_);
  return made;
}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

uint16_t Socket::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace sluice::benchmarks
