// A TiDB on this machine for the demo and for trying things out: one process on unistore, with TLS
// under a certificate authority that is made on the spot.
#pragma once

#include <memory>
#include <string>

#include "sluice/base/result.h"

namespace sluice::bin {

class ChildProcess;

// The TiDB server's program: SLUICE_TIDB_SERVER, else `tidb-server` on the PATH, else the one that
// tools/setup built into the user's cache. kResourceNotFound says how to get one.
Result<std::string> FindTidbServer();

// Ends when destroyed; its data stays in `folder`.
class LocalTidb {
 public:
  // `port` 0: any free one. Ready when this returns.
  static Result<std::unique_ptr<LocalTidb>> Start(const std::string& folder, int port);
  ~LocalTidb();

  int port() const { return port_; }
  // PEM file of the authority that signed the server's certificate (localhost, 127.0.0.1).
  const std::string& ca_file() const { return ca_file_; }

 private:
  LocalTidb(int port, std::string ca_file, std::unique_ptr<ChildProcess> server);

  const int port_;
  const std::string ca_file_;
  const std::unique_ptr<ChildProcess> server_;
};

// `sluice sandbox tidb`: starts one, prints how to reach it, serves until SIGINT or SIGTERM. The
// process's exit status.
int ServeLocalTidb(const std::string& folder, int port);

}  // namespace sluice::bin
