// Trying again: exponential back-off with full jitter, within a deadline.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/sleep.h"

namespace sluice::net {

struct RetryPolicy {
  int attempts = 5;                             // The first one included.
  std::chrono::milliseconds first_delay{200};   // Doubles with each attempt …
  std::chrono::milliseconds max_delay{10'000};  // … up to this.
};

// The pause before attempt `attempt` (2 is the first repetition): random between 0 and the doubled
// delay; at least `error.retry_after` where the other side asked for it.
std::chrono::milliseconds RetryDelay(const RetryPolicy& policy, int attempt, const Error& error);

// Calls `attempt` until it succeeds, fails for good, runs out of attempts, would pass `deadline`,
// or `stop` is requested; returns its last result.
template <class Attempt>
auto Retry(const RetryPolicy& policy, Deadline deadline, std::stop_token stop, Attempt attempt)
    -> decltype(attempt()) {
  for (int n = 1;; ++n) {
    auto result = attempt();
    if (result.ok() || n >= policy.attempts || !IsRetryable(result.error().code)) return result;
    auto delay = RetryDelay(policy, n + 1, result.error());
    if (std::chrono::steady_clock::now() + delay >= deadline) return result;
    if (!SleepFor(delay, stop)) return result;
  }
}

}  // namespace sluice::net
