#include "sluice/flow/run_log.h"

#include <arrow/record_batch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "sluice/connector/records.h"
#include "sluice/flow/fake_run_store.h"
#include "sluice/flow/test_error_files.h"

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// Batch `seq` of `rows` records, those numbered in `rejected` refused by the mapping.
MappedPull Mapped(int64_t seq, int64_t rows, const std::vector<int64_t>& rejected = {}) {
  auto schema = arrow::schema({ToArrowField("v", DataType::kLong)});
  std::vector<std::string> texts;
  for (int64_t i = 0; i < rows; ++i) texts.push_back("{\"v\":" + std::to_string(i) + "}");
  std::vector<std::string_view> records(texts.begin(), texts.end());
  MappedPull pull{
      .what = Pulled::kBatch, .mapped = {}, .records = rows, .whereabouts = {}, .source = {}};
  pull.source.rows = *RecordsFromJson(schema, records);
  pull.source.source_row.resize(static_cast<size_t>(rows));
  std::iota(pull.source.source_row.begin(), pull.source.source_row.end(), 0);
  Batch& batch = pull.mapped.batch;
  batch.rows = pull.source.rows->Slice(0, rows - std::ssize(rejected));
  batch.bytes = 10 * rows;
  batch.after = {seq, "t"};
  for (int64_t index : rejected) {
    pull.mapped.rejected.push_back({seq, index, InvalidArgument("no"), "v"});
  }
  return pull;
}

class RunLogTest : public ::testing::Test {
 protected:
  RunLogTest() {
    EXPECT_TRUE(*store_.BeginRun({.execution_id = "x"}, {{"0", ""}}));
    flow_.name = "f";
  }

  RunLog& Make(PartitionProgress at = {{"0", ""}, {}, false}, bool is_going_on = false) {
    totals_.emplace(flow_, run_, store_, files_, observer_, clock_, RetryPolicy{.attempts = 1},
                    std::stop_token(), std::stop_token());
    log_.emplace(*totals_, stages_, std::move(at), is_whole_, is_going_on);
    return *log_;
  }
  bool Take(MappedPull pull) {
    auto is_new = log_->Take(std::move(pull), true);
    EXPECT_TRUE(is_new.ok()) << is_new.error().message;
    return is_new.ok() && *is_new;
  }
  RunCounts Counts() const { return totals_->run().counts; }

  std::vector<std::string> Places() {
    std::vector<std::string> places;
    for (const RefusedRecord& refused : *store_.ListRefused("x", 0, 10)) {
      places.push_back(refused.row.place);
    }
    return places;
  }
  int64_t OnTheWay() const { return totals_->live().state().records_on_the_way; }

  const Error refusal_ = InvalidArgument("no");
  RunRecord run_{.execution_id = "x"};
  bool is_whole_ = true;
  Flow flow_;
  FakeRunStore store_;
  TestErrorFiles files_;
  RunObserver observer_;
  FakeClock clock_{Time(std::chrono::days(20000))};
  StageClock stages_;
  std::optional<RunTotals> totals_;
  std::optional<RunLog> log_;
};

TEST_F(RunLogTest, ABatchCountsOnceItIsDurable) {
  RunLog& log = Make();
  log.Resume(Position{});
  EXPECT_TRUE(Take(Mapped(1, 5, {3})));
  EXPECT_TRUE(Take(Mapped(2, 7)));
  ASSERT_TRUE(log.SaveNow({.durable = {}}).ok());
  EXPECT_EQ(Counts(), RunCounts{});
  EXPECT_EQ(log.RecordsInDoubt(), 11);
  EXPECT_FALSE(log.ReadFrom());
  ASSERT_TRUE(log.SaveNow({.durable = {1, "t"}, .rows_written = 4, .bytes_written = 44}).ok());
  EXPECT_EQ(Counts(), (RunCounts{5, 50, 44, 1}));
  EXPECT_EQ(log.RecordsInDoubt(), 7);
  EXPECT_EQ(log.ReadFrom(), (Position{1, "t"}));
}

TEST_F(RunLogTest, RefusedRecordsAreKeptWithFieldAndRecord) {
  flow_.destination.error_bucket = "b";
  flow_.destination.error_prefix = "p/q";
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5, {3}));
  ASSERT_TRUE(
      log.Save({.durable = {1, "t"}, .rejected = {{1, 2, {ErrorCode::kClientError, "dup", {}}}}})
          .ok());
  auto refused = *store_.ListRefused("x", 0, 10);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].row.record, R"({"v":2})");
  EXPECT_EQ(refused[1].row.record, R"({"v":3})");
  EXPECT_EQ(refused[1].row.field, "v");
  EXPECT_THAT(files_.files,
              ElementsAre(Pair("b/p/q/f/x/0-1",
                               "{\"record\":{\"v\":2},\"errorCode\":\"ClientError\","
                               "\"errorMessage\":\"dup\",\"field\":\"\","
                               "\"place\":\"record 3 of those read\"}\n"
                               "{\"record\":{\"v\":3},\"errorCode\":\"InvalidArgument\","
                               "\"errorMessage\":\"no\",\"field\":\"v\","
                               "\"place\":\"record 4 of those read\"}\n")));
}

TEST_F(RunLogTest, NoProgressPassesRefusedRecordsThatNoFileHolds) {
  flow_.destination.error_bucket = "b";
  files_.error = {ErrorCode::kAccessDenied, "no right to write", {}};
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5, {3}));
  Status status = log.Save({.durable = {1, "t"}});
  EXPECT_EQ(status.error().message,
            "the refused records could not be put into the bucket 'b': no right to write");
  EXPECT_TRUE(log.is_over());
  EXPECT_EQ(store_.saves(), 0);
  EXPECT_FALSE(log.ReadFrom());
}

TEST_F(RunLogTest, WhereNothingIsRefusedLaterNothingIsKept) {
  RunLog& log = Make();
  log.Resume(Position{});
  ASSERT_TRUE(*log.Take(Mapped(1, 5, {3}), false));
  ASSERT_TRUE(log.SaveNow({}).ok());
  EXPECT_EQ(store_.ListRefused("x", 0, 10)->size(), 1u) << "it need not wait for the batch";
  EXPECT_EQ(Counts().put_failures, 0) << "but counts with it";
}

TEST_F(RunLogTest, WhatWasWrittenOfAnUnfinishedBatchCountsWhenTheRunStops) {
  flow_.destination.stop_on_error = true;
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 100));
  Progress part{.rows_written = 60, .rejected = {{1, 61, refusal_}}};
  EXPECT_EQ(log.Save(part).error(), refusal_);
  EXPECT_TRUE(log.is_over_by_refusal());
  EXPECT_EQ(Counts(), (RunCounts{61, 610, 0, 1}));
  EXPECT_EQ(store_.ListRefused("x", 0, 1)->at(0).row.record, R"({"v":61})");
}

TEST_F(RunLogTest, WhatIsDurableBeforeTheRefusedBatchCountsWhole) {
  flow_.destination.stop_on_error = true;
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 10));
  Take(Mapped(2, 10));
  Take(Mapped(3, 10));
  Progress part{.durable = {1, "t"}, .rows_written = 10, .rejected = {{2, 4, refusal_}}};
  EXPECT_EQ(log.Save(part).error(), refusal_);
  EXPECT_EQ(Counts(), (RunCounts{11, 110, 0, 1}));
}

TEST_F(RunLogTest, ARecordThatCannotBeMappedCountsWithItsShareOfTheBatch) {
  flow_.destination.stop_on_error = true;
  RunLog& log = Make();
  log.Resume(Position{});
  EXPECT_EQ(log.Take(Mapped(1, 100, {7, 8}), true).error(), refusal_);
  EXPECT_EQ(Counts(), (RunCounts{1, 10, 0, 1}));
}

TEST_F(RunLogTest, WhatTheTargetHasIsCountedAndNotSentAgain) {
  RunLog& log = Make({{"0", ""}, {1, "t"}, false}, true);
  log.Resume(Position{3, "t"});
  EXPECT_EQ(log.ReadFrom(), (Position{1, "t"})) << "for the counts and dead letters";
  EXPECT_TRUE(log.IsBehindTarget());
  EXPECT_FALSE(Take(Mapped(2, 5, {4})));
  EXPECT_FALSE(Take(Mapped(3, 5)));
  EXPECT_FALSE(log.IsBehindTarget());
  EXPECT_EQ(log.RecordsInDoubt(), 0);
  EXPECT_TRUE(Take(Mapped(4, 5)));
  // It tells with the next progress what came of the others.
  Progress progress{.durable = {3, "t"}, .rejected = {{3, 2, refusal_, "", "as mapped"}}};
  ASSERT_TRUE(log.SaveNow(std::move(progress)).ok());
  EXPECT_EQ(Counts(), (RunCounts{10, 100, 0, 2}));
  EXPECT_EQ(store_.ListRefused("x", 1, 1)->at(0).row.record, R"({"v":2})") << "as at the source";
  EXPECT_EQ(totals_->run().guarantee, Guarantee::kEffectivelyOnce);
}

TEST_F(RunLogTest, ASourceThatHasChangedIsReadOnWhereTheTargetIs) {
  RunLog& log = Make({{"0", ""}, {1, "t"}, false}, true);
  log.Resume(Position{2, "other"});
  EXPECT_FALSE(log.Take(Mapped(2, 5), true).ok());
  EXPECT_FALSE(log.is_over()) << "the next attempt goes on";
  EXPECT_EQ(log.ReadFrom(), (Position{2, "other"}));
}

TEST_F(RunLogTest, WithoutTheTargetsWordWhatWasSentMayBeThereTwice) {
  RunLog& log = Make();
  log.Resume(std::nullopt);
  EXPECT_EQ(totals_->run().guarantee, Guarantee::kAtLeastOnce);
  Take(Mapped(1, 5, {4}));
  log.Resume(std::nullopt);
  Take(Mapped(1, 5, {4}));
  Take(Mapped(2, 5));
  ASSERT_TRUE(log.Save({.durable = {2, "t"}, .rejected = {{1, 0, refusal_}}}).ok());
  EXPECT_EQ(Counts(), (RunCounts{10, 100, 0, 2, 0, 3})) << "not those that were refused";
}

TEST_F(RunLogTest, AfterARestartTheFirstBatchMayBeThereTwice) {
  RunLog& log = Make({{"0", ""}, {1, "t"}, false}, true);
  log.Resume(std::nullopt);
  Take(Mapped(2, 5));
  ASSERT_TRUE(log.Save({.durable = {2, "t"}}).ok());
  Take(Mapped(3, 5));
  ASSERT_TRUE(log.Save({.durable = {3, "t"}}).ok());
  EXPECT_EQ(Counts().repeated, 5);
}

TEST_F(RunLogTest, AnUpsertThatIsRepeatedIsThereOnce) {
  flow_.destination.operation = WriteOperation::kUpsert;
  RunLog& log = Make({{"0", ""}, {1, "t"}, false}, true);
  log.Resume(std::nullopt);
  Take(Mapped(2, 5));
  ASSERT_TRUE(log.Save({.durable = {2, "t"}}).ok());
  EXPECT_EQ(Counts().repeated, 0);
  EXPECT_EQ(totals_->run().guarantee, Guarantee::kEffectivelyOnce);
}

TEST_F(RunLogTest, ATargetThatHasForgottenGetsEverythingAgainAndTheRunSaysSo) {
  RunLog& log = Make({{"0", ""}, {2, "t"}, false}, true);
  log.Resume(Position{});
  EXPECT_FALSE(log.ReadFrom());
  for (int64_t seq : {1, 2, 3}) EXPECT_TRUE(Take(Mapped(seq, 5)));
  ASSERT_TRUE(log.Save({.durable = {3, "t"}}).ok());
  EXPECT_EQ(Counts(), (RunCounts{5, 50, 0, 0, 0, 10})) << "the first two were counted before";
  EXPECT_EQ(totals_->run().guarantee, Guarantee::kAtLeastOnce);
}

TEST_F(RunLogTest, ARecordThatTheTargetWasNotGivenCannotBeRefused) {
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5));
  EXPECT_THAT(log.Save({.rejected = {{9, 0, refusal_}}}).error().message, HasSubstr("batch 9"));
}

TEST_F(RunLogTest, AnEndThatLeavesSomethingBehindIsNone) {
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5));
  EXPECT_FALSE(log.Finish({.durable = {}}).ok());
  EXPECT_FALSE(log.is_finished());
  ASSERT_TRUE(log.Finish({.durable = {1, "t"}}).ok());
  EXPECT_TRUE(log.is_finished());
  EXPECT_TRUE(store_.LoadPartitions("x")->at(0).is_finished);
}

TEST_F(RunLogTest, ProgressIsSavedAtOnceOnlyWhereNobodyElseKnowsIt) {
  // A save that takes 1 ms is followed by none for 50.
  store_.save_takes = std::chrono::milliseconds(20);
  for (bool is_told : {true, false}) {
    RunLog& log = Make();
    const int64_t before = store_.saves();
    log.Resume(is_told ? std::optional(Position{}) : std::nullopt);
    for (int64_t seq = 1; seq <= 20; ++seq) {
      Take(Mapped(seq, 5));
      ASSERT_TRUE(log.Save({.durable = {seq, "t"}}).ok());
    }
    EXPECT_EQ(store_.saves() - before, is_told ? 1 : 20);
    ASSERT_TRUE(log.Close().ok());
    EXPECT_EQ(Counts().records_processed, 100);
  }
}

TEST_F(RunLogTest, RecordsAreOnTheirWayUntilTheyAreDurable) {
  RunLog& log = Make();
  log.Resume(Position{});
  EXPECT_EQ(OnTheWay(), 0);
  Take(Mapped(1, 5, {3}));
  Take(Mapped(2, 7));
  EXPECT_EQ(OnTheWay(), 12);
  EXPECT_EQ(totals_->live().state().bytes_on_the_way, 120);
  ASSERT_TRUE(log.Save({.durable = {1, "t"}}).ok());
  EXPECT_EQ(OnTheWay(), 7);
  ASSERT_TRUE(log.Finish({.durable = {2, "t"}}).ok());
  EXPECT_EQ(OnTheWay(), 0);
  EXPECT_EQ(totals_->live().state().bytes_on_the_way, 0);
}

TEST_F(RunLogTest, NothingIsOnItsWayOnceTheAttemptIsOver) {
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5));
  Take(Mapped(2, 7));
  ASSERT_TRUE(log.Save({.durable = {1, "t"}}).ok());
  log.GiveUpAttempt();
  EXPECT_EQ(OnTheWay(), 0);
  EXPECT_EQ(log.RecordsInDoubt(), 7) << "which it doesn't forget";
  log.Resume(Position{1, "t"});
  EXPECT_EQ(OnTheWay(), 0);
  Take(Mapped(2, 7));
  EXPECT_EQ(OnTheWay(), 7) << "once, though it was taken twice";
}

TEST_F(RunLogTest, WhatEndsTheRunIsNotOnItsWay) {
  flow_.destination.stop_on_error = true;
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 100));
  EXPECT_FALSE(log.Save({.rows_written = 60, .rejected = {{1, 61, refusal_}}}).ok());
  EXPECT_EQ(OnTheWay(), 0);
}

TEST_F(RunLogTest, WhatWasCountedBeforeIsNotOnItsWayAgain) {
  RunLog& log = Make({{"0", ""}, {2, "t"}, false}, true);
  log.Resume(Position{});
  for (int64_t seq : {1, 2, 3}) EXPECT_TRUE(Take(Mapped(seq, 5)));
  EXPECT_EQ(OnTheWay(), 5);
  ASSERT_TRUE(log.Save({.durable = {3, "t"}}).ok());
  EXPECT_EQ(OnTheWay(), 0);
}

TEST_F(RunLogTest, ARefusedRecordHasItsNumberAmongAllThatTheRunReads) {
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5));
  Take(Mapped(2, 7, {1}));
  ASSERT_TRUE(log.Save({.durable = {1, "t"}, .rejected = {{2, 3, refusal_}}}).ok());
  Take(Mapped(3, 5, {0}));
  ASSERT_TRUE(log.SaveNow({.durable = {3, "t"}}).ok());
  EXPECT_THAT(Places(), ElementsAre("record 7 of those read", "record 9 of those read",
                                    "record 13 of those read"));
}

TEST_F(RunLogTest, ItsNumberGoesOnAfterARestartOrIsNotSaid) {
  for (bool is_whole : {true, false}) {
    is_whole_ = is_whole;
    run_ = {.execution_id = "x", .counts = {.records_processed = 100}};
    RunLog& log = Make({{"0", ""}, {1, "t"}, false}, true);
    log.Resume(Position{1, "t"});
    Take(Mapped(2, 5, {3}));
    ASSERT_TRUE(log.SaveNow({.durable = {2, "t"}}).ok());
    EXPECT_THAT(Places(), ElementsAre(is_whole ? "record 104 of those read" : ""))
        << "several partitions have no common order";
  }
}

TEST_F(RunLogTest, TheSourcesOwnWordsForAPlaceWin) {
  flow_.destination.stop_on_error = true;
  RunLog& log = Make();
  log.Resume(Position{});
  Take(Mapped(1, 5));
  MappedPull pull = Mapped(2, 7, {3});
  pull.whereabouts = {"object 'a.csv' in bucket 'in'", 20};
  EXPECT_FALSE(log.Take(std::move(pull), true).ok());
  EXPECT_THAT(Places(), ElementsAre("record 23 of object 'a.csv' in bucket 'in'"));
}

TEST_F(RunLogTest, ALongRecordIsCutBetweenCharacters) {
  RunLog& log = Make();
  log.Resume(Position{});
  MappedPull pull = Mapped(1, 5);
  std::string text = "x";
  for (int i = 0; i < 40'000; ++i) text += "é";
  pull.mapped.rejected.push_back(
      {.seq = 1, .index = 5, .error = refusal_, .field = "", .record = text});
  Take(std::move(pull));
  ASSERT_TRUE(log.Save({.durable = {1, "t"}}).ok());
  const std::string kept = store_.ListRefused("x", 0, 1)->at(0).row.record;
  EXPECT_LE(kept.size(), 65536u);
  EXPECT_GT(kept.size(), 65530u);
  EXPECT_TRUE(kept.ends_with("é…"));
}

}  // namespace
}  // namespace sluice::flow
