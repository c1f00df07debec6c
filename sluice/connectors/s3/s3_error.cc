#include "sluice/connectors/s3/s3_error.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {
namespace {

constexpr std::string_view kNoBucket = "there is no such bucket";

struct Meaning {
  std::string_view code;  // In lower case.
  ErrorCode error;
  std::string_view sentence;
};

constexpr Meaning kMeanings[] = {
    {"nosuchbucket", ErrorCode::kResourceNotFound, kNoBucket},
    {"nosuchkey", ErrorCode::kResourceNotFound, "there is no such object"},
    {"nosuchupload", ErrorCode::kResourceNotFound, "there is no such upload (any more)"},
    {"resourcenotfound", ErrorCode::kResourceNotFound, "there is no such bucket or object"},
    {"notfound", ErrorCode::kResourceNotFound, "there is no such bucket or object"},
    {"accessdenied", ErrorCode::kAccessDenied,
     "the credentials are right but lack the permission: give their user or role s3:ListBucket, "
     "s3:GetObject and, to write, s3:PutObject, s3:AbortMultipartUpload and "
     "s3:ListBucketMultipartUploads on the bucket"},
    {"forbidden", ErrorCode::kAccessDenied, "the credentials lack the permission"},
    {"allaccessdisabled", ErrorCode::kAccessDenied, "all access to the bucket is disabled"},
    {"invalidaccesskeyid", ErrorCode::kInvalidCredentials,
     "there is no such access key: check AWS_ACCESS_KEY_ID"},
    {"xadminusernotfound", ErrorCode::kInvalidCredentials,  // versitygw's word for the same.
     "there is no such access key: check AWS_ACCESS_KEY_ID"},
    {"signaturedoesnotmatch", ErrorCode::kInvalidCredentials,
     "the secret key is not the access key's: check AWS_SECRET_ACCESS_KEY"},
    {"expiredtoken", ErrorCode::kInvalidCredentials, "the session token has expired"},
    {"invalidtoken", ErrorCode::kInvalidCredentials,
     "the session token is not valid: check AWS_SESSION_TOKEN"},
    {"invalidclienttokenid", ErrorCode::kInvalidCredentials, "there is no such access key"},
    {"missingauthenticationtoken", ErrorCode::kInvalidCredentials, "there are no credentials"},
    {"requesttimetooskewed", ErrorCode::kInvalidCredentials, "this machine's clock is wrong"},
    {"authorizationheadermalformed", ErrorCode::kInvalidArgument,
     "the bucket is in another region than the one that is set"},
    {"permanentredirect", ErrorCode::kInvalidArgument,
     "the bucket is in another region than the one that is set"},
    {"slowdown", ErrorCode::kRateLimitExceeded, "S3 asks to slow down"},
    {"throttling", ErrorCode::kRateLimitExceeded, "S3 asks to slow down"},
    {"throttlingexception", ErrorCode::kRateLimitExceeded, "S3 asks to slow down"},
    {"requestlimitexceeded", ErrorCode::kRateLimitExceeded, "S3 asks to slow down"},
    {"toomanyrequests", ErrorCode::kRateLimitExceeded, "S3 asks to slow down"},
    {"serviceunavailable", ErrorCode::kServiceUnavailable, "S3 is not available now"},
    {"internalfailure", ErrorCode::kServerError, "S3 failed"},
    {"internalerror", ErrorCode::kServerError, "S3 failed"},
    {"requesttimeout", ErrorCode::kRequestTimeout, "S3 got the request too slowly"},
    {"requestexpired", ErrorCode::kRequestTimeout, "the request took too long"},
};

class ErrorDetail final : public arrow::StatusDetail {
 public:
  static constexpr char kTypeId[] = "sluice::s3::ErrorDetail";

  explicit ErrorDetail(Error error) : error_(std::move(error)) {}

  const char* type_id() const override { return kTypeId; }
  std::string ToString() const override { return error_.message; }
  const Error& error() const { return error_; }

 private:
  const Error error_;
};

ErrorCode CodeOf(int http_status) {
  if (http_status == 401) return ErrorCode::kInvalidCredentials;
  if (http_status == 403) return ErrorCode::kAccessDenied;
  if (http_status == 404) return ErrorCode::kResourceNotFound;
  if (http_status == 408) return ErrorCode::kRequestTimeout;
  if (http_status == 429) return ErrorCode::kRateLimitExceeded;
  if (http_status == 502 || http_status == 503 || http_status == 504) {
    return ErrorCode::kServiceUnavailable;
  }
  if (http_status >= 500) return ErrorCode::kServerError;
  if (http_status >= 300) return ErrorCode::kClientError;
  return ErrorCode::kServerError;  // The answer was cut, or none came.
}

std::string LowerCase(std::string code) {
  for (char& c : code) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return code;
}

}  // namespace

Error FromS3(std::string_view code, int http_status, std::string_view message) {
  std::string detail(message.substr(0, 300));
  auto found = std::ranges::find(kMeanings, LowerCase(std::string(code)), &Meaning::code);
  if (found != std::end(kMeanings)) {
    std::string sentence(found->sentence);
    return {found->error, detail.empty() ? sentence : sentence + " (S3 says: " + detail + ")", {}};
  }
  std::string sentence = "S3 answered ";
  sentence += code.empty() ? "HTTP status " + std::to_string(http_status) : std::string(code);
  return {CodeOf(http_status), detail.empty() ? sentence : sentence + ": " + detail, {}};
}

bool IsMissingInBucket(const Error& error) {
  return error.code == ErrorCode::kResourceNotFound && !error.message.starts_with(kNoBucket);
}

arrow::Status ToArrow(const Status& status) {
  if (status.ok()) return arrow::Status::OK();
  return arrow::Status(arrow::StatusCode::IOError, status.error().message,
                       std::make_shared<ErrorDetail>(status.error()));
}

Error FromObjectStore(const arrow::Status& status) {
  if (const auto& detail = status.detail(); detail && detail->type_id() == ErrorDetail::kTypeId) {
    return static_cast<const ErrorDetail&>(*detail).error();
  }
  return FromArrow(status);
}

}  // namespace sluice::s3
