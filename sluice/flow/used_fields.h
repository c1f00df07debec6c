// Which fields a flow's tasks need.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"

namespace sluice::flow {

// By name.
struct UsedFields {
  std::set<std::string> source;       // The projection's, too: a run reads them.
  std::set<std::string> destination;  // Mapped ones, id fields, and those that name folders.
};

// A Map_all task uses all of `source_fields` that it doesn't exclude; other tasks name theirs.
// kInvalidArgument: a task's list of names can't be read.
Result<UsedFields> FindUsedFields(const Flow& flow, const std::vector<std::string>& source_fields);

}  // namespace sluice::flow
