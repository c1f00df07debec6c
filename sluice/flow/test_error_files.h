// Error files in memory, for tests.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "sluice/flow/error_files.h"

namespace sluice::flow {

struct TestErrorFiles final : ErrorFiles {
  std::map<std::string, std::string> files;  // By bucket/key.
  std::optional<Error> error;                // Of each write.

  Status Write(const std::string& bucket, const std::string& key,
               const std::string& json_lines) override {
    std::lock_guard lock(mutex);
    if (error) return *error;
    files[bucket + "/" + key] = json_lines;
    return Done{};
  }

  // In all files.
  int64_t Records() {
    std::lock_guard lock(mutex);
    int64_t records = 0;
    for (const auto& [key, lines] : files) records += std::count(lines.begin(), lines.end(), '\n');
    return records;
  }

  std::mutex mutex;
};

}  // namespace sluice::flow
