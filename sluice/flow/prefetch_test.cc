#include "sluice/flow/prefetch.h"

#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <atomic>

#include "sluice/connector/records.h"
#include "sluice/flow/retrying_reader.h"

namespace sluice::flow {
namespace {

using std::chrono::milliseconds;

Deadline Soon() { return DeadlineAfter(milliseconds(20)); }
Deadline Late() { return DeadlineAfter(std::chrono::seconds(30)); }

// Batches 1 to `count` of `bytes` each, then the end, or an error.
class CountingReader final : public BatchReader {
 public:
  CountingReader(int64_t count, int64_t bytes, std::atomic<int64_t>& read)
      : count_(count), bytes_(bytes), read_(read) {}

  std::optional<Error> error_at_end;
  bool throws_at_end = false;

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  Result<Pull> Next(Deadline, std::stop_token) override {
    if (seq_ == count_) {
      if (throws_at_end) throw std::bad_alloc();
      if (error_at_end) return *error_at_end;
      return Pull{Pulled::kEnd, {}};
    }
    ++seq_;
    ++read_;
    Batch batch{.rows = *RecordsFromJson(schema_, {}), .bytes = bytes_, .after = {seq_, ""}};
    return Pull{Pulled::kBatch, std::move(batch)};
  }

 private:
  std::shared_ptr<arrow::Schema> schema_ = arrow::schema({ToArrowField("v", DataType::kLong)});
  int64_t count_, bytes_, seq_ = 0;
  std::atomic<int64_t>& read_;
};

// Has nothing until it is stopped.
class SilentReader final : public BatchReader {
 public:
  std::shared_ptr<arrow::Schema> schema() const override { return arrow::schema({}); }
  Result<Pull> Next(Deadline until, std::stop_token stop) override {
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(milliseconds(1));
    }
    return Pull{Pulled::kIdle, {}};
  }
};

TEST(Prefetch, GivesAllBatchesInOrderAndThenTheEndAsOftenAsAsked) {
  std::atomic<int64_t> read = 0;
  PrefetchingReader reader(std::make_unique<CountingReader>(20, 10, read), 35);
  for (int64_t seq = 1; seq <= 20; ++seq) {
    auto pull = reader.Next(Late(), {});
    ASSERT_EQ(pull->what, Pulled::kBatch);
    EXPECT_EQ(pull->batch.after.seq, seq);
  }
  EXPECT_EQ(reader.Next(Late(), {})->what, Pulled::kEnd);
  EXPECT_EQ(reader.Next(Late(), {})->what, Pulled::kEnd);
  EXPECT_FALSE(reader.failed());
}

TEST(Prefetch, KeepsNoMoreThanItsBytesAndOneBatch) {
  std::atomic<int64_t> read = 0;
  PrefetchingReader reader(std::make_unique<CountingReader>(1000, 10, read), 35);
  for (int64_t taken = 0; taken < 50; ++taken) {
    std::this_thread::sleep_for(milliseconds(1));
    EXPECT_LE(read - taken, 4);
    ASSERT_EQ(reader.Next(Late(), {})->what, Pulled::kBatch);
  }
  // It does read ahead.
  while (read < 54) std::this_thread::sleep_for(milliseconds(1));
}

TEST(Prefetch, TakesABatchThatIsLargerThanItsBytes) {
  std::atomic<int64_t> read = 0;
  PrefetchingReader reader(std::make_unique<CountingReader>(2, 1000, read), 35);
  EXPECT_EQ(reader.Next(Late(), {})->batch.after.seq, 1);
  EXPECT_EQ(reader.Next(Late(), {})->batch.after.seq, 2);
}

TEST(Prefetch, AnErrorComesAfterTheBatchesBeforeIt) {
  std::atomic<int64_t> read = 0;
  auto inner = std::make_unique<CountingReader>(2, 10, read);
  inner->error_at_end = ServerError("gone");
  PrefetchingReader reader(std::move(inner), 1000);
  EXPECT_EQ(reader.Next(Late(), {})->what, Pulled::kBatch);
  EXPECT_EQ(reader.Next(Late(), {})->what, Pulled::kBatch);
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.Next(Late(), {}).error().message, "gone");
  EXPECT_TRUE(reader.failed());
}

TEST(Prefetch, AnExceptionOfALibraryIsAnError) {
  std::atomic<int64_t> read = 0;
  auto inner = std::make_unique<CountingReader>(0, 10, read);
  inner->throws_at_end = true;
  PrefetchingReader reader(std::move(inner), 1000);
  EXPECT_EQ(reader.Next(Late(), {}).error().code, ErrorCode::kUnknown);
}

TEST(Prefetch, IsIdleAtTheDeadlineAndWhenStopped) {
  PrefetchingReader reader(std::make_unique<SilentReader>(), 1000);
  EXPECT_EQ(reader.Next(Soon(), {})->what, Pulled::kIdle);
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_EQ(reader.Next(DeadlineAfter(std::chrono::hours(1)), stop.get_token())->what,
            Pulled::kIdle);
}  // Destruction stops the silent reader.

TEST(Prefetch, CanBeDestroyedWhileItIsFull) {
  std::atomic<int64_t> read = 0;
  PrefetchingReader reader(std::make_unique<CountingReader>(1000, 10, read), 15);
  while (read < 2) std::this_thread::sleep_for(milliseconds(1));
}

RetryPolicy Quick(int attempts) {
  return {.attempts = attempts, .first_delay = milliseconds(1), .max_delay = milliseconds(1)};
}

TEST(RetryingReader, GoesOnBehindTheLastBatch) {
  std::vector<std::optional<Position>> opened;
  std::atomic<int64_t> read = 0;
  auto open = [&](std::optional<Position> from) -> Result<std::unique_ptr<BatchReader>> {
    opened.push_back(from);
    if (opened.size() == 2) return ServiceUnavailable("still gone");
    auto reader = std::make_unique<CountingReader>(3, 1, read);
    if (opened.size() < 4) reader->error_at_end = ServerError("gone");
    return std::unique_ptr<BatchReader>(std::move(reader));
  };
  auto reader = RetryingReader::Make(open, Position{7, "start"}, Quick(3), {});
  ASSERT_TRUE(reader.ok());
  int batches = 0;
  while (true) {
    auto pull = (*reader)->Next(Late(), {});
    ASSERT_TRUE(pull.ok()) << pull.error().message;
    if (pull->what == Pulled::kEnd) break;
    ++batches;
  }
  EXPECT_EQ(batches, 9);
  ASSERT_EQ(opened.size(), 4u);
  EXPECT_EQ(opened[0], (Position{7, "start"}));
  EXPECT_EQ(opened[1], (Position{3, ""}));
  EXPECT_EQ(opened[2], (Position{3, ""}));
  EXPECT_EQ(opened[3], (Position{3, ""}));
}

TEST(RetryingReader, GivesUpAfterEnoughFailuresInARow) {
  int opened = 0;
  auto open = [&](std::optional<Position>) -> Result<std::unique_ptr<BatchReader>> {
    ++opened;
    return ServiceUnavailable("gone");
  };
  EXPECT_EQ(RetryingReader::Make(open, {}, Quick(3), {}).error().message, "gone");
  EXPECT_EQ(opened, 3);
}

TEST(RetryingReader, DoesNotRepeatWhatIsFinal) {
  int opened = 0;
  auto open = [&](std::optional<Position>) -> Result<std::unique_ptr<BatchReader>> {
    ++opened;
    return ResourceNotFound("no such table");
  };
  EXPECT_FALSE(RetryingReader::Make(open, {}, Quick(3), {}).ok());
  EXPECT_EQ(opened, 1);
}

TEST(Backoff, WaitsAsLongAsTheOtherSideAsksButNotForever) {
  Backoff backoff(Quick(5));
  Error throttled{ErrorCode::kRateLimitExceeded, "slow down", std::chrono::seconds(1)};
  auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(backoff.Wait(throttled, {}));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  throttled.retry_after = std::chrono::hours(1);
  EXPECT_FALSE(backoff.Wait(throttled, {}));
}

TEST(Backoff, EndsWhenStopIsRequested) {
  Backoff backoff({.first_delay = std::chrono::hours(1), .max_delay = std::chrono::hours(1)});
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_FALSE(backoff.Wait(ServerError("gone"), stop.get_token()));
}

}  // namespace
}  // namespace sluice::flow
