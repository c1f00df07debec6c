#include "sluice/connectors/salesforce/salesforce_describe.h"

#include <map>

#include "sluice/base/json.h"

namespace sluice::salesforce {
namespace {

DataType ToDataType(std::string_view type) {
  static const std::map<std::string_view, DataType> kTypes = {
      {"boolean", DataType::kBoolean},  {"int", DataType::kInteger},
      {"long", DataType::kLong},        {"double", DataType::kDouble},
      {"percent", DataType::kDouble},   {"currency", DataType::kDouble},
      {"date", DataType::kDate},        {"datetime", DataType::kDateTime},
      {"base64", DataType::kByteArray}, {"address", DataType::kStruct},
      {"location", DataType::kStruct},
  };
  auto found = kTypes.find(type);
  return found == kTypes.end() ? DataType::kString : found->second;  // Text of all kinds.
}

// What SOQL can compare a field of that type with. Ids and multi-select picklists know no LIKE.
std::vector<Operator> FilterOperators(std::string_view type, DataType data_type) {
  using enum Operator;
  if (type == "id" || type == "reference" || type == "multipicklist")
    return {kEqualTo, kNotEqualTo};
  if (type == "time" || data_type == DataType::kInteger || data_type == DataType::kLong ||
      data_type == DataType::kDouble || data_type == DataType::kDate ||
      data_type == DataType::kDateTime) {
    return {kEqualTo,     kNotEqualTo,           kLessThan, kLessThanOrEqualTo,
            kGreaterThan, kGreaterThanOrEqualTo, kBetween};
  }
  return DefaultFilterOperators(data_type);
}

bool Flag(const json::Object& object, std::string_view name) {
  return json::FindBool(object, name).value_or(false);
}

std::string Text(const json::Object& object, std::string_view name) {
  return json::FindString(object, name).value_or("");
}

std::optional<FieldConstraints> ReadConstraints(const json::Object& object) {
  FieldConstraints constraints;
  int64_t length = json::FindInt(object, "length").value_or(0);
  if (length > 0) constraints.max_length = std::to_string(length);
  if (auto* values = json::FindArray(object, "picklistValues")) {
    for (const json::Value& value : *values) {
      if (value.is_object() && Flag(value.get_object(), "active")) {
        constraints.allowed_values.push_back(Text(value.get_object(), "value"));
      }
    }
  }
  if (constraints == FieldConstraints()) return std::nullopt;
  return constraints;
}

Field ReadField(const json::Object& object) {
  Field field;
  field.name = Text(object, "name");
  field.label = Text(object, "label");
  field.description = Text(object, "inlineHelpText");
  field.data_type_label = Text(object, "type");
  field.data_type = ToDataType(field.data_type_label);
  field.is_primary_key = field.data_type_label == "id";
  field.is_deprecated = Flag(object, "deprecatedAndHidden");
  field.constraints = ReadConstraints(object);
  field.filter_operators = FilterOperators(field.data_type_label, field.data_type);
  // A query gives the address of a base64 field, not its bytes.
  field.read.is_retrievable = field.data_type != DataType::kByteArray;
  field.read.is_nullable = Flag(object, "nillable");
  field.read.is_queryable = Flag(object, "filterable");
  field.read.is_timestamp_for_incremental_queries =
      field.data_type == DataType::kDateTime &&
      (field.name == "SystemModstamp" || field.name == "LastModifiedDate" ||
       field.name == "CreatedDate");
  return field;
}

Entity ReadEntity(const json::Object& object) {
  Entity entity;
  entity.identifier = Text(object, "name");
  entity.label = Text(object, "label");
  entity.is_writable = false;
  return entity;
}

Error NotADescription(std::string_view what) {
  return ServerError("Salesforce's answer is not " + std::string(what) +
                     "; does instanceUrl point to a Salesforce org?");
}

}  // namespace

Result<std::vector<Entity>> ReadDescribeGlobal(std::string_view body) {
  auto document = json::ParseObject(body);
  const json::Array* objects = document.ok() ? json::FindArray(*document, "sobjects") : nullptr;
  if (!objects) return NotADescription("a list of objects");
  std::vector<Entity> entities;
  for (const json::Value& object : *objects) {
    if (object.is_object() && Flag(object.get_object(), "queryable")) {
      entities.push_back(ReadEntity(object.get_object()));
    }
  }
  return entities;
}

Result<EntityDefinition> ReadDescribe(std::string_view body) {
  auto document = json::ParseObject(body);
  const json::Array* fields = document.ok() ? json::FindArray(*document, "fields") : nullptr;
  if (!fields) return NotADescription("the description of an object");
  EntityDefinition definition;
  definition.entity = ReadEntity(*document);
  if (!Flag(*document, "queryable")) {
    return InvalidArgument("Salesforce's " + definition.entity.identifier + " can't be queried");
  }
  for (const json::Value& field : *fields) {
    if (field.is_object()) definition.fields.push_back(ReadField(field.get_object()));
  }
  return definition;
}

}  // namespace sluice::salesforce
