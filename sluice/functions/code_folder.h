// A function's code: a zip, unpacked into a folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice::functions {

// Lambda's limits for an uploaded zip and for what comes out of it.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
inline constexpr int64_t kMaxZipBytes = 50 << 20;
inline constexpr int64_t kMaxUnpackedBytes = 250 << 20;

// Unpacks `zip` into `folder`, which it makes, with the permissions that the zip records. All of it
// or nothing: after an error the folder is gone. kInvalidArgument: not a zip, larger than the
// limits, a path or link that leaves the folder, a path twice, a damaged entry.
Status Unpack(std::string_view zip, const std::filesystem::path& folder);

// Whether what was unpacked can run: `bootstrap` for provided.*, the handler's module for
// python3.x. kInvalidArgument says what is missing.
Status CheckCode(const std::filesystem::path& folder, const std::string& runtime,
                 const std::string& handler);

// An unpacked folder in use. The last owner removes it once it is obsolete.
class CodeFolder {
 public:
  explicit CodeFolder(std::filesystem::path path) : path_(std::move(path)) {}
  CodeFolder(const CodeFolder&) = delete;
  CodeFolder& operator=(const CodeFolder&) = delete;
  ~CodeFolder();

  const std::filesystem::path& path() const { return path_; }
  void MakeObsolete() { obsolete_ = true; }
  void Keep() { obsolete_ = false; }

 private:
  const std::filesystem::path path_;
  std::atomic<bool> obsolete_ = false;
};

// Removes a folder with all that is in it; what can't be removed is said in the log.
void RemoveFolder(const std::filesystem::path& folder);

}  // namespace sluice::functions
