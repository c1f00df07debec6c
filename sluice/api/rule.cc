#include "sluice/api/rule.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <memory>

#include "sluice/base/check.h"

namespace sluice::api {
namespace {

constexpr size_t kListedAtMost = 20;
constexpr size_t kShownBytesAtMost = 200;

// In UTF-8 every byte but those that continue a character begins one.
bool BeginsCodePoint(char byte) { return (byte & 0xC0) != 0x80; }

int64_t CountCodePoints(std::string_view text) {
  return std::count_if(text.begin(), text.end(), BeginsCodePoint);
}

std::string Quote(std::string_view text) {
  if (text.size() <= kShownBytesAtMost) return "'" + std::string(text) + "'";
  size_t end = kShownBytesAtMost;
  while (!BeginsCodePoint(text[end])) --end;
  return "'" + std::string(text.substr(0, end)) + "…'";
}

std::string Join(std::span<const std::string_view> values) {
  std::string joined;
  for (std::string_view value : values) {
    if (!joined.empty()) joined += ", ";
    joined += value;
  }
  return joined;
}

// What a text breaks, each in AWS's words. A pattern is tried on texts of a permitted length only,
// which bounds the work of those that backtrack.
std::vector<std::string> BrokenConstraints(const Rule& rule, std::string_view text) {
  if (!rule.values.empty() && std::ranges::find(rule.values, text) == rule.values.end()) {
    return {"Member must satisfy enum value set: [" + Join(rule.values) + "]"};
  }
  int64_t length = CountCodePoints(text);
  if (length > rule.max) {
    return {"Member must have length less than or equal to " + std::to_string(rule.max)};
  }
  std::vector<std::string> broken;
  if (length < rule.min) {
    broken.push_back("Member must have length greater than or equal to " +
                     std::to_string(rule.min));
  }
  if (rule.pattern != nullptr && !rule.pattern->Matches(text)) {
    broken.push_back("Member must satisfy regular expression pattern: " +
                     std::string(rule.pattern->shown()));
  }
  return broken;
}

}  // namespace

bool Pattern::Matches(std::string_view text) {
  std::call_once(compiled_, [this] {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_ = pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(pcre_), PCRE2_ZERO_TERMINATED,
        PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_UTF,
        &error, &offset, nullptr);
    SLUICE_CHECK(code_ != nullptr);
  });
  auto* code = static_cast<pcre2_code*>(code_);
  std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
      pcre2_match_data_create_from_pattern(code, nullptr), &pcre2_match_data_free);
  return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                     match.get(), nullptr) >= 0;
}

void Violations::CheckText(const Rule& rule, std::string_view text, std::string_view path) {
  for (const std::string& constraint : BrokenConstraints(rule, text)) {
    Add(rule.is_sensitive ? "" : Quote(text), path, constraint);
  }
}

void Violations::CheckMapPart(const Rule& rule, std::string_view part, std::string_view text,
                              std::string_view path) {
  for (const std::string& constraint : BrokenConstraints(rule, text)) {
    Add(rule.is_sensitive ? "" : Quote(text), path,
        std::string(part) + " must satisfy constraint: [" + constraint + "]");
  }
}

void Violations::CheckNumber(const Rule& rule, double number, std::string_view path) {
  std::string shown = "'" + std::to_string(static_cast<int64_t>(number)) + "'";
  if (number < static_cast<double>(rule.min)) {
    Add(shown, path, "Member must have value greater than or equal to " + std::to_string(rule.min));
  }
  if (number > static_cast<double>(rule.max)) {
    Add(shown, path, "Member must have value less than or equal to " + std::to_string(rule.max));
  }
}

void Violations::CheckCount(const Rule& rule, size_t count, std::string_view path) {
  auto length = static_cast<int64_t>(count);
  if (length < rule.min) {
    Add("", path, "Member must have length greater than or equal to " + std::to_string(rule.min));
  }
  if (length > rule.max) {
    Add("", path, "Member must have length less than or equal to " + std::to_string(rule.max));
  }
}

void Violations::MissingMember(std::string_view path) {
  Add("null", path, "Member must not be null");
}

void Violations::Add(std::string_view shown_value, std::string_view path,
                     std::string_view constraint) {
  if (++count_ > kListedAtMost) return;
  std::string violation = "Value ";
  if (!shown_value.empty()) violation += std::string(shown_value) + " ";
  violation += "at '" + std::string(path) + "' failed to satisfy constraint: ";
  listed_.push_back(violation + std::string(constraint));
}

std::string Violations::Message() const {
  std::string message =
      std::to_string(count_) + " validation error" + (count_ == 1 ? "" : "s") + " detected: ";
  for (size_t i = 0; i < listed_.size(); ++i) message += (i == 0 ? "" : "; ") + listed_[i];
  if (count_ > listed_.size()) {
    message += "; and " + std::to_string(count_ - listed_.size()) + " more";
  }
  return message;
}

}  // namespace sluice::api
