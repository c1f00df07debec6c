#include "sluice/tidb/sql.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "sluice/base/encoding.h"

namespace sluice::tidb {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The parts of a number: -12.50e3 is {true, "12", "50", "3"}.
struct Number {
  bool negative = false;
  std::string_view whole, fraction, exponent;
};

std::string_view TakeDigits(std::string_view& text) {
  size_t end =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin());
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

bool Scan(std::string_view text, Number& number) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  number.whole = TakeDigits(text);
  if (number.whole.empty()) return false;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    number.fraction = TakeDigits(text);
    if (number.fraction.empty()) return false;
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    std::string_view from = text;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (TakeDigits(text).empty()) return false;
    number.exponent = from.substr(0, from.size() - text.size());
  }
  return text.empty();
}

bool MayNeedEscape(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\'' || c == '"' || c == '\\';
}

// The same of any of eight bytes.
bool MayNeedEscape(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighBits = 0x80 * kOnes;
  auto is_any_below = [](uint64_t each, uint64_t limit) {
    return (each - limit * kOnes) & ~each & kHighBits;
  };
  auto is_any = [&](uint64_t c) { return is_any_below(bytes ^ c * kOnes, 1); };
  return (is_any_below(bytes, ' ') | is_any('\'') | is_any('"') | is_any('\\')) != 0;
}

// So many bytes at the beginning need no escape; there may be more.
size_t PlainBytes(std::string_view text) {
  uint64_t word;
  if (text.size() < sizeof word) return 0;
  const size_t last = text.size() - sizeof word;
  for (size_t at = 0;; at = std::min(at + sizeof word, last)) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (MayNeedEscape(word)) return at;
    if (at == last) return text.size();
  }
}

}  // namespace

std::string QuoteIdentifier(std::string_view name) {
  std::string quoted = "`";
  for (char c : name) {
    if (c == '`') quoted += '`';
    quoted += c;
  }
  return quoted += '`';
}

void AppendString(std::string& sql, std::string_view text) {
  constexpr std::string_view kSpecial("'\"\\\0\n\r\x1a", 7);
  constexpr std::string_view kEscapes = "'\"\\0nrZ";
  sql += '\'';
  size_t from = 0;
  for (size_t at = PlainBytes(text); at < text.size(); ++at) {
    if (!MayNeedEscape(text[at])) continue;
    size_t which = kSpecial.find(text[at]);
    if (which == kSpecial.npos) continue;
    sql.append(text, from, at - from);
    sql += '\\';
    sql += kEscapes[which];
    from = at + 1;
  }
  sql.append(text, from);
  sql += '\'';
}

std::string QuoteString(std::string_view text) {
  std::string sql;
  AppendString(sql, text);
  return sql;
}

std::string QuoteBytes(std::string_view bytes) { return "x'" + HexEncode(bytes) + "'"; }

std::string ContainsPattern(std::string_view text) {
  std::string pattern = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern += '%';
}

bool IsNumber(std::string_view text) {
  Number number;
  return Scan(text, number);
}

std::string WholeNumber(std::string_view text) {
  constexpr int kMostDigits = 100;
  Number number;
  if (!Scan(text, number)) return "";
  std::string_view exponent_text = number.exponent;
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  int exponent = 0;
  auto end = exponent_text.data() + exponent_text.size();
  if (!exponent_text.empty() &&
      std::from_chars(exponent_text.data(), end, exponent).ec != std::errc()) {
    return "";
  }

  std::string digits(number.whole);
  digits += number.fraction;
  int64_t point = static_cast<int64_t>(number.whole.size()) + exponent;  // Digits before it.
  bool is_zero = std::all_of(digits.begin(), digits.end(), [](char c) { return c == '0'; });
  if (is_zero) return "0";
  if (point < 0 || point > kMostDigits) return "";
  if (static_cast<size_t>(point) < digits.size()) {
    bool whole = std::all_of(digits.begin() + point, digits.end(), [](char c) { return c == '0'; });
    if (!whole) return "";
  }
  digits.resize(static_cast<size_t>(point), '0');
  size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return (number.negative ? "-" : "") + digits.substr(first);
}

}  // namespace sluice::tidb
