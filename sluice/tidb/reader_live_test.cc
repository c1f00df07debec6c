#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "sluice/tidb/live_test.h"
#include "sluice/tidb/reader.h"
#include "sluice/tidb/relay.h"

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReaderLiveTest : public LiveTest {
 protected:
  Page Read(const std::string& table, const Query& query, const std::string& token = "") {
    auto page = Reader(*pool_).ReadPage(Describe(table), query, token, Soon());
    EXPECT_TRUE(page.ok()) << ToString(page.error());
    return page.ok() ? *page : Page{};
  }
  Error Refused(const std::string& table, const Query& query, const std::string& token = "") {
    auto page = Reader(*pool_).ReadPage(Describe(table), query, token, Soon());
    EXPECT_FALSE(page.ok());
    return page.ok() ? Error{} : page.error();
  }
  // How the process that reads a page came to it: kWarm is the one that read the last page, kCold a
  // new one, kMixed either one of two that read the same pages at random, or a new one.
  enum class How { kWarm, kCold, kMixed };
  std::vector<std::string> ReadAll(const std::string& name, const Query& query,
                                   How how = How::kCold) {
    std::vector<std::string> records;
    Table table = Describe(name);
    std::minstd_rand random(1);
    auto reader = std::make_unique<Reader>(*pool_), other = std::make_unique<Reader>(*pool_);
    std::string token;
    do {
      if (how == How::kMixed && random() % 3 == 0) reader.swap(other);
      if (how == How::kCold || (how == How::kMixed && random() % 5 == 0)) {
        reader = std::make_unique<Reader>(*pool_);
      }
      auto page = reader->ReadPage(table, query, token, Soon());
      EXPECT_TRUE(page.ok()) << ToString(page.error());
      if (!page.ok()) break;
      EXPECT_LE(page->records.size(), query.max_rows);
      for (std::string& record : page->records.ToStrings()) records.push_back(std::move(record));
      token = page->next_token;
    } while (!token.empty() && !HasFailure());
    return records;
  }
  // From here on all goes through `relay`, without TLS.
  void GoThrough(Relay& relay) {
    ConnectOptions options = options_;
    options.port = relay.port();
    options.tls = false;
    pool_.emplace(options);
    reader_ = std::make_unique<Reader>(*pool_);
  }
  void TearDown() override { reader_.reset(); }
  // The next page of reader_; its records go to records_.
  Status Next(const Table& table, const Query& query, Deadline deadline = Soon()) {
    auto page = reader_->ReadPage(table, query, token_, deadline);
    if (!page.ok()) return page.error();
    for (std::string& record : page->records.ToStrings()) records_.push_back(std::move(record));
    token_ = page->next_token;
    return Done{};
  }
  static std::vector<std::string> Numbers(int count) {
    std::vector<std::string> records;
    for (int i = 1; i <= count; ++i) records.push_back("{\"a\":" + std::to_string(i) + "}");
    return records;
  }
  // A row takes about a megabyte, so that the connection's buffers don't hold many.
  void MakeLargeRows(int count) {
    Run("CREATE TABLE large (a INT PRIMARY KEY, t LONGTEXT)");
    for (int i = 1; i <= count; ++i) {
      Run("INSERT INTO large VALUES (" + std::to_string(i) + ", REPEAT('x', 1000000))");
    }
  }
  // A table s(a) of 1 to `count`.
  void MakeNumbers(int count, const std::string& definition = "a BIGINT PRIMARY KEY") {
    Run("CREATE TABLE s (" + definition + ")");
    std::string sql = "INSERT INTO s (a) VALUES ";
    for (int i = 1; i <= count; ++i) sql += (i > 1 ? ",(" : "(") + std::to_string(i) + ")";
    Run(sql);
  }
  static Query Pages(size_t rows, std::vector<std::string> fields = {}) {
    Query query;
    query.fields = std::move(fields);
    query.max_rows = rows;
    return query;
  }

  std::unique_ptr<Reader> reader_;
  std::string token_;
  std::vector<std::string> records_;
};

TEST_F(ReaderLiveTest, AnEmptyTableIsOneEmptyPage) {
  Run("CREATE TABLE s (a INT)");
  Page page = Read("s", {});
  EXPECT_THAT(page.records.ToStrings(), IsEmpty());
  EXPECT_EQ(page.next_token, "");
}

TEST_F(ReaderLiveTest, FieldsComeInTheOrderAskedFor) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, b VARCHAR(5), c INT)");
  Run("INSERT INTO s VALUES (1, 'é', NULL)");
  EXPECT_THAT(Read("s", Pages(10, {"c", "b"})).records.ToStrings(),
              ElementsAre(R"({"c":null,"b":"é"})"));
  EXPECT_THAT(Read("s", {}).records.ToStrings(), ElementsAre(R"({"a":1,"b":"é","c":null})"));
  EXPECT_EQ(Refused("s", Pages(10, {"d"})).message, "table 's' has no column 'd'");
}

TEST_F(ReaderLiveTest, TheLastPageHasNoTokenEvenWhenItIsFull) {
  MakeNumbers(4);
  Page first = Read("s", Pages(2));
  EXPECT_THAT(first.records.ToStrings(), ElementsAre(R"({"a":1})", R"({"a":2})"));
  ASSERT_NE(first.next_token, "");
  Page second = Read("s", Pages(2), first.next_token);
  EXPECT_THAT(second.records.ToStrings(), ElementsAre(R"({"a":3})", R"({"a":4})"));
  EXPECT_EQ(second.next_token, "");
}

// Each kind of key, one row a page, so that each value is a bookmark once.
TEST_F(ReaderLiveTest, EveryKindOfKeyIsPagedThrough) {
  const std::pair<const char*, const char*> tables[] = {
      {"k BIGINT UNSIGNED PRIMARY KEY", "(0),(9223372036854775808),(18446744073709551615)"},
      {"k BIGINT PRIMARY KEY", "(-9223372036854775808),(-1),(9223372036854775807)"},
      {"k DECIMAL(65,30) PRIMARY KEY CLUSTERED",
       "(-0.1),(0.100000000000000000000000000001),(0.1),(12345678901234567890123456789012345.5)"},
      {"k DOUBLE PRIMARY KEY CLUSTERED", "(-1e308),(0.1),(0.30000000000000004),(0.3),(1e300)"},
      {"k FLOAT PRIMARY KEY CLUSTERED", "(0.1),(16777216),(0.2),(1e30)"},
      {"k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY CLUSTERED",
       "('a'),('B'),('é'),('it''s'),('\\\\'),(''),('😀')"},
      {"k VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY CLUSTERED", "('a'),('A'),('B'),('%_')"},
      {"k VARBINARY(20) PRIMARY KEY CLUSTERED", "(x''),(x'00'),(x'0000'),(x'27'),(x'ff')"},
      {"k DATETIME(6) PRIMARY KEY CLUSTERED",
       "('2024-01-01 00:00:00.000001'),('2024-01-01 00:00:00.000002'),('1000-01-01')"},
      {"k TIMESTAMP(3) PRIMARY KEY CLUSTERED", "('2024-01-01 00:00:00.001'),('2024-01-01')"},
      {"k DATE PRIMARY KEY CLUSTERED", "('2024-01-01'),('2024-02-29')"},
      {"k TIME(3) PRIMARY KEY CLUSTERED", "('-838:59:59'),('-00:00:00.001'),('10:00'),('100:00')"},
      {"k YEAR PRIMARY KEY CLUSTERED", "(1901),(2024),(2155)"},
      {"k BIT(9) PRIMARY KEY CLUSTERED", "(0),(65),(511)"},
      {"k ENUM('z','b','a') PRIMARY KEY CLUSTERED", "('z'),('b'),('a')"},
      {"k INT PRIMARY KEY NONCLUSTERED", "(3),(1),(2)"},
      {"k INT", "(3),(1),(NULL),(1)"},
      {"k INT, x INT DEFAULT 5, PRIMARY KEY (k, x) CLUSTERED", "(1),(2),(3)"},
      {"k INT PRIMARY KEY NONCLUSTERED", "(1),(2),(5)"},
  };
  for (auto [definition, values] : tables) {
    SCOPED_TRACE(definition);
    Run("DROP TABLE IF EXISTS s");
    Run("CREATE TABLE s (" + std::string(definition) + ")");
    Run("INSERT INTO s (k) VALUES " + std::string(values));
    auto whole = ReadAll("s", Pages(1000));
    EXPECT_EQ(Rows("SELECT COUNT(*) FROM s")[0], std::to_string(whole.size()));
    EXPECT_EQ(ReadAll("s", Pages(1)), whole);
    EXPECT_EQ(ReadAll("s", Pages(2)), whole);
    EXPECT_EQ(ReadAll("s", Pages(1), How::kWarm), whole);
    EXPECT_EQ(ReadAll("s", Pages(1), How::kMixed), whole);
    if (HasFailure()) return;
  }
}

TEST_F(ReaderLiveTest, ACompositeKeyIsPagedThroughInOrder) {
  Run("CREATE TABLE s (a INT, b VARCHAR(9), c INT, v INT, PRIMARY KEY (a, b, c) CLUSTERED)");
  std::string sql = "INSERT INTO s VALUES ";
  for (int i = 0; i < 60; ++i) {
    sql += (i ? ",(" : "(") + std::to_string(i % 3) + ",'" + std::string(1, 'a' + i / 3 % 4) +
           "'," + std::to_string(i / 12) + "," + std::to_string(i) + ")";
  }
  Run(sql);
  for (size_t size : {1, 7, 59, 60, 61}) {
    auto records = ReadAll("s", Pages(size, {"v"}));
    EXPECT_EQ(records.size(), 60u) << size;
    EXPECT_EQ(std::set(records.begin(), records.end()).size(), 60u) << size;
    EXPECT_EQ(ReadAll("s", Pages(size, {"v"}), How::kWarm), records) << size;
    EXPECT_EQ(ReadAll("s", Pages(size, {"v"}), How::kMixed), records) << size;
  }
}

TEST_F(ReaderLiveTest, APartitionedTableIsPagedThroughByItsPrimaryKey) {
  Run("CREATE TABLE s (a INT PRIMARY KEY NONCLUSTERED) PARTITION BY HASH(a) PARTITIONS 4");
  for (int i = 0; i < 20; ++i) Run("INSERT INTO s VALUES (" + std::to_string(i) + ")");
  EXPECT_EQ(ReadAll("s", Pages(3)).size(), 20u);
  EXPECT_EQ(ReadAll("s", Pages(3), How::kMixed), ReadAll("s", Pages(100)));
  Run("CREATE TABLE t (a INT, b INT, PRIMARY KEY (b, a) CLUSTERED) PARTITION BY RANGE (a) "
      "(PARTITION p0 VALUES LESS THAN (7), PARTITION p1 VALUES LESS THAN MAXVALUE)");
  Run("INSERT INTO t SELECT a, a % 3 FROM s");
  auto whole = ReadAll("t", Pages(100));
  EXPECT_EQ(whole.size(), 20u);
  EXPECT_EQ(ReadAll("t", Pages(3)), whole);
  EXPECT_EQ(ReadAll("t", Pages(3), How::kMixed), whole);
}

TEST_F(ReaderLiveTest, WritesDuringThePagingChangeNothing) {
  for (const char* key : {"a BIGINT PRIMARY KEY CLUSTERED", "a BIGINT PRIMARY KEY NONCLUSTERED"}) {
    for (How how : {How::kWarm, How::kCold, How::kMixed}) {
      SCOPED_TRACE(std::string(key) + " " + std::to_string(static_cast<int>(how)));
      Run("DROP TABLE IF EXISTS s");
      MakeNumbers(500, key);
      std::atomic<int> written = 0;
      std::jthread writer([&](std::stop_token stop) {
        for (int i = 0; !stop.stop_requested(); ++i) {
          // The reading has begun when the first of these comes.
          std::this_thread::sleep_for(std::chrono::milliseconds(i == 0 ? 100 : 0));
          Run("DELETE FROM s WHERE a = " + std::to_string(i % 500));
          Run("INSERT IGNORE INTO s VALUES (" + std::to_string(1000 + i) + ")");
          Run("UPDATE IGNORE s SET a = -a WHERE a = " + std::to_string(499 - i % 500));
          ++written;
        }
      });
      Query query = Pages(5);
      std::vector<std::string> records;
      {
        // The first page is read before the writer starts.
        Table table = Describe("s");
        Reader reader(*pool_), other(*pool_);
        std::string token;
        size_t page_number = 0;
        do {
          bool is_other = how == How::kMixed && page_number % 3 == 1;
          std::optional<Reader> cold;
          if (how == How::kCold) cold.emplace(*pool_);
          auto page = (cold       ? *cold
                       : is_other ? other
                                  : reader)
                          .ReadPage(table, query, token, Soon());
          ASSERT_TRUE(page.ok()) << ToString(page.error());
          for (std::string& record : page->records.ToStrings()) records.push_back(record);
          token = page->next_token;
          while (written < 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          ++page_number;
        } while (!token.empty());
      }
      writer.request_stop();
      writer.join();
      EXPECT_GT(written, 0);
      EXPECT_EQ(records, Numbers(500));
    }
  }
}

// The first page must see what was committed before it was asked for, in every one of many tries:
// a snapshot is finer than the milliseconds that AS OF keeps.
TEST_F(ReaderLiveTest, AReadSeesWhatWasCommittedBefore) {
  Run("CREATE TABLE s (a INT PRIMARY KEY)");
  Table table = Describe("s");
  for (int i = 1; i <= 100; ++i) {
    Run("INSERT INTO s VALUES (" + std::to_string(i) + ")");
    auto page = Reader(*pool_).ReadPage(table, {}, "", Soon());
    ASSERT_TRUE(page.ok()) << ToString(page.error());
    ASSERT_EQ(page->records.size(), static_cast<size_t>(i));
  }
}

TEST_F(ReaderLiveTest, ATokenWorksOnAnotherConnection) {
  MakeNumbers(5);
  Page first = Read("s", Pages(3));
  pool_.emplace(options_);
  EXPECT_THAT(Read("s", Pages(3), first.next_token).records.ToStrings(),
              ElementsAre(R"({"a":4})", R"({"a":5})"));
}

TEST_F(ReaderLiveTest, ATokenOfAnotherQueryIsRefused) {
  MakeNumbers(5);
  Run("CREATE TABLE t (a BIGINT PRIMARY KEY)");
  std::string token = Read("s", Pages(3)).next_token;
  for (auto altered : {token + "A", std::string("1000"), "'" + token}) {
    EXPECT_EQ(Refused("s", Pages(3), altered).code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(Refused("t", Pages(3), token).code, ErrorCode::kInvalidArgument);
}

TEST_F(ReaderLiveTest, ATableWhoseColumnsChangedMeanwhileRefusesTheToken) {
  MakeNumbers(5);
  std::string token = Read("s", Pages(3)).next_token;
  Run("ALTER TABLE s ADD COLUMN b INT");
  EXPECT_EQ(Refused("s", Pages(3), token).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Read("s", Pages(3, {"a"})).records.size(), 3u);
}

TEST_F(ReaderLiveTest, AWarmReaderNeedsFewStatements) {
  MakeNumbers(2000);
  Table table = Describe("s");
  Relay relay(options_.port);
  GoThrough(relay);
  relay.Watch("SELECT /*+");
  do {
    ASSERT_TRUE(Next(table, Pages(10)).ok());
  } while (!token_.empty());
  EXPECT_EQ(records_, Numbers(2000));
  EXPECT_EQ(relay.seen(), 4);  // For 11, 110, 1210 rows and the rest.
}

TEST_F(ReaderLiveTest, ALostConnectionIsReplacedWithoutALostRow) {
  MakeNumbers(1000);
  Table table = Describe("s");
  Relay relay(options_.port);
  GoThrough(relay);
  for (int page = 0; page == 0 || !token_.empty(); ++page) {
    if (page % 3 == 2) relay.CutAll();
    Status read = Next(table, Pages(10));
    ASSERT_TRUE(read.ok()) << ToString(read.error());
  }
  EXPECT_EQ(records_, Numbers(1000));
}

TEST_F(ReaderLiveTest, AStatementThatDiesInTheMiddleOfAPageIsReplaced) {
  MakeLargeRows(40);
  Table table = Describe("large");
  Relay relay(options_.port);
  GoThrough(relay);
  relay.SlowDown(std::chrono::milliseconds(2));
  Query query = Pages(3, {"t", "a"});
  size_t rows = 0;
  for (int page = 0; page == 0 || !token_.empty(); ++page) {
    if (page == 4) {
      auto queries = Rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" + database_ +
                          "' AND INFO LIKE '%large%' AND INFO NOT LIKE '%PROCESSLIST%'");
      ASSERT_EQ(queries.size(), 1u) << "The statement is not open.";
      Run("KILL TIDB CONNECTION " + queries[0]);
    }
    if (page == 7) relay.CutAll();
    Status read = Next(table, query);
    ASSERT_TRUE(read.ok()) << ToString(read.error());
    for (; rows < records_.size(); ++rows) {
      EXPECT_TRUE(records_[rows].ends_with("\"a\":" + std::to_string(rows + 1) + "}"));
    }
  }
  EXPECT_EQ(rows, 40u);
}

TEST_F(ReaderLiveTest, AConnectionThatDiedWithoutAWordCostsSecondsNotTheRequest) {
  MakeLargeRows(30);
  Table table = Describe("large");
  Relay relay(options_.port);
  GoThrough(relay);
  Query query = Pages(5);
  ASSERT_TRUE(Next(table, query).ok());
  ASSERT_TRUE(Next(table, query).ok());
  relay.HangThese();
  auto start = std::chrono::steady_clock::now();
  while (!token_.empty()) {
    Status read = Next(table, query);
    ASSERT_TRUE(read.ok()) << ToString(read.error());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(12));
  EXPECT_EQ(records_.size(), 30u);
}

TEST_F(ReaderLiveTest, AnotherReadEndsTheOpenStatement) {
  MakeLargeRows(40);
  MakeNumbers(3);
  Table large = Describe("large"), small = Describe("s");
  auto open = [&] {
    return Rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" + database_ +
                "' AND INFO LIKE '%large%' AND INFO NOT LIKE '%PROCESSLIST%'")
        .size();
  };
  auto closes = [&] {
    for (int i = 0; i < 500 && open() > 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return open() == 0;
  };
  Relay relay(options_.port);
  GoThrough(relay);
  relay.SlowDown(std::chrono::milliseconds(2));
  for (bool by_another_read : {true, false}) {
    token_.clear();
    for (int page = 0; page < 3; ++page) ASSERT_TRUE(Next(large, Pages(2)).ok());
    ASSERT_EQ(open(), 1u);
    if (by_another_read) {
      ASSERT_TRUE(reader_->ReadPage(small, {}, "", Soon()).ok());
    } else {
      reader_.reset();
    }
    EXPECT_TRUE(closes());
  }
}

// The errors are injected: TiDB keeps every snapshot for ten minutes at least.
TEST_F(ReaderLiveTest, AFailureThatMayPassIsTriedAgainAndAnotherIsNot) {
  MakeNumbers(50);
  Table table = Describe("s");
  Relay relay(options_.port);
  GoThrough(relay);
  relay.Refuse("SELECT /*+", 9005);
  ASSERT_TRUE(Next(table, Pages(10)).ok());
  for (unsigned error : {8055u, 9006u}) {
    relay.Refuse("SELECT /*+", error);
    reader_ = std::make_unique<Reader>(*pool_);
    Status read = Next(table, Pages(10));
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, ErrorCode::kClientError);
    EXPECT_THAT(read.error().message,
                HasSubstr("start the read again, or raise tidb_gc_life_time"));
  }
  relay.Refuse("LIMIT 110", 8175);  // Too much for TiDB's memory at once.
  reader_ = std::make_unique<Reader>(*pool_);
  token_.clear();
  records_.clear();
  do {
    ASSERT_TRUE(Next(table, Pages(10)).ok());
  } while (!token_.empty());
  EXPECT_EQ(records_, Numbers(50));
}

TEST_F(ReaderLiveTest, APageThatTakesLongEndsWithAToken) {
  MakeLargeRows(40);
  Table table = Describe("large");
  Relay relay(options_.port);
  GoThrough(relay);
  Query query;
  query.max_bytes = 1'000'000'000;
  query.fields = {"a"};
  ASSERT_TRUE(Next(table, Pages(1, {"a"})).ok());  // The connection is there.
  token_.clear();
  records_.clear();
  relay.SlowDown(std::chrono::milliseconds(10));  // A row takes 0.15 seconds, the table 6.
  query.fields = {"t", "a"};
  std::vector<size_t> sizes;
  do {
    auto start = std::chrono::steady_clock::now();
    size_t before = records_.size();
    Status read = Next(table, query, DeadlineAfter(std::chrono::seconds(4)));
    ASSERT_TRUE(read.ok()) << ToString(read.error());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
    sizes.push_back(records_.size() - before);
    // The last one may be empty: that no row follows is not waited for.
    if (!token_.empty()) {
      EXPECT_GT(sizes.back(), 0u);
    }
  } while (!token_.empty());
  EXPECT_GT(sizes.size(), 1u);
  for (size_t i = 0; i < records_.size(); ++i) {
    EXPECT_TRUE(records_[i].ends_with("\"a\":" + std::to_string(i + 1) + "}"));
  }
  EXPECT_EQ(records_.size(), 40u);
}

TEST_F(ReaderLiveTest, APageTakesNoMoreThanAnAnswerMay) {
  MakeLargeRows(12);
  auto page = Read("large", {});
  EXPECT_EQ(page.records.size(), 5u);
  EXPECT_LE(page.records.items().size(), 5'500'000u);
  EXPECT_EQ(ReadAll("large", {}, How::kWarm), ReadAll("large", {}));
}

TEST_F(ReaderLiveTest, APageEndsBeforeItsBytesAreUsedUp) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, t TEXT)");
  for (int i = 0; i < 6; ++i) {
    Run("INSERT INTO s VALUES (" + std::to_string(i) + ", REPEAT('\"', 1000))");
  }
  Query query;
  query.max_bytes = 9'000;  // A quote is four bytes in the end: \\\".
  auto page = Read("s", query);
  EXPECT_EQ(page.records.size(), 2u);
  EXPECT_NE(page.next_token, "");
  EXPECT_EQ(ReadAll("s", query).size(), 6u);
  query.max_bytes = 1;  // A page has a row in any case.
  EXPECT_EQ(ReadAll("s", query).size(), 6u);
}

TEST_F(ReaderLiveTest, ARowOverSixMegabytesIsNamed) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, t LONGTEXT)");
  Run("INSERT INTO s VALUES (7, REPEAT('x', 3000000)), (8, REPEAT('\"', 2000000))");
  Page first = Read("s", {});
  EXPECT_EQ(first.records.size(), 1u);
  Error error = Refused("s", {}, first.next_token);
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("`a` = 8"));
  EXPECT_THAT(Read("s", Pages(10, {"a"})).records.size(), 2u);
}

TEST_F(ReaderLiveTest, AViewIsReadInPagesOfOneSnapshot) {
  Run("CREATE TABLE s (a INT, b VARCHAR(9) COLLATE utf8mb4_general_ci)");
  Run("INSERT INTO s VALUES (1,'a'),(1,'A'),(1,'a'),(NULL,'x'),(2,NULL),(1,'b')");
  Run("CREATE VIEW v AS SELECT b, a FROM s");
  auto whole = ReadAll("v", Pages(100));
  EXPECT_EQ(whole.size(), 6u);
  EXPECT_EQ(ReadAll("v", Pages(1)), whole);
  EXPECT_EQ(ReadAll("v", Pages(1), How::kWarm), whole);
  EXPECT_EQ(ReadAll("v", Pages(1), How::kMixed), whole);
  Page first = Read("v", Pages(2));
  Run("DELETE FROM s");
  Page second = Read("v", Pages(10), first.next_token);
  EXPECT_EQ(second.records.size(), 4u);
  EXPECT_THAT(Read("v", {}).records.ToStrings(), IsEmpty());
}

TEST_F(ReaderLiveTest, AViewsPageNeedsNoGoodEndOfItsTransaction) {
  MakeNumbers(3);
  Run("CREATE VIEW v AS SELECT a FROM s");
  Table view = Describe("v");
  Relay relay(options_.port);
  ConnectOptions options = options_;
  options.port = relay.port();
  options.tls = false;
  pool_.emplace(options);
  auto first = Reader(*pool_).ReadPage(view, Pages(2), "", Soon());
  ASSERT_TRUE(first.ok()) << ToString(first.error());
  relay.CutAt("ROLLBACK", Relay::Cut::kBefore);
  auto second = Reader(*pool_).ReadPage(view, Pages(2), first->next_token, Soon());
  ASSERT_TRUE(second.ok()) << ToString(second.error());
  EXPECT_THAT(second->records.ToStrings(), ElementsAre(R"({"a":3})"));
}

TEST_F(ReaderLiveTest, AValueThatIsNoTextIsNamedWithItsTableAndRow) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, b VARCHAR(9))");
  Run("SET tidb_skip_utf8_check = 1");
  Run("INSERT INTO s VALUES (1, 'x'), (2, _binary x'ff')");
  EXPECT_THAT(Refused("s", {}).message,
              HasSubstr("table 's': the row with `a` = 2: column 'b': a value is not valid UTF-8"));
  Run("CREATE TABLE keyed (a VARBINARY(9) PRIMARY KEY CLUSTERED, b VARCHAR(9))");
  Run("INSERT INTO keyed VALUES (x'fe', _binary x'ff')");
  EXPECT_THAT(Refused("keyed", {}).message, HasSubstr("the row with `a` = x'fe': column 'b'"));
  auto found = ReadByIds(*client_, Describe("s"), {}, "a", {"2"}, Soon());
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.error().message, HasSubstr("table 's'"));
}

TEST_F(ReaderLiveTest, ABooleanOfAnyOtherNumberIsTrueAndFoundAsTrue) {
  Run("CREATE TABLE s (a TINYINT(1) PRIMARY KEY)");
  Run("INSERT INTO s VALUES (-5), (0), (1), (2)");
  EXPECT_THAT(Read("s", {}).records.ToStrings(),
              ElementsAre(R"({"a":true})", R"({"a":false})", R"({"a":true})", R"({"a":true})"));
  EXPECT_EQ(ReadAll("s", Pages(1)).size(), 4u);
  Query query;
  query.filter.condition = Filter{
      .field = "a", .op = Operator::kEqualTo, .values = {{FilterValue::Kind::kBoolean, "true"}}};
  EXPECT_EQ(Read("s", query).records.size(), 3u);
}

TEST_F(ReaderLiveTest, ALimitCountsOverAllPages) {
  MakeNumbers(20);
  Query query = Pages(3);
  query.filter.limit = 10;
  EXPECT_EQ(ReadAll("s", query), ReadAll("s", query, How::kWarm));
  EXPECT_EQ(ReadAll("s", query).size(), 10u);
  EXPECT_EQ(ReadAll("s", query, How::kMixed).size(), 10u);
  query.filter.limit = 3;
  EXPECT_EQ(Read("s", query).next_token, "");
  query.filter.limit = 100;
  EXPECT_EQ(ReadAll("s", query).size(), 20u);
}

TEST_F(ReaderLiveTest, FiltersFindWhatTheySay) {
  Run("CREATE TABLE s (a INT PRIMARY KEY, t VARCHAR(20), d DATETIME(6), p DECIMAL(30,10), o "
      "TINYINT(1))");
  Run("INSERT INTO s VALUES (1,'50%','2024-01-01 10:00:00.5',0.1,1),(2,'50x',NULL,0.2,0),"
      "(3,'a\\\\b_c','2024-01-02',9007199254740993.1,NULL),(4,NULL,'2023-01-01',0.3,1)");
  using enum FilterValue::Kind;
  using enum Operator;
  auto found = [&](const char* field, Operator op, std::vector<FilterValue> values) {
    Query query = Pages(1, {"a"});
    query.filter.condition = Filter{.field = field, .op = op, .values = std::move(values)};
    std::string all;
    for (const std::string& record : ReadAll("s", query)) all += record[5];
    return all;
  };
  EXPECT_EQ(found("t", kContains, {{kString, "0%"}}), "1");
  EXPECT_EQ(found("t", kContains, {{kString, "b_c"}}), "3");
  EXPECT_EQ(found("t", kContains, {{kString, "\\"}}), "3");
  EXPECT_EQ(found("t", kEqualTo, {{kNull, ""}}), "4");
  EXPECT_EQ(found("t", kNotEqualTo, {{kNull, ""}}), "123");
  EXPECT_EQ(found("t", kEqualTo, {{kString, "' OR ''='"}}), "");
  EXPECT_EQ(found("d", kBetween, {{kDateTime, "2024-01-01T10:00:00.5Z"}, {kDate, "2024-01-02"}}),
            "13");
  EXPECT_EQ(found("d", kLessThan, {{kDateTime, "2024-01-01T10:00:00.5Z"}}), "4");
  EXPECT_EQ(found("p", kEqualTo, {{kNumber, "9007199254740993.1"}}), "3");
  EXPECT_EQ(found("p", kEqualTo, {{kNumber, "0.1"}}), "1");
  EXPECT_EQ(found("o", kEqualTo, {{kBoolean, "true"}}), "14");
  EXPECT_EQ(found("o", kNotEqualTo, {{kBoolean, "true"}}), "23");
  EXPECT_EQ(found("t", kNotEqualTo, {{kString, "50x"}}), "134");
  EXPECT_EQ(found("a", kGreaterThanOrEqualTo, {{kString, "3"}}), "34");

  // Every row fits a condition or its NOT, also where there is a null.
  auto others = [&](Filter filter) {
    Query query = Pages(2, {"a"});
    query.filter.condition = Filter{.kind = Filter::Kind::kNot, .operands = {std::move(filter)}};
    std::string all;
    for (const std::string& record : ReadAll("s", query)) all += record[5];
    return all;
  };
  EXPECT_EQ(others({.field = "t", .op = kEqualTo, .values = {{kString, "50x"}}}), "134");
  EXPECT_EQ(others({.field = "t", .op = kNotEqualTo, .values = {{kString, "50x"}}}), "2");
  EXPECT_EQ(others({.field = "t", .op = kEqualTo, .values = {{kNull, ""}}}), "123");
  EXPECT_EQ(others({.field = "t", .op = kContains, .values = {{kString, "0"}}}), "34");
  EXPECT_EQ(others({.field = "d", .op = kLessThan, .values = {{kDate, "2024-01-01"}}}), "123");
  EXPECT_EQ(others({.kind = Filter::Kind::kIn, .field = "o", .values = {{kBoolean, "true"}}}),
            "23");
}

TEST_F(ReaderLiveTest, IdsAreFoundInTheOrderAskedForAndAbsentOnesLeftOut) {
  Run("CREATE TABLE s (a VARCHAR(9) PRIMARY KEY, n BIGINT UNSIGNED)");
  Run("INSERT INTO s VALUES ('x',1),('it''s',18446744073709551615),('y',3)");
  auto find = [&](std::vector<std::string> fields, std::string id,
                  const std::vector<std::string>& ids) {
    auto records = ReadByIds(*client_, Describe("s"), fields, std::move(id), ids, Soon());
    EXPECT_TRUE(records.ok()) << ToString(records.error());
    return records.ok() ? records->ToStrings() : std::vector<std::string>{};
  };
  EXPECT_THAT(find({"n"}, "a", {"y", "nobody", "it's", "y"}),
              ElementsAre(R"({"n":3})", R"({"n":18446744073709551615})"));
  EXPECT_THAT(find({"a"}, "n", {"18446744073709551615", "1"}),
              ElementsAre(R"({"a":"it's"})", R"({"a":"x"})"));
  EXPECT_THAT(find({"n"}, "", {"x"}), ElementsAre(R"({"n":1})"));
  EXPECT_THAT(find({}, "a", {}), IsEmpty());
  EXPECT_THAT(find({"n"}, "a", {"' OR ''='"}), IsEmpty());
  EXPECT_FALSE(ReadByIds(*client_, Describe("s"), {}, "n", {"1 OR 1=1"}, Soon()).ok());
  EXPECT_FALSE(ReadByIds(*client_, Describe("s"), {}, "z", {"1"}, Soon()).ok());
}

TEST_F(ReaderLiveTest, IdsAreFoundByColumnsOfEachKind) {
  Run("CREATE TABLE s (n INT PRIMARY KEY, d DATETIME(3), t TIMESTAMP, y DATE, p DECIMAL(10,3), "
      "f FLOAT, c VARCHAR(9) COLLATE utf8mb4_general_ci, b VARBINARY(9), i TIME(1), e "
      "ENUM('z','a'), g BIT(9))");
  Run("INSERT INTO s VALUES (1, '2024-01-01 10:00:00.5', '2024-01-01 10:00:00', '2024-02-29', 1.5, "
      "0.1, 'Ab', x'00ff', '10:00', 'z', 5), (2, '2024-01-01', '2024-01-02', '2024-01-01', 2, "
      "1e20, 'b', x'01', '11:00:00.5', 'a', 7)");
  auto found = [&](std::string id, std::vector<std::string> ids) {
    auto records = ReadByIds(*client_, Describe("s"), {"n"}, std::move(id), ids, Soon());
    EXPECT_TRUE(records.ok()) << ToString(records.error());
    std::string all;
    if (!records.ok()) return all;
    for (const std::string& record : records->ToStrings()) all += record[5];
    return all;
  };
  EXPECT_EQ(found("n", {"2", "1"}), "21");
  EXPECT_EQ(found("d", {"2024-01-01T00:00:00Z", "2024-01-01T12:00:00.5+02:00"}), "21");
  EXPECT_EQ(found("t", {"2024-01-02T00:00:00Z", "2024-01-01T10:00:00Z"}), "21");
  EXPECT_EQ(found("y", {"2024-01-01T00:00:00Z", "2024-02-29"}), "21");
  EXPECT_EQ(found("i", {"11:00:00.50", "10:00:00"}), "21");
  EXPECT_EQ(found("e", {"a", "z"}), "21");
  EXPECT_EQ(found("g", {"7", "5"}), "21");
  EXPECT_EQ(found("p", {"2.000", "1.5"}), "21");
  EXPECT_EQ(found("f", {"1e20", "0.1"}), "21");
  EXPECT_EQ(found("c", {"B", "aB"}), "21");
  EXPECT_EQ(found("b", {"AQ==", "AP8="}), "21");
}

TEST_F(ReaderLiveTest, ManyIdsAreOneQuery) {
  MakeNumbers(5000);
  std::vector<std::string> ids;
  for (int i = 6000; i > 0; --i) ids.push_back(std::to_string(i));
  Relay relay(options_.port);
  GoThrough(relay);
  auto client = pool_->Take(Soon());
  ASSERT_TRUE(client.ok());
  relay.Watch("SELECT");
  auto records = ReadByIds(**client, Describe("s"), {}, "", ids, Soon());
  ASSERT_TRUE(records.ok()) << ToString(records.error());
  auto expected = Numbers(5000);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(records->ToStrings(), expected);
  EXPECT_EQ(relay.seen(), 1);
  relay.CutAll();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(ReadByIds(**client, Describe("s"), {}, "", {"1"}, Soon()).ok());
}

TEST_F(ReaderLiveTest, RecordsByIdThatAreTooMuchForAnAnswerAreRefused) {
  MakeLargeRows(7);
  auto records =
      ReadByIds(*client_, Describe("large"), {}, "a", {"1", "2", "3", "4", "5", "6", "7"}, Soon());
  ASSERT_FALSE(records.ok());
  EXPECT_EQ(records.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(records.error().message, HasSubstr("ask for fewer ids"));
}

TEST_F(ReaderLiveTest, WithoutAnIdFieldThePrimaryKeyMustBeOneColumn) {
  Run("CREATE TABLE s (a INT, b INT, PRIMARY KEY (a, b))");
  Run("CREATE TABLE t (a INT)");
  for (auto name : {"s", "t"}) {
    auto records = ReadByIds(*client_, Describe(name), {}, "", {"1"}, Soon());
    ASSERT_FALSE(records.ok());
    EXPECT_THAT(records.error().message, HasSubstr("no primary key of one column"));
  }
}

TEST_F(ReaderLiveTest, NamesAreTextWhateverTheyHold) {
  Run("CREATE TABLE `s``; DROP TABLE t; --` (`a``'\"\\\\ -- x` INT PRIMARY KEY, `x y` INT)");
  Run("INSERT INTO `s``; DROP TABLE t; --` VALUES (1, 2), (2, 3)");
  Run("CREATE TABLE t (a INT)");
  const std::string name = "s`; DROP TABLE t; --", column = "a`'\"\\\\ -- x";
  EXPECT_EQ(ReadAll(name, Pages(1)).size(), 2u);
  EXPECT_EQ(ReadAll(name, Pages(1), How::kWarm).size(), 2u);
  Query query = Pages(1, {column});
  query.filter.condition = Filter{
      .field = column, .op = Operator::kEqualTo, .values = {{FilterValue::Kind::kNumber, "2"}}};
  EXPECT_EQ(ReadAll(name, query).size(), 1u);
  auto found = ReadByIds(*client_, Describe(name), {column}, column, {"2"}, Soon());
  ASSERT_TRUE(found.ok()) << ToString(found.error());
  EXPECT_EQ(found->size(), 1u);
  EXPECT_EQ(Refused("t", Pages(1, {"a`, (SELECT 1) AS `b"})).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Rows("SHOW TABLES").size(), 2u);
}

TEST_F(ReaderLiveTest, ATableDroppedInTheMiddleIsStillReadFromItsSnapshotOrNamed) {
  MakeNumbers(5);
  Table table = Describe("s");
  Page first = Read("s", Pages(2));
  Run("DROP TABLE s");
  auto again = DescribeTable(*client_, database_, "s", Soon());
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kResourceNotFound);
  auto fresh = Reader(*pool_).ReadPage(table, {}, "", Soon());
  ASSERT_FALSE(fresh.ok());
  EXPECT_EQ(fresh.error().code, ErrorCode::kResourceNotFound);
}

TEST_F(ReaderLiveTest, RowsWithDatesOfZeroAreNotLost) {
  Run("SET sql_mode = ''");
  Run("CREATE TABLE s (d DATETIME, a INT, PRIMARY KEY(d, a) CLUSTERED)");
  Run("INSERT INTO s VALUES (0, 1), (0, 2), ('2024-00-00', 3), ('2024-01-01', 4)");
  Run("CREATE TABLE o (d DATE PRIMARY KEY CLUSTERED)");
  Run("INSERT INTO o VALUES (0), ('2024-00-00'), ('2024-02-00'), ('2024-02-01')");
  for (auto table : {"s", "o"}) {
    size_t rows = 0;
    std::string token;
    do {
      Page page = Read(table, Pages(1), token);  // Each time with a reader of its own.
      rows += page.records.size();
      token = page.next_token;
    } while (!token.empty());
    EXPECT_EQ(rows, 4u) << table;
  }
}

TEST_F(ReaderLiveTest, RowsOfExchangedPartitionsAreNotLost) {
  Run("CREATE TABLE s (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (100), "
      "PARTITION p1 VALUES LESS THAN (200))");
  Run("CREATE TABLE o (a INT)");
  Run("INSERT INTO s VALUES (1), (2), (3)");
  Run("INSERT INTO o VALUES (101), (102), (103)");
  Run("ALTER TABLE s EXCHANGE PARTITION p1 WITH TABLE o");
  std::set<std::string> records;
  std::string token;
  do {
    Page page = Read("s", Pages(1), token);
    for (std::string& record : page.records.ToStrings()) records.insert(std::move(record));
    token = page.next_token;
  } while (!token.empty());
  EXPECT_EQ(records.size(), 6u);
}

}  // namespace
}  // namespace sluice::tidb
