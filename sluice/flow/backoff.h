// Trying again after an error that may pass: with pauses that grow, and not forever.
#pragma once

#include <chrono>
#include <stop_token>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

namespace sluice::flow {

struct RetryPolicy {
  int attempts = 7;                             // In a row, the first one included.
  std::chrono::milliseconds first_delay{200};   // Doubles with each attempt …
  std::chrono::milliseconds max_delay{10'000};  // … up to this.
  std::chrono::seconds longest_wait{300};       // More is not waited, even if the other side asks.
  // Counted from the first failure in a row: one that comes later is final. What the other side
  // asked to wait doesn't count. It bounds a run against a system that hangs, where each attempt
  // takes as long as its connector waits for an answer.
  std::chrono::milliseconds patience{60'000};
};

// One series of attempts. Used by one thread at a time.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy) : policy_(policy) {}

  // Pauses after a failed attempt. False: don't try again, because the error is final, there were
  // enough attempts, patience is at an end, or `stop` is requested.
  bool Wait(const Error& error, std::stop_token stop);
  // Something worked: the next failure is the first again.
  void Reset() { failures_ = 0; }

 private:
  RetryPolicy policy_;
  int failures_ = 0;
  Deadline give_up_;  // From the first failure on.
};

}  // namespace sluice::flow
