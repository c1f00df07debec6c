#include "sluice/base/result.h"

#include <array>

namespace sluice {
namespace {

// In the order of ErrorCode.
constexpr std::array<std::string_view, 11> kNames = {
    "InvalidArgument",     "InvalidCredentials",    "AccessDenied", "RequestTimeout",
    "RateLimitExceeded",   "ServiceUnavailable",    "ClientError",  "ServerError",
    "PartialWriteFailure", "ResourceNotFoundError", "UnknownError",
};

}  // namespace

std::string_view ToString(ErrorCode code) { return kNames[static_cast<size_t>(code)]; }

ErrorCode ErrorCodeFromString(std::string_view text) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<ErrorCode>(i);
  }
  return ErrorCode::kUnknown;
}

bool IsRetryable(ErrorCode code) {
  return code == ErrorCode::kRequestTimeout || code == ErrorCode::kRateLimitExceeded ||
         code == ErrorCode::kServiceUnavailable || code == ErrorCode::kServerError;
}

std::string ToString(const Error& error) {
  return std::string(ToString(error.code)) + ": " + error.message;
}

Error WithContext(Error error, std::string_view context) {
  error.message = std::string(context) + ": " + error.message;
  return error;
}

}  // namespace sluice
