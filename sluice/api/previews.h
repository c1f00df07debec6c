// What the console shows before there is a flow: records as they come and as they would go, and
// S3's buckets. POST /preview-records and /list-buckets, in AppFlow's style; docs/operating.md
// describes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/api/errors.h"
#include "sluice/api/flows.h"
#include "sluice/api/shape_reader.h"
#include "sluice/api/shape_writer.h"
#include "sluice/api/tags.h"
#include "sluice/flow/preview.h"

namespace sluice::api {
namespace ours {

struct PreviewRecordsRequest {
  appflow::SourceFlowConfig source_flow_config;
  std::optional<std::vector<appflow::DestinationFlowConfig>> destination_flow_config_list;
  std::optional<std::vector<appflow::Task>> tasks;
  std::optional<Tags> tags;
  std::optional<int64_t> max_records;
};
void Read(ShapeReader& reader, PreviewRecordsRequest& shape);

struct SourceField {
  std::string name, label, type;
};
void Write(ShapeWriter& writer, const SourceField& shape);

struct PreviewedRecord {
  std::string source;  // As the source has it: JSON, or the text that can't be read.
  std::optional<std::string> outcome;  // "Mapped", "Filtered", "Refused".
  std::optional<std::string> destination, message, field;
};
void Write(ShapeWriter& writer, const PreviewedRecord& shape);

struct PreviewRecordsResponse {
  std::vector<SourceField> source_fields;
  std::vector<PreviewedRecord> records;
};
void Write(ShapeWriter& writer, const PreviewRecordsResponse& shape);

struct ListBucketsRequest {};
inline void Read(ShapeReader&, ListBucketsRequest&) {}

struct ListBucketsResponse {
  std::vector<std::string> buckets;
};
void Write(ShapeWriter& writer, const ListBucketsResponse& shape);

}  // namespace ours

class Previews {
 public:
  Previews(const AppFlowParts& parts, flow::Accounts& accounts, Flows& flows)
      : parts_(parts), accounts_(accounts), flows_(flows) {}

  // With a destination and tasks, what becomes of each record; else the source alone.
  ApiResult<ours::PreviewRecordsResponse> Preview(const ours::PreviewRecordsRequest& request,
                                                  const net::Caller& caller);
  ApiResult<ours::ListBucketsResponse> ListBuckets(const ours::ListBucketsRequest& request,
                                                   const net::Caller& caller);

 private:
  ApiResult<flow::Preview> PreviewSource(const ours::PreviewRecordsRequest& request, int64_t most);
  ApiResult<flow::Preview> PreviewFlow(const ours::PreviewRecordsRequest& request, int64_t most);

  const AppFlowParts& parts_;
  flow::Accounts& accounts_;
  Flows& flows_;
};

}  // namespace sluice::api
