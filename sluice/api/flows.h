// CreateFlow, UpdateFlow, DescribeFlow, ListFlows, DeleteFlow, StartFlow,
// DescribeFlowExecutionRecords.
#pragma once

#include <mutex>

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"

namespace sluice::api {

class Flows {
 public:
  Flows(const AppFlowParts& parts, flow::Accounts& accounts, flow::Runner& runner)
      : parts_(parts), accounts_(accounts), runner_(runner) {}

  // Both systems are asked whether the flow fits them before it is kept.
  ApiResult<appflow::CreateFlowResponse> Create(const appflow::CreateFlowRequest& request,
                                                const net::Caller& caller);
  // Replaces all of the flow but its tags; what is left out is cleared.
  ApiResult<appflow::UpdateFlowResponse> Update(const appflow::UpdateFlowRequest& request,
                                                const net::Caller& caller);
  ApiResult<appflow::DescribeFlowResponse> Describe(const appflow::DescribeFlowRequest& request,
                                                    const net::Caller& caller);
  ApiResult<appflow::ListFlowsResponse> List(const appflow::ListFlowsRequest& request,
                                             const net::Caller& caller);
  ApiResult<appflow::DeleteFlowResponse> Delete(const appflow::DeleteFlowRequest& request,
                                                const net::Caller& caller);
  ApiResult<appflow::StartFlowResponse> Start(const appflow::StartFlowRequest& request,
                                              const net::Caller& caller);
  ApiResult<appflow::DescribeFlowExecutionRecordsResponse> DescribeRuns(
      const appflow::DescribeFlowExecutionRecordsRequest& request, const net::Caller& caller);

 private:
  ApiResult<StoredFlow> Find(const std::string& name);
  ApiStatus Validate(const appflow::CreateFlowRequest& document, const std::string& prefix);
  ApiStatus CheckEndpoint(const flow::Endpoint& endpoint, bool is_source);
  ApiResult<ConnectorInfo> InfoOfEndpoint(const flow::Endpoint& endpoint,
                                          const StoredProfile& profile);
  ApiResult<std::optional<appflow::ExecutionDetails>> LastRun(const std::string& flow_name);
  ApiResult<std::optional<std::string>> LabelOf(const std::optional<std::string>& profile_name);
  ApiResult<appflow::FlowDefinition> ToDefinition(const StoredFlow& flow);

  const AppFlowParts& parts_;
  flow::Accounts& accounts_;
  flow::Runner& runner_;
  std::mutex running_;  // Held by Start and Delete, so that no flow goes while a run of it begins.
};

}  // namespace sluice::api
