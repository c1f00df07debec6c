// AppFlow's exceptions, and how other errors become them.
// https://docs.aws.amazon.com/appflow/1.0/APIReference/CommonErrors.html
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "sluice/base/result.h"

namespace sluice::api {

struct ApiError {
  std::string type;  // "ValidationException" …
  int status = 400;
  std::string message;  // For a person.
  // The keys of the input that are to blame, each with what to say beside it. Beyond AWS's API,
  // whose clients ignore the member that this becomes: "errorsByInputField".
  std::map<std::string, std::string> errors_by_input_field = {};

  friend bool operator==(const ApiError&, const ApiError&) = default;
};

ApiError SerializationError(std::string message);         // The body can't be read at all.
ApiError ValidationError(std::string message);            // A parameter is wrong.
ApiError UnsupportedOperationError(std::string message);  // Not done here, or not for this flow.
ApiError ConnectorServerError(std::string message);  // The other system answered with an error.
ApiError AccessDeniedError(std::string message);
ApiError NotFoundError(std::string message);
ApiError ConflictError(std::string message);  // Name taken, or in a state that forbids it.
ApiError InternalError(std::string message);

// The error beside those of `keys` that its message names in single quotes: "wrong 'password'".
ApiError BesideFields(ApiError error, const std::set<std::string>& keys);

// What a connector or the system behind it said. Its own "invalid argument" is about the account's
// settings, the entity or the flow that the caller asked for.
ApiError FromConnector(const Error& error);

// A T, or the exception that is answered instead. For SLUICE_ASSIGN and SLUICE_RETURN_IF_ERROR.
// There is no silent way from Result: whoever calls says whose error it is.
template <class T>
class [[nodiscard]] ApiResult {
 public:
  using value_type = T;

  ApiResult(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT
  ApiResult(ApiError error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }

  T& operator*() & { return SLUICE_CHECK(ok()), std::get<0>(state_); }
  const T& operator*() const& { return SLUICE_CHECK(ok()), std::get<0>(state_); }
  T&& operator*() && { return SLUICE_CHECK(ok()), std::get<0>(std::move(state_)); }
  T* operator->() { return &**this; }

  const ApiError& error() const& { return SLUICE_CHECK(!ok()), std::get<1>(state_); }
  ApiError&& error() && { return SLUICE_CHECK(!ok()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, ApiError> state_;
};

using ApiStatus = ApiResult<Done>;

template <class T>
ApiResult<T> FromConnector(Result<T> result) {
  if (!result.ok()) return FromConnector(result.error());
  return *std::move(result);
}

// What this service's own memory (store, secrets, runs) answered: its failure is never the caller's
// fault.
template <class T>
ApiResult<T> FromStore(Result<T> result) {
  if (!result.ok()) return InternalError(result.error().message);
  return *std::move(result);
}

// The same for something looked up by name: ResourceNotFoundException where it isn't there.
template <class T>
ApiResult<T> FromLookUp(Result<T> result) {
  if (!result.ok() && result.error().code == ErrorCode::kResourceNotFound) {
    return NotFoundError(result.error().message);
  }
  return FromStore(std::move(result));
}

}  // namespace sluice::api
