// A column of texts, written straight into its memory.
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/util/bitmap_ops.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "sluice/base/result.h"
#include "sluice/connector/records.h"

namespace sluice::flow {

// A text for each row of `column`, null where that is. `write` takes a row that is not null and
// where to put its text, and returns the text's end. `most_bytes`: what all of them together take
// at most. kServerError: that is more than a column can have.
template <class Write>
Result<std::shared_ptr<arrow::Array>> WriteTexts(const arrow::Array& column, int64_t most_bytes,
                                                 Write write) {
  if (most_bytes > std::numeric_limits<int32_t>::max()) {
    return ServerError("The source delivered a batch of " + std::to_string(column.length()) +
                       " records, which is too large to be mapped.");
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> nulls = column.null_bitmap();
  if (column.offset() != 0 && column.null_bitmap()) {
    nulls = arrow::internal::CopyBitmap(arrow::default_memory_pool(), column.null_bitmap_data(),
                                        column.offset(), column.length());
  }
  auto data = arrow::AllocateResizableBuffer(most_bytes);
  auto offsets = arrow::AllocateBuffer((column.length() + 1) * int64_t{sizeof(int32_t)});
  for (const arrow::Status& status : {nulls.status(), data.status(), offsets.status()}) {
    if (!status.ok()) return FromArrow(status);
  }
  char* const begin = (*data)->template mutable_data_as<char>();
  char* out = begin;
  auto* ends = (*offsets)->template mutable_data_as<int32_t>();
  *ends = 0;
  for (int64_t row = 0; row < column.length(); ++row) {
    if (!column.IsNull(row)) out = write(row, out);
    *++ends = static_cast<int32_t>(out - begin);
  }
  if (arrow::Status status = (*data)->Resize(out - begin); !status.ok()) return FromArrow(status);
  std::shared_ptr<arrow::Array> texts = std::make_shared<arrow::StringArray>(
      column.length(), *std::move(offsets), *std::move(data), *std::move(nulls));
  return texts;
}

}  // namespace sluice::flow
