#include "sluice/flow/replay_reader.h"

#include <charconv>

#include "sluice/base/json.h"
#include "sluice/connector/records.h"

namespace sluice::flow {
namespace {

constexpr char kPartitionName[] = "replay";
constexpr int64_t kBatchBytes = 1 << 20;

// As arrays, whose order is the one place where it is written down.
json::Value ToJson(const RefusedRecord& refused) {
  return json::Array{json::Value(refused.execution_id), json::Value(refused.partition),
                     json::Value(refused.row.seq), json::Value(refused.row.index),
                     json::Value(refused.row.record)};
}

RefusedRecord FromJson(const json::Array& fields) {
  RefusedRecord refused{.execution_id = fields.at(0).as_string().c_str(),
                        .partition = fields.at(1).as_string().c_str()};
  refused.row.seq = fields.at(2).to_number<int64_t>();
  refused.row.index = fields.at(3).to_number<int64_t>();
  refused.row.record = std::string_view(fields.at(4).as_string());
  return refused;
}

class ReplayReader final : public BatchReader {
 public:
  ReplayReader(std::vector<RefusedRecord> records, std::shared_ptr<arrow::Schema> schema,
               const Position& from, size_t next)
      : records_(std::move(records)), schema_(std::move(schema)), at_(from), next_(next) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<Pull> Next(Deadline, std::stop_token) override {
    if (next_ == records_.size()) return Pull{Pulled::kEnd, {}};
    ++at_.seq;
    Batch batch;
    std::vector<std::string_view> readable;
    for (int64_t index = 0; next_ < records_.size() && batch.bytes < kBatchBytes; ++index) {
      const std::string& record = records_[next_++].row.record;
      batch.bytes += static_cast<int64_t>(record.size());
      auto row = RecordsFromJson(schema_, {record});
      if (row.ok()) {
        readable.push_back(record);
        batch.source_row.push_back(index);
      } else {
        batch.unreadable.push_back({.seq = at_.seq,
                                    .index = index,
                                    .error = std::move(row).error(),
                                    .field = "",
                                    .record = record});
      }
    }
    SLUICE_ASSIGN(batch.rows, RecordsFromJson(schema_, readable));
    at_.token = std::to_string(next_);
    batch.after = at_;
    return Pull{Pulled::kBatch, std::move(batch)};
  }

 private:
  const std::vector<RefusedRecord> records_;
  const std::shared_ptr<arrow::Schema> schema_;
  Position at_;
  size_t next_;
};

}  // namespace

Result<Partition> ReplayPartition(const std::vector<RefusedRecord>& replayed) {
  if (replayed.empty()) return InvalidArgument("there are no records to send again");
  int64_t bytes = 0;
  json::Array list;
  for (const RefusedRecord& refused : replayed) {
    bytes += static_cast<int64_t>(refused.row.record.size());
    list.push_back(ToJson(refused));
  }
  if (bytes > kMostReplayBytes) {
    return InvalidArgument("these records are larger than " +
                           std::to_string(kMostReplayBytes >> 20) +
                           " MB together: send them again in several replays");
  }
  return Partition{kPartitionName, json::ToText(list)};
}

Result<std::vector<RefusedRecord>> ReplayedRecords(const Partition& partition) {
  SLUICE_ASSIGN(json::Value list, json::Parse(partition.state));
  std::vector<RefusedRecord> records;
  for (const json::Value& fields : list.as_array()) records.push_back(FromJson(fields.as_array()));
  return records;
}

Result<std::unique_ptr<BatchReader>> OpenReplayReader(const ReadRequest& request,
                                                      const Partition& partition,
                                                      std::optional<Position> from) {
  SLUICE_ASSIGN(auto schema, SchemaOf(request.entity, request.fields));
  SLUICE_ASSIGN(auto records, ReplayedRecords(partition));
  size_t next = 0;
  if (from) {
    auto [end, error] =
        std::from_chars(from->token.data(), from->token.data() + from->token.size(), next);
    if (error != std::errc() || next > records.size()) {
      return InvalidArgument(Shorten(from->token) + " is no position of a replay");
    }
  }
  return std::unique_ptr<BatchReader>(std::make_unique<ReplayReader>(
      std::move(records), std::move(schema), from.value_or(Position{}), next));
}

}  // namespace sluice::flow
