// Time, behind an interface small enough to be turned by hand in a test.
#pragma once

#include <atomic>
#include <chrono>

namespace sluice {

using Time = std::chrono::sys_time<std::chrono::microseconds>;  // UTC.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline DeadlineAfter(std::chrono::nanoseconds duration) {
  return std::chrono::steady_clock::now() +
         std::chrono::duration_cast<Deadline::duration>(duration);
}

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;  // Any thread.
};

class SystemClock final : public Clock {
 public:
  Time Now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

// Stands still until told.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time now) : now_us_(now.time_since_epoch().count()) {}
  Time Now() const override { return Time(std::chrono::microseconds(now_us_.load())); }
  void Tick(std::chrono::microseconds by) { now_us_ += by.count(); }

 private:
  std::atomic<int64_t> now_us_;
};

}  // namespace sluice
