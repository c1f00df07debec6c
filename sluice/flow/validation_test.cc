#include "sluice/flow/validation.h"

#include <arrow/builder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sluice/flow/test_columns.h"

namespace sluice::flow {
namespace {

using enum DataType;
using enum Operator;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Validation Make(Operator op, const std::string& action = "DropRecord") {
  auto validation = Validation::Make({.type = TaskType::kValidate,
                                      .op = op,
                                      .source_fields = {"Name"},
                                      .properties = {{"VALIDATION_ACTION", action}}});
  EXPECT_TRUE(validation.ok()) << validation.error().message;
  return *validation;
}

RowMarks Passing(Operator op, DataType type, const std::vector<std::string>& values) {
  return Make(op).Passing(*Column(type, values));
}

TEST(Validation, NonNullWantsAValue) {
  EXPECT_THAT(Passing(kValidateNonNull, kString, {R"("a")", R"("")", "null", R"(" ")"}),
              ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(Passing(kValidateNonNull, kLong, {"0", "null"}), ElementsAre(1, 0));
  EXPECT_THAT(Passing(kValidateNonNull, kBoolean, {"false", "null"}), ElementsAre(1, 0));
  EXPECT_THAT(Passing(kValidateNonNull, kByteArray, {R"("")", "null"}), ElementsAre(1, 0));
}

TEST(Validation, NumericWantsANumber) {
  EXPECT_THAT(Passing(kValidateNumeric, kString,
                      {R"("5")", R"("-0.50")", R"("1e3")", R"("")", R"("abc")", R"("1,000")",
                       R"(" 5")", R"("NaN")", R"("+5")", "null"}),
              ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_THAT(Passing(kValidateNumeric, kDouble, {"0.5", "null"}), ElementsAre(1, 1));
}

TEST(Validation, NonZeroWantsANumberThatIsNotZero) {
  EXPECT_THAT(Passing(kValidateNonZero, kString,
                      {R"("0")", R"("-0.00e5")", R"("0.01")", R"("-1")", R"("x")", "null"}),
              ElementsAre(0, 0, 1, 1, 0, 1));
  EXPECT_THAT(Passing(kValidateNonZero, kLong, {"0", "-9223372036854775808", "null"}),
              ElementsAre(0, 1, 1));
  EXPECT_THAT(Passing(kValidateNonZero, kDouble, {"0.0", "-0.0", "1e-300"}), ElementsAre(0, 0, 1));
  EXPECT_THAT(Passing(kValidateNonZero, kBigDecimal, {"0.000", "1e-999"}), ElementsAre(0, 1));
}

TEST(Validation, NonNegativeWantsANumberFromZero) {
  EXPECT_THAT(Passing(kValidateNonNegative, kString,
                      {R"("0")", R"("-0")", R"("5")", R"("-0.01")", R"("x")", "null"}),
              ElementsAre(1, 1, 1, 0, 0, 1));
  EXPECT_THAT(Passing(kValidateNonNegative, kShort, {"-1", "0"}), ElementsAre(0, 1));
  EXPECT_THAT(Passing(kValidateNonNegative, kDouble, {"-0.5", "0.5"}), ElementsAre(0, 1));
}

TEST(Validation, WhatIsNoNumberFailsItAsADoubleToo) {
  arrow::DoubleBuilder builder;
  ASSERT_TRUE(builder.AppendValues({std::nan(""), INFINITY, 1}).ok());
  EXPECT_THAT(Make(kValidateNumeric).Passing(**builder.Finish()), ElementsAre(0, 0, 1));
}

TEST(Validation, ChecksOfNumbersGoWithNumbersAndText) {
  for (DataType type :
       {kString, kShort, kInteger, kLong, kBigInteger, kBigDecimal, kFloat, kDouble}) {
    EXPECT_TRUE(Make(kValidateNonZero).GoesWith(type)) << ToString(type);
  }
  for (DataType type : {kBoolean, kByteArray, kDate, kDateTime, kStruct, kMap, kList}) {
    EXPECT_FALSE(Make(kValidateNumeric).GoesWith(type)) << ToString(type);
    EXPECT_TRUE(Make(kValidateNonNull).GoesWith(type)) << ToString(type);
  }
}

TEST(Validation, DropsTheRecordOrEndsTheRun) {
  EXPECT_FALSE(Make(kValidateNonNull).ends_run());
  EXPECT_TRUE(Make(kValidateNonNull, "DropDataset").ends_run());
  Task task{.type = TaskType::kValidate, .op = kValidateNonNull, .source_fields = {"Name"}};
  EXPECT_THAT(Validation::Make(task).error().message,
              HasSubstr("The Validate task on 'Name' needs the task property VALIDATION_ACTION"));
  task.properties["VALIDATION_ACTION"] = "Ignore";
  EXPECT_EQ(Validation::Make(task).error().message,
            "The Validate task on 'Name' has the VALIDATION_ACTION 'Ignore'; it can be DropRecord "
            "or DropDataset.");
}

}  // namespace
}  // namespace sluice::flow
