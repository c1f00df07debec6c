#include "sluice/flow/backoff.h"

#include <algorithm>
#include <random>

#include "sluice/base/sleep.h"

namespace sluice::flow {
namespace {

// Between half and all of it, so that several runs don't come back at the same moment.
std::chrono::milliseconds Jitter(std::chrono::milliseconds delay) {
  thread_local std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int64_t> part(delay.count() / 2, delay.count());
  return std::chrono::milliseconds(part(random));
}

}  // namespace

bool Backoff::Wait(const Error& error, std::stop_token stop) {
  if (!IsRetryable(error.code) || ++failures_ >= policy_.attempts) return false;
  if (failures_ == 1) give_up_ = DeadlineAfter(policy_.patience);
  if (std::chrono::steady_clock::now() > give_up_) return false;
  auto delay =
      std::min(policy_.max_delay, policy_.first_delay * (1 << std::min(failures_ - 1, 20)));
  delay = Jitter(delay);
  if (error.retry_after) {
    if (*error.retry_after > policy_.longest_wait) return false;
    delay = std::max<std::chrono::milliseconds>(delay, *error.retry_after);
    give_up_ += delay;
  }
  return SleepFor(delay, stop);
}

}  // namespace sluice::flow
