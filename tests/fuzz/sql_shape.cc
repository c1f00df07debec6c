#include "tests/fuzz/sql_shape.h"

namespace sluice {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

// The end of what is quoted and begins at `begin`; npos where it has none.
size_t EndOfQuoted(std::string_view sql, size_t begin) {
  char quote = sql[begin];
  for (size_t i = begin + 1; i < sql.size(); ++i) {
    if (sql[i] == '\\' && quote != '`') {
      ++i;
    } else if (sql[i] == quote) {
      bool doubled = i + 1 < sql.size() && sql[i + 1] == quote;
      if (!doubled) return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

size_t Skip(std::string_view sql, size_t begin, std::string_view characters) {
  return std::min(sql.find_first_not_of(characters, begin), sql.size());
}

size_t EndOfNumber(std::string_view sql, size_t begin) {
  size_t end = Skip(sql, begin, kDigits);
  if (end < sql.size() && sql[end] == '.') end = Skip(sql, end + 1, kDigits);
  if (end < sql.size() && (sql[end] == 'e' || sql[end] == 'E')) {
    size_t digits = end + 1;
    if (digits < sql.size() && (sql[digits] == '+' || sql[digits] == '-')) ++digits;
    size_t behind = Skip(sql, digits, kDigits);
    if (behind > digits) end = behind;
  }
  return end;
}

}  // namespace

std::string ShapeOf(std::string_view sql) {
  std::string shape;
  for (size_t at = 0; at < sql.size();) {
    char c = sql[at];
    char next = at + 1 < sql.size() ? sql[at + 1] : '\0';
    bool is_hex = c == 'x' && next == '\'';
    bool is_signed = (c == '-' || c == '+') && kDigits.find(next) != std::string_view::npos;
    if (is_hex || c == '\'' || c == '"' || c == '`') {
      size_t end = EndOfQuoted(sql, at + is_hex);
      if (end == std::string_view::npos) return shape + '!';
      shape += c == '`' ? 'i' : '?';
      at = end;
    } else if (is_signed || kDigits.find(c) != std::string_view::npos) {
      shape += '?';
      at = EndOfNumber(sql, at + is_signed);
    } else if (kLetters.find(c) != std::string_view::npos) {
      size_t end = Skip(sql, at, kLetters);
      shape += sql.substr(at, end - at);
      at = end;
    } else {
      shape += c;
      ++at;
    }
  }
  return shape;
}

}  // namespace sluice
