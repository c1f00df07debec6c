#include "sluice/sdk/record_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "sluice/base/json.h"

namespace sluice::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A record as `write` makes it, or what Add says.
template <class Write>
std::string Written(Write write) {
  RecordList records;
  RecordBuilder record(records);
  write(record);
  Status added = record.Add();
  EXPECT_EQ(records.size(), added.ok() ? 1u : 0u);
  return added.ok() ? records.ToStrings()[0] : ToString(added.error());
}

TEST(RecordBuilder, WritesEachTypeAsTheProtocolHasIt) {
  RecordList records;
  RecordBuilder record(records);
  record.Null("null");
  record.Bool("yes", true);
  record.Bool("no", false);
  record.Int("min", std::numeric_limits<int64_t>::min());
  record.Unsigned("max", std::numeric_limits<uint64_t>::max());
  record.Double("tenth", 0.1);
  record.Decimal("price", "12345678901234567890123456789012345.100");
  record.String("te\"xt", "a\"\\\n\x01é日");
  record.Bytes("bytes", std::string_view("\0\xff\n", 3));
  record.Date("date", *ParseDate("2026-01-31"));
  record.DateTime("time", *ParseTime("2026-01-31T09:05:07.000001Z"));
  record.Json("list", R"([1.50, {"a":null}])");
  Status added = record.Add();
  ASSERT_TRUE(added.ok()) << ToString(added.error());
  EXPECT_THAT(
      records.ToStrings(),
      ElementsAre(
          R"({"null":null,"yes":true,"no":false,"min":-9223372036854775808,"max":18446744073709551615,)"
          R"("tenth":0.1,"price":12345678901234567890123456789012345.100,)"
          R"("te\"xt":"a\"\\\n\u0001é日","bytes":"AP8K","date":"2026-01-31",)"
          R"("time":"2026-01-31T09:05:07.000001Z","list":[1.50, {"a":null}]})"));
}

TEST(RecordBuilder, DoublesReadBackTheSame) {
  for (double value : {0.0, -0.0, 1e300, 5e-324, 1.0 / 3, 123456789.0, 1e22}) {
    std::string text = Written([&](RecordBuilder& record) { record.Double("d", value); });
    auto parsed = json::ParseObject(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(parsed->at("d").to_number<double>(), value) << text;
  }
}

TEST(RecordBuilder, PassesOnWhatWasRead) {
  const std::string read =
      R"({"a":null,"b":true,"c":1.50,"d":"x\ny\"","e":{"f":[1.0,"\u0001"]},"g":""})";
  JsonRecordReader reader;
  auto members = reader.Read(read);
  ASSERT_TRUE(members.ok());
  EXPECT_EQ(Written([&](RecordBuilder& record) { record.Members(*members, {}); }), read);
  EXPECT_EQ(Written([&](RecordBuilder& record) {
              record.Members(*members, {"c", "absent", "a"});
            }),
            R"({"c":1.50,"a":null})");
}

TEST(RecordBuilder, SaysWhichMemberIsNoJsonAndAddsNothing) {
  using Write = void (*)(RecordBuilder&);
  const std::pair<Write, const char*> cases[] = {
      {[](RecordBuilder& r) { r.Double("bad", std::numeric_limits<double>::infinity()); }, "'bad'"},
      {[](RecordBuilder& r) { r.Double("bad", std::nan("")); }, "'bad'"},
      {[](RecordBuilder& r) { r.Decimal("bad", "12a"); }, "'bad'"},
      {[](RecordBuilder& r) { r.Decimal("bad", ""); }, "'bad'"},
      {[](RecordBuilder& r) { r.Decimal("bad", "1,\"x\":2"); }, "'bad'"},
      {[](RecordBuilder& r) { r.Decimal("bad", "true"); }, "'bad'"},
      {[](RecordBuilder& r) { r.Json("bad", "{]"); }, "'bad'"},
      {[](RecordBuilder& r) { r.String("text", "\xff"); }, "at byte"},
      {[](RecordBuilder& r) { r.String("\xc3", "text"); }, "at byte"}};
  RecordList records;
  for (auto [write, message] : cases) {
    RecordBuilder record(records);
    record.Int("id", 1);
    write(record);
    record.Int("behind", 1);
    Status added = record.Add();
    ASSERT_FALSE(added.ok()) << message;
    EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(added.error().message, HasSubstr(message));
  }
  EXPECT_TRUE(records.empty());
  EXPECT_EQ(Written([](RecordBuilder&) {}), "{}");
}

TEST(RecordBuilder, WhatWasGivenUpIsInNoOtherRecord) {
  // Nothing that outlives an answer can be a builder that goes on where it was.
  static_assert(!std::is_default_constructible_v<RecordBuilder>);
  static_assert(!std::is_copy_constructible_v<RecordBuilder>);
  static_assert(!std::is_move_constructible_v<RecordBuilder>);
  RecordList records;
  for (int id : {1, 2, 3}) {
    RecordBuilder record(records);
    record.Int("id", id);
    if (id == 2) continue;
    EXPECT_TRUE(record.Add().ok());
  }
  EXPECT_THAT(records.ToStrings(), ElementsAre(R"({"id":1})", R"({"id":3})"));
}

TEST(RecordBuilder, IsForOneRecord) {
  RecordList records;
  RecordBuilder record(records);
  record.Int("id", 1);
  EXPECT_TRUE(record.Add().ok());
  record.Int("id", 2);
  for (int i = 0; i < 2; ++i) {
    Status again = record.Add();
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, ErrorCode::kUnknown);
  }
  EXPECT_THAT(records.ToStrings(), ElementsAre(R"({"id":1})"));
  RecordBuilder bad(records);
  bad.Decimal("bad", "x");
  EXPECT_FALSE(bad.Add().ok());
  bad.Int("id", 3);
  EXPECT_FALSE(bad.Add().ok());
  EXPECT_EQ(records.size(), 1u);
}

}  // namespace
}  // namespace sluice::sdk
