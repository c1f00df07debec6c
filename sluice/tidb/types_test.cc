#include "sluice/tidb/types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = JsonValue::Kind;

std::string Json(std::string_view type, std::string_view printed) {
  std::string json;
  Status added = AppendJson(json, ParseColumnType(type), printed);
  return added.ok() ? json : "error: " + added.error().message;
}

std::string Literal(std::string_view type, Kind kind, std::string_view text) {
  auto literal = ToLiteral(ParseColumnType(type), JsonValue{kind, text});
  return literal.ok() ? *literal : "error: " + literal.error().message;
}

std::string Comparable(std::string_view type, std::string_view text) {
  auto literal = ToComparable(ParseColumnType(type), JsonValue{Kind::kString, text});
  return literal.ok() ? *literal : "error: " + literal.error().message;
}

TEST(Types, EachTypeHasAWordOfAppFlow) {
  using enum DataType;
  const std::pair<const char*, DataType> types[] = {{"tinyint(1)", kBoolean},
                                                    {"tinyint", kShort},
                                                    {"tinyint unsigned", kShort},
                                                    {"smallint", kShort},
                                                    {"smallint unsigned", kInteger},
                                                    {"mediumint", kInteger},
                                                    {"int", kInteger},
                                                    {"int(11)", kInteger},
                                                    {"int unsigned", kLong},
                                                    {"int(10) unsigned zerofill", kLong},
                                                    {"bigint", kLong},
                                                    {"bigint unsigned", kBigInteger},
                                                    {"year(4)", kShort},
                                                    {"bit(1)", kBoolean},
                                                    {"bit(8)", kLong},
                                                    {"bit(64)", kBigInteger},
                                                    {"decimal(65,30)", kBigDecimal},
                                                    {"float", kFloat},
                                                    {"double", kDouble},
                                                    {"char(3)", kString},
                                                    {"varchar(255)", kString},
                                                    {"longtext", kString},
                                                    {"enum('a')", kString},
                                                    {"set('a','b')", kString},
                                                    {"time(6)", kString},
                                                    {"json", kString},
                                                    {"binary(16)", kByteArray},
                                                    {"blob", kByteArray},
                                                    {"date", kDate},
                                                    {"datetime(6)", kDateTime},
                                                    {"timestamp", kDateTime},
                                                    {"vector(3)", kList},
                                                    {"vector", kList},
                                                    {"geometry", kString}};
  for (auto [sql, type] : types) {
    EXPECT_EQ(ToString(DataTypeOf(ParseColumnType(sql))), ToString(type)) << sql;
  }
}

TEST(Types, ConstraintsSayLengthsRangesAndMembers) {
  EXPECT_EQ(ConstraintsOf(ParseColumnType("varchar(255)"))->max_length, "255");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("text"))->max_length, "65535");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("tinyint"))->min_value, "-128");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("tinyint"))->max_value, "127");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bigint"))->min_value, "-9223372036854775808");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bigint unsigned"))->max_value, "18446744073709551615");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bigint unsigned"))->min_value, "0");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(5,2)"))->max_value, "999.99");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(5,2)"))->min_value, "-999.99");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(2,2)"))->max_value, "0.99");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(10,0)"))->max_value, "9999999999");
  EXPECT_THAT(ConstraintsOf(ParseColumnType("enum('a','b''c','d,e','(f)')"))->allowed_values,
              ElementsAre("a", "b'c", "d,e", "(f)"));
  EXPECT_FALSE(ConstraintsOf(ParseColumnType("datetime")));
}

TEST(Types, ValuesBecomeJsonWithoutLoss) {
  EXPECT_EQ(Json("bigint unsigned", "18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Json("decimal(65,30)", "-0.000000000000000000000000000001"),
            "-0.000000000000000000000000000001");
  EXPECT_EQ(Json("int(5) unsigned zerofill", "00042"), "42");
  EXPECT_EQ(Json("int(5) unsigned zerofill", "00000"), "0");
  EXPECT_EQ(Json("float", "1.0000000200408773e20"), "1e+20");
  EXPECT_EQ(Json("float", "3.4028234663852886e38"), "3.4028235e+38");
  EXPECT_EQ(Json("float", "0.10000000149011612"), "0.1");
  EXPECT_EQ(Json("tinyint(1)", "1"), "true");
  EXPECT_EQ(Json("tinyint(1)", "0"), "false");
  EXPECT_EQ(Json("tinyint(1)", "-5"), "true");
  EXPECT_EQ(Json("tinyint(1)", "127"), "true");
  EXPECT_EQ(Json("tinyint", "1"), "1");
  EXPECT_EQ(Json("bit(1)", "\x01"), "true");
  EXPECT_EQ(Json("bit(12)", "\x0a\xff"), "2815");
  EXPECT_EQ(Json("bit(64)", std::string(8, '\xff')), "18446744073709551615");
  EXPECT_EQ(Json("year(4)", "0000"), "0");
  EXPECT_EQ(Json("blob", std::string("\0\xff", 2)), "\"AP8=\"");
  EXPECT_EQ(Json("date", "2024-02-29"), "\"2024-02-29\"");
  EXPECT_EQ(Json("datetime(6)", "2024-02-29 23:59:59.123456"), "\"2024-02-29T23:59:59.123456Z\"");
  EXPECT_EQ(Json("timestamp", "2024-02-29 23:59:59"), "\"2024-02-29T23:59:59Z\"");
  EXPECT_EQ(Json("time(6)", "-838:59:59.000000"), "\"-838:59:59.000000\"");
  EXPECT_EQ(Json("varchar(9)", "é\"\n"), "\"é\\\"\\n\"");
  EXPECT_EQ(Json("json", R"({"a": 1})"), R"("{\"a\": 1}")");
  EXPECT_EQ(Json("vector(2)", "[1,2.5]"), "[1,2.5]");
}

TEST(Types, BytesThatAreNoUtf8AreRefused) {
  for (std::string_view text :
       {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80", "\x80"}) {
    EXPECT_THAT(Json("text", text), HasSubstr("UTF-8"));
  }
  EXPECT_EQ(Json("text", "é€😀"), "\"é€😀\"");
}

TEST(Types, WholeNumbersComeInEveryForm) {
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

TEST(Types, DecimalsAreStoredFromTextAndComparedAsNumbers) {
  EXPECT_EQ(Literal("decimal(65,30)", Kind::kNumber, "1e-3"), "'1e-3'");
  EXPECT_EQ(Comparable("decimal(65,30)", "0.1"), "0.1");
  EXPECT_EQ(Literal("double", Kind::kString, "x"), "error: 'x' is not a number");
}

TEST(Types, AFloatIsTheDoubleThatItIsExactly) {
  EXPECT_EQ(Literal("float", Kind::kNumber, "0.1"), "'0.10000000149011612'");
  EXPECT_EQ(Literal("float", Kind::kString, "3.4028235e38"), "'3.4028234663852886e+38'");
  EXPECT_EQ(Literal("float", Kind::kNumber, "1e39"), "'1e39'");
  EXPECT_EQ(Comparable("float", "0.1"), "0.10000000149011612");
  EXPECT_EQ(Literal("double", Kind::kNumber, "0.1"), "'0.1'");
}

TEST(Types, TooLongIsSaidWithBothLengths) {
  EXPECT_EQ(Literal("varchar(3)", Kind::kString, "éééé"),
            "error: value too long (4 of 3 characters)");
  EXPECT_EQ(Literal("varchar(3)", Kind::kString, "ééé"), "'ééé'");
  EXPECT_EQ(Literal("varchar(3)", Kind::kString, "abc   "), "'abc   '");
  EXPECT_EQ(Literal("tinytext", Kind::kString, std::string(256, 'x')),
            "error: value too long (256 of 255 bytes)");
  EXPECT_EQ(Literal("binary(1)", Kind::kString, "AAA="), "error: value too long (2 of 1 bytes)");
}

TEST(Types, TimesBecomeUtc) {
  EXPECT_EQ(Literal("datetime(6)", Kind::kString, "2024-01-01T00:30:00.5+01:00"),
            "'2023-12-31 23:30:00.500000'");
  EXPECT_EQ(Literal("timestamp", Kind::kString, "2024-01-01"), "'2024-01-01 00:00:00.000000'");
  EXPECT_EQ(Literal("date", Kind::kString, "2024-02-29"), "'2024-02-29'");
  EXPECT_EQ(Literal("date", Kind::kString, "2024-01-01T00:30:00+01:00"), "'2023-12-31'");
  EXPECT_THAT(Literal("date", Kind::kString, "2023-02-29"), HasSubstr("is not a valid date"));
  EXPECT_THAT(Literal("datetime", Kind::kNumber, "5"), HasSubstr("is not a valid time"));
}

TEST(Types, BinaryIsBase64) {
  EXPECT_EQ(Literal("blob", Kind::kString, "AP8="), "x'00ff'");
  EXPECT_EQ(Literal("blob", Kind::kString, ""), "x''");
  EXPECT_THAT(Literal("blob", Kind::kString, "not base64!"), HasSubstr("base64"));
  EXPECT_THAT(Literal("blob", Kind::kNumber, "1"), HasSubstr("base64"));
}

TEST(Types, ANumberIsNoIndexOfAnEnumeration) {
  EXPECT_EQ(Literal("enum('a','1')", Kind::kNumber, "1"), "'1'");
  EXPECT_EQ(Literal("enum('a','b')", Kind::kNumber, "1"), "error: '1' is not one of 'a', 'b'");
  EXPECT_EQ(Literal("set('a','b')", Kind::kString, "a,b"), "'a,b'");
}

TEST(Types, JsonIsTakenAsTextOrAsItIs) {
  EXPECT_EQ(Literal("json", Kind::kString, R"({"a":1})"), R"('{\"a\":1}')");
  EXPECT_EQ(Literal("json", Kind::kDocument, "[1,2]"), "'[1,2]'");
  EXPECT_EQ(Literal("text", Kind::kDocument, "[1,2]"), "'[1,2]'");
}

TEST(Types, ALongValueIsShownInPart) {
  std::string error = Literal("int", Kind::kString, std::string(1000, 'x'));
  EXPECT_LT(error.size(), 100u);
}

}  // namespace
}  // namespace sluice::tidb
