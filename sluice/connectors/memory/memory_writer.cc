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

  bool may_refuse() const override { return options_.may_refuse; }

  Result<std::optional<Position>> Resume(const Position& logged) override {
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kResume));
    if (options_.undoes) {
      database_.Undo(request_.entity.entity.identifier, stream_, logged);
      durable_ = logged;
      return std::optional(logged);
    }
    if (!options_.remembers_position) return std::optional<Position>();
    report_ = database_.ReportOf(stream_);
    durable_ = report_->durable;
    if (durable_.seq <= logged.seq) report_.reset();
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
    write.after = batch.after;
    if (options_.undoes) {
      write.undone_with = stream_;
    } else if (options_.remembers_position) {
      write.stream = stream_;
      if (write.after.seq <= durable_.seq) return WithReport({});
    }
    waiting_.push_back(std::move(write));
    if (report_) return WithReport({});  // Another commit would take its place.
    if (static_cast<int64_t>(waiting_.size()) < options_.batches_per_commit) {
      return WithReport({});
    }
    return Flush();
  }

  Result<Progress> Flush() override {
    if (waiting_.empty()) return WithReport({});
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kWrite));
    SLUICE_ASSIGN(Progress progress, database_.Commit(waiting_));
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kAcknowledge));
    waiting_.clear();
    durable_ = progress.durable;
    return WithReport(std::move(progress));
  }

  Result<Progress> Finish() override {
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kFinish));
    return Flush();
  }

  void Abandon() override { waiting_.clear(); }

 private:
  // What the engine may not have heard is told with the first progress.
  Progress WithReport(Progress progress) {
    progress.durable = durable_;
    if (!report_) return progress;
    progress.rows_written += report_->rows_written;
    progress.bytes_written += report_->bytes_written;
    progress.rejected.insert(progress.rejected.begin(), report_->rejected.begin(),
                             report_->rejected.end());
    report_.reset();
    return progress;
  }

  Database& database_;
  WriteRequest request_;
  std::string stream_;
  MemoryOptions options_;
  std::vector<Database::Write> waiting_;
  Position durable_;
  std::optional<Progress> report_;  // Of the stream's last change.
};

}  // namespace

std::unique_ptr<BatchWriter> OpenMemoryWriter(Database& database, const WriteRequest& request,
                                              const std::string& stream,
                                              const MemoryOptions& options) {
  return std::make_unique<MemoryWriter>(database, request, stream, options);
}

}  // namespace sluice::memory
