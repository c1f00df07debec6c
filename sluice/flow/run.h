// The loop that moves data.
#pragma once

#include <stop_token>

#include "sluice/base/result.h"
#include "sluice/connector/stream.h"
#include "sluice/flow/mapping.h"
#include "sluice/flow/run_log.h"

namespace sluice::flow {

// Copies one partition to its end: from where `in` stands, through `map`, to `out`, each step on
// record in `log`. Progress follows delivery: a position is saved once its rows are durable. An
// Error comes from whichever of them failed; what was written stays written.
Status CopyPartition(BatchReader& in, BatchWriter& out, const Mapping& map, RunLog& log,
                     std::stop_token stop);

}  // namespace sluice::flow
