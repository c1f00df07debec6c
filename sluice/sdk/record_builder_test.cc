#include "sluice/sdk/record_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "sluice/base/json.h"

namespace sluice::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RecordBuilder, WritesEachTypeAsTheProtocolHasIt) {
  RecordBuilder record;
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
  auto text = record.Take();
  ASSERT_TRUE(text.ok()) << ToString(text.error());
  EXPECT_EQ(
      *text,
      R"({"null":null,"yes":true,"no":false,"min":-9223372036854775808,"max":18446744073709551615,)"
      R"("tenth":0.1,"price":12345678901234567890123456789012345.100,)"
      R"("te\"xt":"a\"\\\n\u0001é日","bytes":"AP8K","date":"2026-01-31",)"
      R"("time":"2026-01-31T09:05:07.000001Z","list":[1.50, {"a":null}]})");
}

TEST(RecordBuilder, DoublesReadBackTheSame) {
  for (double value : {0.0, -0.0, 1e300, 5e-324, 1.0 / 3, 123456789.0, 1e22}) {
    RecordBuilder record;
    record.Double("d", value);
    auto text = record.Take();
    ASSERT_TRUE(text.ok());
    auto parsed = json::ParseObject(*text);
    ASSERT_TRUE(parsed.ok()) << *text;
    EXPECT_EQ(parsed->at("d").to_number<double>(), value) << *text;
  }
}

TEST(RecordBuilder, PassesOnWhatWasRead) {
  const std::string read =
      R"({"a":null,"b":true,"c":1.50,"d":"x\ny\"","e":{"f":[1.0,"\u0001"]},"g":""})";
  JsonRecordReader reader;
  auto members = reader.Read(read);
  ASSERT_TRUE(members.ok());
  RecordBuilder record;
  record.Members(*members, {});
  EXPECT_EQ(*record.Take(), read);
  record.Members(*members, {"c", "absent", "a"});
  EXPECT_EQ(*record.Take(), R"({"c":1.50,"a":null})");
}

TEST(RecordBuilder, SaysWhichMemberIsNoJsonAndGoesOnWithTheNextRecord) {
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
  RecordBuilder record;
  RecordList records;
  for (auto [write, message] : cases) {
    record.Int("id", 1);
    write(record);
    Status added = record.AddTo(records);
    ASSERT_FALSE(added.ok()) << message;
    EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(added.error().message, HasSubstr(message));
  }
  EXPECT_TRUE(records.empty());
  record.Int("id", 2);
  EXPECT_TRUE(record.AddTo(records).ok());
  EXPECT_TRUE(record.AddTo(records).ok());
  EXPECT_THAT(records.ToStrings(), ElementsAre(R"({"id":2})", "{}"));
}

}  // namespace
}  // namespace sluice::sdk
