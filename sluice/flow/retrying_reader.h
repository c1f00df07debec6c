// A reader that outlives the failures of the readers it opens.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "sluice/connector/stream.h"
#include "sluice/flow/backoff.h"

namespace sluice::flow {

class RetryingReader final : public BatchReader {
 public:
  // Opens a reader that goes on at a position, or at the beginning.
  using Open = std::function<Result<std::unique_ptr<BatchReader>>(std::optional<Position> from)>;

  // Opens the first reader, with retries. `live` outlives it.
  static Result<std::unique_ptr<RetryingReader>> Make(Open open, std::optional<Position> from,
                                                      const RetryPolicy& policy, LiveRun& live,
                                                      std::stop_token stop);

  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }

  // After an error that may pass, reads on behind the last batch that it handed out. An Error is
  // final: a code that repeating doesn't help, or too many failures in a row.
  Result<Pull> Next(Deadline until, std::stop_token stop) override;

 private:
  RetryingReader(Open open, std::optional<Position> from, const RetryPolicy& policy, LiveRun& live)
      : open_(std::move(open)), after_(std::move(from)), backoff_(policy, live) {}

  Status Reopen();

  Open open_;
  std::optional<Position> after_;
  Backoff backoff_;
  std::unique_ptr<BatchReader> reader_;
};

}  // namespace sluice::flow
