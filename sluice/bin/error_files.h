// Files of refused records, in an object store.
#pragma once

#include "sluice/connectors/s3/object_store.h"
#include "sluice/flow/error_files.h"

namespace sluice::bin {

class StoredErrorFiles final : public flow::ErrorFiles {
 public:
  explicit StoredErrorFiles(s3::ObjectStore& store) : store_(store) {}

  Status Write(const std::string& bucket, const std::string& key,
               const std::string& json_lines) override;

 private:
  s3::ObjectStore& store_;
};

}  // namespace sluice::bin
