// SIGINT and SIGTERM as something to wait for.
#pragma once

#include <csignal>

namespace sluice::bin {

// Made in main before any thread: blocks the signals in this and all later threads, so that only
// Wait() sees them. Writing to a closed pipe or socket is an error code, not a signal.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  // Returns when one of them arrives.
  void Wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_;
};

}  // namespace sluice::bin
