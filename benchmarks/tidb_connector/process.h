// A process that is measured.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::benchmarks {

// Killed, with all that it started, and awaited when destroyed.
class Process {
 public:
  // Runs `command` (found by PATH) with `environment` ("NAME=value") and nothing else, in a process
  // group of its own. Both outputs go to this process's standard error.
  static Result<Process> Start(const std::vector<std::string>& command,
                               const std::vector<std::string>& environment);
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Process& operator=(Process&& other) noexcept { return std::swap(pid_, other.pid_), *this; }
  ~Process();

  // Does not wait for its end, which the destructor does.
  void Kill();
  bool HasEnded() const;
  // Its exit status; a signal's is 128 more than the signal.
  int Wait();

  // The most memory that it and its children ever held at once, each for itself (VmHWM), in MB.
  double PeakMemoryMb() const;
  // Of user and system, so far, its living children not included.
  double CpuSeconds() const;

 private:
  explicit Process(pid_t pid) : pid_(pid) {}

  pid_t pid_;  // 0: awaited.
};

}  // namespace sluice::benchmarks
