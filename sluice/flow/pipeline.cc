#include "sluice/flow/pipeline.h"

#include <arrow/util/byte_size.h>

#include <algorithm>

#include "sluice/flow/without_throwing.h"

namespace sluice::flow {
namespace {

// What a batch holds in memory, or what it had at the source, where that is more.
int64_t BytesOf(const Batch& batch) {
  if (!batch.rows) return batch.bytes;
  auto bytes = arrow::util::ReferencedBufferSize(*batch.rows);
  return std::max(batch.bytes, bytes.ok() ? *bytes : arrow::util::TotalBufferSize(*batch.rows));
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<BatchReader> reader, const Mapping& mapping,
                   const PipelineOptions& options, StageClock& clock)
    : reader_(std::move(reader)),
      mapping_(mapping),
      options_(options),
      clock_(clock),
      read_(options.queue_bytes),
      mapped_(options.queue_bytes),
      reading_([this](std::stop_token stop) { Read(stop); }),
      mapping_thread_([this](std::stop_token stop) { Map(stop); }) {}

// Both at once, so that neither waits for the other.
Pipeline::~Pipeline() {
  reading_.request_stop();
  mapping_thread_.request_stop();
}

void Pipeline::Read(std::stop_token stop) {
  bool can_flush = false;  // There is something, and it can wait until …
  Deadline flush_at;
  while (!stop.stop_requested()) {
    // One that keeps trickling pauses for shorter than the interval.
    const Deadline until = can_flush
                               ? std::max(DeadlineAfter(options_.flush_interval / 10), flush_at)
                               : DeadlineAfter(options_.flush_interval);
    auto pull = clock_.Time(Stage::kRead, [&] {
      return WithoutThrowing("reading failed", [&] { return reader_->Next(until, stop); });
    });
    const bool is_idle = pull.ok() && pull->what == Pulled::kIdle;
    if (is_idle && !can_flush) continue;
    if (!is_idle && !can_flush) flush_at = DeadlineAfter(options_.flush_interval);
    can_flush = !is_idle;
    const bool is_last = !pull.ok() || pull->what == Pulled::kEnd;
    const int64_t bytes = pull.ok() ? BytesOf(pull->batch) : 0;
    if (!read_.Push(std::move(pull), bytes, stop) || is_last) return;
  }
}

void Pipeline::Map(std::stop_token stop) {
  while (auto pull = read_.Pop(stop)) {
    if (!pull->ok()) has_reader_failed_ = true;
    auto mapped = pull->ok() ? clock_.Time(Stage::kMap,
                                           [&] {
                                             return WithoutThrowing("mapping failed", [&] {
                                               return Apply(*std::move(*pull));
                                             });
                                           })
                             : Result<MappedPull>(std::move(*pull).error());
    const bool is_last = !mapped.ok() || mapped->what == Pulled::kEnd;
    const int64_t bytes = mapped.ok() ? BytesOf(mapped->mapped.batch) + BytesOf(mapped->source) : 0;
    if (!mapped_.Push(std::move(mapped), bytes, stop) || is_last) return;
  }
}

Result<MappedPull> Pipeline::Apply(Pull pull) const {
  MappedPull result{.what = pull.what, .mapped = {}, .records = 0, .whereabouts = {}, .source = {}};
  if (pull.what != Pulled::kBatch) return result;
  Batch& batch = pull.batch;
  result.records = batch.rows->num_rows() + std::ssize(batch.unreadable);
  SLUICE_ASSIGN(result.mapped, mapping_.Apply(batch));
  result.whereabouts = std::move(batch.whereabouts);
  if (options_.keeps_source || !result.mapped.rejected.empty()) {
    result.source.rows = std::move(batch.rows);
    result.source.source_row = std::move(batch.source_row);
  }
  return result;
}

Result<MappedPull> Pipeline::Next(std::stop_token stop) {
  if (stop.stop_requested()) return MappedPull{};
  auto next = clock_.Time(Stage::kWait, [&] { return mapped_.Pop(stop); });
  if (!next) return MappedPull{};
  has_given_error_ = !next->ok();
  return std::move(*next);
}

}  // namespace sluice::flow
