// Records as the checks handle them: members with exact values, read, compared and written.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/model/json_record.h"

namespace sluice::conformance {

struct Value {
  JsonValue::Kind kind = JsonValue::Kind::kNull;
  std::string text;  // As in JsonValue.

  bool is_null() const { return kind == JsonValue::Kind::kNull; }
  std::string ToJson() const;
  static Value String(std::string text) { return {JsonValue::Kind::kString, std::move(text)}; }
  static Value Number(std::string text) { return {JsonValue::Kind::kNumber, std::move(text)}; }

  friend bool operator==(const Value&, const Value&) = default;
};

// By member.
using Record = std::map<std::string, Value>;
Result<Record> ReadRecord(std::string_view json);
std::string ToJson(const Record& record);
// Null where the member is missing.
Value ValueOf(const Record& record, const std::string& field);

bool IsNumeric(DataType type);

// What is wrong with a value of that type, in words; nothing where it is fine or null. Numbers and
// booleans as strings are told apart, because AWS's own connectors send them.
struct Misfit {
  std::string what;
  bool is_number_as_text = false;
};
std::optional<Misfit> FindMisfit(DataType type, const Value& value);

// The order of two values of a type that has one: numbers to the last digit, times by their
// instant, strings by their bytes. Nothing where they can't be compared.
std::optional<int> Compare(DataType type, const Value& a, const Value& b);
// Whether what came back is what was written; Float and Double to their precision.
bool AreSame(DataType type, const Value& written, const Value& read);
// Whether two floating-point numbers are too close to tell how a system compares them.
bool AreClose(const Value& a, const Value& b);

}  // namespace sluice::conformance
