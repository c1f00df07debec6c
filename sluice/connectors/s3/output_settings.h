// How a flow wants its objects: AppFlow's S3DestinationProperties, flattened with dots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sluice/base/result.h"
#include "sluice/model/connector_info.h"

namespace sluice::s3 {

enum class FileType { kCsv, kJson, kParquet };

enum class DateUnit { kYear, kMonth, kDay, kHour, kMinute };

struct OutputSettings {
  std::string bucket;
  std::string prefix;  // Without "/" at its ends and without "//".
  FileType file_type = FileType::kJson;
  bool keeps_types = false;  // Parquet: columns of the source's types, else of text.
  bool is_single_file = false;
  std::optional<int64_t> object_bytes;  // About which size an object shall have.

  bool has_schema_version = false;
  bool has_execution_id = true;
  bool has_date_folders = false;
  bool has_date_in_name = false;
  DateUnit date_unit = DateUnit::kDay;  // The finest one of the date.
};

// "bucketName", "bucketPrefix" and "s3OutputFormatConfig.…": "fileType",
// "preserveSourceDataTyping", "aggregationConfig.aggregationType",
// "aggregationConfig.targetFileSize" (MB), "prefixConfig.prefixType", "prefixConfig.prefixFormat",
// "prefixConfig.pathPrefixHierarchy"
// ("EXECUTION_ID,SCHEMA_VERSION"). kInvalidArgument names the one that can't be.
//
// What AppFlow doesn't document: objects are in a folder of their execution unless a prefixConfig
// says otherwise, by a hierarchy without EXECUTION_ID or by a prefixType without a hierarchy; a
// prefixType without a prefixFormat goes down to the day.
Result<OutputSettings> ReadOutputSettings(const Settings& settings);

}  // namespace sluice::s3
