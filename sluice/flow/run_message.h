// How a run is summed up for the person who started it: at most 2,048 bytes.
#pragma once

#include <optional>
#include <string>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/live_run.h"
#include "sluice/flow/run_store.h"

namespace sluice::flow {

// A run at its end.
struct RunEnd {
  RunRecord run;
  std::optional<RejectedRow> first_refusal;
  bool is_by_refusal = false;    // A refused record ended it.
  int64_t records_in_doubt = 0;  // Sent, but their outcome is unknown.
};

// Whether there were records to write, and none could be.
bool WereAllRefused(const RunCounts& counts);

// "13 records written." "11 of 13 records written, 2 refused. First: …"
std::string MessageOfFinished(const Flow& flow, const RunEnd& end);
// Why it failed, and what stays written or is in doubt.
std::string MessageOfFailed(const Flow& flow, const Error& error, const RunEnd& end);
// What stays of a run that somebody stopped.
std::string MessageOfCanceled(const Flow& flow, const RunEnd& end);

// Why a run in progress waits; empty: it doesn't.
std::string MessageOfWaiting(const LiveState& state);

// Text cut to at most `bytes`, never within a character.
std::string CutTo(size_t bytes, std::string text);

}  // namespace sluice::flow
