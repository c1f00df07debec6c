#include "sluice/flow/backoff.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;

const Error kGone = ServiceUnavailable("gone");

class BackoffTest : public ::testing::Test {
 protected:
  LiveRun live_;
};

TEST_F(BackoffTest, GivesUpAfterTheAttemptsInARow) {
  Backoff backoff({.attempts = 3, .first_delay = 1ms}, live_);
  EXPECT_TRUE(backoff.Wait(kGone, {}));
  EXPECT_TRUE(backoff.Wait(kGone, {}));
  EXPECT_FALSE(backoff.Wait(kGone, {}));
  backoff.Reset();
  EXPECT_TRUE(backoff.Wait(kGone, {}));
}

TEST_F(BackoffTest, AFailureAfterItsPatienceIsFinal) {
  Backoff backoff({.first_delay = 1ms, .patience = 100ms}, live_);
  std::this_thread::sleep_for(150ms);
  EXPECT_TRUE(backoff.Wait(kGone, {})) << "patience begins with the first failure";
  std::this_thread::sleep_for(150ms);
  EXPECT_FALSE(backoff.Wait(kGone, {}));
  backoff.Reset();
  EXPECT_TRUE(backoff.Wait(kGone, {})) << "and anew after a success";
}

TEST_F(BackoffTest, WaitingAsLongAsTheOtherSideAskedTakesNoPatience) {
  Backoff backoff({.first_delay = 1ms, .patience = 500ms}, live_);
  EXPECT_TRUE(backoff.Wait({ErrorCode::kRateLimitExceeded, "later", 1s}, {}));
  EXPECT_TRUE(backoff.Wait(kGone, {}));
}

TEST_F(BackoffTest, ErrorsThatStayAreFinal) {
  Backoff backoff({.first_delay = 1ms}, live_);
  EXPECT_FALSE(backoff.Wait(InvalidArgument("no"), {}));
  EXPECT_FALSE(backoff.Wait({ErrorCode::kRateLimitExceeded, "tomorrow", 24h}, {}));
}

TEST_F(BackoffTest, WaitsAsLongAsTheOtherSideAsks) {
  Backoff backoff({.first_delay = 1ms}, live_);
  auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(backoff.Wait({ErrorCode::kRateLimitExceeded, "slow down", 1s}, {}));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(BackoffTest, WithoutPatienceTheFirstFailureIsFinal) {
  Backoff backoff(RetryPolicy{.first_delay = 1ms}.LastingFor(0min), live_);
  EXPECT_FALSE(backoff.Wait(kGone, {}));
  EXPECT_FALSE(backoff.Wait({ErrorCode::kRateLimitExceeded, "later", 1s}, {}));
}

TEST_F(BackoffTest, WhatTheOtherSideAsksForIsPartOfThePatienceThatSomebodyHasSet) {
  Backoff backoff(RetryPolicy{.first_delay = 1ms, .patience = 1ms}.LastingFor(1min), live_);
  EXPECT_FALSE(backoff.Wait({ErrorCode::kRateLimitExceeded, "later", 61s}, {}));
  EXPECT_TRUE(backoff.Wait({ErrorCode::kRateLimitExceeded, "later", 1s}, {}));
}

TEST_F(BackoffTest, WhatTheOtherSideAsksForIsNotWaitedForWithoutEnd) {
  Backoff backoff({.first_delay = 1ms, .patience = 500ms, .asked_patience = 1500ms}, live_);
  const Error later{ErrorCode::kRateLimitExceeded, "later", 1s};
  EXPECT_TRUE(backoff.Wait(later, {}));
  EXPECT_FALSE(backoff.Wait(later, {}));
}

TEST_F(BackoffTest, SaysWhatItWaitsForUntilThatIsUnderWayAgain) {
  {
    Backoff backoff({.first_delay = 1ms}, live_);
    EXPECT_EQ(live_.state().waiting_for, "");
    EXPECT_TRUE(backoff.Wait(kGone, {}));
    EXPECT_EQ(live_.state().waiting_for, "gone") << "while it tries again, too";
    backoff.GoOn();
    EXPECT_EQ(live_.state().waiting_for, "");
    EXPECT_TRUE(backoff.Wait(ServerError("worse"), {}));
    EXPECT_EQ(live_.state().waiting_for, "worse");
    Backoff other({.first_delay = 1ms}, live_);
    EXPECT_TRUE(other.Wait(kGone, {}));
    EXPECT_EQ(live_.state().waiting_for, "worse") << "the first of several";
    backoff.Reset();
    EXPECT_EQ(live_.state().waiting_for, "gone");
  }
  EXPECT_EQ(live_.state().waiting_for, "");
}

TEST_F(BackoffTest, EndsWhenStopIsRequested) {
  Backoff backoff({.first_delay = 1h, .max_delay = 1h}, live_);
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_FALSE(backoff.Wait(kGone, stop.get_token()));
}

}  // namespace
}  // namespace sluice::flow
