#include "sluice/flow/run_log.h"

#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include "sluice/connector/records.h"
#include "sluice/flow/fake_run_store.h"

namespace sluice::flow {
namespace {

Batch BatchOf(int64_t seq, int64_t rows) {
  auto schema = arrow::schema({ToArrowField("v", DataType::kLong)});
  std::vector<std::string_view> records(static_cast<size_t>(rows), "{}");
  return {.rows = *RecordsFromJson(schema, records), .bytes = 10 * rows, .after = {seq, "t"}};
}

class RunLogTest : public ::testing::Test {
 protected:
  RunLog Make(bool stop_on_error) {
    return RunLog(store_, observer_, clock_, {.execution_id = "x"}, "0", {}, stop_on_error);
  }
  const Error refusal_ = InvalidArgument("no");
  FakeRunStore store_;
  RunObserver observer_;
  FakeClock clock_{Time(std::chrono::days(20000))};
};

TEST_F(RunLogTest, ABatchCountsOnceItIsDurable) {
  RunLog log = Make(false);
  log.Take(BatchOf(1, 5));
  ASSERT_TRUE(log.Reject({{.seq = 1, .index = 3, .error = refusal_}}).ok());
  log.Take(BatchOf(2, 7));
  ASSERT_TRUE(log.Save({.durable = {}}).ok());
  EXPECT_EQ(log.run().counts, RunCounts{});
  EXPECT_EQ(log.RowsInDoubt(), 12);
  EXPECT_FALSE(log.ReadFrom());
  ASSERT_TRUE(log.Save({.durable = {1, "t"}, .rows_written = 4, .bytes_written = 44}).ok());
  EXPECT_EQ(log.run().counts, (RunCounts{5, 50, 44, 1}));
  EXPECT_EQ(log.RowsInDoubt(), 7);
  EXPECT_EQ(log.ReadFrom(), (Position{1, "t"}));
}

TEST_F(RunLogTest, WhatWasWrittenOfAnUnfinishedBatchCountsWhenTheRunStops) {
  RunLog log = Make(true);
  log.Take(BatchOf(1, 100));
  Progress part{.rows_written = 60, .rejected = {{1, 61, refusal_}}};
  EXPECT_EQ(log.Save(part).error(), refusal_);
  EXPECT_TRUE(log.is_over());
  EXPECT_EQ(log.run().counts, (RunCounts{61, 610, 0, 1}));
  EXPECT_EQ(log.rows_written(), 60);
}

TEST_F(RunLogTest, ARecordThatCannotBeMappedCountsWithItsShareOfTheBatch) {
  RunLog log = Make(true);
  log.Take(BatchOf(1, 100));
  EXPECT_FALSE(log.Reject({{.seq = 1, .index = 7, .error = refusal_}}).ok());
  EXPECT_EQ(log.run().counts, (RunCounts{1, 10, 0, 1}));
}

TEST_F(RunLogTest, TheTargetsWordWinsOverItsOwn) {
  RunLog log = Make(false);
  log.Take(BatchOf(1, 5));
  log.Take(BatchOf(2, 5));
  ASSERT_TRUE(log.Resume(Position{1, "t"}, false, {}).ok());
  EXPECT_EQ(log.run().counts.records_processed, 5);
  EXPECT_EQ(log.RowsInDoubt(), 0) << "the second batch will be read again";
  EXPECT_EQ(log.ReadFrom(), (Position{1, "t"}));
}

TEST_F(RunLogTest, WithoutTheTargetsWordOnlyWhatMayBeRepeatedIs) {
  RunLog insert = Make(false);
  EXPECT_TRUE(insert.Resume(std::nullopt, false, {}).ok()) << "nothing was sent yet";
  insert.Take(BatchOf(1, 5));
  EXPECT_EQ(insert.Resume(std::nullopt, false, ServerError("cut")).error(), ServerError("cut"));
  EXPECT_TRUE(insert.is_over());
  RunLog upsert = Make(false);
  upsert.Take(BatchOf(1, 5));
  EXPECT_TRUE(upsert.Resume(std::nullopt, true, ServerError("cut")).ok());
}

}  // namespace
}  // namespace sluice::flow
