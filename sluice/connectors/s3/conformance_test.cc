// The suite that all connectors pass, over Parquet files. CSV has no null and one type, and a file
// of JSON lines has no fields before it has a record, so these have tests of their own.
#include "sluice/connector/conformance.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/table.h>
#include <parquet/arrow/writer.h>

#include "sluice/connectors/s3/s3_connector.h"
#include "sluice/connectors/s3/temporary_store.h"

namespace sluice {
namespace {

// The entity is a whole bucket: what is written to it lies in folders of the run.
class ParquetTarget final : public ConformanceTarget {
 public:
  ConformanceAbilities abilities() const override {
    return {.filters = false,  // Files can't.
            .upserts = false,  // Objects are added, never changed.
            .updates = false,
            .deletes = false,
            .refuses_duplicates = false,  // It takes whatever comes.
            .remembers_position = false,
            .undoes_unlogged = true,
            .has_credentials = false};  // Those are the store's, not a profile's.
  }
  std::string entity() const override { return "bucket"; }
  std::string id_field() const override { return "id"; }
  int rows_in_three_batches() const override { return 300; }
  std::map<DataType, std::string> fields() const override {
    using enum DataType;
    return {{kString, "string"},      {kBoolean, "boolean"}, {kShort, "short"},
            {kInteger, "integer"},    {kLong, "long"},       {kBigInteger, "big_integer"},
            {kBigDecimal, "decimal"}, {kFloat, "float"},     {kDouble, "double"},
            {kDate, "date"},          {kDateTime, "time"},   {kByteArray, "bytes"},
            {kStruct, "struct"},      {kMap, "map"},         {kList, "list"}};
  }

  void Fill(const std::vector<std::string>& records) override {
    for (const s3::ObjectInfo& object : Objects()) {
      ASSERT_TRUE(files_.store()->Delete("bucket", object.key).ok());
    }
    arrow::FieldVector columns = {ToArrowField("id", DataType::kString)};
    for (const auto& [type, name] : fields()) columns.push_back(ToArrowField(name, type));
    auto rows = RecordsFromJson(arrow::schema(columns), {records.begin(), records.end()});
    ASSERT_TRUE(rows.ok()) << rows.error().message;
    auto table = *arrow::Table::FromRecordBatches({*rows});
    auto out = *arrow::io::BufferOutputStream::Create();
    auto types = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ASSERT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out, 20,
                                           parquet::default_writer_properties(), types)
                    .ok());
    files_.Put("in.parquet", std::string_view(**out->Finish()));
  }

  std::vector<std::string> Contents() override {
    std::vector<std::string> contents;
    auto connector = Open();
    auto entity = connector->DescribeEntity("bucket");
    if (!entity.ok()) return {entity.error().message};
    ReadRequest request{.entity = *entity};
    for (const Field& field : entity->fields) request.fields.push_back(field.name);
    auto reader = connector->OpenReader(request, connector->Split(request, 1)->at(0), {});
    while (true) {
      auto pull = (*reader)->Next(DeadlineAfter(std::chrono::seconds(30)), {});
      if (!pull.ok()) return {pull.error().message};
      if (pull->what == Pulled::kEnd) return contents;
      for (std::string& record : *RecordsToJson(*pull->batch.rows)) {
        contents.push_back(std::move(record));
      }
    }
  }

  std::unique_ptr<Connector> Open() override {
    return s3::MakeS3Connector(files_.store(),
                               {{"bucketName", "bucket"},
                                {"s3InputFormatConfig.s3InputFileType", "PARQUET"},
                                {"s3OutputFormatConfig.fileType", "PARQUET"},
                                {"s3OutputFormatConfig.preserveSourceDataTyping", "true"}},
                               1000);
  }

 private:
  std::vector<s3::ObjectInfo> Objects() {
    auto page = files_.store()->List({.bucket = "bucket"});
    return page.ok() ? page->objects : std::vector<s3::ObjectInfo>();
  }

  s3::TemporaryStore files_;
};

std::unique_ptr<ConformanceTarget> MakeParquetTarget() { return std::make_unique<ParquetTarget>(); }

INSTANTIATE_TEST_SUITE_P(S3Parquet, ConnectorConformance, ::testing::Values(&MakeParquetTarget));

}  // namespace
}  // namespace sluice
