// S3's words for what went wrong, in ours.
#pragma once

#include <arrow/status.h>

#include <string_view>

#include "sluice/base/result.h"

namespace sluice::s3 {

// `code` as S3 spells it ("NoSuchBucket"); where it says nothing that we know, the HTTP status
// decides. `message` is S3's.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
Error FromS3(std::string_view code, int http_status, std::string_view message);

// Whether what was asked for is not there, though its bucket is.
bool IsMissingInBucket(const Error& error);

// For a stream of a store: FromObjectStore makes the same Error of it again.
arrow::Status ToArrow(const Status& status);

}  // namespace sluice::s3
