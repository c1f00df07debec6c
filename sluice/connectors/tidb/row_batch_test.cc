#include "sluice/connectors/tidb/row_batch.h"

#include <arrow/array.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/connector/records.h"
#include "sluice/tidb/record_writer.h"

namespace sluice::tidb_connector {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// A table of one column, "c".
struct OneColumn {
  explicit OneColumn(std::string_view type) {
    column.name = "c";
    column.type = tidb::ParseColumnType(type);
    columns = {&column};
    schema = arrow::schema({ToArrowField("c", DataTypeOf(column.type))});
  }
  Batch ToBatch(const std::vector<tidb::Text>& values) {
    RowBatch batch(schema, columns);
    for (const tidb::Text& value : values) EXPECT_TRUE(batch.Append({value}).ok());
    auto finished = batch.Finish();
    EXPECT_TRUE(finished.ok());
    return *finished;
  }
  // By way of JSON, as the Lambda and the connector protocol have it.
  Result<std::shared_ptr<arrow::RecordBatch>> ByJson(const tidb::Text& value) {
    RecordList records;
    SLUICE_RETURN_IF_ERROR(tidb::RecordWriter(columns).Append(records, {value}));
    std::string record = records.ToStrings().front();
    return RecordsFromJson(schema, {record});
  }

  tidb::Column column;
  std::vector<const tidb::Column*> columns;
  std::shared_ptr<arrow::Schema> schema;
};

TEST(RowBatch, ValuesAreThoseThatTheirJsonGives) {
  using namespace std::literals;
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"tinyint(1)", {"0", "1", "-5", "127"}},
      {"tinyint", {"0", "-128", "127"}},
      {"tinyint unsigned", {"255"}},
      {"smallint(5) unsigned zerofill", {"00000", "00042", "65535"}},
      {"mediumint", {"-8388608"}},
      {"int(7)", {"-2147483648", "0"}},
      {"int(10) unsigned zerofill", {"0000000007", "4294967295"}},
      {"bigint", {"-9223372036854775808", "9223372036854775807"}},
      {"bigint unsigned", {"0", "18446744073709551615"}},
      {"bigint(20) unsigned zerofill", {"00000000000000000000", "00000000000000000010"}},
      {"year(4)", {"0000", "1901", "2155"}},
      {"bit(1)", {"\0"s, "\x01"}},
      {"bit(12)", {"\0\0"s, "\x0a\xff"}},
      {"bit(63)", {"\x7f\xff\xff\xff\xff\xff\xff\xff"}},
      {"bit(64)", {"\xff\xff\xff\xff\xff\xff\xff\xff", "\0\0\0\0\0\0\0\0"s}},
      {"decimal(65,30)", {"-0.000000000000000000000000000001", "0.00", "-0.00", "1.50"}},
      {"decimal(9,3) zerofill", {"000012.500", "000000.000", "000000.010"}},
      {"decimal(65)", {std::string(65, '9')}},
      {"float",
       {"0", "-0", "0.10000000149011612", "1.0000000200408773e20", "3.4028234663852886e38",
        "1.401298464324817e-45", "16777216"}},
      {"double", {"0", "-0", "0.1", "-1.7976931348623157e308", "5e-324", "1e20", "100"}},
      {"char(9)", {"", " x", "null", "true", "1", "é", "😀\"\\\n\x01", "[1]"}},
      {"longtext", {std::string(100'000, 'x'), std::string(7, 'x') + "é", "\x7f"}},
      {"varchar(9)", {"\xff", "a\xc3", "aaaaaaaa\xc0\xaf", "\xed\xa0\x80", "é\x80"}},
      {"enum('é','b')", {"é", ""}},
      {"set('p','q')", {"", "p,q"}},
      {"time(3)", {"-838:59:59.000", "00:00:00.000"}},
      {"json", {R"({"a": [1, "é"]})", "null", "1", "\"x\""}},
      {"binary(4)", {"ab\0\0"s}},
      {"longblob", {"", "\0\xff"s, "\xff", std::string(1000, '\0')}},
      {"date",
       {"1000-01-01", "1969-12-31", "2024-02-29", "9999-12-31", "0000-00-00", "2024-00-01",
        "2023-02-29"}},
      {"datetime",
       {"1000-01-01 00:00:00", "9999-12-31 23:59:59", "0000-00-00 00:00:00",
        "2024-02-30 00:00:00"}},
      {"datetime(6)", {"2024-02-29 23:59:59.123456", "1969-12-31 23:59:59.999999"}},
      {"timestamp(3)", {"2038-01-19 03:14:07.001", "0000-00-00 00:00:00.000"}},
      {"vector", {"[]", "[1,-2.5,1e-10]"}},
      {"geometry", {"whatever"}},
  };
  for (const auto& [type, values] : cases) {
    for (const std::string& value : values) {
      SCOPED_TRACE(std::string(type) + ": " + value.substr(0, 40));
      OneColumn one(type);
      auto by_json = one.ByJson(value);
      Batch batch = one.ToBatch({value});
      ASSERT_EQ(by_json.ok(), batch.unreadable.empty());
      if (!by_json.ok()) continue;
      EXPECT_TRUE(batch.rows->Equals(**by_json))
          << batch.rows->ToString() << " instead of " << (*by_json)->ToString();
    }
    OneColumn one(type);
    EXPECT_EQ(one.ToBatch({std::nullopt}).rows->column(0)->null_count(), 1) << type;
  }
}

TEST(RowBatch, AValueThatItsColumnCantHoldTakesItsRowOut) {
  OneColumn one("date");
  Batch batch = one.ToBatch({"0000-00-00", "2024-01-01", std::nullopt, "0000-00-00"});
  EXPECT_EQ(batch.rows->num_rows(), 2);
  EXPECT_EQ(batch.source_row, (std::vector<int64_t>{1, 2}));
  ASSERT_THAT(batch.unreadable, SizeIs(2));
  EXPECT_EQ(batch.unreadable[0].index, 0);
  EXPECT_EQ(batch.unreadable[1].index, 3);
  EXPECT_EQ(batch.unreadable[0].field, "c");
  EXPECT_EQ(batch.unreadable[0].record, R"({"c":"0000-00-00"})");
  EXPECT_THAT(batch.unreadable[0].error.message, HasSubstr("date"));
}

TEST(RowBatch, ABatchOfRefusedRowsHasNone) {
  OneColumn one("date");
  Batch batch = one.ToBatch({"0000-00-00"});
  EXPECT_EQ(batch.rows->num_rows(), 0);
  EXPECT_TRUE(batch.rows->schema()->Equals(*one.schema));
}

// Half a character stands for itself, and what is around it stays.
TEST(RowBatch, ARefusedRecordIsReadable) {
  OneColumn one("text");
  EXPECT_EQ(one.ToBatch({"é\xc3x\xf0\x9f\x98😀"}).unreadable.at(0).record,
            "{\"c\":\"é\uFFFDx\uFFFD\uFFFD\uFFFD😀\"}");
}

TEST(RowBatch, TheNextBatchBeginsAnew) {
  OneColumn one("text");
  RowBatch rows(one.schema, one.columns);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < round * 2; ++i) ASSERT_TRUE(rows.Append({"abc"}).ok());
    EXPECT_EQ(rows.bytes(), round * 6);
    auto batch = rows.Finish();
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch->rows->num_rows(), round * 2);
    EXPECT_EQ(batch->bytes, round * 6);
    EXPECT_EQ(rows.rows(), 0);
  }
}

TEST(RowBatch, ARowOfNullsIsSomething) {
  OneColumn one("int");
  EXPECT_GT(one.ToBatch({std::nullopt}).bytes, 0);
}

}  // namespace
}  // namespace sluice::tidb_connector
