// How much memory a process and all that it started use. Resource limits can't bound it (address
// space is not memory: Java, Go and sanitizers reserve far more than they use), so it is watched.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

namespace sluice::functions {

// Any thread. Reads /proc at most once in a while for all who ask.
class ProcessTable {
 public:
  // Resident bytes of the descendants of `ancestor`, itself excluded, not older than `max_age`.
  // Pages that several of them share count for each: an upper bound.
  int64_t ResidentBytes(pid_t ancestor, std::chrono::milliseconds max_age);
  // The same with shared pages divided among those who share them. Exact, slow, and now.
  int64_t ProportionalBytes(pid_t ancestor);

 private:
  struct Entry {
    pid_t pid, parent;
    int64_t resident_bytes;
  };
  std::vector<Entry> Descendants(pid_t ancestor, std::chrono::milliseconds max_age);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::chrono::steady_clock::time_point read_at_{};
};

}  // namespace sluice::functions
