// The demo's TiDB: one of its own, or the user's.
#pragma once

#include <memory>
#include <string>

#include "sluice/bin/local_tidb.h"
#include "sluice/tidb/client.h"

namespace sluice::bin {

class DemoTidb {
 public:
  // Starts a TiDB in `folder` with a database and a user for the tutorial, or connects to `url`
  // (mysql://user:password@host:port/database[?tls=No]) where one is given. kInvalidArgument says
  // what is wrong with the URL.
  static Result<std::unique_ptr<DemoTidb>> Start(const std::string& folder, const std::string& url);

  // How the connector is to reach it.
  const tidb::ConnectOptions& options() const { return client_->options(); }
  bool is_own() const { return server_ == nullptr; }  // The user's own.
  std::string where() const;                          // "127.0.0.1:4000, database test"

  Status Execute(const std::string& sql);
  Result<std::vector<tidb::TextRow>> Select(const std::string& sql);

 private:
  DemoTidb(std::unique_ptr<LocalTidb> server, std::unique_ptr<tidb::Client> client)
      : server_(std::move(server)), client_(std::move(client)) {}

  std::unique_ptr<LocalTidb> server_;
  std::unique_ptr<tidb::Client> client_;
};

}  // namespace sluice::bin
