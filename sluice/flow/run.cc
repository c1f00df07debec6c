#include "sluice/flow/run.h"

namespace sluice::flow {

namespace {

// Nothing more comes for now, or ever: what was sent is made durable.
Status Flush(BatchWriter& out, RunLog& log) {
  if (log.IsBehindTarget()) return Done{};
  SLUICE_ASSIGN(Progress so_far, out.Flush());
  return log.SaveNow(std::move(so_far));
}

}  // namespace

Status CopyPartition(Pipeline& in, BatchWriter& out, RunLog& log, std::stop_token stop) {
  while (true) {
    auto pull = in.Next(stop);
    if (!pull.ok() || pull->what == Pulled::kIdle || log.IsEndedBy(*pull)) {
      SLUICE_RETURN_IF_ERROR(Flush(out, log));
    }
    if (!pull.ok()) return std::move(pull).error();
    if (pull->what == Pulled::kEnd) break;
    if (pull->what == Pulled::kIdle) {
      if (stop.stop_requested()) return Done{};
      continue;
    }
    const Batch mapped = pull->mapped.batch;
    SLUICE_ASSIGN(bool is_new, log.Take(*std::move(pull), out.may_refuse()));
    if (!is_new) continue;
    SLUICE_ASSIGN(Progress done, out.Write(mapped));
    SLUICE_RETURN_IF_ERROR(log.Save(std::move(done)));
  }
  SLUICE_ASSIGN(Progress last, out.Finish());
  return log.Finish(std::move(last));
}

}  // namespace sluice::flow
