// A queue between two threads that is bounded in bytes.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "sluice/base/clock.h"

namespace sluice::flow {

// One thread pushes, one pops.
template <class T>
class ByteQueue {
 public:
  // It holds as many items as have `max_bytes`, and one more.
  explicit ByteQueue(int64_t max_bytes) : max_bytes_(max_bytes) {}

  // Adds an item, then waits until there is room for another. False: `stop` is requested.
  bool Push(T item, int64_t bytes, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    items_.push_back({std::move(item), bytes});
    bytes_ += bytes;
    changed_.notify_all();
    return changed_.wait(lock, stop, [&] { return bytes_ <= max_bytes_; });
  }

  // The first item, once there is one; nothing when `stop` is requested before that.
  std::optional<T> Pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return !items_.empty(); })) return std::nullopt;
    Item first = std::move(items_.front());
    items_.pop_front();
    bytes_ -= first.bytes;
    changed_.notify_all();
    return std::move(first.item);
  }

 private:
  struct Item {
    T item;
    int64_t bytes;
  };

  const int64_t max_bytes_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> items_;
  int64_t bytes_ = 0;
};

}  // namespace sluice::flow
