#include "sluice/net/retry.h"

#include <algorithm>
#include <random>

namespace sluice::net {

std::chrono::milliseconds RetryDelay(const RetryPolicy& policy, int attempt, const Error& error) {
  std::chrono::milliseconds most = policy.first_delay;
  for (int n = 2; n < attempt && most < policy.max_delay; ++n) most *= 2;
  most = std::min(most, policy.max_delay);
  thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int64_t> up_to(0, most.count());
  std::chrono::milliseconds delay(up_to(random));
  return error.retry_after ? std::max<std::chrono::milliseconds>(delay, *error.retry_after) : delay;
}

}  // namespace sluice::net
