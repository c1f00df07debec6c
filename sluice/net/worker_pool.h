// Threads that run tasks which may block.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::net {

// Starts a thread when a task finds none idle, until there are `most`, and keeps it. The one that
// became idle last gets the next task: if all took turns, as those of boost::asio::thread_pool do,
// each would come to hold memory of its own for what one could do alone.
class WorkerPool {
 public:
  using Task = std::function<void()>;  // Does not throw.

  explicit WorkerPool(size_t most) : most_(most) {}
  ~WorkerPool() { Join(); }
  WorkerPool(const WorkerPool&) = delete;

  // Any thread, before Join(). Where all are busy, tasks wait in the order of the calls.
  void Post(Task task);
  // Waits until all that was posted has run.
  void Join();

 private:
  struct Worker {
    std::condition_variable wake;
    Task task;
  };

  void Work();
  // The next one for this worker; none when it shall end.
  Task Next(Worker& worker);

  const size_t most_;
  std::mutex mutex_;
  std::deque<Task> waiting_;
  std::vector<Worker*> idle_;  // The last to become so at the end.
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sluice::net
