#include "sluice/api/flow_translation.h"

#include <algorithm>
#include <set>

#include "sluice/api/flow_tags.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/s3_properties.h"
#include "sluice/api/shape_json.h"
#include "sluice/api/shape_values.h"
#include "sluice/api/union_member.h"

namespace sluice::api {
namespace {

using flow::TaskType;

constexpr TaskType kTaskTypes[] = {TaskType::kArithmetic,  TaskType::kFilter,   TaskType::kMap,
                                   TaskType::kMapAll,      TaskType::kMask,     TaskType::kMerge,
                                   TaskType::kPassthrough, TaskType::kTruncate, TaskType::kValidate,
                                   TaskType::kPartition};

// What the engine knows by a name of its own; all else is a setting for the connector.
const std::set<std::string_view> kNotSettings = {
    "object",          "entityName",         "objectPath",
    "idFieldNames",    "writeOperationType", "errorHandlingConfig",
    "customProperties"};

std::string Joined(const json::Array& list) {
  std::string joined;
  for (const json::Value& value : list) joined += (joined.empty() ? "" : ",") + TextOf(value);
  return joined;
}

// What is inside of an object gets its name and a dot before its own.
void Flatten(const json::Object& properties, const std::string& prefix, Settings& settings) {
  for (const auto& [name, value] : properties) {
    const std::string key = prefix + std::string(name);
    if (prefix.empty() && kNotSettings.contains(key)) continue;
    if (const json::Object* object = value.if_object()) {
      Flatten(*object, key + ".", settings);
    } else {
      settings[key] = value.is_array() ? Joined(value.get_array()) : TextOf(value);
    }
  }
}

Settings SettingsOf(const json::Object& properties) {
  Settings settings;
  Flatten(properties, "", settings);
  if (const json::Object* custom = json::FindObject(properties, "customProperties")) {
    Flatten(*custom, "", settings);
  }
  return settings;
}

std::string EntityOf(const std::string& connector_type, const json::Object& properties) {
  if (connector_type == appflow::connector_type::kS3) return S3Entity(properties);
  for (const char* name : {"object", "entityName", "objectPath"}) {
    if (auto entity = json::FindString(properties, name)) return *entity;
  }
  return "";
}

ApiStatus FillEndpoint(flow::Endpoint& endpoint, const std::string& connector_type,
                       const std::optional<std::string>& profile_name,
                       const std::optional<std::string>& api_version, const json::Value& properties,
                       std::string_view path) {
  if (connector_type == appflow::connector_type::kCustomConnector && !api_version) {
    return ValidationError("'" + std::string(path) +
                           ".apiVersion' is missing: it is required for CustomConnector.");
  }
  endpoint.connector_type = connector_type;
  // S3 has no profile; clients send a made-up name all the same.
  if (connector_type != appflow::connector_type::kS3) {
    endpoint.profile_name = profile_name.value_or("");
  }
  endpoint.api_version = api_version.value_or("");
  endpoint.entity = EntityOf(connector_type, properties.get_object());
  endpoint.settings = SettingsOf(properties.get_object());
  return Done{};
}

void FillErrorHandling(const json::Object& properties, flow::Destination& destination) {
  const json::Object* handling = json::FindObject(properties, "errorHandlingConfig");
  if (handling == nullptr) return;
  destination.stop_on_error =
      json::FindBool(*handling, "failOnFirstDestinationError").value_or(false);
  destination.error_bucket = json::FindString(*handling, "bucketName").value_or("");
  destination.error_prefix = json::FindString(*handling, "bucketPrefix").value_or("");
}

ApiResult<flow::Endpoint> ToSource(const appflow::SourceFlowConfig& source) {
  SLUICE_ASSIGN(json::Value properties,
                OnlyMember(source.source_connector_properties, source.connector_type,
                           "sourceFlowConfig.sourceConnectorProperties"));
  flow::Endpoint endpoint;
  SLUICE_RETURN_IF_ERROR(FillEndpoint(endpoint, source.connector_type,
                                      source.connector_profile_name, source.api_version, properties,
                                      "sourceFlowConfig"));
  return endpoint;
}

// The model's own properties win.
void AddSettings(const FlowTags& tags, flow::Endpoint& endpoint) {
  endpoint.settings.insert(tags.settings.begin(), tags.settings.end());
}

ApiResult<flow::Destination> ToDestination(const appflow::DestinationFlowConfig& config) {
  constexpr std::string_view kPath = "destinationFlowConfigList.1.member";
  SLUICE_ASSIGN(json::Value properties,
                OnlyMember(config.destination_connector_properties, config.connector_type,
                           std::string(kPath) + ".destinationConnectorProperties"));
  flow::Destination destination;
  SLUICE_RETURN_IF_ERROR(FillEndpoint(destination, config.connector_type,
                                      config.connector_profile_name, config.api_version, properties,
                                      kPath));
  const json::Object& object = properties.get_object();
  FillErrorHandling(object, destination);
  if (config.connector_type == appflow::connector_type::kS3) {
    SLUICE_RETURN_IF_ERROR(CheckS3Output(object));
  }
  if (auto operation = json::FindString(object, "writeOperationType")) {
    destination.operation = WriteOperationFromString(*operation).value_or(WriteOperation::kInsert);
  }
  if (const json::Array* id_fields = json::FindArray(object, "idFieldNames")) {
    for (const json::Value& field : *id_fields) destination.id_fields.push_back(TextOf(field));
  }
  return destination;
}

ApiResult<Operator> ToOperator(const std::optional<appflow::ConnectorOperator>& given,
                               const std::string& source_type, const std::string& path) {
  if (!given) return Operator::kNoOp;
  SLUICE_ASSIGN(json::Value name, OnlyMember(*given, source_type, path + ".connectorOperator"));
  return OperatorFromString(TextOf(name)).value_or(Operator::kNoOp);
}

ApiResult<flow::Task> ToTask(const appflow::Task& given, const std::string& source_type,
                             size_t number) {
  flow::Task task;
  task.type = *std::ranges::find_if(
      kTaskTypes, [&](TaskType type) { return flow::ToString(type) == given.task_type; });
  SLUICE_ASSIGN(task.op, ToOperator(given.connector_operator, source_type,
                                    "tasks." + std::to_string(number) + ".member"));
  task.source_fields = given.source_fields;
  std::erase(task.source_fields, "");  // [""] is how Terraform's users write [].
  task.destination_field = given.destination_field.value_or("");
  if (given.task_properties) task.properties = *given.task_properties;
  return task;
}

bool SaysWhatToRead(const flow::Task& task) {
  return task.type == TaskType::kMapAll || task.type == TaskType::kPassthrough ||
         (task.type == TaskType::kFilter && task.op == Operator::kProjection);
}

}  // namespace

ApiResult<flow::Endpoint> TranslateSource(const appflow::SourceFlowConfig& source,
                                          const std::optional<Tags>& tags) {
  SLUICE_ASSIGN(FlowTags read, ReadFlowTags(tags.value_or(Tags())));
  SLUICE_ASSIGN(flow::Endpoint endpoint, ToSource(source));
  AddSettings(read, endpoint);
  return endpoint;
}

ApiResult<flow::Flow> TranslateFlow(const appflow::CreateFlowRequest& document) {
  const std::string& trigger = document.trigger_config.trigger_type;
  if (trigger != appflow::trigger_type::kOnDemand) {
    return ValidationError("The triggerType " + trigger +
                           " is not available here: flows run on demand. Use OnDemand.");
  }
  if (document.destination_flow_config_list.size() != 1) {
    return ValidationError("'destinationFlowConfigList' must have exactly one destination, not " +
                           std::to_string(document.destination_flow_config_list.size()) + ".");
  }
  const std::string& source_type = document.source_flow_config.connector_type;
  SLUICE_ASSIGN(FlowTags tags, ReadFlowTags(document.tags.value_or(Tags())));
  flow::Flow flow{.name = document.flow_name, .retry_for = tags.retry_for};
  SLUICE_ASSIGN(flow.source, ToSource(document.source_flow_config));
  SLUICE_ASSIGN(flow.destination, ToDestination(document.destination_flow_config_list.front()));
  AddSettings(tags, flow.source);
  AddSettings(tags, flow.destination);
  for (const appflow::Task& given : document.tasks) {
    SLUICE_ASSIGN(flow::Task task, ToTask(given, source_type, flow.tasks.size() + 1));
    flow.tasks.push_back(std::move(task));
  }
  if (std::ranges::none_of(flow.tasks, SaysWhatToRead)) {
    return ValidationError(
        "Task Validation Error: You must specify a projection task or a MAP_ALL task");
  }
  return flow;
}

ApiResult<std::string> RunDocument(const StoredFlow& stored) {
  SLUICE_ASSIGN(auto document, ReadStored<appflow::CreateFlowRequest>(stored.document));
  SLUICE_ASSIGN(document.tags, TagsFromText(stored.tags));
  return R"({"schemaVersion":)" + std::to_string(stored.schema_version) + R"(,"flow":)" +
         ToJson(document) + "}";
}

ApiResult<flow::Flow> TranslateRunDocument(const std::string& document) {
  auto parts = json::ParseObject(document);
  if (!parts.ok()) return InternalError("The run's document is damaged: " + parts.error().message);
  const json::Object* stored = json::FindObject(*parts, "flow");
  if (stored == nullptr) return InternalError("The run's document is damaged: it has no flow");
  SLUICE_ASSIGN(auto given, ReadStored<appflow::CreateFlowRequest>(json::ToText(*stored)));
  SLUICE_ASSIGN(flow::Flow flow, TranslateFlow(given));
  flow.schema_version = json::FindInt(*parts, "schemaVersion").value_or(flow.schema_version);
  return flow;
}

}  // namespace sluice::api
