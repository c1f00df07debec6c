#include "sluice/base/sleep.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice {
namespace {

using namespace std::chrono_literals;

TEST(SleepFor, AStopWakesTheSleeper) {
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(SleepFor(30s, stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_FALSE(SleepFor(30s, stop.get_token()));
  EXPECT_TRUE(SleepFor(1ms, {}));
}

}  // namespace
}  // namespace sluice
