#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sluice/base/check.h"
#include "sluice/tidb/client.h"

namespace sluice::tidb {
namespace {

using testing::ElementsAre;

Deadline Soon() { return DeadlineAfter(std::chrono::seconds(5)); }

// Takes any log-in, and answers each statement that has "file" in it by asking for /etc/passwd.
class CuriousServer {
 public:
  CuriousServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    SLUICE_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    SLUICE_CHECK(listen(listener_, 1) == 0);
    SLUICE_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { Serve(accept(listener_, nullptr, nullptr)); });
  }
  ~CuriousServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  uint16_t port() const { return port_; }
  // What clients gave for a file, each time. To be looked at when the client is gone.
  std::vector<std::string> Files() {
    thread_.join();
    thread_ = std::jthread([] {});
    return files_;
  }

 private:
  static std::optional<std::string> Read(int client) {
    unsigned char head[4];
    if (recv(client, head, 4, MSG_WAITALL) != 4) return std::nullopt;
    std::string body(head[0] | head[1] << 8 | head[2] << 16, '\0');
    if (!body.empty() && recv(client, body.data(), body.size(), MSG_WAITALL) <= 0) return {};
    return body;
  }
  static void Write(int client, char number, const std::string& body) {
    std::string packet{static_cast<char>(body.size()), 0, 0, number};
    packet += body;
    SLUICE_CHECK(send(client, packet.data(), packet.size(), MSG_NOSIGNAL) > 0);
  }

  void Serve(int client) {
    using std::string_literals::operator""s;
    const std::string ok = "\0\0\0\2\0\0\0"s;
    // Protocol 10, a version, and what it can: LOCAL_FILES, PROTOCOL_41, plug-ins and passwords.
    Write(client, 0,
          "\x0a"
          "8.0.11-curious\0"
          "\1\0\0\0"
          "saltsalt\0"
          "\x89\xa2\x2d\2\0\x08\0\x15"
          "\0\0\0\0\0\0\0\0\0\0"
          "saltsaltsalt\0"
          "mysql_native_password\0"s);
    Read(client);
    Write(client, 2, ok);
    while (auto query = Read(client)) {
      if (query->empty() || query->front() != 3) break;
      if (query->find("file") == query->npos) {
        Write(client, 1, ok);
        continue;
      }
      Write(client, 1, "\xfb/etc/passwd");
      std::string& file = files_.emplace_back();
      char number = 2;
      while (auto part = Read(client)) {
        ++number;
        if (part->empty()) break;
        file += *part;
      }
      Write(client, number, ok);
    }
    close(client);
  }

  int listener_;
  uint16_t port_ = 0;
  std::vector<std::string> files_;
  std::jthread thread_;
};

class LocalDataTest : public testing::Test {
 protected:
  std::unique_ptr<Client> Connect() {
    ConnectOptions options;
    options.hostname = "127.0.0.1";
    options.port = server_.port();
    options.username = "someone";
    options.tls = false;
    auto client = Client::Connect(options, Soon());
    SLUICE_CHECK(client.ok());
    return *std::move(client);
  }

  CuriousServer server_;
};

TEST_F(LocalDataTest, AServerThatAsksForAFileUnaskedGetsNothing) {
  auto client = Connect();
  EXPECT_FALSE(client->Execute("UPDATE file SET a = 1", "file", Soon()).ok());
  EXPECT_TRUE(client->lost());
  client.reset();
  EXPECT_THAT(server_.Files(), ElementsAre(""));
}

TEST_F(LocalDataTest, ALoadGivesItsDataWhateverIsAskedForAndOnce) {
  auto client = Connect();
  std::string data(100'000, 'x');
  auto loaded = client->Load("LOAD DATA LOCAL INFILE 'file'", data, "load", Soon());
  EXPECT_TRUE(loaded.ok());
  EXPECT_FALSE(client->lost());
  EXPECT_FALSE(client->Execute("DELETE FROM file", "file", Soon()).ok());
  client.reset();
  EXPECT_THAT(server_.Files(), ElementsAre(data, ""));
}

}  // namespace
}  // namespace sluice::tidb
