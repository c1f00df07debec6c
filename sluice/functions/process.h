// A child process that leaves nothing behind: not its children, not their children, not even when
// this process is killed.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::functions {

struct ProcessSpec {
  std::string program;                   // Absolute path.
  std::vector<std::string> arguments;    // argv, the program's own name first.
  std::vector<std::string> environment;  // "NAME=value". Nothing of our own environment goes along.
  std::string directory;                 // Where it starts.
};

struct ProcessEnd {
  enum class How : int {
    kExited,      // `value` is its exit status.
    kSignaled,    // `value` is the signal.
    kNotStarted,  // `value` is the errno of execve or chdir.
    kLost,        // Its keeper was killed.
  };
  How how = How::kLost;
  int value = 0;
};

// Between us and the program stands a keeper: a fork of ours that adopts whatever the program
// starts (PR_SET_CHILD_SUBREAPER), holds one end of a pipe whose other end only we have, and kills
// all its descendants when that pipe closes (Kill(), or our own death) or the program ends.
class Process {
 public:
  // Own session and process group, standard input empty, no descriptors but 0 to 2, no core files,
  // default signals. A program that can't be executed shows in Wait() as kNotStarted.
  static Result<std::unique_ptr<Process>> Start(const ProcessSpec& spec);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();  // Kills, and waits.

  // For poll(2) and non-blocking reads. `ended()` becomes readable when all descendants are gone;
  // then what is still in the other two is the last of it.
  int out() const { return out_; }
  int err() const { return err_; }
  int ended() const { return ended_; }

  void Kill();        // The program and all its descendants. Any thread; returns at once.
  ProcessEnd Wait();  // Blocks until all are gone. One thread.

  // The keeper: all processes of the program are its descendants.
  pid_t keeper() const { return keeper_; }

 private:
  Process() = default;

  pid_t keeper_ = -1;
  std::atomic<int> lifeline_ = -1;
  int out_ = -1, err_ = -1, ended_ = -1;
  bool reaped_ = false;
  ProcessEnd end_;
};

}  // namespace sluice::functions
