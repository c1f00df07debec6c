// CSV as RFC 4180 has it, and as it is found: any delimiter, LF, CRLF or CR, a byte order mark,
// line breaks inside of quotes, empty lines (no record), gzip.
#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "sluice/connectors/s3/file_reader.h"
#include "sluice/connectors/s3/object_stream.h"

namespace sluice::s3 {

// The names in the first line. kInvalidArgument: there is none, or it names a column twice.
Result<std::vector<std::string>> ReadCsvHeader(TextWindow& window, char delimiter);

// Columns of `schema` (all of type utf8) are found by the names in the header; those that aren't
// there are null, what isn't asked for is left out. A cell with nothing in it is null, one with two
// quotes an empty text. UTF-8 is not checked. A record with another number of cells than the header
// is unreadable.
//
// `from`: nothing of it is read again but the header. Batches are of about `batch_bytes`.
Result<std::unique_ptr<FileReader>> OpenCsvReader(std::unique_ptr<ObjectStream> stream,
                                                  std::shared_ptr<arrow::Schema> schema,
                                                  char delimiter, Place from, int64_t batch_bytes);

}  // namespace sluice::s3
