#include "sluice/sandbox/record_writer.h"

#include <algorithm>
#include <cmath>

#include "sluice/sandbox/record_id.h"

namespace sluice::sandbox {
namespace {

int64_t CharacterCount(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

ApiError WrongType(const Field& field, const json::Value& value) {
  return {400,
          "JSON_PARSER_ERROR",
          "Cannot read a value of type " + std::string(ToString(field.type)) + " for field '" +
              field.name + "' from " + json::ToText(value),
          {}};
}

ApiError NotFound() { return {404, "NOT_FOUND", "The requested resource does not exist"}; }

}  // namespace

std::optional<ApiError> RecordWriter::Find(const Table& table, std::string_view id,
                                           RecordPointer& record) {
  auto normalized = NormalizeRecordId(id);
  if (!normalized) {
    return ApiError{400,
                    "MALFORMED_ID",
                    table.type().label + " ID: id value of incorrect type: " + std::string(id),
                    {"Id"}};
  }
  record = table.Find(*normalized);
  if (!record) return NotFound();
  if (record->Get(*table.type().Find("IsDeleted")) == Value(true)) {
    return ApiError{404, "ENTITY_IS_DELETED", "entity is deleted"};
  }
  return std::nullopt;
}

std::optional<ApiError> RecordWriter::Create(Table& table, const json::Object& values,
                                             std::string& id) {
  Record record;
  if (auto error = Apply(table, values, true, record)) return error;
  Stamp(table, org_.user_id(), now_, now_, record);
  id = record.id();
  table.Put(std::move(record));
  return std::nullopt;
}

std::optional<ApiError> RecordWriter::Update(Table& table, std::string_view id,
                                             const json::Object& values) {
  RecordPointer present;
  if (auto error = Find(table, id, present)) return error;
  Record record = *present;
  if (auto error = Apply(table, values, false, record)) return error;
  for (std::string_view field : {"LastModifiedDate", "SystemModstamp"}) {
    record.Set(*table.type().Find(field), now_);
  }
  table.Put(std::move(record));
  return std::nullopt;
}

std::optional<ApiError> RecordWriter::Delete(Table& table, std::string_view id) {
  RecordPointer present;
  if (auto error = Find(table, id, present)) return error;
  if (!table.type().writable) {
    return ApiError{400, "INSUFFICIENT_ACCESS_OR_READONLY",
                    "entity type " + table.type().name + " cannot be deleted"};
  }
  Record record = *present;
  record.Set(*table.type().Find("IsDeleted"), true);
  record.Set(*table.type().Find("SystemModstamp"), now_);
  table.Put(std::move(record));
  return std::nullopt;
}

std::optional<ApiError> RecordWriter::Upsert(Table& table, std::string_view field,
                                             std::string_view value, const json::Object& values,
                                             std::string& id, bool& created) {
  auto index = table.type().Find(field);
  if (!index || (*index != 0 && !table.type().fields[*index].external_id)) {
    return ApiError{
        404, "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: " + std::string(field)};
  }
  RecordPointer present = *index == 0 ? nullptr : table.FindExternal(*index, value);
  if (*index == 0) {
    if (auto error = Find(table, value, present)) return error;
  }
  created = present == nullptr;
  if (present) {
    id = present->id();
    return Update(table, id, values);
  }
  json::Object with_key = values;
  with_key[table.type().fields[*index].name] = value;
  return Create(table, with_key, id);
}

std::optional<ApiError> RecordWriter::Apply(const Table& table, const json::Object& values,
                                            bool is_new, Record& record) const {
  const ObjectType& type = table.type();
  for (const auto& member : values) {
    if (member.key() == "attributes") continue;
    std::string name(member.key());
    auto index = type.Find(name);
    if (!index) {
      return ApiError{400,
                      "INVALID_FIELD",
                      "No such column '" + name + "' on sobject of type " + type.name,
                      {}};
    }
    const Field& field = type.fields[*index];
    if (!type.writable || !(is_new ? field.createable : field.updateable)) {
      return ApiError{400,
                      "INVALID_FIELD_FOR_INSERT_UPDATE",
                      "Unable to create/update fields: " + field.name + ". They are read-only.",
                      {field.name}};
    }
    Value value;
    if (auto error = Convert(field, type, member.value(), value)) return error;
    record.Set(*index, std::move(value));
  }
  if (auto error = CheckRequired(type, record)) return error;
  return CheckUnique(table, record);
}

std::optional<ApiError> RecordWriter::Convert(const Field& field, const ObjectType& type,
                                              const json::Value& json, Value& value) const {
  if (json.is_null()) return std::nullopt;
  if (IsNumber(field.type)) {
    if (!json.is_number()) return WrongType(field, json);
    double number = json.to_number<double>();
    if (std::abs(number) >= std::pow(10.0, field.precision - field.scale)) {
      return ApiError{
          400,
          "NUMBER_OUTSIDE_VALID_RANGE",
          field.label + ": value outside of valid range on numeric field: " + json::ToText(json),
          {field.name}};
    }
    double unit = std::pow(10.0, field.scale);
    value = std::round(number * unit) / unit;
    return std::nullopt;
  }
  if (field.type == FieldType::kBoolean) {
    if (!json.is_bool()) return WrongType(field, json);
    value = json.get_bool();
    return std::nullopt;
  }
  if (!json.is_string()) return WrongType(field, json);
  std::string text(json.get_string());
  if (text.empty()) return std::nullopt;  // As in Salesforce: no text is null.
  if (field.type == FieldType::kDate || field.type == FieldType::kDatetime) {
    auto time = ParseTime(text);
    if (!time.ok()) return WrongType(field, json);
    Time milliseconds = std::chrono::floor<std::chrono::milliseconds>(*time);
    value = field.type == FieldType::kDate ? Value(std::chrono::floor<std::chrono::days>(*time))
                                           : Value(milliseconds);
    return std::nullopt;
  }
  if (field.type == FieldType::kReference) {
    if (auto error = CheckReference(field, text)) return error;
  }
  if (field.type == FieldType::kEmail && text.find('@') == std::string::npos) {
    return ApiError{400,
                    "INVALID_EMAIL_ADDRESS",
                    field.label + ": invalid email address: " + text,
                    {field.name}};
  }
  if (CharacterCount(text) > field.length) {
    return ApiError{400,
                    "STRING_TOO_LONG",
                    type.label + ": " + field.label + ": data value too large: " + text +
                        " (max length=" + std::to_string(field.length) + ")",
                    {field.name}};
  }
  value = std::move(text);
  return std::nullopt;
}

std::optional<ApiError> RecordWriter::CheckReference(const Field& field, std::string& id) const {
  auto normalized = NormalizeRecordId(id);
  if (!normalized) {
    return ApiError{
        400, "MALFORMED_ID", field.label + ": id value of incorrect type: " + id, {field.name}};
  }
  id = *normalized;
  const Table* target = org_.Find(field.reference_to);
  RecordPointer record;
  if (!target || Find(*target, id, record)) {
    return ApiError{400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", {field.name}};
  }
  return std::nullopt;
}

std::optional<ApiError> RecordWriter::CheckRequired(const ObjectType& type,
                                                    const Record& record) const {
  std::vector<std::string> missing;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    bool is_required = !field.nillable && field.createable && !field.defaulted_on_create;
    if (is_required && IsNull(record.Get(i))) missing.push_back(field.name);
  }
  if (missing.empty()) return std::nullopt;
  std::string names;
  for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
  return ApiError{400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [" + names + "]",
                  std::move(missing)};
}

std::optional<ApiError> RecordWriter::CheckUnique(const Table& table, const Record& record) const {
  for (size_t i = 0; i < table.type().fields.size(); ++i) {
    auto* value = std::get_if<std::string>(&record.Get(i));
    if (!table.type().fields[i].external_id || !value) continue;
    RecordPointer other = table.FindExternal(i, *value);
    bool is_same = other && !IsNull(record.Get(0)) && other->id() == record.id();
    if (other && !is_same) {
      const std::string& name = table.type().fields[i].name;
      return ApiError{
          400,
          "DUPLICATE_VALUE",
          "duplicate value found: " + name + " duplicates value on record with id: " + other->id(),
          {name}};
    }
  }
  return std::nullopt;
}

}  // namespace sluice::sandbox
