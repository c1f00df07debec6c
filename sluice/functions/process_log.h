// What one process says: bytes of its stdout and stderr become lines of its log stream.
#pragma once

#include <mutex>
#include <string>

#include "sluice/functions/log_collector.h"

namespace sluice::functions {

// Any thread.
class ProcessLog {
 public:
  enum class Source { kOut, kErr };

  ProcessLog(LogCollector& collector, std::string log_group, std::string log_stream)
      : collector_(collector), group_(std::move(log_group)), stream_(std::move(log_stream)) {}

  void Take(Source source, std::string_view bytes);
  // A line of the host's own, such as START, after whatever was said before.
  void Say(std::string_view line);
  // Ends the lines that have no end yet.
  void EndLines();

  void ClearTail();
  std::string Tail();       // The last 4 KB since then, whole characters.
  std::string LastWords();  // The last few lines of stderr, of stdout where there are none.

 private:
  struct Output {
    std::string open_line;
    std::string last_lines;
  };
  void EndLine(Output& output);
  void Emit(std::string_view line);

  LogCollector& collector_;
  const std::string group_, stream_;
  std::mutex mutex_;
  Output out_, err_;
  std::string tail_;
};

}  // namespace sluice::functions
