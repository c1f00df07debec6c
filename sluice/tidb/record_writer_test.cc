#include "sluice/tidb/record_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/tidb/sample_table.h"

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RecordWriter, ARowBecomesARecord) {
  Table table = SampleTable();
  std::vector<const Column*> columns = {table.Find("n"), table.Find("odd`name"), table.Find("id")};
  Column quoted = *columns[2];
  quoted.name = "a\"\\é";
  columns[2] = &quoted;
  RecordWriter writer(columns);
  RecordList records;
  ASSERT_TRUE(writer.Append(records, {"1", std::nullopt, "x\"\\\n\x01"}).ok());
  ASSERT_TRUE(writer.Append(records, {"-2", "é", "", "a further value is not written"}).ok());
  EXPECT_THAT(records.ToStrings(),
              ElementsAre(R"({"n":1,"odd`name":null,"a\"\\é":"x\"\\\n\u0001"})",
                          R"({"n":-2,"odd`name":"é","a\"\\é":""})"));
}

TEST(RecordWriter, ARowThatIsRefusedLeavesNoTrace) {
  Table table = SampleTable();
  std::vector<const Column*> columns = {table.Find("n"), table.Find("id")};
  RecordWriter writer(columns);
  RecordList records;
  ASSERT_TRUE(writer.Append(records, {"1", "x"}).ok());
  RecordList before = records;
  Status refused = writer.Append(records, {"2", "\xff"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("column 'id'"));
  EXPECT_EQ(records, before);
}

}  // namespace
}  // namespace sluice::tidb
