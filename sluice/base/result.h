// What went wrong, and how functions say so. No exception crosses one of our functions: whatever
// may fail today (a refused row, a throttle, a wrong password) is a value in the return type.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sluice/base/check.h"

namespace sluice {

// The eleven codes of AppFlow's custom-connector protocol (AWS's connector SDKs, ErrorCode), used
// everywhere, so that a failure means the same in a Lambda, in the engine and in an API answer.
// The comment says what the caller may do about it.
enum class ErrorCode {
  kInvalidArgument,      // The request is wrong; sending it again changes nothing.
  kInvalidCredentials,   // Log-in refused. An OAuth 2 token may be refreshed once and tried again.
  kAccessDenied,         // Logged in, but not allowed. Final.
  kRequestTimeout,       // No answer in time. May be tried again; the outcome is unknown.
  kRateLimitExceeded,    // Throttled. Try again after retry_after.
  kServiceUnavailable,   // Unreachable or busy. Try again later.
  kClientError,          // Refused by the other side for another reason. Final.
  kServerError,          // The other side failed. May be tried again.
  kPartialWriteFailure,  // Some records were refused; the results say which.
  kResourceNotFound,     // What was named does not exist. Final.
  kUnknown,              // None of the above. Final.
};

// The protocol's spelling, e.g. "InvalidArgument"; kUnknown is "UnknownError", kResourceNotFound
// is "ResourceNotFoundError".
std::string_view ToString(ErrorCode code);
// The reverse; a spelling that is not in the protocol is kUnknown.
ErrorCode ErrorCodeFromString(std::string_view text);

// kRequestTimeout, kRateLimitExceeded, kServiceUnavailable, kServerError.
bool IsRetryable(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kUnknown;
  std::string message;  // For a person: what happened and what to do next. Never holds a secret.
  std::optional<std::chrono::seconds> retry_after;  // Set when the other side said so.

  friend bool operator==(const Error&, const Error&) = default;
};

// "InvalidArgument: message", for logs and test failures.
std::string ToString(const Error& error);

// The same error with `context` and ": " before its message.
Error WithContext(Error error, std::string_view context);

inline Error InvalidArgument(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message), {}};
}
inline Error ResourceNotFound(std::string message) {
  return {ErrorCode::kResourceNotFound, std::move(message), {}};
}
inline Error ServiceUnavailable(std::string message) {
  return {ErrorCode::kServiceUnavailable, std::move(message), {}};
}
inline Error ServerError(std::string message) {
  return {ErrorCode::kServerError, std::move(message), {}};
}

// A T, or the Error that stands in its place. Reading the wrong side is a broken invariant.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }

  T& operator*() & { return SLUICE_CHECK(ok()), std::get<0>(state_); }
  const T& operator*() const& { return SLUICE_CHECK(ok()), std::get<0>(state_); }
  // By value, so that `for (auto& x : *Function())` holds on to what it walks through.
  T operator*() && { return SLUICE_CHECK(ok()), std::get<0>(std::move(state_)); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  const Error& error() const& { return SLUICE_CHECK(!ok()), std::get<1>(state_); }
  Error&& error() && { return SLUICE_CHECK(!ok()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

struct Done {
  friend bool operator==(const Done&, const Done&) = default;
};

// Done, or an Error: the result of a function that returns nothing else. `return Done{};`
using Status = Result<Done>;

}  // namespace sluice

#define SLUICE_CONCAT_INNER_(a, b) a##b
#define SLUICE_CONCAT_(a, b) SLUICE_CONCAT_INNER_(a, b)
#define SLUICE_ASSIGN_(result, declaration, ...)      \
  auto result = (__VA_ARGS__);                        \
  if (!result.ok()) return std::move(result).error(); \
  declaration = *std::move(result)

// SLUICE_ASSIGN(auto page, client.Fetch(url)); declares `page`, or returns the error.
#define SLUICE_ASSIGN(declaration, ...) \
  SLUICE_ASSIGN_(SLUICE_CONCAT_(sluice_result_, __LINE__), declaration, __VA_ARGS__)

// Returns the error of a Status or Result that is not ok; goes on otherwise.
#define SLUICE_RETURN_IF_ERROR(...)                                \
  do {                                                             \
    if (auto sluice_status = (__VA_ARGS__); !sluice_status.ok()) { \
      return std::move(sluice_status).error();                     \
    }                                                              \
  } while (false)
