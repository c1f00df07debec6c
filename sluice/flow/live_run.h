// What a run in progress is at, beyond what is on record.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sluice::flow {

struct LiveState {
  // Taken from the source and mapped, not durable yet.
  int64_t records_on_the_way = 0;
  int64_t bytes_on_the_way = 0;  // As they came from the source.
  std::string waiting_for;       // The failure that it waits out; empty: none.

  friend bool operator==(const LiveState&, const LiveState&) = default;
};

// Who can be asked about runs. Any thread; answers at once, whatever the run waits for.
class LiveRuns {
 public:
  virtual ~LiveRuns() = default;
  // Nothing on its way, nothing waited for, where the run is not in progress here.
  virtual LiveState Look(const std::string& execution_id) = 0;
};

// What all parts of one run say about it. Any thread.
class LiveRun {
 public:
  // So much more is on its way, or less.
  void Move(int64_t records, int64_t bytes);
  // `part`, whoever that is, waits for a failure to pass; until it says that it doesn't.
  void Wait(const void* part, const std::string& failure);
  void GoOn(const void* part);

  LiveState state() const;

 private:
  mutable std::mutex mutex_;
  LiveState state_;
  std::vector<std::pair<const void*, std::string>> waiting_;  // In the order in which they began.
};

}  // namespace sluice::flow
