// How a run is summed up for the person who started it: at most 2,048 bytes.
#pragma once

#include <optional>
#include <string>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/run_log.h"

namespace sluice::flow {

// "13 records written." "11 of 13 records written, 2 refused. First: …"
std::string MessageOfFinished(const Flow& flow, const RunLog& log);
// Why it failed, and what stays written or is in doubt. `log`: nothing if no record moved.
std::string MessageOfFailed(const Flow& flow, const Error& error, const RunLog* log);
// What stays of a run that somebody stopped.
std::string MessageOfCanceled(const RunLog* log);

// Text cut to at most `bytes`, never within a character.
std::string CutTo(size_t bytes, std::string text);

}  // namespace sluice::flow
