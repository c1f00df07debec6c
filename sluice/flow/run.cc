#include "sluice/flow/run.h"

namespace sluice::flow {

Status CopyPartition(BatchReader& in, BatchWriter& out, const Mapping& map, RunLog& log,
                     std::stop_token stop) {
  while (true) {
    SLUICE_ASSIGN(Pull pull, in.Next(log.NextFlush(), stop));
    if (pull.what == Pulled::kEnd) break;
    if (stop.stop_requested()) return ServiceUnavailable("the run was stopped");
    if (pull.what == Pulled::kIdle) {
      SLUICE_ASSIGN(Progress idle, out.Flush());
      SLUICE_RETURN_IF_ERROR(log.Save(idle));
      continue;
    }
    log.Take(pull.batch);
    SLUICE_ASSIGN(MappedBatch mapped, map.Apply(pull.batch));
    SLUICE_RETURN_IF_ERROR(log.Reject(std::move(mapped.rejected)));
    SLUICE_ASSIGN(Progress done, out.Write(mapped.batch));
    SLUICE_RETURN_IF_ERROR(log.Save(done));
  }
  SLUICE_ASSIGN(Progress last, out.Finish());
  return log.Save(last);
}

}  // namespace sluice::flow
