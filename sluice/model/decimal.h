// Numbers as texts, compared without rounding.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// A number without the many ways to write it: 10, 10.0 and 1e1 are equal.
struct Decimal {
  bool is_negative = false;  // Zero never is.
  std::string digits;        // No zeros at either end; empty for zero.
  int64_t exponent = 0;      // The value is 0.digits times ten to the power of it.

  friend bool operator==(const Decimal&, const Decimal&) = default;
};
std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

// Of "-12.50", "+3", ".5", "1e-7"; nothing where the text is something else, or the power of ten
// has more than 18 digits.
std::optional<Decimal> ParseDecimal(std::string_view text);

}  // namespace sluice
