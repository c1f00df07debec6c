#include "sluice/net/retry.h"

#include <gtest/gtest.h>

namespace sluice::net {
namespace {

using namespace std::chrono_literals;

const RetryPolicy kFast{.attempts = 4, .first_delay = 1ms, .max_delay = 2ms};

Result<int> Fail(ErrorCode code) { return Error{code, "no", {}}; }

TEST(Retry, EndsWithTheFirstSuccess) {
  int calls = 0;
  auto result = Retry(kFast, DeadlineAfter(10s), {}, [&]() -> Result<int> {
    return ++calls < 3 ? Fail(ErrorCode::kServiceUnavailable) : 42;
  });
  EXPECT_EQ(*result, 42);
  EXPECT_EQ(calls, 3);
}

TEST(Retry, EndsWithTheLastAttemptAndAtOnceWhereItIsUseless) {
  for (auto [code, expected] :
       {std::pair(ErrorCode::kRateLimitExceeded, 4), std::pair(ErrorCode::kRequestTimeout, 4),
        std::pair(ErrorCode::kServerError, 4), std::pair(ErrorCode::kInvalidArgument, 1),
        std::pair(ErrorCode::kInvalidCredentials, 1), std::pair(ErrorCode::kClientError, 1)}) {
    int calls = 0;
    auto result = Retry(kFast, DeadlineAfter(10s), {}, [&, code = code] {
      ++calls;
      return Fail(code);
    });
    EXPECT_EQ(result.error().code, code);
    EXPECT_EQ(calls, expected);
  }
}

TEST(Retry, DoesNotSleepPastTheDeadline) {
  int calls = 0;
  auto start = std::chrono::steady_clock::now();
  auto result = Retry(kFast, DeadlineAfter(1s), {}, [&] {
    ++calls;
    return Result<int>(Error{ErrorCode::kRateLimitExceeded, "slow down", 60s});
  });
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(calls, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

TEST(RetryDelay, GrowsUpToItsBoundAndIsSpreadOut) {
  RetryPolicy policy{.attempts = 5, .first_delay = 100ms, .max_delay = 350ms};
  Error error{ErrorCode::kServerError, "", {}};
  auto largest = [&](int attempt) {
    std::chrono::milliseconds most{0};
    for (int i = 0; i < 2000; ++i) most = std::max(most, RetryDelay(policy, attempt, error));
    return most;
  };
  auto within = [](std::chrono::milliseconds delay, std::chrono::milliseconds bound) {
    return delay <= bound && delay > bound * 9 / 10;
  };
  EXPECT_TRUE(within(largest(2), 100ms));
  EXPECT_TRUE(within(largest(3), 200ms));
  EXPECT_TRUE(within(largest(4), 350ms));
  EXPECT_TRUE(within(largest(1000), 350ms));
}

TEST(RetryDelay, IsAtLeastWhatTheOtherSideAskedFor) {
  EXPECT_EQ(RetryDelay(kFast, 2, {ErrorCode::kRateLimitExceeded, "", 3s}), 3s);
}

}  // namespace
}  // namespace sluice::net
