#include "sluice/flow/flow.h"

#include <array>

#include "sluice/flow/plan.h"

namespace sluice::flow {

std::string_view ToString(TaskType type) {
  constexpr std::array<std::string_view, 10> kNames = {
      "Arithmetic", "Filter",      "Map",      "Map_all",  "Mask",
      "Merge",      "Passthrough", "Truncate", "Validate", "Partition"};
  return kNames[static_cast<size_t>(type)];
}

Result<FlowEntities> Validate(const Flow& flow, Accounts& accounts) {
  SLUICE_RETURN_IF_ERROR(CheckTasks(flow.tasks));
  SLUICE_ASSIGN(auto source, accounts.Open(flow.source));
  SLUICE_ASSIGN(auto destination, accounts.Open(flow.destination));
  SLUICE_ASSIGN(Plan plan, MakePlan(flow, *source, *destination));
  return FlowEntities{std::move(plan.read.entity), std::move(plan.write.entity)};
}

}  // namespace sluice::flow
