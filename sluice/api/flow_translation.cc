#include "sluice/api/flow_translation.h"

#include <algorithm>
#include <set>

#include "sluice/api/generated/enums.h"
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

Settings SettingsOf(const json::Object& properties) {
  Settings settings;
  for (const auto& [name, value] : properties) {
    if (!value.is_structured() && !kNotSettings.contains(std::string_view(name))) {
      settings[std::string(name)] = TextOf(value);
    }
  }
  if (const json::Object* custom = json::FindObject(properties, "customProperties")) {
    for (const auto& [name, value] : *custom) settings[std::string(name)] = TextOf(value);
  }
  return settings;
}

std::string EntityOf(const json::Object& properties) {
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
  endpoint.profile_name = profile_name.value_or("");
  endpoint.api_version = api_version.value_or("");
  endpoint.entity = EntityOf(properties.get_object());
  endpoint.settings = SettingsOf(properties.get_object());
  return Done{};
}

ApiStatus FillErrorHandling(const json::Object& properties, flow::Destination& destination) {
  const json::Object* handling = json::FindObject(properties, "errorHandlingConfig");
  if (handling == nullptr) return Done{};
  if (json::FindString(*handling, "bucketName")) {
    return ValidationError(
        "'errorHandlingConfig.bucketName': refused records can't be written to S3 here. Leave the "
        "bucket out; the run's record says why records were refused.");
  }
  destination.stop_on_error =
      json::FindBool(*handling, "failOnFirstDestinationError").value_or(false);
  return Done{};
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
  SLUICE_RETURN_IF_ERROR(FillErrorHandling(object, destination));
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
  return task.type == TaskType::kMapAll ||
         (task.type == TaskType::kFilter && task.op == Operator::kProjection);
}

}  // namespace

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
  const appflow::SourceFlowConfig& source = document.source_flow_config;
  flow::Flow flow{.name = document.flow_name};
  SLUICE_ASSIGN(json::Value properties,
                OnlyMember(source.source_connector_properties, source.connector_type,
                           "sourceFlowConfig.sourceConnectorProperties"));
  SLUICE_RETURN_IF_ERROR(FillEndpoint(flow.source, source.connector_type,
                                      source.connector_profile_name, source.api_version, properties,
                                      "sourceFlowConfig"));
  SLUICE_ASSIGN(flow.destination, ToDestination(document.destination_flow_config_list.front()));
  for (const appflow::Task& given : document.tasks) {
    SLUICE_ASSIGN(flow::Task task, ToTask(given, source.connector_type, flow.tasks.size() + 1));
    flow.tasks.push_back(std::move(task));
  }
  if (std::ranges::none_of(flow.tasks, SaysWhatToRead)) {
    return ValidationError(
        "Task Validation Error: You must specify a projection task or a MAP_ALL task");
  }
  return flow;
}

}  // namespace sluice::api
