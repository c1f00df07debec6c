#include "sluice/connectors/s3/json_lines_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/connectors/s3/reading.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Settings kJson = {{"s3InputFormatConfig.s3InputFileType", "JSON"}};

class JsonLines : public Reading {};

TEST_F(JsonLines, HaveTheTypesOfTheirValues) {
  Put("in/a", R"({"b":true,"l":1,"d":0.5,"s":"é","o":{"x":[1]},"a":[1,"b"],"n":null}
{"l":null,"b":false,"l":9223372036854775807,"late":"x"}
)");
  EXPECT_THAT(FieldsOf(kJson), ElementsAre("b:Boolean", "l:Long", "d:Double", "s:String",
                                           "o:Struct", "a:List", "n:String", "late:String"));
  EXPECT_THAT(Read(kJson, {"s", "b", "o", "a", "n", "d"}),
              ElementsAre(R"({"s":"é","b":true,"o":{"x":[1]},"a":[1,"b"],"n":null,"d":0.5})",
                          R"({"s":null,"b":false,"o":null,"a":null,"n":null,"d":null})"));
}

TEST_F(JsonLines, KeepEveryDigit) {
  Put("in/a", R"({"big":18446744073709551615,"fine":0.12345678901234567891,"mixed":1}
{"big":1,"fine":1e400,"mixed":1.5}
{"mixed":9007199254740993}
)");
  EXPECT_THAT(FieldsOf(kJson),
              ElementsAre("big:BigDecimal", "fine:BigDecimal", "mixed:BigDecimal"));
  EXPECT_THAT(Read(kJson, {"big", "fine", "mixed"}),
              ElementsAre(R"({"big":18446744073709551615,"fine":0.12345678901234567891,"mixed":1})",
                          R"({"big":1,"fine":1e400,"mixed":1.5})",
                          R"({"big":null,"fine":null,"mixed":9007199254740993})"));
}

TEST_F(JsonLines, MembersOfSeveralTypesAreTexts) {
  Put("in/a", "{\"m\":1}\n{\"m\":\"x\"}\n{\"m\":{\"y\":[true]}}\n");
  EXPECT_THAT(FieldsOf(kJson), ElementsAre("m:String"));
  EXPECT_THAT(Read(kJson, {"m"}),
              ElementsAre(R"({"m":"1"})", R"({"m":"x"})", R"({"m":"{\"y\":[true]}"})"));
}

TEST_F(JsonLines, ThatAreNoRecordsAreUnreadable) {
  Put("in/a", "{\"id\":1}\n");
  Put("in/b",
      "\xEF\xBB\xBF[1]\r\n\n{\"id\":\n  \n{\"id\":2}\n{\"id\":\"x\"}\n{\"id\":3} "
      "4\n\xff\n{\"id\":5}");
  for (int64_t bytes : {1 << 20, 20, 1}) {
    EXPECT_THAT(Read(kJson, {"id"}, bytes),
                ElementsAre(R"({"id":1})", R"({"id":2})", R"({"id":5})"));
    ASSERT_EQ(unreadable_.size(), 5u) << bytes;
    EXPECT_EQ(unreadable_[0].record, "[1]\r");
    EXPECT_THAT(unreadable_[0].error.message, HasSubstr("record 1: not a JSON object"));
    EXPECT_EQ(unreadable_[2].record, R"({"id":"x"})");
    EXPECT_THAT(unreadable_[2].error.message, HasSubstr("record 4: member 'id'"));
    EXPECT_THAT(indexes_, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  }
}

TEST_F(JsonLines, AFileOfOneArrayIsRefusedWithASentence) {
  Put("in/a", "[{\"id\":1},\n{\"id\":2}]\n");
  EXPECT_THAT(DescribeError(kJson), HasSubstr("must have one object on each line"));
}

TEST_F(JsonLines, MayBePackedAndEmpty) {
  Put("in/a", "\n\n");
  EXPECT_THAT(FieldsOf(kJson), IsEmpty());
  Put("in/a", Gzip("{\"id\":1}\n{\"id\":2}\n"));
  EXPECT_THAT(Read(kJson, {"id"}, 5), ElementsAre(R"({"id":1})", R"({"id":2})"));
}

TEST_F(JsonLines, AreGoneOnWithFromEachPosition) {
  Put("in/1", "{\"id\":1}\n{\"id\":\n{\"id\":2}\n");
  Put("in/2", Gzip("{\"id\":3}\n{\"id\":4}"));
  Put("in/3", "\xEF\xBB\xBF{\"id\":5}\r\n{\"id\":6}\r\n");
  for (int64_t bytes : {1, 12, 1 << 20}) ExpectToGoOnFromEachPosition(kJson, {"id"}, bytes);
}

}  // namespace
}  // namespace sluice::s3
