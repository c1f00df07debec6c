#include "sluice/connector/records.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "sluice/connector/number.h"

namespace sluice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<arrow::Schema> Schema(
    std::initializer_list<std::pair<const char*, DataType>> columns) {
  arrow::FieldVector fields;
  for (const auto& [name, type] : columns) fields.push_back(ToArrowField(name, type));
  return arrow::schema(fields);
}

// A column "v" of this type that is given `json` and written again.
Result<std::string> ThereAndBack(DataType type, const std::string& json) {
  std::string record = "{\"v\":" + json + "}";
  SLUICE_ASSIGN(auto batch, RecordsFromJson(Schema({{"v", type}}), {record}));
  SLUICE_ASSIGN(auto records, RecordsToJson(*batch));
  return records.at(0).substr(5, records.at(0).size() - 6);
}

struct Case {
  DataType type;
  std::string json, again;
};

TEST(Records, EveryTypeComesBackAsTheTableSays) {
  using enum DataType;
  const Case cases[] = {
      {kString, R"("")", R"("")"},
      {kString, R"("é \"q\" \\ \n \u0001 𝄞")", R"("é \"q\" \\ \n \u0001 𝄞")"},
      {kString, R"("\ud834\udd1e \/")", R"("𝄞 /")"},
      {kString, "5.10", R"("5.10")"},
      {kString, R"({"a": [1]})", R"("{\"a\": [1]}")"},
      {kBoolean, "true", "true"},
      {kBoolean, R"("false")", "false"},
      {kShort, "-32768", "-32768"},
      {kInteger, "5.0", "5"},
      {kInteger, "1e3", "1000"},
      {kLong, "9223372036854775807", "9223372036854775807"},
      {kLong, R"("-9223372036854775808")", "-9223372036854775808"},
      {kBigInteger, "18446744073709551616", "18446744073709551616"},
      {kBigInteger, "12e2", "1200"},
      {kBigDecimal, "0.10", "0.10"},
      {kBigDecimal, "12345678901234567890.123456789012345678901234567890",
       "12345678901234567890.123456789012345678901234567890"},
      {kDouble, "0.1", "0.1"},
      {kDouble, "1.7976931348623157e308", "1.7976931348623157e+308"},
      {kDouble, "5e-324", "5e-324"},
      {kDouble, "13000000", "13000000"},
      {kDouble, "-0.0", "0"},
      {kFloat, " 2.5 ", "2.5"},
      {kDate, R"("0001-01-01")", R"("0001-01-01")"},
      {kDate, R"("9999-12-31")", R"("9999-12-31")"},
      {kDateTime, R"("2026-01-31T09:05:07.123456Z")", R"("2026-01-31T09:05:07.123456Z")"},
      {kDateTime, R"("1969-12-31T23:59:59.000+0000")", R"("1969-12-31T23:59:59Z")"},
      {kByteArray, R"("AP8=")", R"("AP8=")"},
      {kStruct, R"({"a":{"b":null}})", R"({"a":{"b":null}})"},
      {kMap, R"("{\"a\":1}")", R"({"a":1})"},
      {kList, "[1, 2.50]", "[1, 2.50]"},
      {kList, "[]", "[]"},
  };
  for (const Case& c : cases) {
    auto again = ThereAndBack(c.type, c.json);
    ASSERT_TRUE(again.ok()) << c.json << ": " << again.error().message;
    EXPECT_EQ(*again, c.again) << ToString(c.type);
    EXPECT_EQ(*ThereAndBack(c.type, *again), *again) << ToString(c.type);
    EXPECT_EQ(*ThereAndBack(c.type, "null"), "null") << ToString(c.type);
  }
}

TEST(Records, WhatDoesNotFitItsColumnIsRefused) {
  using enum DataType;
  const std::pair<DataType, std::string> cases[] = {
      {kBoolean, "1"},
      {kBoolean, R"("yes")"},
      {kInteger, "5.5"},
      {kLong, "9223372036854775808"},
      {kLong, R"("")"},
      {kLong, R"("007")"},
      {kLong, R"(" 5")"},
      {kLong, "true"},
      {kBigInteger, "1.5"},
      {kBigInteger, "1e2000"},
      {kBigDecimal, R"("1,5")"},
      {kDouble, "1e400"},
      {kDouble, R"("NaN")"},
      {kDate, R"("2026-02-30")"},
      {kDate, "20260131"},
      {kDateTime, R"("yesterday")"},
      {kByteArray, R"("a!")"},
      {kStruct, "[1]"},
      {kList, R"("[1")"},
      {kStruct, "5"},
      {kLong, "{}"},
  };
  for (const auto& [type, json] : cases) {
    auto again = ThereAndBack(type, json);
    ASSERT_FALSE(again.ok()) << ToString(type) << " took " << json << " as " << *again;
    EXPECT_EQ(again.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(again.error().message, HasSubstr("record 0: member 'v'"));
    EXPECT_THAT(again.error().message, HasSubstr(std::string(ToString(type))));
  }
}

TEST(Records, TextThatIsNotOneJsonObjectIsRefused) {
  for (const char* record : {"",
                             " ",
                             "5",
                             "[]",
                             "null",
                             "{",
                             R"({"v")",
                             R"({"v":)",
                             R"({"v":1)",
                             R"({"v":1,})",
                             R"({"v":1}})",
                             R"({"v":1} x)",
                             R"({"v":1 2})",
                             R"({"v":tru})",
                             R"({"v":01})",
                             R"({"v":"a)",
                             R"({"v":"\ud834"})",
                             "{\"v\":\"\xff\"}",
                             R"({"w":{"a":[1,]}, "v":1]})",
                             R"({"v":{"a":tru}})",
                             R"({"v":1,"v":2})"}) {
    EXPECT_FALSE(RecordsFromJson(Schema({{"v", DataType::kString}}), {record}).ok()) << record;
  }
}

TEST(Records, ErrorsNameRecordMemberAndAShortenedValue) {
  auto schema = Schema({{"id", DataType::kLong}});
  std::string longtext(100, 'x');
  std::string bad = R"({"id":")" + longtext + R"("})";
  auto batch = RecordsFromJson(schema, {R"({"id":1})", bad});
  EXPECT_EQ(batch.error().message, "record 1: member 'id': '" + std::string(40, 'x') +
                                       "…' is not a whole number of 64 bits (the field is of "
                                       "type Long)");
}

TEST(Records, MissingMembersAreNullAndOthersIgnored) {
  auto schema = Schema({{"a", DataType::kLong}, {"b", DataType::kString}});
  auto batch = RecordsFromJson(schema, {R"({"c":{"a":9},"b":"x"})", "{}", R"({"b":null,"a":2})"});
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  EXPECT_THAT(
      *RecordsToJson(**batch),
      ElementsAre(R"({"a":null,"b":"x"})", R"({"a":null,"b":null})", R"({"a":2,"b":null})"));
}

TEST(Records, NoRecordsAreAnEmptyBatch) {
  auto batch = RecordsFromJson(Schema({{"a", DataType::kLong}}), {});
  EXPECT_EQ((*batch)->num_rows(), 0);
  EXPECT_TRUE(RecordsToJson(**batch)->empty());
}

TEST(Records, MemberNamesAreEscapedAndUnescaped) {
  auto batch = RecordsFromJson(Schema({{"a\"é", DataType::kLong}}), {R"({"a\"\u00e9":1})"});
  EXPECT_THAT(*RecordsToJson(**batch), ElementsAre(R"({"a\"é":1})"));
}

TEST(Records, WhatJsonCannotSayIsAnErrorNotAGuess) {
  arrow::DoubleBuilder doubles;
  ASSERT_TRUE(doubles.Append(std::numeric_limits<double>::quiet_NaN()).ok());
  auto nan = arrow::RecordBatch::Make(Schema({{"v", DataType::kDouble}}), 1, {*doubles.Finish()});
  EXPECT_THAT(RecordsToJson(*nan).error().message, HasSubstr("record 0, member \"v\""));

  arrow::Int32Builder ints;
  ASSERT_TRUE(ints.Append(1).ok());
  auto narrow = arrow::RecordBatch::Make(arrow::schema({arrow::field("v", arrow::int32())}), 1,
                                         {*ints.Finish()});
  EXPECT_THAT(RecordsToJson(*narrow).error().message, HasSubstr("int32"));
}

TEST(Records, SchemaOfNamesAFieldThatIsNotThere) {
  EntityDefinition entity;
  entity.entity.identifier = "Account";
  entity.fields = {{.name = "Id"}, {.name = "Revenue", .data_type = DataType::kBigDecimal}};
  auto schema = SchemaOf(entity, {"Revenue", "Id"});
  EXPECT_EQ((*schema)->field(0)->name(), "Revenue");
  EXPECT_EQ(DataTypeOf(*(*schema)->field(0)), DataType::kBigDecimal);
  EXPECT_EQ(SchemaOf(entity, {"Rating"}).error().message, "'Account' has no field 'Rating'");
}

TEST(Records, AColumnWithoutMetadataHasTheNearestType) {
  EXPECT_EQ(DataTypeOf(*arrow::field("v", arrow::int32())), DataType::kInteger);
  EXPECT_EQ(DataTypeOf(*arrow::field("v", arrow::decimal128(10, 2))), DataType::kBigDecimal);
  EXPECT_EQ(DataTypeOf(*arrow::field("v", arrow::utf8())), DataType::kString);
}

TEST(Number, FollowsJsonsGrammar) {
  for (const char* number : {"0", "-0", "5", "-5.10", "1e3", "1E-3", "0.0e+0"}) {
    EXPECT_TRUE(IsNumber(number)) << number;
  }
  for (const char* other :
       {"", "-", "+5", "007", ".5", "5.", "1e", "1e+", "0x1", "NaN", "1 ", "١"}) {
    EXPECT_FALSE(IsNumber(other)) << other;
  }
}

TEST(Number, ConvertsExactlyOrNotAtAll) {
  EXPECT_EQ(ToInt64("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(ToInt64("9223372036854775808"), std::nullopt);
  EXPECT_EQ(ToInt64("5.000e0"), 5);
  EXPECT_EQ(ToInt64("0.5e1"), 5);
  EXPECT_EQ(ToInt64("0.5"), std::nullopt);
  EXPECT_EQ(ToInt64("0e99999999999999999999"), 0);
  EXPECT_EQ(ToInt64("1e99999999999999999999"), std::nullopt);
  EXPECT_EQ(ToWholeNumber("-120.0"), "-120");
  EXPECT_EQ(ToWholeNumber("1e-99999999999999999999"), std::nullopt);
  EXPECT_EQ(ToDouble("1e-400"), std::nullopt);
  EXPECT_EQ(ToDouble("0e-400"), 0.0);
  EXPECT_EQ(ToExactDouble("0.10"), 0.1);
  EXPECT_EQ(ToExactDouble("2021653915065850624"), 2021653915065850624.0);
  EXPECT_EQ(ToExactDouble("2021653915065850600"), std::nullopt);
  EXPECT_EQ(ToExactDouble("1e300"), 1e300);
  EXPECT_EQ(ToExactFloat("-117217072"), -117217072.0f);
  EXPECT_EQ(ToExactFloat("-117217070"), std::nullopt);
  EXPECT_EQ(ToExactDouble("9007199254740993"), std::nullopt);
  EXPECT_EQ(ToExactDouble("1e400"), std::nullopt);
  EXPECT_EQ(ToExactFloat("0.1"), 0.1f);
  EXPECT_EQ(ToExactFloat("16777217"), std::nullopt);
  EXPECT_TRUE(SameNumber("1.50", "15e-1"));
  EXPECT_TRUE(SameNumber("-0", "0.000"));
  EXPECT_FALSE(SameNumber("1", "-1"));
  EXPECT_FALSE(SameNumber("0.1", "0.10000000000000001"));
}

TEST(Number, FormatsShortestAndReadsBack) {
  EXPECT_EQ(FormatNumber(0.1), "0.1");
  EXPECT_EQ(FormatNumber(1e20), "100000000000000000000");
  EXPECT_EQ(FormatNumber(1e21), "1e+21");
  EXPECT_EQ(FormatNumber(1e-7), "0.0000001");
  EXPECT_EQ(FormatNumber(-0.0), "0");
  EXPECT_EQ(FormatNumber(0.1f), "0.1");
}

}  // namespace
}  // namespace sluice
