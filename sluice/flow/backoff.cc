#include "sluice/flow/backoff.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace sluice::flow {
namespace {

// False if `stop` is requested meanwhile.
bool Sleep(std::chrono::milliseconds delay, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, delay, [] { return false; });
  return !stop.stop_requested();
}

// Between half and all of it, so that several runs don't come back at the same moment.
std::chrono::milliseconds Jitter(std::chrono::milliseconds delay) {
  thread_local std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int64_t> part(delay.count() / 2, delay.count());
  return std::chrono::milliseconds(part(random));
}

}  // namespace

bool IsRetryable(ErrorCode code) {
  return code == ErrorCode::kRequestTimeout || code == ErrorCode::kRateLimitExceeded ||
         code == ErrorCode::kServiceUnavailable || code == ErrorCode::kServerError;
}

bool Backoff::Wait(const Error& error, std::stop_token stop) {
  if (!IsRetryable(error.code) || ++failures_ >= policy_.attempts) return false;
  auto delay =
      std::min(policy_.max_delay, policy_.first_delay * (1 << std::min(failures_ - 1, 20)));
  delay = Jitter(delay);
  if (error.retry_after) {
    if (*error.retry_after > policy_.longest_wait) return false;
    delay = std::max<std::chrono::milliseconds>(delay, *error.retry_after);
  }
  return Sleep(delay, stop);
}

}  // namespace sluice::flow
