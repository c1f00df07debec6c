#include "sluice/flow/condition.h"

#include <arrow/builder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sluice/flow/row_filter.h"
#include "sluice/flow/test_columns.h"

namespace sluice::flow {
namespace {

using enum DataType;
using enum Operator;
using ::testing::HasSubstr;
using Properties = std::map<std::string, std::string>;

Result<Condition> Make(DataType type, Operator op, Properties properties) {
  const Field field{.name = "f", .data_type = type};
  const Task task{.type = TaskType::kFilter,
                  .op = op,
                  .source_fields = {"f"},
                  .properties = std::move(properties)};
  auto filter = ToFilter(task, field);
  EXPECT_TRUE(filter.ok()) << filter.error().message;
  return Condition::Make(*filter, field);
}

// Of each row 1 or 0.
std::string Passing(DataType type, Operator op, Properties properties,
                    const std::vector<std::string>& values) {
  auto condition = Make(type, op, std::move(properties));
  if (!condition.ok()) return condition.error().message;
  std::string marks;
  for (uint8_t mark : condition->Passing(*Column(type, values))) {
    marks += static_cast<char>('0' + mark);
  }
  return marks;
}

// LESS_THAN to NOT_EQUAL_TO of one value, a word for each.
std::string All(DataType type, const Properties& value, const std::vector<std::string>& values) {
  std::string all;
  for (Operator op : {kLessThan, kLessThanOrEqualTo, kEqualTo, kGreaterThanOrEqualTo, kGreaterThan,
                      kNotEqualTo}) {
    all += (all.empty() ? "" : " ") + Passing(type, op, value, values);
  }
  return all;
}

TEST(Condition, ComparesTextsByteByByte) {
  EXPECT_EQ(All(kString, {{"VALUE", "b"}}, {R"("a")", R"("b")", R"("ba")", R"("B")", "null"}),
            "10010 11010 01000 01100 00100 10111");
  EXPECT_EQ(All(kString, {{"VALUE", "é"}}, {R"("z")", R"("é")", R"("𝄞")"}),
            "100 110 010 011 001 101");
  // As text, "10" is before "9".
  EXPECT_EQ(Passing(kString, kLessThan, {{"VALUE", "9"}}, {R"("10")"}), "1");
}

TEST(Condition, ContainsFindsAPartOfAText) {
  EXPECT_EQ(Passing(kString, kContains, {{"VALUE", "bc"}},
                    {R"("abcd")", R"("bc")", R"("BC")", R"("b c")", R"("")", "null"}),
            "110000");
  EXPECT_EQ(Passing(kString, kContains, {{"VALUES", "x,𝄞"}}, {R"("a𝄞")", R"("x")", R"("y")"}),
            "110");
}

TEST(Condition, ComparesNumbersToTheLastDigit) {
  EXPECT_EQ(All(kLong, {{"VALUE", "5.5"}}, {"5", "6", "null"}), "100 100 000 010 010 111");
  EXPECT_EQ(All(kLong, {{"VALUE", "9223372036854775808"}}, {"9223372036854775807"}), "1 1 0 0 0 1");
  EXPECT_EQ(All(kLong, {{"VALUE", "-1e30"}}, {"-9223372036854775808"}), "0 0 0 1 1 1");
  EXPECT_EQ(All(kBigDecimal, {{"VALUE", "1.5"}}, {"1.50", "15e-1", "1.49999999999999999999"}),
            "001 111 110 110 000 001");
  EXPECT_EQ(All(kBigInteger, {{"VALUE", "18446744073709551616"}}, {"18446744073709551615"}),
            "1 1 0 0 0 1");
}

TEST(Condition, ComparesADoubleByItsShortestText) {
  EXPECT_EQ(All(kDouble, {{"VALUE", "0.1"}}, {"0.1", "0.10000000000000002", "0", "null"}),
            "0010 1010 1000 1100 0100 0111");
  EXPECT_EQ(All(kDouble, {{"VALUE", "9007199254740993"}}, {"9007199254740992"}), "1 1 0 0 0 1");
  EXPECT_EQ(All(kDouble, {{"VALUE", "1e400"}}, {"1e308"}), "1 1 0 0 0 1");
  EXPECT_EQ(All(kDouble, {{"VALUE", "-1e400"}}, {"-1e308"}), "0 0 0 1 1 1");
  EXPECT_EQ(All(kDouble, {{"VALUE", "1e-400"}}, {"0", "1e-300"}), "10 10 00 01 01 11");
  EXPECT_EQ(All(kDouble, {{"VALUE", "-0"}}, {"0"}), "0 1 1 1 0 0");
  arrow::DoubleBuilder builder;
  ASSERT_TRUE(builder.AppendValues({std::nan(""), INFINITY}).ok());
  EXPECT_THAT(Make(kDouble, kNotEqualTo, {{"VALUE", "1"}})->Passing(**builder.Finish()),
              ::testing::ElementsAre(1, 1));
}

TEST(Condition, ComparesDatesTimesAndBooleans) {
  EXPECT_EQ(All(kDate, {{"VALUE", "2026-01-31"}},
                {R"("2026-01-30")", R"("2026-01-31")", R"("2026-02-01")", "null"}),
            "1000 1100 0100 0110 0010 1011");
  EXPECT_EQ(All(kDateTime, {{"VALUE", "1643760000123"}},
                {R"("2022-02-02T00:00:00.123Z")", R"("2022-02-02T01:00:00.123+01:00")",
                 R"("2022-02-02T00:00:00.123001Z")"}),
            "000 110 110 111 001 001");
  EXPECT_EQ(Passing(kBoolean, kEqualTo, {{"VALUE", "true"}}, {"true", "false", "null"}), "100");
  EXPECT_EQ(Passing(kBoolean, kNotEqualTo, {{"VALUE", "true"}}, {"true", "false", "null"}), "011");
}

TEST(Condition, BetweenIncludesBothEnds) {
  EXPECT_EQ(Passing(kLong, kBetween, {{"LOWER_BOUND", "2"}, {"UPPER_BOUND", "4"}},
                    {"1", "2", "3", "4", "5", "null"}),
            "011100");
  EXPECT_EQ(
      Passing(kDate, kBetween, {{"LOWER_BOUND", "2026-01-01"}, {"UPPER_BOUND", "1767225600000"}},
              {R"("2025-12-31")", R"("2026-01-01")", R"("2026-01-02")"}),
      "010");
}

TEST(Condition, ValuesAreAlternativesAndNotEqualMeansNoneOfThem) {
  EXPECT_EQ(Passing(kString, kEqualTo, {{"VALUES", "Hot,Warm"}},
                    {R"("Hot")", R"("Warm")", R"("Cold")", "null"}),
            "1100");
  EXPECT_EQ(Passing(kString, kNotEqualTo, {{"VALUES", "Hot,Warm"}},
                    {R"("Hot")", R"("Warm")", R"("Cold")", "null"}),
            "0011");
}

TEST(Condition, TextIsComparedAsItsDataTypeSays) {
  const Properties ten = {{"VALUE", "10"}, {"DATA_TYPE", "Double"}};
  EXPECT_EQ(All(kString, ten,
                {R"("9")", R"("10.0")", R"("1e1")", R"("11")", R"("ten")", R"("")", "null"}),
            "1000000 1110000 0110000 0111000 0001000 1001111");
  EXPECT_EQ(Passing(kString, kLessThan, {{"VALUE", "0.3"}, {"DATA_TYPE", "decimal"}},
                    {R"("0.29999999999999999999")", R"("1e99999999999999999999")"}),
            "10");
  EXPECT_EQ(Passing(kString, kGreaterThan, {{"VALUE", "2026-01-31"}, {"DATA_TYPE", "date"}},
                    {R"("2026-02-01")", R"("2026-01-31")", R"("2026-02-30")", R"("soon")"}),
            "1000");
  EXPECT_EQ(Passing(kString, kEqualTo, {{"VALUE", "1767225600000"}, {"DATA_TYPE", "datetime"}},
                    {R"("2026-01-01 00:00:00")", R"("2026-01-01T01:00:00+01:00")", R"("x")"}),
            "110");
  EXPECT_EQ(Passing(kString, kNotEqualTo, {{"VALUE", "true"}, {"DATA_TYPE", "boolean"}},
                    {R"("true")", R"("false")", R"("yes")"}),
            "011");
  EXPECT_EQ(Passing(kString, kEqualTo, {{"VALUE", "010"}, {"DATA_TYPE", "picklist"}},
                    {R"("10")", R"("010")"}),
            "01");
  // A field that has a type keeps it.
  EXPECT_EQ(Passing(kLong, kLessThan, {{"VALUE", "9"}, {"DATA_TYPE", "string"}}, {"10"}), "0");
}

TEST(Condition, RefusesOperatorsThatTheTypeDoesNotGoWith) {
  EXPECT_EQ(Passing(kLong, kContains, {{"VALUE", "1"}}, {}),
            "The Filter task on 'f' has the operator CONTAINS, which goes with text only: use a "
            "comparison.");
  EXPECT_THAT(Passing(kBoolean, kLessThan, {{"VALUE", "true"}}, {}),
              HasSubstr("EQUAL_TO and NOT_EQUAL_TO only"));
  for (DataType type : {kByteArray, kStruct, kMap, kList}) {
    EXPECT_THAT(Passing(type, kEqualTo, {{"VALUE", "1"}}, {}),
                HasSubstr("a field of type " + std::string(ToString(type))));
  }
}

}  // namespace
}  // namespace sluice::flow
