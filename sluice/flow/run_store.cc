#include "sluice/flow/run_store.h"

#include <algorithm>
#include <array>

namespace sluice::flow {
namespace {
constexpr std::array<std::string_view, 5> kStatuses = {"InProgress", "Successful", "Error",
                                                       "CancelStarted", "Canceled"};
}  // namespace

std::string_view ToString(RunStatus status) { return kStatuses[static_cast<size_t>(status)]; }

std::optional<RunStatus> RunStatusFromString(std::string_view text) {
  auto found = std::find(kStatuses.begin(), kStatuses.end(), text);
  if (found == kStatuses.end()) return std::nullopt;
  return static_cast<RunStatus>(found - kStatuses.begin());
}

}  // namespace sluice::flow
