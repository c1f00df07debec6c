// Nothing lost: whatever fails, and whenever, the destination equals the source, and the run's
// record says exactly what was done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "sluice/base/log.h"
#include "sluice/flow/fake_run_store.h"
#include "sluice/flow/runner.h"
#include "sluice/flow/test_error_files.h"
#include "sluice/flow/test_systems.h"

namespace sluice::flow {
namespace {

using memory::Point;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAreArray;

constexpr int kGood = 33;    // Records that can be written …
constexpr int kRefused = 3;  // … and those that can't: two by the mapping, one by the target.

// What a target remembers of its streams.
enum class Memory {
  kOfItsOwn,  // Like TiDB.
  kUndoes,    // Like S3: what the engine doesn't know of is taken out again.
  kNone,      // Like a foreign connector.
};

struct Shape {
  Memory memory = Memory::kOfItsOwn;
  int64_t batches_per_commit = 1;
  int partitions = 1;
};

std::string NameOf(const ::testing::TestParamInfo<Shape>& info) {
  const Shape& shape = info.param;
  std::string name = shape.memory == Memory::kOfItsOwn ? "Remembering"
                     : shape.memory == Memory::kUndoes ? "Undoing"
                                                       : "Forgetful";
  return name + (shape.batches_per_commit == 1 ? "" : "Late") +
         (shape.partitions == 1 ? "" : "InParts");
}

// Two systems and a store, and the power that one life of the service has.
struct World {
  explicit World(const Shape& shape) : shape(shape) {
    SetLogLevel(LogLevel::kError);
    systems.Fill(kGood);
    systems.source.Append("Account", R"({"Id":"x","Employees":"many"})");
    systems.source.Append("Account", R"({"Id":"0005","Employees":"1"})");
    systems.source.Append("Account", R"({"Id":"y","Employees":"few"})");
    EntityDefinition table = TestSystems::Table();
    // Without a key, records can be there twice; then nothing is refused for being there.
    table.fields[0].is_primary_key = shape.memory != Memory::kNone;
    systems.destination.Put(table, {});
    systems.source_options.rows_per_batch = 5;
    systems.destination_options = {.batches_per_commit = shape.batches_per_commit,
                                   .remembers_position = shape.memory == Memory::kOfItsOwn,
                                   .undoes = shape.memory == Memory::kUndoes,
                                   .most_streams = shape.partitions};
    systems.source.OnPass([this](Point) { return Step(); });
    systems.destination.OnPass([this](Point) { return Step(); });
    store.on_step = [this] { return Step(); };
  }

  std::unique_ptr<Runner> Start() {
    RunnerOptions options;
    options.start = options.retry = {.attempts = 4,
                                     .first_delay = std::chrono::milliseconds(1),
                                     .max_delay = std::chrono::milliseconds(1)};
    options.partitions = shape.partitions;
    options.queue_bytes = 100;
    return Runner::Make(systems, store, files, observer, clock, options);
  }

  // Everything that the service does to the world passes here.
  Status Step() {
    const int64_t now = ++steps;
    if (on_step) on_step(now);
    if (cut_at == 0 || now < cut_at) return Done{};
    return ServiceUnavailable("the power is out");
  }

  // The run goes slowly at a step, so that something can be done just there.
  void PauseAt(int64_t step) {
    is_paused = false;
    on_step = [this, step](int64_t now) {
      if (now != step) return;
      is_paused = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    };
  }
  void AwaitPause(Runner& runner) {
    while (!is_paused && runner.IsRunning(flow.name)) std::this_thread::yield();
  }

  // One life of the service, in which the power is cut at a step (0: it isn't).
  void Live(int64_t cut) {
    steps = 0;
    cut_at = 0;
    auto runs = *store.UnfinishedRuns();
    cut_at = cut;
    auto runner = Start();
    if (runs.empty()) {
      auto id = runner->Start(flow, "");
      if (!id.ok()) return;
    }
    for (const RunRecord& run : runs) runner->GoOn(flow, run);
    while (runner->IsRunning(flow.name)) std::this_thread::yield();
  }

  std::vector<std::string> Written() { return systems.destination.Records("sf_account"); }

  RunRecord LastRun() {
    auto runs = *store.ListRuns(flow.name, 10, "");
    EXPECT_EQ(runs.size(), 1u);
    return runs.at(0);
  }

  // The statement.
  void ExpectEverythingIsThere() {
    RunRecord run = LastRun();
    EXPECT_EQ(run.status, RunStatus::kSuccessful) << run.message;
    EXPECT_EQ(run.counts.records_processed, kGood + kRefused);
    const bool is_keyed = shape.memory != Memory::kNone;
    EXPECT_EQ(run.counts.put_failures, is_keyed ? kRefused : kRefused - 1);
    EXPECT_EQ(static_cast<int64_t>(store.ListRefused(run.execution_id, 0, 100)->size()),
              run.counts.put_failures);
    EXPECT_EQ(static_cast<int64_t>(files.Records()), run.counts.put_failures);
    std::vector<std::string> expected = TestSystems::Expected(kGood);
    if (is_keyed) {
      EXPECT_THAT(IdsOf(Written()), UnorderedElementsAreArray(IdsOf(expected)));
      EXPECT_EQ(run.counts.repeated, 0);
      EXPECT_EQ(run.guarantee, Guarantee::kEffectivelyOnce);
    } else {
      expected.push_back(R"({"id":"0005","name":null,"employees":1})");
      EXPECT_THAT(Written(), IsSupersetOf(expected));
      EXPECT_LE(std::ssize(Written()), std::ssize(expected) + run.counts.repeated * lives);
      EXPECT_EQ(run.guarantee, Guarantee::kAtLeastOnce);
    }
  }

  // Which of the two records of one id comes first depends on the partitions.
  static std::vector<std::string> IdsOf(std::vector<std::string> records) {
    for (std::string& record : records) record = record.substr(0, record.find(','));
    return records;
  }

  const Shape shape;
  int lives = 1;
  TestSystems systems;
  FakeRunStore store;
  TestErrorFiles files;
  RunObserver observer;
  FakeClock clock{Time(std::chrono::days(20000))};
  Flow flow = [] {
    Flow flow = TestSystems::MakeFlow();
    flow.destination.error_bucket = "errors";
    return flow;
  }();
  std::atomic<int64_t> steps = 0, cut_at = 0;
  std::atomic<bool> is_paused = false;
  std::function<void(int64_t step)> on_step;
};

class Recovery : public ::testing::TestWithParam<Shape> {};

INSTANTIATE_TEST_SUITE_P(Shapes, Recovery,
                         ::testing::Values(Shape{}, Shape{.batches_per_commit = 3},
                                           Shape{.partitions = 3},
                                           Shape{.batches_per_commit = 3, .partitions = 3},
                                           Shape{Memory::kUndoes, 3, 1},
                                           Shape{Memory::kUndoes, 3, 3}, Shape{Memory::kNone, 1, 1},
                                           Shape{Memory::kNone, 1, 3}, Shape{Memory::kNone, 3, 1}),
                         NameOf);

TEST_P(Recovery, FromOneFailureOfEachStep) {
  int64_t passages = 0;
  for (Point point :
       {Point::kDescribe, Point::kSplit, Point::kOpenReader, Point::kRead, Point::kMisread,
        Point::kOpenWriter, Point::kResume, Point::kWrite, Point::kAcknowledge, Point::kFinish}) {
    for (bool is_source : {true, false}) {
      int64_t most = 1;
      for (int64_t n = 1; n <= most; ++n) {
        World world(GetParam());
        memory::Database& database = is_source ? world.systems.source : world.systems.destination;
        database.FailAt(point, n, ServiceUnavailable("the line is dead"));
        world.Live(0);
        SCOPED_TRACE(testing::Message() << "point " << static_cast<int>(point) << " passage " << n);
        world.ExpectEverythingIsThere();
        most = database.passed(point) - 1;  // One of them was the repetition.
        passages += most > 0 ? 1 : 0;
      }
    }
  }
  EXPECT_GE(passages, 20);
}

TEST_P(Recovery, FromOneFailureOfEachSave) {
  int64_t saves = 1;
  for (int64_t n = 1; n <= saves; ++n) {
    World world(GetParam());
    world.store.fail_save_at = n;
    world.Live(0);
    SCOPED_TRACE(testing::Message() << "save " << n);
    world.ExpectEverythingIsThere();
    saves = std::min<int64_t>(world.store.saves() - 1, 30);
  }
}

TEST_P(Recovery, FromAPowerCutAtEachStep) {
  bool was_cut = true;
  for (int64_t n = 1; was_cut; ++n) {
    World world(GetParam());
    world.Live(n);
    was_cut = world.steps >= n;
    world.lives = 3;
    world.Live(n * 7 % 40 + 3);  // And again, while it recovers.
    world.Live(0);
    SCOPED_TRACE(testing::Message() << "step " << n);
    // A cut before the run was on record leaves none, and so does one of a run that had ended.
    if (world.store.ListRuns(world.flow.name, 10, "")->size() != 1) continue;
    world.ExpectEverythingIsThere();
    ASSERT_LT(n, 1000);
    if (HasFailure()) break;
  }
}

TEST_P(Recovery, FromACleanStopAtEachStep) {
  int stopped = 0;
  for (int64_t n = 4;; ++n) {
    World world(GetParam());
    world.PauseAt(n);
    {
      auto runner = world.Start();
      ASSERT_TRUE(runner->Start(world.flow, "").ok());
      world.AwaitPause(*runner);
    }
    if (world.steps < n) break;  // It was over before that.
    stopped += static_cast<int>(world.store.UnfinishedRuns()->size());
    world.on_step = {};
    if (!world.store.UnfinishedRuns()->empty()) world.Live(0);
    SCOPED_TRACE(testing::Message() << "step " << n);
    world.ExpectEverythingIsThere();
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GE(stopped, 20);
}

TEST_P(Recovery, ACancelAtEachStepEndsAtADurablePosition) {
  int canceled = 0;
  for (int64_t n = 4;; ++n) {
    World world(GetParam());
    world.PauseAt(n);
    auto runner = world.Start();
    std::string id = *runner->Start(world.flow, "");
    world.AwaitPause(*runner);
    Status status = runner->Cancel(id);
    RunRecord run = world.store.Await(id);
    if (world.steps < n) break;
    if (run.status == RunStatus::kCanceled) ++canceled;
    EXPECT_TRUE(status.ok() || run.status == RunStatus::kSuccessful) << run.message;
    EXPECT_EQ(std::ssize(world.Written()),
              run.counts.records_processed - run.counts.put_failures - run.counts.filtered)
        << n << ": " << run.message;
    EXPECT_TRUE(world.store.UnfinishedRuns()->empty());
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GE(canceled, 20);
}

TEST_P(Recovery, ARunThatWasToBeCanceledBeforeAPowerCutIsCanceledAfterIt) {
  World world(GetParam());
  world.Live(30);
  auto runs = *world.store.UnfinishedRuns();
  ASSERT_EQ(runs.size(), 1u);
  world.cut_at = 0;
  ASSERT_TRUE(*world.store.StartCancel(runs[0].execution_id));
  world.Live(0);
  RunRecord run = world.LastRun();
  EXPECT_EQ(run.status, RunStatus::kCanceled);
  const int64_t written = run.counts.records_processed - run.counts.put_failures;
  if (GetParam().memory == Memory::kUndoes) {
    EXPECT_EQ(std::ssize(world.Written()), written) << "what was begun is gone";
  }
  EXPECT_GE(std::ssize(world.Written()), written);
}

}  // namespace
}  // namespace sluice::flow
