#include "sluice/flow/retrying_reader.h"

namespace sluice::flow {

Result<std::unique_ptr<RetryingReader>> RetryingReader::Make(Open open,
                                                             std::optional<Position> from,
                                                             const RetryPolicy& policy,
                                                             LiveRun& live, std::stop_token stop) {
  std::unique_ptr<RetryingReader> reader(
      new RetryingReader(std::move(open), std::move(from), policy, live));
  while (true) {
    Status status = reader->Reopen();
    if (status.ok()) return reader;
    if (!reader->backoff_.Wait(status.error(), stop)) return std::move(status).error();
  }
}

Status RetryingReader::Reopen() {
  SLUICE_ASSIGN(auto fresh, open_(after_));
  reader_ = std::move(fresh);
  return Done{};
}

Result<Pull> RetryingReader::Next(Deadline until, std::stop_token stop) {
  auto pull = reader_->Next(until, stop);
  while (!pull.ok()) {
    if (!backoff_.Wait(pull.error(), stop)) return pull;
    Status status = Reopen();
    if (status.ok()) {
      pull = reader_->Next(until, stop);
    } else {
      pull = std::move(status).error();
    }
  }
  backoff_.Reset();
  if (pull->what == Pulled::kBatch) after_ = pull->batch.after;
  return pull;
}

}  // namespace sluice::flow
