#include "sluice/api/appflow_api.h"

#include <functional>
#include <map>

#include "sluice/api/client_tokens.h"
#include "sluice/api/connector_profiles.h"
#include "sluice/api/connectors.h"
#include "sluice/api/entities.h"
#include "sluice/api/field_changes.h"
#include "sluice/api/flows.h"
#include "sluice/api/function_caller.h"
#include "sluice/api/generated/operations.h"
#include "sluice/api/previews.h"
#include "sluice/api/resource_tags.h"
#include "sluice/api/runs.h"
#include "sluice/api/shape_json.h"
#include "sluice/api/shape_writer.h"
#include "sluice/base/log.h"

namespace sluice::api {
namespace {

// Beside AWS's own.
constexpr appflow::Operation kOurOperations[] = {
    {"DescribeRun", "POST", "/describe-run"},
    {"ListRefusedRecords", "POST", "/list-refused-records"},
    {"ReplayRecords", "POST", kReplayRecordsPath},
    {"ListRuns", "POST", "/list-runs"},
    {"PreviewRecords", "POST", "/preview-records"},
    {"ListBuckets", "POST", "/list-buckets"},
    {"CompareFields", "POST", "/compare-fields"},
};

// By method and raw path: a tag operation's ARN holds encoded slashes.
const appflow::Operation* FindOperation(const net::HttpRequest& request) {
  std::string_view path = request.path();
  for (const appflow::Operation& operation : appflow::kOperations) {
    bool is_tag_operation = operation.path.starts_with(kTagsPath);
    bool is_path = is_tag_operation ? path.starts_with(kTagsPath) && path.size() > kTagsPath.size()
                                    : path == operation.path;
    if (is_path && operation.method == request.method) return &operation;
  }
  for (const appflow::Operation& operation : kOurOperations) {
    if (path == operation.path && operation.method == request.method) return &operation;
  }
  return nullptr;
}

net::HttpResponse ToHttp(const ApiError& error) {
  net::HttpResponse response = net::AwsError(error.status, error.type, error.message);
  if (error.errors_by_input_field.empty()) return response;
  json::Object fields;
  for (const auto& [key, why] : error.errors_by_input_field) fields[key] = why;
  response.body.pop_back();  // The brace.
  response.body += R"(,"errorsByInputField":)" + json::ToText(fields) + "}";
  return response;
}

// What makes two requests the same: all but the token itself. StartFlow may use a token again for
// another flow, which is then a call of its own.
template <class Request>
std::string WithoutToken(Request request) {
  request.client_token.reset();
  return ToJson(request);
}

template <class Request>
std::string TokenScope(std::string_view operation, const Request& request) {
  std::string scope(operation);
  if constexpr (std::is_same_v<Request, appflow::StartFlowRequest>)
    scope += " " + request.flow_name;
  return scope;
}

class AppFlow final : public AppFlowApi {
 public:
  AppFlow(AppFlowParts parts, flow::Accounts& accounts, flow::Runner& runner)
      : parts_(std::move(parts)),
        tokens_(parts_.resources, parts_.clock),
        connectors_(parts_),
        profiles_(parts_),
        entities_(parts_),
        flows_(parts_, accounts, runner),
        tags_(parts_),
        runs_(parts_, flows_, runner),
        previews_(parts_, accounts, flows_),
        field_changes_(accounts, flows_) {
    Add("RegisterConnector", connectors_, &Connectors::Register);
    Add("UpdateConnectorRegistration", connectors_, &Connectors::UpdateRegistration);
    Add("UnregisterConnector", connectors_, &Connectors::Unregister);
    Add("ListConnectors", connectors_, &Connectors::List);
    Add("DescribeConnector", connectors_, &Connectors::Describe);
    Add("DescribeConnectors", connectors_, &Connectors::DescribeSeveral);
    Add("CreateConnectorProfile", profiles_, &ConnectorProfiles::Create);
    Add("UpdateConnectorProfile", profiles_, &ConnectorProfiles::Update);
    Add("DescribeConnectorProfiles", profiles_, &ConnectorProfiles::Describe);
    Add("DeleteConnectorProfile", profiles_, &ConnectorProfiles::Delete);
    Add("ListConnectorEntities", entities_, &Entities::List);
    Add("DescribeConnectorEntity", entities_, &Entities::Describe);
    Add("CreateFlow", flows_, &Flows::Create);
    Add("UpdateFlow", flows_, &Flows::Update);
    Add("DescribeFlow", flows_, &Flows::Describe);
    Add("ListFlows", flows_, &Flows::List);
    Add("DeleteFlow", flows_, &Flows::Delete);
    Add("StartFlow", flows_, &Flows::Start);
    Add("DescribeFlowExecutionRecords", flows_, &Flows::DescribeRuns);
    Add("CancelFlowExecutions", flows_, &Flows::Cancel);
    Add("TagResource", &ResourceTags::Tag);
    Add("UntagResource", &ResourceTags::Untag);
    Add("ListTagsForResource", &ResourceTags::List);
    Add("DescribeRun", runs_, &Runs::Describe);
    Add("ListRefusedRecords", runs_, &Runs::ListRefused);
    Add("ReplayRecords", runs_, &Runs::Replay);
    Add("ListRuns", runs_, &Runs::List);
    Add("PreviewRecords", previews_, &Previews::Preview);
    Add("ListBuckets", previews_, &Previews::ListBuckets);
    Add("CompareFields", field_changes_, &FieldChanges::Compare);
  }

  net::HttpResponse Handle(const net::HttpRequest& request, const net::Caller& caller) override {
    const appflow::Operation* operation = FindOperation(request);
    if (operation == nullptr) {
      return net::AwsError(
          404, "UnknownOperationException",
          "AppFlow has no operation " + request.method + " " + std::string(request.path()) + ".");
    }
    auto answer = Answer(operation->name, request, caller);
    if (!answer.ok()) {
      LogIfOurs(answer.error(), operation->name, caller);
      return ToHttp(answer.error());
    }
    return {.status = 200,
            .headers = {{"Content-Type", "application/json"}},
            .body = *std::move(answer)};
  }

 private:
  using Handler = std::function<ApiResult<std::string>(const net::HttpRequest& request,
                                                       const net::Caller& caller)>;

  // JSON in, JSON out, around a typed operation; once per client token where it takes one.
  template <class Part, class Request, class Response>
  void Add(std::string_view operation, Part& part,
           ApiResult<Response> (Part::*method)(const Request&, const net::Caller&)) {
    handlers_[operation] = [this, operation, &part, method](
                               const net::HttpRequest& http,
                               const net::Caller& caller) -> ApiResult<std::string> {
      SLUICE_ASSIGN(Request request, ReadRequest<Request>(http.body));
      auto call = [&]() -> ApiResult<std::string> {
        SLUICE_ASSIGN(Response response, (part.*method)(request, caller));
        return ToJson(response);
      };
      if constexpr (requires { request.client_token; }) {
        if (request.client_token) {
          return tokens_.Once(TokenScope(operation, request), *request.client_token,
                              WithoutToken(request), call);
        }
      }
      return call();
    };
  }

  // One whose request is in the URL.
  template <class Response>
  void Add(std::string_view operation,
           ApiResult<Response> (ResourceTags::*method)(const net::HttpRequest&)) {
    handlers_[operation] = [this, method](const net::HttpRequest& http,
                                          const net::Caller&) -> ApiResult<std::string> {
      SLUICE_ASSIGN(Response response, (tags_.*method)(http));
      return ToJson(response);
    };
  }

  ApiResult<std::string> Answer(std::string_view operation, const net::HttpRequest& request,
                                const net::Caller& caller) {
    if (FunctionOf(caller)) {
      return AccessDeniedError("User: " + caller.principal +
                               " is not authorized to perform: appflow:" + std::string(operation));
    }
    auto handler = handlers_.find(operation);
    if (handler != handlers_.end()) return handler->second(request, caller);
    if (operation == "StopFlow") {
      return UnsupportedOperationError(
          "StopFlow is for scheduled and event-triggered flows; flows here run on demand.");
    }
    return UnsupportedOperationError("This version does not have the operation " +
                                     std::string(operation) + ".");
  }

  static void LogIfOurs(const ApiError& error, std::string_view operation,
                        const net::Caller& caller) {
    if (error.status < 500) return;
    Log(LogLevel::kError, "An operation failed in the service itself",
        {{"operation", operation}, {"request_id", caller.request_id}, {"error", error.message}});
  }

  const AppFlowParts parts_;
  ClientTokens tokens_;
  Connectors connectors_;
  ConnectorProfiles profiles_;
  Entities entities_;
  Flows flows_;
  ResourceTags tags_;
  Runs runs_;
  Previews previews_;
  FieldChanges field_changes_;
  std::map<std::string_view, Handler> handlers_;
};

}  // namespace

std::unique_ptr<AppFlowApi> AppFlowApi::Make(AppFlowParts parts, flow::Accounts& accounts,
                                             flow::Runner& runner) {
  return std::make_unique<AppFlow>(std::move(parts), accounts, runner);
}

}  // namespace sluice::api
