#include "sluice/api/union_member.h"

#include "sluice/net/http.h"

namespace sluice::api {

ApiResult<json::Value> OnlyMember(std::string_view union_json, std::string_view connector_type,
                                  std::string_view path) {
  auto object = json::ParseObject(union_json);
  if (!object.ok()) return InternalError(object.error().message);
  std::string wanted(connector_type);
  if (object->empty()) {
    return ValidationError("'" + std::string(path) + "' must have the member " + wanted + ".");
  }
  if (object->size() > 1) {
    return ValidationError("'" + std::string(path) + "' must have exactly one member, " + wanted +
                           ", but has " + std::to_string(object->size()) + ".");
  }
  // ConnectorType and the members differ in case: Servicenow, ServiceNow.
  auto& [name, value] = *object->begin();
  if (!net::EqualsIgnoringCase(name, connector_type)) {
    return ValidationError("'" + std::string(path) + "' must have the member " + wanted +
                           ", since that is the connector type, but has " + std::string(name) +
                           ".");
  }
  return json::Value(value);
}

}  // namespace sluice::api
