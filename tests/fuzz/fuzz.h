// What the fuzz targets have in common. A target ends by SLUICE_CHECK where a property fails, so
// that libFuzzer keeps the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sluice/base/json.h"

namespace sluice {

inline std::string_view AsText(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline bool IsUtf8(std::string_view text) {
  std::string json;
  json::AppendQuoted(json, text);
  return json::Parse(json).ok();
}

// Whoever sent `input` can be told what is wrong with it.
inline void CheckTells(const Error& error, std::string_view input) {
  SLUICE_CHECK(!error.message.empty());
  SLUICE_CHECK(IsUtf8(error.message) || !IsUtf8(input));
}

}  // namespace sluice
