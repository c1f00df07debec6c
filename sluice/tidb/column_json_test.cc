#include "sluice/tidb/column_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/base/json.h"

namespace sluice::tidb {
namespace {

using testing::HasSubstr;

// As it was before it was put into a JSON string.
std::string Json(std::string_view type, std::string_view printed) {
  std::string json;
  Status added = Done{};
  {
    TextEnd out(json);
    added = AppendJson(out, ParseColumnType(type), printed);
  }
  if (!added.ok()) return "error: " + added.error().message;
  auto unescaped = json::Parse("\"" + json + "\"");
  return unescaped.ok() ? std::string(unescaped->get_string()) : "not escaped: " + json;
}

TEST(ColumnJson, ValuesBecomeJsonWithoutLoss) {
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

// Text is copied in words: what is no plain byte is found at each place in them.
TEST(ColumnJson, EveryPlaceOfATextIsLookedAt) {
  for (size_t size = 0; size < 40; ++size) {
    for (size_t place = 0; place < size; ++place) {
      for (std::string_view odd : {"\"", "\\", "\n", "\x01", "\x1f", "\x7f", " ", "!", "é", "😀"}) {
        std::string text(size, 'a');
        text.replace(place, 1, odd);
        std::string expected;
        json::AppendQuoted(expected, text);
        ASSERT_EQ(Json("text", text), expected);
        text.replace(place, odd.size(), "\x80");
        ASSERT_THAT(Json("text", text), HasSubstr("UTF-8"));
      }
    }
  }
}

TEST(ColumnJson, WhatIsAppendedStandsBehindWhatWasThere) {
  std::string text = "before";
  for (int round = 0; round < 100; ++round) {
    TextEnd out(text);
    out.Append(std::string(static_cast<size_t>(round), 'x'));
  }
  EXPECT_EQ(text, "before" + std::string(99 * 100 / 2, 'x'));
}

TEST(ColumnJson, BytesThatAreNoUtf8AreRefused) {
  for (std::string_view text :
       {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80", "\x80"}) {
    EXPECT_THAT(Json("text", text), HasSubstr("UTF-8"));
  }
  EXPECT_EQ(Json("text", "é€😀"), "\"é€😀\"");
}

}  // namespace
}  // namespace sluice::tidb
