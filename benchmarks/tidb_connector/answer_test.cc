#include "benchmarks/tidb_connector/answer.h"

#include <gtest/gtest.h>

namespace sluice::benchmarks {
namespace {

constexpr std::string_view kTrap = R"("{\"nextToken\":\"no\",\"a\":\"x}\\\",\\\"{y\"}")";

std::string Page(size_t records, std::string_view before, std::string_view after) {
  std::string page = "{" + std::string(before) + R"("isSuccess":true,"records":[)";
  for (size_t i = 0; i < records; ++i) page.append(i ? "," : "").append(kTrap);
  return page.append("]").append(after).append("}");
}

TEST(AnswerTest, TheTokenStandsBeforeOrAfterTheRecords) {
  for (size_t records : {0, 1, 3, 1000}) {
    EXPECT_EQ(NextToken(Page(records, "", R"(,"nextToken":"t\"1")")), R"(t\"1)") << records;
    EXPECT_EQ(NextToken(Page(records, R"("nextToken": "t2",)", "")), "t2") << records;
    EXPECT_EQ(NextToken(Page(records, "", R"(,"nextToken":null)")), "") << records;
    EXPECT_EQ(NextToken(Page(records, "", "")), "") << records;
    std::string far = R"(,"x":")" + std::string(9000, '.') + '"';
    EXPECT_EQ(NextToken(Page(records, "", far + R"(,"nextToken":"t3")" + far)), "t3") << records;
    std::string large(9000, 't');
    EXPECT_EQ(NextToken(Page(records, "", R"(,"nextToken":")" + large + '"')), large) << records;
  }
}

TEST(AnswerTest, CountsRecords) {
  for (size_t records : {0, 1, 2, 1000}) {
    EXPECT_EQ(*CountRecords(Page(records, "", R"(,"nextToken":"t")")), records);
  }
  EXPECT_FALSE(CountRecords(R"({"isSuccess":false,"errorDetails":{}})").ok());
  EXPECT_FALSE(CountRecords(R"({"errorMessage":"x","errorType":"y"})").ok());
}

TEST(AnswerTest, AWriteIsFineWhenEveryRecordIs) {
  auto answer = [](std::string_view whole, std::string_view second) {
    return R"({"isSuccess":)" + std::string(whole) +
           R"(,"writeRecordResults":[{"isSuccess":true,"recordId":"\"isSuccess\":false"},)" +
           R"({"isSuccess":)" + std::string(second) + R"(,"recordId":"2"}]})";
  };
  EXPECT_TRUE(CheckAllWritten(answer("true", "true"), 2).ok());
  EXPECT_FALSE(CheckAllWritten(answer("true", "false"), 2).ok());
  EXPECT_FALSE(CheckAllWritten(answer("false", "true"), 2).ok());
  EXPECT_FALSE(CheckAllWritten(answer("true", "true"), 3).ok());
  EXPECT_FALSE(CheckAllWritten(answer("true", "true"), 1).ok());
  EXPECT_FALSE(CheckAllWritten("", 0).ok());
}

TEST(AnswerTest, TheDefinitionIsHandedBackAsItIs) {
  EXPECT_EQ(*EntityDefinition(
                R"({"isSuccess": true, "entityDefinition": {"a":[{"b":"}"}]}, "cacheControl":{}})"),
            R"({"a":[{"b":"}"}]})");
  EXPECT_FALSE(EntityDefinition(R"({"isSuccess":true})").ok());
  EXPECT_FALSE(EntityDefinition(R"({"isSuccess":true)").ok());
}

}  // namespace
}  // namespace sluice::benchmarks
