#include "sluice/base/json.h"

// Boost.JSON is compiled here, once, so that nobody links its library.
#include <boost/json/src.hpp>

namespace sluice::json {

Result<Value> Parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 64;
  boost::json::error_code error;
  boost::json::stream_parser parser({}, options);
  size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    error = boost::json::error::extra_data;
  }
  if (error) {
    return InvalidArgument("not valid JSON at byte " + std::to_string(used) + ": " +
                           error.message());
  }
  return parser.release();
}

Result<Object> ParseObject(std::string_view text) {
  SLUICE_ASSIGN(Value value, Parse(text));
  if (!value.is_object()) return InvalidArgument("not a JSON object");
  return std::move(value.get_object());
}

const Value* Find(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

std::optional<std::string> FindString(const Object& object, std::string_view name) {
  const Value* value = Find(object, name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<bool> FindBool(const Object& object, std::string_view name) {
  const Value* value = Find(object, name);
  if (!value || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

std::optional<int64_t> FindInt(const Object& object, std::string_view name) {
  const Value* value = Find(object, name);
  if (!value) return std::nullopt;
  boost::json::error_code error;
  auto number = value->to_number<int64_t>(error);
  if (error) return std::nullopt;
  return number;
}

const Object* FindObject(const Object& object, std::string_view name) {
  const Value* value = Find(object, name);
  return value ? value->if_object() : nullptr;
}

const Array* FindArray(const Object& object, std::string_view name) {
  const Value* value = Find(object, name);
  return value ? value->if_array() : nullptr;
}

std::string ToText(const Value& value) { return boost::json::serialize(value); }

void AppendQuoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  size_t done = 0;  // What needs no escape is appended in runs.
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, done, i - done);
    done = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text, done);
  out += '"';
}

}  // namespace sluice::json
