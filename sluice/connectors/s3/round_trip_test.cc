// What is written can be read again: the two halves of the connector against each other.
#include "sluice/connectors/s3/s3_connector.h"
#include "sluice/connectors/s3/writer_fixture.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAreArray;

const Columns kAllTypes = {{"string", DataType::kString},      {"bool", DataType::kBoolean},
                           {"short", DataType::kShort},        {"integer", DataType::kInteger},
                           {"long", DataType::kLong},          {"big", DataType::kBigInteger},
                           {"decimal", DataType::kBigDecimal}, {"float", DataType::kFloat},
                           {"double", DataType::kDouble},      {"date", DataType::kDate},
                           {"time", DataType::kDateTime},      {"bytes", DataType::kByteArray},
                           {"struct", DataType::kStruct},      {"map", DataType::kMap},
                           {"list", DataType::kList}};

const std::vector<std::string> kOddRecords = {
    R"({"string":"Zoë \"n'\",\n\r\n;\t","bool":true,"short":-32768,"integer":2147483647,)"
    R"("long":-9223372036854775808,"big":18446744073709551615,)"
    R"("decimal":1234567890123456789012345678.91,"float":-1.5,"double":2.2250738585072014e-308,)"
    R"("date":"1000-01-01","time":"9999-12-31T23:59:59.999999Z","bytes":"AP8=",)"
    R"("struct":{"a":[1,null,"é,\""]},"map":{},"list":[{"b":"\n"}]})",
    R"({"string":"","bool":false,"short":0,"integer":0,"long":0,"big":0,"decimal":0.10,"float":0,)"
    R"("double":0.1,"date":"9999-12-31","time":"1970-01-01T00:00:00Z","bytes":"","struct":{},)"
    R"("map":{"":null},"list":[]})",
    R"({"string":null,"bool":null,"short":null,"integer":null,"long":null,"big":null,)"
    R"("decimal":null,"float":null,"double":null,"date":null,"time":null,"bytes":null,)"
    R"("struct":null,"map":null,"list":null})",
    R"({"string":"日本語 😀","bool":true,"short":1,"integer":1,"long":1,"big":-1,"decimal":-1e-9,)"
    R"("float":1,"double":-1.7976931348623157e+308,"date":"0001-01-01",)"
    R"("time":"0001-01-01T00:00:00.001Z","bytes":"QQ==","struct":{"x":1e400},"map":{"é":[[]]},)"
    R"("list":[1,"a",null]})"};

// All records of the bucket, by the connector.
std::vector<std::string> ReadBack(const TemporaryStore& store, const std::string& type) {
  auto connector = MakeS3Connector(store.store(), {{"bucketName", "bucket"},
                                                   {"bucketPrefix", "in"},
                                                   {"s3InputFormatConfig.s3InputFileType", type}});
  auto entity = connector->DescribeEntity("bucket/in");
  EXPECT_TRUE(entity.ok()) << entity.error().message;
  ReadRequest request{.entity = *entity};
  for (const Field& field : entity->fields) request.fields.push_back(field.name);
  auto partitions = connector->Split(request, 1);
  EXPECT_TRUE(partitions.ok()) << partitions.error().message;
  auto reader = connector->OpenReader(request, partitions->at(0), {});
  EXPECT_TRUE(reader.ok()) << reader.error().message;
  std::vector<std::string> records;
  while (true) {
    auto pull = (*reader)->Next(DeadlineAfter(std::chrono::seconds(30)), {});
    EXPECT_TRUE(pull.ok()) << pull.error().message;
    if (!pull.ok() || pull->what == Pulled::kEnd) return records;
    EXPECT_TRUE(pull->batch.unreadable.empty());
    auto some = RecordsToJson(*pull->batch.rows);
    EXPECT_TRUE(some.ok()) << some.error().message;
    records.insert(records.end(), some->begin(), some->end());
  }
}

TEST(RoundTrip, ParquetKeepsValuesAndTypes) {
  TemporaryStore store;
  WriteAll(store.store(),
           MakeRequest(kAllTypes, {{"fileType", "PARQUET"}, {"preserveSourceDataTyping", "true"}}),
           {MakeRows(kAllTypes, kOddRecords)});
  EXPECT_THAT(ReadBack(store, "PARQUET"), ElementsAreArray(kOddRecords));
}

TEST(RoundTrip, TextComesBackFromAllFormats) {
  Columns columns = {{"a", DataType::kString}, {"b,\"é", DataType::kString}};
  std::vector<std::string> records = {R"({"a":"x, \"y\"\r\nz","b,\"é":"😀"})",
                                      R"({"a":" ","b,\"é":"null"})", R"({"a":"","b,\"é":null})",
                                      R"({"a":null,"b,\"é":""})"};
  for (const char* type : {"CSV", "JSON", "PARQUET"}) {
    TemporaryStore store;
    WriteAll(store.store(), MakeRequest(columns, {{"fileType", type}}),
             {MakeRows(columns, records)});
    EXPECT_THAT(ReadBack(store, type), ElementsAreArray(records)) << type;
  }
}

}  // namespace
}  // namespace sluice::s3
