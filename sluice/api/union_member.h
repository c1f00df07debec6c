// The model's unions by connector ("exactly one member, named after the connector's type").
#pragma once

#include <string>
#include <string_view>

#include "sluice/api/errors.h"
#include "sluice/api/shape_writer.h"

namespace sluice::api {

// The one member of a union, as JSON. ValidationException unless it is there, alone and of
// `connector_type`; `path` says where, e.g. "sourceFlowConfig.sourceConnectorProperties".
ApiResult<json::Value> OnlyMember(std::string_view union_json, std::string_view connector_type,
                                  std::string_view path);

template <class Union>
ApiResult<json::Value> OnlyMember(const Union& shape, std::string_view connector_type,
                                  std::string_view path) {
  return OnlyMember(std::string_view(ToJson(shape)), connector_type, path);
}

}  // namespace sluice::api
