#include "sluice/flow/live_run.h"

#include <algorithm>

namespace sluice::flow {

void LiveRun::Move(int64_t records, int64_t bytes) {
  std::lock_guard lock(mutex_);
  state_.records_on_the_way += records;
  state_.bytes_on_the_way += bytes;
}

void LiveRun::Wait(const void* part, const std::string& failure) {
  std::lock_guard lock(mutex_);
  auto known = std::ranges::find(waiting_, part, &std::pair<const void*, std::string>::first);
  if (known == waiting_.end()) {
    waiting_.push_back({part, failure});
  } else {
    known->second = failure;
  }
}

void LiveRun::GoOn(const void* part) {
  std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const auto& waiting) { return waiting.first == part; });
}

LiveState LiveRun::state() const {
  std::lock_guard lock(mutex_);
  LiveState state = state_;
  if (!waiting_.empty()) state.waiting_for = waiting_.front().second;
  return state;
}

}  // namespace sluice::flow
