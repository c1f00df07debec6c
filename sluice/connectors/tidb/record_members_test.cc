#include "sluice/connectors/tidb/record_members.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sluice/connector/records.h"

namespace sluice::tidb_connector {
namespace {

template <class Builder, class Value>
std::shared_ptr<arrow::RecordBatch> Rows(DataType type, const std::vector<Value>& values) {
  auto field = ToArrowField("c", type);
  auto builder = arrow::MakeBuilder(field->type()).ValueOrDie();
  for (const Value& value : values) {
    EXPECT_TRUE(static_cast<Builder&>(*builder).Append(value).ok());
  }
  EXPECT_TRUE(builder->AppendNull().ok());
  auto rows = static_cast<int64_t>(values.size()) + 1;
  return arrow::RecordBatch::Make(arrow::schema({field}), rows, {builder->Finish().ValueOrDie()});
}

std::string Shown(const JsonMember& member) {
  return std::string(member.name) + " " + std::to_string(static_cast<int>(member.value.kind)) +
         " " + std::string(member.value.text);
}

// As it is read from JSON.
void ExpectSameAsJson(const arrow::RecordBatch& rows) {
  auto records = RecordsToJson(rows);
  ASSERT_TRUE(records.ok()) << records.error().message;
  auto members = RecordMembers::Make(rows);
  ASSERT_TRUE(members.ok()) << members.error().message;
  JsonRecordReader reader;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    const std::string& record = (*records)[static_cast<size_t>(row)];
    auto expected = reader.Read(record);
    ASSERT_TRUE(expected.ok()) << record;
    auto found = members->Row(row);
    ASSERT_TRUE(found.ok()) << found.error().message;
    ASSERT_EQ(found->size(), expected->size());
    for (size_t i = 0; i < found->size(); ++i) {
      EXPECT_EQ(Shown((*found)[i]), Shown((*expected)[i])) << record;
    }
  }
}

using Texts = std::vector<std::string>;

TEST(RecordMembers, AreWhatTheJsonOfARowWouldSay) {
  const Texts texts = {"",    "é 漢 😀",       "\"quoted\\\"",           "line\nbreak\t\r",
                       " a ", "null",         std::string("a\0b", 3),   "true",
                       "12",  "\x01\x1f\x7f", std::string(100'000, 'x')};
  ExpectSameAsJson(*Rows<arrow::StringBuilder>(DataType::kString, texts));
  ExpectSameAsJson(
      *Rows<arrow::BooleanBuilder>(DataType::kBoolean, std::vector<bool>{true, false}));
  constexpr auto kLeast = std::numeric_limits<int64_t>::min();
  constexpr auto kMost = std::numeric_limits<int64_t>::max();
  for (DataType type : {DataType::kShort, DataType::kInteger, DataType::kLong}) {
    ExpectSameAsJson(
        *Rows<arrow::Int64Builder>(type, std::vector<int64_t>{0, -1, 7, kLeast, kMost}));
  }
  for (DataType type : {DataType::kFloat, DataType::kDouble}) {
    ExpectSameAsJson(*Rows<arrow::DoubleBuilder>(
        type, std::vector<double>{0, -0.0, 0.1, 1e300, -1e-300, 5e-324, 1e21, 123456789, 16777217,
                                  std::numeric_limits<double>::max()}));
  }
  const Texts numbers = {"0",
                         "-0",
                         "1.50",
                         "12345678901234567890123456789012345.000000000000001",
                         "1e400",
                         "-1E-5",
                         "18446744073709551615"};
  ExpectSameAsJson(*Rows<arrow::StringBuilder>(DataType::kBigDecimal, numbers));
  ExpectSameAsJson(
      *Rows<arrow::StringBuilder>(DataType::kBigInteger, Texts{"0", "-5", numbers[6]}));
  ExpectSameAsJson(*Rows<arrow::Date32Builder>(
      DataType::kDate, std::vector<int32_t>{0, -1, 20'000, -719'162, 2'932'896}));
  ExpectSameAsJson(*Rows<arrow::TimestampBuilder>(
      DataType::kDateTime,
      std::vector<int64_t>{0, -1, 1, 1'700'000'000'123'456, 1'700'000'000'000'000}));
  const Texts documents = {"{}", "[]", R"({"a": [1, {"b": "é\n"}], "c": 1.50})", R"([1 , 2])",
                           "  {\"a\":1}\n"};
  for (DataType type : {DataType::kStruct, DataType::kMap, DataType::kList}) {
    ExpectSameAsJson(*Rows<arrow::StringBuilder>(type, documents));
  }
  ExpectSameAsJson(*Rows<arrow::BinaryBuilder>(
      DataType::kByteArray, Texts{"", "a", std::string("\0\xff\xc3", 3), std::string(1000, '\0')}));
}

TEST(RecordMembers, AValueThatNoRecordCanHaveIsOnlyItsRows) {
  const double nan = std::nan("");
  auto numbers =
      Rows<arrow::DoubleBuilder>(DataType::kDouble, std::vector<double>{1, nan, INFINITY});
  auto texts = Rows<arrow::StringBuilder>(DataType::kString, Texts{"a", "b\xff", "\xc3"});
  auto decimals = Rows<arrow::StringBuilder>(DataType::kBigDecimal, Texts{"1", "NaN", ""});
  auto documents = Rows<arrow::StringBuilder>(DataType::kStruct, Texts{"{}", R"({},"":{})", "5"});
  for (const auto& rows : {numbers, texts, decimals, documents}) {
    auto members = RecordMembers::Make(*rows);
    ASSERT_TRUE(members.ok());
    for (int64_t row : {1, 2}) {
      auto found = members->Row(row);
      ASSERT_FALSE(found.ok());
      EXPECT_EQ(found.error().code, ErrorCode::kInvalidArgument);
      EXPECT_TRUE(found.error().message.starts_with("column 'c': ")) << found.error().message;
    }
    EXPECT_TRUE(members->Row(0).ok());
    EXPECT_TRUE(members->Row(3).ok());
  }
}

TEST(RecordMembers, OfASliceAreTheSlices) {
  auto rows = Rows<arrow::StringBuilder>(DataType::kString, Texts{"a", "b", "c"})->Slice(1, 2);
  auto members = RecordMembers::Make(*rows);
  ASSERT_TRUE(members.ok());
  EXPECT_EQ((*members->Row(0))[0].value.text, "b");
  EXPECT_EQ((*members->Row(1))[0].value.text, "c");
}

TEST(RecordMembers, AColumnOfAnotherArrowTypeIsNamed) {
  auto field = arrow::field("n", arrow::int32());
  arrow::Int32Builder builder;
  ASSERT_TRUE(builder.Append(1).ok());
  auto rows = arrow::RecordBatch::Make(arrow::schema({field}), 1, {builder.Finish().ValueOrDie()});
  auto members = RecordMembers::Make(*rows);
  ASSERT_FALSE(members.ok());
  EXPECT_EQ(members.error().message, "column 'n' is of Arrow type int32, not int64");
}

}  // namespace
}  // namespace sluice::tidb_connector
