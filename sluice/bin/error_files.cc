#include "sluice/bin/error_files.h"

namespace sluice::bin {

Status StoredErrorFiles::Write(const std::string& bucket, const std::string& key,
                               const std::string& json_lines) {
  SLUICE_ASSIGN(auto file, store_.OpenForWriting(bucket, key, "application/x-ndjson"));
  arrow::Status written = file->Write(json_lines.data(), static_cast<int64_t>(json_lines.size()));
  if (written.ok()) written = file->Close();
  if (!written.ok()) return s3::FromObjectStore(written);
  return Done{};
}

}  // namespace sluice::bin
