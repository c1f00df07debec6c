#include "sluice/net/worker_pool.h"

#include <system_error>
#include <utility>

namespace sluice::net {

void WorkerPool::Post(Task task) {
  std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->task = std::move(task);
    worker->wake.notify_one();
    return;
  }
  waiting_.push_back(std::move(task));
  if (threads_.size() == most_) return;
  try {
    threads_.emplace_back([this] { Work(); });
  } catch (const std::system_error&) {
    // No more threads for this process now: those that there are do it.
    if (threads_.empty()) throw;
  }
}

void WorkerPool::Join() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    is_ending_ = true;
    for (Worker* worker : std::exchange(idle_, {})) worker->wake.notify_one();
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::Work() {
  Worker self;
  while (Task task = Next(self)) task();
}

WorkerPool::Task WorkerPool::Next(Worker& worker) {
  std::unique_lock lock(mutex_);
  if (!waiting_.empty()) {
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    return task;
  }
  if (is_ending_) return nullptr;
  idle_.push_back(&worker);
  worker.wake.wait(lock, [&] { return worker.task || is_ending_; });
  return std::exchange(worker.task, nullptr);
}

}  // namespace sluice::net
