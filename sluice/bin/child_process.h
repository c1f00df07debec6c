// A program of the demo (TiDB, the sandbox, the service), started in the background.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

namespace sluice::bin {

// Asked to stop (SIGTERM, after five seconds SIGKILL) and awaited when destroyed.
class ChildProcess {
 public:
  // Works in `folder` and writes both outputs to `log`, an absolute path. `environment` is added to
  // this process's own. The child leaves its terminal's signals to this process, and is killed when
  // this process ends.
  static Result<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& command, const std::string& folder, const std::string& log,
      const std::map<std::string, std::string>& environment = {});
  ~ChildProcess();
  // SIGKILL to all that were started and not awaited yet: the way out on a signal. Any thread.
  static void KillAll();
  ChildProcess(const ChildProcess&) = delete;

  // What follows `prefix` in its output, up to white space. kServiceUnavailable, with its last
  // words, where it ends before that or nothing came in time.
  Result<std::string> WaitForOutput(const std::string& prefix, std::chrono::seconds patience);
  // Its end with exit status 0. kServerError, with its last words, at any other.
  Status WaitForSuccess(std::chrono::seconds patience);
  // Still there? An ended child stays ended.
  bool IsRunning();
  void Kill();  // SIGKILL, and awaited.
  // The last lines of its log.
  std::string LastWords() const;

  pid_t pid() const { return pid_; }

 private:
  ChildProcess(pid_t pid, std::string log) : pid_(pid), log_(std::move(log)) {}

  pid_t pid_;
  const std::string log_;
  bool ended_ = false;
  int exit_status_ = -1;  // Once ended; -1 for a signal.
};

}  // namespace sluice::bin
