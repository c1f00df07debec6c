#include "sluice/connectors/s3/parquet_reader.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "sluice/connectors/s3/foreign_column.h"
#include "sluice/connectors/s3/reading.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Settings kParquet = {{"s3InputFormatConfig.s3InputFileType", "PARQUET"}};

class ParquetFiles : public Reading {
 protected:
  void PutColumns(const std::string& key,
                  const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>& columns,
                  int64_t rows_in_group = 1000) {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const auto& [name, array] : columns) {
      fields.push_back(arrow::field(name, array->type()));
      arrays.push_back(array);
    }
    auto table = arrow::Table::Make(arrow::schema(fields), arrays);
    auto out = *arrow::io::BufferOutputStream::Create();
    auto properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ASSERT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out, rows_in_group,
                                           parquet::default_writer_properties(), properties)
                    .ok());
    Put(key, std::string_view(**out->Finish()));
  }

  static std::shared_ptr<arrow::Array> Array(const std::shared_ptr<arrow::DataType>& type,
                                             const std::string& json) {
    auto array = arrow::json::ArrayFromJSONString(type, json);
    SLUICE_CHECK(array.ok());
    return *array;
  }

  // What becomes of a column of that type: its DataType, and the JSON of its values.
  std::vector<std::string> Column(const std::shared_ptr<arrow::DataType>& type,
                                  const std::string& json) {
    PutColumns("in/a.parquet", {{"v", Array(type, json)}});
    std::vector<std::string> texts = {FieldsOf(kParquet)[0].substr(2)};
    for (const std::string& record : Read(kParquet, {"v"})) {
      texts.push_back(record.substr(5, record.size() - 6));
    }
    return texts;
  }
};

TEST_F(ParquetFiles, HaveColumnsOfAllTypes) {
  using namespace arrow;
  EXPECT_THAT(Column(boolean(), "[true,false,null]"),
              ElementsAre("Boolean", "true", "false", "null"));
  EXPECT_THAT(Column(int8(), "[-128,127]"), ElementsAre("Short", "-128", "127"));
  EXPECT_THAT(Column(uint16(), "[65535]"), ElementsAre("Integer", "65535"));
  EXPECT_THAT(Column(int32(), "[-2147483648]"), ElementsAre("Integer", "-2147483648"));
  EXPECT_THAT(Column(uint32(), "[4294967295]"), ElementsAre("Long", "4294967295"));
  EXPECT_THAT(Column(int64(), "[9223372036854775807]"), ElementsAre("Long", "9223372036854775807"));
  EXPECT_THAT(Column(uint64(), "[18446744073709551615,null]"),
              ElementsAre("BigInteger", "18446744073709551615", "null"));
  EXPECT_THAT(Column(float32(), "[0.5]"), ElementsAre("Float", "0.5"));
  EXPECT_THAT(Column(float64(), "[0.1,null]"), ElementsAre("Double", "0.1", "null"));
  EXPECT_THAT(Column(utf8(), R"(["é",""])"), ElementsAre("String", R"("é")", R"("")"));
  EXPECT_THAT(Column(large_utf8(), R"(["x"])"), ElementsAre("String", R"("x")"));
  EXPECT_THAT(Column(binary(), R"(["ab"])"), ElementsAre("ByteArray", R"("YWI=")"));
  EXPECT_THAT(Column(fixed_size_binary(2), R"(["ab",null])"),
              ElementsAre("ByteArray", R"("YWI=")", "null"));
  EXPECT_THAT(Column(date32(), "[0]"), ElementsAre("Date", R"("1970-01-01")"));
  EXPECT_THAT(
      Column(decimal128(38, 9), R"(["-0.010000000","12345678901234567890123456789.000000001"])"),
      ElementsAre("BigDecimal", "-0.010000000", "12345678901234567890123456789.000000001"));
  EXPECT_THAT(Column(dictionary(int32(), utf8()), R"(["a","b","a",null])"),
              ElementsAre("String", R"("a")", R"("b")", R"("a")", "null"));
  EXPECT_THAT(Column(time32(TimeUnit::MILLI), "[1500]"),
              ElementsAre("String", R"("00:00:01.500")"));
  EXPECT_THAT(Column(null(), "[null]"), ElementsAre("String", "null"));
}

TEST_F(ParquetFiles, HaveTimesOfAllUnitsAndZones) {
  using namespace arrow;
  std::string time = R"("1970-01-01T00:00:01Z")";
  EXPECT_THAT(Column(timestamp(TimeUnit::MILLI), "[1000]"), ElementsAre("DateTime", time));
  EXPECT_THAT(Column(timestamp(TimeUnit::MICRO), "[1000000]"), ElementsAre("DateTime", time));
  EXPECT_THAT(Column(timestamp(TimeUnit::NANO), "[1000000999,null]"),
              ElementsAre("DateTime", time, "null"));
  EXPECT_THAT(Column(timestamp(TimeUnit::MICRO, "Europe/Berlin"), "[1000000]"),
              ElementsAre("DateTime", time));
  EXPECT_THAT(Column(timestamp(TimeUnit::NANO, "UTC"), "[1000000000]"),
              ElementsAre("DateTime", time));
}

TEST_F(ParquetFiles, NestedColumnsBecomeJson) {
  using namespace arrow;
  EXPECT_THAT(Column(list(int32()), "[[1,null],[],null]"),
              ElementsAre("List", "[1,null]", "[]", "null"));
  EXPECT_THAT(
      Column(struct_({field("a", utf8()), field("b", list(date32()))}),
             R"([{"a":"é\"","b":[0]},null,{"a":null,"b":null}])"),
      ElementsAre("Struct", R"({"a":"é\"","b":["1970-01-01"]})", "null", R"({"a":null,"b":null})"));
  EXPECT_THAT(Column(map(utf8(), int64()), R"([[["k",1],["l",null]],[],null])"),
              ElementsAre("Map", R"({"k":1,"l":null})", "{}", "null"));
  EXPECT_THAT(
      Column(map(int32(), list(struct_({field("x", boolean())}))), R"([[[7,[{"x":true}]]]])"),
      ElementsAre("Map", R"({"7":[{"x":true}]})"));
}

TEST_F(ParquetFiles, AreReadInPartsOfTheirRowGroups) {
  std::string ids = "[", texts = "[";
  for (int i = 0; i < 1000; ++i) {
    ids += (i ? "," : "") + std::to_string(i);
    texts += (i ? ",\"text " : "\"text ") + std::to_string(i) + "\"";
  }
  PutColumns("in/a.parquet",
             {{"id", Array(arrow::int32(), ids + "]")},
              {"unused", Array(arrow::utf8(), texts + "]")},
              {"t", Array(arrow::utf8(), texts + "]")}},
             300);
  PutColumns("in/b.parquet", {{"t", Array(arrow::utf8(), R"(["last"])")}});
  auto records = Read(kParquet, {"t", "id"}, 2000);
  ASSERT_EQ(records.size(), 1001u);
  EXPECT_EQ(records[0], R"({"t":"text 0","id":0})");
  EXPECT_EQ(records[999], R"({"t":"text 999","id":999})");
  EXPECT_EQ(records[1000], R"({"t":"last","id":null})");
  EXPECT_GT(Batches(kParquet, {"id", "t"}, 2000).size(), 5u);
  ExpectToGoOnFromEachPosition(kParquet, {"id", "t"}, 2000);
}

TEST_F(ParquetFiles, AValueThatDoesNotFitTheTypeOfTheFirstFileIsUnreadable) {
  PutColumns("in/a.parquet", {{"v", Array(arrow::int64(), "[1]")}});
  PutColumns("in/b.parquet", {{"v", Array(arrow::utf8(), R"(["2","x",null])")}});
  EXPECT_THAT(Read(kParquet, {"v"}), ElementsAre(R"({"v":1})", R"({"v":2})", R"({"v":null})"));
  ASSERT_EQ(unreadable_.size(), 1u);
  EXPECT_THAT(unreadable_[0].error.message, HasSubstr("record 2: column 'v'"));
}

TEST_F(ParquetFiles, ThatAreNoneAreRefused) {
  Put("in/a.parquet", "id,b\n1,2\n");
  EXPECT_THAT(DescribeError(kParquet), HasSubstr("'in/a.parquet' in bucket 'bucket'"));
}

}  // namespace
}  // namespace sluice::s3
