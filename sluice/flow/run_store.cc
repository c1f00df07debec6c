#include "sluice/flow/run_store.h"

namespace sluice::flow {

std::string_view ToString(RunStatus status) {
  switch (status) {
    case RunStatus::kInProgress:
      return "InProgress";
    case RunStatus::kSuccessful:
      return "Successful";
    case RunStatus::kError:
      return "Error";
    case RunStatus::kCancelStarted:
      return "CancelStarted";
    case RunStatus::kCanceled:
      return "Canceled";
  }
  SLUICE_CHECK(false);
}

std::optional<RunStatus> RunStatusFromString(std::string_view text) {
  for (RunStatus status : {RunStatus::kInProgress, RunStatus::kSuccessful, RunStatus::kError,
                           RunStatus::kCancelStarted, RunStatus::kCanceled}) {
    if (ToString(status) == text) return status;
  }
  return std::nullopt;
}

}  // namespace sluice::flow
