#include "sluice/sandbox/object_type.h"

#include <utility>

#include "sluice/net/http.h"

namespace sluice::sandbox {

std::string_view ToString(FieldType type) {
  switch (type) {
    case FieldType::kId:
      return "id";
    case FieldType::kString:
      return "string";
    case FieldType::kTextarea:
      return "textarea";
    case FieldType::kPicklist:
      return "picklist";
    case FieldType::kReference:
      return "reference";
    case FieldType::kPhone:
      return "phone";
    case FieldType::kEmail:
      return "email";
    case FieldType::kUrl:
      return "url";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kInt:
      return "int";
    case FieldType::kDouble:
      return "double";
    case FieldType::kCurrency:
      return "currency";
    case FieldType::kDate:
      return "date";
    case FieldType::kDatetime:
      return "datetime";
    case FieldType::kAddress:
      return "address";
  }
  return "string";
}

bool IsText(FieldType type) { return type <= FieldType::kUrl; }

bool IsNumber(FieldType type) {
  return type == FieldType::kInt || type == FieldType::kDouble || type == FieldType::kCurrency;
}

std::optional<size_t> ObjectType::Find(std::string_view field_name) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (net::EqualsIgnoringCase(fields[i].name, field_name)) return i;
  }
  return std::nullopt;
}

const std::vector<ObjectType>& AllObjectTypes() {
  static const std::vector<ObjectType> all = {AccountType(), ContactType(), UserType()};
  return all;
}

Field Text(std::string name, std::string label, int length, FieldType type) {
  Field field;
  field.name = std::move(name);
  field.label = std::move(label);
  field.length = length;
  field.type = type;
  return field;
}

Field LongText(std::string name, std::string label, int length) {
  Field field = Text(std::move(name), std::move(label), length, FieldType::kTextarea);
  field.filterable = false;
  return field;
}

Field Picklist(std::string name, std::string label, std::vector<std::string> values) {
  Field field = Text(std::move(name), std::move(label), 255, FieldType::kPicklist);
  field.picklist = std::move(values);
  return field;
}

Field Reference(std::string name, std::string label, std::string to) {
  Field field = Text(std::move(name), std::move(label), 18, FieldType::kReference);
  field.reference_to = std::move(to);
  field.relationship = field.name.substr(0, field.name.rfind("Id"));
  return field;
}

Field Number(std::string name, std::string label, FieldType type, int precision, int scale) {
  Field field = Text(std::move(name), std::move(label), 0, type);
  field.precision = precision;
  field.scale = scale;
  return field;
}

Field Other(std::string name, std::string label, FieldType type) {
  return Text(std::move(name), std::move(label), 0, type);
}

Field Required(Field field) {
  field.nillable = false;
  return field;
}

Field ReadOnly(Field field) {
  field.createable = field.updateable = false;
  return field;
}

void AddAddress(std::vector<Field>& fields, const std::string& prefix) {
  Field compound = ReadOnly(Other(prefix + "Address", prefix + " Address", FieldType::kAddress));
  compound.filterable = false;
  Field parts[] = {
      Text(prefix + "Street", prefix + " Street", 255, FieldType::kTextarea),
      Text(prefix + "City", prefix + " City", 40),
      Text(prefix + "State", prefix + " State/Province", 80),
      Text(prefix + "PostalCode", prefix + " Zip/Postal Code", 20),
      Text(prefix + "Country", prefix + " Country", 80),
      Number(prefix + "Latitude", prefix + " Latitude", FieldType::kDouble, 18, 15),
      Number(prefix + "Longitude", prefix + " Longitude", FieldType::kDouble, 18, 15),
      Picklist(prefix + "GeocodeAccuracy", prefix + " Geocode Accuracy",
               {"Address", "NearAddress", "Block", "Street", "ExtendedZip", "Zip", "Neighborhood",
                "City", "County", "State", "Unknown"}),
  };
  for (Field& part : parts) {
    part.compound_field_name = compound.name;
    fields.push_back(std::move(part));
  }
  fields.push_back(std::move(compound));
}

void AddSystemFields(std::vector<Field>& fields, bool with_owner) {
  if (with_owner) {
    Field owner = Reference("OwnerId", "Owner ID", "User");
    owner.nillable = false;
    owner.defaulted_on_create = true;
    fields.push_back(std::move(owner));
  }
  Field set_by_system[] = {
      Other("CreatedDate", "Created Date", FieldType::kDatetime),
      Reference("CreatedById", "Created By ID", "User"),
      Other("LastModifiedDate", "Last Modified Date", FieldType::kDatetime),
      Reference("LastModifiedById", "Last Modified By ID", "User"),
      Other("SystemModstamp", "System Modstamp", FieldType::kDatetime),
  };
  for (Field& field : set_by_system) {
    field.nillable = false;
    field.defaulted_on_create = true;
    fields.push_back(ReadOnly(std::move(field)));
  }
}

}  // namespace sluice::sandbox
