#include "sluice/connector/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sluice {
namespace {

constexpr int64_t kMaxDigits = 1000;
constexpr int64_t kMaxExponent = 1'000'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t SkipDigits(std::string_view text, size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

// A number as ±digits × 10^exponent. Equal numbers have equal parts: no zero stands at either end
// of the digits, and zero has none.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  int64_t exponent = 0;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

int64_t ParseExponent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range)
    value = text[0] == '-' ? -kMaxExponent : kMaxExponent;
  return std::clamp(value, -kMaxExponent, kMaxExponent);
}

Decimal ParseDecimal(std::string_view number) {
  Decimal decimal;
  size_t e = number.find_first_of("eE");
  if (e != std::string_view::npos) {
    decimal.exponent = ParseExponent(number.substr(e + 1));
    number = number.substr(0, e);
  }
  decimal.is_negative = number.starts_with('-');
  if (decimal.is_negative) number.remove_prefix(1);
  size_t point = number.find('.');
  decimal.digits = number.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += number.substr(point + 1);
    decimal.exponent -= static_cast<int64_t>(number.size() - point - 1);
  }
  size_t last = decimal.digits.find_last_not_of('0');
  if (last == std::string::npos) return {};
  decimal.exponent += static_cast<int64_t>(decimal.digits.size() - last - 1);
  decimal.digits.resize(last + 1);
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  return decimal;
}

template <class Float>
std::string Format(Float value) {
  if (value == 0) return "0";
  Float size = std::abs(value);
  bool is_plain = size >= Float(1e-7) && size < Float(1e21);
  char text[64];
  auto end = std::to_chars(text, text + sizeof text, value,
                           is_plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {text, end.ptr};
}

// The nearest value, unless `number` has digits that it can't tell apart from others.
template <class Float>
std::optional<Float> ToExact(std::string_view number) {
  Float value = 0;
  auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  if (!SameNumber(Format(value), number)) return std::nullopt;
  return value == 0 ? 0 : value;
}

}  // namespace

bool IsNumber(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  size_t whole = SkipDigits(text, at);
  if (whole == at || (text[at] == '0' && whole > at + 1)) return false;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    size_t fraction = SkipDigits(text, at + 1);
    if (fraction == at + 1) return false;
    at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    size_t exponent = SkipDigits(text, at);
    if (exponent == at) return false;
    at = exponent;
  }
  return at == text.size();
}

std::optional<std::string> ToWholeNumber(std::string_view number) {
  Decimal decimal = ParseDecimal(number);
  if (decimal.digits.empty()) return "0";
  if (decimal.exponent < 0) return std::nullopt;
  if (static_cast<int64_t>(decimal.digits.size()) + decimal.exponent > kMaxDigits) {
    return std::nullopt;
  }
  return (decimal.is_negative ? "-" : "") + decimal.digits +
         std::string(static_cast<size_t>(decimal.exponent), '0');
}

std::optional<int64_t> ToInt64(std::string_view number) {
  int64_t value = 0;
  const char* end = number.data() + number.size();
  auto plain = std::from_chars(number.data(), end, value);
  if (plain.ptr == end && plain.ec == std::errc()) return value;
  auto whole = ToWholeNumber(number);
  if (!whole) return std::nullopt;
  auto parsed = std::from_chars(whole->data(), whole->data() + whole->size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

std::optional<double> ToDouble(std::string_view number) {
  double value = 0;
  auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (parsed.ec == std::errc()) return value == 0 ? 0 : value;
  if (ParseDecimal(number).digits.empty()) return 0;  // "0e999"
  return std::nullopt;
}

std::optional<double> ToExactDouble(std::string_view number) { return ToExact<double>(number); }
std::optional<float> ToExactFloat(std::string_view number) { return ToExact<float>(number); }

bool SameNumber(std::string_view a, std::string_view b) {
  return ParseDecimal(a) == ParseDecimal(b);
}

std::string FormatNumber(double value) { return Format(value); }
std::string FormatNumber(float value) { return Format(value); }

}  // namespace sluice
