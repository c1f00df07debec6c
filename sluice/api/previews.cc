#include "sluice/api/previews.h"

#include <limits>

#include "sluice/api/accounts.h"
#include "sluice/api/entities.h"
#include "sluice/api/flow_translation.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/generated/rules.h"
#include "sluice/api/shape_values.h"

namespace sluice::api {
namespace ours {
namespace {

constexpr Rule kMaxRecords{.min = 1, .max = 20};

}  // namespace

void Read(ShapeReader& reader, PreviewRecordsRequest& shape) {
  reader.Member("sourceFlowConfig", shape.source_flow_config, kNoRule);
  reader.Member("destinationFlowConfigList", shape.destination_flow_config_list, kNoRule);
  reader.Member("tasks", shape.tasks, kNoRule);
  reader.Member("tags", shape.tags, appflow::kTagMapRule);
  reader.Member("maxRecords", shape.max_records, kMaxRecords);
}

void Write(ShapeWriter& writer, const SourceField& shape) {
  writer.Member("name", shape.name, kNoRule);
  writer.Member("label", shape.label, kNoRule);
  writer.Member("type", shape.type, kNoRule);
}

void Write(ShapeWriter& writer, const PreviewedRecord& shape) {
  writer.Member("source", shape.source, kNoRule);
  writer.Member("outcome", shape.outcome, kNoRule);
  writer.Member("destination", shape.destination, kNoRule);
  writer.Member("message", shape.message, kNoRule);
  writer.Member("field", shape.field, kNoRule);
}

void Write(ShapeWriter& writer, const PreviewRecordsResponse& shape) {
  writer.Member("sourceFields", shape.source_fields, kNoRule);
  writer.Member("records", shape.records, kNoRule);
}

void Write(ShapeWriter& writer, const ListBucketsResponse& shape) {
  writer.Member("buckets", shape.buckets, kNoRule);
}

}  // namespace ours

namespace {

constexpr int64_t kDefaultRecords = 5;
constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

ours::PreviewedRecord ToShape(flow::PreviewedRecord record) {
  ours::PreviewedRecord shape{.source = std::move(record.source)};
  if (record.outcome) shape.outcome = ToString(*record.outcome);
  shape.destination = IfAny(record.destination);
  shape.message = IfAny(record.message);
  shape.field = IfAny(record.field);
  return shape;
}

ours::PreviewRecordsResponse ToShape(flow::Preview preview) {
  ours::PreviewRecordsResponse shape;
  for (const Field& field : preview.source.fields) {
    if (!field.read.is_retrievable) continue;
    shape.source_fields.push_back({field.name, LabelOf(field), TypeNameOf(field)});
  }
  for (flow::PreviewedRecord& record : preview.records) {
    shape.records.push_back(ToShape(std::move(record)));
  }
  return shape;
}

}  // namespace

ApiResult<ours::PreviewRecordsResponse> Previews::Preview(
    const ours::PreviewRecordsRequest& request, const net::Caller&) {
  const int64_t most = request.max_records.value_or(kDefaultRecords);
  const auto& destinations = request.destination_flow_config_list;
  const bool has_flow =
      destinations && !destinations->empty() && request.tasks && !request.tasks->empty();
  SLUICE_ASSIGN(flow::Preview preview,
                has_flow ? PreviewFlow(request, most) : PreviewSource(request, most));
  return ToShape(std::move(preview));
}

ApiResult<flow::Preview> Previews::PreviewSource(const ours::PreviewRecordsRequest& request,
                                                 int64_t most) {
  SLUICE_ASSIGN(flow::Endpoint source, TranslateSource(request.source_flow_config, request.tags));
  SLUICE_RETURN_IF_ERROR(flows_.CheckEndpoint(source, true));
  return FromConnector(flow::PreviewSource(source, accounts_, most));
}

ApiResult<flow::Preview> Previews::PreviewFlow(const ours::PreviewRecordsRequest& request,
                                               int64_t most) {
  appflow::CreateFlowRequest document{
      .flow_name = "preview",
      .trigger_config = {.trigger_type = std::string(appflow::trigger_type::kOnDemand)},
      .source_flow_config = request.source_flow_config,
      .destination_flow_config_list = *request.destination_flow_config_list,
      .tasks = *request.tasks,
      .tags = request.tags};
  SLUICE_ASSIGN(flow::Flow flow, TranslateFlow(document));
  SLUICE_RETURN_IF_ERROR(flows_.CheckEndpoint(flow.source, true));
  SLUICE_RETURN_IF_ERROR(flows_.CheckEndpoint(flow.destination, false));
  return FromConnector(flow::PreviewFlow(flow, accounts_, most));
}

ApiResult<ours::ListBucketsResponse> Previews::ListBuckets(const ours::ListBucketsRequest&,
                                                           const net::Caller&) {
  SLUICE_ASSIGN(auto s3, FromConnector(OpenS3(parts_, {})));
  SLUICE_ASSIGN(EntityPage page, FromConnector(s3->ListEntities("", kAll, "")));
  ours::ListBucketsResponse response;
  for (Entity& bucket : page.entities) response.buckets.push_back(std::move(bucket.identifier));
  return response;
}

}  // namespace sluice::api
