// What a flow's tags say to Sluice: those whose names begin with "sluice:".
#pragma once

#include <chrono>
#include <optional>

#include "sluice/api/errors.h"
#include "sluice/api/tags.h"
#include "sluice/connector/connector.h"

namespace sluice::api {

struct FlowTags {
  // "sluice:retryMinutes": 0 to 1440.
  std::optional<std::chrono::minutes> retry_for;
  // All others, without the prefix, are settings of both sides, for what AppFlow's model has no
  // place for: "csvDelimiter".
  Settings settings;
};

// ValidationException where a value isn't what its tag takes. Other people's tags are none of ours.
ApiResult<FlowTags> ReadFlowTags(const Tags& tags);

}  // namespace sluice::api
