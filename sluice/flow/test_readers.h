// Readers for tests.
#pragma once

#include <arrow/record_batch.h>

#include <atomic>
#include <new>
#include <optional>
#include <thread>

#include "sluice/connector/records.h"
#include "sluice/connector/stream.h"

namespace sluice::flow {

// Batches 1 to `count` of `bytes` each, then the end, or an error.
class CountingReader final : public BatchReader {
 public:
  CountingReader(int64_t count, int64_t bytes, std::atomic<int64_t>& read)
      : count_(count), bytes_(bytes), read_(read) {}

  std::optional<Error> error_at_end;
  bool throws_at_end = false;

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  Result<Pull> Next(Deadline, std::stop_token) override {
    if (seq_ == count_) {
      if (throws_at_end) throw std::bad_alloc();
      if (error_at_end) return *error_at_end;
      return Pull{Pulled::kEnd, {}};
    }
    ++seq_;
    ++read_;
    Batch batch{.rows = *RecordsFromJson(schema_, {}), .bytes = bytes_, .after = {seq_, ""}};
    return Pull{Pulled::kBatch, std::move(batch)};
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_ =
      arrow::schema({ToArrowField("v", DataType::kLong)});
  int64_t count_, bytes_, seq_ = 0;
  std::atomic<int64_t>& read_;
};

// Has nothing until it is stopped.
class SilentReader final : public BatchReader {
 public:
  std::shared_ptr<arrow::Schema> schema() const override { return arrow::schema({}); }
  Result<Pull> Next(Deadline until, std::stop_token stop) override {
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return Pull{Pulled::kIdle, {}};
  }
};

}  // namespace sluice::flow
