// A flow's columns as Parquet's.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/connectors/s3/record_encoder.h"
#include "sluice/model/entity.h"

namespace sluice::s3 {

// The Arrow schema that Parquet's columns are made from: see ParquetTypes.
std::shared_ptr<arrow::Schema> ParquetSchemaOf(const arrow::Schema& schema,
                                               const EntityDefinition& entity, ParquetTypes types);

// Rows of `from` as rows of the schema made from it. kInvalidArgument names column and value where
// one doesn't fit.
Result<std::shared_ptr<arrow::RecordBatch>> ToParquetColumns(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& to);

}  // namespace sluice::s3
