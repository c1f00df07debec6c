#include "sluice/connector/bad_text.h"

#include <simdjson.h>

#include <string_view>

namespace sluice {
namespace {

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

// All texts at once: they are valid if they are so together and none begins inside a character.
bool IsUtf8(const arrow::StringArray& column) {
  if (column.length() == 0 || column.total_values_length() == 0) return true;
  const auto* bytes = reinterpret_cast<const char*>(column.raw_data());
  const int32_t begin = column.value_offset(0);
  const int32_t end = column.value_offset(column.length());
  if (!IsUtf8(std::string_view(bytes + begin, static_cast<size_t>(end - begin)))) return false;
  for (int64_t row = 0; row < column.length(); ++row) {
    const int32_t at = column.value_offset(row);
    if (at < end && (static_cast<unsigned char>(bytes[at]) & 0xC0) == 0x80) return false;
  }
  return true;
}

}  // namespace

std::vector<int64_t> RowsOfBadText(const arrow::StringArray& column) {
  std::vector<int64_t> rows;
  if (IsUtf8(column)) return rows;
  for (int64_t row = 0; row < column.length(); ++row) {
    if (!column.IsNull(row) && !IsUtf8(column.GetView(row))) rows.push_back(row);
  }
  return rows;
}

}  // namespace sluice
