// What can be read or written: an object, a table, a view; and its fields. AppFlow's words, from
// the connector protocol (AWS's custom connector SDKs: Entity, EntityDefinition, FieldDefinition).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"

namespace sluice {

enum class DataType {
  kString,
  kInteger,
  kFloat,
  kDouble,
  kLong,
  kShort,
  kBigInteger,
  kBigDecimal,
  kByteArray,
  kBoolean,
  kDate,
  kDateTime,
  kStruct,
  kMap,
  kList,
};
std::string_view ToString(DataType type);  // "String", "BigDecimal" …
std::optional<DataType> DataTypeFromString(std::string_view text);

// All operators of AppFlow's tasks (API: Operator).
enum class Operator {
  kProjection,
  kLessThan,
  kGreaterThan,
  kContains,
  kBetween,
  kLessThanOrEqualTo,
  kGreaterThanOrEqualTo,
  kEqualTo,
  kNotEqualTo,
  kAddition,
  kMultiplication,
  kDivision,
  kSubtraction,
  kMaskAll,
  kMaskFirstN,
  kMaskLastN,
  kValidateNonNull,
  kValidateNonZero,
  kValidateNonNegative,
  kValidateNumeric,
  kNoOp,
};
std::string_view ToString(Operator op);  // "LESS_THAN" …
std::optional<Operator> OperatorFromString(std::string_view text);
const std::vector<Operator>& AllOperators();

enum class WriteOperation { kInsert, kUpsert, kUpdate, kDelete };
std::string_view ToString(WriteOperation op);  // "INSERT" …
std::optional<WriteOperation> WriteOperationFromString(std::string_view text);

struct Entity {
  std::string identifier;  // What it is called in requests.
  std::string label;       // For people; empty: the identifier.
  std::string description;
  bool has_nested_entities = false;
  bool is_writable = true;
  std::map<std::string, std::string> custom_properties;

  friend bool operator==(const Entity&, const Entity&) = default;
};

// Limits on a field's values. Numbers are kept as text, so that none is rounded.
struct FieldConstraints {
  std::optional<std::string> min_length, max_length;
  std::optional<std::string> min_value, max_value;
  std::vector<std::string> allowed_values;
  std::string allowed_values_regex;
  std::string allowed_date_format;

  friend bool operator==(const FieldConstraints&, const FieldConstraints&) = default;
};

struct ReadProperties {
  bool is_retrievable = true;
  bool is_nullable = true;
  bool is_queryable = true;  // May stand in a filter.
  bool is_timestamp_for_incremental_queries = false;

  friend bool operator==(const ReadProperties&, const ReadProperties&) = default;
};

struct WriteProperties {
  bool is_creatable = true;
  bool is_updatable = true;
  bool is_upsertable = true;
  bool is_nullable = true;
  bool is_defaulted_on_create = false;
  std::vector<WriteOperation> supported_write_operations;  // For which it may be an id field.

  friend bool operator==(const WriteProperties&, const WriteProperties&) = default;
};

struct Field {
  std::string name;
  DataType data_type = DataType::kString;
  std::string data_type_label;  // The system's own name of the type, e.g. "varchar(255)".
  std::string label;            // For people; empty: the name.
  std::string description;
  std::optional<std::string> default_value;
  bool is_primary_key = false;
  bool is_deprecated = false;
  std::optional<FieldConstraints> constraints;
  ReadProperties read;
  std::optional<WriteProperties> write;    // Nothing: can't be written.
  std::vector<Operator> filter_operators;  // Empty: those that DefaultFilterOperators says.
  std::map<std::string, std::string> custom_properties;

  friend bool operator==(const Field&, const Field&) = default;
};

// The operators that AWS's SDK gives a field of that type which names none itself.
const std::vector<Operator>& DefaultFilterOperators(DataType type);

struct EntityDefinition {
  Entity entity;
  std::vector<Field> fields;
  std::map<std::string, std::string> custom_properties;

  const Field* Find(std::string_view field_name) const;  // nullptr where there is none.

  friend bool operator==(const EntityDefinition&, const EntityDefinition&) = default;
};

}  // namespace sluice
