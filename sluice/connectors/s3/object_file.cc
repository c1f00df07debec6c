#include "sluice/connectors/s3/object_file.h"

namespace sluice::s3 {
namespace {

std::string ContentTypeOf(FileType type) {
  switch (type) {
    case FileType::kCsv:
      return "text/csv";
    case FileType::kJson:
      return "application/x-ndjson";
    case FileType::kParquet:
      return "application/vnd.apache.parquet";
  }
  SLUICE_CHECK(false);
}

std::unique_ptr<RecordEncoder> MakeEncoder(const OutputSettings& settings,
                                           const std::shared_ptr<arrow::Schema>& schema,
                                           const EntityDefinition& entity,
                                           std::shared_ptr<arrow::io::OutputStream> out) {
  switch (settings.file_type) {
    case FileType::kCsv:
      return MakeCsvEncoder(schema, std::move(out));
    case FileType::kJson:
      return MakeJsonEncoder(std::move(out));
    case FileType::kParquet:
      return MakeParquetEncoder(
          *schema, entity, settings.keeps_types ? ParquetTypes::kOfSource : ParquetTypes::kText,
          std::move(out));
  }
  SLUICE_CHECK(false);
}

}  // namespace

ObjectFile::ObjectFile(std::shared_ptr<ObjectStore> store, const OutputSettings& settings,
                       const std::string& key, const std::shared_ptr<arrow::Schema>& schema,
                       const EntityDefinition& entity)
    : stream_(std::make_shared<LateStream>(std::move(store), settings.bucket, key,
                                           ContentTypeOf(settings.file_type))),
      encoder_(MakeEncoder(settings, schema, entity, stream_)) {}

Status ObjectFile::Write(const arrow::RecordBatch& rows) { return Check(encoder_->Write(rows)); }

Status ObjectFile::Close() {
  SLUICE_RETURN_IF_ERROR(Check(encoder_->Finish()));
  arrow::Status status = stream_->Close();
  if (!status.ok()) return stream_->Explain(FromObjectStore(status));
  return Done{};
}

// Before the encoder goes, which would write its last words.
void ObjectFile::Abort() { (void)stream_->Abort(); }

Status ObjectFile::Check(Status status) const {
  if (!status.ok()) return stream_->Explain(std::move(status).error());
  return status;
}

}  // namespace sluice::s3
