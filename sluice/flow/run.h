// The loop that moves data.
#pragma once

#include <stop_token>

#include "sluice/base/result.h"
#include "sluice/connector/stream.h"
#include "sluice/flow/pipeline.h"
#include "sluice/flow/run_log.h"

namespace sluice::flow {

// Copies one partition: from where `in` stands to its end, or to a durable position soon after
// `stop` is requested, each step on record in `log`, which says which of them it was. Progress
// follows delivery: a position is saved once its rows are durable. An Error comes from whichever of
// them failed; what was written stays written.
Status CopyPartition(Pipeline& in, BatchWriter& out, RunLog& log, std::stop_token stop);

}  // namespace sluice::flow
