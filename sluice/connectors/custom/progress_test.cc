#include "sluice/connectors/custom/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/connector/records.h"
#include "sluice/connectors/custom/custom_connector.h"
#include "sluice/connectors/custom/fake_function.h"

namespace sluice::custom {
namespace {

using protocol::RetrieveDataRequest;
using protocol::WriteDataRequest;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Refused = std::vector<std::pair<int64_t, int64_t>>;  // Batch and source row.

constexpr char kStream[] = "execution/0";

class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() { Announce("table"); }

  void Announce(const std::string& entity) {
    Field id{.name = "id", .write = WriteProperties{}};
    function_.table = {.entity = {.identifier = entity},
                       .fields = {id},
                       .custom_properties = {{kProgressSetting, "1"}}};
    registry_ = {};
    Register(registry_, function_);
    connector_ = *registry_.Open("CustomConnector", {.function_arn = kFunctionArn});
  }

  std::unique_ptr<BatchWriter> Writer(WriteOperation operation = WriteOperation::kInsert) {
    WriteRequest request{.entity = function_.table, .fields = {"id"}, .operation = operation};
    if (operation != WriteOperation::kInsert) request.id_fields = {"id"};
    return *connector_->OpenWriter(request, kStream);
  }

  // Rows "<seq>-0", "<seq>-1" …, the n-th being source row n + 10.
  static Batch Rows(int64_t seq, size_t count, size_t first = 0) {
    std::vector<std::string> records;
    Batch batch{.after = {seq, "t\"" + std::to_string(seq)}};
    for (size_t i = first; i < first + count; ++i) {
      records.push_back(R"({"id":")" + std::to_string(seq) + "-" + std::to_string(i) + R"("})");
      batch.source_row.push_back(static_cast<int64_t>(i) + 10);
    }
    std::vector<std::string_view> views(records.begin(), records.end());
    EntityDefinition table{.fields = {{.name = "id"}}};
    batch.rows = *RecordsFromJson(*SchemaOf(table, {"id"}), views);
    return batch;
  }
  void Occupy(const std::string& id) { function_.rows['"' + id + '"'] = {{"id", '"' + id + '"'}}; }

  // The settings of all WriteData requests so far, "" where there was none.
  std::vector<std::string> Settings() const {
    std::vector<std::string> settings;
    for (const protocol::Request& request : function_.requests) {
      const auto* write = std::get_if<WriteDataRequest>(&request);
      if (write) settings.push_back(write->context.Setting(kProgressSetting));
    }
    return settings;
  }

  struct Copied {
    Position logged;
    int64_t written = 0;
    Refused refused;
    int writers = 0;
  };
  // What the engine does: an error, or the service's death after the write with the number
  // `deadly_write` and before its progress is saved, is followed by a new writer.
  Copied Copy(const std::vector<Batch>& batches, int deadly_write = -1) {
    Copied copied;
    while (copied.writers < 3) {
      ++copied.writers;
      if (CopyOnce(batches, deadly_write, copied)) break;
    }
    return copied;
  }

  FakeFunction function_;
  Registry registry_;
  std::unique_ptr<Connector> connector_;

 private:
  bool CopyOnce(const std::vector<Batch>& batches, int& deadly_write, Copied& copied) {
    auto writer = Writer();
    auto told = writer->Resume(copied.logged);
    if (!told.ok()) return false;
    EXPECT_TRUE(told->has_value());
    const Position logged = std::exchange(copied.logged, **told);
    for (const Batch& batch : batches) {
      bool is_done = batch.after.seq <= copied.logged.seq;
      if (is_done && batch.after.seq > logged.seq) copied.written += batch.rows->num_rows();
      if (is_done) continue;
      auto progress = writer->Write(batch);
      if (!progress.ok() || deadly_write-- == 0) return false;
      EXPECT_EQ(progress->durable, batch.after);
      copied.logged = progress->durable;
      copied.written += progress->rows_written;
      for (const RejectedRow& row : progress->rejected) {
        EXPECT_EQ(row.error.message, "duplicate id");
        copied.refused.emplace_back(row.seq, row.index);
      }
    }
    return writer->Finish().ok();
  }
};

// A run with batches of every kind: of several requests, of one, of none, with and without refused
// records.
class CrashTest : public ProgressTest {
 protected:
  CrashTest() {
    for (const char* id : {"1-3", "1-1003", "1-2400", "4-1500", "4-2000"}) Occupy(id);
  }
  void ExpectAllOnce(const Copied& copied) const {
    EXPECT_EQ(copied.logged, batches_.back().after);
    EXPECT_EQ(function_.rows.size(), 5502u);
    EXPECT_EQ(function_.inserted, 5497);
    EXPECT_EQ(copied.written, 5497);
    EXPECT_THAT(copied.refused,
                ElementsAre(std::pair(1, 13), std::pair(1, 1013), std::pair(1, 2410),
                            std::pair(4, 1510), std::pair(4, 2010)));
  }

  const std::vector<Batch> batches_ = {Rows(1, 2500), Rows(2, 0),    Rows(3, 1),
                                       Rows(4, 2001), Rows(5, 1000), Rows(6, 0)};
};

TEST_F(CrashTest, WithoutOneEachRequestHasANumberOfItsOwn) {
  ExpectAllOnce(Copy(batches_));
  EXPECT_EQ(function_.streams.at(kStream).seq, 9) << "the first one opens the stream";
  EXPECT_EQ(function_.requests.size(), 10u);
}

class CrashAt : public CrashTest, public ::testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(All, CrashAt, ::testing::Range(0, 10));

TEST_P(CrashAt, ARequestThatIsLostIsSentAgain) {
  function_.lost_request = GetParam();
  Copied copied = Copy(batches_);
  ExpectAllOnce(copied);
  EXPECT_EQ(copied.writers, 2);
}

TEST_P(CrashAt, ARequestWhoseAnswerIsLostCountsOnce) {
  function_.lost_answer = GetParam();
  Copied copied = Copy(batches_);
  ExpectAllOnce(copied);
  EXPECT_EQ(copied.writers, 2);
}

TEST_P(CrashAt, ASecondLossOnTheWayBackChangesNothing) {
  function_.lost_answer = GetParam();
  function_.lost_request = GetParam() + 2;  // What follows the look-up: a replay, or the next one.
  ExpectAllOnce(Copy(batches_));
}

TEST_P(CrashAt, WhatTheServiceCouldNotSaveIsToldAgain) {
  Copied copied = Copy(batches_, GetParam());
  ExpectAllOnce(copied);
  EXPECT_EQ(copied.writers, GetParam() < 6 ? 2 : 1);
}

TEST_F(ProgressTest, TheSettingIsWhatTheContractSays) {
  auto writer = Writer();
  ASSERT_EQ(*writer->Resume({}), Position{});
  ASSERT_TRUE(writer->Write(Rows(7, 1001)).ok());
  std::vector<int64_t> places;
  for (const std::string& setting : Settings()) {
    auto progress = *json::ParseObject(setting);
    EXPECT_EQ(progress.size(), 4u);
    EXPECT_EQ(json::FindString(progress, "stream"), kStream);
    EXPECT_TRUE(json::FindString(progress, "token"));
    places.push_back(*json::FindInt(progress, "previous"));
    places.push_back(*json::FindInt(progress, "seq"));
  }
  EXPECT_THAT(places, ElementsAre(0, 1, 1, 2, 2, 3));
  const auto& look_up = std::get<RetrieveDataRequest>(function_.requests.at(0));
  EXPECT_EQ(look_up.id_field_name, "stream");
  EXPECT_THAT(look_up.ids, ElementsAre(kStream));
  EXPECT_THAT(look_up.selected_field_names, ElementsAre("seq", "token", "report"));
}

TEST_F(ProgressTest, EqualBatchesOneAfterTheOtherAreBothWritten) {
  auto writer = Writer(WriteOperation::kUpsert);
  ASSERT_TRUE(writer->Resume({}).ok());
  for (int64_t seq : {1, 2}) {
    Batch batch = Rows(1, 3);
    batch.after.seq = seq;
    auto progress = writer->Write(batch);
    ASSERT_TRUE(progress.ok());
    EXPECT_EQ(progress->rows_written, 3);
  }
}

TEST_F(ProgressTest, BatchesWithoutRecordsMoveTheLogAlone) {
  {
    auto writer = Writer();
    ASSERT_TRUE(writer->Resume({}).ok());
    ASSERT_TRUE(writer->Write(Rows(1, 3)).ok());
    EXPECT_EQ(writer->Write(Rows(2, 0))->durable.seq, 2);
  }
  Position logged = Rows(2, 0).after;
  EXPECT_EQ(*Writer()->Resume(logged), logged);
}

// ---- Where the source gives other records than before ----

class ChangedSourceTest : public ProgressTest {
 protected:
  // A batch of which 2,000 records arrived.
  ChangedSourceTest() {
    auto writer = Writer(WriteOperation::kUpsert);
    EXPECT_TRUE(writer->Resume({}).ok());
    function_.lost_request = 2;
    EXPECT_FALSE(writer->Write(Rows(1, 2500)).ok());
    EXPECT_EQ(function_.rows.size(), 2000u);
    function_.requests.clear();
  }
  Result<Progress> WriteAgain(const Batch& batch, WriteOperation operation) {
    writer_ = Writer(operation);
    EXPECT_EQ(*writer_->Resume({}), Position{});
    return writer_->Write(batch);
  }

  std::unique_ptr<BatchWriter> writer_;
};

TEST_F(ChangedSourceTest, ThatOfAnInsertIsAnError) {
  for (const Batch& changed : {Rows(1, 2500, 1), Rows(1, 1999)}) {
    auto progress = WriteAgain(changed, WriteOperation::kInsert);
    ASSERT_FALSE(progress.ok());
    EXPECT_EQ(progress.error().code, ErrorCode::kClientError);
    EXPECT_THAT(progress.error().message, HasSubstr("2000 of them were inserted"));
    EXPECT_THAT(Settings(), IsEmpty()) << "nothing was sent";
  }
}

TEST_F(ChangedSourceTest, ThatOfAnUpsertIsWrittenAgain) {
  auto progress = WriteAgain(Rows(1, 2500, 1), WriteOperation::kUpsert);
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->rows_written, 2500);
  EXPECT_EQ(function_.rows.size(), 2501u);
  EXPECT_EQ(writer_->Write(Rows(2, 1))->rows_written, 1) << "and the stream goes on";
}

TEST_F(ChangedSourceTest, MoreRecordsBehindThemAreNoChange) {
  auto progress = WriteAgain(Rows(1, 3500), WriteOperation::kInsert);
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->rows_written, 3500);
  EXPECT_EQ(function_.inserted, 3500);
  EXPECT_TRUE(progress->rejected.empty());
}

TEST_F(ChangedSourceTest, FewerRecordsBehindThemAreNoChange) {
  Batch batch = Rows(1, 2000);
  auto progress = WriteAgain(batch, WriteOperation::kInsert);
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->rows_written, 2000);
  EXPECT_TRUE(progress->rejected.empty());
  EXPECT_EQ(*Writer()->Resume(batch.after), batch.after);
}

TEST_F(ChangedSourceTest, BatchesWithoutRecordsMayComeFirst) {
  EXPECT_EQ(WriteAgain(Rows(0, 0), WriteOperation::kInsert)->rows_written, 0);
  EXPECT_EQ(writer_->Write(Rows(1, 2500))->rows_written, 2500);
  EXPECT_EQ(function_.inserted, 2500);
}

// ---- Where no record is kept ----

TEST_F(ProgressTest, UnlessItIsAnnouncedNobodyAsks) {
  function_.table.custom_properties.clear();
  auto writer = Writer();
  EXPECT_EQ(*writer->Resume({}), std::nullopt);
  ASSERT_TRUE(writer->Write(Rows(1, 2)).ok());
  EXPECT_EQ(function_.requests.size(), 1u);
  EXPECT_THAT(Settings(), Each(IsEmpty()));
}

TEST_F(ProgressTest, WhoMayNotLookWritesWithout) {
  function_.may_keep_streams = false;
  auto writer = Writer();
  EXPECT_EQ(*writer->Resume({}), std::nullopt);
  EXPECT_EQ(writer->Write(Rows(1, 2))->rows_written, 2);
  EXPECT_THAT(Settings(), ElementsAre(""));
}

TEST_F(ProgressTest, WhoMayNotMakeTheTableWritesWithout) {
  function_.may_keep_streams = false;
  function_.scripted = {
      protocol::ToJson(Result<protocol::RetrieveDataResponse>(protocol::RetrieveDataResponse{}))};
  auto writer = Writer();
  EXPECT_EQ(*writer->Resume({}), std::nullopt);
  EXPECT_EQ(writer->Write(Rows(1, 2))->rows_written, 2);
  EXPECT_THAT(Settings(), ElementsAre(HasSubstr(kStream), ""));
}

TEST_F(ProgressTest, AStreamThatWasBegunWithoutGoesOnWithout) {
  auto writer = Writer();
  EXPECT_EQ(*writer->Resume({3, "t"}), std::nullopt);
  ASSERT_TRUE(writer->Write(Rows(4, 2)).ok());
  EXPECT_THAT(Settings(), ElementsAre(""));
}

TEST_F(ProgressTest, WhatFailsOtherwiseIsAnError) {
  function_.lost_request = 0;
  EXPECT_FALSE(Writer()->Resume({}).ok());
  function_.streams[kStream] = {4, "somebody else's", "", ""};
  auto told = Writer()->Resume({});
  ASSERT_FALSE(told.ok());
  EXPECT_THAT(told.error().message, HasSubstr("was not written by"));
}

TEST_F(ProgressTest, AWriterThatWasOvertakenFails) {
  auto first = Writer(), second = Writer();
  ASSERT_TRUE(first->Resume({}).ok());
  ASSERT_TRUE(second->Resume({}).ok());
  for (int64_t seq : {1, 2}) ASSERT_TRUE(second->Write(Rows(seq, 1)).ok());
  auto progress = first->Write(Rows(1, 1));
  ASSERT_FALSE(progress.ok());
  EXPECT_THAT(progress.error().message, HasSubstr("taken it over"));
  EXPECT_EQ(function_.inserted, 2);
}

TEST_F(ProgressTest, AnInsertIsRepeatedWhileTheConnectorIsBusy) {
  auto writer = Writer();
  ASSERT_TRUE(writer->Resume({}).ok());
  function_.scripted = {Error{ErrorCode::kRequestTimeout, "no answer", {}}};
  EXPECT_EQ(writer->Write(Rows(1, 2))->rows_written, 2);
}

TEST_F(ProgressTest, WithoutADatabaseTheRecordIsBesideTheTable) {
  function_.streams_entity = "`d.b`._sluice_progress";
  Announce("`d.b`.`a.b`");
  auto writer = Writer();
  ASSERT_TRUE(writer->Resume({}).ok());
  ASSERT_TRUE(writer->Write(Rows(1, 1)).ok());
  EXPECT_EQ(*Writer()->Resume({}), Rows(1, 1).after);
}

}  // namespace
}  // namespace sluice::custom
