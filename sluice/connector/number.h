// Numbers as text, without rounding: what JSON and decimal columns carry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// Whether `text` is a number as JSON writes it (RFC 8259, section 6): "-5", "0.10", "1e3"; not
// "+5", "007", ".5", "NaN" or " 5".
bool IsNumber(std::string_view text);

// The functions below take an IsNumber() text.

// Its value as a whole number; nothing where it has a fraction or leaves 64 bits. "5.0" is 5.
std::optional<int64_t> ToInt64(std::string_view number);
// Its value as a whole number of any size, "1.5e3" as "1500"; nothing where it has a fraction or
// over 1,000 digits.
std::optional<std::string> ToWholeNumber(std::string_view number);
// The double nearest to it; nothing where that would be infinite, or zero for what is not zero.
std::optional<double> ToDouble(std::string_view number);
// The double, or float, that stands for just this number: FormatNumber() of it has the same value.
// "0.1" has one; "9007199254740993" has not.
std::optional<double> ToExactDouble(std::string_view number);
std::optional<float> ToExactFloat(std::string_view number);
// Whether two texts have the same value: "1.50" and "15e-1".
bool SameNumber(std::string_view a, std::string_view b);

// The shortest text that reads back as the same finite number; without an exponent between 1e-7 and
// 1e21. "-0" is "0".
std::string FormatNumber(double value);
std::string FormatNumber(float value);

}  // namespace sluice
