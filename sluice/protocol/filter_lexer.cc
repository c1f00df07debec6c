#include "sluice/protocol/filter_lexer.h"

#include <algorithm>
#include <array>

namespace sluice::protocol {
namespace {

using Kind = FilterToken::Kind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c) || c == '.' || c == '-'; }

struct Keyword {
  std::string_view text;
  Kind kind;
};
constexpr std::array<Keyword, 21> kKeywords = {{{"AND", Kind::kAnd},
                                                {"and", Kind::kAnd},
                                                {"OR", Kind::kOr},
                                                {"or", Kind::kOr},
                                                {"NOT", Kind::kNot},
                                                {"not", Kind::kNot},
                                                {"CONTAINS", Kind::kContains},
                                                {"contains", Kind::kContains},
                                                {"BETWEEN", Kind::kBetween},
                                                {"between", Kind::kBetween},
                                                {"IN", Kind::kIn},
                                                {"in", Kind::kIn},
                                                {"LIMIT", Kind::kLimit},
                                                {"limit", Kind::kLimit},
                                                {"TRUE", Kind::kBoolean},
                                                {"True", Kind::kBoolean},
                                                {"true", Kind::kBoolean},
                                                {"FALSE", Kind::kBoolean},
                                                {"False", Kind::kBoolean},
                                                {"false", Kind::kBoolean},
                                                {"null", Kind::kNull}}};

struct Symbol {
  std::string_view text;
  Kind kind;
  Operator op = Operator::kEqualTo;
};
constexpr std::array<Symbol, 9> kSymbols = {
    {{"(", Kind::kLeftParenthesis},
     {")", Kind::kRightParenthesis},
     {",", Kind::kComma},
     {">=", Kind::kComparison, Operator::kGreaterThanOrEqualTo},
     {"<=", Kind::kComparison, Operator::kLessThanOrEqualTo},
     {"!=", Kind::kComparison, Operator::kNotEqualTo},
     {">", Kind::kComparison, Operator::kGreaterThan},
     {"<", Kind::kComparison, Operator::kLessThan},
     {"=", Kind::kComparison, Operator::kEqualTo}}};

size_t CountDigits(std::string_view text) {
  return std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin();
}

// Two digits at `at` between the bounds.
bool HasTwoDigits(std::string_view text, size_t at, int low, int high) {
  if (CountDigits(text.substr(at, 2)) != 2) return false;
  int value = (text[at] - '0') * 10 + (text[at + 1] - '0');
  return value >= low && value <= high;
}

// Bytes of the number, date or time that `text` begins with; 0: none of them.
size_t NumberLength(std::string_view text) {
  size_t sign = text.starts_with('-') ? 1 : 0;
  size_t whole = CountDigits(text.substr(sign));
  if (whole == 0) return 0;
  size_t length = sign + whole;
  if (!text.substr(length).starts_with('.')) return length;
  size_t fraction = CountDigits(text.substr(length + 1));
  return fraction == 0 ? length : length + 1 + fraction;
}

size_t DateLength(std::string_view text) {
  bool is_date = text.size() >= 10 && CountDigits(text) == 4 && text[4] == '-' && text[7] == '-' &&
                 HasTwoDigits(text, 5, 1, 12) && HasTwoDigits(text, 8, 0, 31);
  return is_date ? 10 : 0;
}

// `text` begins with a date.
size_t DateTimeLength(std::string_view text) {
  bool is_time = text.size() >= 20 && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
                 HasTwoDigits(text, 11, 0, 24) && HasTwoDigits(text, 14, 0, 59) &&
                 HasTwoDigits(text, 17, 0, 59);
  if (!is_time) return 0;
  size_t length = 19;
  if (text[length] == '.') {
    size_t fraction = CountDigits(text.substr(length + 1));
    if (fraction == 0) return 0;
    length += 1 + fraction;
  }
  return text.substr(length).starts_with('Z') ? length + 1 : 0;
}

// A string ends at the first quote without a backslash before it. Where there is none, it ends at
// the last quote, because a backslash may also stand for itself. 0: it never ends.
size_t StringLength(std::string_view text) {
  size_t last_quote = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != text[0]) continue;
    last_quote = i;
    if (text[i - 1] != '\\') break;
  }
  return last_quote == 0 ? 0 : last_quote + 1;
}

Error At(size_t position, std::string message) {
  return InvalidArgument("filter expression, byte " + std::to_string(position) + ": " + message);
}

}  // namespace

std::string_view FirstCharacters(std::string_view text, size_t bytes) {
  auto goes_on = [&] { return (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80; };
  while (bytes < text.size() && goes_on()) ++bytes;
  return text.substr(0, bytes);
}

Result<FilterToken> NextFilterToken(std::string_view expression, size_t position) {
  position = std::min(expression.find_first_not_of(" \t\r\n\f", position), expression.size());
  std::string_view rest = expression.substr(position);
  auto token = [&](Kind kind, size_t length, Operator op = Operator::kEqualTo) {
    return FilterToken{kind, position, rest.substr(0, length), op};
  };
  if (rest.empty()) return token(Kind::kEnd, 0);
  if (IsNameStart(rest[0])) {
    size_t length = std::find_if_not(rest.begin(), rest.end(), IsNamePart) - rest.begin();
    for (const Keyword& keyword : kKeywords) {
      if (keyword.text == rest.substr(0, length)) return token(keyword.kind, length);
    }
    return token(Kind::kName, length);
  }
  if (rest[0] == '"' || rest[0] == '\'') {
    size_t length = StringLength(rest);
    if (length == 0) return At(position, "this string has no closing quote");
    return token(Kind::kString, length);
  }
  if (size_t date = DateLength(rest)) {
    size_t time = DateTimeLength(rest);
    return time ? token(Kind::kDateTime, time) : token(Kind::kDate, date);
  }
  if (size_t number = NumberLength(rest)) return token(Kind::kNumber, number);
  for (const Symbol& symbol : kSymbols) {
    if (rest.starts_with(symbol.text)) return token(symbol.kind, symbol.text.size(), symbol.op);
  }
  return At(position,
            "'" + std::string(FirstCharacters(rest, 1)) + "' is not part of the filter language");
}

std::string UnquoteFilterString(std::string_view token) {
  static constexpr std::string_view kEscapes = "\"'\\tnr", kMeanings = "\"'\\\t\n\r";
  std::string_view content = token.substr(1, token.size() - 2);
  std::string text;
  text.reserve(content.size());
  for (size_t i = 0; i < content.size(); ++i) {
    size_t escape = content[i] == '\\' && i + 1 < content.size() ? kEscapes.find(content[i + 1])
                                                                 : std::string_view::npos;
    if (escape == std::string_view::npos) {
      text += content[i];
    } else {
      text += kMeanings[escape];
      ++i;
    }
  }
  return text;
}

}  // namespace sluice::protocol
