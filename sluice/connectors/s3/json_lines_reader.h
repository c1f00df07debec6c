// JSON lines: one object a line.
#pragma once

#include <arrow/type.h>

#include <memory>
#include <vector>

#include "sluice/connectors/s3/file_reader.h"
#include "sluice/connectors/s3/object_stream.h"
#include "sluice/model/entity.h"

namespace sluice::s3 {

// Fields and types of the records that are seen first (about a megabyte), in the order in which
// they come: Boolean, Long, Double (BigDecimal where a double doesn't hold all digits), Struct,
// List, and String for all else, such as members of several types. kInvalidArgument: the first line
// is no JSON object.
Result<std::vector<Field>> InferJsonFields(TextWindow& window);

// Members without a column are ignored, members that are missing are null. A line that is no object
// or doesn't fit the schema is unreadable; empty lines are no records. `from` and `batch_bytes` as
// in OpenCsvReader.
Result<std::unique_ptr<FileReader>> OpenJsonLinesReader(std::unique_ptr<ObjectStream> stream,
                                                        std::shared_ptr<arrow::Schema> schema,
                                                        Place from, int64_t batch_bytes);

}  // namespace sluice::s3
