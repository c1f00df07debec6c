#include "sluice/connectors/s3/object_key.h"

#include <algorithm>

namespace sluice::s3 {
namespace {

bool IsBucketCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

Status CheckBucketName(const std::string& bucket) {
  bool is_name =
      bucket.size() >= 3 && bucket.size() <= 63 && std::ranges::all_of(bucket, IsBucketCharacter) &&
      bucket.find("..") == std::string::npos && bucket.front() != '.' && bucket.back() != '.';
  if (is_name) return Done{};
  return InvalidArgument("'" + bucket +
                         "' is not the name of a bucket: 3 to 63 letters, digits, "
                         "'-', '_' and '.'");
}

Status CheckKey(const std::string& key) {
  if (!key.empty() && key.size() <= 1024 && key.find('\0') == std::string::npos) return Done{};
  return InvalidArgument("an object's key has 1 to 1024 bytes, none of them 0; this one has " +
                         std::to_string(key.size()));
}

Status CheckIsSame(const std::string& bucket, const ObjectInfo& before, const ObjectInfo& now) {
  if (now.etag == before.etag && now.size == before.size) return Done{};
  return WasChanged(bucket, before.key);
}

Error WasChanged(const std::string& bucket, const std::string& key) {
  return {ErrorCode::kClientError,
          "object '" + key + "' in bucket '" + bucket +
              "' was changed since the run began: start the flow again to read it as it is now",
          {}};
}

}  // namespace sluice::s3
