#include <arrow/array.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>
#include <arrow/extension_type.h>
#include <arrow/util/byte_size.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/parquet_columns.h"
#include "sluice/connectors/s3/record_encoder.h"

namespace sluice::s3 {
namespace {

using parquet::schema::ColumnPath;

// In Arrow's memory. Encoded, and so held, it is a quarter to a half of that.
constexpr int64_t kRowGroupBytes = 8 << 20;
// Each column has a page under way, and holds it plain, encoded and packed when it is complete.
constexpr int64_t kPageBytes = 128 << 10;
// Rows that are looked at before the encoding of columns is chosen.
constexpr int64_t kSampleRows = 4096;
// Rows that wait for more, so that there are enough to look at and a small file costs no encoder
// before it is complete.
constexpr int64_t kHeldBytes = 1 << 20;

// Whether a dictionary of the column's values is worth the search for each of them.
arrow::Result<bool> RepeatsItself(const arrow::RecordBatch& rows, int column) {
  auto sample = rows.column(column)->Slice(0, kSampleRows);
  if (sample->type_id() == arrow::Type::EXTENSION) {
    sample = static_cast<const arrow::ExtensionArray&>(*sample).storage();
  }
  ARROW_ASSIGN_OR_RAISE(auto different, arrow::compute::Unique(sample));
  return different->length() <= sample->length() / 2;
}

class ParquetEncoder final : public RecordEncoder {
 public:
  ParquetEncoder(std::shared_ptr<arrow::Schema> schema,
                 std::shared_ptr<arrow::io::OutputStream> out)
      : schema_(std::move(schema)), out_(std::move(out)) {}

  Status Write(const arrow::RecordBatch& rows) override {
    SLUICE_ASSIGN(auto columns, ToParquetColumns(rows, schema_));
    return Check(Take(std::move(columns)));
  }

  Status Finish() override { return Check(Complete()); }

  int64_t memory_bytes() const override { return group_bytes_; }

  // As much as the rows before came to; of the first, half.
  int64_t pending_bytes() const override {
    if (encoded_bytes_ == 0) return group_bytes_ / 2;
    double ratio = static_cast<double>(written_bytes_) / static_cast<double>(encoded_bytes_);
    return static_cast<int64_t>(static_cast<double>(group_bytes_) * ratio);
  }

 private:
  static Status Check(const arrow::Status& status) {
    if (!status.ok()) return FromObjectStore(status);
    return Done{};
  }

  arrow::Status Take(std::shared_ptr<arrow::RecordBatch> rows) {
    ARROW_ASSIGN_OR_RAISE(int64_t bytes, arrow::util::ReferencedBufferSize(*rows));
    if (writer_ && group_bytes_ >= kRowGroupBytes) ARROW_RETURN_NOT_OK(BeginGroup());
    group_bytes_ += bytes;
    if (writer_) return writer_->WriteRecordBatch(*rows);
    held_.push_back(std::move(rows));
    return group_bytes_ < kHeldBytes ? arrow::Status::OK() : Start();
  }

  arrow::Status BeginGroup() {
    ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
    encoded_bytes_ += std::exchange(group_bytes_, 0);
    return out_->Tell().Value(&written_bytes_);
  }

  arrow::Status Start() {
    parquet::WriterProperties::Builder properties;
    properties.compression(arrow::Compression::SNAPPY)->data_pagesize(kPageBytes);
    if (!held_.empty()) {
      auto largest = *std::ranges::max_element(held_, {}, &arrow::RecordBatch::num_rows);
      for (int i = 0; i < schema_->num_fields(); ++i) {
        ARROW_ASSIGN_OR_RAISE(bool repeats, RepeatsItself(*largest, i));
        // Not by name, which would be cut in pieces at each ".".
        std::vector<std::string> path = {schema_->field(i)->name()};
        if (!repeats) properties.disable_dictionary(std::make_shared<ColumnPath>(path));
      }
    }
    parquet::ArrowWriterProperties::Builder arrow_properties;
    arrow_properties.store_schema()->set_use_threads(true);
    ARROW_ASSIGN_OR_RAISE(
        writer_, parquet::arrow::FileWriter::Open(*schema_, arrow::default_memory_pool(), out_,
                                                  properties.build(), arrow_properties.build()));
    for (const auto& rows : std::exchange(held_, {})) {
      ARROW_RETURN_NOT_OK(writer_->WriteRecordBatch(*rows));
    }
    return arrow::Status::OK();
  }

  arrow::Status Complete() {
    if (!writer_) ARROW_RETURN_NOT_OK(Start());
    group_bytes_ = 0;
    return writer_->Close();
  }

  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<arrow::io::OutputStream> out_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> held_;  // Until there is a writer.
  int64_t group_bytes_ = 0;    // Of the row group under way and of held_, in Arrow's memory.
  int64_t encoded_bytes_ = 0;  // Of row groups before it, in Arrow's memory …
  int64_t written_bytes_ = 0;  // … and in the file.
};

}  // namespace

std::unique_ptr<RecordEncoder> MakeParquetEncoder(const arrow::Schema& schema,
                                                  const EntityDefinition& entity,
                                                  ParquetTypes types,
                                                  std::shared_ptr<arrow::io::OutputStream> out) {
  return std::make_unique<ParquetEncoder>(ParquetSchemaOf(schema, entity, types), std::move(out));
}

}  // namespace sluice::s3
