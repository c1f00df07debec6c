#include "sluice/model/record_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RecordList, HoldsRecordsAsTheyTravel) {
  RecordList records;
  EXPECT_TRUE(records.empty());
  EXPECT_THAT(records.ToStrings(), IsEmpty());
  records.Add(R"({"id":"é\n"})");
  records.Add("{}");
  EXPECT_EQ(records.items(), R"("{\"id\":\"é\\n\"}","{}")");
  EXPECT_EQ(records.size(), 2u);
  EXPECT_THAT(records.ToStrings(), ElementsAre(R"({"id":"é\n"})", "{}"));
}

TEST(RecordList, ARecordWrittenInPlaceIsTheSameAsOneAdded) {
  RecordList in_place, added;
  for (auto text : {R"({\"a\":1})", R"({\"b\":2})"}) {
    in_place.Begin() += text;
    in_place.End();
  }
  added.Add(R"({"a":1})");
  added.Add(R"({"b":2})");
  EXPECT_EQ(in_place, added);
}

TEST(RecordList, OneThatIsUndoneLeavesNoTrace) {
  for (bool is_first : {true, false}) {
    RecordList records, same;
    if (!is_first) records.Add("{}"), same.Add("{}");
    records.Begin() += "half";
    records.Undo();
    records.Begin() += "{}";
    records.End();
    records.Undo();
    records.Add("[]");
    same.Add("[]");
    EXPECT_EQ(records, same);
  }
}

}  // namespace
}  // namespace sluice
