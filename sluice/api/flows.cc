#include "sluice/api/flows.h"

#include "sluice/api/accounts.h"
#include "sluice/api/connector_configuration.h"
#include "sluice/api/custom_connectors.h"
#include "sluice/api/flow_translation.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/known_fields.h"
#include "sluice/api/paging.h"
#include "sluice/api/shape_json.h"
#include "sluice/api/shape_writer.h"
#include "sluice/api/tags.h"
#include "sluice/base/sleep.h"

namespace sluice::api {
namespace {

constexpr char kBucketOf[] = "The bucket of the ";

// How long DeleteFlow waits for the run that it was told to end.
constexpr std::chrono::seconds kForcedEndTimeout{20};

appflow::CreateFlowRequest AsDocument(const appflow::UpdateFlowRequest& request) {
  return {.flow_name = request.flow_name,
          .description = request.description,
          .trigger_config = request.trigger_config,
          .source_flow_config = request.source_flow_config,
          .destination_flow_config_list = request.destination_flow_config_list,
          .tasks = request.tasks,
          .metadata_catalog_config = request.metadata_catalog_config};
}

// What is remembered as the document; tags and key are remembered beside it.
std::string DocumentText(appflow::CreateFlowRequest document) {
  document.kms_arn.reset();
  document.tags.reset();
  document.client_token.reset();
  return ToJson(document);
}

// Of all tasks, those that decide what the written records look like.
std::string Mappings(const appflow::CreateFlowRequest& document) {
  appflow::CreateFlowRequest only{.tasks = document.tasks};
  std::erase_if(only.tasks, [](const appflow::Task& task) {
    return task.task_type == appflow::task_type::kFilter ||
           task.task_type == appflow::task_type::kValidate;
  });
  return ToJson(only);
}

ApiError WithPrefix(const std::string& prefix, ApiError error) {
  if (error.type == ValidationError("").type) error.message = prefix + "[" + error.message + "]";
  return error;
}

// Where records go, which an update can't change; S3's files may go to another folder.
std::string ObjectOf(const flow::Destination& destination) {
  if (destination.connector_type != appflow::connector_type::kS3) return destination.entity;
  return destination.entity.substr(0, destination.entity.find('/'));
}

ApiResult<std::string> FromRunner(Result<std::string> execution_id) {
  if (execution_id.ok()) return *std::move(execution_id);
  const Error& error = execution_id.error();
  if (error.code == ErrorCode::kClientError) return ConflictError(error.message);
  if (error.code == ErrorCode::kInvalidArgument) return ValidationError(error.message);
  return InternalError(error.message);
}

appflow::ExecutionRecord ToShape(const flow::RunRecord& run) {
  appflow::ExecutionResult result{.bytes_processed = run.counts.bytes_processed,
                                  .bytes_written = run.counts.bytes_written,
                                  .records_processed = run.counts.records_processed};
  // Scripts take a run with an errorInfo for a failed one.
  if (run.counts.put_failures > 0 || run.status == flow::RunStatus::kError) {
    auto& info = result.error_info.emplace();
    info.put_failures_count = run.counts.put_failures;
    if (!run.message.empty()) info.execution_message = run.message;
  }
  return {.execution_id = run.execution_id,
          .execution_status = std::string(flow::ToString(run.status)),
          .execution_result = result,
          .started_at = run.started_at,
          .last_updated_at = run.updated_at};
}

}  // namespace

ApiResult<appflow::CreateFlowResponse> Flows::Create(const appflow::CreateFlowRequest& request,
                                                     const net::Caller& caller) {
  ApiError taken = ConflictError("Flow with name " + request.flow_name + " already exists.");
  SLUICE_ASSIGN(auto present, FromStore(parts_.resources.FindFlow(request.flow_name)));
  if (present) return taken;
  SLUICE_ASSIGN(std::string fields, Validate(request, "Create Flow request failed: "));

  Time now = parts_.clock.Now();
  StoredFlow flow{.name = request.flow_name,
                  .arn = "arn:aws:appflow:" + caller.region + ":" + parts_.account + ":flow/" +
                         request.flow_name,
                  .status = std::string(appflow::flow_status::kActive),
                  .document = DocumentText(request),
                  .fields = std::move(fields),
                  .tags = TagsToText(request.tags.value_or(Tags())),
                  .kms_arn = request.kms_arn.value_or(""),
                  .created_by = caller.principal,
                  .updated_by = caller.principal,
                  .created_at = now,
                  .updated_at = now};
  SLUICE_ASSIGN(bool is_new, FromStore(parts_.resources.InsertFlow(flow)));
  if (!is_new) return taken;
  return appflow::CreateFlowResponse{.flow_arn = flow.arn, .flow_status = flow.status};
}

ApiResult<appflow::UpdateFlowResponse> Flows::Update(const appflow::UpdateFlowRequest& request,
                                                     const net::Caller& caller) {
  const std::string kPrefix = "Update Flow request failed due to:";
  SLUICE_ASSIGN(StoredFlow flow, Find(request.flow_name));
  SLUICE_ASSIGN(auto before, ReadStored<appflow::CreateFlowRequest>(flow.document));
  appflow::CreateFlowRequest document = AsDocument(request);
  SLUICE_ASSIGN(document.tags, TagsFromText(flow.tags));
  SLUICE_ASSIGN(flow::Flow from, TranslateFlow(before));
  auto to = TranslateFlow(document);
  if (!to.ok()) return WithPrefix(kPrefix, to.error());
  if (from.source.connector_type != to->source.connector_type) {
    return WithPrefix(kPrefix, ValidationError("The source connector can not be updated"));
  }
  if (from.destination.connector_type != to->destination.connector_type) {
    return WithPrefix(kPrefix, ValidationError("The destination connector can not be updated"));
  }
  if (ObjectOf(from.destination) != ObjectOf(to->destination)) {
    return WithPrefix(
        kPrefix,
        ValidationError("Destination object for the destination connector can not be updated"));
  }
  SLUICE_ASSIGN(flow.fields, Validate(document, kPrefix));

  flow.document = DocumentText(document);
  if (Mappings(before) != Mappings(document)) ++flow.schema_version;
  flow.updated_by = caller.principal;
  flow.updated_at = parts_.clock.Now();
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.UpdateFlow(flow)));
  return appflow::UpdateFlowResponse{.flow_status = flow.status};
}

ApiResult<std::string> Flows::Validate(const appflow::CreateFlowRequest& document,
                                       const std::string& prefix) {
  auto flow = TranslateFlow(document);
  if (!flow.ok()) return WithPrefix(prefix, flow.error());
  SLUICE_RETURN_IF_ERROR(CheckEndpoint(flow->source, true));
  SLUICE_RETURN_IF_ERROR(CheckEndpoint(flow->destination, false));
  SLUICE_RETURN_IF_ERROR(CheckErrorBucket(flow->destination));
  auto described = flow::Validate(*flow, accounts_);
  if (!described.ok()) return WithPrefix(prefix, FromConnector(described.error()));
  return ToJson(KnownFields{
      KnownSourceFields(described->source),
      KnownDestinationFields(described->destination, flow->destination.connector_type)});
}

ApiStatus Flows::CheckEndpoint(const flow::Endpoint& endpoint, bool is_source) {
  const std::string side = is_source ? "source" : "destination";
  if (!parts_.registry.infos().contains(endpoint.connector_type)) {
    return ValidationError("Connectors of type " + endpoint.connector_type +
                           " are not available here.");
  }
  if (endpoint.connector_type == appflow::connector_type::kS3) {
    return is_source ? CheckS3Source(endpoint) : CheckBucket(endpoint.settings, kBucketOf + side);
  }
  if (endpoint.profile_name.empty()) {
    return ValidationError("The 'connectorProfileName' of the " + side + " is missing.");
  }
  SLUICE_ASSIGN(StoredProfile profile,
                FromLookUp(FindProfile(parts_.resources, endpoint.profile_name)));
  if (profile.connector_type != endpoint.connector_type) {
    return ValidationError("Connector Profile " + profile.name + " is of type " +
                           profile.connector_type + ", not " + endpoint.connector_type + ".");
  }
  SLUICE_ASSIGN(ConnectorInfo info, InfoOfEndpoint(endpoint, profile));
  if (is_source ? !info.is_source : !info.is_destination) {
    return ValidationError("The connector " + info.name + " can't be a " + side + " of a flow.");
  }
  return Done{};
}

// A folder without a file has no fields either, which AppFlow calls an error of the connector.
ApiStatus Flows::CheckS3Source(const flow::Endpoint& endpoint) {
  SLUICE_RETURN_IF_ERROR(CheckBucket(endpoint.settings, kBucketOf + std::string("source")));
  SLUICE_ASSIGN(auto s3, FromConnector(OpenS3(parts_, endpoint.settings)));
  auto described = s3->DescribeEntity(endpoint.entity);
  if (!described.ok() && described.error().code == ErrorCode::kResourceNotFound) {
    return ConnectorServerError("Error while communicating to connector: " +
                                described.error().message);
  }
  SLUICE_RETURN_IF_ERROR(FromConnector(std::move(described)));
  return Done{};
}

ApiStatus Flows::CheckErrorBucket(const flow::Destination& destination) {
  if (destination.error_bucket.empty()) return Done{};
  return CheckBucket({{"bucketName", destination.error_bucket}},
                     "The bucket of 'errorHandlingConfig'");
}

ApiStatus Flows::CheckBucket(const Settings& settings, const std::string& which) {
  auto s3 = OpenS3(parts_, settings);
  if (!s3.ok()) return FromConnector(WithContext(s3.error(), which));
  Status is_there = (*s3)->Check();
  if (!is_there.ok()) return FromConnector(WithContext(is_there.error(), which));
  return Done{};
}

ApiResult<ConnectorInfo> Flows::InfoOfEndpoint(const flow::Endpoint& endpoint,
                                               const StoredProfile& profile) {
  if (endpoint.connector_type != appflow::connector_type::kCustomConnector) {
    return parts_.registry.infos().at(endpoint.connector_type);
  }
  SLUICE_ASSIGN(CustomConnector connector, FindCustomConnector(parts_, profile.connector_label));
  SLUICE_RETURN_IF_ERROR(CheckApiVersion(connector.info, endpoint.api_version));
  return std::move(connector.info);
}

ApiResult<appflow::DescribeFlowResponse> Flows::Describe(
    const appflow::DescribeFlowRequest& request, const net::Caller&) {
  SLUICE_ASSIGN(StoredFlow flow, Find(request.flow_name));
  SLUICE_ASSIGN(auto document, ReadStored<appflow::CreateFlowRequest>(flow.document));
  appflow::DescribeFlowResponse response{
      .flow_arn = flow.arn,
      .description = document.description,
      .flow_name = flow.name,
      .flow_status = flow.status,
      .source_flow_config = document.source_flow_config,
      .destination_flow_config_list = document.destination_flow_config_list,
      .trigger_config = document.trigger_config,
      .tasks = document.tasks,
      .created_at = flow.created_at,
      .last_updated_at = flow.updated_at,
      .created_by = flow.created_by,
      .last_updated_by = flow.updated_by,
      .metadata_catalog_config = document.metadata_catalog_config,
      .schema_version = flow.schema_version};
  if (!flow.kms_arn.empty()) response.kms_arn = flow.kms_arn;
  SLUICE_ASSIGN(response.tags, TagsFromText(flow.tags));
  SLUICE_ASSIGN(response.last_run_execution_details, LastRun(flow.name));
  return response;
}

ApiResult<appflow::ListFlowsResponse> Flows::List(const appflow::ListFlowsRequest& request,
                                                  const net::Caller&) {
  int64_t limit = request.max_results.value_or(kDefaultPageSize);
  SLUICE_ASSIGN(std::string after, ReadPageToken("ListFlows", request.next_token));
  SLUICE_ASSIGN(auto flows, FromStore(parts_.resources.ListFlows(after, limit + 1)));
  appflow::ListFlowsResponse response;
  response.next_token =
      CutPage("ListFlows", flows, limit, [](const StoredFlow& flow) { return flow.name; });
  response.flows.emplace();
  for (const StoredFlow& flow : flows) {
    SLUICE_ASSIGN(auto definition, ToDefinition(flow));
    response.flows->push_back(std::move(definition));
  }
  return response;
}

ApiResult<appflow::FlowDefinition> Flows::ToDefinition(const StoredFlow& flow) {
  SLUICE_ASSIGN(auto document, ReadStored<appflow::CreateFlowRequest>(flow.document));
  const auto& source = document.source_flow_config;
  const auto& destination = document.destination_flow_config_list.front();
  appflow::FlowDefinition definition{.flow_arn = flow.arn,
                                     .description = document.description,
                                     .flow_name = flow.name,
                                     .flow_status = flow.status,
                                     .source_connector_type = source.connector_type,
                                     .destination_connector_type = destination.connector_type,
                                     .trigger_type = document.trigger_config.trigger_type,
                                     .created_at = flow.created_at,
                                     .last_updated_at = flow.updated_at,
                                     .created_by = flow.created_by,
                                     .last_updated_by = flow.updated_by};
  SLUICE_ASSIGN(definition.source_connector_label, LabelOf(source.connector_profile_name));
  SLUICE_ASSIGN(definition.destination_connector_label,
                LabelOf(destination.connector_profile_name));
  SLUICE_ASSIGN(definition.tags, TagsFromText(flow.tags));
  SLUICE_ASSIGN(definition.last_run_execution_details, LastRun(flow.name));
  return definition;
}

// Nothing for a built-in connector, or where the profile was deleted by force.
ApiResult<std::optional<std::string>> Flows::LabelOf(
    const std::optional<std::string>& profile_name) {
  std::optional<std::string> label;
  if (!profile_name) return label;
  SLUICE_ASSIGN(auto profile, FromStore(parts_.resources.FindProfile(*profile_name)));
  if (profile && !profile->connector_label.empty()) label = profile->connector_label;
  return label;
}

// Nothing where the flow never ran.
ApiResult<std::optional<appflow::ExecutionDetails>> Flows::LastRun(const std::string& flow_name) {
  std::optional<appflow::ExecutionDetails> details;
  SLUICE_ASSIGN(auto runs, FromStore(parts_.runs.ListRuns(flow_name, 1, "")));
  if (runs.empty()) return details;
  const flow::RunRecord& last = runs.front();
  details.emplace();
  if (!last.message.empty()) details->most_recent_execution_message = last.message;
  details->most_recent_execution_time = last.started_at;
  details->most_recent_execution_status = flow::ToString(last.status);
  return details;
}

ApiResult<appflow::DeleteFlowResponse> Flows::Delete(const appflow::DeleteFlowRequest& request,
                                                     const net::Caller&) {
  if (request.force_delete.value_or(false)) {
    SLUICE_RETURN_IF_ERROR(CancelAndWait(request.flow_name));
  }
  std::lock_guard lock(running_);
  SLUICE_ASSIGN(StoredFlow flow, Find(request.flow_name));
  if (runner_.IsRunning(flow.name)) {
    return ConflictError("Flow " + flow.name +
                         " has a run in progress. Wait until it ends, then delete the flow.");
  }
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.runs.DeleteRunsOf(flow.name)));
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.DeleteFlow(flow.name)));
  parts_.metrics.Forget(flow.name);
  return appflow::DeleteFlowResponse{};
}

ApiResult<appflow::StartFlowResponse> Flows::Start(const appflow::StartFlowRequest& request,
                                                   const net::Caller&) {
  std::lock_guard lock(running_);
  SLUICE_ASSIGN(StoredFlow stored, Find(request.flow_name));
  SLUICE_ASSIGN(std::string document, RunDocument(stored));
  SLUICE_ASSIGN(flow::Flow flow, TranslateRunDocument(document));
  SLUICE_ASSIGN(std::string execution_id, FromRunner(runner_.Start(flow, document)));
  return appflow::StartFlowResponse{
      .flow_arn = stored.arn, .flow_status = stored.status, .execution_id = execution_id};
}

ApiResult<std::string> Flows::Replay(const std::string& flow_name, const std::string& of_execution,
                                     const std::vector<flow::RefusedRecord>& corrected) {
  std::lock_guard lock(running_);
  SLUICE_ASSIGN(StoredFlow stored, Find(flow_name));
  SLUICE_ASSIGN(std::string document, RunDocument(stored));
  SLUICE_ASSIGN(flow::Flow flow, TranslateRunDocument(document));
  return FromRunner(runner_.Replay(flow, document, of_execution, corrected));
}

ApiResult<appflow::CancelFlowExecutionsResponse> Flows::Cancel(
    const appflow::CancelFlowExecutionsRequest& request, const net::Caller&) {
  SLUICE_ASSIGN(StoredFlow flow, Find(request.flow_name));
  std::vector<std::string> ids;
  if (request.execution_ids) {
    ids = *request.execution_ids;
  } else {
    SLUICE_ASSIGN(ids, RunsInProgress(flow.name));
  }
  appflow::CancelFlowExecutionsResponse response;
  response.invalid_executions.emplace();
  for (const std::string& id : ids) {
    SLUICE_ASSIGN(bool is_canceled, CancelRun(flow.name, id));
    if (!is_canceled) response.invalid_executions->push_back(id);
  }
  return response;
}

// A run that takes long to stop is left to itself, and the flow there.
ApiStatus Flows::CancelAndWait(const std::string& flow_name) {
  SLUICE_ASSIGN(StoredFlow flow, Find(flow_name));
  SLUICE_ASSIGN(auto ids, RunsInProgress(flow.name));
  for (const std::string& id : ids) SLUICE_RETURN_IF_ERROR(CancelRun(flow.name, id));
  const Deadline deadline = DeadlineAfter(kForcedEndTimeout);
  while (runner_.IsRunning(flow.name) && Deadline::clock::now() < deadline) {
    SleepFor(std::chrono::milliseconds(50), {});
  }
  return Done{};
}

ApiResult<std::vector<std::string>> Flows::RunsInProgress(const std::string& flow_name) {
  SLUICE_ASSIGN(auto runs, FromStore(parts_.runs.UnfinishedRuns()));
  std::vector<std::string> ids;
  for (const flow::RunRecord& run : runs) {
    bool is_running = run.status == flow::RunStatus::kInProgress;
    if (is_running && run.flow_name == flow_name) ids.push_back(run.execution_id);
  }
  return ids;
}

// False where that is no run of the flow, or none that is in progress.
ApiResult<bool> Flows::CancelRun(const std::string& flow_name, const std::string& execution_id) {
  SLUICE_ASSIGN(auto run, FromStore(parts_.runs.FindRun(execution_id)));
  if (!run || run->flow_name != flow_name || run->status != flow::RunStatus::kInProgress) {
    return false;
  }
  Status canceled = runner_.Cancel(execution_id);
  if (canceled.ok()) return true;
  if (canceled.error().code == ErrorCode::kResourceNotFound) return false;
  return InternalError(canceled.error().message);
}

ApiResult<appflow::DescribeFlowExecutionRecordsResponse> Flows::DescribeRuns(
    const appflow::DescribeFlowExecutionRecordsRequest& request, const net::Caller&) {
  constexpr std::string_view kOperation = "DescribeFlowExecutionRecords";
  int64_t limit = request.max_results.value_or(kDefaultPageSize);
  SLUICE_ASSIGN(std::string before, ReadPageToken(kOperation, request.next_token));
  SLUICE_ASSIGN(StoredFlow flow, Find(request.flow_name));
  SLUICE_ASSIGN(auto runs, FromStore(parts_.runs.ListRuns(flow.name, limit + 1, before)));
  appflow::DescribeFlowExecutionRecordsResponse response;
  response.next_token =
      CutPage(kOperation, runs, limit, [](const flow::RunRecord& run) { return run.execution_id; });
  response.flow_executions.emplace();
  for (const flow::RunRecord& run : runs) response.flow_executions->push_back(ToShape(run));
  return response;
}

ApiResult<StoredFlow> Flows::Find(const std::string& name) {
  SLUICE_ASSIGN(auto flow, FromStore(parts_.resources.FindFlow(name)));
  if (!flow) return NotFoundError("Flow with name " + name + " does not exist.");
  return *std::move(flow);
}

}  // namespace sluice::api
