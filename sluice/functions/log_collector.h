// Takes log lines from many processes and writes them to the store in batches, so that no function
// ever waits for the disk.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sluice/functions/function.h"

namespace sluice::functions {

// CloudWatch Logs' limit for an event; a longer line is cut.
inline constexpr size_t kMaxLogLineBytes = 256 << 10;

// Any thread. The store is written to by a thread of its own, at most a second after a line came.
class LogCollector {
 public:
  LogCollector(FunctionStore& store, const Clock& clock);
  ~LogCollector();  // Writes what is left.

  // Never waits for the store. Events get times that never go back, in the order of their ids.
  // Bytes that are not UTF-8 become U+FFFD. When the store can't keep up and 32 MB are waiting,
  // lines are dropped, and a line says how many.
  void Add(const std::string& log_group, const std::string& log_stream, std::string_view line);

  // Returns when all that was added before has been written, or was refused by the store (which
  // the service's own log says).
  void Flush();

 private:
  void Write();

  FunctionStore& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_, written_;
  std::vector<LogEvent> waiting_;
  size_t waiting_bytes_ = 0;
  int64_t dropped_ = 0;
  Time last_time_{};
  uint64_t added_ = 0, finished_ = 0, flush_until_ = 0;  // Counts of events.
  bool stop_ = false;
  std::thread writer_;
};

// `text` with everything that is not UTF-8 replaced by U+FFFD.
std::string ToUtf8(std::string_view text);

}  // namespace sluice::functions
