#include "sluice/conformance/record.h"

#include <gtest/gtest.h>

namespace sluice::conformance {
namespace {

Value Document(const char* text) { return {JsonValue::Kind::kDocument, text}; }

TEST(Record, KeepsEveryDigitAndEveryCharacter) {
  const std::string text =
      R"({"a":12345678901234567890.123456789012345678901,"b":"é \" \\ 漢字","c":null,"d":[1,{"e":2}],"f":true})";
  auto record = ReadRecord(text);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(ToJson(*record), text);
  EXPECT_TRUE(ValueOf(*record, "missing").is_null());
  EXPECT_FALSE(ReadRecord("[1]").ok());
  EXPECT_FALSE(ReadRecord("{\"a\":").ok());
}

TEST(Record, NumbersCompareToTheLastDigit) {
  auto compare = [](const char* a, const char* b) {
    return *Compare(DataType::kBigDecimal, Value::Number(a), Value::Number(b));
  };
  EXPECT_EQ(compare("1.50", "1.5"), 0);
  EXPECT_EQ(compare("15e-1", "1.5"), 0);
  EXPECT_EQ(compare("0.0", "-0"), 0);
  EXPECT_EQ(compare("9007199254740993", "9007199254740992"), 1);
  EXPECT_EQ(compare("-2", "-10"), 1);
  EXPECT_EQ(compare("-1", "0"), -1);
  EXPECT_EQ(compare("0.01", "0.009"), 1);
  EXPECT_EQ(compare("1E+2", "99.999"), 1);
  EXPECT_EQ(compare("0001", "1"), 0);
  EXPECT_EQ(Compare(DataType::kLong, Value::String("many"), Value::Number("1")), std::nullopt);
  EXPECT_EQ(Compare(DataType::kLong, Value(), Value::Number("1")), std::nullopt);
}

TEST(Record, TimesCompareByTheirInstant) {
  EXPECT_EQ(Compare(DataType::kDateTime, Value::String("2024-02-29T10:00:00+01:00"),
                    Value::String("2024-02-29T09:00:00.000Z")),
            0);
}

TEST(Record, ValuesFitTheirTypesOrNot) {
  struct Case {
    DataType type;
    Value fits, does_not;
  };
  for (const Case& c : std::vector<Case>{
           {DataType::kString, Value::String(""), Value::Number("1")},
           {DataType::kShort, Value::Number("-32768"), Value::Number("32768")},
           {DataType::kInteger, Value::Number("2147483647"), Value::Number("2147483648")},
           {DataType::kLong, Value::Number("-9223372036854775808"),
            Value::Number("9223372036854775808")},
           {DataType::kBigInteger, Value::Number("1e30"), Value::Number("1.5")},
           {DataType::kBigDecimal, Value::String("1.5"), Value::String("1,5")},
           {DataType::kDouble, Value::Number("1e300"), Value::String("NaN")},
           {DataType::kBoolean, {JsonValue::Kind::kBoolean, "true"}, Value::String("yes")},
           {DataType::kDate, Value::String("2024-02-29"), Value::String("2023-02-29")},
           {DataType::kDateTime, Value::String("2011-12-03T10:15:30"), Value::String("today")},
           {DataType::kByteArray, Value::String("AP+A"), Value::String("#")},
           {DataType::kList, Document("[1]"), Document("{}")},
           {DataType::kStruct, Document("{}"), Value::String("{}")},
           {DataType::kMap, Document("{}"), Document("[]")}}) {
    EXPECT_FALSE(FindMisfit(c.type, c.fits)) << ToString(c.type);
    EXPECT_FALSE(FindMisfit(c.type, Value())) << ToString(c.type);
    auto misfit = FindMisfit(c.type, c.does_not);
    ASSERT_TRUE(misfit) << ToString(c.type);
    EXPECT_FALSE(misfit->is_number_as_text);
  }
  EXPECT_TRUE(FindMisfit(DataType::kLong, Value::String("12"))->is_number_as_text);
}

TEST(Record, WhatWasWrittenIsTheSameInOtherWords) {
  EXPECT_TRUE(AreSame(DataType::kBigDecimal, Value::Number("1.50"), Value::String("1.5")));
  EXPECT_TRUE(AreSame(DataType::kFloat, Value::Number("1.1"), Value::Number("1.10000002")));
  EXPECT_FALSE(AreSame(DataType::kDouble, Value::Number("1.1"), Value::Number("1.10000002")));
  EXPECT_TRUE(
      AreSame(DataType::kStruct, Document(R"({"a":1,"b":2})"), Document(R"({"b": 2, "a": 1})")));
  EXPECT_FALSE(AreSame(DataType::kString, Value::String("é"), Value::String("e")));
  EXPECT_FALSE(AreSame(DataType::kString, Value::String(""), Value()));
  EXPECT_TRUE(AreSame(DataType::kString, Value(), Value()));
}

}  // namespace
}  // namespace sluice::conformance
