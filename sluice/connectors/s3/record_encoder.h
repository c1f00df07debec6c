// Rows as the content of a file.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice::s3 {

// Of one file. One thread.
class RecordEncoder {
 public:
  virtual ~RecordEncoder() = default;

  // All batches have the schema that the encoder was made with. kInvalidArgument: a value that the
  // format can't hold, with its column. Other Errors are the stream's.
  virtual Status Write(const arrow::RecordBatch& rows) = 0;
  // The end of the file; the stream stays open.
  virtual Status Finish() = 0;

  // What it holds back: in memory, and about what that will come to in the file.
  virtual int64_t memory_bytes() const { return 0; }
  virtual int64_t pending_bytes() const { return 0; }
};

// RFC 4180, with lines that end in "\n": a line of names, then a line for each row, values as
// TextCells writes them. A null is an empty field and an empty text is "". In a file of one column,
// where an empty line would be no row for most who read it, a null is "" as well.
std::unique_ptr<RecordEncoder> MakeCsvEncoder(std::shared_ptr<arrow::Schema> schema,
                                              std::shared_ptr<arrow::io::OutputStream> out);

// A JSON object per line, as connector/records.h writes it.
std::unique_ptr<RecordEncoder> MakeJsonEncoder(std::shared_ptr<arrow::io::OutputStream> out);

// What the columns of a Parquet file are.
enum class ParquetTypes {
  kText,  // All STRING, as TextCells writes the values.
  // Boolean      BOOLEAN
  // Short, Integer, Long  INT(16), INT(32), INT(64)
  // BigInteger   DECIMAL(38,0)
  // BigDecimal   DECIMAL(p,s) where the field's label says which, e.g. "decimal(10,2)", and 38
  //              digits are enough; else STRING, as that keeps all digits
  // Float, Double  DOUBLE
  // Date         DATE
  // DateTime     TIMESTAMP in microseconds, UTC
  // ByteArray    BYTE_ARRAY
  // Struct, Map, List  JSON
  // String       STRING
  kOfSource,
};

// Snappy; row groups of a size that memory is bounded by; dictionaries for the columns whose first
// values repeat. Columns carry their DataType (kDataTypeKey) in Arrow's schema.
std::unique_ptr<RecordEncoder> MakeParquetEncoder(const arrow::Schema& schema,
                                                  const EntityDefinition& entity,
                                                  ParquetTypes types,
                                                  std::shared_ptr<arrow::io::OutputStream> out);

}  // namespace sluice::s3
