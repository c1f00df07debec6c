#include "sluice/model/decimal.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

TEST(Decimal, OrdersToTheLastDigit) {
  // Those of a line are equal, and less than those of the next.
  const std::vector<std::vector<const char*>> lines = {
      {"-1e999999999999999999"},
      {"-9007199254740993", "-9007199254740993.0"},
      {"-9007199254740992", "-9.007199254740992E+15"},
      {"-1.50", "-15e-1"},
      {"-1.5e-400"},
      {"0", "-0", "0.000", "+0", "0e5", "-0.0e-7"},
      {"1e-400", "0.1e-399"},
      {"0.09", ".09", "9e-2", "000.0900"},
      {"0.1", "1e-1"},
      {"5", "5.", "+5"},
      {"9"},
      {"10", "1e1", "1E+1", "0010.0"},
      {"10.000000000000000000000000000000000000001"},
      {"9007199254740992"},
      {"9007199254740993", "9007199254740993.000"},
      {"99999999999999999999999999999999999999999"},
      {"1e41", "100000000000000000000000000000000000000000"},
      {"1e400"}};
  for (size_t i = 0; i < lines.size(); ++i) {
    for (size_t j = 0; j < lines.size(); ++j) {
      for (const char* left : lines[i]) {
        for (const char* right : lines[j]) {
          auto a = ParseDecimal(left), b = ParseDecimal(right);
          ASSERT_TRUE(a && b) << left << ' ' << right;
          EXPECT_TRUE((*a <=> *b) == (i <=> j)) << left << ' ' << right;
          EXPECT_EQ(*a == *b, i == j) << left << ' ' << right;
        }
      }
    }
  }
}

TEST(Decimal, IsNothingElse) {
  for (const char* text : {"",
                           "-",
                           "+",
                           ".",
                           "-.",
                           "e5",
                           ".e5",
                           "1e",
                           "1e+",
                           "1e+-5",
                           "1e1.5",
                           "1.2.3",
                           "--1",
                           "+-1",
                           " 1",
                           "1 ",
                           "1,5",
                           "0x10",
                           "inf",
                           "nan",
                           "true",
                           "1e1000000000000000000",
                           "1e-1000000000000000000",
                           "1e99999999999999999999"}) {
    EXPECT_FALSE(ParseDecimal(text)) << text;
  }
  EXPECT_FALSE(ParseDecimal(std::string_view("1\0", 2)));
}

}  // namespace
}  // namespace sluice
