#include "sluice/api/tags.h"

#include "sluice/base/json.h"

namespace sluice::api {

std::string TagsToText(const Tags& tags) {
  json::Object object;
  for (const auto& [key, value] : tags) object[key] = value;
  return json::ToText(object);
}

ApiResult<Tags> TagsFromText(const std::string& text) {
  auto object = json::ParseObject(text.empty() ? "{}" : text);
  if (!object.ok()) return InternalError("Stored tags are damaged: " + object.error().message);
  Tags tags;
  for (const auto& [key, value] : *object) tags[key] = value.as_string().c_str();
  return tags;
}

}  // namespace sluice::api
