// LiveRuns for tests: all runs are where the test says.
#pragma once

#include <mutex>
#include <string>

#include "sluice/flow/live_run.h"

namespace sluice::flow {

class FakeLiveRuns final : public LiveRuns {
 public:
  void Set(LiveState state) {
    std::lock_guard lock(mutex_);
    state_ = std::move(state);
  }
  LiveState Look(const std::string&) override {
    std::lock_guard lock(mutex_);
    return state_;
  }

 private:
  std::mutex mutex_;
  LiveState state_;
};

}  // namespace sluice::flow
