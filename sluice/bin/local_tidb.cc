#include "sluice/bin/local_tidb.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sluice/bin/child_process.h"
#include "sluice/bin/signals.h"

namespace sluice::bin {
namespace {

using namespace std::chrono_literals;

// Bound and released again: somebody may take it in between, and then TiDB says so.
int FreePort() {
  int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(probe, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

// Runs openssl to its end.
Status Run(const std::vector<std::string>& command, const std::string& folder) {
  SLUICE_ASSIGN(auto child, ChildProcess::Start(command, folder, folder + "/openssl.log"));
  return child->WaitForSuccess(30s);
}

Status MakeCertificates(const std::string& folder) {
  const std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                        "-nodes"};
  auto request = [&](std::vector<std::string> words) {
    std::vector<std::string> command = {"openssl", "req"};
    command.insert(command.end(), key.begin(), key.end());
    command.insert(command.end(), words.begin(), words.end());
    return Run(command, folder);
  };
  std::ofstream(folder + "/tidb.ext") << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
  SLUICE_RETURN_IF_ERROR(request({"-x509", "-days", "30", "-subj", "/CN=Sluice sandbox CA",
                                  "-addext", "keyUsage=critical,keyCertSign", "-keyout",
                                  folder + "/ca.key", "-out", folder + "/ca.pem"}));
  SLUICE_RETURN_IF_ERROR(request(
      {"-subj", "/CN=localhost", "-keyout", folder + "/tidb.key", "-out", folder + "/tidb.csr"}));
  return Run({"openssl", "x509", "-req", "-days", "30", "-in", folder + "/tidb.csr", "-CA",
              folder + "/ca.pem", "-CAkey", folder + "/ca.key", "-CAcreateserial", "-out",
              folder + "/tidb.pem", "-extfile", folder + "/tidb.ext"},
             folder);
}

// The version that tools/setup builds; it names the file in the cache.
constexpr char kCachedServer[] = "/sluice/tidb-server-ec8b81b98edc";

std::string OnPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::stringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string file = folder + "/" + program;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

}  // namespace

Result<std::string> FindTidbServer() {
  if (const char* named = std::getenv("SLUICE_TIDB_SERVER"); named && *named) {
    if (access(named, X_OK) == 0) return std::string(named);
    return ResourceNotFound(std::string("SLUICE_TIDB_SERVER names '") + named +
                            "', which is not a program");
  }
  if (std::string found = OnPath("tidb-server"); !found.empty()) return found;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::string cached =
      (cache ? std::string(cache) : std::string(home ? home : "") + "/.cache") + kCachedServer;
  if (access(cached.c_str(), X_OK) == 0) return cached;
  return ResourceNotFound(
      "no TiDB server was found. Let `make setup` build one, put a tidb-server on the PATH, or "
      "name "
      "one in SLUICE_TIDB_SERVER");
}

LocalTidb::LocalTidb(int port, std::string ca_file, std::unique_ptr<ChildProcess> server)
    : port_(port), ca_file_(std::move(ca_file)), server_(std::move(server)) {}

// Its data may be gone at any moment, so it need not say good-bye, which takes TiDB long.
LocalTidb::~LocalTidb() { server_->Kill(); }

Result<std::unique_ptr<LocalTidb>> LocalTidb::Start(const std::string& folder, int port) {
  SLUICE_ASSIGN(std::string program, FindTidbServer());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return InvalidArgument("can't make the folder '" + folder + "': " + error.message());
  SLUICE_RETURN_IF_ERROR(MakeCertificates(folder));
  std::ofstream(folder + "/tidb.toml")
      << "temp-dir = \"" << folder << "/tmp\"\ntmp-storage-path = \"" << folder
      << "/tmp\"\n[security]\nssl-cert = \"" << folder << "/tidb.pem\"\nssl-key = \"" << folder
      << "/tidb.key\"\n[log]\nslow-query-file = \"" << folder << "/tidb-slow.log\"\n";
  if (port == 0) port = FreePort();
  SLUICE_ASSIGN(auto server,
                ChildProcess::Start(
                    {program, "-store", "unistore", "-path", folder + "/data", "-host", "127.0.0.1",
                     "-P", std::to_string(port), "-status-host", "127.0.0.1", "-status",
                     std::to_string(FreePort()), "-socket", "", "-config", folder + "/tidb.toml"},
                    folder, folder + "/tidb.log"));
  auto ready = server->WaitForOutput("server is running MySQL protocol\"] [addr=", 60s);
  if (!ready.ok()) return WithContext(std::move(ready).error(), "TiDB (" + program + ")");
  return std::unique_ptr<LocalTidb>(new LocalTidb(port, folder + "/ca.pem", std::move(server)));
}

int ServeLocalTidb(const std::string& folder, int port) {
  StopSignals signals;
  auto tidb = LocalTidb::Start(std::filesystem::absolute(folder), port);
  if (!tidb.ok()) {
    std::fprintf(stderr, "sluice sandbox tidb: %s\n", tidb.error().message.c_str());
    return 1;
  }
  std::printf(
      "TiDB is ready: user root, no password, TLS under a certificate authority of its own.\n"
      "  mariadb --host 127.0.0.1 --port %d --user root --ssl-ca %s --ssl-verify-server-cert\n",
      (*tidb)->port(), (*tidb)->ca_file().c_str());
  std::fflush(stdout);
  signals.Wait();
  return 0;
}

}  // namespace sluice::bin
