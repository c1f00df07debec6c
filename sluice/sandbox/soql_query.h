// Answers parsed queries from the records of an org.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sluice/sandbox/org.h"
#include "sluice/sandbox/soql_parser.h"

namespace sluice::sandbox {

struct SoqlResult {
  const ObjectType* type = nullptr;
  std::vector<size_t> fields;          // In the order of SELECT.
  std::vector<RecordPointer> records;  // Of COUNT(): empty.
  int64_t total_size = 0;
};

// INVALID_FIELD, INVALID_TYPE …, or nothing and the records in `result`. `text` is what `query` was
// parsed from. A query in the order of Id (the order too when it asks for none) begins at its
// `Id > '…'` and ends at its limit, however many records there are.
std::optional<ApiError> RunSoql(const Org& org, const SoqlQuery& query, std::string_view text,
                                bool include_deleted, Time now, SoqlResult& result);

}  // namespace sluice::sandbox
