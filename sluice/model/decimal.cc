#include "sluice/model/decimal.h"

#include <algorithm>
#include <charconv>

namespace sluice {
namespace {

constexpr int64_t kLargestPower = 999'999'999'999'999'999;

std::optional<int64_t> ParsePower(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  int64_t power = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), power);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (power < -kLargestPower || power > kLargestPower) return std::nullopt;
  return power;
}

}  // namespace

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.is_negative != b.is_negative) return b.is_negative <=> a.is_negative;
  const Decimal& left = a.is_negative ? b : a;
  const Decimal& right = a.is_negative ? a : b;
  if (a.digits.empty() || b.digits.empty()) return left.digits <=> right.digits;
  if (a.exponent != b.exponent) return left.exponent <=> right.exponent;
  return left.digits <=> right.digits;
}

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.is_negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (const size_t e = text.find_first_of("eE"); e != text.npos) {
    auto power = ParsePower(text.substr(e + 1));
    if (!power) return std::nullopt;
    number.exponent = *power;
    text = text.substr(0, e);
  }
  const size_t point = std::min(text.find('.'), text.size());
  number.digits = text.substr(0, point);
  if (point < text.size()) number.digits += text.substr(point + 1);
  if (number.digits.empty() || number.digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  const size_t first = number.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal();
  number.exponent += static_cast<int64_t>(point) - static_cast<int64_t>(first);
  number.digits.erase(number.digits.find_last_not_of('0') + 1).erase(0, first);
  return number;
}

}  // namespace sluice
