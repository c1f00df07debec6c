#include "sluice/connectors/custom/custom_writer.h"

#include <algorithm>

#include "sluice/connector/records.h"

namespace sluice::custom {
namespace {

using protocol::WriteDataRequest;
using protocol::WriteDataResponse;
using protocol::WriteRecordResult;

constexpr size_t kMaxRecords = 1000;
constexpr size_t kMaxBytes = 4 << 20;

// Bytes of a record inside of a request, where it is a JSON string.
size_t BytesInRequest(const std::string& record) {
  auto escaped =
      std::count_if(record.begin(), record.end(), [](char c) { return c == '"' || c == '\\'; });
  return record.size() + static_cast<size_t>(escaped) + 3;
}

class CustomWriter final : public BatchWriter {
 public:
  CustomWriter(ConnectorFunction& function, WriteDataRequest request)
      : function_(function),
        request_(std::move(request)),
        request_bytes_(protocol::ToJson(protocol::Request(request_)).size()) {}

  Result<std::optional<Position>> Resume(const Position&) override { return std::optional<Position>(); }

  Result<Progress> Write(const Batch& batch) override {
    SLUICE_ASSIGN(std::vector<std::string> records, RecordsToJson(*batch.rows));
    Progress progress{.durable = durable_};
    for (const std::vector<size_t>& rows : Requests(batch, records, progress)) {
      if (IsOver(progress)) return progress;
      SLUICE_RETURN_IF_ERROR(Send(batch, records, rows, progress));
    }
    if (IsOver(progress)) return progress;
    progress.durable = durable_ = batch.after;
    return progress;
  }

  Result<Progress> Flush() override { return Progress{.durable = durable_}; }
  Result<Progress> Finish() override { return Progress{.durable = durable_}; }
  void Abandon() override {}

 private:
  // All or none: the run ends with the first refused record, and this batch is not done.
  bool IsOver(const Progress& progress) const {
    return request_.all_or_none && !progress.rejected.empty();
  }

  // Which rows go together in one request; those that fit in none are rejected.
  std::vector<std::vector<size_t>> Requests(const Batch& batch,
                                            const std::vector<std::string>& records,
                                            Progress& progress) const {
    std::vector<std::vector<size_t>> requests;
    size_t bytes = 0;
    for (size_t row = 0; row < records.size(); ++row) {
      size_t record_bytes = BytesInRequest(records[row]);
      if (request_bytes_ + record_bytes > protocol::kMaxPayloadBytes) {
        Reject(batch, row, TooLarge(record_bytes), progress);
        continue;
      }
      if (requests.empty() || requests.back().size() == kMaxRecords ||
          bytes + record_bytes > kMaxBytes) {
        requests.emplace_back();
        bytes = 0;
      }
      requests.back().push_back(row);
      bytes += record_bytes;
    }
    return requests;
  }

  static Error TooLarge(size_t bytes) {
    return InvalidArgument("the record has " + std::to_string(bytes) +
                           " bytes, more than a connector's function can be called with (6 MB)");
  }

  static void Reject(const Batch& batch, size_t row, Error error, Progress& progress) {
    progress.rejected.push_back({batch.after.seq, batch.source_row[row], std::move(error)});
  }

  // Writes the records of `rows` and adds up what became of them.
  Status Send(const Batch& batch, std::vector<std::string>& records,
              const std::vector<size_t>& rows, Progress& progress) {
    request_.records.clear();
    for (size_t row : rows) request_.records.push_back(std::move(records[row]));
    SLUICE_ASSIGN(WriteDataResponse response, function_.Write(request_));
    SLUICE_RETURN_IF_ERROR(CheckResults(response));
    for (size_t i = 0; i < rows.size(); ++i) {
      // Without results a success is one of all records.
      if (response.results.empty() || IsWritten(response, i)) {
        ++progress.rows_written;
        progress.bytes_written += static_cast<int64_t>(request_.records[i].size());
      } else if (i < response.results.size()) {
        Reject(batch, rows[i], RefusalOf(response.results[i]), progress);
      }
    }
    return Done{};
  }

  static bool IsWritten(const WriteDataResponse& response, size_t i) {
    return i < response.results.size() && response.results[i].is_success;
  }

  static Error RefusalOf(const WriteRecordResult& result) {
    return {ErrorCode::kClientError,
            result.error_message.empty() ? "the connector refused the record without a reason"
                                         : result.error_message,
            {}};
  }

  // Whether the results say of each record what became of it; else why the write failed.
  Status CheckResults(const WriteDataResponse& response) const {
    const std::vector<WriteRecordResult>& results = response.results;
    bool some_refused = std::any_of(results.begin(), results.end(),
                                    [](const auto& result) { return !result.is_success; });
    // A connector may stop at the first refused record where it was told to write all or none.
    bool is_complete =
        results.size() == request_.records.size() ||
        (request_.all_or_none && some_refused && results.size() < request_.records.size());
    if (response.error) {
      if (some_refused && is_complete && !IsBusy(response.error->code)) return Done{};
      if (response.error->code != ErrorCode::kPartialWriteFailure) return *response.error;
      return WithContext(ServerError(response.error->message),
                         "the connector did not say which records of '" +
                             request_.entity_identifier + "' were refused");
    }
    if (is_complete || results.empty()) return Done{};
    return ServerError("the connector answered " + std::to_string(results.size()) + " results to " +
                       std::to_string(request_.records.size()) + " records of '" +
                       request_.entity_identifier + "', so it is unknown which were written");
  }

  ConnectorFunction& function_;
  WriteDataRequest request_;    // With the records of the request under way.
  const size_t request_bytes_;  // Without records.
  Position durable_;
};

}  // namespace

Result<std::unique_ptr<BatchWriter>> OpenCustomWriter(ConnectorFunction& function,
                                                      const WriteRequest& request) {
  WriteDataRequest write;
  write.entity_identifier = request.entity.entity.identifier;
  write.operation = request.operation;
  write.id_field_names = request.id_fields;
  write.all_or_none = request.all_or_none;
  write.context = function.Context(request.settings, request.entity, request.run);
  std::unique_ptr<BatchWriter> writer = std::make_unique<CustomWriter>(function, std::move(write));
  return writer;
}

}  // namespace sluice::custom
