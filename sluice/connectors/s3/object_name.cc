#include "sluice/connectors/s3/object_name.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/check.h"
#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"

namespace sluice::s3 {
namespace {

constexpr size_t kUuidSize = 36;
constexpr size_t kSeqDigits = 10;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }

// Whether `text` has the shape of `shape`, in which "x" is any hexadecimal digit and "0" any digit.
bool HasShape(std::string_view text, std::string_view shape) {
  return std::ranges::equal(text, shape, [](char c, char kind) {
    return kind == 'x' ? IsHexDigit(c) : kind == '0' ? IsDigit(c) : c == kind;
  });
}

// "2026-01-31T09:05": the date down to `unit`.
std::string DateText(Time time, DateUnit unit) {
  constexpr size_t kSizes[] = {4, 7, 10, 13, 16};
  return FormatTime(time).substr(0, kSizes[static_cast<int>(unit)]);
}

// "2026/01/31/09/05/"
std::string DateFolders(Time time, DateUnit unit) {
  std::string folders = DateText(time, unit);
  std::ranges::replace_if(
      folders, [](char c) { return !IsDigit(c); }, '/');
  return folders + '/';
}

// 48 bits of the execution: "xxxxxxxx-xxxx-".
std::string ExecutionTag(const std::string& execution_id) {
  std::string hash = HexEncode(Sha256(execution_id));
  return hash.substr(0, 8) + '-' + hash.substr(8, 4) + '-';
}

// 34 bits of the stream in between version and variant: "8xxx-8xxx-xx".
std::string StreamTag(const std::string& stream) {
  std::string hash = HexEncode(Sha256(stream));
  char variant = "89ab"[static_cast<unsigned char>(hash[8]) % 4];
  return '8' + hash.substr(0, 3) + '-' + variant + hash.substr(3, 3) + '-' + hash.substr(6, 2);
}

std::string_view FileNameOf(std::string_view key) { return key.substr(key.rfind('/') + 1); }

// The UUID at the end of a file name; empty where there is none of ours.
std::string_view UuidOf(std::string_view file_name) {
  if (file_name.size() < kUuidSize) return {};
  std::string_view uuid = file_name.substr(file_name.size() - kUuidSize);
  return HasShape(uuid, "xxxxxxxx-xxxx-8xxx-xxxx-xxxxxxxxxxxx") ? uuid : std::string_view();
}

// Whether a flow's objects may be in a folder of that name, directly or further down.
bool IsFolderOfRuns(std::string_view name) {
  constexpr std::string_view kVersion = "schemaVersion_";
  if (name.starts_with(kVersion)) {
    return std::ranges::all_of(name.substr(kVersion.size()), IsDigit);
  }
  return name.find('=') != std::string_view::npos || HasShape(name, "00") ||
         HasShape(name, "0000") || HasShape(name, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
}

}  // namespace

ObjectNames::ObjectNames(const OutputSettings& settings, const RunContext& run,
                         const std::string& stream)
    : execution_tag_(ExecutionTag(run.execution_id)) {
  flow_folder_ = settings.prefix + (settings.prefix.empty() ? "" : "/") + run.flow_name + '/';
  run_folder_ = flow_folder_;
  if (settings.has_schema_version) {
    run_folder_ += "schemaVersion_" + std::to_string(run.schema_version) + '/';
  }
  if (settings.has_date_folders) run_folder_ += DateFolders(run.started_at, settings.date_unit);
  if (settings.has_execution_id) run_folder_ += run.execution_id + '/';
  if (settings.has_date_in_name) {
    name_prefix_ = DateText(run.started_at, settings.date_unit) + '-';
  }
  name_prefix_ += execution_tag_ + StreamTag(stream);
}

std::string ObjectNames::Key(const std::string& partition_folders, int64_t first_seq) const {
  SLUICE_CHECK(first_seq >= 0 && first_seq <= kMaxSeq);
  char digits[kSeqDigits];
  char* end = std::to_chars(digits, digits + kSeqDigits, first_seq, 16).ptr;
  std::string number(digits, end);
  return run_folder_ + partition_folders + name_prefix_ +
         std::string(kSeqDigits - number.size(), '0') + number;
}

std::optional<int64_t> ObjectNames::FirstSeqOf(std::string_view key) const {
  std::string_view name = FileNameOf(key);
  if (!key.starts_with(run_folder_) || !name.starts_with(name_prefix_) || UuidOf(name).empty() ||
      name.size() != name_prefix_.size() + kSeqDigits) {
    return std::nullopt;
  }
  int64_t first_seq = 0;
  std::from_chars(name.end() - kSeqDigits, name.end(), first_seq, 16);
  return first_seq;
}

bool ObjectNames::IsOfAnotherRun(std::string_view key) const {
  if (!key.starts_with(flow_folder_)) return false;
  std::string_view uuid = UuidOf(FileNameOf(key));
  if (uuid.empty() || uuid.starts_with(execution_tag_)) return false;
  std::string_view folders = key.substr(flow_folder_.size());
  for (size_t end; (end = folders.find('/')) != std::string_view::npos;) {
    if (!IsFolderOfRuns(folders.substr(0, end))) return false;
    folders.remove_prefix(end + 1);
  }
  return true;
}

std::string FolderOf(std::string_view name, std::optional<std::string_view> value) {
  static constexpr std::string_view kEscaped = "\"#%'*/:=?\\{[]^\x7f";
  std::string folder;
  auto append = [&folder](std::string_view text) {
    for (char c : text) {
      bool is_plain =
          static_cast<unsigned char>(c) >= 0x20 && kEscaped.find(c) == std::string_view::npos;
      folder += is_plain ? std::string(1, c) : PercentEncode(std::string_view(&c, 1));
    }
  };
  append(name);
  folder += '=';
  append(value.value_or("null"));
  return folder + '/';
}

}  // namespace sluice::s3
