#include "sluice/api/flow_tags.h"

#include <charconv>

namespace sluice::api {
namespace {

constexpr std::string_view kOurs = "sluice:";
constexpr std::string_view kRetryMinutes = "retryMinutes";
constexpr int kMostRetryMinutes = 1440;

ApiResult<std::chrono::minutes> ReadRetryMinutes(const std::string& text) {
  int minutes = -1;
  const char* const end = text.data() + text.size();
  auto [read_to, error] = std::from_chars(text.data(), end, minutes);
  if (error == std::errc() && read_to == end && minutes >= 0 && minutes <= kMostRetryMinutes) {
    return std::chrono::minutes(minutes);
  }
  return ValidationError(
      "The tag 'sluice:retryMinutes' says for how many minutes a run keeps trying again: a whole "
      "number from 0 (it ends at the first failure) to 1440 (a day), not '" +
      text + "'.");
}

}  // namespace

ApiResult<FlowTags> ReadFlowTags(const Tags& tags) {
  FlowTags read;
  for (const auto& [key, value] : tags) {
    if (!key.starts_with(kOurs)) continue;
    const std::string name = key.substr(kOurs.size());
    if (name == kRetryMinutes) {
      SLUICE_ASSIGN(read.retry_for, ReadRetryMinutes(value));
    } else {
      read.settings.emplace(name, value);
    }
  }
  return read;
}

}  // namespace sluice::api
