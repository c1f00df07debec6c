// Numbers that fit into a machine word, as nearly all do: the fast way to compare them and to
// calculate with them exactly. What doesn't fit takes the slow way, with the same result.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::flow {

__extension__ typedef __int128 int128_t;
__extension__ typedef unsigned __int128 uint128_t;

inline constexpr int kMaxSmallScale = 18;

inline constexpr auto kPowersOfTen = [] {
  std::array<int64_t, kMaxSmallScale + 1> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

// units / 10^scale.
struct SmallNumber {
  int64_t units = 0;
  int scale = 0;  // 0 to kMaxSmallScale.
};

// Of an IsNumber() text (connector/number.h) with at most 18 digits and no exponent; nothing for
// every other text.
std::optional<SmallNumber> ParseSmallNumber(std::string_view text);

// Below, at or above 0 as `a` is below, at or above `b`.
inline int Compare(const SmallNumber& a, const SmallNumber& b) {
  int128_t left = a.units, right = b.units;
  if (a.scale < b.scale) left *= kPowersOfTen[static_cast<size_t>(b.scale - a.scale)];
  if (b.scale < a.scale) right *= kPowersOfTen[static_cast<size_t>(a.scale - b.scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

}  // namespace sluice::flow
