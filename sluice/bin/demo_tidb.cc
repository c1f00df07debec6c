#include "sluice/bin/demo_tidb.h"

#include <boost/url.hpp>
#include <fstream>
#include <sstream>

#include "sluice/base/uuid.h"

namespace sluice::bin {
namespace {

using namespace std::chrono_literals;

constexpr char kUsage[] = "write mysql://user:password@host:port/database";

Result<tidb::ConnectOptions> ParseUrl(const std::string& text) {
  auto url = boost::urls::parse_uri(text);
  // The text may hold a password: it is not repeated.
  if (!url || url->scheme() != "mysql") {
    return InvalidArgument(std::string("the TiDB URL can't be read; ") + kUsage);
  }
  tidb::ConnectOptions options;
  options.hostname = url->host_address();
  options.port = url->has_port() ? url->port_number() : 4000;
  options.username = url->user();
  options.password = Secret(url->password());
  options.database = url->path().empty() ? "" : url->path().substr(1);
  for (auto parameter : url->params()) {
    if (parameter.key == "tls") options.tls = parameter.value != "No";
  }
  if (options.hostname.empty() || options.username.empty() || options.database.empty()) {
    return InvalidArgument(std::string("the TiDB URL lacks a host, a user or a database; ") +
                           kUsage);
  }
  return options;
}

// What the tutorial's reader has before it begins: an empty database and somebody who may use it.
Result<tidb::ConnectOptions> MakeDatabase(const LocalTidb& server) {
  tidb::ConnectOptions root;
  root.hostname = "127.0.0.1";
  root.port = static_cast<uint16_t>(server.port());
  root.username = "root";
  root.ca_file = server.ca_file();
  SLUICE_ASSIGN(auto client, tidb::Client::Connect(root, DeadlineAfter(10s)));

  tidb::ConnectOptions user = root;
  user.username = "sluice";
  user.password = Secret(RandomToken(24));
  user.database = "tutorial";
  const std::string create = "CREATE USER 'sluice' IDENTIFIED BY '" + user.password.Reveal() + "'";
  for (const std::string& sql : {std::string("CREATE DATABASE tutorial"), create,
                                 std::string("GRANT ALL ON tutorial.* TO 'sluice'")}) {
    SLUICE_RETURN_IF_ERROR(client->Execute(sql, "the demo's TiDB", DeadlineAfter(10s)));
  }
  return user;
}

}  // namespace

Result<std::unique_ptr<DemoTidb>> DemoTidb::Start(const std::string& folder,
                                                  const std::string& url) {
  std::unique_ptr<LocalTidb> server;
  tidb::ConnectOptions options;
  if (url.empty()) {
    SLUICE_ASSIGN(server, LocalTidb::Start(folder, 0));
    SLUICE_ASSIGN(options, MakeDatabase(*server));
  } else {
    SLUICE_ASSIGN(options, ParseUrl(url));
  }
  SLUICE_ASSIGN(auto client, tidb::Client::Connect(std::move(options), DeadlineAfter(10s)));
  return std::unique_ptr<DemoTidb>(new DemoTidb(std::move(server), std::move(client)));
}

std::string DemoTidb::where() const {
  return options().hostname + ":" + std::to_string(options().port) + ", database " +
         options().database;
}

Status DemoTidb::Execute(const std::string& sql) {
  SLUICE_RETURN_IF_ERROR(client_->Execute(sql, "TiDB", DeadlineAfter(30s)));
  return Done{};
}

Result<std::vector<tidb::TextRow>> DemoTidb::Select(const std::string& sql) {
  return client_->Select(sql, "TiDB", DeadlineAfter(30s));
}

}  // namespace sluice::bin
