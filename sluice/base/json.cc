#include "sluice/base/json.h"

// Boost.JSON is compiled here, once, so that nobody links its library.
#include <array>
#include <boost/json/src.hpp>

namespace sluice::json {
namespace {

constexpr char kAsUnicode = 'u';

// The letter that stands for a byte behind a backslash; 0 where it needs none.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (size_t control = 0; control < 0x20; ++control) escapes[control] = kAsUnicode;
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  return escapes;
}();

}  // namespace

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
  // Piece by piece through a buffer that holds the piece with every byte escaped. Without a branch
  // for quotes and backslashes, of which a record that stands in a string is full.
  constexpr size_t kPiece = 256;
  char escaped[2 * kPiece];
  out += '"';
  while (!text.empty()) {
    std::string_view piece = text.substr(0, kPiece);
    text.remove_prefix(piece.size());
    char* end = escaped;
    for (char c : piece) {
      char escape = kEscapes[static_cast<unsigned char>(c)];
      if (escape == kAsUnicode) [[unlikely]] {
        out.append(escaped, end);
        out.append("\\u00").append(1, kHex[c >> 4]).append(1, kHex[c & 15]);
        end = escaped;
        continue;
      }
      *end = '\\';
      end += escape != 0;
      *end++ = escape != 0 ? escape : c;
    }
    out.append(escaped, end);
  }
  out += '"';
}

}  // namespace sluice::json
