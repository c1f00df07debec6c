// What may be called how, whatever the store.
#pragma once

#include <string>

#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

// 3 to 63 of letters, digits, "-", "_" and "."; no ".." and no "." at an end.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (older names too)
Status CheckBucketName(const std::string& bucket);

// 1 to 1024 bytes, none of them NUL.
Status CheckKey(const std::string& key);

// kClientError where `now` is no longer the object that was listed as `before`.
Status CheckIsSame(const std::string& bucket, const ObjectInfo& before, const ObjectInfo& now);
// What that says.
Error WasChanged(const std::string& bucket, const std::string& key);

}  // namespace sluice::s3
