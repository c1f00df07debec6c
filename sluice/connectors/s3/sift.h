// Parting the records that are rows from those that are none.
#pragma once

#include <arrow/record_batch.h>

#include <functional>
#include <memory>

#include "sluice/base/result.h"
#include "sluice/connector/stream.h"

namespace sluice::s3 {

// Rows of the records [begin, end). kInvalidArgument: one of them, at least, is none.
using Convert =
    std::function<Result<std::shared_ptr<arrow::RecordBatch>>(int64_t begin, int64_t end)>;
// What is to be said about a record that is none: `record`, and an error that names it.
using Refuse = std::function<RejectedRow(int64_t index, const Error& error)>;

// The rows of `count` records and those that are unreadable, with `rows`, `source_row` and
// `unreadable` set. Tries them all at once, and in ever smaller parts where that fails.
Result<Batch> Sift(const std::shared_ptr<arrow::Schema>& schema, int64_t count,
                   const Convert& convert, const Refuse& refuse);

}  // namespace sluice::s3
