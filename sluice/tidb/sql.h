// Text on its way into a statement. Nothing a caller sends gets into SQL but through these.
#pragma once

#include <string>
#include <string_view>

namespace sluice::tidb {

// `name` in backquotes, those inside doubled.
std::string QuoteIdentifier(std::string_view name);

// 'text', for a session in utf8mb4 with backslash escapes (client.h sets it up so).
void AppendString(std::string& sql, std::string_view text);
std::string QuoteString(std::string_view text);

// x'0aff'.
std::string QuoteBytes(std::string_view bytes);

// The pattern for LIKE that finds `text` anywhere: % _ and \ lose their meaning.
std::string ContainsPattern(std::string_view text);

// A number as JSON or the filter language writes it: an optional sign, digits, a fraction, an
// exponent. Such text may stand in SQL as it is.
bool IsNumber(std::string_view text);

// `number` without fraction and exponent ("1.50e2" is "150"), for a column of whole numbers. Empty
// where it has a fraction or more than 100 digits.
std::string WholeNumber(std::string_view number);

// `items` with `separator` between.
template <class Items, class ToText>
std::string Join(const Items& items, std::string_view separator, ToText to_text) {
  std::string joined;
  bool first = true;
  for (const auto& item : items) {
    if (!first) joined += separator;
    first = false;
    joined += to_text(item);
  }
  return joined;
}

}  // namespace sluice::tidb
