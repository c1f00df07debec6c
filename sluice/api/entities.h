// ListConnectorEntities, DescribeConnectorEntity.
#pragma once

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"

namespace sluice::api {

// A field as people see it: its label and type as DescribeConnectorEntity gives them.
std::string LabelOf(const Field& field);
std::string TypeNameOf(const Field& field);

class Entities {
 public:
  explicit Entities(const AppFlowParts& parts) : parts_(parts) {}

  ApiResult<appflow::ListConnectorEntitiesResponse> List(
      const appflow::ListConnectorEntitiesRequest& request, const net::Caller& caller);
  ApiResult<appflow::DescribeConnectorEntityResponse> Describe(
      const appflow::DescribeConnectorEntityRequest& request, const net::Caller& caller);

 private:
  ApiResult<std::unique_ptr<Connector>> Open(const std::optional<std::string>& profile_name,
                                             const std::optional<std::string>& connector_type,
                                             const std::optional<std::string>& api_version);

  const AppFlowParts& parts_;
};

}  // namespace sluice::api
