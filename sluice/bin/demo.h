// `sluice demo`: TiDB's tutorial "Integrate TiDB with Amazon AppFlow" on this machine, step by
// step, over the service's public API.
// https://docs.pingcap.com/tidbcloud/dev-guide-aws-appflow-integration
#pragma once

#include <string>

namespace sluice::bin {

struct DemoOptions {
  // Leave everything running until SIGINT, and say how to reach it.
  bool keep = false;
  // mysql://user:password@host:port/database[?tls=No]; empty: a TiDB of its own.
  std::string tidb_url;
  // Empty: tidb-connector.zip beside the folder of this program.
  std::string connector_zip;
};

// Prints a line for each step. The process's exit status: 0 only if every step did what it should.
int Demo(const DemoOptions& options);

}  // namespace sluice::bin
