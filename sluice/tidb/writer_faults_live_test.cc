#include "sluice/tidb/writer_live_test.h"

namespace sluice::tidb {
namespace {

using enum WriteOperation;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class WriterFaultsLiveTest : public WriterLiveTest {};

TEST_F(WriterFaultsLiveTest, AnInsertOnAConnectionThatWasForgottenOnTheWayIsNotInDoubt) {
  MakeAccounts();
  auto relay = ThroughRelay();
  Table table = Describe("s");
  ExpectAllWritten(WriteRecords(*pool_, table, {kInsert, {}, {Account("1")}}, Soon()));
  relay->HangThese();
  std::this_thread::sleep_for(std::chrono::milliseconds(5200));
  ExpectAllWritten(WriteRecords(*pool_, table, {kInsert, {}, {Account("2")}}, Soon()));
  EXPECT_EQ(Count(), "2");
}

TEST_F(WriterFaultsLiveTest, ARowThatIsTooLargeForTiDBIsRefusedAlone) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v LONGTEXT)");
  std::string large = R"({"id":2,"v":")" + std::string(6'400'000, 'x') + "\"}";
  for (auto operation : {kInsert, kUpsert}) {
    WriteOutcome outcome =
        Write(operation, {R"({"id":1,"v":"a"})", large, R"({"id":3,"v":"b"})"}, {"id"});
    EXPECT_THAT(outcome.records,
                ElementsAre(Written(), Refused("larger than TiDB takes"), Written()));
    EXPECT_THAT(Rows("SELECT id FROM s ORDER BY id"), ElementsAre("1", "3"));
    Run("DELETE FROM s");
  }
}

// TiDB cancels a statement that needs more memory than it may (8175 or 8001): by halves it fits.
TEST_F(WriterFaultsLiveTest, WhatIsTooMuchAtOnceIsWrittenInParts) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v VARCHAR(2000), w INT)");
  std::vector<std::string> records;
  for (int i = 0; i < 1500; ++i) {
    records.push_back("{\"id\":" + std::to_string(i) + ",\"v\":\"" + std::string(2000, 'x') +
                      "\"}");
  }
  std::string before = Rows("SELECT @@global.tidb_mem_quota_query")[0];
  Run("SET GLOBAL tidb_mem_quota_query = 1500000");
  Pool pool(options_);
  Table table = DescribeAll("s");
  ExpectAllWritten(WriteRecords(pool, table, {kUpsert, {"id"}, records}, Soon()));
  EXPECT_THAT(Rows("SELECT COUNT(*), SUM(LENGTH(v)) FROM s"), ElementsAre("1500|3000000"));
  Run("DELETE FROM s");
  // One transaction holds all that it has written.
  WriteOutcome outcome =
      WriteRecords(pool, table, {kUpsert, {"id"}, records, /*all_or_none=*/true}, Soon());
  EXPECT_THAT(outcome.error->message, HasSubstr("memory limit"));
  EXPECT_EQ(Count(), "0");
  Run("SET GLOBAL tidb_mem_quota_query = " + before);
}

TEST_F(WriterFaultsLiveTest, ATransactionThatIsTooLargeIsWrittenAsTwo) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v YEAR)");
  auto relay = ThroughRelay();
  int id = 0;
  for (unsigned error : {8001u, 8004u, 9500u, 8175u}) {
    relay->Refuse("INSERT INTO", error);
    relay->Watch("INSERT INTO");
    std::vector<std::string> records;
    for (int end = id + 10; id < end; ++id)
      records.push_back("{\"id\":" + std::to_string(id) + "}");
    ExpectAllWritten(Write(kInsert, records));
    EXPECT_EQ(relay->seen(), 3) << error;
    EXPECT_EQ(Count(), std::to_string(id));
  }
}

TEST_F(WriterFaultsLiveTest, WhatIsRolledBackForBeingBusyIsTriedAgain) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  auto relay = ThroughRelay();
  int id = 0;
  for (unsigned error : {1205u, 1213u, 8002u, 8005u, 8022u, 8027u, 8028u, 8229u, 8252u, 9001u,
                         9002u, 9003u, 9004u, 9005u, 9007u, 9008u, 9012u, 9013u}) {
    for (const char* at : {"INSERT INTO", "COMMIT"}) {
      relay->Refuse(at, error);
      std::string record = "{\"id\":" + std::to_string(++id) + "}";
      ExpectAllWritten(Write(kInsert, {record}, {}, /*all_or_none=*/true));
    }
  }
  EXPECT_EQ(Count(), std::to_string(id));
}

TEST_F(WriterFaultsLiveTest, WhatMayHappenTwiceIsRepeatedWhenLostAtItsCommit) {
  // Written by INSERT … ON DUPLICATE KEY UPDATE, and row by row.
  for (std::string further_key : {"", ", UNIQUE (v, w)"}) {
    Run("DROP TABLE IF EXISTS s");
    Run("CREATE TABLE s (id INT PRIMARY KEY, v INT, w INT" + further_key + ")");
    auto relay = ThroughRelay();
    auto expect_repeated = [&](WriteOperation operation, const std::string& v) {
      relay->Watch("COMMIT");
      std::vector<std::string> records;
      for (std::string id : {"1", "2"}) records.push_back("{\"id\":" + id + ",\"v\":" + v + "}");
      ExpectAllWritten(Write(operation, records, {"id"}, /*all_or_none=*/true));
      EXPECT_EQ(relay->seen(), 2) << ToString(operation) << further_key;
    };
    for (auto cut : {Relay::Cut::kBefore, Relay::Cut::kBehind}) {
      relay->CutAt("COMMIT", cut);
      expect_repeated(kUpsert, "1");
      EXPECT_THAT(Rows("SELECT id, v FROM s ORDER BY id"), ElementsAre("1|1", "2|1"));
      relay->CutAt("COMMIT", cut);
      expect_repeated(kUpdate, "2");
      EXPECT_THAT(Rows("SELECT id, v FROM s ORDER BY id"), ElementsAre("1|2", "2|2"));
      relay->CutAt("COMMIT", cut);
      expect_repeated(kDelete, "2");
      EXPECT_EQ(Count(), "0");
    }
  }
}

TEST_F(WriterFaultsLiveTest, AnUpdateOfManyTellsTheAbsentOnes) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT, w INT DEFAULT 3)");
  std::vector<std::string> inserts, updates;
  for (int i = 0; i < 1000; ++i) {
    std::string id = "{\"id\":" + std::to_string(i);
    updates.push_back(id + ",\"v\":2}");
    if (i % 100 != 5) inserts.push_back(id + ",\"v\":1,\"w\":4}");
  }
  ExpectAllWritten(Write(kInsert, inserts));
  WriteOutcome outcome = Write(kUpdate, updates);
  ASSERT_EQ(outcome.records.size(), 1000u);
  for (size_t i = 0; i < 1000; ++i) ASSERT_EQ(outcome.records[i].is_written, i % 100 != 5) << i;
  EXPECT_THAT(outcome.records[5], Refused("no row with id '5'"));
  EXPECT_THAT(Rows("SELECT v, w, COUNT(*) FROM s GROUP BY v, w"), ElementsAre("2|4|990"));
}

TEST_F(WriterFaultsLiveTest, AServerGoneInTheMiddleOfManyRowsLeavesNoneInDoubtForAnUpsert) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  std::vector<std::string> records;
  for (int i = 0; i < 4000; ++i) records.push_back("{\"id\":" + std::to_string(i) + ",\"v\":1}");
  auto relay = ThroughRelay();
  Table table = DescribeAll("s");
  for (auto cut : {Relay::Cut::kBefore, Relay::Cut::kBehind}) {
    relay->CutAt("LOAD DATA", cut);
    ExpectAllWritten(WriteRecords(*pool_, table, {kUpsert, {"id"}, records}, Soon()));
    EXPECT_EQ(Count(), "4000");
  }
}

}  // namespace
}  // namespace sluice::tidb
