#include "sluice/sandbox/describe.h"

namespace sluice::sandbox {
namespace {

// The XML Schema type that the SOAP API would use.
std::string_view SoapType(FieldType type) {
  switch (type) {
    case FieldType::kId:
    case FieldType::kReference:
      return "tns:ID";
    case FieldType::kBoolean:
      return "xsd:boolean";
    case FieldType::kInt:
      return "xsd:int";
    case FieldType::kDouble:
    case FieldType::kCurrency:
      return "xsd:double";
    case FieldType::kDate:
      return "xsd:date";
    case FieldType::kDatetime:
      return "xsd:dateTime";
    case FieldType::kAddress:
      return "urn:address";
    default:
      return "xsd:string";
  }
}

json::Object Summary(const ObjectType& type, const std::string& api_version) {
  std::string path = "/services/data/" + api_version + "/sobjects/" + type.name;
  return {
      {"name", type.name},
      {"label", type.label},
      {"labelPlural", type.label_plural},
      {"keyPrefix", type.key_prefix},
      {"custom", false},
      {"customSetting", false},
      {"activateable", false},
      {"createable", type.writable},
      {"updateable", type.writable},
      {"deletable", type.writable},
      {"undeletable", type.writable},
      {"queryable", true},
      {"retrieveable", true},
      {"replicateable", true},
      {"searchable", true},
      {"layoutable", true},
      {"triggerable", true},
      {"mergeable", type.name != "User"},
      {"deprecatedAndHidden", false},
      {"feedEnabled", false},
      {"mruEnabled", true},
      {"urls",
       {{"sobject", path}, {"describe", path + "/describe"}, {"rowTemplate", path + "/{ID}"}}},
  };
}

json::Array PicklistValues(const Field& field) {
  json::Array values;
  for (const std::string& value : field.picklist) {
    values.push_back({{"active", true},
                      {"defaultValue", false},
                      {"label", value},
                      {"validFor", nullptr},
                      {"value", value}});
  }
  return values;
}

json::Value OrNull(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

json::Object DescribeField(const Field& field) {
  json::Array reference_to;
  if (!field.reference_to.empty()) reference_to.push_back(json::Value(field.reference_to));
  bool is_text = IsText(field.type);
  return {
      {"name", field.name},
      {"label", field.label},
      {"type", ToString(field.type)},
      {"soapType", SoapType(field.type)},
      {"length", field.length},
      {"byteLength", field.length * 3},
      {"precision", field.type == FieldType::kInt ? 0 : field.precision},
      {"scale", field.scale},
      {"digits", field.type == FieldType::kInt ? field.precision : 0},
      {"nillable", field.nillable},
      {"createable", field.createable},
      {"updateable", field.updateable},
      {"filterable", field.filterable},
      {"sortable", field.filterable},
      {"groupable", field.filterable && is_text},
      {"aggregatable", field.filterable},
      {"externalId", field.external_id},
      {"idLookup", field.external_id || field.type == FieldType::kId},
      {"unique", field.external_id},
      {"caseSensitive", false},
      {"custom", field.name.ends_with("__c")},
      {"calculated", false},
      {"autoNumber", false},
      {"defaultedOnCreate", field.defaulted_on_create || field.type == FieldType::kId ||
                                field.type == FieldType::kBoolean},
      {"defaultValue", field.type == FieldType::kBoolean ? json::Value(false) : json::Value()},
      {"deprecatedAndHidden", false},
      {"compoundFieldName", OrNull(field.compound_field_name)},
      {"nameField", field.name == "Name"},
      {"picklistValues", PicklistValues(field)},
      {"restrictedPicklist", false},
      {"referenceTo", std::move(reference_to)},
      {"relationshipName", OrNull(field.relationship)},
      {"inlineHelpText", nullptr},
  };
}

}  // namespace

json::Object DescribeGlobal(const std::string& api_version) {
  json::Array objects;
  for (const ObjectType& type : AllObjectTypes()) objects.push_back(Summary(type, api_version));
  return {{"encoding", "UTF-8"}, {"maxBatchSize", 200}, {"sobjects", std::move(objects)}};
}

json::Object BasicInfo(const ObjectType& type, const std::string& api_version) {
  return {{"objectDescribe", Summary(type, api_version)}, {"recentItems", json::Array()}};
}

json::Object Describe(const ObjectType& type, const std::string& api_version) {
  json::Object description = Summary(type, api_version);
  json::Array fields;
  for (const Field& field : type.fields) fields.push_back(DescribeField(field));
  description["fields"] = std::move(fields);
  description["childRelationships"] = json::Array();
  description["recordTypeInfos"] = json::Array();
  return description;
}

}  // namespace sluice::sandbox
