#include "sluice/tidb/record.h"

#include <simdjson.h>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

namespace ondemand = simdjson::ondemand;

Error NotARecord(std::string_view why) {
  return InvalidArgument("the record is not a JSON object: " + std::string(why));
}

Error NotARecord(simdjson::error_code code) { return NotARecord(simdjson::error_message(code)); }

std::string_view Trimmed(std::string_view token) {
  size_t end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

#define SLUICE_SIMDJSON(declaration, expression)            \
  declaration;                                              \
  if (auto simdjson_error = (expression); simdjson_error) { \
    return NotARecord(simdjson_error);                      \
  }

Result<JsonValue> ReadValue(ondemand::value value) {
  SLUICE_SIMDJSON(ondemand::json_type type, value.type().get(type));
  switch (type) {
    case ondemand::json_type::null:
      if (Trimmed(value.raw_json_token()) != "null") return NotARecord("expected null");
      return JsonValue{};
    case ondemand::json_type::boolean: {
      SLUICE_SIMDJSON(bool boolean, value.get_bool().get(boolean));
      return JsonValue{JsonValue::Kind::kBoolean, boolean ? "true" : "false"};
    }
    case ondemand::json_type::number: {
      std::string_view token = Trimmed(value.raw_json_token());
      if (!IsNumber(token) || token.front() == '+') return NotARecord("a number is malformed");
      return JsonValue{JsonValue::Kind::kNumber, token};
    }
    case ondemand::json_type::string: {
      SLUICE_SIMDJSON(std::string_view text, value.get_string().get(text));
      return JsonValue{JsonValue::Kind::kString, text};
    }
    case ondemand::json_type::array: {
      SLUICE_SIMDJSON(ondemand::array array, value.get_array().get(array));
      SLUICE_SIMDJSON(std::string_view text, array.raw_json().get(text));
      return JsonValue{JsonValue::Kind::kDocument, Trimmed(text)};
    }
    case ondemand::json_type::object: {
      SLUICE_SIMDJSON(ondemand::object object, value.get_object().get(object));
      SLUICE_SIMDJSON(std::string_view text, object.raw_json().get(text));
      return JsonValue{JsonValue::Kind::kDocument, Trimmed(text)};
    }
  }
  return NotARecord("a value is of an unknown kind");
}

}  // namespace

struct RecordReader::Parser {
  ondemand::parser parser;
  simdjson::padded_string text;
  ondemand::document document;
};

RecordReader::RecordReader() : parser_(std::make_unique<Parser>()) {}
RecordReader::~RecordReader() = default;

Result<std::vector<Member>> RecordReader::Read(std::string_view json) {
  Parser& p = *parser_;
  p.text = simdjson::padded_string(json);
  if (auto error = p.parser.iterate(p.text).get(p.document)) return NotARecord(error);
  SLUICE_SIMDJSON(ondemand::object object, p.document.get_object().get(object));

  std::vector<Member> members;
  for (auto field : object) {
    SLUICE_SIMDJSON(std::string_view name, field.unescaped_key().get(name));
    SLUICE_SIMDJSON(ondemand::value json_value, field.value().get(json_value));
    SLUICE_ASSIGN(JsonValue value, ReadValue(json_value));
    members.push_back({name, value});
  }
  const char* rest;
  if (!p.document.current_location().get(rest)) return NotARecord("there is more text behind it");
  return members;
}

}  // namespace sluice::tidb
