#include "sluice/api/paging.h"

#include "sluice/base/encoding.h"

namespace sluice::api {

std::string PageToken(std::string_view operation, std::string_view last) {
  return Base64Encode(std::string(operation) + ":" + std::string(last));
}

ApiResult<std::string> ReadPageToken(std::string_view operation,
                                     const std::optional<std::string>& token) {
  if (!token) return std::string();
  std::string prefix = std::string(operation) + ":";
  auto text = Base64Decode(*token);
  if (!text.ok() || !text->starts_with(prefix)) {
    return ValidationError("The nextToken is not one that " + std::string(operation) +
                           " has given. Ask for the first page without a nextToken.");
  }
  return text->substr(prefix.size());
}

}  // namespace sluice::api
