// Parquet with any types, a row group after the other.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/type.h>

#include <memory>
#include <vector>

#include "sluice/connectors/s3/file_reader.h"
#include "sluice/model/entity.h"

namespace sluice::s3 {

// The columns of a file, with the types of foreign_column.h. kInvalidArgument: not a Parquet file.
Result<std::vector<Field>> ReadParquetFields(std::shared_ptr<arrow::io::RandomAccessFile> file);

// Only the columns of `schema` are read, by their names; those that aren't there are null. A record
// with a value that its column can't hold is unreadable. `from`: row groups before it are not read.
// Batches are of about `batch_bytes`, or 1,024 rows where these are more.
Result<std::unique_ptr<FileReader>> OpenParquetReader(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::shared_ptr<arrow::Schema> schema,
    Place from, int64_t batch_bytes);

}  // namespace sluice::s3
