#include "sluice/flow/arithmetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "sluice/connector/number.h"
#include "sluice/flow/small_number.h"
#include "sluice/flow/test_columns.h"

namespace sluice::flow {
namespace {

using enum DataType;
using enum Operator;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Arithmetic Make(Operator op) {
  return *Arithmetic::Make({.type = TaskType::kArithmetic, .op = op, .source_fields = {"a", "b"}});
}

// Of two numbers as texts; a misfit's reason where there is one.
std::string Result_(Operator op, const std::string& a, const std::string& b,
                    DataType type = kString) {
  const auto quote = [&](const std::string& text) {
    return type == kString && text != "null" ? '"' + text + '"' : text;
  };
  auto outcome = Make(op).Apply(*Column(type, {quote(a)}), *Column(type, {quote(b)}));
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  if (!outcome->misfits.empty()) {
    EXPECT_TRUE(outcome->values->IsNull(0));
    return outcome->misfits[0].reason;
  }
  return Json(kBigDecimal, outcome->values)[0];
}

TEST(Arithmetic, IsExact) {
  EXPECT_EQ(Result_(kAddition, "0.1", "0.2"), "0.3");
  EXPECT_EQ(Result_(kAddition, "1.50", "2"), "3.50");
  EXPECT_EQ(Result_(kAddition, "1.5", "-1.50"), "0.00");
  EXPECT_EQ(Result_(kSubtraction, "0.05", "1"), "-0.95");
  EXPECT_EQ(Result_(kSubtraction, "0", "0.00"), "0.00");
  EXPECT_EQ(Result_(kMultiplication, "1.50", "2.0"), "3.000");
  EXPECT_EQ(Result_(kMultiplication, "-0.001", "0.001"), "-0.000001");
  EXPECT_EQ(Result_(kMultiplication, "-5", "0"), "0");
  EXPECT_EQ(Result_(kMultiplication, "999999999999999999", "999999999999999999"),
            "999999999999999998000000000000000001");
  EXPECT_EQ(Result_(kAddition, "999999999999999999", "0.000000000000000001"),
            "999999999999999999.000000000000000001");
}

TEST(Arithmetic, IsExactBeyondMachineWords) {
  EXPECT_EQ(Result_(kAddition, "9223372036854775807", "1"), "9223372036854775808");
  EXPECT_EQ(Result_(kMultiplication, "99999999999999999999999999999999999999",
                    "-99999999999999999999999999999999999999"),
            "-9999999999999999999999999999999999999800000000000000000000000000000000000001");
  EXPECT_EQ(Result_(kAddition, "1e20", "1"), "100000000000000000001");
  EXPECT_EQ(Result_(kAddition, "1.5e1", "0"), "15");
  EXPECT_EQ(Result_(kSubtraction, "1", "1e-20"), "0.99999999999999999999");
  EXPECT_EQ(Result_(kAddition, "0e5", "0.00e-999999"), std::string("0.") + std::string(1000, '0'));
  EXPECT_EQ(Result_(kMultiplication, "0.0000000000000000000000001", "-0"),
            "0.0000000000000000000000000");
}

TEST(Arithmetic, RoundsQuotientsTo34DigitsHalfToEven) {
  EXPECT_EQ(Result_(kDivision, "10", "4"), "2.5");
  EXPECT_EQ(Result_(kDivision, "10.00", "5"), "2");
  EXPECT_EQ(Result_(kDivision, "3000", "0.1"), "30000");
  EXPECT_EQ(Result_(kDivision, "0", "-7"), "0");
  EXPECT_EQ(Result_(kDivision, "-1", "8"), "-0.125");
  EXPECT_EQ(Result_(kDivision, "1", "3"), "0.3333333333333333333333333333333333");
  EXPECT_EQ(Result_(kDivision, "-2", "3"), "-0.6666666666666666666666666666666667");
  EXPECT_EQ(Result_(kDivision, "2000", "3"), "666.6666666666666666666666666666667");
  EXPECT_EQ(Result_(kDivision, "1", "999999999999999999"),
            "0.000000000000000001000000000000000001");
  // One digit too many, a five: to the even neighbour.
  EXPECT_EQ(Result_(kDivision, "1234567890123456789012345678901234.5", "1"),
            "1234567890123456789012345678901234");
  EXPECT_EQ(Result_(kDivision, "1234567890123456789012345678901233.5", "1"),
            "1234567890123456789012345678901234");
  EXPECT_EQ(Result_(kDivision, "1234567890123456789012345678901234.500000000001", "1"),
            "1234567890123456789012345678901235");
  EXPECT_EQ(Result_(kDivision, "9999999999999999999999999999999999.5", "1"),
            "10000000000000000000000000000000000");
  EXPECT_EQ(Result_(kDivision, "1e40", "1"), "1" + std::string(40, '0'));
  EXPECT_EQ(Result_(kDivision, "1e-40", "3"),
            "0." + std::string(40, '0') + "3333333333333333333333333333333333");
}

TEST(Arithmetic, TakesAllTypesOfNumbers) {
  EXPECT_EQ(Result_(kAddition, "9223372036854775807", "-9223372036854775807", kLong), "0");
  EXPECT_EQ(Result_(kMultiplication, "-9223372036854775808", "-9223372036854775808", kLong),
            "85070591730234615865843651857942052864");
  EXPECT_EQ(Result_(kAddition, "0.1", "0.2", kDouble), "0.3");
  EXPECT_EQ(Result_(kMultiplication, "1e300", "10", kDouble), "1" + std::string(301, '0'));
  EXPECT_EQ(Result_(kAddition, "1.10", "2.20", kBigDecimal), "3.30");
  EXPECT_EQ(Result_(kSubtraction, "5", "7", kBigInteger), "-2");
  auto mixed =
      Make(kMultiplication).Apply(*Column(kLong, {"3", "null"}), *Column(kDouble, {"0.5", "1"}));
  EXPECT_THAT(Json(kBigDecimal, mixed->values), ElementsAre("1.5", "null"));
  EXPECT_TRUE(mixed->misfits.empty());
}

TEST(Arithmetic, NullGivesNull) {
  EXPECT_EQ(Result_(kDivision, "1", "null"), "null");
  EXPECT_EQ(Result_(kAddition, "null", "many"), "null");
}

TEST(Arithmetic, RefusesWhatItCannotCalculate) {
  EXPECT_EQ(Result_(kAddition, "many", "1"), "'many' is not a number");
  EXPECT_EQ(Result_(kAddition, "1", ""), "'' is not a number");
  EXPECT_EQ(Result_(kDivision, "1", "0.00"), "nothing can be divided by zero");
  EXPECT_EQ(Result_(kDivision, "0", "0e9"), "nothing can be divided by zero");
  EXPECT_THAT(Result_(kAddition, "1e1001", "1"), HasSubstr("more than 1,000 digits"));
  EXPECT_THAT(Result_(kAddition, "1", "1e-1001"), HasSubstr("more than 1,000 digits"));
  EXPECT_THAT(Result_(kMultiplication, "1e600", "1e600"), HasSubstr("more than 1,000 digits"));
  EXPECT_THAT(Result_(kAddition, "1e999999999999999999999", "1"), HasSubstr("1,000 digits"));
  auto outcome = Make(kDivision).Apply(*Column(kLong, {"1", "1"}), *Column(kLong, {"1", "0"}));
  ASSERT_EQ(outcome->misfits.size(), 1u);
  EXPECT_EQ(outcome->misfits[0].row, 1);
  EXPECT_EQ(outcome->misfits[0].operand, 1u);
}

TEST(Arithmetic, TheOrderPropertySaysWhichIsLeft) {
  Task task{.type = TaskType::kArithmetic, .op = kDivision, .source_fields = {"a,b", "c"}};
  EXPECT_THAT(Arithmetic::Make(task)->order(), ElementsAre(0, 1));
  task.properties["MATH_OPERATION_FIELDS_ORDER"] = "a,b,c";
  EXPECT_THAT(Arithmetic::Make(task)->order(), ElementsAre(0, 1));
  task.properties["MATH_OPERATION_FIELDS_ORDER"] = "c,a,b";
  EXPECT_THAT(Arithmetic::Make(task)->order(), ElementsAre(1, 0));
  task.properties["MATH_OPERATION_FIELDS_ORDER"] = "c,d";
  EXPECT_EQ(Arithmetic::Make(task).error().message,
            "The Arithmetic task on 'a,b,c' has the MATH_OPERATION_FIELDS_ORDER 'c,d'; it must be "
            "'a,b,c' or 'c,a,b'.");
}

// The fast way and the slow one: the same digits, whichever is taken.
TEST(Arithmetic, SmallNumbersAndLargeOnesGiveTheSame) {
  std::mt19937_64 random(5);
  const auto number = [&] {
    std::string digits = std::to_string(random() >> (random() % 64));
    digits = digits.substr(0, 1 + random() % 9);
    if (digits.size() > 1 && digits[0] == '0') digits[0] = '7';
    if (random() % 2) digits += "." + std::to_string(random() % 100000);
    return (random() % 2 ? "-" : "") + digits;
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string a = number(), b = number();
    for (Operator op : {kAddition, kSubtraction, kMultiplication, kDivision}) {
      const std::string fast = Result_(op, a, b);
      const std::string slow = Result_(op, a + "e0", b);
      EXPECT_EQ(fast, slow) << a << ' ' << ToString(op) << ' ' << b;
    }
  }
}

TEST(SmallNumber, IsWhatANumberOfUpTo18DigitsIs) {
  const auto text = [](std::string_view number) {
    auto small = ParseSmallNumber(number);
    return small ? std::to_string(small->units) + "/" + std::to_string(small->scale) : "none";
  };
  EXPECT_EQ(text("0"), "0/0");
  EXPECT_EQ(text("-12.50"), "-1250/2");
  EXPECT_EQ(text("0.000000000000000001"), "none");  // 19 digits.
  EXPECT_EQ(text("0.00000000000000001"), "1/17");
  EXPECT_EQ(text("999999999999999999"), "999999999999999999/0");
  EXPECT_EQ(text("-99999999999999999.9"), "-999999999999999999/1");
  for (const char* other : {"", "-", "+1", ".5", "5.", "00", "007", "1e3", " 1", "1 ", "1.2.3", "x",
                            "9999999999999999999", "99999999999999999999"}) {
    EXPECT_EQ(text(other), "none") << other;
  }
  EXPECT_LT(Compare(*ParseSmallNumber("1.4"), *ParseSmallNumber("1.40000000000000001")), 0);
  EXPECT_EQ(Compare(*ParseSmallNumber("1.50"), *ParseSmallNumber("1.5")), 0);
  EXPECT_GT(Compare({INT64_MAX, 0}, {INT64_MAX, 18}), 0);
}

}  // namespace
}  // namespace sluice::flow
