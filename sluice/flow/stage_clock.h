// Where the time of a partition goes.
#pragma once

#include <array>
#include <atomic>
#include <chrono>

#include "sluice/flow/run_store.h"

namespace sluice::flow {

enum class Stage { kRead, kMap, kWrite, kWait };

// Any thread.
class StageClock {
 public:
  // What `work` returns; its time is added to the stage's.
  template <class Work>
  auto Time(Stage stage, Work work) -> decltype(work()) {
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    const auto time = std::chrono::steady_clock::now() - start;
    times_us_[static_cast<size_t>(stage)] +=
        std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    return result;
  }

  // What was added since the last call.
  StageTimes Take() {
    auto take = [this](Stage stage) {
      return std::chrono::microseconds(times_us_[static_cast<size_t>(stage)].exchange(0));
    };
    return {.read = take(Stage::kRead),
            .map = take(Stage::kMap),
            .write = take(Stage::kWrite),
            .wait = take(Stage::kWait)};
  }

 private:
  std::array<std::atomic<int64_t>, 4> times_us_{};
};

}  // namespace sluice::flow
