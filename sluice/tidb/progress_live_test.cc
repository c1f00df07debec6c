#include <thread>

#include "sluice/tidb/writer_live_test.h"

namespace sluice::tidb {
namespace {

using enum WriteOperation;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class ProgressLiveTest : public WriterLiveTest {
 protected:
  ProgressLiveTest() { Run("CREATE TABLE s (id INT, v TINYINT, PRIMARY KEY (id))"); }

  static StreamPosition At(int64_t seq, int64_t previous) {
    return {"run-1/part é'0", seq, previous, "token " + std::to_string(seq)};
  }
  WriteOutcome WriteAt(StreamPosition position, std::vector<std::string> records,
                       WriteOperation operation = kInsert, bool all_or_none = false,
                       Deadline deadline = Soon()) {
    return WriteRecords(*pool_, DescribeAll("s"),
                        {operation, {}, std::move(records), all_or_none, std::move(position)},
                        deadline);
  }
  static std::string Record(int id, int v = 1) {
    return "{\"id\":" + std::to_string(id) + ",\"v\":" + std::to_string(v) + "}";
  }
  std::string Standing() {
    auto rows = Rows("SELECT seq, token FROM _sluice_progress");
    return rows.empty() ? "none" : rows[0];
  }
  static void ExpectSame(const WriteOutcome& a, const WriteOutcome& b) {
    EXPECT_EQ(a.error, b.error);
    ASSERT_EQ(a.records.size(), b.records.size());
    for (size_t i = 0; i < a.records.size(); ++i) {
      EXPECT_EQ(a.records[i].is_written, b.records[i].is_written);
      EXPECT_EQ(a.records[i].record_id, b.records[i].record_id);
      EXPECT_EQ(a.records[i].message, b.records[i].message);
    }
  }
  static void ExpectFenced(const WriteOutcome& outcome) {
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, ErrorCode::kClientError);
    EXPECT_THAT(outcome.error->message, HasSubstr("another writer has taken it over"));
    EXPECT_THAT(outcome.records, IsEmpty());
  }
};

TEST_F(ProgressLiveTest, ABatchAndItsPositionAreWrittenTogetherAndOnce) {
  ExpectAllWritten(WriteAt(At(3, 0), {Record(1), Record(2)}));
  EXPECT_EQ(Standing(), "3|token 3");
  ExpectAllWritten(WriteAt(At(9, 3), {Record(3)}));
  EXPECT_EQ(Standing(), "9|token 9");
  Run("DELETE FROM s WHERE id = 3");
  ExpectAllWritten(WriteAt(At(9, 3), {Record(3)}));
  EXPECT_EQ(Count(), "2") << "a replay writes nothing";
}

TEST_F(ProgressLiveTest, AReplayIsAnsweredAsTheFirstTime) {
  Run("INSERT INTO s VALUES (5, 0)");
  const std::vector<std::string> records = {Record(1), Record(5), Record(2, 300), Record(3),
                                            R"({"id":"x é\""})"};
  WriteOutcome first = WriteAt(At(1, 0), records);
  EXPECT_THAT(first.records,
              ElementsAre(Written(), Refused("exists already"), Refused("out of range"), Written(),
                          Refused("is not a whole number")));
  Run("DELETE FROM s");
  ExpectSame(WriteAt(At(1, 0), records), first);
  EXPECT_EQ(Count(), "0");

  const std::vector<std::string> twice = {Record(1, 1), Record(2, 300), Record(1, 2)};
  WriteOutcome merged = WriteAt(At(2, 1), twice, kUpsert);
  EXPECT_THAT(
      merged.records,
      ElementsAre(AllOf(Written(), Field(&RecordOutcome::message, HasSubstr("later record"))),
                  Refused("out of range"), Written()));
  ExpectSame(WriteAt(At(2, 1), twice, kUpsert), merged);

  WriteOutcome other = WriteAt(At(2, 1), {Record(1)}, kUpsert);
  ASSERT_TRUE(other.error);
  EXPECT_EQ(other.error->code, ErrorCode::kClientError);
  EXPECT_THAT(other.error->message, HasSubstr("must be the same"));
}

TEST_F(ProgressLiveTest, ABatchOfNothingButBadRecordsMovesTheStreamToo) {
  WriteOutcome outcome = WriteAt(At(1, 0), {"[1]"});
  EXPECT_THAT(outcome.records, ElementsAre(Refused("not a JSON object")));
  EXPECT_EQ(Standing(), "1|token 1");
  EXPECT_FALSE(WriteAt(At(2, 1), {}).error);
  EXPECT_EQ(Standing(), "2|token 2");
}

TEST_F(ProgressLiveTest, AWriterThatWasOvertakenWritesNothing) {
  ExpectAllWritten(WriteAt(At(1, 0), {Record(1)}));
  ExpectAllWritten(WriteAt(At(2, 1), {Record(2)}));
  ExpectFenced(WriteAt(At(1, 0), {Record(11)}));
  ExpectFenced(WriteAt(At(5, 0), {Record(12)}));
  ExpectFenced(WriteAt(At(4, 3), {Record(13)}));
  StreamPosition other = At(4, 3);
  other.stream = "never seen";
  ExpectFenced(WriteAt(other, {Record(14)}));
  EXPECT_EQ(Count(), "2");
  EXPECT_EQ(Standing(), "2|token 2");
  // Streams with names that differ in case only are two.
  other = At(1, 0);
  other.stream = "RUN-1/part é'0";
  ExpectAllWritten(WriteAt(other, {Record(15)}));
}

TEST_F(ProgressLiveTest, AnInsertLostAtItsCommitIsWrittenOnceAndKnownToBe) {
  auto relay = ThroughRelay();
  int id = 0;
  for (auto cut : {Relay::Cut::kBefore, Relay::Cut::kBehind}) {
    for (const char* at : {"INSERT INTO `", "COMMIT"}) {
      relay->CutAt(at, cut);
      ++id;
      ExpectAllWritten(WriteAt(At(id, id - 1), {Record(id), Record(-id)}));
      EXPECT_EQ(Count(), std::to_string(2 * id));
      EXPECT_EQ(Standing(), std::to_string(id) + "|token " + std::to_string(id));
    }
  }
}

TEST_F(ProgressLiveTest, WhatABatchRefusedIsKnownEvenIfItsCommitWasNotAnswered) {
  Run("INSERT INTO s VALUES (2, 0)");
  auto relay = ThroughRelay();
  relay->CutAt("COMMIT", Relay::Cut::kBehind);
  WriteOutcome outcome = WriteAt(At(1, 0), {Record(1), Record(2), Record(3)});
  EXPECT_THAT(outcome.records, ElementsAre(Written(), Refused("exists already"), Written()));
  EXPECT_EQ(Count(), "3");
}

TEST_F(ProgressLiveTest, OfTwoWritersOfOneBatchOneWritesAndBothKnow) {
  ExpectAllWritten(WriteAt(At(1, 0), {Record(-1)}));
  Table table = DescribeAll("s");
  for (int64_t seq = 2; seq < 8; ++seq) {
    WriteOutcome outcomes[2];
    {
      std::vector<std::jthread> writers;
      for (WriteOutcome& outcome : outcomes) {
        writers.emplace_back([&] {
          Pool pool(options_);
          int id = static_cast<int>(seq) * 10;
          outcome = WriteRecords(
              pool, table,
              {kInsert, {}, {Record(id), Record(id, 300), Record(id + 1)}, false, At(seq, seq - 1)},
              Soon());
        });
      }
    }
    ExpectSame(outcomes[0], outcomes[1]);
    EXPECT_THAT(outcomes[0].records, ElementsAre(Written(), Refused("out of range"), Written()));
  }
  EXPECT_EQ(Count(), "13");
}

TEST_F(ProgressLiveTest, ADeadlineUndoesRowsAndPosition) {
  ExpectAllWritten(WriteAt(At(1, 0), {Record(1)}));
  auto locker = Open(options_);
  EXPECT_TRUE(locker->Execute("BEGIN PESSIMISTIC", "lock", Soon()).ok());
  EXPECT_TRUE(locker->Execute("UPDATE s SET v = 9 WHERE id = 1", "lock", Soon()).ok());
  WriteOutcome outcome = WriteAt(At(2, 1), {Record(2), Record(1, 5)}, kUpsert, false,
                                 DeadlineAfter(std::chrono::milliseconds(700)));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::kRequestTimeout);
  EXPECT_TRUE(locker->Execute("ROLLBACK", "lock", Soon()).ok());
  EXPECT_EQ(Standing(), "1|token 1");
  EXPECT_EQ(Count(), "1");
  ExpectAllWritten(WriteAt(At(2, 1), {Record(2), Record(1, 5)}, kUpsert));
  EXPECT_THAT(Rows("SELECT id, v FROM s ORDER BY id"), ElementsAre("1|5", "2|1"));
}

TEST_F(ProgressLiveTest, AllOrNoneLeavesThePositionWhenItWritesNone) {
  WriteOutcome outcome = WriteAt(At(1, 0), {Record(1), Record(2, 300)}, kInsert, true);
  EXPECT_THAT(outcome.records, ElementsAre(Refused("all or none"), Refused("out of range")));
  EXPECT_EQ(Standing(), "none");
  EXPECT_EQ(Count(), "0");
  ExpectAllWritten(WriteAt(At(1, 0), {Record(1)}, kInsert, true));
  EXPECT_EQ(Standing(), "1|token 1");
}

TEST_F(ProgressLiveTest, LargeBatchesOfEveryOperationGoOnBehindBadRows) {
  std::vector<std::string> good, mixed;
  for (int i = 0; i < 3000; ++i) {
    good.push_back(Record(i));
    mixed.push_back(Record(i, i % 1000 == 7 ? 300 : 2));
  }
  ExpectAllWritten(WriteAt(At(1, 0), good, kUpsert));
  int64_t seq = 2;
  for (auto operation : {kUpsert, kUpdate, kInsert, kDelete}) {
    if (operation == kInsert) Run("DELETE FROM s");
    WriteOutcome outcome = WriteAt(At(seq, seq - 1), mixed, operation);
    ++seq;
    ASSERT_EQ(outcome.records.size(), 3000u);
    for (size_t i = 0; i < 3000; ++i) {
      bool is_bad = operation != kDelete && i % 1000 == 7;
      ASSERT_EQ(outcome.records[i].is_written, !is_bad) << outcome.records[i].message;
    }
  }
  EXPECT_EQ(Count(), "0");
  EXPECT_EQ(Standing(), "5|token 5");
}

TEST_F(ProgressLiveTest, WithoutTheRightToTheTableItSaysWhatToGrant) {
  Table table = DescribeAll("s");
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user);
  Run("GRANT SELECT, INSERT, UPDATE ON " + database_ + ".s TO " + user);
  options_.username = user;
  options_.password = Secret();
  Pool pool(options_);
  WriteOutcome outcome =
      WriteRecords(pool, table, {kInsert, {}, {Record(1)}, false, At(1, 0)}, Soon());
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::kAccessDenied);
  EXPECT_THAT(outcome.error->message, HasSubstr("GRANT CREATE, SELECT, INSERT, UPDATE ON `" +
                                                database_ + "`.`_sluice_progress`"));
  EXPECT_EQ(Count(), "0");
  Run("DROP USER " + user);
}

}  // namespace
}  // namespace sluice::tidb
