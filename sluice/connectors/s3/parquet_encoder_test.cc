#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/scalar.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/metadata.h>

#include "sluice/connectors/s3/parquet_columns.h"
#include "sluice/connectors/s3/writer_fixture.h"

namespace sluice::s3 {
namespace {

using ::testing::HasSubstr;

constexpr auto kString = DataType::kString;

class ParquetEncoder : public ::testing::Test {
 protected:
  Settings Format(bool keeps_types) const {
    return {{"fileType", "PARQUET"}, {"preserveSourceDataTyping", keeps_types ? "true" : "false"}};
  }

  std::unique_ptr<parquet::arrow::FileReader> Open() {
    auto source =
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(Contents(store_)));
    auto reader = parquet::arrow::OpenFile(source, arrow::default_memory_pool());
    EXPECT_TRUE(reader.ok()) << reader.status().message();
    return *std::move(reader);
  }
  // What is in the file, by Parquet's own schema.
  std::string SchemaOfFile() { return Open()->parquet_reader()->metadata()->schema()->ToString(); }

  std::shared_ptr<arrow::Table> Read() {
    auto table = Open()->ReadTable();
    EXPECT_TRUE(table.ok()) << table.status().message();
    return *table;
  }

  TemporaryStore store_;
};

const Columns kColumns = {{"bool", DataType::kBoolean},     {"short", DataType::kShort},
                          {"integer", DataType::kInteger},  {"long", DataType::kLong},
                          {"big", DataType::kBigInteger},   {"decimal", DataType::kBigDecimal},
                          {"other", DataType::kBigDecimal}, {"float", DataType::kFloat},
                          {"double", DataType::kDouble},    {"date", DataType::kDate},
                          {"time", DataType::kDateTime},    {"bytes", DataType::kByteArray},
                          {"struct", DataType::kStruct},    {"a.b", DataType::kString}};
const std::vector<std::string> kRecords = {
    R"({"bool":true,"short":-32768,"integer":2147483647,"long":-9223372036854775808,)"
    R"("big":99999999999999999999999999999999999999,"decimal":-12345678.9,)"
    R"("other":1234567890123456789012345678901234567890.123,"float":0.1,"double":1e300,)"
    R"("date":"2026-02-28","time":"2026-01-31T09:05:07.123456Z","bytes":"AP8=",)"
    R"("struct":{"a":[1,null,"é"]},"a.b":"Zoë 😀"})",
    R"({"bool":null,"short":null,"integer":null,"long":null,"big":null,"decimal":null,)"
    R"("other":null,"float":null,"double":null,"date":null,"time":null,"bytes":null,)"
    R"("struct":null,"a.b":null})"};

TEST_F(ParquetEncoder, WritesTextUnlessTypesAreKept) {
  WriteAll(store_.store(), MakeRequest(kColumns, Format(false)), {MakeRows(kColumns, kRecords)});
  auto table = Read();
  std::vector<std::string> values;
  for (const auto& column : table->columns()) {
    ASSERT_EQ(column->type()->id(), arrow::Type::STRING);
    values.push_back((*column->GetScalar(0))->ToString());
    EXPECT_FALSE((*column->GetScalar(1))->is_valid);
  }
  EXPECT_THAT(values,
              ::testing::ElementsAre("true", "-32768", "2147483647", "-9223372036854775808",
                                     "99999999999999999999999999999999999999", "-12345678.9",
                                     "1234567890123456789012345678901234567890.123", "0.1",
                                     "1e+300", "2026-02-28", "2026-01-31T09:05:07.123456Z",
                                     "AP8=", "{\"a\":[1,null,\"é\"]}", "Zoë 😀"));
  EXPECT_THAT(SchemaOfFile(), ::testing::Not(HasSubstr("Int")));
}

TEST_F(ParquetEncoder, KeepsTypes) {
  WriteRequest request = MakeRequest(kColumns, Format(true));
  request.entity.fields[5].data_type_label = "decimal(10,2)";
  WriteAll(store_.store(), request, {MakeRows(kColumns, kRecords)});
  std::string schema = SchemaOfFile();
  for (const char* column :
       {"boolean field_id=-1 bool", "int32 field_id=-1 short (Int(bitWidth=16, isSigned=true))",
        "int32 field_id=-1 integer", "int64 field_id=-1 long",
        "big (Decimal(precision=38, scale=0))", "decimal (Decimal(precision=10, scale=2))",
        "binary field_id=-1 other (String)", "double field_id=-1 float",
        "double field_id=-1 double", "int32 field_id=-1 date (Date)",
        "int64 field_id=-1 time (Timestamp(isAdjustedToUTC=true, timeUnit=microseconds",
        "binary field_id=-1 bytes", "binary field_id=-1 struct (JSON)",
        "binary field_id=-1 a.b (String)"}) {
    EXPECT_THAT(schema, HasSubstr(column));
  }
  auto table = Read();
  std::vector<std::string> values;
  for (const auto& column : table->columns()) {
    values.push_back((*column->GetScalar(0))->ToString());
    EXPECT_FALSE((*column->GetScalar(1))->is_valid);
  }
  EXPECT_EQ(values[4], "99999999999999999999999999999999999999");
  EXPECT_EQ(values[5], "-12345678.90");
  EXPECT_EQ(values[6], "1234567890123456789012345678901234567890.123");
  EXPECT_EQ(values[7], "0.1");
  EXPECT_EQ(values[9], "2026-02-28");
  EXPECT_EQ(values[13], "Zoë 😀");
  EXPECT_EQ(DataTypeOf(*table->schema()->field(12)), DataType::kStruct);
}

TEST_F(ParquetEncoder, RefusesWhatDoesNotFitItsType) {
  struct {
    DataType type;
    const char *label, *value, *message;
  } cases[] = {
      {DataType::kShort, "", "32768", "column 'a': '32768' does not fit INT(16)"},
      {DataType::kInteger, "", "-2147483649", "does not fit INT(32)"},
      {DataType::kBigInteger, "", "100000000000000000000000000000000000000", "DECIMAL(38,0)"},
      {DataType::kBigDecimal, "decimal(5,2)", "1000.00", "does not fit DECIMAL(5,2)"},
      {DataType::kBigDecimal, "decimal(5,2)", "0.001", "does not fit DECIMAL(5,2)"},
  };
  for (const auto& [type, label, value, message] : cases) {
    Columns columns = {{"a", type}};
    WriteRequest request = MakeRequest(columns, Format(true));
    request.entity.fields[0].data_type_label = label;
    auto writer = OpenWriter(store_.store(), request);
    auto rows = MakeRows(columns, {std::string("{\"a\":") + value + "}"});
    auto progress = writer->Write(MakeBatch(rows, 1));
    ASSERT_FALSE(progress.ok()) << value;
    EXPECT_EQ(progress.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(progress.error().message, HasSubstr(message));
  }
}

TEST_F(ParquetEncoder, ReadsDigitsFromLabels) {
  struct {
    const char *label, *type;
  } cases[] = {{"decimal(38,38)", "decimal128(38, 38)"},
               {"NUMERIC(12, 4) unsigned", "decimal128(12, 4)"},
               {"decimal(7)", "decimal128(7, 0)"},
               {"decimal(39,0)", "string"},
               {"decimal(5,6)", "string"},
               {"decimal", "string"},
               {"decimal(", "string"},
               {"currency(x,2)", "string"}};
  for (const auto& [label, type] : cases) {
    Columns columns = {{"a", DataType::kBigDecimal}};
    EntityDefinition entity = MakeEntity(columns);
    entity.fields[0].data_type_label = label;
    auto rows = MakeRows(columns, {});
    auto schema = ParquetSchemaOf(*rows->schema(), entity, ParquetTypes::kOfSource);
    EXPECT_EQ(schema->field(0)->type()->ToString(), type) << label;
  }
}

TEST_F(ParquetEncoder, ManyRowsAreSeveralRowGroups) {
  Columns columns = {{"id", DataType::kLong}, {"text", kString}, {"kind", kString}};
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  int64_t id = 0;
  for (int i = 0; i < 24; ++i) {
    std::vector<std::string> records;
    for (int row = 0; row < 4000; ++row, ++id) {
      records.push_back("{\"id\":" + std::to_string(id) + ",\"text\":\"" +
                        std::string(200, static_cast<char>('a' + id % 26)) + std::to_string(id) +
                        "\",\"kind\":\"" + (id % 2 ? "odd" : "even") + "\"}");
    }
    batches.push_back(MakeRows(columns, records));
  }
  WriteAll(store_.store(), MakeRequest(columns, Format(true)), batches);
  auto metadata = Open()->parquet_reader()->metadata();
  EXPECT_EQ(metadata->num_rows(), id);
  EXPECT_EQ(metadata->num_row_groups(), 3) << "of 8 MB in memory each";
  for (int i = 0; i < 3; ++i) {
    auto chunk = metadata->RowGroup(0)->ColumnChunk(i);
    EXPECT_EQ(chunk->compression(), arrow::Compression::SNAPPY);
    EXPECT_EQ(chunk->has_dictionary_page(), i == 2) << "only values that repeat";
  }
  EXPECT_TRUE(Read()->Equals(**arrow::Table::FromRecordBatches(batches), false));
}

}  // namespace
}  // namespace sluice::s3
