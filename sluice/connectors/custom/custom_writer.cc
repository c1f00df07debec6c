#include "sluice/connectors/custom/custom_writer.h"

#include <algorithm>
#include <utility>

#include "sluice/connector/records.h"
#include "sluice/connectors/custom/progress.h"

namespace sluice::custom {
namespace {

using protocol::WriteDataRequest;
using protocol::WriteDataResponse;
using protocol::WriteRecordResult;

constexpr size_t kMaxRecords = 1000;
constexpr size_t kMaxBytes = 4 << 20;
// What a request tells of its place in the stream, but for the source's own token.
constexpr size_t kMostProgressBytes = 64 << 10;

// Bytes of a record inside of a request, where it is a JSON string.
size_t BytesInRequest(const std::string& record) {
  auto escaped =
      std::count_if(record.begin(), record.end(), [](char c) { return c == '"' || c == '\\'; });
  return record.size() + static_cast<size_t>(escaped) + 3;
}

// The records of a batch that a function can be called with, and what each was at the source.
struct Outgoing {
  std::vector<std::string> records;
  std::vector<int64_t> source_row;
  Position after;
};

class CustomWriter final : public BatchWriter {
 public:
  CustomWriter(ConnectorFunction& function, WriteDataRequest request, std::string stream)
      : function_(function),
        request_(std::move(request)),
        stream_(std::move(stream)),
        request_bytes_(protocol::ToJson(protocol::Request(request_)).size()) {}

  Result<std::optional<Position>> Resume(const Position& logged) override {
    const std::optional<Position> unknown;
    if (!request_.context.entity_definition->custom_properties.contains(kProgressSetting)) {
      return unknown;
    }
    auto found = FindStanding(function_, request_.context, request_.entity_identifier, stream_);
    if (!found.ok() && found.error().code == ErrorCode::kAccessDenied) return unknown;
    if (!found.ok()) return std::move(found).error();
    if (*found) {
      standing_ = **std::move(found);
      durable_ = PlaceOf(logged);
      return std::optional(durable_);
    }
    // It was written without a record before.
    if (logged.seq > 0) return unknown;
    Status begun = BeginStream();
    if (begun.ok()) return std::optional(durable_);
    standing_.reset();
    request_.context.runtime_settings.erase(kProgressSetting);
    if (begun.error().code == ErrorCode::kAccessDenied) return unknown;
    return std::move(begun).error();
  }

  Result<Progress> Write(const Batch& batch) override {
    Progress progress{.durable = durable_};
    SLUICE_ASSIGN(Outgoing out, ToSend(batch, progress));
    size_t next = 0;
    if (standing_ && !out.records.empty()) {
      SLUICE_ASSIGN(next, FindBegin(out, progress));
    }
    while (next < out.records.size() && !IsOver(progress)) {
      size_t count = RequestSize(out, next);
      if (standing_) Advance(out, next, count);
      SLUICE_RETURN_IF_ERROR(Send(out, next, count, progress));
      next += count;
    }
    if (!IsOver(progress)) progress.durable = durable_ = batch.after;
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

  // ---- Where the stream stands ----

  // Batches without records move the log alone. A batch that is there and not in the log comes once
  // more if records of it were refused, as the report of them was lost.
  Position PlaceOf(const Position& logged) {
    const std::optional<Position>& after = standing_->after;
    if (after ? logged.seq >= after->seq : logged.seq > standing_->before.seq) return logged;
    if (after && !HasRefused()) return *after;
    is_awaited_ = true;
    return standing_->before;
  }

  bool HasRefused() const { return standing_->may_have_refused || !standing_->refused.empty(); }

  // A request without records shows whether this account may have its streams kept.
  Status BeginStream() {
    standing_ = Standing{.seq = 1, .after = Position{}};
    request_.context.runtime_settings[kProgressSetting] = ProgressSetting(stream_, *standing_);
    SLUICE_ASSIGN(WriteDataResponse response, function_.Write(request_, true));
    if (response.error) return *response.error;
    return Done{};
  }

  // How many of a batch's records are there already; they are counted.
  Result<size_t> FindBegin(Outgoing& out, Progress& progress) {
    if (std::exchange(is_awaited_, false)) {
      if (BeginsAsBefore(out)) return CountArrived(out, progress);
      if (request_.operation == WriteOperation::kInsert) {
        return Error{ErrorCode::kClientError,
                     "the source's records are not what they were before the interruption, when " +
                         std::to_string(standing_->records()) + " of them were inserted into '" +
                         request_.entity_identifier +
                         "'; inserting them again could store some twice",
                     {}};
      }
    }
    standing_ = Standing{.seq = standing_->seq, .before = durable_};
    return 0;
  }

  bool BeginsAsBefore(const Outgoing& out) const {
    if (out.records.size() < standing_->records()) return false;
    std::string digest;
    size_t begin = 0;
    for (size_t count : standing_->requests) {
      digest = NextDigest(digest, out.records, begin, count);
      begin += count;
    }
    return digest == standing_->digest;
  }

  // The connector answers its last request once more as it did; of those before, the token tells.
  Result<size_t> CountArrived(Outgoing& out, Progress& progress) {
    const size_t last = standing_->requests.back(), begin = standing_->records() - last;
    auto refused = standing_->refused.begin();
    for (size_t i = 0; i < begin; ++i) {
      if (refused == standing_->refused.end() || refused->first != i) {
        CountWritten(out.records[i], progress);
      } else {
        Reject(out.after.seq, out.source_row[i], Refusal(refused->second), progress);
        ++refused;
      }
    }
    request_.context.runtime_settings[kProgressSetting] = ProgressSetting(stream_, *standing_);
    SLUICE_RETURN_IF_ERROR(Send(out, begin, last, progress));
    return begin + last;
  }

  void Advance(const Outgoing& out, size_t begin, size_t count) {
    ++standing_->seq;
    standing_->requests.push_back(count);
    standing_->digest = NextDigest(standing_->digest, out.records, begin, count);
    standing_->after.reset();
    if (begin + count == out.records.size()) standing_->after = out.after;
    request_.context.runtime_settings[kProgressSetting] = ProgressSetting(stream_, *standing_);
  }

  // ---- Requests ----

  // Records that fit in no request are rejected.
  Result<Outgoing> ToSend(const Batch& batch, Progress& progress) const {
    SLUICE_ASSIGN(std::vector<std::string> records, RecordsToJson(*batch.rows));
    Outgoing out{.after = batch.after};
    size_t others =
        request_bytes_ + (standing_ ? batch.after.token.size() + kMostProgressBytes : 0);
    for (size_t row = 0; row < records.size(); ++row) {
      size_t bytes = BytesInRequest(records[row]);
      if (others + bytes > protocol::kMaxPayloadBytes) {
        Reject(batch.after.seq, batch.source_row[row], TooLarge(bytes), progress);
        continue;
      }
      out.records.push_back(std::move(records[row]));
      out.source_row.push_back(batch.source_row[row]);
    }
    return out;
  }

  // How many records, from `begin` on, go together in one request.
  static size_t RequestSize(const Outgoing& out, size_t begin) {
    size_t end = begin, bytes = 0;
    while (end < out.records.size() && end - begin < kMaxRecords) {
      bytes += BytesInRequest(out.records[end]);
      if (bytes > kMaxBytes && end > begin) break;
      ++end;
    }
    return end - begin;
  }

  static Error TooLarge(size_t bytes) {
    return InvalidArgument("the record has " + std::to_string(bytes) +
                           " bytes, more than a connector's function can be called with (6 MB)");
  }

  static void Reject(int64_t seq, int64_t source_row, Error error, Progress& progress) {
    progress.rejected.push_back({.seq = seq, .index = source_row, .error = std::move(error)});
  }

  static void CountWritten(const std::string& record, Progress& progress) {
    ++progress.rows_written;
    progress.bytes_written += static_cast<int64_t>(record.size());
  }

  // Writes records and adds up what became of them.
  Status Send(Outgoing& out, size_t begin, size_t count, Progress& progress) {
    request_.records.clear();
    for (size_t i = begin; i < begin + count; ++i) {
      request_.records.push_back(std::move(out.records[i]));
    }
    SLUICE_ASSIGN(WriteDataResponse response, function_.Write(request_, MayRepeat()));
    SLUICE_RETURN_IF_ERROR(CheckResults(response));
    for (size_t i = 0; i < count; ++i) {
      // Without results a success is one of all records.
      if (response.results.empty() || IsWritten(response, i)) {
        CountWritten(request_.records[i], progress);
      } else if (i < response.results.size()) {
        const std::string& why = response.results[i].error_message;
        if (standing_) standing_->refused.emplace_back(begin + i, why);
        Reject(out.after.seq, out.source_row[begin + i], Refusal(why), progress);
      }
    }
    return Done{};
  }

  // With a record of where the stream stands, a request counts once however often it is sent.
  bool MayRepeat() const { return standing_ || request_.operation != WriteOperation::kInsert; }

  static bool IsWritten(const WriteDataResponse& response, size_t i) {
    return i < response.results.size() && response.results[i].is_success;
  }

  static Error Refusal(const std::string& why) {
    return {ErrorCode::kClientError,
            why.empty() ? "the connector refused the record without a reason" : why,
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
  WriteDataRequest request_;  // With the records of the request under way.
  const std::string stream_;
  const size_t request_bytes_;  // Without records.
  Position durable_;
  std::optional<Standing> standing_;  // Where the connector keeps record.
  bool is_awaited_ = false;           // That the batch of `standing_` comes again.
};

}  // namespace

Result<std::unique_ptr<BatchWriter>> OpenCustomWriter(ConnectorFunction& function,
                                                      const WriteRequest& request,
                                                      const std::string& stream) {
  WriteDataRequest write;
  write.entity_identifier = request.entity.entity.identifier;
  write.operation = request.operation;
  write.id_field_names = request.id_fields;
  write.all_or_none = request.all_or_none;
  write.context = function.Context(request.settings, request.entity, request.run);
  std::unique_ptr<BatchWriter> writer =
      std::make_unique<CustomWriter>(function, std::move(write), stream);
  return writer;
}

}  // namespace sluice::custom
