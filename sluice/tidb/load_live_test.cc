#include <set>
#include <thread>

#include "sluice/tidb/writer_live_test.h"

namespace sluice::tidb {
namespace {

using enum WriteOperation;
using testing::ElementsAre;

class LoadLiveTest : public WriterLiveTest {
 protected:
  // Whether a write in between was a LOAD DATA.
  void Watch() {
    relay_ = ThroughRelay();
    LearnRoundTrip();
    relay_->Watch("LOAD DATA LOCAL");
  }
  // However busy the machine is, some of these are answered as fast as the server can.
  void LearnRoundTrip() {
    auto client = pool_->Take(Soon());
    ASSERT_TRUE(client.ok());
    for (int i = 0; i < 30; ++i) ASSERT_TRUE((*client)->Execute("DO 1", "a ping", Soon()).ok());
  }
  static std::vector<std::string> Numbered(int from, int to, const std::string& members) {
    std::vector<std::string> records;
    for (int i = from; i < to; ++i) {
      records.push_back("{\"id\":" + std::to_string(i) + "," + members + "}");
    }
    return records;
  }

  std::unique_ptr<Relay> relay_;
};

TEST_F(LoadLiveTest, WhatIsLoadedIsWhatAnInsertWouldHaveStored) {
  const char* columns =
      " (id VARCHAR(255) PRIMARY KEY, i INT, bu BIGINT UNSIGNED, bo BOOLEAN, de DECIMAL(65,30), "
      "fl FLOAT, db DOUBLE, c CHAR(10), tx TEXT, n VARCHAR(150) NOT NULL DEFAULT 'it''s \\\\, x', "
      "k INT NOT NULL DEFAULT 7, en ENUM('a','b''c','é','1'), st SET('x','y'), js JSON, da DATE, "
      "dt "
      "DATETIME(3), ts TIMESTAMP(6) NULL, tm TIME(6))";
  const std::string values[] = {
      R"("i":-2147483648,"bu":18446744073709551615,"bo":true,"de":-12345.123456789012345678901234567891,"fl":0.1,"db":5e-324,"c":"é€😀","tx":"it's \"q\" \\ \n\t\r%_`, \u0000 \u001a \\N NULL","n":null,"k":null,"en":"b'c","st":"x,y","js":{"a":[1,null,"é\"'\\"]},"da":"2024-02-29","dt":"9999-12-31T23:59:59.9994Z","ts":"2038-01-19T03:14:07.000001Z","tm":"-838:59:59.000000")",
      R"("i":0,"bu":0,"bo":5,"de":1e-30,"fl":3.4028235e38,"db":0.30000000000000004,"c":" x ","tx":"\\N","n":"","k":0,"en":"1","st":"","js":"\"NULL\"","da":"1000-01-01","dt":"1000-01-01","ts":"1970-01-01T00:00:01+00:00","tm":"00:00:00.000001")",
      R"("i":null,"bu":null,"bo":null,"de":null,"fl":null,"db":null,"c":null,"tx":"  null\t; # é ","n":"NULL","k":"3","en":null,"st":null,"js":null,"da":null,"dt":null,"ts":null,"tm":null)"};
  std::vector<std::string> records;
  for (int i = 0; i < 900; ++i) {
    std::string members = values[i % 3];
    records.push_back("{\"id\":\"" + std::to_string(i) + (i % 5 ? "" : " é'\\\\,") + "\"," +
                      members + "}");
  }
  Run(std::string("CREATE TABLE s") + columns);
  Run(std::string("CREATE TABLE o") + columns);
  Pool by_insert(options_);
  by_insert.StopLoading();
  Table other = DescribeAll("o");
  Watch();
  for (auto operation : {kInsert, kUpsert}) {
    ExpectAllWritten(Write(operation, records, {"id"}));
    ExpectAllWritten(WriteRecords(by_insert, other, {operation, {"id"}, records}, Soon()));
    const std::string both = "SELECT * FROM s ORDER BY id", same = "SELECT * FROM o ORDER BY id";
    EXPECT_EQ(Rows(both), Rows(same));
    EXPECT_EQ(Count(), "900");
    EXPECT_GT(relay_->seen(), 0);
    relay_->Watch("LOAD DATA LOCAL");
  }
}

TEST_F(LoadLiveTest, OfALoadedUpsertExactlyTheBadRowsAreRefusedAndKeepWhatTheyHad) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v TINYINT, c VARCHAR(3))");
  Watch();
  ExpectAllWritten(Write(kUpsert, Numbered(0, 1000, R"("v":1,"c":"a")")));
  EXPECT_GT(relay_->seen(), 0);
  std::vector<std::string> records = Numbered(0, 1500, R"("v":2,"c":"b  ")");
  const std::set<size_t> bad = {0, 7, 499, 500, 999, 1200, 1499};
  for (size_t i : bad) records[i] = "{\"id\":" + std::to_string(i) + R"(,"v":300,"c":"x"})";
  WriteOutcome outcome = Write(kUpsert, records);
  ASSERT_EQ(outcome.records.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    ASSERT_EQ(outcome.records[i].is_written, !bad.contains(i)) << i << outcome.records[i].message;
  }
  EXPECT_THAT(outcome.records[7], Refused("column 'v': value out of range for tinyint"));
  EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v ORDER BY v"),
              ElementsAre("1|5", "2|1493"));
}

TEST_F(LoadLiveTest, OfALoadedInsertExactlyTheBadRowsAreRefused) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v TINYINT, u INT UNIQUE)");
  Run("INSERT INTO s VALUES (5, 1, 1), (700, 1, 2)");
  std::vector<std::string> records;
  for (int i = 0; i < 1200; ++i) {
    records.push_back("{\"id\":" + std::to_string(i) + ",\"v\":" + (i == 900 ? "300" : "2") +
                      ",\"u\":" + std::to_string(i == 1000 ? 501 : i + 500) + "}");
  }
  Watch();
  WriteOutcome outcome = Write(kInsert, records);
  EXPECT_GT(relay_->seen(), 0);
  ASSERT_EQ(outcome.records.size(), records.size());
  const std::set<size_t> bad = {5, 700, 900, 1000};
  for (size_t i = 0; i < records.size(); ++i) {
    bool is_second = i == 1 && !outcome.records[1].is_written;  // Either of 1 and 1000 has u = 501.
    bool is_first = i == 1000 && outcome.records[1000].is_written;
    ASSERT_TRUE(is_second || is_first || outcome.records[i].is_written == !bad.contains(i))
        << i << outcome.records[i].message;
  }
  EXPECT_NE(outcome.records[1].is_written, outcome.records[1000].is_written);
  EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v ORDER BY v"),
              ElementsAre("1|2", "2|1196"));
}

TEST_F(LoadLiveTest, WhereSomebodyCouldTellNothingIsLoaded) {
  Run("CREATE TABLE p (id INT PRIMARY KEY)");
  Run("INSERT INTO p VALUES (1)");
  const std::string definitions[] = {
      "(id INT PRIMARY KEY, v INT, u INT NULL, UNIQUE (v, id))",  // Another unique key.
      "(id INT PRIMARY KEY NONCLUSTERED, v INT, u INT)",          // _tidb_rowid would change.
      "(id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, v INT, u INT)",  // 'A' and 'a'.
      "(id INT PRIMARY KEY, v INT, u INT, x INT DEFAULT 4)",                   // x would be lost.
      "(id INT PRIMARY KEY, v INT, u INT, FOREIGN KEY (v) REFERENCES p (id))",
      "(id INT PRIMARY KEY, v YEAR, u INT)",
      "(id INT PRIMARY KEY, v BIT(8), u INT)",
      "(id INT PRIMARY KEY, v INT, u INT, CHECK (v > 0))"};
  Run("SET GLOBAL tidb_enable_check_constraint = 1");
  for (const std::string& definition : definitions) {
    relay_.reset();
    Run("DROP TABLE IF EXISTS s");
    Run("CREATE TABLE s " + definition);
    Watch();
    ExpectAllWritten(Write(kUpsert, Numbered(1000, 1600, R"("v":1,"u":1)")));
    ExpectAllWritten(Write(kUpsert, Numbered(1000, 1600, R"("v":1,"u":2)")));
    EXPECT_EQ(relay_->seen(), 0) << definition;
    EXPECT_THAT(Rows("SELECT u, COUNT(*) FROM s GROUP BY u"), ElementsAre("2|600")) << definition;
  }
  WriteOutcome outcome = Write(kUpsert, Numbered(1000, 1300, R"("v":0,"u":2)"));
  EXPECT_THAT(outcome.records, testing::Each(Refused("check constraint")));
  EXPECT_EQ(Count(), "600");
  Run("SET GLOBAL tidb_enable_check_constraint = 0");
}

TEST_F(LoadLiveTest, WhoseRowsAnotherTableRefersToIsNotLoadedEither) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  Run("CREATE TABLE c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES s (id) ON DELETE CASCADE)");
  Run("INSERT INTO s VALUES (1, 1)");
  Run("INSERT INTO c VALUES (1)");
  Watch();
  ExpectAllWritten(Write(kUpsert, Numbered(1, 600, R"("v":2)")));
  EXPECT_EQ(relay_->seen(), 0);
  EXPECT_THAT(Rows("SELECT id FROM c"), ElementsAre("1"));
}

TEST_F(LoadLiveTest, WhereMostRowsAreThereAnUpsertIsNoLoadAnyMore) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  Watch();
  const int loads[] = {1, 1, 0, 0};
  for (int i = 0; i < 4; ++i) {
    relay_->Watch("LOAD DATA LOCAL");
    ExpectAllWritten(Write(kUpsert, Numbered(0, 300, "\"v\":" + std::to_string(i))));
    EXPECT_EQ(relay_->seen(), loads[i]) << i;
    EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v"),
                ElementsAre(std::to_string(i) + "|300"));
  }
}

TEST_F(LoadLiveTest, ALongWayAwayTiDBIsGivenSomeRowsAtOnceAndNeedsNotAskForAll) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  relay_ = ThroughRelay();
  relay_->SlowDown(std::chrono::milliseconds(30));
  relay_->Watch("LOAD DATA LOCAL");
  ExpectAllWritten(Write(kInsert, Numbered(0, 1000, "\"v\":1")));
  EXPECT_EQ(relay_->seen(), 0);
  ExpectAllWritten(Write(kUpsert, Numbered(1000, 2000, "\"v\":1"), {"id"}));
  EXPECT_EQ(relay_->seen(), 1);  // Of two units.
  EXPECT_EQ(Count(), "2000");
}

TEST_F(LoadLiveTest, AServerThatTakesNoLoadGetsInserts) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  Watch();
  for (auto operation : {kInsert, kUpsert}) {
    relay_->Alter("LOAD DATA LOCAL", "LOAD DATA LOCUS");
    int id = operation == kInsert ? 0 : 400;
    ExpectAllWritten(Write(operation, Numbered(id, id + 400, R"("v":1)")));
  }
  EXPECT_EQ(Count(), "800");
}

TEST_F(LoadLiveTest, WhereALoadIsForbiddenOnceNoneIsTriedAgain) {
  for (auto operation : {kInsert, kUpsert}) {
    Run("DROP TABLE IF EXISTS s");
    Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
    Watch();
    relay_->Refuse("LOAD DATA LOCAL", 1148);
    ExpectAllWritten(Write(operation, Numbered(0, 300, R"("v":1)"), {"id"}));
    EXPECT_EQ(relay_->seen(), 1);
    relay_->Watch("LOAD DATA LOCAL");
    ExpectAllWritten(Write(operation, Numbered(300, 600, R"("v":1)"), {"id"}));
    EXPECT_EQ(relay_->seen(), 0);
    EXPECT_EQ(Count(), "600");
  }
}

TEST_F(LoadLiveTest, ALoadedInsertIsRepeatedWhenLostBeforeItsCommitAndNeverBehind) {
  Run("CREATE TABLE s (id INT, v INT)");
  Watch();
  relay_->CutAt("LOAD DATA LOCAL", Relay::Cut::kBehind);
  ExpectAllWritten(Write(kInsert, Numbered(0, 300, R"("v":1)")));
  EXPECT_EQ(Count(), "300");
  relay_->CutAt("COMMIT", Relay::Cut::kBehind);
  WriteOutcome outcome = Write(kInsert, Numbered(300, 600, R"("v":1)"));
  EXPECT_THAT(outcome.records, testing::Each(Refused("not known whether it was stored")));
  EXPECT_EQ(Count(), "600");
}

TEST_F(LoadLiveTest, OfTwoInsertsOfTheSameRowsEachRowIsWrittenByOne) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  Table table = DescribeAll("s");
  WriteOutcome outcomes[2];
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 2; ++w) {
      writers.emplace_back([&, w] {
        Pool pool(options_);
        outcomes[w] = WriteRecords(
            pool, table, {kInsert, {}, Numbered(0, 1000, "\"v\":" + std::to_string(w))}, Soon());
      });
    }
  }
  ASSERT_EQ(outcomes[0].records.size(), 1000u);
  ASSERT_EQ(outcomes[1].records.size(), 1000u);
  size_t of_first = 0;
  for (size_t i = 0; i < 1000; ++i) {
    ASSERT_NE(outcomes[0].records[i].is_written, outcomes[1].records[i].is_written) << i;
    of_first += outcomes[0].records[i].is_written;
  }
  EXPECT_EQ(Count(), "1000");
  EXPECT_THAT(Rows("SELECT COUNT(*) FROM s WHERE v = 0"), ElementsAre(std::to_string(of_first)));
}

TEST_F(LoadLiveTest, AllOrNoneOfManyIsLoadedAndUndone) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v TINYINT)");
  Watch();
  for (auto operation : {kInsert, kUpsert}) {
    std::vector<std::string> records = Numbered(0, 500, R"("v":1)");
    ExpectAllWritten(Write(operation, records, {"id"}, /*all_or_none=*/true));
    records = Numbered(operation == kInsert ? 500 : 0, 900, R"("v":2)");
    records.push_back(R"({"id":950,"v":300})");
    WriteOutcome outcome = Write(operation, records, {"id"}, /*all_or_none=*/true);
    EXPECT_THAT(outcome.records.back(), Refused("out of range"));
    EXPECT_THAT(outcome.records.front(), Refused("all or none"));
    EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v"), ElementsAre("1|500"));
  }
  EXPECT_GT(relay_->seen(), 0);
}

}  // namespace
}  // namespace sluice::tidb
