// A flow as the API has it to a flow as the engine runs it.
#pragma once

#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"
#include "sluice/api/resource_store.h"
#include "sluice/api/tags.h"
#include "sluice/flow/flow.h"

namespace sluice::api {

// Everything that can be said about a flow's document without asking the systems it names:
// ValidationException for what contradicts itself, and for what this version doesn't run.
// Its tags are read, too (flow_tags.h).
ApiResult<flow::Flow> TranslateFlow(const appflow::CreateFlowRequest& document);

// The source alone, for a flow that has no destination yet.
ApiResult<flow::Endpoint> TranslateSource(const appflow::SourceFlowConfig& source,
                                          const std::optional<Tags>& tags);

// A flow as it is when a run of it begins: all that going on takes after a restart, whatever
// becomes of the flow meanwhile. Kept with the run.
ApiResult<std::string> RunDocument(const StoredFlow& stored);
ApiResult<flow::Flow> TranslateRunDocument(const std::string& document);

}  // namespace sluice::api
