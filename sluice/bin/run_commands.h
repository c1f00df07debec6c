// `sluice run …`: whether a flow can run, what its runs did, and sending again what they refused.
// Clients of a service that runs elsewhere, found and signed to as every AWS tool does it:
// AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
#pragma once

#include <string>

namespace sluice::bin {

struct RunCommandOptions {
  std::string flow, execution;
  int limit = 20;       // `list`: how many, from the newest.
  std::string output;   // `refused`: the file; empty: standard output.
  std::string records;  // `replay`: the corrected records' file.
  bool wait = false;    // `replay`: until the new run has ended.
};

// Each returns the process's exit status: 0, or 1 with the reason on standard error.
// What has become of the flow's fields since it was saved; also 1 where a run would fail.
int CheckRun(const RunCommandOptions& options);
int ListRuns(const RunCommandOptions& options);
int ShowRun(const RunCommandOptions& options);
// JSON lines; on a terminal a table.
int ListRefused(const RunCommandOptions& options);
// With `wait` also 1 where the new run failed or refused records again.
int ReplayRun(const RunCommandOptions& options);

}  // namespace sluice::bin
