// Reading and mapping ahead of a writer, so that all three overlap.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "sluice/connector/stream.h"
#include "sluice/flow/byte_queue.h"
#include "sluice/flow/mapping.h"
#include "sluice/flow/stage_clock.h"

namespace sluice::flow {

// What comes out at the end of a pipeline.
struct MappedPull {
  Pulled what = Pulled::kIdle;
  MappedBatch mapped;
  int64_t records = 0;      // Of the source's batch, those that it couldn't read included.
  Whereabouts whereabouts;  // Of these.
  Batch source;             // Its rows, where they may be needed for dead letters; else none.
};

struct PipelineOptions {
  bool keeps_source = true;  // The writer may refuse records.
  int64_t queue_bytes = 4 << 20;
  std::chrono::milliseconds flush_interval{10'000};  // Then an endless source may be idle.
};

// Reads a partition on one thread and maps it on another, each as far ahead as its queue of
// `queue_bytes` allows. Batches come out in their order, then the end or the error. Destruction
// stops both threads and waits for them.
class Pipeline {
 public:
  // `mapping` and `clock` outlive the pipeline.
  Pipeline(std::unique_ptr<BatchReader> reader, const Mapping& mapping,
           const PipelineOptions& options, StageClock& clock);
  ~Pipeline();

  // Waits for the next batch. kIdle: the source has nothing new for now, or `stop` is requested.
  Result<MappedPull> Next(std::stop_token stop);

  // Whether Next() has given an error of the reader.
  bool has_reading_failed() const { return has_given_error_ && has_reader_failed_; }

 private:
  void Read(std::stop_token stop);
  void Map(std::stop_token stop);
  Result<MappedPull> Apply(Pull pull) const;

  const std::unique_ptr<BatchReader> reader_;
  const Mapping& mapping_;
  const PipelineOptions options_;
  StageClock& clock_;
  ByteQueue<Result<Pull>> read_;
  ByteQueue<Result<MappedPull>> mapped_;
  std::atomic<bool> has_reader_failed_ = false;
  bool has_given_error_ = false;
  std::jthread reading_, mapping_thread_;  // Last: they use all of the above.
};

}  // namespace sluice::flow
