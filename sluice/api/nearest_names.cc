#include "sluice/api/nearest_names.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <tuple>
#include <utility>

namespace sluice::api {
namespace {

constexpr size_t kMost = 5;

// Without case and punctuation; letters beyond ASCII stay as they are.
std::string Letters(std::string_view name) {
  std::string letters;
  for (unsigned char letter : name) {
    if (letter >= 0x80 || std::isalnum(letter)) letters += static_cast<char>(std::tolower(letter));
  }
  return letters;
}

// Levenshtein's.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view asked, std::vector<std::string> names) {
  const std::string letters = Letters(asked);
  std::vector<std::tuple<size_t, size_t, std::string>> ranked;
  for (std::string& name : names) {
    const size_t far = Distance(letters, Letters(name));
    const size_t farther = Distance(asked, name);
    ranked.emplace_back(far, farther, std::move(name));
  }
  std::ranges::sort(ranked);
  std::vector<std::string> nearest;
  for (auto& [far, farther, name] : ranked) {
    if (nearest.size() < kMost) nearest.push_back(std::move(name));
  }
  return nearest;
}

std::string InQuotes(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

}  // namespace sluice::api
