#include "sluice/tidb/writer_live_test.h"

#include <gmock/gmock.h>

#include "sluice/base/json.h"
#include "sluice/tidb/reader.h"

namespace sluice::tidb {
namespace {

using enum WriteOperation;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- INSERT ----

TEST_F(WriterLiveTest, TheTutorialsThirteenAccountsAreInserted) {
  MakeAccounts();
  std::vector<std::string> records;
  for (int i = 0; i < 13; ++i) {
    records.push_back(Account("001" + std::to_string(i),
                              R"("name":"United Oil & Gas, Corp. é","type":null,"rating":"Hot")"));
  }
  WriteOutcome outcome = Write(kInsert, records);
  ExpectAllWritten(outcome);
  ASSERT_EQ(outcome.records.size(), 13u);
  EXPECT_EQ(outcome.records[12].record_id, "00112");
  EXPECT_EQ(Count(), "13");
  EXPECT_THAT(Rows("SELECT name, type, rating FROM s LIMIT 1"),
              ElementsAre("United Oil & Gas, Corp. é||Hot"));
}

TEST_F(WriterLiveTest, ASecondInsertIsRefusedRowByRowAndSuggestsUpsert) {
  MakeAccounts();
  ExpectAllWritten(Write(kInsert, {Account("1"), Account("3")}));
  WriteOutcome outcome = Write(kInsert, {Account("1"), Account("2"), Account("3")});
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::kPartialWriteFailure);
  EXPECT_EQ(outcome.error->message,
            "2 of 3 records were not written to table 's'; the first (id '1'): a row with id '1' "
            "exists already; use Upsert to update it");
  EXPECT_THAT(outcome.records,
              ElementsAre(Refused("a row with id '1' exists already; use Upsert to update it"),
                          Written(), Refused("use Upsert")));
  EXPECT_EQ(Count(), "3");
}

TEST_F(WriterLiveTest, ExactlyTheBadRowsOfThousandsAreRefused) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v TINYINT)");
  std::vector<std::string> records;
  for (int i = 0; i < 3500; ++i) {
    bool is_bad = i % 500 == 250 || i == 3499 || (i >= 1010 && i < 1040);
    records.push_back("{\"id\":" + std::to_string(i) + ",\"v\":" + (is_bad ? "300" : "5") + "}");
  }
  WriteOutcome outcome = Write(kInsert, records);
  ASSERT_EQ(outcome.records.size(), records.size());
  for (int i = 0; i < 3500; ++i) {
    const RecordOutcome& record = outcome.records[static_cast<size_t>(i)];
    bool is_bad = i % 500 == 250 || i == 3499 || (i >= 1010 && i < 1040);
    ASSERT_EQ(record.is_written, !is_bad) << i << " " << record.message;
    EXPECT_EQ(record.message, is_bad ? "column 'v': value out of range for tinyint" : "");
    EXPECT_EQ(record.record_id, std::to_string(i));
  }
  EXPECT_EQ(Count(), std::to_string(3500 - 38));
}

TEST_F(WriterLiveTest, EveryKindOfRefusalIsASentence) {
  Run("CREATE TABLE p (id INT PRIMARY KEY)");
  Run("CREATE TABLE s (id INT PRIMARY KEY, c VARCHAR(3), n INT NOT NULL DEFAULT 5, d DATETIME, e "
      "ENUM('a','b'), j JSON, v VECTOR(2), u INT UNIQUE, p INT, t TIME, g VARCHAR(3) CHARSET gbk, "
      "FOREIGN KEY (p) REFERENCES p (id))");
  std::vector<std::string> records = {R"({"id":1,"c":"four"})",
                                      R"({"id":2,"n":"x"})",
                                      R"({"id":3,"d":"2024-02-30"})",
                                      R"({"id":4,"e":"z"})",
                                      R"({"id":5,"j":"{bad"})",
                                      R"({"id":6,"v":[1]})",
                                      R"({"id":7,"u":1})",
                                      R"({"id":8,"u":1})",
                                      R"({"id":9,"p":77})",
                                      R"({"id":10,"n":99999999999})",
                                      R"({"id":11,"t":"9999:00:00"})",
                                      R"({"id":12,"g":"ก"})",
                                      R"({"id":13)",
                                      R"({"c":"no"})",
                                      R"({"id":null})",
                                      R"({"id":16,"n":null})",
                                      R"({"id":7})"};
  WriteOutcome outcome = Write(kInsert, records);
  EXPECT_THAT(
      outcome.records,
      ElementsAre(Refused("column 'c': value too long (4 of 3 characters)"),
                  Refused("column 'n': 'x' is not a whole number"),
                  Refused("column 'd': '2024-02-30' is not a valid time"),
                  Refused("column 'e': not a valid value for enum('a','b')"),
                  Refused("not valid JSON"), Refused("vector has 1 dimensions"), Written(),
                  Refused("another row has the same u (unique key 'u')"),
                  Refused("refers to a row that does not exist"),
                  Refused("column 'n': value out of range for int"),
                  Refused("column 't': not a valid value for time"),
                  Refused("column 'g': not a valid value for varchar(3)"), Refused("not JSON"),
                  Refused("column 'id': no value"), Refused("column 'id': null"), Written(),
                  Refused("a row with id '7' exists already")));
  EXPECT_THAT(Rows("SELECT id, n FROM s ORDER BY id"), ElementsAre("7|5", "16|5"));
}

TEST_F(WriterLiveTest, AFaultOfTheMappingWritesNothing) {
  MakeAccounts();
  WriteOutcome outcome = Write(kInsert, {Account("1"), Account("2", R"("Rating":"Hot")")});
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(*outcome.error, InvalidArgument("table 's' has no column 'Rating'"));
  EXPECT_THAT(outcome.records, IsEmpty());
  EXPECT_EQ(Count(), "0");
}

TEST_F(WriterLiveTest, TiDBNumbersRowsItself) {
  Run("CREATE TABLE s (id BIGINT AUTO_RANDOM PRIMARY KEY, v INT)");
  ExpectAllWritten(Write(kInsert, {R"({"v":1})", R"({"id":null,"v":2})"}));
  EXPECT_EQ(Count(), "2");
  WriteOutcome outcome = Write(kInsert, {R"({"id":5,"v":3})"});
  EXPECT_THAT(outcome.records, ElementsAre(Refused("take it out of the mapping")));
}

TEST_F(WriterLiveTest, NoRecordsAreNoFailure) {
  MakeAccounts();
  for (auto operation : {kInsert, kUpsert, kUpdate, kDelete}) {
    WriteOutcome outcome = Write(operation, {});
    EXPECT_FALSE(outcome.error);
    EXPECT_THAT(outcome.records, IsEmpty());
  }
}

TEST_F(WriterLiveTest, AViewIsNotWritten) {
  Run("CREATE TABLE t (a INT PRIMARY KEY)");
  Run("CREATE VIEW s AS SELECT * FROM t");
  EXPECT_EQ(Write(kInsert, {R"({"a":1})"}).error->code, ErrorCode::kInvalidArgument);
}

// ---- Values ----

TEST_F(WriterLiveTest, EveryTypeComesBackAsItWent) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, bu BIGINT UNSIGNED, bi BIGINT, ti TINYINT, si SMALLINT, "
      "mi MEDIUMINT, bo BOOLEAN, de DECIMAL(65,30), fl FLOAT, db DOUBLE, ch CHAR(10), vc "
      "VARCHAR(50), tx TEXT, la VARCHAR(20) CHARSET latin1, gb VARCHAR(20) CHARSET gbk, bn "
      "BINARY(4), vb VARBINARY(10), bl BLOB, en ENUM('a','b''c','é'), st SET('x','y'), js JSON, da "
      "DATE, dt DATETIME(6), ts TIMESTAMP(6), tm TIME(6), ye YEAR, b1 BIT(1), b8 BIT(12), b64 "
      "BIT(64), ve VECTOR(3))");
  const std::vector<std::string> records = {
      R"({"id":1,"bu":18446744073709551615,"bi":-9223372036854775808,"ti":-128,"si":-32768,)"
      R"("mi":-8388608,"bo":true,)"
      R"("de":-12345678901234567890123456789012345.123456789012345678901234567891,)"
      R"("fl":0.1,"db":0.30000000000000004,"ch":"é€😀","vc":"it's \"q\" \\ \n\t%_`","tx":"",)"
      R"("la":"plain","gb":"中文","bn":"AP8AAA==","vb":"","bl":"AAEC/w==","en":"b'c","st":"x,y",)"
      R"("js":"{\"a\": [1, null, \"é\"]}","da":"2024-02-29","dt":"9999-12-31T23:59:59.999999Z",)"
      R"("ts":"2038-01-19T03:14:07.000001Z","tm":"-838:59:59.000000","ye":2155,)"
      R"("b1":true,"b8":4095,"b64":18446744073709551615,"ve":[1,-2.5,3e+10]})",
      R"({"id":2,"bu":0,"bi":9223372036854775807,"ti":127,"si":0,"mi":0,"bo":5,)"
      R"("de":0.000000000000000000000000000001,"fl":3.4028235e38,"db":5e-324,"ch":"","vc":" x",)"
      R"("tx":"null","la":"","gb":"","bn":"AAAAAA==","vb":"JyI=","bl":"","en":"é","st":"",)"
      R"("js":"\"text\"","da":"1000-01-01","dt":"1000-01-01T00:00:00.000000Z",)"
      R"("ts":"1970-01-01T00:00:01.000000Z","tm":"00:00:00.000001","ye":1901,"b1":false,"b8":0,)"
      R"("b64":0,"ve":[0,0,0]})",
      R"({"id":3,"bu":null,"bi":null,"ti":null,"si":null,"mi":null,"bo":null,"de":null,"fl":null,)"
      R"("db":null,"ch":null,"vc":null,"tx":null,"la":null,"gb":null,"bn":null,"vb":null,)"
      R"("bl":null,"en":null,"st":null,"js":null,"da":null,"dt":null,"ts":null,"tm":null,)"
      R"("ye":null,"b1":null,"b8":null,"b64":null,"ve":null})"};
  ExpectAllWritten(Write(kInsert, records));
  auto read = [&] {
    auto page = Reader(*pool_).ReadPage(Describe("s"), {}, "", Soon());
    EXPECT_TRUE(page.ok()) << ToString(page.error());
    return page.ok() ? page->records.ToStrings() : std::vector<std::string>{};
  };
  std::vector<std::string> first = read();
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].substr(0, first[0].find("\"fl\"")),
            records[0].substr(0, records[0].find("\"fl\"")));
  EXPECT_EQ(first[2], records[2]);
  // What was read is written and read again: nothing changes any more, and by each operation.
  for (auto operation : {kUpsert, kUpdate}) {
    ExpectAllWritten(Write(operation, first, {"id"}));
    EXPECT_EQ(read(), first);
  }
  Run("DELETE FROM s");
  ExpectAllWritten(Write(kUpsert, first, {"id"}));
  EXPECT_EQ(read(), first);
  for (const char* exact :
       {R"("fl":0.1,)", R"("db":0.30000000000000004,)", R"("gb":"中文")",
        R"("vc":"it's \"q\" \\ \n\t%_`")", R"("en":"b'c")", R"("dt":"9999-12-31T23:59:59.999999Z")",
        R"("b8":4095)", R"("b64":18446744073709551615)", R"("bl":"AAEC/w==")"}) {
    EXPECT_THAT(first[0], HasSubstr(exact));
  }
  EXPECT_THAT(first[1], HasSubstr("\"bo\":true,"));
  EXPECT_THAT(first[1], HasSubstr("\"fl\":3.4028235e+38,\"db\":5e-324,"));
}

TEST_F(WriterLiveTest, ValuesOfTheMostLenientFormsAreTaken) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, n INT, d DECIMAL(10,2), b BOOLEAN, t TIMESTAMP, c "
      "VARCHAR(20), j JSON)");
  ExpectAllWritten(
      Write(kInsert, {R"({"id":"1","n":"3.5E8","d":"1.5","b":"true",)"
                      R"("t":"2024-01-01T01:00:00.000+01:00","c":1.50,"j":{"a":[1.0]}})",
                      R"({"id":2,"n":true,"d":1e2,"b":0,"t":"2024-01-01","c":false,"j":"[1]"})"}));
  EXPECT_THAT(Rows("SELECT * FROM s ORDER BY id"),
              ElementsAre("1|350000000|1.50|1|2024-01-01 00:00:00|1.50|{\"a\": [1]}",
                          "2|1|100.00|0|2024-01-01 00:00:00|false|[1]"));
}

TEST_F(WriterLiveTest, NothingGetsOutOfItsQuotes) {
  Run("CREATE TABLE s (id VARCHAR(99) PRIMARY KEY, `a``b'` VARCHAR(99))");
  const std::string evil = R"('); DROP TABLE s; -- \\' \" \u0000 ` ${x} %s)";
  std::string record = R"({"id":")" + evil + R"(","a`b'":")" + evil + "\"}";
  for (auto operation : {kInsert, kUpsert, kUpdate}) ExpectAllWritten(Write(operation, {record}));
  auto page = Reader(*pool_).ReadPage(Describe("s"), {}, "", Soon());
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->records.ToStrings(), ElementsAre(record));
  ExpectAllWritten(Write(kDelete, {record}));
  EXPECT_EQ(Count(), "0");
}

// ---- UPSERT ----

TEST_F(WriterLiveTest, AnUpsertInsertsUpdatesAndLeavesWhatIsNotNamed) {
  MakeAccounts();
  Run("INSERT INTO s VALUES ('1', 'n1', 't1', 'Hot'), ('2', 'n2', 't2', 'Cold')");
  ExpectAllWritten(Write(kUpsert,
                         {Account("1", R"("name":"new")"), Account("2", R"("rating":null)"),
                          Account("3", R"("type":"t3")"), Account("4")},
                         {"id"}));
  EXPECT_THAT(Rows("SELECT * FROM s ORDER BY id"),
              ElementsAre("1|new|t1|Hot", "2|n2|t2|", "3||t3|", "4|||"));
}

TEST_F(WriterLiveTest, RecordsWithOneIdCountAsOneAndTheLastValuesWin) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, a INT, b INT)");
  WriteOutcome outcome =
      Write(kUpsert, {R"({"id":1,"a":1,"b":1})", R"({"id":2,"a":9})", R"({"id":1,"a":2})"}, {"id"});
  EXPECT_FALSE(outcome.error);
  EXPECT_THAT(
      outcome.records,
      ElementsAre(AllOf(Written(), Field(&RecordOutcome::message, HasSubstr("later record"))),
                  Written(), Written()));
  EXPECT_THAT(Rows("SELECT * FROM s ORDER BY id"), ElementsAre("1|2|1", "2|9|NULL"));
}

TEST_F(WriterLiveTest, AnUpsertNeverChangesAnotherRow) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, email VARCHAR(20) UNIQUE, n INT)");
  Run("INSERT INTO s VALUES (1, 'a@x', 1)");
  WriteOutcome outcome =
      Write(kUpsert,
            {R"({"id":2,"email":"a@x","n":2})", R"({"id":1,"n":10})", R"({"id":3,"email":"c@x"})"},
            {"id"});
  EXPECT_THAT(outcome.records,
              ElementsAre(Refused("another row has the same email"), Written(), Written()));
  EXPECT_THAT(Rows("SELECT * FROM s ORDER BY id"), ElementsAre("1|a@x|10", "3|c@x|NULL"));
  // By the other key too.
  ExpectAllWritten(Write(kUpsert, {R"({"email":"c@x","n":7})"}, {"email"}));
  EXPECT_THAT(Rows("SELECT n FROM s WHERE id = 3"), ElementsAre("7"));
}

TEST_F(WriterLiveTest, AnUpsertOfAnOldRowNeedsNotWhatOnlyANewOneNeeds) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, must INT NOT NULL, n INT)");
  Run("INSERT INTO s VALUES (1, 5, 1)");
  WriteOutcome outcome = Write(kUpsert, {R"({"id":1,"n":2})", R"({"id":2,"n":2})"}, {"id"});
  EXPECT_THAT(outcome.records, ElementsAre(Written(), Refused("column 'must': no value")));
  EXPECT_THAT(Rows("SELECT * FROM s"), ElementsAre("1|5|2"));
}

TEST_F(WriterLiveTest, IdFieldsThatAreNoUniqueKeyAreRefusedWithThoseThatAre) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, a INT, b INT, name VARCHAR(9), UNIQUE KEY ab (a, b), "
      "UNIQUE KEY p (name(3)))");
  for (auto operation : {kUpsert, kUpdate, kDelete}) {
    for (const std::vector<std::string>& ids :
         {std::vector<std::string>{"name"}, {"a"}, {"id", "a"}}) {
      auto error = Write(operation, {R"({"id":1,"a":1,"b":1,"name":"x"})"}, ids).error;
      ASSERT_TRUE(error);
      EXPECT_EQ(error->code, ErrorCode::kInvalidArgument);
      EXPECT_THAT(error->message, HasSubstr("(id), (a, b)"));
    }
  }
  ExpectAllWritten(Write(kUpsert, {R"({"id":1,"a":1,"b":1})"}, {"b", "a"}));
  EXPECT_THAT(Write(kUpdate, {"{}"}, {"nope"}).error->message, HasSubstr("no column 'nope'"));
}

TEST_F(WriterLiveTest, AKeyOfSeveralColumnsIsAnId) {
  Run("CREATE TABLE s (a VARCHAR(9), b INT, v INT, PRIMARY KEY (a, b))");
  WriteOutcome outcome = Write(kUpsert, {R"({"a":"x","b":1,"v":1})", R"({"a":"x","b":2,"v":2})"});
  ExpectAllWritten(outcome);
  EXPECT_EQ(outcome.records[1].record_id, "x,2");
  ExpectAllWritten(Write(kUpdate, {R"({"a":"x","b":2,"v":3})"}));
  ExpectAllWritten(Write(kDelete, {R"({"a":"x","b":1})"}));
  EXPECT_THAT(Rows("SELECT * FROM s"), ElementsAre("x|2|3"));
}

TEST_F(WriterLiveTest, AnUpsertAcrossCaseInsensitiveIdsKeepsOneRow) {
  Run("CREATE TABLE s (id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT)");
  ExpectAllWritten(Write(kUpsert, {R"({"id":"A","n":1})", R"({"id":"a","n":2})"}));
  EXPECT_THAT(Rows("SELECT n FROM s"), ElementsAre("2"));
  ExpectAllWritten(Write(kUpsert, {R"({"id":"a","n":3})", R"({"id":"A","n":4})"}));
  EXPECT_THAT(Rows("SELECT n FROM s"), ElementsAre("4"));
}

// In an arrival order that no sorting of the ids, nor of the sets of columns, gives.
TEST_F(WriterLiveTest, RecordsWhoseIdsTheCollationTakesForOneAreWrittenInTheirOrder) {
  const std::vector<std::string> records = {R"({"id":"cafe","n":1,"m":1})",
                                            R"({"id":"CAFE","n":2})", R"({"id":"café","m":3})",
                                            R"({"id":"cafe","k":4})", R"({"id":"Cafe ","k":5})"};
  for (const char* further_key : {"", ", UNIQUE (u)"}) {
    for (bool all_or_none : {false, true}) {
      Run("DROP TABLE IF EXISTS s");
      Run("CREATE TABLE s (id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT, m INT, "
          "k INT, u INT" +
          std::string(further_key) + ")");
      ExpectAllWritten(Write(kUpsert, records, {"id"}, all_or_none));
      EXPECT_THAT(Rows("SELECT n, m, k FROM s"), ElementsAre("2|3|5")) << further_key;
      ExpectAllWritten(Write(kUpdate, records, {"id"}, all_or_none));
      EXPECT_THAT(Rows("SELECT n, m, k FROM s"), ElementsAre("2|3|5"));
      ExpectAllWritten(Write(kDelete, records, {"id"}, all_or_none));
      EXPECT_EQ(Count(), "0");
    }
  }
}

TEST_F(WriterLiveTest, NumbersWrittenDifferentlyAreOneIdToo) {
  Run("CREATE TABLE s (id DECIMAL(9,2) PRIMARY KEY, n INT)");
  ExpectAllWritten(Write(kUpsert, {R"({"id":"1.50","n":1})", R"({"id":"1.5","n":2})"}));
  EXPECT_THAT(Rows("SELECT n FROM s"), ElementsAre("2"));
}

// ---- UPDATE, DELETE ----

TEST_F(WriterLiveTest, AnUpdateTellsAnAbsentRowFromAnUnchangedOne) {
  MakeAccounts();
  Run("INSERT INTO s VALUES ('1', 'n', 't', 'r'), ('3', 'n', 't', 'r')");
  WriteOutcome outcome = Write(kUpdate,
                               {Account("1", R"("name":"n")"), Account("2", R"("name":"x")"),
                                Account("3", R"("name":"new","rating":null)"), Account("4")},
                               {"id"});
  EXPECT_THAT(outcome.records, ElementsAre(Written(), Refused("no row with id '2'"), Written(),
                                           Refused("no row with id '4'")));
  EXPECT_THAT(Rows("SELECT * FROM s ORDER BY id"), ElementsAre("1|n|t|r", "3|new|t|"));
}

TEST_F(WriterLiveTest, AnUpdateOfManyRowsThatAreThereIsOneStatement) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  auto update = [&](int rows, const std::string& v) {
    std::vector<std::string> records;
    for (int i = 0; i < rows; ++i) {
      records.push_back("{\"id\":" + std::to_string(i) + ",\"v\":" + v + "}");
    }
    return records;
  };
  ExpectAllWritten(Write(kInsert, update(300, "1")));
  auto relay = ThroughRelay();
  relay->Watch("INSERT INTO");
  ExpectAllWritten(Write(kUpdate, update(300, "2")));
  EXPECT_EQ(relay->seen(), 1);
  const std::string of_one_row = "UPDATE `" + database_;
  relay->Watch(of_one_row);
  ExpectAllWritten(Write(kUpdate, update(300, "3")));
  EXPECT_EQ(relay->seen(), 0);
  EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v"), ElementsAre("3|300"));

  EXPECT_THAT(Write(kUpdate, update(301, "4")).records.back(), Refused("no row with id '300'"));
  EXPECT_GT(relay->seen(), 0);
  EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v"), ElementsAre("4|300"));
}

TEST_F(WriterLiveTest, ThousandsOfUpdatesGoOnBehindABadOne) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v TINYINT)");
  std::vector<std::string> inserts, updates;
  for (int i = 0; i < 2500; ++i) {
    inserts.push_back("{\"id\":" + std::to_string(i) + ",\"v\":1}");
    updates.push_back("{\"id\":" + std::to_string(i) + ",\"v\":" + (i % 1000 == 7 ? "300" : "2") +
                      "}");
  }
  ExpectAllWritten(Write(kInsert, inserts));
  WriteOutcome outcome = Write(kUpdate, updates);
  ASSERT_EQ(outcome.records.size(), 2500u);
  for (size_t i = 0; i < 2500; ++i) {
    ASSERT_EQ(outcome.records[i].is_written, i % 1000 != 7) << outcome.records[i].message;
  }
  EXPECT_THAT(Rows("SELECT v, COUNT(*) FROM s GROUP BY v ORDER BY v"),
              ElementsAre("1|3", "2|2497"));
}

TEST_F(WriterLiveTest, ADeleteTakesAnAbsentRowForDeleted) {
  MakeAccounts();
  Run("INSERT INTO s (id) VALUES ('1'), ('2'), ('3')");
  ExpectAllWritten(Write(kDelete, {Account("1"), Account("9"), Account("3", R"("x":1)")}, {"id"}));
  EXPECT_THAT(Rows("SELECT id FROM s"), ElementsAre("2"));
}

TEST_F(WriterLiveTest, ADeleteThatIsForbiddenIsRefusedAlone) {
  Run("CREATE TABLE s (id INT PRIMARY KEY)");
  Run("CREATE TABLE c (id INT, s INT, FOREIGN KEY (s) REFERENCES s (id))");
  Run("INSERT INTO s VALUES (1), (2), (3)");
  Run("INSERT INTO c VALUES (1, 2)");
  WriteOutcome outcome = Write(kDelete, {R"({"id":1})", R"({"id":2})", R"({"id":3})"});
  EXPECT_THAT(outcome.records, ElementsAre(Written(), Refused("another table's row"), Written()));
  EXPECT_THAT(Rows("SELECT id FROM s"), ElementsAre("2"));
}

// ---- All or none ----

TEST_F(WriterLiveTest, AllOrNoneWritesNoneWhenOneIsRefused) {
  MakeAccounts();
  Run("INSERT INTO s (id) VALUES ('2')");
  WriteOutcome outcome =
      Write(kInsert, {Account("1"), Account("2"), Account("3")}, {}, /*all_or_none=*/true);
  EXPECT_EQ(outcome.error->code, ErrorCode::kPartialWriteFailure);
  EXPECT_THAT(outcome.records, ElementsAre(Refused("all or none"), Refused("exists already"),
                                           Refused("all or none")));
  EXPECT_EQ(Count(), "1");

  outcome = Write(kUpdate, {Account("2", R"("name":"x")"), Account("9")}, {"id"}, true);
  EXPECT_THAT(outcome.records, ElementsAre(Refused("all or none"), Refused("no row")));
  EXPECT_THAT(Rows("SELECT name FROM s"), ElementsAre(""));

  outcome = Write(kUpsert, {Account("5"), R"({"id":null})"}, {"id"}, true);
  EXPECT_THAT(outcome.records, ElementsAre(Refused("all or none"), Refused("null")));
  EXPECT_EQ(Count(), "1");
  ExpectAllWritten(Write(kUpsert, {Account("5"), Account("6", R"("name":"x")")}, {"id"}, true));
  EXPECT_EQ(Count(), "3");
}

// ---- Faults ----

TEST_F(WriterLiveTest, AConnectionLostBetweenTwoRequestsIsReplaced) {
  MakeAccounts();
  auto relay = ThroughRelay();
  ExpectAllWritten(Write(kInsert, {Account("1")}));
  relay->CutAll();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ExpectAllWritten(Write(kInsert, {Account("2")}));
  EXPECT_EQ(Count(), "2");
}

TEST_F(WriterLiveTest, AnUpsertIsRepeatedOnALostConnection) {
  MakeAccounts();
  for (auto cut : {Relay::Cut::kBefore, Relay::Cut::kBehind}) {
    auto relay = ThroughRelay();
    Table table = Describe("s");
    relay->CutAt("INSERT INTO", cut);
    ExpectAllWritten(
        WriteRecords(*pool_, table, {kUpsert, {"id"}, {Account("1"), Account("2")}}, Soon()));
    EXPECT_EQ(Count(), "2");
  }
}

TEST_F(WriterLiveTest, AnInsertWhoseAnswerIsLostIsNeverRepeated) {
  Run("CREATE TABLE s (v INT)");
  auto relay = ThroughRelay();
  Table table = Describe("s");
  relay->CutAt("INSERT INTO", Relay::Cut::kBehind);
  WriteOutcome outcome =
      WriteRecords(*pool_, table, {kInsert, {}, {R"({"v":1})", R"({"v":2})"}}, Soon());
  EXPECT_EQ(outcome.error->code, ErrorCode::kPartialWriteFailure);
  EXPECT_THAT(outcome.records, Each(Refused("not known whether it was stored")));
  EXPECT_EQ(Count(), "2");
}

TEST_F(WriterLiveTest, AnInsertLostBeforeItsCommitIsRepeated) {
  MakeAccounts();
  auto relay = ThroughRelay();
  Table table = Describe("s");
  relay->CutAt("INSERT INTO", Relay::Cut::kBehind);
  ExpectAllWritten(WriteRecords(
      *pool_, table, {kInsert, {}, {Account("1"), Account("2")}, /*all_or_none=*/true}, Soon()));
  EXPECT_EQ(Count(), "2");
}

TEST_F(WriterLiveTest, AServerThatIsGoneIsServiceUnavailable) {
  MakeAccounts();
  auto relay = ThroughRelay();
  Table table = Describe("s");
  relay.reset();
  for (auto operation : {kUpsert, kUpdate, kDelete}) {
    WriteOutcome outcome = WriteRecords(*pool_, table, {operation, {"id"}, {Account("1")}}, Soon());
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, ErrorCode::kServiceUnavailable);
    EXPECT_THAT(outcome.records, IsEmpty());
  }
}

TEST_F(WriterLiveTest, ALockIsWaitedForAndThenTaken) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  Run("INSERT INTO s VALUES (1, 0)");
  Run("BEGIN PESSIMISTIC");
  Run("UPDATE s SET v = 1 WHERE id = 1");
  std::jthread release([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    Run("COMMIT");
  });
  ExpectAllWritten(Write(kUpdate, {R"({"id":1,"v":2})"}));
  release.join();
  EXPECT_THAT(Rows("SELECT v FROM s"), ElementsAre("2"));
}

// The rows are released one after the other, so that both are updated, but too late for a COMMIT.
TEST_F(WriterLiveTest, ATransactionThatItsDeadlineCutShortIsUndoneAndNothingElseWithIt) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT)");
  Run("INSERT INTO s VALUES (1, 0), (2, 0)");
  Table table = Describe("s");
  auto first = Open(options_), second = Open(options_);
  for (bool all_or_none : {false, true}) {
    auto lock = [&](Client& client, const char* id) {
      std::string select = std::string("SELECT v FROM s WHERE id = ") + id + " FOR UPDATE";
      EXPECT_TRUE(client.Execute("BEGIN PESSIMISTIC", "lock", Soon()).ok());
      EXPECT_TRUE(client.Select(select, "lock", Soon()).ok());
    };
    lock(*first, "1");
    lock(*second, "2");
    auto start = std::chrono::steady_clock::now();
    auto release = [&](Client& client, int at_ms) {
      std::this_thread::sleep_until(start + std::chrono::milliseconds(at_ms));
      EXPECT_TRUE(client.Execute("ROLLBACK", "lock", Soon()).ok());
    };
    std::jthread releases([&] {
      release(*first, 700);
      release(*second, 1300);
    });
    WriteOutcome update = WriteRecords(
        *pool_, table,
        {kUpdate, {"id"}, {R"({"id":1,"v":5})", R"({"id":2,"v":5})"}, /*all_or_none=*/true},
        start + std::chrono::milliseconds(1000));
    releases.join();
    ASSERT_TRUE(update.error);
    EXPECT_EQ(update.error->code, ErrorCode::kRequestTimeout);

    std::string record = all_or_none ? R"({"id":4,"v":9})" : R"({"id":3,"v":9})";
    ExpectAllWritten(WriteRecords(*pool_, table, {kInsert, {}, {record}, all_or_none}, Soon()));
    EXPECT_THAT(Rows("SELECT v FROM s WHERE id < 3"), ElementsAre("0", "0"));
    EXPECT_EQ(Count(), all_or_none ? "4" : "3");
  }
}

TEST_F(WriterLiveTest, WritersOfTheSameRowsDoNotBlockEachOtherForGood) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, v INT, u INT UNIQUE)");
  Table table = Describe("s");
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Pool pool(options_);
      for (int round = 0; round < 5; ++round) {
        std::vector<std::string> records;
        for (int i = 0; i < 50; ++i) {
          int id = t % 2 ? i : 49 - i;
          records.push_back("{\"id\":" + std::to_string(id) + ",\"v\":" + std::to_string(t) + "}");
        }
        auto outcome = WriteRecords(pool, table, {kUpsert, {"id"}, records}, Soon());
        EXPECT_TRUE(!outcome.error || outcome.error->message.find("same id") != std::string::npos)
            << ToString(*outcome.error);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(Count(), "50");
}

TEST_F(WriterLiveTest, ATableDroppedMeanwhileIsNotFound) {
  MakeAccounts();
  Table table = Describe("s");
  Run("DROP TABLE s");
  WriteOutcome outcome = WriteRecords(*pool_, table, {kUpsert, {"id"}, {Account("1")}}, Soon());
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::kResourceNotFound);
}

TEST_F(WriterLiveTest, ATableWithoutTheRightIsAccessDenied) {
  MakeAccounts();
  Table table = Describe("s");
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user);
  Run("GRANT SELECT ON " + database_ + ".* TO " + user);
  options_.username = user;
  options_.password = Secret();
  pool_.emplace(options_);
  WriteOutcome outcome = WriteRecords(*pool_, table, {kInsert, {}, {Account("1")}}, Soon());
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::kAccessDenied);
  Run("DROP USER " + user);
}

}  // namespace
}  // namespace sluice::tidb
