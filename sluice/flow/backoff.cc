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

RetryPolicy RetryPolicy::LastingFor(std::optional<std::chrono::minutes> patience) const {
  RetryPolicy policy = *this;
  if (patience) {
    policy.patience = *patience;
    policy.asked_patience = {};
  }
  return policy;
}

bool Backoff::Wait(const Error& error, std::stop_token stop) {
  if (!IsRetryable(error.code) || ++failures_ >= policy_.attempts) return false;
  const Deadline now = std::chrono::steady_clock::now();
  if (failures_ == 1) {
    give_up_ = now + policy_.patience;
    asked_patience_ = policy_.asked_patience;
  }
  if (now >= give_up_) return false;
  auto delay =
      Jitter(std::min(policy_.max_delay, policy_.first_delay * (1 << std::min(failures_ - 1, 20))));
  if (error.retry_after && *error.retry_after > delay) {
    delay = *error.retry_after;
    const auto on_top = std::min(delay, asked_patience_);
    asked_patience_ -= on_top;
    give_up_ += on_top;
    if (now + delay > give_up_) return false;
  }
  is_waiting_ = true;
  live_.Wait(this, error.message);
  return SleepFor(delay, stop);
}

void Backoff::GoOn() {
  if (!is_waiting_) return;
  is_waiting_ = false;
  live_.GoOn(this);
}

void Backoff::Reset() {
  failures_ = 0;
  GoOn();
}

}  // namespace sluice::flow
