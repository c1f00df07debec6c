#include "sluice/tidb/literal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

using testing::HasSubstr;
using Kind = JsonValue::Kind;

std::string Literal(std::string_view type, Kind kind, std::string_view text) {
  std::string literal;
  Status appended = AppendLiteral(literal, ParseColumnType(type), JsonValue{kind, text});
  return appended.ok() ? literal : "error: " + appended.error().message;
}

std::string Comparable(std::string_view type, std::string_view text) {
  auto literal = ToComparable(ParseColumnType(type), JsonValue{Kind::kString, text});
  return literal.ok() ? *literal : "error: " + literal.error().message;
}

TEST(Literal, WholeNumbersComeInEveryForm) {
  EXPECT_EQ(Literal("bigint unsigned", Kind::kNumber, "18446744073709551615"),
            "18446744073709551615");
  EXPECT_EQ(Literal("int", Kind::kString, "-7"), "-7");
  EXPECT_EQ(Literal("int", Kind::kNumber, "3.5E8"), "350000000");
  EXPECT_EQ(Literal("int", Kind::kBoolean, "true"), "1");
  EXPECT_EQ(Literal("tinyint(1)", Kind::kString, "false"), "0");
  EXPECT_EQ(Literal("bit(1)", Kind::kBoolean, "true"), "1");
  EXPECT_EQ(Literal("bit(8)", Kind::kString, "65"), "65");
  EXPECT_EQ(Literal("int", Kind::kNumber, "1.5"), "error: '1.5' is not a whole number");
  EXPECT_EQ(Literal("int", Kind::kString, ""), "error: '' is not a whole number");
  EXPECT_EQ(Literal("int", Kind::kString, "true"), "error: 'true' is not a whole number");
  EXPECT_EQ(Literal("int", Kind::kString, "1; DROP TABLE t"),
            "error: '1; DROP TABLE t' is not a whole number");
  EXPECT_EQ(Literal("int", Kind::kDocument, "[1]"), "error: '[1]' is not a whole number");
}

TEST(Literal, DecimalsAreStoredFromTextAndComparedAsNumbers) {
  EXPECT_EQ(Literal("decimal(65,30)", Kind::kNumber, "1e-3"), "'1e-3'");
  EXPECT_EQ(Comparable("decimal(65,30)", "0.1"), "0.1");
  EXPECT_EQ(Literal("double", Kind::kString, "x"), "error: 'x' is not a number");
}

TEST(Literal, AFloatIsTheDoubleThatItIsExactly) {
  EXPECT_EQ(Literal("float", Kind::kNumber, "0.1"), "'0.10000000149011612'");
  EXPECT_EQ(Literal("float", Kind::kString, "3.4028235e38"), "'3.4028234663852886e+38'");
  EXPECT_EQ(Literal("float", Kind::kNumber, "1e39"), "'1e39'");
  EXPECT_EQ(Comparable("float", "0.1"), "0.10000000149011612");
  EXPECT_EQ(Literal("double", Kind::kNumber, "0.1"), "'0.1'");
}

TEST(Literal, TooLongIsSaidWithBothLengths) {
  EXPECT_EQ(Literal("varchar(3)", Kind::kString, "éééé"),
            "error: value too long (4 of 3 characters)");
  EXPECT_EQ(Literal("varchar(3)", Kind::kString, "ééé"), "'ééé'");
  EXPECT_EQ(Literal("varchar(3)", Kind::kString, "abc   "), "'abc   '");
  EXPECT_EQ(Literal("tinytext", Kind::kString, std::string(256, 'x')),
            "error: value too long (256 of 255 bytes)");
  EXPECT_EQ(Literal("binary(1)", Kind::kString, "AAA="), "error: value too long (2 of 1 bytes)");
}

TEST(Literal, TimesBecomeUtc) {
  EXPECT_EQ(Literal("datetime(6)", Kind::kString, "2024-01-01T00:30:00.5+01:00"),
            "'2023-12-31 23:30:00.500'");
  EXPECT_EQ(Literal("timestamp", Kind::kString, "2024-01-01"), "'2024-01-01 00:00:00'");
  for (const char* text : {"2024-01-01T00:30:07Z", "2024-01-01 00:30:07Z", "2024-01-01T00:30:07",
                           "2024-01-01T01:30:07+01"}) {
    EXPECT_EQ(Literal("datetime", Kind::kString, text), "'2024-01-01 00:30:07'") << text;
  }
  EXPECT_EQ(Literal("date", Kind::kString, "2024-02-29"), "'2024-02-29'");
  EXPECT_EQ(Literal("date", Kind::kString, "2024-01-01T00:30:00+01:00"), "'2023-12-31'");
  EXPECT_THAT(Literal("date", Kind::kString, "2023-02-29"), HasSubstr("is not a valid date"));
  EXPECT_THAT(Literal("datetime", Kind::kNumber, "5"), HasSubstr("is not a valid time"));
}

TEST(Literal, BinaryIsBase64) {
  EXPECT_EQ(Literal("blob", Kind::kString, "AP8="), "x'00ff'");
  EXPECT_EQ(Literal("blob", Kind::kString, ""), "x''");
  EXPECT_THAT(Literal("blob", Kind::kString, "not base64!"), HasSubstr("base64"));
  EXPECT_THAT(Literal("blob", Kind::kNumber, "1"), HasSubstr("base64"));
}

TEST(Literal, ANumberIsNoIndexOfAnEnumeration) {
  EXPECT_EQ(Literal("enum('a','1')", Kind::kNumber, "1"), "'1'");
  EXPECT_EQ(Literal("enum('a','b')", Kind::kNumber, "1"), "error: '1' is not one of 'a', 'b'");
  EXPECT_EQ(Literal("set('a','b')", Kind::kString, "a,b"), "'a,b'");
}

TEST(Literal, JsonIsTakenAsTextOrAsItIs) {
  EXPECT_EQ(Literal("json", Kind::kString, R"({"a":1})"), R"('{\"a\":1}')");
  EXPECT_EQ(Literal("json", Kind::kDocument, "[1,2]"), "'[1,2]'");
  EXPECT_EQ(Literal("text", Kind::kDocument, "[1,2]"), "'[1,2]'");
}

TEST(Literal, WhatIsComparedIsATimeOrANumberThatTheColumnCouldHold) {
  for (auto time : {"09:05:07", "-838:59:59", "0:00:00.000001", "99:59:59.123456"}) {
    EXPECT_EQ(Comparable("time(6)", time), "'" + std::string(time) + "'");
  }
  for (auto no_time : {"", "abc", "99:99:99", "1:2:3", "9:05:07.", "09:05:07.1234567", "0905"}) {
    EXPECT_THAT(Comparable("time", no_time), HasSubstr("not a valid time")) << no_time;
  }
  for (auto type : {"double", "float", "decimal(65,30)"}) {
    EXPECT_THAT(Comparable(type, "1e400"), HasSubstr("could hold")) << type;
    EXPECT_THAT(Comparable(type, "-2.5e3"), testing::Not(HasSubstr("error"))) << type;
  }
}

TEST(Literal, ALongValueIsShownInPart) {
  std::string error = Literal("int", Kind::kString, std::string(1000, 'x'));
  EXPECT_LT(error.size(), 100u);
}

}  // namespace
}  // namespace sluice::tidb
