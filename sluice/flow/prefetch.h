// Reading ahead, so that reading and writing overlap.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "sluice/connector/stream.h"

namespace sluice::flow {

// Reads `inner` on a thread of its own and keeps batches until they are asked for: as many as have
// `max_bytes`, and one more. Next() gives them in their order, then the end or the error.
// Destruction stops reading and waits for it.
class PrefetchingReader final : public BatchReader {
 public:
  PrefetchingReader(std::unique_ptr<BatchReader> inner, int64_t max_bytes);

  std::shared_ptr<arrow::Schema> schema() const override { return inner_->schema(); }
  Result<Pull> Next(Deadline until, std::stop_token stop) override;

  // Whether Next() has given an error of the inner reader.
  bool failed() const { return failed_; }

 private:
  void ReadAhead(std::stop_token stop);
  void Add(Result<Pull> pull);

  std::unique_ptr<BatchReader> inner_;
  const int64_t max_bytes_;
  bool failed_ = false;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Result<Pull>> waiting_;
  int64_t waiting_bytes_ = 0;
  std::jthread thread_;  // Last: it uses all of the above.
};

}  // namespace sluice::flow
