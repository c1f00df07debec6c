#include "sluice/connectors/memory/memory_writer.h"

#include "sluice/connector/records.h"
#include "sluice/connectors/memory/row.h"

namespace sluice::memory {
namespace {

class MemoryWriter final : public BatchWriter {
 public:
  MemoryWriter(Database& database, WriteRequest request, std::string stream,
               const MemoryOptions& options)
      : database_(database),
        request_(std::move(request)),
        stream_(std::move(stream)),
        options_(options) {}

  Result<std::optional<Position>> Resume(const Position&) override {
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kResume));
    if (!options_.remembers_position) return std::optional<Position>();
    durable_ = database_.PositionOf(stream_);
    return std::optional(durable_);
  }

  Result<Progress> Write(const Batch& batch) override {
    SLUICE_ASSIGN(auto records, RecordsToJson(*batch.rows));
    Database::Write write;
    write.entity = request_.entity.entity.identifier;
    write.operation = request_.operation;
    write.id_fields = request_.id_fields;
    write.all_or_none = request_.all_or_none;
    for (const std::string& record : records) write.rows.push_back(ParseRow(record));
    write.source_row = batch.source_row;
    if (options_.remembers_position) write.stream = stream_;
    write.after = batch.after;
    waiting_.push_back(std::move(write));
    if (static_cast<int64_t>(waiting_.size()) < options_.batches_per_commit) {
      return Progress{.durable = durable_};
    }
    return Flush();
  }

  Result<Progress> Flush() override {
    Progress total{.durable = durable_};
    for (const Database::Write& write : waiting_) {
      SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kWrite));
      SLUICE_ASSIGN(Progress progress, database_.Commit(write));
      SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kAcknowledge));
      total.durable = progress.durable;
      total.rows_written += progress.rows_written;
      total.bytes_written += progress.bytes_written;
      for (RejectedRow& row : progress.rejected) total.rejected.push_back(std::move(row));
    }
    waiting_.clear();
    durable_ = total.durable;
    return total;
  }

  Result<Progress> Finish() override {
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kFinish));
    return Flush();
  }

  void Abandon() override { waiting_.clear(); }

 private:
  Database& database_;
  WriteRequest request_;
  std::string stream_;
  MemoryOptions options_;
  std::vector<Database::Write> waiting_;
  Position durable_;
};

}  // namespace

std::unique_ptr<BatchWriter> OpenMemoryWriter(Database& database, const WriteRequest& request,
                                              const std::string& stream,
                                              const MemoryOptions& options) {
  return std::make_unique<MemoryWriter>(database, request, stream, options);
}

}  // namespace sluice::memory
