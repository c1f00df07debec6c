#include "sluice/tidb/sql.h"

#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

TEST(Sql, BackquotesInANameAreDoubled) {
  EXPECT_EQ(QuoteIdentifier("a`; DROP TABLE b; --"), "`a``; DROP TABLE b; --`");
}

TEST(Sql, NothingEndsAString) {
  EXPECT_EQ(QuoteString("it's \\ \"é\"\n\r" + std::string(1, '\0') + "\x1a"),
            "'it\\'s \\\\ \\\"é\\\"\\n\\r\\0\\Z'");
  EXPECT_EQ(QuoteString(""), "''");
}

TEST(Sql, WhatEndsAStringIsFoundWhereverItStands) {
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      std::string text = std::string(at, 'a') + "'" + std::string(size - at - 1, '\xC3');
      std::string escaped = std::string(text).insert(at, "\\");
      EXPECT_EQ(QuoteString(text), "'" + escaped + "'");
      text[at] = '\t';
      EXPECT_EQ(QuoteString(text), "'" + text + "'");
    }
  }
}

TEST(Sql, BytesAreHexadecimal) { EXPECT_EQ(QuoteBytes(std::string("\0\xff'", 3)), "x'00ff27'"); }

TEST(Sql, APatternFindsWildcardsAsThemselves) {
  EXPECT_EQ(ContainsPattern("50%_\\"), "%50\\%\\_\\\\%");
}

TEST(Sql, ANumberIsDigitsAndNothingElse) {
  for (auto text : {"0", "-1", "+1", "1.50", "1e5", "-1.5E-10", "007"}) {
    EXPECT_TRUE(IsNumber(text)) << text;
  }
  for (auto text : {"", "-", ".5", "5.", "1e", "1e+", "0x1F", "1 OR 1=1", " 1", "1 ", "NaN", "inf",
                    "1,5", "--1", "1e5.5"}) {
    EXPECT_FALSE(IsNumber(text)) << text;
  }
}

TEST(Sql, AWholeNumberMayBeWrittenWithAnExponent) {
  EXPECT_EQ(WholeNumber("3.5E8"), "350000000");
  EXPECT_EQ(WholeNumber("1.0"), "1");
  EXPECT_EQ(WholeNumber("-120e-1"), "-12");
  EXPECT_EQ(WholeNumber("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(WholeNumber("007"), "7");
  EXPECT_EQ(WholeNumber("-0.0"), "0");
  EXPECT_EQ(WholeNumber("0e999999"), "0");
}

TEST(Sql, AFractionIsNoWholeNumber) {
  for (auto text : {"1.5", "1e-1", "1e1000", "1e99999999999999999999", "abc", "", "1e-99999"}) {
    EXPECT_EQ(WholeNumber(text), "") << text;
  }
}

}  // namespace
}  // namespace sluice::tidb
