// One page of a query's answer.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::salesforce {

struct RecordPage {
  simdjson::padded_string text;           // What `records` look into.
  std::vector<std::string_view> records;  // JSON objects.
  std::string last_id;                    // Of the last record. Empty where there is none.
  bool is_complete = false;               // False: Salesforce has more records for this query.
};

// {"done":…,"records":[{"Id":…},…]}. kServerError where the body is something else or cut off.
Result<RecordPage> ReadRecordPage(std::string_view body);

}  // namespace sluice::salesforce
