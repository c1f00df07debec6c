#include "sluice/flow/replay_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/connector/records.h"

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RefusedRecord Refused(std::string record) {
  return {.execution_id = "e", .partition = "é/0", .row = {.seq = 7, .index = 3, .record = record}};
}

ReadRequest Request() {
  ReadRequest request;
  request.entity.fields = {{.name = "id"}, {.name = "n", .data_type = DataType::kLong}};
  request.fields = {"id", "n"};
  return request;
}

Pull Next(BatchReader& reader) {
  auto pull = reader.Next({}, {});
  EXPECT_TRUE(pull.ok()) << pull.error().message;
  return *pull;
}

TEST(ReplayReader, GivesTheRecordsAndThoseThatAreNone) {
  auto partition = ReplayPartition({Refused(R"({"id":"a","n":9223372036854775807})"),
                                    Refused(R"({"id":"b","n":"many"})"), Refused("not JSON"),
                                    Refused(R"({"id":"Zoë","other":1})")});
  auto reader = OpenReplayReader(Request(), *partition, {});
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  Pull pull = Next(**reader);
  EXPECT_THAT(*RecordsToJson(*pull.batch.rows),
              ElementsAre(R"({"id":"a","n":9223372036854775807})", R"({"id":"Zoë","n":null})"));
  EXPECT_THAT(pull.batch.source_row, ElementsAre(0, 3));
  ASSERT_EQ(pull.batch.unreadable.size(), 2u);
  EXPECT_EQ(pull.batch.unreadable[0].index, 1);
  EXPECT_THAT(pull.batch.unreadable[0].error.message, HasSubstr("many"));
  EXPECT_EQ(pull.batch.unreadable[1].record, "not JSON");
  EXPECT_EQ(Next(**reader).what, Pulled::kEnd);
}

TEST(ReplayReader, GoesOnAtEachPosition) {
  std::vector<RefusedRecord> records;
  for (int n = 0; n < 5; ++n) {
    records.push_back(
        Refused(R"({"id":")" + std::string(600'000, static_cast<char>('a' + n)) + R"("})"));
  }
  auto partition = ReplayPartition(records);
  auto reader = OpenReplayReader(Request(), *partition, {});
  int64_t rows = 0;
  for (Pull pull = Next(**reader); pull.what == Pulled::kBatch; pull = Next(**reader)) {
    rows += pull.batch.rows->num_rows();
    auto rest = OpenReplayReader(Request(), *partition, pull.batch.after);
    int64_t left = 0;
    for (Pull more = Next(**rest); more.what == Pulled::kBatch; more = Next(**rest)) {
      EXPECT_GT(more.batch.after.seq, pull.batch.after.seq);
      left += more.batch.rows->num_rows();
    }
    EXPECT_EQ(rows + left, 5);
  }
  EXPECT_EQ(rows, 5);
  EXPECT_FALSE(OpenReplayReader(Request(), *partition, Position{1, "6"}).ok());
}

TEST(ReplayReader, ThePartitionSaysWhichRecordsTheyWere) {
  auto back = ReplayedRecords(*ReplayPartition({Refused("{\"id\":\"\\u0000é\"}")}));
  ASSERT_EQ(back->size(), 1u);
  EXPECT_EQ(back->at(0).execution_id, "e");
  EXPECT_EQ(back->at(0).partition, "é/0");
  EXPECT_EQ(back->at(0).row.seq, 7);
  EXPECT_EQ(back->at(0).row.index, 3);
  EXPECT_EQ(back->at(0).row.record, "{\"id\":\"\\u0000é\"}");
}

TEST(ReplayReader, RefusesNoneAndTooMany) {
  EXPECT_EQ(ReplayPartition({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReplayPartition({Refused(std::string(kMostReplayBytes + 1, 'x'))}).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sluice::flow
