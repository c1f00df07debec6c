#include "sluice/connectors/s3/parquet_reader.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/foreign_column.h"
#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/sift.h"

namespace sluice::s3 {
namespace {

// Pages of a column are read in pieces of this size, else each column of a row group is read whole.
constexpr int64_t kPieceBytes = 1 << 20;
// So few rows that wide ones are little, too, whatever the file says or doesn't say of their size.
constexpr int64_t kMostPieceRows = 1024;
constexpr int64_t kLeastRowBytes = 16;

Result<std::unique_ptr<parquet::arrow::FileReader>> OpenFile(
    std::shared_ptr<arrow::io::RandomAccessFile> file) {
  parquet::ReaderProperties properties = parquet::default_reader_properties();
  properties.enable_buffered_stream();
  properties.set_buffer_size(kPieceBytes);
  parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
  arrow_properties.set_pre_buffer(false);
  parquet::arrow::FileReaderBuilder builder;
  arrow::Status opened = builder.Open(std::move(file), properties);
  if (!opened.ok()) return FromObjectStore(opened);
  std::unique_ptr<parquet::arrow::FileReader> reader;
  arrow::Status built = builder.properties(arrow_properties)->Build(&reader);
  if (!built.ok()) return FromObjectStore(built);
  return reader;
}

Result<std::shared_ptr<arrow::Schema>> SchemaOf(parquet::arrow::FileReader& file) {
  std::shared_ptr<arrow::Schema> schema;
  arrow::Status read = file.GetSchema(&schema);
  if (!read.ok()) return FromObjectStore(read);
  return schema;
}

// The leaves of the columns of that name.
std::vector<int> LeavesOf(const parquet::SchemaDescriptor& leaves, const arrow::Schema& wanted) {
  std::vector<int> indexes;
  for (int i = 0; i < leaves.num_columns(); ++i) {
    if (wanted.GetFieldByName(leaves.GetColumnRoot(i)->name())) indexes.push_back(i);
  }
  return indexes;
}

class ParquetReader final : public FileReader {
 public:
  ParquetReader(std::unique_ptr<parquet::arrow::FileReader> file,
                std::shared_ptr<arrow::Schema> schema, int64_t record, int64_t batch_bytes)
      : file_(std::move(file)),
        schema_(std::move(schema)),
        batch_bytes_(batch_bytes),
        record_(record) {}

  Status Open() {
    const parquet::FileMetaData& metadata = *file_->parquet_reader()->metadata();
    std::vector<int> groups;
    int64_t begin = 0, bytes = 0;
    for (int i = 0; i < metadata.num_row_groups(); ++i) {
      auto group = metadata.RowGroup(i);
      bytes += group->total_compressed_size();
      if (begin + group->num_rows() > record_) {
        if (groups.empty()) to_skip_ = record_ - begin;
        groups.push_back(i);
      }
      begin += group->num_rows();
    }
    bytes_per_row_ = static_cast<double>(bytes) / static_cast<double>(std::max<int64_t>(begin, 1));
    file_->set_batch_size(std::clamp<int64_t>(batch_bytes_ / kLeastRowBytes, 1, kMostPieceRows));
    auto pieces = file_->GetRecordBatchReader(groups, LeavesOf(*metadata.schema(), *schema_));
    if (!pieces.ok()) return FromObjectStore(pieces.status());
    pieces_ = *std::move(pieces);
    return Done{};
  }

  Result<std::optional<Batch>> Next() override {
    arrow::RecordBatchVector pieces;
    for (int64_t bytes = 0; bytes < batch_bytes_;) {
      std::shared_ptr<arrow::RecordBatch> piece;
      arrow::Status read = pieces_->ReadNext(&piece);
      if (!read.ok()) return FromObjectStore(read);
      if (!piece) break;
      int64_t skipped = std::min(to_skip_, piece->num_rows());
      to_skip_ -= skipped;
      if (skipped == piece->num_rows()) continue;
      bytes += arrow::util::TotalBufferSize(*piece);
      pieces.push_back(piece->Slice(skipped));
    }
    if (pieces.empty()) return std::optional<Batch>();
    auto rows = arrow::ConcatenateRecordBatches(pieces);
    if (!rows.ok()) return FromArrow(rows.status());
    SLUICE_ASSIGN(Batch batch, MakeBatch(**rows));
    return std::optional<Batch>(std::move(batch));
  }

  Place place() const override { return {0, record_}; }

 private:
  Result<Batch> MakeBatch(const arrow::RecordBatch& rows) {
    auto convert = [&](int64_t begin, int64_t end) {
      return Convert(*rows.Slice(begin, end - begin));
    };
    auto refuse = [&](int64_t index, const Error& error) {
      std::string number = std::to_string(record_ + index + 1);
      return RejectedRow{.error = WithContext(error, "record " + number),
                         .record = "{\"record\":" + number + "}"};
    };
    SLUICE_ASSIGN(Batch batch, Sift(schema_, rows.num_rows(), convert, refuse));
    batch.bytes = std::llround(std::ceil(static_cast<double>(rows.num_rows()) * bytes_per_row_));
    record_ += rows.num_rows();
    return batch;
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Convert(const arrow::RecordBatch& rows) const {
    arrow::ArrayVector columns;
    for (const auto& field : schema_->fields()) {
      int index = rows.schema()->GetFieldIndex(field->name());
      if (index < 0) {
        auto nulls = arrow::MakeArrayOfNull(field->type(), rows.num_rows());
        if (!nulls.ok()) return FromArrow(nulls.status());
        columns.push_back(*std::move(nulls));
        continue;
      }
      SLUICE_ASSIGN(auto column, FromForeign(*rows.schema()->field(index), rows.column(index),
                                             DataTypeOf(*field)));
      columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(schema_, rows.num_rows(), std::move(columns));
  }

  const std::unique_ptr<parquet::arrow::FileReader> file_;
  const std::shared_ptr<arrow::Schema> schema_;
  const int64_t batch_bytes_;
  int64_t record_;
  int64_t to_skip_ = 0;       // Rows of the first row group that is read.
  double bytes_per_row_ = 0;  // In the file.
  std::unique_ptr<arrow::RecordBatchReader> pieces_;
};

}  // namespace

Result<std::vector<Field>> ReadParquetFields(std::shared_ptr<arrow::io::RandomAccessFile> file) {
  SLUICE_ASSIGN(auto reader, OpenFile(std::move(file)));
  SLUICE_ASSIGN(auto schema, SchemaOf(*reader));
  std::vector<Field> fields;
  for (const auto& column : schema->fields()) {
    Field field;
    field.name = column->name();
    field.data_type = TypeOfForeign(*column);
    field.data_type_label = column->type()->ToString();
    field.read.is_nullable = column->nullable();
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<std::unique_ptr<FileReader>> OpenParquetReader(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::shared_ptr<arrow::Schema> schema,
    Place from, int64_t batch_bytes) {
  SLUICE_ASSIGN(auto opened, OpenFile(std::move(file)));
  auto reader = std::make_unique<ParquetReader>(std::move(opened), std::move(schema), from.record,
                                                batch_bytes);
  SLUICE_RETURN_IF_ERROR(reader->Open());
  return std::unique_ptr<FileReader>(std::move(reader));
}

}  // namespace sluice::s3
