#include "sluice/api/appflow_api.h"
#include "sluice/api/flow_translation.h"
#include "sluice/base/log.h"

namespace sluice::api {
namespace {

Status End(const AppFlowParts& parts, flow::RunRecord run, const std::string& why) {
  run.status = flow::RunStatus::kError;
  run.message =
      "The service stopped while this run was under way, and it can't be gone on with: " + why +
      " What was written stays written; run the flow again.";
  run.updated_at = parts.clock.Now();
  Log(LogLevel::kWarning, "an unfinished run of an earlier start can't be gone on with",
      {{"flow", run.flow_name}, {"execution", run.execution_id}, {"reason", why}});
  return parts.runs.FinishRun(run);
}

}  // namespace

Status GoOnWithRuns(const AppFlowParts& parts, flow::Runner& runner) {
  SLUICE_ASSIGN(auto runs, parts.runs.UnfinishedRuns());
  for (const flow::RunRecord& run : runs) {
    if (run.flow_document.empty()) {
      SLUICE_RETURN_IF_ERROR(
          End(parts, run, "an earlier version of the service did not keep what that takes."));
      continue;
    }
    auto flow = TranslateRunDocument(run.flow_document);
    if (flow.ok()) {
      runner.GoOn(*flow, run);
    } else {
      SLUICE_RETURN_IF_ERROR(End(parts, run, flow.error().message));
    }
  }
  return Done{};
}

}  // namespace sluice::api
