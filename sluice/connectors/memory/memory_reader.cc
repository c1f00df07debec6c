#include "sluice/connectors/memory/memory_reader.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "sluice/connector/records.h"
#include "sluice/connectors/memory/row.h"

namespace sluice::memory {
namespace {

Result<size_t> ParseIndex(std::string_view text) {
  size_t index = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) {
    return InvalidArgument(Shorten(text) + " is no position of this connector");
  }
  return index;
}

class MemoryReader final : public BatchReader {
 public:
  MemoryReader(Database& database, ReadRequest request, std::shared_ptr<arrow::Schema> schema,
               const MemoryOptions& options)
      : database_(database),
        request_(std::move(request)),
        schema_(std::move(schema)),
        options_(options) {}

  // Where to begin, and before which row to end.
  size_t next = 0, end = 0;
  int64_t seq = 0;

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<Pull> Next(Deadline until, std::stop_token stop) override {
    if (stop.stop_requested()) return ServiceUnavailable("reading was stopped");
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kRead));
    const std::string& entity = request_.entity.entity.identifier;
    SLUICE_ASSIGN(Slice slice, database_.Read(entity, request_.filter.condition, next, end,
                                              static_cast<size_t>(options_.rows_per_batch)));
    if (slice.next > next) return MakeBatch(std::move(slice));
    if (!options_.is_endless) return Pull{Pulled::kEnd, {}};
    if (!database_.WaitForRow(entity, next, until, stop)) return Pull{Pulled::kIdle, {}};
    return Next(until, stop);
  }

 private:
  Result<Pull> MakeBatch(Slice slice) {
    std::vector<std::string> records;
    for (const Row& row : slice.rows) records.push_back(ToRecord(row, request_.entity));
    std::vector<std::string_view> texts(records.begin(), records.end());
    Batch batch;
    SLUICE_ASSIGN(batch.rows, RecordsFromJson(schema_, texts));
    if (!database_.Pass(Point::kMisread).ok()) {
      auto misread = batch.rows->RemoveColumn(0);
      if (!misread.ok()) return FromArrow(misread.status());
      batch.rows = *misread;
    }
    for (std::string_view text : texts) batch.bytes += static_cast<int64_t>(text.size());
    batch.source_row.resize(records.size());
    std::iota(batch.source_row.begin(), batch.source_row.end(), 0);
    next = slice.next;
    batch.after = {++seq, std::to_string(next)};
    return Pull{Pulled::kBatch, std::move(batch)};
  }

  Database& database_;
  ReadRequest request_;
  std::shared_ptr<arrow::Schema> schema_;
  MemoryOptions options_;
};

}  // namespace

std::vector<Partition> SplitRows(size_t count, int parts) {
  size_t pieces = std::clamp<size_t>(count, 1, static_cast<size_t>(parts));
  std::vector<Partition> partitions;
  for (size_t i = 0; i < pieces; ++i) {
    size_t from = count / pieces * i;
    size_t to = i + 1 == pieces ? count : count / pieces * (i + 1);
    partitions.push_back({std::to_string(i), std::to_string(from) + "-" + std::to_string(to)});
  }
  return partitions;
}

Result<std::unique_ptr<BatchReader>> OpenMemoryReader(Database& database,
                                                      const ReadRequest& request,
                                                      const Partition& partition,
                                                      std::optional<Position> from,
                                                      const MemoryOptions& options) {
  if (request.filter.limit) return InvalidArgument("the memory connector knows no limit");
  SLUICE_ASSIGN(auto schema, SchemaOf(request.entity, request.fields));
  auto reader = std::make_unique<MemoryReader>(database, request, std::move(schema), options);
  size_t dash = partition.state.find('-');
  if (dash == std::string::npos) return InvalidArgument("not a partition of this connector");
  SLUICE_ASSIGN(reader->next, ParseIndex(std::string_view(partition.state).substr(0, dash)));
  SLUICE_ASSIGN(reader->end, ParseIndex(std::string_view(partition.state).substr(dash + 1)));
  if (from) {
    SLUICE_ASSIGN(reader->next, ParseIndex(from->token));
    reader->seq = from->seq;
  }
  return std::unique_ptr<BatchReader>(std::move(reader));
}

}  // namespace sluice::memory
