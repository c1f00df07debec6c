// JSON documents (requests, replies, configuration) on Boost.JSON. Records of customers' data,
// where numbers must stay exact, are read with simdjson instead (connector/records.h, tidb/).
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

// kInvalidArgument says at which byte the text stops being JSON. At most 64 levels deep.
Result<Value> Parse(std::string_view text);
// The same, and the text must be an object.
Result<Object> ParseObject(std::string_view text);

// A member, or nullptr where it is absent or null.
const Value* Find(const Object& object, std::string_view name);
// A member of the given kind, or nothing where it is absent, null or of another kind.
std::optional<std::string> FindString(const Object& object, std::string_view name);
std::optional<bool> FindBool(const Object& object, std::string_view name);
std::optional<int64_t> FindInt(const Object& object, std::string_view name);
const Object* FindObject(const Object& object, std::string_view name);
const Array* FindArray(const Object& object, std::string_view name);

std::string ToText(const Value& value);
// `text` in double quotes with what JSON wants escaped; UTF-8 stays as it is.
void AppendQuoted(std::string& out, std::string_view text);

}  // namespace sluice::json
