#include "sluice/flow/preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/flow/test_systems.h"

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PreviewTest : public ::testing::Test {
 protected:
  PreviewTest() { systems_.Fill(30); }

  Preview PreviewOf(int64_t most) {
    auto preview = PreviewFlow(flow_, systems_, most);
    EXPECT_TRUE(preview.ok()) << preview.error().message;
    return preview.ok() ? *std::move(preview) : Preview{};
  }

  // "Mapped 0001", the outcome and the source's Id.
  static std::vector<std::string> Outcomes(const Preview& preview) {
    std::vector<std::string> outcomes;
    for (const PreviewedRecord& record : preview.records) {
      const size_t id = record.source.find(R"("Id":")") + 6;
      outcomes.push_back(std::string(ToString(*record.outcome)) + " " +
                         record.source.substr(id, 4));
    }
    return outcomes;
  }

  void Filter(Operator op, const std::string& field, const std::string& value) {
    flow_.tasks.push_back({.type = TaskType::kFilter,
                           .op = op,
                           .source_fields = {field},
                           .properties = {{"VALUE", value}, {"DATA_TYPE", "string"}}});
  }

  TestSystems systems_;
  Flow flow_ = TestSystems::MakeFlow();
};

TEST_F(PreviewTest, ShowsEachRecordBeforeAndAfter) {
  Preview preview = PreviewOf(2);
  ASSERT_EQ(preview.records.size(), 2);
  EXPECT_EQ(preview.records[1].source, R"({"Id":"0001","Name":"Zoë","Employees":"1"})");
  EXPECT_EQ(preview.records[1].destination, R"({"id":"0001","name":"Zoë","employees":1})");
  EXPECT_EQ(preview.records[1].outcome, PreviewOutcome::kMapped);
  EXPECT_EQ(preview.source.fields.size(), 4);
  EXPECT_THAT(systems_.destination.Records("sf_account"), ElementsAre());
}

TEST_F(PreviewTest, TellsWhyARecordIsRefused) {
  systems_.source.Put(TestSystems::Account(),
                      {R"({"Id":"0001","Employees":"many"})", R"({"Id":"0002","Employees":"2"})"});
  Preview preview = PreviewOf(5);
  EXPECT_THAT(Outcomes(preview), ElementsAre("Refused 0001", "Mapped 0002"));
  EXPECT_EQ(preview.records[0].field, "Employees");
  EXPECT_THAT(preview.records[0].message, HasSubstr("'many'"));
  EXPECT_EQ(preview.records[0].destination, "");
}

TEST_F(PreviewTest, TellsWhichTaskTakesARecordOut) {
  systems_.source.Put(TestSystems::Account(),
                      {R"({"Id":"0001","Name":null})", R"({"Id":"0002","Name":"Zoë"})"});
  flow_.tasks.push_back({.type = TaskType::kValidate,
                         .op = Operator::kValidateNonNull,
                         .source_fields = {"Name"},
                         .properties = {{"VALIDATION_ACTION", "DropRecord"}}});
  Preview preview = PreviewOf(5);
  EXPECT_THAT(Outcomes(preview), ElementsAre("Filtered 0001", "Mapped 0002"));
  EXPECT_EQ(preview.records[0].message,
            "The record fails the task Validate Name VALIDATE_NON_NULL.");
}

TEST_F(PreviewTest, ARecordThatWouldEndTheRunIsOneOfSeveral) {
  systems_.source.Put(TestSystems::Account(),
                      {R"({"Id":"0001","Name":null})", R"({"Id":"0002","Name":"Zoë"})"});
  flow_.tasks.push_back({.type = TaskType::kValidate,
                         .op = Operator::kValidateNonNull,
                         .source_fields = {"Name"},
                         .properties = {{"VALIDATION_ACTION", "DropDataset"}}});
  Preview preview = PreviewOf(5);
  EXPECT_THAT(Outcomes(preview), ElementsAre("Refused 0001", "Mapped 0002"));
  EXPECT_THAT(preview.records[0].message, HasSubstr("ends the run"));
}

TEST_F(PreviewTest, MatchingRecordsAreFoundWhereverTheyAre) {
  Filter(Operator::kEqualTo, "Id", "0025");
  EXPECT_THAT(Outcomes(PreviewOf(3)), ElementsAre("Mapped 0025", "Filtered 0000", "Filtered 0001"));
}

TEST_F(PreviewTest, RecordsThatDoNotMatchTakeNoMoreThanHalf) {
  Filter(Operator::kNotEqualTo, "Id", "0001");
  EXPECT_THAT(Outcomes(PreviewOf(3)), ElementsAre("Mapped 0000", "Mapped 0002", "Filtered 0001"));
  Preview preview = PreviewOf(1);
  EXPECT_THAT(Outcomes(preview), ElementsAre("Mapped 0000"));
}

TEST_F(PreviewTest, AMappingMayBeUnfinished) {
  flow_.tasks.erase(flow_.tasks.begin() + 1);  // To id, which must not be null.
  EXPECT_EQ(PreviewOf(1).records.at(0).destination, R"({"name":"Zoë","employees":0})");
}

TEST_F(PreviewTest, WhatCannotWorkIsRefusedAsByCreateFlow) {
  flow_.tasks.back().destination_field = "nowhere";
  auto preview = PreviewFlow(flow_, systems_, 1);
  ASSERT_FALSE(preview.ok());
  EXPECT_EQ(preview.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(preview.error().message, HasSubstr("no field 'nowhere'"));
}

TEST_F(PreviewTest, TheSourceAloneHasAllItsFields) {
  auto preview = PreviewSource(flow_.source, systems_, 2);
  ASSERT_TRUE(preview.ok()) << preview.error().message;
  ASSERT_EQ(preview->records.size(), 2);
  EXPECT_EQ(preview->records[0].source,
            R"({"Id":"0000","Name":"Zoë","Employees":"0","Revenue":null})");
  EXPECT_EQ(preview->records[0].outcome, std::nullopt);
}

TEST_F(PreviewTest, ASilentSourceEndsIt) {
  systems_.source_options.is_endless = true;
  systems_.source.Put(TestSystems::Account(), {});
  auto preview = PreviewSource(flow_.source, systems_, 2, std::chrono::seconds(1));
  ASSERT_FALSE(preview.ok());
  EXPECT_EQ(preview.error().code, ErrorCode::kRequestTimeout);

  systems_.Fill(1);
  preview = PreviewSource(flow_.source, systems_, 2, std::chrono::seconds(1));
  ASSERT_TRUE(preview.ok()) << preview.error().message;
  EXPECT_EQ(preview->records.size(), 1);
}

}  // namespace
}  // namespace sluice::flow
