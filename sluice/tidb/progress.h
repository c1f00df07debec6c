// How far a stream of batches has come, kept in TiDB beside the rows that it brought.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::tidb {

// The table that holds it, in the database of the rows:
//   stream VARCHAR(255) PRIMARY KEY, seq BIGINT, token LONGTEXT, report LONGTEXT
inline constexpr char kProgressTable[] = "_sluice_progress";

// A batch's place in its stream. It is written in the transaction of the batch's rows, so that a
// batch counts once, however often it is sent.
struct StreamPosition {
  std::string stream;  // Names the stream: an execution and its partition. At most 255 characters.
  int64_t seq = 0;     // This batch's. Rising from batch to batch.
  int64_t previous = 0;  // That of the batch before; 0 for the first.
  std::string token;     // Where the sender goes on after this batch. Kept as it is.
};

}  // namespace sluice::tidb
