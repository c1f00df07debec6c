#include "sluice/connectors/s3/input_settings.h"

#include <map>

#include "sluice/connectors/s3/object_key.h"

namespace sluice::s3 {
namespace {

Result<FileType> ReadFileType(const Settings& settings) {
  constexpr char kName[] = "s3InputFormatConfig.s3InputFileType";
  auto found = settings.find(kName);
  if (found == settings.end() || found->second.empty()) return FileType::kCsv;
  if (found->second == "CSV") return FileType::kCsv;
  if (found->second == "JSON") return FileType::kJson;
  if (found->second == "PARQUET") return FileType::kParquet;
  return InvalidArgument(std::string(kName) + " is '" + found->second +
                         "'; it must be CSV, JSON or PARQUET");
}

Result<char> ReadDelimiter(const Settings& settings) {
  static const std::map<std::string, char> kNames = {{"comma", ','}, {"tab", '\t'},
                                                     {"\\t", '\t'},  {"semicolon", ';'},
                                                     {"pipe", '|'},  {"space", ' '}};
  auto found = settings.find("csvDelimiter");
  if (found == settings.end()) return ',';
  const std::string& text = found->second;
  if (auto name = kNames.find(text); name != kNames.end()) return name->second;
  bool is_character = text.size() == 1 && text[0] > 0 && text.find_first_of("\"\r\n") != 0;
  if (is_character) return text[0];
  return InvalidArgument("csvDelimiter is '" + text +
                         "'; it must be comma, tab, semicolon, pipe, space or one character");
}

}  // namespace

Result<InputSettings> ReadInputSettings(const Settings& settings) {
  InputSettings input;
  SLUICE_ASSIGN(input.file_type, ReadFileType(settings));
  SLUICE_ASSIGN(input.csv_delimiter, ReadDelimiter(settings));
  return input;
}

Result<Location> ReadLocation(const std::string& identifier) {
  size_t slash = identifier.find('/');
  Location location{identifier.substr(0, slash), {}};
  SLUICE_RETURN_IF_ERROR(CheckBucketName(location.bucket));
  if (slash != std::string::npos) location.prefix = identifier.substr(slash + 1);
  while (location.prefix.ends_with('/')) location.prefix.pop_back();
  return location;
}

}  // namespace sluice::s3
