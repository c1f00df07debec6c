#include "sluice/net/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

namespace sluice::net {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// What a task says, and when it is told to end.
struct Held {
  std::promise<void> begun, released;

  WorkerPool::Task task() {
    return [this] {
      begun.set_value();
      released.get_future().wait();
    };
  }
};

TEST(WorkerPool, TasksOneAfterTheOtherTakeFewThreads) {
  WorkerPool pool(64);
  std::set<std::thread::id> threads;
  for (int i = 0; i < 100; ++i) {
    std::promise<std::thread::id> ran;
    pool.Post([&] { ran.set_value(std::this_thread::get_id()); });
    threads.insert(ran.get_future().get());
    // It has answered and is not idle yet: the next task would find it busy.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_THAT(threads, SizeIs(testing::Lt(10u))) << "of 64 that might have taken turns";
}

TEST(WorkerPool, ThereAreAsManyThreadsAsTasksAtOnceUpToTheMost) {
  WorkerPool pool(3);
  Held held[3];
  for (Held& one : held) pool.Post(one.task());
  for (Held& one : held) one.begun.get_future().wait();

  std::vector<int> order;
  std::promise<void> last;
  pool.Post([&] { order.push_back(1); });
  pool.Post([&] { order.push_back(2); });
  pool.Post([&] {
    order.push_back(3);
    last.set_value();
  });
  EXPECT_THAT(order, ElementsAre()) << "all three are busy";
  held[1].released.set_value();
  last.get_future().wait();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  held[0].released.set_value();
  held[2].released.set_value();
}

TEST(WorkerPool, JoinWaitsForWhatRunsAndForWhatWaits) {
  std::atomic<int> done = 0;
  WorkerPool pool(2);
  for (int i = 0; i < 20; ++i) {
    pool.Post([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      ++done;
    });
  }
  pool.Join();
  EXPECT_EQ(done, 20);
}

}  // namespace
}  // namespace sluice::net
