#include "sluice/flow/backoff.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;

const Error kGone = ServiceUnavailable("gone");

TEST(Backoff, GivesUpAfterTheAttemptsInARow) {
  Backoff backoff({.attempts = 3, .first_delay = 1ms});
  EXPECT_TRUE(backoff.Wait(kGone, {}));
  EXPECT_TRUE(backoff.Wait(kGone, {}));
  EXPECT_FALSE(backoff.Wait(kGone, {}));
  backoff.Reset();
  EXPECT_TRUE(backoff.Wait(kGone, {}));
}

TEST(Backoff, AFailureAfterItsPatienceIsFinal) {
  Backoff backoff({.first_delay = 1ms, .patience = 100ms});
  std::this_thread::sleep_for(150ms);
  EXPECT_TRUE(backoff.Wait(kGone, {})) << "patience begins with the first failure";
  std::this_thread::sleep_for(150ms);
  EXPECT_FALSE(backoff.Wait(kGone, {}));
  backoff.Reset();
  EXPECT_TRUE(backoff.Wait(kGone, {})) << "and anew after a success";
}

TEST(Backoff, WaitingAsLongAsTheOtherSideAskedTakesNoPatience) {
  Backoff backoff({.first_delay = 1ms, .patience = 500ms});
  EXPECT_TRUE(backoff.Wait({ErrorCode::kRateLimitExceeded, "later", 1s}, {}));
  EXPECT_TRUE(backoff.Wait(kGone, {}));
}

TEST(Backoff, ErrorsThatStayAreFinal) {
  Backoff backoff({.first_delay = 1ms});
  EXPECT_FALSE(backoff.Wait(InvalidArgument("no"), {}));
  EXPECT_FALSE(backoff.Wait({ErrorCode::kRateLimitExceeded, "tomorrow", 24h}, {}));
}

TEST(Backoff, WaitsAsLongAsTheOtherSideAsks) {
  Backoff backoff({.first_delay = 1ms});
  auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(backoff.Wait({ErrorCode::kRateLimitExceeded, "slow down", 1s}, {}));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

TEST(Backoff, EndsWhenStopIsRequested) {
  Backoff backoff({.first_delay = 1h, .max_delay = 1h});
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_FALSE(backoff.Wait(kGone, stop.get_token()));
}

}  // namespace
}  // namespace sluice::flow
