// What AWS's API has no words for: where a run's time and records went, the runs of all flows,
// which records were refused, and sending them again. POST /describe-run, /list-runs,
// /list-refused-records and /replay-records, in AppFlow's style; docs/operating.md describes them.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sluice/api/errors.h"
#include "sluice/api/flows.h"
#include "sluice/api/shape_reader.h"
#include "sluice/api/shape_writer.h"

namespace sluice::api {
namespace ours {

struct DescribeRunRequest {
  std::string flow_name, execution_id;
};
void Read(ShapeReader& reader, DescribeRunRequest& shape);

struct FilterCount {
  std::string filter;
  int64_t records = 0;
};
void Write(ShapeWriter& writer, const FilterCount& shape);

struct StageSeconds {
  double read = 0, map = 0, write = 0, wait = 0;
};
void Write(ShapeWriter& writer, const StageSeconds& shape);

struct DescribeRunResponse {
  std::string flow_name, execution_id, execution_status, guarantee;
  std::optional<std::string> replay_of, message;
  int64_t records_processed = 0, records_filtered = 0, records_refused = 0, records_repeated = 0;
  int64_t bytes_processed = 0, bytes_written = 0;
  std::vector<FilterCount> filters;
  StageSeconds stage_seconds;
  Time started_at{}, last_updated_at{};
};
void Write(ShapeWriter& writer, const DescribeRunResponse& shape);

struct ListRunsRequest {
  std::optional<Time> started_after;
  std::optional<std::string> next_token;
  std::optional<int64_t> max_results;
};
void Read(ShapeReader& reader, ListRunsRequest& shape);

struct RunSummary {
  std::string flow_name, execution_id, execution_status;
  Time started_at{}, last_updated_at{};
  int64_t records_processed = 0, records_refused = 0, bytes_processed = 0;
  std::optional<std::string> message;
};
void Write(ShapeWriter& writer, const RunSummary& shape);

struct ListRunsResponse {
  std::vector<RunSummary> runs;
  std::optional<std::string> next_token;
};
void Write(ShapeWriter& writer, const ListRunsResponse& shape);

struct ListRefusedRecordsRequest {
  std::string flow_name, execution_id;
  std::optional<std::string> next_token;
  std::optional<int64_t> max_results;
};
void Read(ShapeReader& reader, ListRefusedRecordsRequest& shape);

struct RefusedRecord {
  std::string id, error_code, error_message;
  std::optional<std::string> field, place, replayed_by;
  std::string record;  // As the source has it: JSON, or the text that can't be read.
};
void Write(ShapeWriter& writer, const RefusedRecord& shape);

struct ListRefusedRecordsResponse {
  std::vector<RefusedRecord> refused_records;
  std::optional<std::string> next_token;
};
void Write(ShapeWriter& writer, const ListRefusedRecordsResponse& shape);

struct CorrectedRecord {
  std::string id;
  std::string record;  // A JSON object.
};
void Read(ShapeReader& reader, CorrectedRecord& shape);

struct ReplayRecordsRequest {
  std::string flow_name, execution_id;
  std::vector<CorrectedRecord> records;
};
void Read(ShapeReader& reader, ReplayRecordsRequest& shape);

struct ReplayRecordsResponse {
  std::string flow_arn, execution_id;  // Of the new run.
};
void Write(ShapeWriter& writer, const ReplayRecordsResponse& shape);

}  // namespace ours

class Runs {
 public:
  Runs(const AppFlowParts& parts, Flows& flows, flow::LiveRuns& live)
      : parts_(parts), flows_(flows), live_(live) {}

  ApiResult<ours::DescribeRunResponse> Describe(const ours::DescribeRunRequest& request,
                                                const net::Caller& caller);
  // Of all flows, newest first.
  ApiResult<ours::ListRunsResponse> List(const ours::ListRunsRequest& request,
                                         const net::Caller& caller);
  // The dead letters of a run, in pages.
  ApiResult<ours::ListRefusedRecordsResponse> ListRefused(
      const ours::ListRefusedRecordsRequest& request, const net::Caller& caller);
  // All of them in one new run of the flow, or none. A record is not sent twice, unless the run
  // that sent it before failed.
  ApiResult<ours::ReplayRecordsResponse> Replay(const ours::ReplayRecordsRequest& request,
                                                const net::Caller& caller);

 private:
  ApiResult<flow::RunRecord> Find(const std::string& flow_name, const std::string& execution_id);
  ApiResult<std::vector<flow::RefusedRecord>> Correct(const ours::ReplayRecordsRequest& request);
  ApiStatus CheckNotSent(const flow::RefusedRecord& record, const std::string& where);

  const AppFlowParts& parts_;
  Flows& flows_;
  flow::LiveRuns& live_;
  std::mutex replaying_;  // From the look at who sent a record again to the new run.
};

}  // namespace sluice::api
