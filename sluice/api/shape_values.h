// Small steps between the engine's values and the API's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/base/json.h"

namespace sluice::api {

// Absent rather than empty: clients tell the two apart.
template <class Sequence>
std::optional<Sequence> IfAny(const Sequence& sequence) {
  return sequence.empty() ? std::nullopt : std::optional(sequence);
}

// Enumerators by the API's names.
template <class Enum>
std::vector<std::string> Names(const std::vector<Enum>& values) {
  std::vector<std::string> names;
  for (Enum value : values) names.emplace_back(ToString(value));
  return names;
}

// A scalar as a setting's text: true, 5, or the string itself.
inline std::string TextOf(const json::Value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::ToText(value);
}

}  // namespace sluice::api
