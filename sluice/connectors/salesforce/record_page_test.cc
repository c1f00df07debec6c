#include "sluice/connectors/salesforce/record_page.h"

#include <gmock/gmock.h>

namespace sluice::salesforce {
namespace {

constexpr std::string_view kPage =
    R"({"totalSize":2,"done":false,"nextRecordsUrl":"/x","records":[)"
    R"({"attributes":{"type":"Account","url":"/u"},"Name":"é, \"}]","Id":"001A"},)"
    R"({"attributes":{"type":"Account"},"Id":"001B","BillingAddress":{"city":null}}]})";

TEST(RecordPage, KeepsEachRecordsText) {
  auto page = ReadRecordPage(kPage);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_FALSE(page->is_complete);
  EXPECT_EQ(page->last_id, "001B");
  ASSERT_EQ(page->records.size(), 2u);
  EXPECT_EQ(page->records[0],
            R"({"attributes":{"type":"Account","url":"/u"},"Name":"é, \"}]","Id":"001A"})");
  RecordPage moved = *std::move(page);
  EXPECT_TRUE(moved.records[1].starts_with(R"({"attributes")"))
      << "records live as long as the page";
}

TEST(RecordPage, AnEmptyPageHasNoLastId) {
  auto page = ReadRecordPage(R"({"totalSize":0,"done":true,"records":[]})");
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page->is_complete);
  EXPECT_TRUE(page->records.empty());
  EXPECT_EQ(page->last_id, "");
}

TEST(RecordPage, AnAnswerCutAnywhereIsAnError) {
  for (size_t size = 0; size < kPage.size(); ++size) {
    auto page = ReadRecordPage(kPage.substr(0, size));
    ASSERT_FALSE(page.ok()) << kPage.substr(0, size);
    EXPECT_EQ(page.error().code, ErrorCode::kServerError);
  }
}

TEST(RecordPage, OtherJsonIsAnError) {
  for (const char* body :
       {"[]", "{}", R"({"done":1,"records":[]})", R"({"done":true,"records":{}})",
        R"({"done":true,"records":[7]})", R"({"done":true,"records":[{"Id":null}]})",
        R"({"done":true,"records":[{"Name":"x"}]})"}) {
    EXPECT_FALSE(ReadRecordPage(body).ok()) << body;
  }
}

}  // namespace
}  // namespace sluice::salesforce
