#include "sluice/api/errors.h"

namespace sluice::api {

ApiError SerializationError(std::string message) {
  return {"SerializationException", 400, std::move(message)};
}

ApiError ValidationError(std::string message) {
  return {"ValidationException", 400, std::move(message)};
}

ApiError UnsupportedOperationError(std::string message) {
  return {"UnsupportedOperationException", 400, std::move(message)};
}

ApiError ConnectorServerError(std::string message) {
  return {"ConnectorServerException", 400, std::move(message)};
}

ApiError AccessDeniedError(std::string message) {
  return {"AccessDeniedException", 403, std::move(message)};
}

ApiError NotFoundError(std::string message) {
  return {"ResourceNotFoundException", 404, std::move(message)};
}

ApiError ConflictError(std::string message) {
  return {"ConflictException", 409, std::move(message)};
}

ApiError InternalError(std::string message) {
  return {"InternalServerException", 500, std::move(message)};
}

ApiError BesideFields(ApiError error, const std::set<std::string>& keys) {
  for (const std::string& key : keys) {
    if (error.message.find("'" + key + "'") == std::string::npos) continue;
    error.errors_by_input_field[key] = error.message;
  }
  return error;
}

ApiError FromConnector(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return ValidationError(error.message);
    case ErrorCode::kResourceNotFound:
      return NotFoundError(error.message);
    case ErrorCode::kInvalidCredentials:
    case ErrorCode::kAccessDenied:
      return {"ConnectorAuthenticationException", 401, error.message};
    case ErrorCode::kRequestTimeout:
    case ErrorCode::kRateLimitExceeded:
    case ErrorCode::kServiceUnavailable:
    case ErrorCode::kClientError:
    case ErrorCode::kServerError:
    case ErrorCode::kPartialWriteFailure:
    case ErrorCode::kUnknown:
      break;
  }
  return ConnectorServerError("Error while communicating to connector: " + error.message);
}

}  // namespace sluice::api
