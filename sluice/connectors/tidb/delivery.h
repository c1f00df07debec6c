// What became durable of a stream, as TiDB keeps it beside the stream's position.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/connector/stream.h"

namespace sluice::tidb_connector {

// What a batch came to. TiDB keeps it until the engine has saved it: a crash between the two must
// not lose which records were refused. The records themselves the engine reads again.
struct Delivery {
  int64_t seq = 0;  // Of the batch.
  int64_t rows_written = 0, bytes_written = 0;
  std::vector<RejectedRow> rejected;
};

// JSON, of at most some megabytes: a row of TiDB's has at most six. Where there are very many
// refused rows, only the first ones keep their reasons.
std::string ToReport(const std::deque<Delivery>& deliveries);
// The reverse. kServerError: it is no such report.
Result<std::deque<Delivery>> FromReport(std::string_view report);

}  // namespace sluice::tidb_connector
