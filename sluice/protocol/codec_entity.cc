#include <algorithm>

#include "sluice/protocol/codec_parts.h"

namespace sluice::protocol {
namespace {

FieldConstraints ReadConstraints(const JsonReader& in) {
  JsonReader length = in.Object("allowedLengthRange");
  JsonReader value = in.Object("allowedValueRange");
  return {.min_length = length.Text("minRange"),
          .max_length = length.Text("maxRange"),
          .min_value = value.Text("minRange"),
          .max_value = value.Text("maxRange"),
          .allowed_values = in.Strings("allowedValues"),
          .allowed_values_regex = in.String("allowedValuesRegexPattern"),
          .allowed_date_format = in.String("allowedDateFormat")};
}

ReadProperties ReadReadProperties(const JsonReader& in) {
  ReadProperties defaults;
  return {.is_retrievable = in.Bool("isRetrievable", defaults.is_retrievable),
          .is_nullable = in.Bool("isNullable", defaults.is_nullable),
          .is_queryable = in.Bool("isQueryable", defaults.is_queryable),
          .is_timestamp_for_incremental_queries =
              in.Bool("isTimestampFieldForIncrementalQueries", false)};
}

WriteProperties ReadWriteProperties(const JsonReader& in) {
  WriteProperties defaults;
  return {.is_creatable = in.Bool("isCreatable", defaults.is_creatable),
          .is_updatable = in.Bool("isUpdatable", defaults.is_updatable),
          .is_upsertable = in.Bool("isUpsertable", defaults.is_upsertable),
          .is_nullable = in.Bool("isNullable", defaults.is_nullable),
          .is_defaulted_on_create = in.Bool("isDefaultedOnCreate", false),
          .supported_write_operations =
              in.Enums("supportedWriteOperations", &WriteOperationFromString)};
}

Field ReadField(const JsonReader& in) {
  Field field;
  field.name = in.RequiredString("fieldName");
  field.data_type = in.RequiredEnum("dataType", &DataTypeFromString);
  field.data_type_label = in.String("dataTypeLabel", ToString(field.data_type));
  field.label = in.String("label");
  field.description = in.String("description");
  if (in.Has("defaultValue")) field.default_value = in.Text("defaultValue");
  field.is_primary_key = in.Bool("isPrimaryKey", false);
  field.is_deprecated = in.Bool("isDeprecated", false);
  if (in.Has("constraints")) field.constraints = ReadConstraints(in.Object("constraints"));
  field.read = ReadReadProperties(in.Object("readProperties"));
  if (in.Has("writeProperties")) field.write = ReadWriteProperties(in.Object("writeProperties"));
  field.filter_operators = in.Enums("filterOperators", &OperatorFromString);
  // A list that was sent empty says that no operator works; in our Field that is not queryable.
  if (in.Has("filterOperators") && field.filter_operators.empty()) field.read.is_queryable = false;
  field.custom_properties = in.StringMap("customProperties");
  return field;
}

bool IsNumber(std::string_view text) {
  auto value = json::Parse(text);
  return value.ok() && value->is_number();
}

void WriteRange(JsonWriter& out, std::string_view name, const std::optional<std::string>& min,
                const std::optional<std::string>& max) {
  if (!min && !max) return;
  auto write = [&](std::string_view bound, const std::string& text) {
    IsNumber(text) ? out.Raw(bound, text) : out.String(bound, text);
  };
  out.BeginObject(name);
  if (min) write("minRange", *min);
  if (max) write("maxRange", *max);
  out.EndObject();
}

void WriteConstraints(JsonWriter& out, const FieldConstraints& constraints) {
  out.BeginObject("constraints");
  WriteRange(out, "allowedLengthRange", constraints.min_length, constraints.max_length);
  WriteRange(out, "allowedValueRange", constraints.min_value, constraints.max_value);
  out.StringsIfAny("allowedValues", constraints.allowed_values);
  out.StringIfAny("allowedValuesRegexPattern", constraints.allowed_values_regex);
  out.StringIfAny("allowedDateFormat", constraints.allowed_date_format);
  out.EndObject();
}

void WriteReadProperties(JsonWriter& out, const ReadProperties& read) {
  out.BeginObject("readProperties");
  out.Bool("isRetrievable", read.is_retrievable);
  out.Bool("isNullable", read.is_nullable);
  out.Bool("isQueryable", read.is_queryable);
  out.Bool("isTimestampFieldForIncrementalQueries", read.is_timestamp_for_incremental_queries);
  out.EndObject();
}

void WriteWriteProperties(JsonWriter& out, const WriteProperties& write) {
  out.BeginObject("writeProperties");
  out.Bool("isCreatable", write.is_creatable);
  out.Bool("isUpdatable", write.is_updatable);
  out.Bool("isNullable", write.is_nullable);
  out.Bool("isUpsertable", write.is_upsertable);
  out.Bool("isDefaultedOnCreate", write.is_defaulted_on_create);
  out.List("supportedWriteOperations", write.supported_write_operations,
           [](WriteOperation op) { return ToString(op); });
  out.EndObject();
}

void WriteField(JsonWriter& out, const Field& field) {
  out.BeginObject();
  out.String("fieldName", field.name);
  out.String("dataType", ToString(field.data_type));
  out.String("dataTypeLabel",
             field.data_type_label.empty() ? ToString(field.data_type) : field.data_type_label);
  out.StringIfAny("label", field.label);
  out.StringIfAny("description", field.description);
  out.Bool("isPrimaryKey", field.is_primary_key);
  if (field.default_value) out.String("defaultValue", *field.default_value);
  out.Bool("isDeprecated", field.is_deprecated);
  if (field.constraints) WriteConstraints(out, *field.constraints);
  WriteReadProperties(out, field.read);
  if (field.write) WriteWriteProperties(out, *field.write);
  if (!field.filter_operators.empty()) {
    out.List("filterOperators", field.filter_operators, [](Operator op) { return ToString(op); });
  }
  out.MapIfAny("customProperties", field.custom_properties);
  out.EndObject();
}

}  // namespace

Entity ReadEntity(const JsonReader& in) {
  return {.identifier = in.RequiredString("entityIdentifier"),
          .label = in.String("label"),
          .description = in.String("description"),
          .has_nested_entities = in.Bool("hasNestedEntities", false),
          .is_writable = in.Bool("isWritable", true),
          .custom_properties = in.StringMap("customProperties")};
}

void WriteEntity(JsonWriter& out, const Entity& entity) {
  out.String("entityIdentifier", entity.identifier);
  out.Bool("hasNestedEntities", entity.has_nested_entities);
  out.Bool("isWritable", entity.is_writable);
  out.StringIfAny("label", entity.label);
  out.StringIfAny("description", entity.description);
  out.MapIfAny("customProperties", entity.custom_properties);
}

EntityDefinition ReadEntityDefinition(const JsonReader& in) {
  EntityDefinition definition;
  definition.entity = ReadEntity(in.RequiredObject("entity"));
  if (!in.Has("fields")) in.Complain("fields", "is missing");
  in.ForEach("fields",
             [&](const JsonReader& field) { definition.fields.push_back(ReadField(field)); });
  definition.custom_properties = in.StringMap("customProperties");
  return definition;
}

void WriteEntityDefinition(JsonWriter& out, const EntityDefinition& definition) {
  out.BeginObject("entityDefinition");
  out.BeginObject("entity");
  WriteEntity(out, definition.entity);
  out.EndObject();
  out.BeginList("fields");
  for (const Field& field : definition.fields) WriteField(out, field);
  out.EndList();
  out.MapIfAny("customProperties", definition.custom_properties);
  out.EndObject();
}

}  // namespace sluice::protocol
