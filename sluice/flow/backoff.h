// Trying again after an error that may pass: with pauses that grow, and not forever.
#pragma once

#include <chrono>
#include <stop_token>

#include "sluice/base/result.h"

namespace sluice::flow {

struct RetryPolicy {
  int attempts = 7;                             // In a row, the first one included.
  std::chrono::milliseconds first_delay{200};   // Doubles with each attempt …
  std::chrono::milliseconds max_delay{10'000};  // … up to this.
  std::chrono::seconds longest_wait{300};       // More is not waited, even if the other side asks.
};

// kRequestTimeout, kRateLimitExceeded, kServiceUnavailable, kServerError.
bool IsRetryable(ErrorCode code);

// One series of attempts. Used by one thread at a time.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy) : policy_(policy) {}

  // Pauses after a failed attempt. False: don't try again, because the error is final, there were
  // enough attempts, or `stop` is requested.
  bool Wait(const Error& error, std::stop_token stop);
  // Something worked: the next failure is the first again.
  void Reset() { failures_ = 0; }

 private:
  RetryPolicy policy_;
  int failures_ = 0;
};

}  // namespace sluice::flow
