#include "sluice/model/json_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {

bool operator==(const JsonValue& a, const JsonValue& b) {
  return a.kind == b.kind && a.text == b.text;
}
bool operator==(const JsonMember& a, const JsonMember& b) {
  return a.name == b.name && a.value == b.value;
}

namespace {

using enum JsonValue::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(JsonRecordReader, GivesMembersInTheirOrderAndNumbersAsWritten) {
  JsonRecordReader reader;
  auto members = reader.Read(R"({"s":"é\n\"","n":18446744073709551615, "d": 1.50e-2,"f":false,
      "t":true,"z":null,"":""})");
  ASSERT_TRUE(members.ok()) << ToString(members.error());
  EXPECT_THAT(*members,
              ElementsAre(JsonMember{"s", {kString, "é\n\""}},
                          JsonMember{"n", {kNumber, "18446744073709551615"}},
                          JsonMember{"d", {kNumber, "1.50e-2"}},
                          JsonMember{"f", {kBoolean, "false"}}, JsonMember{"t", {kBoolean, "true"}},
                          JsonMember{"z", {kNull, ""}}, JsonMember{"", {kString, ""}}));
}

TEST(JsonRecordReader, KeepsSixtyFiveDigitsOfADecimal) {
  std::string digits = "12345678901234567890123456789012345.123456789012345678901234567890";
  JsonRecordReader reader;
  std::string record = "{\"d\":" + digits + "}";
  auto members = reader.Read(record);
  ASSERT_TRUE(members.ok());
  EXPECT_EQ((*members)[0].value.text, digits);
}

TEST(JsonRecordReader, GivesWhatIsNestedAsText) {
  JsonRecordReader reader;
  auto members = reader.Read(
      R"({"o": {"a" : [1.0, {"b\"":null}, []], "c":true, "d":"é\u0001"},"l":[],"e":{},"x":1})");
  ASSERT_TRUE(members.ok()) << ToString(members.error());
  EXPECT_THAT(
      *members,
      ElementsAre(
          JsonMember{"o", {kDocument, R"({"a":[1.0,{"b\"":null},[]],"c":true,"d":"é\u0001"})"}},
          JsonMember{"l", {kDocument, "[]"}}, JsonMember{"e", {kDocument, "{}"}},
          JsonMember{"x", {kNumber, "1"}}));
}

// "\b" is two bytes, but six once it is written again.
TEST(JsonRecordReader, GivesLongTextsWithEscapesWhole) {
  std::string bells, told, name;
  for (int i = 0; i < 5000; ++i) {
    bells += "\\b";
    told += "\\u0008";
    name += "\\u00e9";
  }
  std::string record = "{\"" + name + "\":\"x" + name + "\",\"o\":{\"" + bells + "\":[\"" + bells +
                       "\"]},\"\\n\":1,\"last\":\"\"}";
  std::string plain;
  for (int i = 0; i < 5000; ++i) plain += "é";
  JsonRecordReader reader;
  auto members = reader.Read(record);
  ASSERT_TRUE(members.ok()) << ToString(members.error());
  std::string document = "{\"" + told + "\":[\"" + told + "\"]}";
  EXPECT_THAT(
      *members,
      ElementsAre(JsonMember{plain, {kString, "x" + plain}}, JsonMember{"o", {kDocument, document}},
                  JsonMember{"\n", {kNumber, "1"}}, JsonMember{"last", {kString, ""}}));
}

TEST(JsonRecordReader, CopiesOnlyWhatIsEscaped) {
  std::string record = R"({"plain":"é 1","number":-1.5e300,"escaped":"a\/b"})";
  JsonRecordReader reader;
  auto members = reader.Read(record);
  ASSERT_TRUE(members.ok());
  auto is_in_record = [&](std::string_view text) {
    return text.data() > record.data() && text.data() < record.data() + record.size();
  };
  EXPECT_TRUE(is_in_record((*members)[0].value.text));
  EXPECT_TRUE(is_in_record((*members)[1].value.text));
  EXPECT_FALSE(is_in_record((*members)[2].value.text));
  EXPECT_EQ((*members)[2].value.text, "a/b");
}

TEST(JsonRecordReader, ReadsOneAfterTheOther) {
  JsonRecordReader reader;
  EXPECT_FALSE(reader.Read(R"({"a":"cut)").ok());
  auto members = reader.Read("{}");
  ASSERT_TRUE(members.ok());
  EXPECT_THAT(*members, IsEmpty());
}

TEST(JsonRecordReader, RefusesWhatIsNoObjectAndSaysWhere) {
  JsonRecordReader reader;
  for (auto text : {"", "[]", "1", "null", "\"a\"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
                    "{'a':1}", "{\"a\":1} x", "{\"a\":01}", "{\"a\":nul}", "{\"a\":1.}",
                    "{\"a\":\"\xff\"}", "{\"a\":[1}", "[{\"a\":1}]", "[1,\"a\",[null]]", "true"}) {
    auto members = reader.Read(text);
    ASSERT_FALSE(members.ok()) << text;
    EXPECT_EQ(members.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(members.error().message, HasSubstr("the record is not"));
  }
  EXPECT_THAT(reader.Read("{\"a\":x}").error().message, HasSubstr("at byte 5"));
}

TEST(JsonRecordReader, RefusesEndlessNesting) {
  JsonRecordReader reader;
  std::string record = "{\"a\":" + std::string(100'000, '[');
  EXPECT_FALSE(reader.Read(record).ok());
}

}  // namespace
}  // namespace sluice
