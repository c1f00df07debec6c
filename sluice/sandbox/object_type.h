// What the sandbox's objects consist of, as Salesforce describes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sandbox {

enum class FieldType {
  kId,
  kString,
  kTextarea,
  kPicklist,
  kReference,
  kPhone,
  kEmail,
  kUrl,
  kBoolean,
  kInt,
  kDouble,
  kCurrency,
  kDate,
  kDatetime,
  kAddress,
};
std::string_view ToString(FieldType type);  // As describe spells it: "picklist".
bool IsText(FieldType type);                // Stored as text, ids included.
bool IsNumber(FieldType type);

struct Field {
  std::string name, label;
  FieldType type = FieldType::kString;
  int length = 0;                // Of text, in characters.
  int precision = 0, scale = 0;  // Of numbers.
  bool nillable = true;
  bool createable = true;
  bool updateable = true;
  bool filterable = true;
  bool defaulted_on_create = false;
  bool external_id = false;                // Upsert finds records by it; its values are unique.
  std::string compound_field_name;         // The address that this is a part of.
  std::vector<std::string> picklist;       // Suggested values; others are accepted too.
  std::string reference_to, relationship;  // Object whose id it holds; "Owner" for OwnerId.
};

struct ObjectType {
  std::string name, label, label_plural, key_prefix;
  bool writable = true;
  std::vector<Field> fields;

  // Index of a field; names don't depend on case.
  std::optional<size_t> Find(std::string_view field_name) const;
};

// Account, Contact, User.
const std::vector<ObjectType>& AllObjectTypes();

// The fields' makers.
Field Text(std::string name, std::string label, int length, FieldType type = FieldType::kString);
Field LongText(std::string name, std::string label, int length);
Field Picklist(std::string name, std::string label, std::vector<std::string> values);
Field Reference(std::string name, std::string label, std::string to);
Field Number(std::string name, std::string label, FieldType type, int precision, int scale);
Field Other(std::string name, std::string label, FieldType type);
Field Required(Field field);  // Must be given when a record is made.
Field ReadOnly(Field field);  // Set by the system.
// Street, City, State, PostalCode, Country, Latitude, Longitude, GeocodeAccuracy, Address.
void AddAddress(std::vector<Field>& fields, const std::string& prefix);
// OwnerId, CreatedDate, CreatedById, LastModifiedDate, LastModifiedById, SystemModstamp.
void AddSystemFields(std::vector<Field>& fields, bool with_owner);

ObjectType AccountType();
ObjectType ContactType();
ObjectType UserType();

}  // namespace sluice::sandbox
