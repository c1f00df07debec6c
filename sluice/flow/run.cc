#include "sluice/flow/run.h"

namespace sluice::flow {

Status CopyPartition(Pipeline& in, BatchWriter& out, RunLog& log, std::stop_token stop) {
  while (true) {
    SLUICE_ASSIGN(MappedPull pull, in.Next(stop));
    if (pull.what == Pulled::kEnd) break;
    if (pull.what == Pulled::kIdle) {
      SLUICE_ASSIGN(Progress idle, out.Flush());
      SLUICE_RETURN_IF_ERROR(log.SaveNow(std::move(idle)));
      if (stop.stop_requested()) return Done{};
      continue;
    }
    const Batch mapped = pull.mapped.batch;
    SLUICE_ASSIGN(bool is_new, log.Take(std::move(pull), out.may_refuse()));
    if (!is_new) continue;
    SLUICE_ASSIGN(Progress done, out.Write(mapped));
    SLUICE_RETURN_IF_ERROR(log.Save(std::move(done)));
  }
  SLUICE_ASSIGN(Progress last, out.Finish());
  return log.Finish(std::move(last));
}

}  // namespace sluice::flow
