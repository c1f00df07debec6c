// One page of a query's answer.
#pragma once

#include <cstdint>
#include <string>

#include "sluice/base/result.h"
#include "sluice/connector/record_builder.h"

namespace sluice::salesforce {

struct RecordPage {
  int64_t records = 0;
  std::string last_id;       // Of the last record. Empty where there is none.
  bool is_complete = false;  // False: Salesforce has more records for this query.
};

// {"done":…,"records":[{"Id":…},…]}, whose records are appended to `rows`. kServerError where the
// body is something else or cut off; kInvalidArgument names a value that does not fit its column.
Result<RecordPage> ReadRecordPage(std::string body, RecordBuilder& rows);

}  // namespace sluice::salesforce
