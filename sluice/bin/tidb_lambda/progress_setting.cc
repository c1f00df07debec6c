#include "sluice/bin/tidb_lambda/progress_setting.h"

#include <algorithm>

#include "sluice/base/json.h"

namespace sluice::tidb_lambda {
namespace {

constexpr size_t kMostCharactersOfStream = 255;

size_t Characters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Result<tidb::StreamPosition> Parse(const std::string& text) {
  SLUICE_ASSIGN(json::Object members, json::ParseObject(text));
  auto stream = json::FindString(members, "stream");
  auto token = json::FindString(members, "token");
  auto seq = json::FindInt(members, "seq");
  auto previous = json::FindInt(members, "previous");
  if (!stream || stream->empty() || Characters(*stream) > kMostCharactersOfStream) {
    return InvalidArgument("'stream' must be a string of 1 to 255 characters");
  }
  if (!token) return InvalidArgument("'token' must be a string");
  if (!seq || !previous || *previous < 0 || *seq <= *previous) {
    return InvalidArgument("'seq' and 'previous' must be whole numbers, 0 <= previous < seq");
  }
  return tidb::StreamPosition{*std::move(stream), *seq, *previous, *std::move(token)};
}

}  // namespace

Result<std::optional<tidb::StreamPosition>> PositionFrom(const Settings& runtime_settings) {
  auto setting = runtime_settings.find(kProgressSetting);
  if (setting == runtime_settings.end()) return std::optional<tidb::StreamPosition>();
  auto position = Parse(setting->second);
  if (!position.ok()) {
    return WithContext(InvalidArgument(position.error().message),
                       "the setting " + std::string(kProgressSetting));
  }
  return std::optional(*std::move(position));
}

}  // namespace sluice::tidb_lambda
