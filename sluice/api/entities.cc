#include "sluice/api/entities.h"

#include <charconv>

#include "sluice/api/accounts.h"
#include "sluice/api/connector_configuration.h"
#include "sluice/api/custom_connectors.h"
#include "sluice/api/generated/enums.h"
#include "sluice/api/paging.h"
#include "sluice/api/shape_values.h"

namespace sluice::api {
namespace {

// The only group that AppFlow's connectors use.
constexpr char kGroup[] = "Objects";
constexpr int64_t kDefaultEntities = 1000;

std::optional<double> NumberOf(const std::optional<std::string>& text) {
  double number = 0;
  if (!text) return std::nullopt;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

std::optional<appflow::Range> RangeOf(const std::optional<std::string>& min,
                                      const std::optional<std::string>& max) {
  if (!min && !max) return std::nullopt;
  return appflow::Range{.maximum = NumberOf(max), .minimum = NumberOf(min)};
}

appflow::FieldTypeDetails TypeOf(const Field& field) {
  const auto& operators = field.filter_operators.empty() ? DefaultFilterOperators(field.data_type)
                                                         : field.filter_operators;
  appflow::FieldTypeDetails shape{.field_type = TypeNameOf(field),
                                  .filter_operators = Names(operators)};
  if (!field.constraints) return shape;
  const FieldConstraints& constraints = *field.constraints;
  if (!constraints.allowed_values.empty()) shape.supported_values = constraints.allowed_values;
  shape.value_regex_pattern = IfAny(constraints.allowed_values_regex);
  shape.supported_date_format = IfAny(constraints.allowed_date_format);
  shape.field_value_range = RangeOf(constraints.min_value, constraints.max_value);
  shape.field_length_range = RangeOf(constraints.min_length, constraints.max_length);
  return shape;
}

appflow::DestinationFieldProperties ToShape(const WriteProperties& write) {
  return {.is_creatable = write.is_creatable,
          .is_nullable = write.is_nullable,
          .is_upsertable = write.is_upsertable,
          .is_updatable = write.is_updatable,
          .is_defaulted_on_create = write.is_defaulted_on_create,
          .supported_write_operations = Names(write.supported_write_operations)};
}

appflow::ConnectorEntityField ToShape(const Field& field) {
  appflow::ConnectorEntityField shape{
      .identifier = field.name,
      .label = LabelOf(field),
      .is_primary_key = field.is_primary_key,
      .default_value = field.default_value,
      .is_deprecated = field.is_deprecated,
      .supported_field_type_details = appflow::SupportedFieldTypeDetails{.v1 = TypeOf(field)},
      .description = IfAny(field.description),
      .source_properties =
          appflow::SourceFieldProperties{.is_retrievable = field.read.is_retrievable,
                                         .is_queryable = field.read.is_queryable,
                                         .is_timestamp_field_for_incremental_queries =
                                             field.read.is_timestamp_for_incremental_queries}};
  if (field.write) shape.destination_properties = ToShape(*field.write);
  if (!field.custom_properties.empty()) shape.custom_properties = field.custom_properties;
  return shape;
}

appflow::ConnectorEntity ToShape(const Entity& entity) {
  return {.name = entity.identifier,
          .label = entity.label.empty() ? entity.identifier : entity.label,
          .has_nested_entities = entity.has_nested_entities};
}

}  // namespace

std::string LabelOf(const Field& field) { return field.label.empty() ? field.name : field.label; }

std::string TypeNameOf(const Field& field) {
  if (!field.data_type_label.empty()) return field.data_type_label;
  return std::string(ToString(field.data_type));
}

ApiResult<appflow::ListConnectorEntitiesResponse> Entities::List(
    const appflow::ListConnectorEntitiesRequest& request, const net::Caller&) {
  constexpr std::string_view kOperation = "ListConnectorEntities";
  SLUICE_ASSIGN(std::string token, ReadPageToken(kOperation, request.next_token));
  SLUICE_ASSIGN(auto connector,
                Open(request.connector_profile_name, request.connector_type, request.api_version));
  SLUICE_ASSIGN(EntityPage page, FromConnector(connector->ListEntities(
                                     request.entities_path.value_or(""),
                                     request.max_results.value_or(kDefaultEntities), token)));
  appflow::ListConnectorEntitiesResponse response;
  auto& group = response.connector_entity_map[kGroup];
  for (const Entity& entity : page.entities) group.push_back(ToShape(entity));
  if (!page.next_token.empty()) response.next_token = PageToken(kOperation, page.next_token);
  return response;
}

ApiResult<appflow::DescribeConnectorEntityResponse> Entities::Describe(
    const appflow::DescribeConnectorEntityRequest& request, const net::Caller&) {
  SLUICE_ASSIGN(auto connector,
                Open(request.connector_profile_name, request.connector_type, request.api_version));
  SLUICE_ASSIGN(EntityDefinition definition,
                FromConnector(connector->DescribeEntity(request.connector_entity_name)));
  appflow::DescribeConnectorEntityResponse response;
  for (const Field& field : definition.fields) {
    response.connector_entity_fields.push_back(ToShape(field));
  }
  return response;
}

ApiResult<std::unique_ptr<Connector>> Entities::Open(
    const std::optional<std::string>& profile_name,
    const std::optional<std::string>& connector_type,
    const std::optional<std::string>& api_version) {
  if (connector_type == appflow::connector_type::kS3) return FromConnector(OpenS3(parts_, {}));
  if (!profile_name) {
    return ValidationError("'connectorProfileName' is missing: it says whose entities are meant.");
  }
  SLUICE_ASSIGN(StoredProfile profile, FromLookUp(FindProfile(parts_.resources, *profile_name)));
  if (connector_type && *connector_type != profile.connector_type) {
    return ValidationError("Connector Profile " + profile.name + " is of type " +
                           profile.connector_type + ", not " + *connector_type + ".");
  }
  if (api_version && profile.connector_type == appflow::connector_type::kCustomConnector) {
    SLUICE_ASSIGN(CustomConnector connector, FindCustomConnector(parts_, profile.connector_label));
    SLUICE_RETURN_IF_ERROR(CheckApiVersion(connector.info, *api_version));
  }
  return FromConnector(OpenAccount(parts_, profile, api_version.value_or("")));
}

}  // namespace sluice::api
