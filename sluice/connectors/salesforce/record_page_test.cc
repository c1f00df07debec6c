#include "sluice/connectors/salesforce/record_page.h"

#include <gmock/gmock.h>

#include "sluice/connector/records.h"

namespace sluice::salesforce {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kPage[] =
    R"({"totalSize":2,"done":false,"nextRecordsUrl":"/x","records":[)"
    R"({"attributes":{"type":"Account","url":"/u"},"Name":"é, \"}]","Id":"001A"},)"
    R"({"attributes":{"type":"Account"},"Id":"001B" ,"BillingAddress":{"city":null}}]})";

RecordBuilder Rows(DataType type_of_name = DataType::kString) {
  return RecordBuilder(arrow::schema(
      {ToArrowField("Name", type_of_name), ToArrowField("BillingAddress", DataType::kStruct)}));
}

TEST(RecordPage, AppendsItsRecordsAndKnowsTheLast) {
  RecordBuilder rows = Rows();
  auto page = ReadRecordPage(kPage, rows);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_FALSE(page->is_complete);
  EXPECT_EQ(page->last_id, "001B");
  EXPECT_EQ(page->records, 2);
  EXPECT_THAT(*RecordsToJson(**rows.Finish()),
              ElementsAre(R"({"Name":"é, \"}]","BillingAddress":null})",
                          R"({"Name":null,"BillingAddress":{"city":null}})"));
}

TEST(RecordPage, PagesFollowEachOtherInOneBatch) {
  RecordBuilder rows = Rows();
  ASSERT_TRUE(ReadRecordPage(kPage, rows).ok());
  auto page = ReadRecordPage(R"({"done":true,"records":[{"Name":"last","Id":"001C"}]})", rows);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_TRUE(page->is_complete);
  EXPECT_EQ(page->records, 1);
  EXPECT_EQ(page->last_id, "001C");
  EXPECT_EQ(rows.rows(), 3);
  EXPECT_THAT(RecordsToJson(**rows.Finish())->back(), HasSubstr("last"));
}

TEST(RecordPage, AnEmptyPageHasNoLastId) {
  RecordBuilder rows = Rows();
  auto page = ReadRecordPage(R"({"totalSize":0,"done":true,"records":[]})", rows);
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page->is_complete);
  EXPECT_EQ(page->records, 0);
  EXPECT_EQ(page->last_id, "");
}

TEST(RecordPage, AnAnswerCutAnywhereIsAnErrorOfTheServer) {
  const std::string whole = kPage;
  for (size_t size = 0; size < whole.size(); ++size) {
    RecordBuilder rows = Rows();
    auto page = ReadRecordPage(whole.substr(0, size), rows);
    ASSERT_FALSE(page.ok()) << whole.substr(0, size);
    EXPECT_EQ(page.error().code, ErrorCode::kServerError) << whole.substr(0, size);
  }
}

TEST(RecordPage, AValueThatDoesNotFitItsColumnIsNoErrorOfTheServer) {
  RecordBuilder rows = Rows(DataType::kLong);
  auto page = ReadRecordPage(kPage, rows);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(page.error().message, HasSubstr("record 0: member 'Name'"));
}

TEST(RecordPage, OtherJsonIsAnError) {
  for (const char* body :
       {"[]", "{}", R"({"done":1,"records":[]})", R"({"done":true,"records":{}})",
        R"({"done":true,"records":[7]})", R"({"done":true,"records":[{"Id":null}]})",
        R"({"done":true,"records":[{"Id":""}]})", R"({"done":true,"records":[{"Id":"0\u0030"}]})",
        R"({"done":true,"records":[{"Name":"x"}]})"}) {
    RecordBuilder rows = Rows();
    auto page = ReadRecordPage(body, rows);
    ASSERT_FALSE(page.ok()) << body;
    EXPECT_EQ(page.error().code, ErrorCode::kServerError) << body;
  }
}

}  // namespace
}  // namespace sluice::salesforce
