// A flow as the API has it to a flow as the engine runs it.
#pragma once

#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"
#include "sluice/flow/flow.h"

namespace sluice::api {

// Everything that can be said about a flow's document without asking the systems it names:
// ValidationException for what contradicts itself, and for what this version doesn't run.
ApiResult<flow::Flow> TranslateFlow(const appflow::CreateFlowRequest& document);

}  // namespace sluice::api
