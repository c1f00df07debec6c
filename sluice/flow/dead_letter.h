// Refused records, kept for the people who look after a flow.
#pragma once

#include <string>
#include <vector>

#include "sluice/connector/stream.h"

namespace sluice::flow {

inline constexpr size_t kMostRecordBytes = 64 << 10;  // What is kept of one record.

// Fills in the record of a row: what record `row.index` of `source` is, as JSON; it keeps its own
// where `source` has none. A longer one than kMostRecordBytes is cut.
void AddRecord(const Batch& source, RejectedRow& row);

// An object a line, with "record" (an object where it is one and is whole, else its text),
// "errorCode", "errorMessage", "field" and "place".
std::string ToJsonLines(const std::vector<RejectedRow>& rows);

}  // namespace sluice::flow
