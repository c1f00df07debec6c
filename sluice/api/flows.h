// CreateFlow, UpdateFlow, DescribeFlow, ListFlows, DeleteFlow, StartFlow,
// DescribeFlowExecutionRecords, CancelFlowExecutions.
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
  // All runs in progress where no executionIds are given.
  ApiResult<appflow::CancelFlowExecutionsResponse> Cancel(
      const appflow::CancelFlowExecutionsRequest& request, const net::Caller& caller);

  // Sends refused records of an execution of that flow again, as the flow is now. The new
  // execution.
  ApiResult<std::string> Replay(const std::string& flow_name, const std::string& of_execution,
                                const std::vector<flow::RefusedRecord>& corrected);
  // ResourceNotFoundException where there is none of that name.
  ApiResult<StoredFlow> Find(const std::string& name);
  // That the profile (S3: the bucket) exists, is of the type that the flow says, and can be what
  // the flow wants of it.
  ApiStatus CheckEndpoint(const flow::Endpoint& endpoint, bool is_source);

 private:
  // What is remembered of both sides' fields (known_fields.h).
  ApiResult<std::string> Validate(const appflow::CreateFlowRequest& document,
                                  const std::string& prefix);
  ApiStatus CheckS3Source(const flow::Endpoint& endpoint);
  ApiStatus CheckErrorBucket(const flow::Destination& destination);
  ApiStatus CheckBucket(const Settings& settings, const std::string& which);
  ApiResult<ConnectorInfo> InfoOfEndpoint(const flow::Endpoint& endpoint,
                                          const StoredProfile& profile);
  ApiStatus CancelAndWait(const std::string& flow_name);
  ApiResult<std::vector<std::string>> RunsInProgress(const std::string& flow_name);
  ApiResult<bool> CancelRun(const std::string& flow_name, const std::string& execution_id);
  ApiResult<std::optional<appflow::ExecutionDetails>> LastRun(const std::string& flow_name);
  ApiResult<std::optional<std::string>> LabelOf(const std::optional<std::string>& profile_name);
  ApiResult<appflow::FlowDefinition> ToDefinition(const StoredFlow& flow);

  const AppFlowParts& parts_;
  flow::Accounts& accounts_;
  flow::Runner& runner_;
  // Held while a run begins and while a flow is deleted, so that no flow goes while one begins.
  std::mutex running_;
};

}  // namespace sluice::api
