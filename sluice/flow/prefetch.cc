#include "sluice/flow/prefetch.h"

#include <exception>

namespace sluice::flow {
namespace {

constexpr std::chrono::minutes kIdleWait{1};

// The next batch, end or error; being idle is nobody's news here.
Result<Pull> NextNews(BatchReader& reader, std::stop_token stop) {
  while (true) {
    auto pull = reader.Next(DeadlineAfter(kIdleWait), stop);
    if (!pull.ok() || pull->what != Pulled::kIdle || stop.stop_requested()) return pull;
  }
}

// This is where a thread begins: nothing may be thrown out of it.
Result<Pull> NextWithoutThrowing(BatchReader& reader, std::stop_token stop) {
  try {
    return NextNews(reader, stop);
  } catch (const std::exception& exception) {
    return Error{ErrorCode::kUnknown, std::string("reading failed: ") + exception.what(), {}};
  } catch (...) {
    return Error{ErrorCode::kUnknown, "reading failed for an unknown reason", {}};
  }
}

}  // namespace

PrefetchingReader::PrefetchingReader(std::unique_ptr<BatchReader> inner, int64_t max_bytes)
    : inner_(std::move(inner)),
      max_bytes_(max_bytes),
      thread_([this](std::stop_token stop) { ReadAhead(stop); }) {}

void PrefetchingReader::ReadAhead(std::stop_token stop) {
  while (!stop.stop_requested()) {
    auto pull = NextWithoutThrowing(*inner_, stop);
    bool is_last = !pull.ok() || pull->what != Pulled::kBatch;
    Add(std::move(pull));
    if (is_last) return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return waiting_bytes_ <= max_bytes_; });
  }
}

void PrefetchingReader::Add(Result<Pull> pull) {
  {
    std::lock_guard lock(mutex_);
    if (pull.ok()) waiting_bytes_ += pull->batch.bytes;
    waiting_.push_back(std::move(pull));
  }
  changed_.notify_all();
}

Result<Pull> PrefetchingReader::Next(Deadline until, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, stop, until, [&] { return !waiting_.empty(); })) {
    return Pull{Pulled::kIdle, {}};
  }
  Result<Pull> pull = std::move(waiting_.front());
  // The end and an error stay, for whoever asks again.
  if (pull.ok() && pull->what == Pulled::kBatch) {
    waiting_bytes_ -= pull->batch.bytes;
    waiting_.pop_front();
    changed_.notify_all();
  } else {
    waiting_.front() = pull;
  }
  failed_ = failed_ || !pull.ok();
  return pull;
}

}  // namespace sluice::flow
