#include "sluice/connectors/s3/s3_error.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {
namespace {

constexpr std::string_view kSdkError = "AWS Error ";
constexpr std::string_view kNoBucket = "there is no such bucket";
constexpr std::string_view kSdkStatus = "(HTTP status ";

struct Meaning {
  std::string_view code;  // Lower case, without underscores.
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
    {"networkconnection", ErrorCode::kServiceUnavailable,
     "the S3 endpoint can't be reached: check its URL and the network"},
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

std::string Normal(std::string_view code) {
  std::string normal;
  for (char c : code) {
    if (c != '_') normal += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return normal;
}

int ReadNumber(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Error FromS3(std::string_view code, int http_status, std::string_view message) {
  std::string detail(message.substr(0, 300));
  auto found = std::ranges::find(kMeanings, Normal(code), &Meaning::code);
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

// Arrow passes on the SDK's errors as text: "… AWS Error NO_SUCH_BUCKET during GetObject operation:
// message", with " (HTTP status 503)" behind codes that the SDK doesn't know.
Error FromObjectStore(const arrow::Status& status) {
  if (const auto& detail = status.detail(); detail && detail->type_id() == ErrorDetail::kTypeId) {
    return static_cast<const ErrorDetail&>(*detail).error();
  }
  std::string_view text = status.message();
  size_t start = text.find(kSdkError);
  if (start == std::string_view::npos) return FromArrow(status);
  std::string_view error = text.substr(start + kSdkError.size());
  std::string_view code = error.substr(0, error.find(' '));
  size_t http_status = error.find(kSdkStatus);
  size_t message = error.find(": ");
  return FromS3(code,
                http_status == std::string_view::npos
                    ? 0
                    : ReadNumber(error.substr(http_status + kSdkStatus.size())),
                message == std::string_view::npos ? std::string_view() : error.substr(message + 2));
}

}  // namespace sluice::s3
