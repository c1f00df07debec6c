// The constraints of AWS's model on one value, and their violations in AWS's words.
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::api {

// A regular expression of the model, which the whole text has to match. Compiled when it is first
// used. Any thread.
class Pattern {
 public:
  // `shown` is AWS's text, for messages; `pcre` the same in PCRE2's language.
  constexpr Pattern(const char* shown, const char* pcre) : shown_(shown), pcre_(pcre) {}

  bool Matches(std::string_view text);
  std::string_view shown() const { return shown_; }

 private:
  const char* shown_;
  const char* pcre_;
  std::once_flag compiled_;
  void* code_ = nullptr;  // pcre2_code, kept until the program ends.
};

// `min` and `max` are of a text's length in code points, of a number's value, or of how many
// elements a list or a map has.
struct Rule {
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
  Pattern* pattern = nullptr;
  std::span<const std::string_view> values;  // Of an enum.
  bool is_sensitive = false;                 // The value never stands in a message.
  const Rule* key = nullptr;                 // Of a map's keys.
  const Rule* member = nullptr;              // Of a list's or a map's values.
};

inline constexpr Rule kNoRule;

// What was found wrong in a request; `path` is "tasks.1.member.taskType".
class Violations {
 public:
  void CheckText(const Rule& rule, std::string_view text, std::string_view path);
  void CheckMapPart(const Rule& rule, std::string_view part, std::string_view text,
                    std::string_view path);  // `part`: "Map keys" or "Map value".
  void CheckNumber(const Rule& rule, double number, std::string_view path);
  void CheckCount(const Rule& rule, size_t count, std::string_view path);
  void MissingMember(std::string_view path);

  bool empty() const { return count_ == 0; }
  // "2 validation errors detected: Value 'a b' at 'flowName' failed to satisfy constraint: …; …".
  // Of very many only the first are listed.
  std::string Message() const;

 private:
  void Add(std::string_view shown_value, std::string_view path, std::string_view constraint);

  size_t count_ = 0;
  std::vector<std::string> listed_;
};

}  // namespace sluice::api
