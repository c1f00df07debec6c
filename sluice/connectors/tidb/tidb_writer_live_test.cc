#include <arrow/builder.h>
#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include "sluice/connector/records.h"
#include "sluice/connectors/tidb/tidb_writer.h"
#include "sluice/tidb/live_test.h"
#include "sluice/tidb/relay.h"

namespace sluice::tidb_connector {
namespace {

using enum WriteOperation;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tidb::Relay;

// What the engine keeps of a stream.
struct Log {
  Position at;
  int64_t rows = 0;
  std::vector<RejectedRow> rejected;
  bool at_least_once = false;

  void Save(Progress progress) {
    EXPECT_GE(progress.durable.seq, at.seq);
    at = progress.durable;
    rows += progress.rows_written;
    for (RejectedRow& row : progress.rejected) rejected.push_back(std::move(row));
  }
};

class TidbWriterLiveTest : public tidb::LiveTest {
 protected:
  using Texts = std::vector<std::string>;

  // Rows of (id, v), the first of which is number 10 * seq, each from source row 2i + 1.
  Batch BatchOf(int64_t seq, const Texts& records) {
    auto rows =
        RecordsFromJson(schema_, std::vector<std::string_view>(records.begin(), records.end()));
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    Batch batch{.rows = *rows, .after = {seq, "token é " + std::to_string(seq)}};
    for (size_t i = 0; i < records.size(); ++i) {
      batch.source_row.push_back(2 * static_cast<int64_t>(i) + 1);
    }
    return batch;
  }
  static std::string Record(int64_t id, const std::string& v = "1") {
    return "{\"id\":" + std::to_string(id) + ",\"v\":" + v + "}";
  }

  WriteRequest Request(WriteOperation operation, Texts ids = {}) {
    WriteRequest request;
    request.operation = operation;
    request.id_fields = std::move(ids);
    request.entity.entity.identifier = "s";
    return request;
  }
  std::unique_ptr<BatchWriter> Open(const WriteRequest& request,
                                    const std::string& stream = "run/0") {
    auto table = OpenTidbTarget(*pool_, {database_, "s"}, request);
    EXPECT_TRUE(table.ok()) << table.error().message;
    return OpenTidbWriter(*pool_, *std::move(table), request, stream);
  }
  // Resumes a stream that nobody has logged anything of.
  std::unique_ptr<BatchWriter> OpenNew(const WriteRequest& request) {
    auto writer = Open(request);
    auto position = writer->Resume({});
    EXPECT_TRUE(position.ok() && *position && **position == Position{});
    return writer;
  }

  // As the engine does: after an error it goes on where the target says.
  void Copy(const WriteRequest& request, const std::vector<Batch>& batches, Log& log,
            const std::string& stream = "run/0") {
    for (int attempt = 0; attempt < 50; ++attempt) {
      auto copied = TryToCopy(request, batches, log, stream);
      if (copied.ok()) return;
      ASSERT_TRUE(IsRetryable(copied.error().code)) << ToString(copied.error());
    }
    FAIL() << "it never ends";
  }
  Status TryToCopy(const WriteRequest& request, const std::vector<Batch>& batches, Log& log,
                   const std::string& stream) {
    SLUICE_ASSIGN(auto table, OpenTidbTarget(*pool_, {database_, "s"}, request));
    auto writer = OpenTidbWriter(*pool_, std::move(table), request, stream);
    SLUICE_ASSIGN(auto position, writer->Resume(log.at));
    log.at_least_once |= !position;
    const Position from = position.value_or(log.at);
    for (const Batch& batch : batches) {
      if (batch.after.seq <= from.seq) continue;
      SLUICE_ASSIGN(Progress progress, writer->Write(batch));
      log.Save(std::move(progress));
    }
    SLUICE_ASSIGN(Progress progress, writer->Finish());
    log.Save(std::move(progress));
    return Done{};
  }

  std::string Standing(const std::string& stream = "run/0") {
    auto rows = Rows("SELECT seq, token FROM _sluice_progress WHERE stream LIKE '" + stream +
                     "%' ORDER BY seq DESC");
    return rows.empty() ? "none" : rows[0];
  }
  std::string Count() { return Rows("SELECT COUNT(*) FROM s")[0]; }
  std::unique_ptr<Relay> ThroughRelay() {
    auto relay = std::make_unique<Relay>(options_.port);
    tidb::ConnectOptions options = options_;
    options.port = relay->port();
    options.tls = false;
    pool_.emplace(options);
    return relay;
  }

  std::shared_ptr<arrow::Schema> schema_ =
      arrow::schema({ToArrowField("id", DataType::kLong), ToArrowField("v", DataType::kLong)});
};

TEST_F(TidbWriterLiveTest, BatchesAndTheirPositionsAreWrittenTogether) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  Log log;
  Copy(Request(kInsert),
       {BatchOf(3, {Record(1), Record(2)}), BatchOf(8, {}), BatchOf(9, {Record(3)})}, log);
  EXPECT_EQ(log.rows, 3);
  EXPECT_EQ(log.at, (Position{9, "token é 9"}));
  EXPECT_EQ(Standing(), "9|token é 9");
  EXPECT_EQ(Count(), "3");
  EXPECT_THAT(log.rejected, IsEmpty());
  EXPECT_FALSE(log.at_least_once);
}

TEST_F(TidbWriterLiveTest, ManyBatchesOfEveryOperationEndAsIfOneCameAfterTheOther) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  for (WriteOperation operation : {kInsert, kUpsert, kUpdate, kDelete}) {
    std::vector<Batch> batches;
    for (int64_t seq = 1; seq <= 12; ++seq) {
      Texts records;
      for (int64_t i = 0; i < 400; ++i) {
        records.push_back(Record(seq * 1000 + i, std::to_string(static_cast<int>(operation))));
      }
      batches.push_back(BatchOf(seq, records));
    }
    Log log;
    Copy(Request(operation, {"id"}), batches, log, std::string(ToString(operation)));
    EXPECT_EQ(log.rows, 4800);
    EXPECT_THAT(log.rejected, IsEmpty());
    if (operation == kDelete) break;
    EXPECT_EQ(Rows("SELECT COUNT(*), MIN(v), MAX(v) FROM s")[0],
              "4800|" + std::to_string(static_cast<int>(operation)) + "|" +
                  std::to_string(static_cast<int>(operation)));
  }
  EXPECT_EQ(Count(), "0");
}

// A replacement of rows by what they are already takes four times as long as an upsert.
TEST_F(TidbWriterLiveTest, RowsThatAreThereAlreadyAreNotReplaced) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  auto relay = ThroughRelay();
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 8; ++seq) {
    Texts records;
    for (int64_t i = 0; i < 3000; ++i) records.push_back(Record(seq * 10'000 + i));
    batches.push_back(BatchOf(seq, records));
  }
  for (bool are_there : {false, true}) {
    relay->Watch(are_there ? "'rows' REPLACE" : "INSERT INTO `" + database_ + "`.`s`");
    Log log;
    Copy(Request(kUpsert, {"id"}), batches, log, are_there ? "again" : "first");
    EXPECT_EQ(log.rows, 24'000);
    EXPECT_EQ(relay->seen(), 0) << are_there;
    EXPECT_EQ(Count(), "24000");
  }
}

// ---- Order ----

TEST_F(TidbWriterLiveTest, ABatchIsNotDurableBeforeThoseInFrontOfIt) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  Run("INSERT INTO s VALUES (10, 0)");
  Run("BEGIN PESSIMISTIC");
  Run("UPDATE s SET v = 5 WHERE id = 10");  // Whoever writes the row has to wait.
  auto writer = OpenNew(Request(kUpsert, {"id"}));
  for (int64_t seq = 1; seq <= 4; ++seq) {
    auto progress = writer->Write(BatchOf(seq, {Record(seq * 10, std::to_string(seq))}));
    ASSERT_TRUE(progress.ok());
    EXPECT_EQ(progress->durable.seq, 0);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  auto other = LiveTest::Open(options_);
  auto count = other->Select("SELECT COUNT(*) FROM s", "the test", tidb::Soon());
  ASSERT_TRUE(count.ok());
  EXPECT_EQ((*count)[0][0], "1") << "the others are written, and not committed";
  Run("COMMIT");
  auto last = writer->Finish();
  ASSERT_TRUE(last.ok()) << last.error().message;
  EXPECT_EQ(last->durable.seq, 4);
  EXPECT_EQ(last->rows_written, 4);
  EXPECT_THAT(Rows("SELECT id, v FROM s ORDER BY id"), ElementsAre("10|1", "20|2", "30|3", "40|4"));
}

TEST_F(TidbWriterLiveTest, OfTwoBatchesWithOneIdTheLaterWins) {
  // Ids that are compared here, and ids that only TiDB can compare.
  for (std::string key : {"id BIGINT", "id DECIMAL(20,2)", "id DOUBLE"}) {
    Run("DROP TABLE IF EXISTS s, _sluice_progress");
    Run("CREATE TABLE s (" + key + " PRIMARY KEY, v INT, w INT DEFAULT 7)");
    std::vector<Batch> batches;
    for (int64_t seq = 1; seq <= 30; ++seq) {
      Texts records;
      for (int64_t i = 0; i < 40; ++i)
        records.push_back(Record((i * 7 + seq) % 40, std::to_string(seq)));
      batches.push_back(BatchOf(seq, records));
    }
    Log log;
    Copy(Request(kUpsert, {"id"}), batches, log);
    EXPECT_EQ(log.rows, 1200);
    EXPECT_EQ(Rows("SELECT COUNT(*), MIN(v), MAX(v), MAX(w) FROM s")[0], "40|30|30|7") << key;
  }
}

TEST_F(TidbWriterLiveTest, OfTwoInsertsOfOneIdTheFirstIsWrittenAndTheOtherRefused) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 20; ++seq) {
    batches.push_back(
        BatchOf(seq, {Record(seq, std::to_string(seq)), Record(seq + 1, std::to_string(seq))}));
  }
  Log log;
  Copy(Request(kInsert), batches, log);
  EXPECT_EQ(log.rows, 21);
  ASSERT_EQ(log.rejected.size(), 19u);
  for (size_t i = 0; i < 19; ++i) {
    EXPECT_EQ(log.rejected[i].seq, static_cast<int64_t>(i) + 2);
    EXPECT_EQ(log.rejected[i].index, 1);
    EXPECT_THAT(log.rejected[i].error.message, HasSubstr("exists already"));
  }
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM s WHERE v = GREATEST(id - 1, 1)")[0], "21");
}

// Which rows share a unique key besides the id, only TiDB knows.
TEST_F(TidbWriterLiveTest, WhatOneBatchGivesUpTheNextCanHave) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT UNIQUE)");
  // Each takes the value 0 from one row and gives it to the next.
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 16; ++seq) {
    batches.push_back(
        BatchOf(seq, {Record(100 + seq, std::to_string(seq)), Record(101 + seq, "0")}));
  }
  // Each takes a value that the one before gave up, in rows of its own.
  std::vector<Batch> others;
  for (int64_t seq = 1; seq <= 16; ++seq) {
    others.push_back(BatchOf(seq, {Record(100 + seq, std::to_string(50 + seq))}));
  }
  for (WriteOperation operation : {kUpsert, kUpdate}) {
    Run("DROP TABLE IF EXISTS _sluice_progress");
    Run("DELETE FROM s");
    for (int id = 101; id <= 117; ++id) {
      std::string v = id == 101 ? "0" : "NULL";
      if (operation == kUpdate || id == 101) {
        Run("INSERT INTO s VALUES (" + std::to_string(id) + ", " + v + ")");
      }
    }
    Log log;
    Copy(Request(operation, {"id"}), batches, log);
    for (const RejectedRow& row : log.rejected) ADD_FAILURE() << row.seq << row.error.message;
    EXPECT_EQ(log.rows, 32);
    EXPECT_EQ(Rows("SELECT id FROM s WHERE v = 0")[0], "117");
    EXPECT_EQ(Count(), "17");

    Run("UPDATE s SET v = 51 + id - 100");
    Log moved;
    Copy(Request(operation, {"id"}), others, moved, "moved");
    for (const RejectedRow& row : moved.rejected) ADD_FAILURE() << row.seq << row.error.message;
    EXPECT_EQ(Rows("SELECT COUNT(*) FROM s WHERE v = id - 50 AND id < 117")[0], "16");
  }
}

TEST_F(TidbWriterLiveTest, OfTwoInsertsWithOneFurtherKeyTheFirstIsWritten) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT UNIQUE)");
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 16; ++seq) {
    Texts records;
    for (int64_t i = 0; i < 20; ++i) records.push_back(Record(seq * 100 + i, std::to_string(i)));
    batches.push_back(BatchOf(seq, records));
  }
  Log log;
  Copy(Request(kInsert), batches, log);
  EXPECT_EQ(log.rows, 20);
  EXPECT_EQ(log.rejected.size(), 300u);
  EXPECT_EQ(Rows("SELECT MIN(id), MAX(id), COUNT(*) FROM s")[0], "100|119|20");
}

TEST_F(TidbWriterLiveTest, ChildrenFindTheirParentsInTheBatchBefore) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v BIGINT, FOREIGN KEY (v) REFERENCES s (id))");
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 12; ++seq) {
    batches.push_back(BatchOf(seq, {Record(seq, seq == 1 ? "null" : std::to_string(seq - 1))}));
  }
  Log log;
  Copy(Request(kInsert), batches, log);
  EXPECT_EQ(log.rows, 12);
  EXPECT_THAT(log.rejected, IsEmpty());
}

// ---- Refused rows ----

TEST_F(TidbWriterLiveTest, RefusedRowsAreToldWithWhereTheyCameFromAndTheOthersGoOn) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v TINYINT)");
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 12; ++seq) {
    std::string v = seq % 4 == 0 ? "300" : "1";
    batches.push_back(BatchOf(seq, {Record(seq * 10), Record(seq * 10 + 1, v)}));
  }
  Log log;
  Copy(Request(kInsert), batches, log);
  EXPECT_EQ(log.rows, 21);
  ASSERT_EQ(log.rejected.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(log.rejected[i].seq, static_cast<int64_t>(i + 1) * 4);
    EXPECT_EQ(log.rejected[i].index, 3);
    EXPECT_EQ(log.rejected[i].field, "v");
    EXPECT_EQ(log.rejected[i].error.code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(log.rejected[i].error.message, HasSubstr("out of range"));
    EXPECT_EQ(log.rejected[i].record, "") << "the engine has the source's";
  }
  EXPECT_EQ(Count(), "21");
}

TEST_F(TidbWriterLiveTest, WhatNobodyLoggedIsToldAgainAfterResume) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v TINYINT)");
  {
    auto writer = OpenNew(Request(kInsert));
    for (int64_t seq = 1; seq <= 6; ++seq) {
      ASSERT_TRUE(writer->Write(BatchOf(seq, {Record(seq), Record(-seq, "300")})).ok());
      if (seq == 2) {
        ASSERT_TRUE(writer->Flush().ok());
      }
    }
    ASSERT_TRUE(writer->Finish().ok());  // And the engine dies.
  }
  auto writer = Open(Request(kInsert));
  auto position = writer->Resume({3, "token é 3"});
  ASSERT_TRUE(position.ok() && *position);
  EXPECT_EQ(**position, (Position{6, "token é 6"}));
  auto progress = writer->Write(BatchOf(7, {Record(7)}));
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->rows_written, 3);
  ASSERT_EQ(progress->rejected.size(), 3u);
  EXPECT_EQ(progress->rejected[0].seq, 4);
  EXPECT_EQ(progress->rejected[0].index, 3);
  EXPECT_EQ(progress->rejected[0].field, "v");
  EXPECT_EQ(progress->rejected[0].record, "") << "the engine has the source's";
  auto last = writer->Finish();
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last->rows_written, 1);
  EXPECT_THAT(last->rejected, IsEmpty());
  // What the log has is told no more.
  for (auto [logged, rows] : {std::pair<int64_t, int64_t>{7, 0}, {6, 1}}) {
    auto again = Open(Request(kInsert));
    ASSERT_TRUE(again->Resume({logged, ""}).ok());
    auto told = again->Finish();
    ASSERT_TRUE(told.ok());
    EXPECT_EQ(told->rows_written, rows);
    EXPECT_THAT(told->rejected, IsEmpty());
  }
}

// The engine doesn't save each number at once.
TEST_F(TidbWriterLiveTest, NumbersAreToldAgainForAsManyBatchesAsTheLogMayLackThem) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  {
    auto writer = OpenNew(Request(kInsert));
    for (int64_t seq = 1; seq <= 100; ++seq) {
      ASSERT_TRUE(writer->Write(BatchOf(seq, {Record(seq)})).ok());
    }
    ASSERT_TRUE(writer->Finish().ok());
  }
  auto writer = Open(Request(kInsert));
  ASSERT_TRUE(writer->Resume({60, ""}).ok());
  auto told = writer->Finish();
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->rows_written, 40);
  EXPECT_GT(told->bytes_written, 0);
  EXPECT_LT(Rows("SELECT MAX(LENGTH(report)) FROM _sluice_progress")[0].size(), 5u);
}

TEST_F(TidbWriterLiveTest, AValueThatNoTableCanHoldRefusesItsRow) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v DOUBLE)");
  schema_ =
      arrow::schema({ToArrowField("id", DataType::kLong), ToArrowField("v", DataType::kDouble)});
  arrow::Int64Builder ids;
  arrow::DoubleBuilder values;
  ASSERT_TRUE(ids.AppendValues({1, 2, 3}).ok());
  ASSERT_TRUE(values.AppendValues({1.5, std::nan(""), -2.5}).ok());
  Batch batch = BatchOf(1, {});
  batch.rows = arrow::RecordBatch::Make(schema_, 3,
                                        {ids.Finish().ValueOrDie(), values.Finish().ValueOrDie()});
  batch.source_row = {0, 1, 2};
  Log log;
  Copy(Request(kInsert), {batch}, log);
  EXPECT_EQ(log.rows, 2);
  ASSERT_EQ(log.rejected.size(), 1u);
  EXPECT_EQ(log.rejected[0].field, "v");
  EXPECT_EQ(log.rejected[0].index, 1);
}

TEST_F(TidbWriterLiveTest, WithAllOrNoneNothingBehindTheFirstRefusedRecordIsWritten) {
  for (std::string bad : {"300", "\"x\""}) {  // For TiDB, and on the way.
    Run("DROP TABLE IF EXISTS s, _sluice_progress");
    Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v TINYINT)");
    schema_ =
        arrow::schema({ToArrowField("id", DataType::kLong), ToArrowField("v", DataType::kString)});
    WriteRequest request = Request(kInsert);
    request.all_or_none = true;
    auto writer = OpenNew(request);
    Progress total;
    auto add = [&](const Result<Progress>& progress) {
      ASSERT_TRUE(progress.ok()) << progress.error().message;
      total.durable = progress->durable;
      total.rows_written += progress->rows_written;
      for (const RejectedRow& row : progress->rejected) total.rejected.push_back(row);
    };
    for (int64_t seq = 1; seq <= 8; ++seq) {
      add(writer->Write(
          BatchOf(seq, {Record(seq * 10), Record(seq * 10 + 1, seq == 3 ? bad : "1")})));
    }
    add(writer->Finish());
    EXPECT_EQ(total.durable.seq, 2);
    EXPECT_EQ(total.rows_written, 4);
    ASSERT_EQ(total.rejected.size(), 1u);
    EXPECT_EQ(total.rejected[0].seq, 3);
    EXPECT_EQ(total.rejected[0].index, 3);
    EXPECT_EQ(Count(), "4");
    EXPECT_EQ(Standing(), "2|token é 2");
  }
}

// ---- Failures ----

// Rows without a key: one that is written twice is there twice.
TEST_F(TidbWriterLiveTest, AConnectionLostAtAnyMomentLosesNothingAndWritesNothingTwice) {
  Run("CREATE TABLE s (id BIGINT, v TINYINT)");
  for (auto cut : {Relay::Cut::kBefore, Relay::Cut::kBehind}) {
    bool was_cut = true;
    for (int nth = 1; was_cut; ++nth) {
      SCOPED_TRACE(nth);
      Run("DROP TABLE IF EXISTS _sluice_progress");
      Run("DELETE FROM s");
      std::vector<Batch> batches;
      for (int64_t seq = 1; seq <= 4; ++seq) {
        batches.push_back(
            BatchOf(seq, {Record(seq * 10), Record(seq * 10 + 1, "300"), Record(seq * 10 + 2)}));
      }
      auto relay = ThroughRelay();
      relay->CutAtNth(nth, cut);
      Log log;
      Copy(Request(kInsert), batches, log);
      ASSERT_FALSE(HasFatalFailure());
      was_cut = relay->Left() == 0;
      EXPECT_EQ(log.rows, 8);
      std::set<std::pair<int64_t, int64_t>> refused;
      for (const RejectedRow& row : log.rejected) refused.emplace(row.seq, row.index);
      EXPECT_EQ(log.rejected.size(), 4u);
      EXPECT_EQ(refused.size(), 4u);
      EXPECT_EQ(log.at.seq, 4);
      EXPECT_FALSE(log.at_least_once);
      EXPECT_EQ(Rows("SELECT COUNT(*), COUNT(DISTINCT id) FROM s")[0], "8|8");
      ASSERT_LT(nth, 500);
      pool_.reset();
    }
  }
}

TEST_F(TidbWriterLiveTest, LargeBatchesAreNotWrittenTwiceEither) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 5; ++seq) {
    Texts records;
    for (int64_t i = 0; i < 3000; ++i) records.push_back(Record(seq * 10'000 + i));
    batches.push_back(BatchOf(seq, records));
  }
  bool was_cut = true;
  for (int nth = 3; was_cut; nth += 3) {
    SCOPED_TRACE(nth);
    Run("DROP TABLE IF EXISTS _sluice_progress");
    Run("TRUNCATE TABLE s");
    auto relay = ThroughRelay();
    relay->CutAtNth(nth, Relay::Cut::kBefore);
    Log log;
    Copy(Request(kInsert), batches, log);
    was_cut = relay->Left() == 0;
    EXPECT_EQ(log.rows, 15'000);
    EXPECT_EQ(Rows("SELECT COUNT(*), COUNT(DISTINCT id) FROM s")[0], "15000|15000");
    ASSERT_LT(nth, 500);
    pool_.reset();
  }
}

TEST_F(TidbWriterLiveTest, WhatTiDBRolledBackIsTriedAgain) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  auto relay = ThroughRelay();
  int64_t seq = 0;
  for (unsigned error : {1205u, 1213u, 9007u, 8022u, 8028u, 9005u}) {
    for (const char* at : {"BEGIN", "INSERT INTO `", "_sluice_progress` SET", "COMMIT"}) {
      auto writer = Open(Request(kInsert));
      ASSERT_TRUE(writer->Resume({seq, ""}).ok());
      relay->Refuse(at, error);
      for (int i = 0; i < 4; ++i) {
        ++seq;
        ASSERT_TRUE(writer->Write(BatchOf(seq, {Record(seq)})).ok());
      }
      auto last = writer->Finish();
      ASSERT_TRUE(last.ok()) << error << at << last.error().message;
      EXPECT_EQ(last->durable.seq, seq);
    }
  }
  EXPECT_EQ(Rows("SELECT COUNT(*), COUNT(DISTINCT id) FROM s")[0],
            std::to_string(seq) + "|" + std::to_string(seq));
}

TEST_F(TidbWriterLiveTest, AFaultOfTheMappingIsAnErrorAndWhatIsBeforeItIsTold) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  auto writer = OpenNew(Request(kInsert));
  ASSERT_TRUE(writer->Write(BatchOf(1, {Record(1)})).ok());
  schema_ =
      arrow::schema({ToArrowField("id", DataType::kLong), ToArrowField("x", DataType::kLong)});
  ASSERT_TRUE(writer->Write(BatchOf(2, {R"({"id":2,"x":1})"})).ok());
  auto last = writer->Finish();
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(last.error().message, HasSubstr("has no column 'x'"));
  EXPECT_EQ(Standing(), "1|token é 1");
  EXPECT_EQ(Count(), "1");
}

// With INSERT statements, and with LOAD DATA, which doesn't wait for locks before its COMMIT.
TEST_F(TidbWriterLiveTest, AWriterWhoseStreamWasClaimedWritesNothingMore) {
  for (int64_t rows : {1, 400}) {
    Run("DROP TABLE IF EXISTS s, _sluice_progress");
    Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
    Run("INSERT INTO s VALUES (1, 0)");
    Texts records;
    for (int64_t id = 1; id <= rows; ++id) records.push_back(Record(id, "1"));
    auto first = OpenNew(Request(kUpsert, {"id"}));
    Run("BEGIN PESSIMISTIC");
    Run("UPDATE s SET v = 9 WHERE id = 1");
    ASSERT_TRUE(first->Write(BatchOf(1, records)).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    auto second = OpenNew(Request(kUpsert, {"id"}));
    Run("ROLLBACK");
    auto last = first->Finish();
    ASSERT_FALSE(last.ok());
    EXPECT_TRUE(IsRetryable(last.error().code));
    EXPECT_THAT(last.error().message, HasSubstr("another writer"));
    EXPECT_EQ(Rows("SELECT COUNT(*), SUM(v) FROM s")[0], "1|0");
    EXPECT_FALSE(first->Write(BatchOf(2, {Record(1000)})).ok());
    ASSERT_TRUE(second->Write(BatchOf(1, records)).ok());
    EXPECT_TRUE(second->Finish().ok());
    EXPECT_EQ(Count(), std::to_string(rows));
    EXPECT_EQ(Standing(), "1|token é 1");
  }
}

// LOAD DATA without locks sees at its COMMIT that somebody else has written a row.
TEST_F(TidbWriterLiveTest, RowsThatOthersWriteMeanwhileAreWrittenOver) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  std::vector<Batch> batches;
  for (int64_t seq = 1; seq <= 20; ++seq) {
    Texts records;
    for (int64_t id = 0; id < 400; ++id) records.push_back(Record(seq * 400 + id, "1"));
    batches.push_back(BatchOf(seq, records));
  }
  Log log;
  {
    std::jthread others([&](std::stop_token stop) {
      auto client = LiveTest::Open(options_);
      for (int64_t id = 400; id < 8400 && !stop.stop_requested(); id += 40) {
        auto done = client->Execute("INSERT INTO s VALUES (" + std::to_string(id) +
                                        ", 2) ON DUPLICATE KEY UPDATE v = v + 2",
                                    "the test", tidb::Soon());
        EXPECT_TRUE(done.ok()) << done.error().message;
      }
    });
    Copy(Request(kUpsert, {"id"}), batches, log);
  }
  EXPECT_EQ(log.rows, 8000);
  EXPECT_THAT(log.rejected, IsEmpty());
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM s WHERE v IN (1, 3)")[0], "8000");
}

TEST_F(TidbWriterLiveTest, WhatIsAbandonedIsTheStreamsBeginningOrNotThere) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  for (int round = 0; round < 5; ++round) {
    auto writer = OpenNew(Request(kInsert));
    for (int64_t seq = 1; seq <= 20; ++seq) {
      ASSERT_TRUE(writer->Write(BatchOf(seq, {Record(seq)})).ok());
    }
    writer->Abandon();
    std::string count = Count();
    EXPECT_EQ(Rows("SELECT MAX(seq) FROM _sluice_progress")[0], count);
    EXPECT_EQ(Rows("SELECT IFNULL(MAX(id), 0) FROM s")[0], count);
    Run("DROP TABLE _sluice_progress");
    Run("DELETE FROM s");
  }
}

// ---- The stream's position ----

TEST_F(TidbWriterLiveTest, WithoutTheRightToKeepAPositionItIsAtLeastOnce) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user);
  Run("GRANT SELECT, INSERT, UPDATE ON " + database_ + ".s TO " + user);
  tidb::ConnectOptions options = options_;
  options.username = user;
  options.password = Secret();
  pool_.emplace(options);
  Log log;
  log.at = {4, "four"};
  Copy(Request(kInsert), {BatchOf(5, {Record(1)}), BatchOf(6, {Record(2)})}, log);
  EXPECT_TRUE(log.at_least_once);
  EXPECT_EQ(log.rows, 2);
  EXPECT_EQ(log.at.seq, 6);
  EXPECT_EQ(Count(), "2");
  Run("DROP USER " + user);
}

TEST_F(TidbWriterLiveTest, AStreamThatOnlyTheLogKnowsIsAtLeastOnceAndKeptFromThereOn) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  Log log;
  log.at = {4, "four"};
  Copy(Request(kInsert), {BatchOf(5, {Record(1)}), BatchOf(6, {Record(2)})}, log);
  EXPECT_TRUE(log.at_least_once);
  EXPECT_EQ(Standing(), "6|token é 6");
  log.at_least_once = false;
  Copy(Request(kInsert), {BatchOf(6, {Record(2)}), BatchOf(7, {Record(3)})}, log);
  EXPECT_FALSE(log.at_least_once);
  EXPECT_EQ(Count(), "3");
}

TEST_F(TidbWriterLiveTest, StreamsOfAnyNameAreTheirOwn) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  const std::string base(300, 'x');
  const Texts names = {base + "1",
                       base + "2",
                       "a",
                       "a ",
                       "A",
                       "é'\"\\`",
                       std::string("a\xff"),
                       std::string("a\0", 2),
                       ""};
  int64_t id = 0;
  for (const std::string& name : names) {
    Log log;
    ++id;
    Copy(Request(kInsert), {BatchOf(id, {Record(id)})}, log, name);
    EXPECT_EQ(log.rows, 1);
  }
  id = 0;
  for (const std::string& name : names) {
    auto writer = Open(Request(kInsert), name);
    auto position = writer->Resume({});
    ASSERT_TRUE(position.ok() && *position) << name;
    EXPECT_EQ((*position)->seq, ++id) << name;
  }
  EXPECT_EQ(Count(), std::to_string(names.size()));
}

TEST_F(TidbWriterLiveTest, StreamsThatNobodyMovesAnyMoreAreRemovedByTiDB) {
  Run("CREATE TABLE s (id BIGINT, v INT)");
  Log log;
  Copy(Request(kInsert), {BatchOf(1, {Record(1)})}, log);
  EXPECT_THAT(Rows("SHOW CREATE TABLE _sluice_progress")[0],
              AllOf(HasSubstr("TTL=`changed_at` + INTERVAL 30 DAY"), HasSubstr("TTL_ENABLE='ON'")));
  Run("UPDATE _sluice_progress SET changed_at = '2020-01-01'");
  Copy(Request(kInsert), {BatchOf(2, {Record(2)})}, log);
  EXPECT_EQ(Rows("SELECT MIN(changed_at) > NOW() - INTERVAL 1 HOUR FROM _sluice_progress")[0], "1");
}

TEST_F(TidbWriterLiveTest, SomeStreamsAtOnceOfOneRunAreAllWritten) {
  Run("CREATE TABLE s (id BIGINT PRIMARY KEY, v INT)");
  WriteRequest request = Request(kInsert);
  request.streams = MostTidbStreams(request);
  EXPECT_EQ(request.streams, 4);
  EXPECT_EQ(MostTidbStreams(Request(kUpsert, {"id"})), 1);
  Log logs[4];
  {
    std::vector<std::jthread> threads;
    for (int stream = 0; stream < 4; ++stream) {
      threads.emplace_back([&, stream] {
        std::vector<Batch> batches;
        for (int64_t seq = 1; seq <= 5; ++seq) {
          batches.push_back(BatchOf(seq, {Record(stream * 100 + seq)}));
        }
        Copy(request, batches, logs[stream], "run/" + std::to_string(stream));
      });
    }
  }
  for (const Log& log : logs) EXPECT_EQ(log.rows, 5);
  EXPECT_EQ(Count(), "20");
}

// ---- Tables that are made ----

class CreateTableLiveTest : public TidbWriterLiveTest {
 protected:
  static void ExpectSame(const EntityDefinition& a, const EntityDefinition& b) {
    ASSERT_EQ(a.fields.size(), b.fields.size());
    for (size_t i = 0; i < a.fields.size(); ++i) {
      EXPECT_EQ(a.fields[i].data_type_label, b.fields[i].data_type_label);
      EXPECT_EQ(a.fields[i], b.fields[i]) << a.fields[i].name;
    }
    EXPECT_EQ(a, b);
  }
  static Field FieldOf(const std::string& name, DataType type, const std::string& length = "") {
    Field field;
    field.name = name;
    field.data_type = type;
    if (!length.empty()) field.constraints = FieldConstraints{.max_length = length};
    return field;
  }
  WriteRequest Make(std::vector<Field> fields, WriteOperation operation, Texts ids) {
    WriteRequest request = Request(operation, ids);
    request.settings = {{kCreateTable, "true"}};
    for (const Field& field : fields) request.fields.push_back(field.name);
    TargetRequest target{"s", std::move(fields), operation, std::move(ids), request.settings};
    auto planned = DescribeTidbTarget(*pool_, {database_, "s"}, target);
    EXPECT_TRUE(planned.ok()) << planned.error().message;
    if (planned.ok()) request.entity = *planned;
    EXPECT_THAT(Rows("SHOW TABLES LIKE 's'"), IsEmpty()) << "describing changes nothing";
    return request;
  }
};

TEST_F(CreateTableLiveTest, TheTableIsAsItWasDescribedAndTakesEveryType) {
  std::vector<Field> fields = {FieldOf("id", DataType::kString),
                               FieldOf("sub", DataType::kByteArray),
                               FieldOf("text", DataType::kString),
                               FieldOf("short text", DataType::kString, "20"),
                               FieldOf("long text", DataType::kString, "1000000"),
                               FieldOf("b", DataType::kBoolean),
                               FieldOf("s", DataType::kShort),
                               FieldOf("i", DataType::kInteger),
                               FieldOf("l", DataType::kLong),
                               FieldOf("bi", DataType::kBigInteger),
                               FieldOf("bd", DataType::kBigDecimal),
                               FieldOf("f", DataType::kFloat),
                               FieldOf("d", DataType::kDouble),
                               FieldOf("date", DataType::kDate),
                               FieldOf("at", DataType::kDateTime),
                               FieldOf("bytes", DataType::kByteArray),
                               FieldOf("struct", DataType::kStruct),
                               FieldOf("map", DataType::kMap),
                               FieldOf("list", DataType::kList),
                               FieldOf("Größe `x` '\"", DataType::kLong)};
  WriteRequest request = Make(fields, kUpsert, {"sub", "id"});
  auto table = OpenTidbTarget(*pool_, {database_, "s"}, request);
  ASSERT_TRUE(table.ok()) << table.error().message;
  ExpectSame(tidb::ToDefinition(*table, "s"), request.entity);
  EXPECT_THAT(table->PrimaryKey()->columns, ElementsAre("sub", "id"));
  EXPECT_TRUE(table->is_clustered);

  arrow::FieldVector columns;
  for (const Field& field : fields) columns.push_back(ToArrowField(field.name, field.data_type));
  schema_ = arrow::schema(columns);
  const std::string full =
      R"({"id":"É a ","sub":"AP8=","text":"😀","short text":"12345678901234567890","long text":"x",)"
      R"("b":true,"s":-32768,"i":2147483647,"l":-9223372036854775808,)"
      R"("bi":-99999999999999999999999999999999999999999999999999999999999999999,)"
      R"("bd":12345678901234567890123456789012345.000000000000000000000000000001,)"
      R"("f":0.1,"d":1.7976931348623157e308,"date":"2026-01-31","at":"2026-01-31T09:05:07.123456Z",)"
      R"("bytes":"AP8=","struct":{"a": 1.50},"map":{},"list":[1,2],"Größe `x` '\"":1})";
  Log log;
  Copy(request,
       {BatchOf(1, {full, R"({"id":"é a","sub":"AP8="})", R"({"id":null,"sub":"AP8="})"}),
        BatchOf(2, {full})},
       log);
  EXPECT_EQ(log.rows, 3);
  ASSERT_EQ(log.rejected.size(), 1u) << "an id is not null";
  EXPECT_EQ(log.rejected[0].field, "id");
  EXPECT_EQ(Count(), "2") << "texts compare by their bytes";
  EXPECT_EQ(Rows("SELECT `text`, b, s, i, l, bi, bd, f, d, `date`, `at`, HEX(bytes), `struct`, "
                 "`map`, `list` FROM s WHERE text IS NOT NULL")[0],
            "😀|1|-32768|2147483647|-9223372036854775808|"
            "-99999999999999999999999999999999999999999999999999999999999999999|"
            "12345678901234567890123456789012345.000000000000000000000000000001|0.1|"
            "1.7976931348623157e308|2026-01-31|2026-01-31 09:05:07.123456|00FF|{\"a\": 1.5}|{}|"
            "[1, 2]");
}

TEST_F(CreateTableLiveTest, WithoutIdsItHasNoKeyAndEveryTypeOfIdMakesOne) {
  auto table = OpenTidbTarget(*pool_, {database_, "s"},
                              Make({FieldOf("a", DataType::kString)}, kInsert, {}));
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_THAT(table->keys, IsEmpty());
  for (DataType type :
       {DataType::kString, DataType::kByteArray, DataType::kBoolean, DataType::kShort,
        DataType::kInteger, DataType::kLong, DataType::kBigInteger, DataType::kBigDecimal,
        DataType::kFloat, DataType::kDouble, DataType::kDate, DataType::kDateTime}) {
    Run("DROP TABLE s");
    WriteRequest request =
        Make({FieldOf("a", type, "4000"), FieldOf("b", DataType::kString)}, kUpsert, {"a", "b"});
    table = OpenTidbTarget(*pool_, {database_, "s"}, request);
    ASSERT_TRUE(table.ok()) << ToString(type) << table.error().message;
    ExpectSame(tidb::ToDefinition(*table, "s"), request.entity);
  }
}

TEST_F(CreateTableLiveTest, ATableThatIsThereStaysAsItIs) {
  Run("CREATE TABLE s (id INT PRIMARY KEY, other INT)");
  WriteRequest request = Request(kInsert);
  request.settings = {{kCreateTable, "true"}};
  TargetRequest target{"s", {FieldOf("id", DataType::kString)}, kInsert, {}, request.settings};
  auto described = DescribeTidbTarget(*pool_, {database_, "s"}, target);
  ASSERT_TRUE(described.ok());
  EXPECT_EQ(described->fields.size(), 2u);
  EXPECT_TRUE(OpenTidbTarget(*pool_, {database_, "s"}, request).ok());
}

TEST_F(CreateTableLiveTest, WithoutTheSettingAnAbsentTableIsAnError) {
  for (const char* setting : {"", "false"}) {
    TargetRequest target{"s", {FieldOf("id", DataType::kString)}, kInsert, {}, {}};
    if (*setting) target.settings[kCreateTable] = setting;
    auto described = DescribeTidbTarget(*pool_, {database_, "s"}, target);
    ASSERT_FALSE(described.ok());
    EXPECT_EQ(described.error().code, ErrorCode::kResourceNotFound);
  }
}

TEST_F(CreateTableLiveTest, WithoutTheRightItSaysWhatToGrant) {
  WriteRequest request = Make({FieldOf("id", DataType::kLong)}, kInsert, {});
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user);
  Run("GRANT SELECT, INSERT ON " + database_ + ".* TO " + user);
  options_.username = user;
  options_.password = Secret();
  pool_.emplace(options_);
  auto table = OpenTidbTarget(*pool_, {database_, "s"}, request);
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, ErrorCode::kAccessDenied);
  EXPECT_THAT(table.error().message, HasSubstr("GRANT CREATE ON `" + database_ + "`.*"));
  Run("DROP USER " + user);
}

}  // namespace
}  // namespace sluice::tidb_connector
