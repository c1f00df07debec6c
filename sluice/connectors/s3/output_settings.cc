#include "sluice/connectors/s3/output_settings.h"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::s3 {
namespace {

constexpr std::string_view kFormat = "s3OutputFormatConfig.";
constexpr int64_t kMostMegabytes = 5'000'000;  // S3's largest object: 5 TB.

// Empty where it is not set.
std::string Get(const Settings& settings, std::string_view name) {
  auto found = settings.find(std::string(name));
  return found == settings.end() ? "" : found->second;
}
std::string GetFormat(const Settings& settings, std::string_view name) {
  return Get(settings, std::string(kFormat) + std::string(name));
}

Error CantBe(std::string_view name, const std::string& value, std::string_view choice) {
  return InvalidArgument("'" + std::string(name) + "' can't be '" + value + "': it must be " +
                         std::string(choice));
}

template <class T>
using Choices = std::vector<std::pair<std::string_view, T>>;

// The choice that is set; the first where none is.
template <class T>
Result<T> Choose(const Settings& settings, std::string_view name, const Choices<T>& choices) {
  std::string value = GetFormat(settings, name);
  if (value.empty()) return choices.front().second;
  std::string words;
  for (const auto& [word, choice] : choices) {
    if (value == word) return choice;
    if (!word.empty()) words += (words.empty() ? "" : ", ") + std::string(word);
  }
  return CantBe(name, value, "one of " + words);
}

std::string WithoutEmptyFolders(std::string_view path) {
  std::string clean;
  for (char c : path) {
    if (c != '/' || (!clean.empty() && clean.back() != '/')) clean += c;
  }
  if (clean.ends_with('/')) clean.pop_back();
  return clean;
}

Result<std::optional<int64_t>> ReadObjectBytes(const Settings& settings) {
  constexpr std::string_view kName = "aggregationConfig.targetFileSize";
  std::string text = GetFormat(settings, kName);
  if (text.empty()) return std::optional<int64_t>();
  int64_t megabytes = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), megabytes);
  bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || megabytes < 1 || megabytes > kMostMegabytes) {
    return CantBe(kName, text, "a number of megabytes from 1 to 5000000");
  }
  return std::optional<int64_t>(megabytes << 20);
}

struct DatePlaces {
  bool folders = false, name = false;
};

Status ReadPrefix(const Settings& settings, OutputSettings& output) {
  SLUICE_ASSIGN(DatePlaces places, Choose<DatePlaces>(settings, "prefixConfig.prefixType",
                                                      {{"", {false, false}},
                                                       {"PATH", {true, false}},
                                                       {"FILENAME", {false, true}},
                                                       {"PATH_AND_FILENAME", {true, true}}}));
  output.has_date_folders = places.folders;
  output.has_date_in_name = places.name;
  SLUICE_ASSIGN(output.date_unit, Choose<DateUnit>(settings, "prefixConfig.prefixFormat",
                                                   {{"", DateUnit::kDay},
                                                    {"YEAR", DateUnit::kYear},
                                                    {"MONTH", DateUnit::kMonth},
                                                    {"DAY", DateUnit::kDay},
                                                    {"HOUR", DateUnit::kHour},
                                                    {"MINUTE", DateUnit::kMinute}}));
  constexpr std::string_view kHierarchy = "prefixConfig.pathPrefixHierarchy";
  std::string hierarchy = GetFormat(settings, kHierarchy);
  if (hierarchy.empty()) {
    output.has_execution_id = !places.folders && !places.name;
    return Done{};
  }
  output.has_execution_id = false;
  for (std::string_view rest = hierarchy; !rest.empty();) {
    std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word == "EXECUTION_ID") {
      output.has_execution_id = true;
    } else if (word == "SCHEMA_VERSION") {
      output.has_schema_version = true;
    } else {
      return CantBe(kHierarchy, hierarchy, "a list of EXECUTION_ID and SCHEMA_VERSION");
    }
  }
  return Done{};
}

}  // namespace

Result<OutputSettings> ReadOutputSettings(const Settings& settings) {
  OutputSettings output;
  output.bucket = Get(settings, "bucketName");
  if (output.bucket.empty()) return InvalidArgument("'bucketName' is missing");
  output.prefix = WithoutEmptyFolders(Get(settings, "bucketPrefix"));
  SLUICE_ASSIGN(output.file_type, Choose<FileType>(settings, "fileType",
                                                   {{"JSON", FileType::kJson},
                                                    {"CSV", FileType::kCsv},
                                                    {"PARQUET", FileType::kParquet}}));
  SLUICE_ASSIGN(output.keeps_types, Choose<bool>(settings, "preserveSourceDataTyping",
                                                 {{"false", false}, {"true", true}}));
  SLUICE_ASSIGN(output.is_single_file, Choose<bool>(settings, "aggregationConfig.aggregationType",
                                                    {{"None", false}, {"SingleFile", true}}));
  SLUICE_ASSIGN(output.object_bytes, ReadObjectBytes(settings));
  SLUICE_RETURN_IF_ERROR(ReadPrefix(settings, output));
  return output;
}

}  // namespace sluice::s3
