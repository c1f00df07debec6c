#include "sluice/flow/run_store.h"

#include <algorithm>
#include <array>

namespace sluice::flow {
namespace {
constexpr std::array<std::string_view, 5> kStatuses = {"InProgress", "Successful", "Error",
                                                       "CancelStarted", "Canceled"};
constexpr std::array<std::string_view, 3> kGuarantees = {"unknown", "effectively-once",
                                                         "at-least-once"};
}  // namespace

std::string_view ToString(RunStatus status) { return kStatuses[static_cast<size_t>(status)]; }

std::optional<RunStatus> RunStatusFromString(std::string_view text) {
  auto found = std::find(kStatuses.begin(), kStatuses.end(), text);
  if (found == kStatuses.end()) return std::nullopt;
  return static_cast<RunStatus>(found - kStatuses.begin());
}

bool IsInProgress(RunStatus status) {
  return status == RunStatus::kInProgress || status == RunStatus::kCancelStarted;
}

std::string_view ToString(Guarantee guarantee) {
  return kGuarantees[static_cast<size_t>(guarantee)];
}

std::optional<Guarantee> GuaranteeFromString(std::string_view text) {
  auto found = std::find(kGuarantees.begin(), kGuarantees.end(), text);
  if (found == kGuarantees.end()) return std::nullopt;
  return static_cast<Guarantee>(found - kGuarantees.begin());
}

}  // namespace sluice::flow
