// Trying again after an error that may pass: with pauses that grow, and not forever.
#pragma once

#include <chrono>
#include <limits>
#include <optional>
#include <stop_token>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/flow/live_run.h"

namespace sluice::flow {

struct RetryPolicy {
  int attempts = std::numeric_limits<int>::max();  // In a row, the first one included.
  std::chrono::milliseconds first_delay{200};      // Doubles with each attempt …
  std::chrono::milliseconds max_delay{10'000};     // … up to this.
  // Counted from the first failure in a row: one that comes later is final. None: the first one is.
  std::chrono::milliseconds patience{60'000};
  // What the other side asks to wait comes on top of the patience, up to this much in all. One that
  // asks for more than is left is not waited for.
  std::chrono::milliseconds asked_patience{300'000};

  // The same with all the patience there is, where somebody has said how much: what the other side
  // asks to wait is part of it.
  RetryPolicy LastingFor(std::optional<std::chrono::minutes> patience) const;
};

// One series of attempts. Used by one thread at a time.
class Backoff {
 public:
  // `live` is told what is waited for; it outlives this.
  Backoff(const RetryPolicy& policy, LiveRun& live) : policy_(policy), live_(live) {}
  ~Backoff() { GoOn(); }
  Backoff(const Backoff&) = delete;
  Backoff& operator=(const Backoff&) = delete;

  // Pauses after a failed attempt. False: don't try again, because the error is final, there were
  // enough attempts, patience is at an end, or `stop` is requested.
  bool Wait(const Error& error, std::stop_token stop);
  // What failed is under way again, so that nobody waits any more …
  void GoOn();
  // … and has got somewhere: the next failure is the first again.
  void Reset();

 private:
  const RetryPolicy policy_;
  LiveRun& live_;
  int failures_ = 0;
  bool is_waiting_ = false;                     // As `live_` has been told.
  Deadline give_up_;                            // From the first failure on.
  std::chrono::milliseconds asked_patience_{};  // What is left of it.
};

}  // namespace sluice::flow
