// The records of one object.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "sluice/base/result.h"
#include "sluice/connector/stream.h"

namespace sluice::s3 {

// Where a reader of an object is.
struct Place {
  int64_t offset = 0;  // In bytes, gzip unpacked; 0 where the format is not read by bytes.
  int64_t record = 0;  // How many records are before it, the unreadable ones too.
};

// One thread. Errors are about the object as a whole; their message doesn't name it.
class FileReader {
 public:
  virtual ~FileReader() = default;

  // The next batch, with everything but `after`; nothing: the end. `unreadable` say which record it
  // is, counted from 1 in the object, and have no `seq`.
  virtual Result<std::optional<Batch>> Next() = 0;
  // Behind the last batch: where a new reader of the same object can go on.
  virtual Place place() const = 0;
};

}  // namespace sluice::s3
