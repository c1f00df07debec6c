// How a flow names what it reads: AppFlow's S3SourceProperties, flattened with dots.
#pragma once

#include <string>

#include "sluice/base/result.h"
#include "sluice/connectors/s3/output_settings.h"
#include "sluice/model/connector_info.h"

namespace sluice::s3 {

struct InputSettings {
  FileType file_type = FileType::kCsv;
  char csv_delimiter = ',';
};

// "s3InputFormatConfig.s3InputFileType" and "csvDelimiter", which AppFlow has no place for: comma,
// tab, semicolon, pipe, space, or the character itself. kInvalidArgument names the one that can't
// be.
Result<InputSettings> ReadInputSettings(const Settings& settings);

// A bucket and the folder in it, as an entity is called: "bucket/in/accounts".
struct Location {
  std::string bucket;
  std::string prefix;  // Without "/" at its end; empty: the whole bucket.

  // What keys in that folder begin with: "in/accounts/", or nothing.
  std::string folder() const { return prefix.empty() ? "" : prefix + "/"; }
};
Result<Location> ReadLocation(const std::string& identifier);

}  // namespace sluice::s3
