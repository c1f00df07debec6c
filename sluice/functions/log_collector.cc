#include "sluice/functions/log_collector.h"

#include <simdjson.h>

#include <algorithm>

#include "sluice/base/log.h"

namespace sluice::functions {
namespace {

constexpr size_t kMaxWaitingBytes = 32 << 20;
constexpr size_t kMaxBatch = 1000;
constexpr std::chrono::milliseconds kMaxDelay{1000};

// The length of the UTF-8 sequence at the beginning of `text`, or 0 where there is none.
size_t SequenceLength(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return length <= text.size() && simdjson::validate_utf8(text.data(), length) ? length : 0;
}

}  // namespace

std::string ToUtf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return std::string(text);
  std::string valid;
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    valid += length > 0 ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return valid;
}

LogCollector::LogCollector(FunctionStore& store, const Clock& clock)
    : store_(store), clock_(clock), writer_([this] { Write(); }) {}

LogCollector::~LogCollector() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  writer_.join();
}

void LogCollector::Add(const std::string& log_group, const std::string& log_stream,
                       std::string_view line) {
  size_t end = std::min(line.size(), kMaxLogLineBytes);
  while (end < line.size() && end > 0 && (line[end] & 0xC0) == 0x80) --end;  // Whole characters.
  LogEvent event{log_group, log_stream, {}, ToUtf8(line.substr(0, end))};
  std::lock_guard lock(mutex_);
  if (waiting_bytes_ + event.message.size() > kMaxWaitingBytes) {
    ++dropped_;
    return;
  }
  last_time_ = event.timestamp = std::max(last_time_, clock_.Now());
  if (dropped_ > 0) {
    waiting_.push_back({log_group, log_stream, last_time_,
                        std::to_string(std::exchange(dropped_, 0)) +
                            " log lines were dropped: they came faster than they could be stored"});
    ++added_;
  }
  waiting_bytes_ += event.message.size();
  waiting_.push_back(std::move(event));
  ++added_;
  if (waiting_.size() >= kMaxBatch) wake_.notify_one();
}

void LogCollector::Flush() {
  std::unique_lock lock(mutex_);
  const uint64_t until = added_;
  flush_until_ = std::max(flush_until_, until);
  wake_.notify_one();
  written_.wait(lock, [&] { return finished_ >= until; });
}

void LogCollector::Write() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_for(lock, kMaxDelay, [&] {
      return stop_ || flush_until_ > finished_ || waiting_.size() >= kMaxBatch;
    });
    if (waiting_.empty()) {
      if (stop_) return;
      continue;
    }
    std::vector<LogEvent> batch = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    lock.unlock();
    if (Status status = store_.AppendLog(batch); !status.ok()) {
      Log(LogLevel::kError, "log lines of functions could not be stored and are lost",
          {{"lines", batch.size()}, {"reason", ToString(status.error())}});
    }
    lock.lock();
    finished_ += batch.size();
    written_.notify_all();
  }
}

}  // namespace sluice::functions
