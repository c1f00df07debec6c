#include "sluice/flow/small_number.h"

namespace sluice::flow {
namespace {

// Digits of `text` from `at` onto `units`; where they end.
size_t TakeDigits(std::string_view text, size_t at, uint64_t& units) {
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    units = units * 10 + static_cast<uint64_t>(text[at] - '0');
  }
  return at;
}

}  // namespace

std::optional<SmallNumber> ParseSmallNumber(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kMaxSmallScale + 1) return std::nullopt;
  SmallNumber number;
  uint64_t units = 0;  // Of at most 19 digits.
  const size_t point = TakeDigits(text, 0, units);
  if (point == 0 || (text[0] == '0' && point > 1)) return std::nullopt;
  if (point == text.size()) {
    if (point > kMaxSmallScale) return std::nullopt;
  } else {
    if (text[point] != '.' || point + 1 == text.size()) return std::nullopt;
    if (TakeDigits(text, point + 1, units) != text.size()) return std::nullopt;
    number.scale = static_cast<int>(text.size() - point - 1);
  }
  number.units = static_cast<int64_t>(units);
  if (is_negative) number.units = -number.units;
  return number;
}

}  // namespace sluice::flow
