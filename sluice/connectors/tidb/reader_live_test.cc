// Reading a TiDB in parts, over Arrow.
#include <arrow/array.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "sluice/connector/records.h"
#include "sluice/connectors/tidb/tidb_connector.h"
#include "sluice/tidb/live_test.h"
#include "sluice/tidb/reader.h"

namespace sluice::tidb_connector {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tidb::Soon;

class TidbReaderLiveTest : public tidb::LiveTest {
 protected:
  using Records = std::vector<std::string>;

  void SetUp() override { connector_ = MakeTidbConnector(options_, {.batch_bytes = 1}); }
  void TearDown() override { connector_.reset(); }

  // All columns of a table.
  ReadRequest Reading(const std::string& table) {
    ReadRequest request;
    auto entity = connector_->DescribeEntity(table);
    EXPECT_TRUE(entity.ok()) << ToString(entity.error());
    if (!entity.ok()) return request;
    request.entity = *entity;
    for (const Field& field : entity->fields) request.fields.push_back(field.name);
    return request;
  }

  std::vector<Partition> Split(const ReadRequest& request, int parts) {
    auto partitions = connector_->Split(request, parts);
    EXPECT_TRUE(partitions.ok()) << ToString(partitions.error());
    return partitions.ok() ? *partitions : std::vector<Partition>{};
  }

  std::unique_ptr<BatchReader> OpenReader(const ReadRequest& request, const Partition& partition,
                                          std::optional<Position> from = {}) {
    auto reader = connector_->OpenReader(request, partition, from);
    EXPECT_TRUE(reader.ok()) << ToString(reader.error());
    SLUICE_CHECK(reader.ok());
    return *std::move(reader);
  }

  static Result<Pull> Next(BatchReader& reader) { return reader.Next(Soon(), {}); }

  struct Read {
    Records records;
    std::vector<Position> after;  // Of each batch.
    std::vector<size_t> counts;   // How many records there were by then.
    std::vector<RejectedRow> unreadable;
  };
  Read ReadOn(BatchReader& reader) {
    Read read;
    while (true) {
      auto pull = Next(reader);
      EXPECT_TRUE(pull.ok()) << ToString(pull.error());
      if (!pull.ok() || pull->what != Pulled::kBatch) return read;
      auto records = RecordsToJson(*pull->batch.rows);
      EXPECT_TRUE(records.ok()) << ToString(records.error());
      for (std::string& record : *records) read.records.push_back(std::move(record));
      for (RejectedRow& row : pull->batch.unreadable) read.unreadable.push_back(std::move(row));
      read.after.push_back(pull->batch.after);
      read.counts.push_back(read.records.size());
    }
  }
  Read ReadAll(const ReadRequest& request, const Partition& partition,
               std::optional<Position> from = {}) {
    return ReadOn(*OpenReader(request, partition, from));
  }
  Records ReadAll(const ReadRequest& request, int parts = 1) {
    Records records;
    for (const Partition& partition : Split(request, parts)) {
      for (std::string& record : ReadAll(request, partition).records) {
        records.push_back(std::move(record));
      }
    }
    return records;
  }
  Records ReadAll(const std::string& table, int parts = 1) {
    return ReadAll(Reading(table), parts);
  }

  // A table s(a) of 1 to `count`, cut into regions at these.
  void MakeNumbers(int count, const std::vector<int>& cuts = {}) {
    Run("CREATE TABLE s (a BIGINT PRIMARY KEY, b VARCHAR(20))");
    std::string sql = "INSERT INTO s (a) VALUES ";
    for (int i = 1; i <= count; ++i) sql += (i > 1 ? ",(" : "(") + std::to_string(i) + ")";
    Run(sql);
    Cut("s", cuts);
  }
  void Cut(const std::string& table, const std::vector<int>& cuts) {
    for (int cut : cuts) Rows("SPLIT TABLE " + table + " BY (" + std::to_string(cut) + ")");
  }
  static Records Numbers(int count) {
    Records records;
    for (int i = 1; i <= count; ++i) {
      records.push_back("{\"a\":" + std::to_string(i) + ",\"b\":null}");
    }
    return records;
  }

  std::unique_ptr<Connector> connector_;
};

TEST_F(TidbReaderLiveTest, PartsOfATableAreTogetherAllOfItAndCanBeReadOnFromEachBatch) {
  struct KeyedTable {
    const char* definition;
    const char* values;  // Of the rows, in the order of the key.
    const char* cuts;
    bool is_cut = true;
  };
  const KeyedTable tables[] = {
      {"k BIGINT PRIMARY KEY", "(-9223372036854775808),(-1),(0),(5),(6),(9223372036854775807)",
       "(-1),(0),(6),(9223372036854775807)"},
      {"k BIGINT UNSIGNED PRIMARY KEY",
       "(0),(7),(9223372036854775807),(9223372036854775808),(18446744073709551615)",
       "(7),(9223372036854775808),(18446744073709551615)"},
      {"k TINYINT(1) PRIMARY KEY", "(-5),(0),(1),(2)", "(0),(2)"},
      {"k DECIMAL(65,30) PRIMARY KEY CLUSTERED",
       "(-0.1),(0.100000000000000000000000000001),(0.100000000000000000000000000002),(7)",
       "(0.100000000000000000000000000001),(0.100000000000000000000000000002)"},
      {"k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY CLUSTERED",
       "(''),('a'),('B'),('é'),('it''s'),('\\\\'),('😀')", "('a'),('b'),('e'),('X')"},
      {"k VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY CLUSTERED", "('%_'),('A'),('B'),('a'),('é')",
       "('A'),('B'),('a')"},
      {"k VARBINARY(20) PRIMARY KEY CLUSTERED", "(x''),(x'00'),(x'0000'),(x'27'),(x'ff')",
       "(x'00'),(x'0000'),(x'27'),(x'ff')"},
      {"k DATETIME(6) PRIMARY KEY CLUSTERED",
       "('1000-01-01'),('2024-01-01 00:00:00.000001'),('2024-01-01 00:00:00.000002')",
       "('2024-01-01 00:00:00.000001'),('2024-01-01 00:00:00.000002')"},
      {"k DATE PRIMARY KEY CLUSTERED", "('2024-01-01'),('2024-02-29'),('2025-01-01')",
       "('2024-02-29'),('2025-01-01')"},
      {"k TIME(3) PRIMARY KEY CLUSTERED", "('-838:59:59'),('-00:00:00.001'),('10:00'),('100:00')",
       "('-00:00:00.001'),('10:00'),('100:00')"},
      {"k YEAR PRIMARY KEY CLUSTERED", "(1901),(2024),(2155)", "(2024),(2155)"},
      // Compared otherwise than they are stored.
      {"k DOUBLE PRIMARY KEY CLUSTERED", "(-1e308),(0.1),(0.3),(0.30000000000000004)",
       "(0.1),(0.3)", true},
      {"k FLOAT PRIMARY KEY CLUSTERED", "(0.1),(0.2),(16777216)", "(0.2)", false},
      {"k BIT(9) PRIMARY KEY CLUSTERED", "(0),(65),(511)", "(65)", false},
      {"k ENUM('z','b','a') PRIMARY KEY CLUSTERED", "('z'),('b'),('a')", "('b')", false},
      // Only the hidden row id tells.
      {"k INT PRIMARY KEY NONCLUSTERED", "(3),(1),(2),(9),(8)", "(2),(4)"},
      {"k INT", "(3),(1),(NULL),(1),(7),(8)", "(2),(3),(5)"},
  };
  for (const KeyedTable& table : tables) {
    SCOPED_TRACE(table.definition);
    Run("DROP TABLE IF EXISTS s");
    Run("CREATE TABLE s (" + std::string(table.definition) + ")");
    Run("INSERT INTO s (k) VALUES " + std::string(table.values));
    Rows("SPLIT TABLE s BY " + std::string(table.cuts));
    auto request = Reading("s");
    Records whole = ReadAll(request);
    ASSERT_EQ(Rows("SELECT COUNT(*) FROM s")[0], std::to_string(whole.size()));
    for (int parts : {2, 3, 8}) {
      auto partitions = Split(request, parts);
      EXPECT_EQ(partitions.size() > 1, table.is_cut);
      EXPECT_LE(partitions.size(), static_cast<size_t>(parts));
      Records all;
      for (const Partition& partition : partitions) {
        Read read = ReadAll(request, partition);
        for (size_t i = 0; i < read.after.size(); ++i) {
          Records again(read.records.begin(),
                        read.records.begin() + static_cast<long>(read.counts[i]));
          for (std::string& record : ReadAll(request, partition, read.after[i]).records) {
            again.push_back(std::move(record));
          }
          EXPECT_EQ(again, read.records) << "resumed behind batch " << i;
        }
        all.insert(all.end(), read.records.begin(), read.records.end());
      }
      EXPECT_EQ(all, whole);
    }
    if (HasFailure()) return;
  }
}

// All borders between neighbours, so that each kind of bound stands before each other one.
TEST_F(TidbReaderLiveTest, ACompositeKeyIsCutAnywhere) {
  for (const char* key : {"a INT, b VARCHAR(9) COLLATE utf8mb4_general_ci, c INT",
                          "b VARCHAR(9) COLLATE utf8mb4_general_ci, a INT, c INT",
                          "c ENUM('z','y'), a INT, b INT", "a INT, c ENUM('z','y'), b INT"}) {
    SCOPED_TRACE(key);
    Run("DROP TABLE IF EXISTS s");
    bool has_enum = std::string(key).find("ENUM") != std::string::npos;
    std::string order = key[0] == 'a' ? (key[7] == 'b' ? "a, b, c" : "a, c, b")
                                      : (key[0] == 'b' ? "b, a, c" : "c, a, b");
    Run("CREATE TABLE s (" + std::string(key) + ", PRIMARY KEY (" + order + ") CLUSTERED)");
    std::string sql;
    for (int i = 0; i < 60; ++i) {
      std::string text = i % 4 < 2 ? (i % 4 == 0 ? "'x'" : "'Y'") : (i % 4 == 2 ? "'z '" : "'é'");
      std::string b = has_enum ? std::to_string(i % 5) : text;
      std::string c = has_enum ? std::to_string(1 + i % 2) : std::to_string(i);
      sql += (i ? ",(" : "(") + std::to_string(i % 3) + "," + b + "," + c + ")";
    }
    Run("INSERT IGNORE INTO s (a, b, c) VALUES " + sql);
    auto rows = Rows("SELECT " + order + " FROM s ORDER BY " + order);
    for (size_t i = 1; i < rows.size(); i += 3) {
      std::string cut = "'" + rows[i];
      for (size_t at = 0; (at = cut.find('|', at)) != cut.npos; at += 3) cut.replace(at, 1, "','");
      Rows("SPLIT TABLE s BY (" + cut + "')");
    }
    auto request = Reading("s");
    Records whole = ReadAll(request);
    ASSERT_EQ(whole.size(), rows.size());
    for (int parts : {2, 5, 100}) {
      EXPECT_EQ(Split(request, parts).size() > 1, key[0] != 'c');
      EXPECT_EQ(ReadAll(request, parts), whole) << parts;
    }
    // From each row to the end of its part.
    auto partitions = Split(request, 4);
    for (const Partition& partition : partitions) {
      Read read = ReadAll(request, partition);
      for (size_t i = 0; i < read.after.size(); ++i) {
        EXPECT_THAT(ReadAll(request, partition, read.after[i]).records,
                    SizeIs(read.records.size() - read.counts[i]));
      }
    }
    if (HasFailure()) return;
  }
}

TEST_F(TidbReaderLiveTest, PartsHaveAboutAsManyRegions) {
  MakeNumbers(100, {11, 21, 31, 41, 51, 61, 71, 81, 91});
  auto request = Reading("s");
  for (int parts : {1, 2, 3, 5, 10, 50}) {
    auto partitions = Split(request, parts);
    EXPECT_THAT(partitions, SizeIs(std::min(parts, 10)));
    for (const Partition& partition : partitions) {
      EXPECT_THAT(ReadAll(request, partition).records,
                  SizeIs(AnyOf(100 / parts / 10 * 10, (100 / parts + 9) / 10 * 10, 10)));
    }
  }
}

TEST_F(TidbReaderLiveTest, WhatCantBeCutIsOnePart) {
  MakeNumbers(20, {5, 10, 15});
  Run("CREATE VIEW v AS SELECT a FROM s");
  EXPECT_THAT(Split(Reading("v"), 4), SizeIs(1));
  EXPECT_THAT(ReadAll("v", 4), SizeIs(20));
  Run("CREATE TABLE none (a INT PRIMARY KEY)");
  EXPECT_THAT(Split(Reading("none"), 4), SizeIs(1));
  EXPECT_THAT(ReadAll("none", 4), IsEmpty());
  Run("CREATE TABLE keyless (a INT) PARTITION BY HASH (a) PARTITIONS 3");
  Run("INSERT INTO keyless SELECT a % 4 FROM s");
  EXPECT_THAT(Split(Reading("keyless"), 4), SizeIs(1));
  EXPECT_THAT(ReadAll("keyless", 4), SizeIs(20));
  auto limited = Reading("s");
  limited.filter.limit = 7;
  EXPECT_THAT(Split(limited, 4), SizeIs(1));
  EXPECT_THAT(ReadAll(limited, 4), SizeIs(7));
}

TEST_F(TidbReaderLiveTest, APartitionedTableIsCutByItsPrimaryKey) {
  MakeNumbers(200);
  for (const char* definition :
       {"a INT PRIMARY KEY, b INT) PARTITION BY HASH (a) PARTITIONS 3",
        "b INT, a INT, PRIMARY KEY (b, a) NONCLUSTERED) PARTITION BY HASH (a) PARTITIONS 4",
        "a INT PRIMARY KEY, b INT) PARTITION BY RANGE (a) (PARTITION x VALUES LESS THAN (50), "
        "PARTITION y VALUES LESS THAN (120), PARTITION z VALUES LESS THAN (1000))"}) {
    SCOPED_TRACE(definition);
    Run("DROP TABLE IF EXISTS p");
    Run("CREATE TABLE p (" + std::string(definition));
    Run("INSERT INTO p (a, b) SELECT a, a % 7 FROM s");
    auto request = Reading("p");
    Records whole = ReadAll(request);
    ASSERT_THAT(whole, SizeIs(200));
    auto partitions = Split(request, 3);
    EXPECT_THAT(partitions, SizeIs(3));
    EXPECT_EQ(ReadAll(request, 3), whole);
    Read read = ReadAll(request, partitions[1]);
    for (size_t i = 0; i < read.after.size(); ++i) {
      EXPECT_THAT(ReadAll(request, partitions[1], read.after[i]).records,
                  SizeIs(read.records.size() - read.counts[i]));
    }
  }
}

TEST_F(TidbReaderLiveTest, AViewIsReadOnFromEachBatch) {
  MakeNumbers(12);
  Run("CREATE VIEW v AS SELECT a % 3 AS a, b FROM s");
  auto request = Reading("v");
  auto partition = Split(request, 1).at(0);
  Read read = ReadAll(request, partition);
  ASSERT_THAT(read.records, SizeIs(12));
  for (size_t i = 0; i < read.after.size(); ++i) {
    EXPECT_EQ(
        ReadAll(request, partition, read.after[i]).records,
        Records(read.records.begin() + static_cast<long>(read.counts[i]), read.records.end()));
  }
}

TEST_F(TidbReaderLiveTest, ALimitHoldsOverAllBatchesAndResumptions) {
  MakeNumbers(20);
  auto request = Reading("s");
  request.filter.limit = 7;
  auto partition = Split(request, 1).at(0);
  Read read = ReadAll(request, partition);
  ASSERT_THAT(read.records, SizeIs(7));
  for (size_t i = 0; i < read.after.size(); ++i) {
    EXPECT_THAT(ReadAll(request, partition, read.after[i]).records, SizeIs(7 - read.counts[i]));
  }
}

TEST_F(TidbReaderLiveTest, WritesDuringAParallelReadChangeNothing) {
  MakeNumbers(400, {101, 201, 301});
  auto request = Reading("s");
  auto partitions = Split(request, 4);
  ASSERT_THAT(partitions, SizeIs(4));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    auto client = Open(options_);
    for (int i = 0; !done; ++i) {
      for (const std::string& sql : std::initializer_list<std::string>{
               "DELETE FROM s WHERE a % 7 = " + std::to_string(i % 7),
               "INSERT IGNORE INTO s SELECT a + 1000, 'new' FROM s WHERE a < 500",
               "UPDATE s SET b = 'changed' WHERE a % 3 = 0"}) {
        EXPECT_TRUE(client->Execute(sql, "the test", Soon()).ok());
      }
    }
  });
  std::vector<Records> read(4);
  std::vector<std::thread> readers;
  for (size_t i = 0; i < 4; ++i) {
    auto reader = OpenReader(request, partitions[i]);
    readers.emplace_back(
        [this, &read, i, reader = std::move(reader)] { read[i] = ReadOn(*reader).records; });
  }
  for (std::thread& reader : readers) reader.join();
  Records all;
  for (Records& records : read) all.insert(all.end(), records.begin(), records.end());
  EXPECT_EQ(all, Numbers(400));
  // A run that goes on later, elsewhere, still sees the same.
  connector_ = MakeTidbConnector(options_);
  EXPECT_EQ(ReadAll(request, partitions[2]).records, read[2]);
  done = true;
  writer.join();
}

TEST_F(TidbReaderLiveTest, ARunSeesWhatWasCommittedBefore) {
  MakeNumbers(1);
  for (int i = 0; i < 30; ++i) {
    Run("UPDATE s SET b = '" + std::to_string(i) + "'");
    EXPECT_THAT(ReadAll("s"), ElementsAre("{\"a\":1,\"b\":\"" + std::to_string(i) + "\"}"));
  }
}

// Garbage collection stays behind the oldest transaction that a session reports.
TEST_F(TidbReaderLiveTest, ARunsSnapshotIsReportedToTiDBAsLongAsTheConnectorLives) {
  MakeNumbers(3);
  const std::string held = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = '" +
                           database_ + "' AND COMMAND = 'Sleep' AND TxnStart <> ''";
  EXPECT_THAT(Rows(held), ElementsAre("0"));
  auto request = Reading("s");
  auto partition = Split(request, 1).at(0);
  EXPECT_THAT(Rows(held), ElementsAre("1"));
  std::string start = Rows("SELECT TxnStart FROM information_schema.PROCESSLIST WHERE DB = '" +
                           database_ + "' AND TxnStart <> ''")[0];
  EXPECT_THAT(partition.state,
              HasSubstr(std::to_string(std::stoull(start.substr(start.find('(') + 1)) >> 18)));
  EXPECT_THAT(ReadAll(request, partition).records, SizeIs(3));
  EXPECT_THAT(Rows(held), ElementsAre("1"));
  // Where its connection was lost, the next reader takes care of it.
  Run("KILL TIDB " + Rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" + database_ +
                          "' AND TxnStart <> ''")[0]);
  auto reader = OpenReader(request, partition);
  EXPECT_THAT(Rows(held), ElementsAre("1"));
  reader.reset();
  connector_.reset();
  for (int tries = 0; tries < 100 && Rows(held)[0] != "0"; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_THAT(Rows(held), ElementsAre("0"));
}

TEST_F(TidbReaderLiveTest, FiltersFindWhatTheLambdasFind) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, t VARCHAR(9), n DECIMAL(9,2), d DATE, b TINYINT(1), "
      "j JSON, f FLOAT, e ENUM('x','y'))");
  Run("INSERT INTO s VALUES (1,'abc',1.5,'2024-01-01',1,'{}',0.1,'x'), "
      "(2,'ABC',2.5,'2024-01-02',0,NULL,0.2,'y'), (3,NULL,NULL,NULL,NULL,NULL,NULL,NULL), "
      "(4,'a%c',-1,'2025-01-01',5,'[]',3e10,'x')");
  using enum Operator;
  using enum FilterValue::Kind;
  std::vector<Filter> filters = {
      {.field = "t", .op = kContains, .values = {{kString, "b"}}},
      {.field = "t", .op = kContains, .values = {{kString, "%"}}},
      {.field = "t", .op = kEqualTo, .values = {{kString, "abc"}}},
      {.field = "t", .op = kNotEqualTo, .values = {{kString, "abc"}}},
      {.field = "t", .op = kEqualTo, .values = {{kNull, ""}}},
      {.field = "n", .op = kGreaterThan, .values = {{kNumber, "1.50"}}},
      {.field = "n", .op = kBetween, .values = {{kNumber, "-1"}, {kNumber, "1.5"}}},
      {.field = "d", .op = kLessThanOrEqualTo, .values = {{kDate, "2024-01-02"}}},
      {.field = "b", .op = kEqualTo, .values = {{kBoolean, "true"}}},
      {.field = "b", .op = kNotEqualTo, .values = {{kBoolean, "true"}}},
      {.field = "f", .op = kEqualTo, .values = {{kNumber, "0.1"}}},
      {.field = "e", .op = kEqualTo, .values = {{kString, "x"}}},
      {.kind = Filter::Kind::kIn, .field = "a", .values = {{kNumber, "2"}, {kNumber, "4"}}},
  };
  filters.push_back({.kind = Filter::Kind::kOr, .operands = {filters[2], filters[5]}});
  filters.push_back({.kind = Filter::Kind::kNot, .operands = {filters[7]}});
  auto request = Reading("s");
  tidb::Table table = Describe("s");
  for (const Filter& filter : filters) {
    EXPECT_TRUE(connector_->CanFilter(request.entity, filter));
    request.fields = {"a"};
    request.filter.condition = filter;
    tidb::Query query{.fields = {"a"}, .filter = request.filter};
    auto page = tidb::Reader(*pool_).ReadPage(table, query, "", Soon());
    ASSERT_TRUE(page.ok()) << ToString(page.error());
    Records found = ReadAll(request);
    EXPECT_EQ(found, page->records.ToStrings());
    EXPECT_LT(found.size(), 4u);
  }
  for (const Filter& filter :
       std::vector<Filter>{{.field = "j", .op = kEqualTo, .values = {{kString, "{}"}}},
                           {.field = "a", .op = kContains, .values = {{kString, "1"}}},
                           {.field = "a", .op = kEqualTo, .values = {{kString, "one"}}},
                           {.field = "none", .op = kEqualTo, .values = {{kNumber, "1"}}},
                           {.field = "t", .op = kGreaterThan, .values = {{kNull, ""}}}}) {
    EXPECT_FALSE(connector_->CanFilter(request.entity, filter)) << filter.field;
  }
}

TEST_F(TidbReaderLiveTest, ValuesAreThoseThatTheLambdaGivesAsJson) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, b1 TINYINT(1), i8 TINYINT, u8 TINYINT UNSIGNED, i16 "
      "SMALLINT, u16 SMALLINT UNSIGNED, i24 MEDIUMINT, i32 INT, u32 INT UNSIGNED, i64 BIGINT, u64 "
      "BIGINT UNSIGNED, z INT(7) ZEROFILL, y YEAR, bit1 BIT(1), bit12 BIT(12), bit63 BIT(63), "
      "bit64 BIT(64), dec0 DECIMAL(65), dec9 DECIMAL(65,30), decz DECIMAL(9,3) ZEROFILL, f FLOAT, "
      "g DOUBLE, c CHAR(9), v VARCHAR(99), t LONGTEXT, e ENUM('é','b,c'), st SET('p','q'), tm "
      "TIME(3), js JSON, bin BINARY(4), vb VARBINARY(9), bl LONGBLOB, d DATE, dt DATETIME, dt6 "
      "DATETIME(6), ts TIMESTAMP(3), vec VECTOR)");
  Run("INSERT INTO s (id) VALUES (1)");
  Run("INSERT INTO s VALUES (2, 5, -128, 255, -32768, 65535, -8388608, -2147483648, 4294967295, "
      "-9223372036854775808, 18446744073709551615, 42, 1901, b'1', b'101010111100', "
      "0x7fffffffffffffff, 0xffffffffffffffff, "
      "-99999999999999999999999999999999999999999999999999999999999999999, "
      "-0.000000000000000000000000000001, 1.5, 0.1, -1.7976931348623157e308, 'x ', 'é\"\\n\\\\', "
      "'日本語 😀', 'é', 'p,q', '-838:59:59', '{\"a\": [1, null, \"é\"]}', 'ab', x'00ff', x'', "
      "'1000-01-01', '9999-12-31 23:59:59', '2024-02-29 23:59:59.999999', '2038-01-19 03:14:07', "
      "'[1,-2.5,1e-10]')");
  Run("INSERT INTO s VALUES (3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'0', 0, 0, 0, 0, 0, 0, 0, 0, "
      "'', '', '', 'b,c', '', '00:00:00', 'null', '', '', x'ff', '1970-01-01', '1970-01-01', "
      "'1970-01-01', '1970-01-01 00:00:01', '[]')");
  Run("INSERT INTO s VALUES (4, -1, 1, 1, 1, 1, 1, 1, 1, 9223372036854775807, 9223372036854775808, "
      "1234567, 2155, 1, 1, 1, 1, 1, 123.456, 999999.999, 3.4028234663852886e38, "
      "2.2250738585072014e-308, 'null', REPEAT('é', 99), REPEAT('x', 100000), 'é', 'q', "
      "'12:00:00.5', '\"text\"', 'abcd', REPEAT('z', 9), REPEAT('y', 100000), '2024-02-29', "
      "'2024-02-29 00:00:00', '2024-02-29 00:00:00.000001', '2024-02-29 00:00:00.001', '[0]')");
  auto request = Reading("s");
  auto page = tidb::Reader(*pool_).ReadPage(Describe("s"), {}, "", Soon());
  ASSERT_TRUE(page.ok()) << ToString(page.error());
  Records json = page->records.ToStrings();
  std::vector<std::string_view> records(json.begin(), json.end());
  auto schema = SchemaOf(request.entity, request.fields);
  ASSERT_TRUE(schema.ok());
  auto by_json = RecordsFromJson(*schema, records);
  ASSERT_TRUE(by_json.ok()) << ToString(by_json.error());

  connector_ = MakeTidbConnector(options_);
  auto reader = OpenReader(request, Split(request, 1).at(0));
  auto pull = Next(*reader);
  ASSERT_TRUE(pull.ok() && pull->what == Pulled::kBatch);
  EXPECT_TRUE(reader->schema()->Equals(**schema, true));
  ASSERT_EQ(pull->batch.rows->num_rows(), 4);
  for (int i = 0; i < (*by_json)->num_columns(); ++i) {
    EXPECT_TRUE(pull->batch.rows->column(i)->Equals(*(*by_json)->column(i)))
        << request.fields[static_cast<size_t>(i)] << ": " << pull->batch.rows->column(i)->ToString()
        << " instead of " << (*by_json)->column(i)->ToString();
  }
}

TEST_F(TidbReaderLiveTest, ARowThatCantBeReadIsHandedOutAsSuchAndTheOthersAsRows) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, d DATE, t VARCHAR(20), at DATETIME, raw VARBINARY(9))");
  Run("SET sql_mode = '', tidb_skip_utf8_check = 1");
  Run("INSERT INTO s VALUES (1, '2024-01-01', 'é', '2024-01-01', x'ff'), (2, '0000-00-00', 'x', "
      "NULL, x'ff'), (3, NULL, _binary x'61ffc3a9', NULL, NULL), (4, NULL, NULL, '2024-00-01', "
      "NULL), (5, NULL, 'y', NULL, NULL)");
  connector_ = MakeTidbConnector(options_);
  auto request = Reading("s");
  auto reader = OpenReader(request, Split(request, 1).at(0));
  auto pull = Next(*reader);
  ASSERT_TRUE(pull.ok()) << ToString(pull.error());
  const Batch& batch = pull->batch;
  auto records = RecordsToJson(*batch.rows);
  ASSERT_TRUE(records.ok()) << ToString(records.error());
  EXPECT_THAT(*records, ElementsAre(HasSubstr("\"a\":1,"), HasSubstr("\"a\":5,")));
  EXPECT_THAT(batch.source_row, ElementsAre(0, 4));
  ASSERT_THAT(batch.unreadable, SizeIs(3));
  EXPECT_EQ(batch.unreadable[0].seq, batch.after.seq);
  EXPECT_EQ(batch.unreadable[0].index, 1);
  EXPECT_EQ(batch.unreadable[0].field, "d");
  EXPECT_EQ(batch.unreadable[0].error.message,
            "'0000-00-00' is not a date that there is (the column is of type date)");
  EXPECT_EQ(batch.unreadable[0].record,
            R"({"a":2,"d":"0000-00-00","t":"x","at":null,"raw":"/w=="})");
  EXPECT_EQ(batch.unreadable[1].field, "t");
  EXPECT_EQ(batch.unreadable[1].error.message,
            "'a\uFFFDé' is not valid UTF-8 (the column is of type varchar(20))");
  EXPECT_EQ(batch.unreadable[1].record,
            "{\"a\":3,\"d\":null,\"t\":\"a\uFFFDé\",\"at\":null,\"raw\":null}");
  EXPECT_EQ(batch.unreadable[2].field, "at");
  EXPECT_THAT(ReadAll(request, Split(request, 1).at(0), batch.after).records, IsEmpty());
}

TEST_F(TidbReaderLiveTest, ABatchEndsAtItsBytes) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, t LONGTEXT)");
  Run("INSERT INTO s VALUES (1, REPEAT('x', 600)), (2, REPEAT('x', 600)), (3, REPEAT('x', 9000)), "
      "(4, NULL)");
  connector_ = MakeTidbConnector(options_, {.batch_bytes = 1000});
  auto request = Reading("s");
  EXPECT_THAT(ReadAll(request, Split(request, 1).at(0)).counts, ElementsAre(2, 3, 4));
}

TEST_F(TidbReaderLiveTest, WhileTiDBThinksTheReaderCanBeWaitedForAndStopped) {
  Run("CREATE TABLE s (a INT PRIMARY KEY)");
  Run("INSERT INTO s VALUES (1)");
  Run("CREATE VIEW slow AS SELECT a, SLEEP(2) AS b FROM s");
  auto request = Reading("slow");
  auto partition = Split(request, 1).at(0);
  auto reader = OpenReader(request, partition);
  auto pull = reader->Next(DeadlineAfter(std::chrono::milliseconds(300)), {});
  ASSERT_TRUE(pull.ok()) << ToString(pull.error());
  EXPECT_EQ(pull->what, Pulled::kIdle);
  EXPECT_THAT(ReadOn(*reader).records, SizeIs(1));

  reader = OpenReader(request, partition);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  auto begin = std::chrono::steady_clock::now();
  pull = reader->Next(Soon(), stop.get_token());
  reader.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(900));
}

TEST_F(TidbReaderLiveTest, AConnectionThatIsLostIsAnErrorThatMayBeTriedAgainAndLosesNothing) {
  Run("CREATE TABLE large (a INT PRIMARY KEY, t LONGTEXT)");
  for (int i = 1; i <= 30; ++i) {
    Run("INSERT INTO large VALUES (" + std::to_string(i) + ", REPEAT('x', 1000000))");
  }
  auto request = Reading("large");
  request.fields = {"a", "t"};
  auto partition = Split(request, 1).at(0);
  auto reader = OpenReader(request, partition);
  auto first = Next(*reader);
  ASSERT_TRUE(first.ok()) << ToString(first.error());
  Position after = first->batch.after;
  int64_t rows = first->batch.rows->num_rows();
  for (const std::string& id :
       Rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" + database_ +
            "' AND ID <> CONNECTION_ID() AND INFO LIKE 'SELECT%large%'")) {
    Run("KILL TIDB " + id);
  }
  while (true) {
    auto pull = Next(*reader);
    if (!pull.ok()) {
      EXPECT_TRUE(IsRetryable(pull.error().code)) << ToString(pull.error());
      break;
    }
    ASSERT_EQ(pull->what, Pulled::kBatch) << "all was buffered: the test shows nothing";
    after = pull->batch.after;
    rows += pull->batch.rows->num_rows();
  }
  EXPECT_EQ(rows + static_cast<int64_t>(ReadAll(request, partition, after).records.size()), 30);
}

TEST_F(TidbReaderLiveTest, AReaderThatNobodyReadsOnIsGivenUpAtOnce) {
  Run("CREATE TABLE large (a INT PRIMARY KEY, t LONGTEXT)");
  for (int i = 1; i <= 20; ++i) {
    Run("INSERT INTO large VALUES (" + std::to_string(i) + ", REPEAT('x', 1000000))");
  }
  auto request = Reading("large");
  auto reader = OpenReader(request, Split(request, 1).at(0));
  ASSERT_TRUE(Next(*reader).ok());
  auto begin = std::chrono::steady_clock::now();
  reader.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(TidbReaderLiveTest, ATableThatIsNotAsTheFlowKnowsItIsRefused) {
  MakeNumbers(5);
  auto request = Reading("s");
  auto partition = Split(request, 1).at(0);
  Read read = ReadAll(request, partition);
  Run("ALTER TABLE s MODIFY b VARCHAR(30)");
  auto reader = connector_->OpenReader(request, partition, read.after[0]);
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, ErrorCode::kInvalidArgument);
  Run("ALTER TABLE s DROP COLUMN b");
  Run("ALTER TABLE s ADD COLUMN b BIGINT");
  reader = connector_->OpenReader(request, partition, {});
  ASSERT_FALSE(reader.ok());
  EXPECT_THAT(reader.error().message, HasSubstr("column 'b' of 's' is of type bigint"));
  Run("ALTER TABLE s DROP COLUMN b");
  reader = connector_->OpenReader(request, partition, {});
  ASSERT_FALSE(reader.ok());
  EXPECT_THAT(reader.error().message, HasSubstr("no column 'b'"));
}

TEST_F(TidbReaderLiveTest, APartitionThatIsNoneIsRefused) {
  MakeNumbers(1);
  auto request = Reading("s");
  for (std::string state : {"", "{}", "x", R"({"snapshot":1,"from":[1],"to":[]})",
                            R"({"snapshot":1,"from":["*"],"to":[]})"}) {
    auto reader = connector_->OpenReader(request, {"0", state}, {});
    ASSERT_FALSE(reader.ok()) << state;
    EXPECT_EQ(reader.error().code, ErrorCode::kInvalidArgument);
  }
  auto reader = connector_->OpenReader(request, Split(request, 1).at(0), Position{3, "v1.x"});
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(TidbReaderLiveTest, WithoutADatabaseTablesAreFoundInAllOfThem) {
  MakeNumbers(2);
  tidb::ConnectOptions options = options_;
  options.database.clear();
  connector_ = MakeTidbConnector(options);
  auto top = connector_->ListEntities("", 1000, "");
  ASSERT_TRUE(top.ok()) << ToString(top.error());
  EXPECT_THAT(top->entities, testing::Contains(testing::Field(&Entity::identifier, database_)));
  auto tables = connector_->ListEntities(database_, 1000, "");
  ASSERT_TRUE(tables.ok()) << ToString(tables.error());
  EXPECT_THAT(tables->entities, ElementsAre(testing::Field(&Entity::identifier, database_ + ".s")));
  EXPECT_EQ(ReadAll(database_ + ".s"), Numbers(2));
}

}  // namespace
}  // namespace sluice::tidb_connector
