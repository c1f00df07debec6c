#include "sluice/api/runs.h"

#include <charconv>
#include <map>
#include <set>

#include "sluice/api/generated/rules.h"
#include "sluice/api/paging.h"
#include "sluice/api/shape_values.h"
#include "sluice/flow/run_message.h"

namespace sluice::api {
namespace ours {
namespace {

constexpr int64_t kMostPerPage = 1000;

constexpr Rule kMaxResults{.min = 1, .max = kMostPerPage};
constexpr Rule kRecords{.min = 1, .max = flow::kMostRefusedKept};

}  // namespace

void Read(ShapeReader& reader, DescribeRunRequest& shape) {
  reader.Member("flowName", shape.flow_name, appflow::kFlowNameRule);
  reader.Member("executionId", shape.execution_id, appflow::kExecutionIdRule);
}

void Write(ShapeWriter& writer, const FilterCount& shape) {
  writer.Member("filter", shape.filter, kNoRule);
  writer.Member("records", shape.records, kNoRule);
}

void Write(ShapeWriter& writer, const StageSeconds& shape) {
  writer.Member("read", shape.read, kNoRule);
  writer.Member("map", shape.map, kNoRule);
  writer.Member("write", shape.write, kNoRule);
  writer.Member("wait", shape.wait, kNoRule);
}

void Write(ShapeWriter& writer, const DescribeRunResponse& shape) {
  writer.Member("flowName", shape.flow_name, kNoRule);
  writer.Member("executionId", shape.execution_id, kNoRule);
  writer.Member("executionStatus", shape.execution_status, kNoRule);
  writer.Member("replayOf", shape.replay_of, kNoRule);
  writer.Member("guarantee", shape.guarantee, kNoRule);
  writer.Member("message", shape.message, kNoRule);
  writer.Member("recordsProcessed", shape.records_processed, kNoRule);
  writer.Member("recordsFiltered", shape.records_filtered, kNoRule);
  writer.Member("recordsRefused", shape.records_refused, kNoRule);
  writer.Member("recordsRepeated", shape.records_repeated, kNoRule);
  writer.Member("bytesProcessed", shape.bytes_processed, kNoRule);
  writer.Member("bytesWritten", shape.bytes_written, kNoRule);
  writer.Member("filters", shape.filters, kNoRule);
  writer.Member("stageSeconds", shape.stage_seconds, kNoRule);
  writer.Member("startedAt", shape.started_at, kNoRule);
  writer.Member("lastUpdatedAt", shape.last_updated_at, kNoRule);
}

void Read(ShapeReader& reader, ListRunsRequest& shape) {
  reader.Member("startedAfter", shape.started_after, kNoRule);
  reader.Member("nextToken", shape.next_token, appflow::kNextTokenRule);
  reader.Member("maxResults", shape.max_results, kMaxResults);
}

void Write(ShapeWriter& writer, const RunSummary& shape) {
  writer.Member("flowName", shape.flow_name, kNoRule);
  writer.Member("executionId", shape.execution_id, kNoRule);
  writer.Member("executionStatus", shape.execution_status, kNoRule);
  writer.Member("startedAt", shape.started_at, kNoRule);
  writer.Member("lastUpdatedAt", shape.last_updated_at, kNoRule);
  writer.Member("recordsProcessed", shape.records_processed, kNoRule);
  writer.Member("recordsRefused", shape.records_refused, kNoRule);
  writer.Member("bytesProcessed", shape.bytes_processed, kNoRule);
  writer.Member("message", shape.message, kNoRule);
}

void Write(ShapeWriter& writer, const ListRunsResponse& shape) {
  writer.Member("runs", shape.runs, kNoRule);
  writer.Member("nextToken", shape.next_token, kNoRule);
}

void Read(ShapeReader& reader, ListRefusedRecordsRequest& shape) {
  reader.Member("flowName", shape.flow_name, appflow::kFlowNameRule);
  reader.Member("executionId", shape.execution_id, appflow::kExecutionIdRule);
  reader.Member("nextToken", shape.next_token, appflow::kNextTokenRule);
  reader.Member("maxResults", shape.max_results, kMaxResults);
}

void Write(ShapeWriter& writer, const RefusedRecord& shape) {
  writer.Member("id", shape.id, kNoRule);
  writer.Member("errorCode", shape.error_code, kNoRule);
  writer.Member("errorMessage", shape.error_message, kNoRule);
  writer.Member("field", shape.field, kNoRule);
  writer.Member("place", shape.place, kNoRule);
  writer.Member("record", shape.record, kNoRule);
  writer.Member("replayedBy", shape.replayed_by, kNoRule);
}

void Write(ShapeWriter& writer, const ListRefusedRecordsResponse& shape) {
  writer.Member("refusedRecords", shape.refused_records, kNoRule);
  writer.Member("nextToken", shape.next_token, kNoRule);
}

void Read(ShapeReader& reader, CorrectedRecord& shape) {
  reader.Member("id", shape.id, kNoRule);
  reader.Member("record", shape.record, kNoRule);
}

void Read(ShapeReader& reader, ReplayRecordsRequest& shape) {
  reader.Member("flowName", shape.flow_name, appflow::kFlowNameRule);
  reader.Member("executionId", shape.execution_id, appflow::kExecutionIdRule);
  reader.Member("records", shape.records, kRecords);
}

void Write(ShapeWriter& writer, const ReplayRecordsResponse& shape) {
  writer.Member("flowArn", shape.flow_arn, kNoRule);
  writer.Member("executionId", shape.execution_id, kNoRule);
}

}  // namespace ours

namespace {

using flow::RunRecord;
using flow::RunStatus;

constexpr int64_t kDefaultPerPage = 100;
constexpr size_t kPageBytes = 8 << 20;

double Seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

ours::DescribeRunResponse ToShape(const RunRecord& run) {
  ours::DescribeRunResponse shape{
      .flow_name = run.flow_name,
      .execution_id = run.execution_id,
      .execution_status = std::string(ToString(run.status)),
      .guarantee = std::string(ToString(run.guarantee)),
      .replay_of = IfAny(run.replay_of),
      .message = IfAny(run.message),
      .records_processed = run.counts.records_processed,
      .records_filtered = run.counts.filtered,
      .records_refused = run.counts.put_failures,
      .records_repeated = run.counts.repeated,
      .bytes_processed = run.counts.bytes_processed,
      .bytes_written = run.counts.bytes_written,
      .stage_seconds = {Seconds(run.times.read), Seconds(run.times.map), Seconds(run.times.write),
                        Seconds(run.times.wait)},
      .started_at = run.started_at,
      .last_updated_at = run.updated_at};
  for (const flow::FilterCount& count : run.filters) {
    shape.filters.push_back({count.filter, count.records});
  }
  return shape;
}

ours::RunSummary Summary(const RunRecord& run) {
  return {.flow_name = run.flow_name,
          .execution_id = run.execution_id,
          .execution_status = std::string(ToString(run.status)),
          .started_at = run.started_at,
          .last_updated_at = run.updated_at,
          .records_processed = run.counts.records_processed,
          .records_refused = run.counts.put_failures,
          .bytes_processed = run.counts.bytes_processed,
          .message = IfAny(run.message)};
}

std::string IdOf(const flow::RefusedRecord& record) {
  return record.partition + "/" + std::to_string(record.row.seq) + "/" +
         std::to_string(record.row.index);
}

ours::RefusedRecord ToShape(const flow::RefusedRecord& record) {
  return {.id = IdOf(record),
          .error_code = std::string(ToString(record.row.error.code)),
          .error_message = record.row.error.message,
          .field = IfAny(record.row.field),
          .place = IfAny(record.row.place),
          .replayed_by = IfAny(record.replayed_by),
          .record = record.row.record};
}

ApiError WrongToken(std::string_view operation) {
  return ValidationError("The nextToken is not one that " + std::string(operation) +
                         " has given. Ask for the first page without a nextToken.");
}

ApiResult<int64_t> OffsetOf(std::string_view operation, const std::optional<std::string>& token) {
  SLUICE_ASSIGN(std::string text, ReadPageToken(operation, token));
  int64_t offset = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || offset < 0)) {
    return WrongToken(operation);
  }
  return offset;
}

// As a token's text: "1769850307250000 <execution>", the time in microseconds.
std::string PlaceText(const RunRecord& run) {
  return std::to_string(run.started_at.time_since_epoch().count()) + " " + run.execution_id;
}

ApiResult<std::optional<flow::RunPlace>> PlaceOf(std::string_view operation,
                                                 const std::optional<std::string>& token) {
  std::optional<flow::RunPlace> place;
  if (!token) return place;
  SLUICE_ASSIGN(std::string text, ReadPageToken(operation, token));
  int64_t time = 0;
  const char* const end_of_text = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data(), end_of_text, time);
  if (error != std::errc() || end == end_of_text || *end != ' ') return WrongToken(operation);
  place = {Time(std::chrono::microseconds(time)), std::string(end + 1, end_of_text)};
  return place;
}

}  // namespace

ApiResult<ours::DescribeRunResponse> Runs::Describe(const ours::DescribeRunRequest& request,
                                                    const net::Caller&) {
  SLUICE_ASSIGN(RunRecord run, Find(request.flow_name, request.execution_id));
  ours::DescribeRunResponse response = ToShape(run);
  if (flow::IsInProgress(run.status)) {
    response.message = IfAny(flow::MessageOfWaiting(live_.Look(run.execution_id)));
  }
  return response;
}

ApiResult<ours::ListRunsResponse> Runs::List(const ours::ListRunsRequest& request,
                                             const net::Caller&) {
  constexpr std::string_view kOperation = "ListRuns";
  const int64_t limit = request.max_results.value_or(kDefaultPerPage);
  SLUICE_ASSIGN(auto before, PlaceOf(kOperation, request.next_token));
  SLUICE_ASSIGN(auto runs, FromStore(parts_.runs.ListAllRuns(
                               request.started_after.value_or(Time::min()), before, limit + 1)));
  ours::ListRunsResponse response;
  response.next_token = CutPage(kOperation, runs, limit, PlaceText);
  for (const RunRecord& run : runs) response.runs.push_back(Summary(run));
  return response;
}

ApiResult<ours::ListRefusedRecordsResponse> Runs::ListRefused(
    const ours::ListRefusedRecordsRequest& request, const net::Caller&) {
  constexpr std::string_view kOperation = "ListRefusedRecords";
  const int64_t limit = request.max_results.value_or(kDefaultPerPage);
  SLUICE_ASSIGN(int64_t offset, OffsetOf(kOperation, request.next_token));
  SLUICE_ASSIGN(RunRecord run, Find(request.flow_name, request.execution_id));
  SLUICE_ASSIGN(auto records,
                FromStore(parts_.runs.ListRefused(run.execution_id, offset, limit + 1)));
  ours::ListRefusedRecordsResponse response;
  size_t bytes = 0;
  for (const flow::RefusedRecord& record : records) {
    if (std::ssize(response.refused_records) == limit || bytes > kPageBytes) {
      const int64_t next = offset + std::ssize(response.refused_records);
      response.next_token = PageToken(kOperation, std::to_string(next));
      break;
    }
    bytes += record.row.record.size();
    response.refused_records.push_back(ToShape(record));
  }
  return response;
}

ApiResult<ours::ReplayRecordsResponse> Runs::Replay(const ours::ReplayRecordsRequest& request,
                                                    const net::Caller&) {
  std::lock_guard lock(replaying_);
  SLUICE_ASSIGN(StoredFlow flow, flows_.Find(request.flow_name));
  SLUICE_ASSIGN(auto corrected, Correct(request));
  SLUICE_ASSIGN(std::string execution_id,
                flows_.Replay(flow.name, request.execution_id, corrected));
  return ours::ReplayRecordsResponse{.flow_arn = flow.arn, .execution_id = execution_id};
}

ApiResult<RunRecord> Runs::Find(const std::string& flow_name, const std::string& execution_id) {
  SLUICE_ASSIGN(StoredFlow flow, flows_.Find(flow_name));
  SLUICE_ASSIGN(auto run, FromStore(parts_.runs.FindRun(execution_id)));
  if (run && run->flow_name == flow.name) return *std::move(run);
  return NotFoundError("Flow " + flow.name + " has no execution " + execution_id + ".");
}

// The dead letters that the request names, with its texts.
ApiResult<std::vector<flow::RefusedRecord>> Runs::Correct(
    const ours::ReplayRecordsRequest& request) {
  SLUICE_ASSIGN(RunRecord run, Find(request.flow_name, request.execution_id));
  SLUICE_ASSIGN(auto refused,
                FromStore(parts_.runs.ListRefused(run.execution_id, 0, flow::kMostRefusedKept)));
  std::map<std::string, flow::RefusedRecord*> by_id;
  for (flow::RefusedRecord& record : refused) by_id[IdOf(record)] = &record;

  std::vector<flow::RefusedRecord> corrected;
  std::set<std::string_view> seen;
  for (const ours::CorrectedRecord& given : request.records) {
    const std::string where = "'records." + std::to_string(seen.size() + 1) + ".member.";
    auto record = by_id.find(given.id);
    if (record == by_id.end()) {
      return ValidationError(where + "id': the execution " + run.execution_id +
                             " has no refused record '" + given.id + "'.");
    }
    if (!seen.insert(given.id).second) {
      return ValidationError("The record '" + given.id + "' is there twice.");
    }
    auto object = json::ParseObject(given.record);
    if (!object.ok()) {
      return ValidationError(where + "record' must be a JSON object with the source's fields: " +
                             object.error().message);
    }
    SLUICE_RETURN_IF_ERROR(CheckNotSent(*record->second, where));
    corrected.push_back(*record->second);
    corrected.back().row.record = given.record;
  }
  return corrected;
}

ApiStatus Runs::CheckNotSent(const flow::RefusedRecord& record, const std::string& where) {
  if (record.replayed_by.empty()) return Done{};
  SLUICE_ASSIGN(auto run, FromStore(parts_.runs.FindRun(record.replayed_by)));
  if (!run || run->status == RunStatus::kError || run->status == RunStatus::kCanceled) {
    return Done{};
  }
  return ConflictError(where + "id': the record '" + IdOf(record) +
                       "' was sent again already, by the execution " + record.replayed_by +
                       ". Where it was refused once more, it is among that one's refused records.");
}

}  // namespace sluice::api
