// AppFlow's API: 25 operations over typed requests, one file per resource; and seven of our own
// (runs.h, previews.h, field_changes.h).
// https://docs.aws.amazon.com/appflow/1.0/APIReference/
#pragma once

#include <memory>
#include <string>

#include "sluice/api/metrics.h"
#include "sluice/api/resource_store.h"
#include "sluice/connector/registry.h"
#include "sluice/flow/runner.h"
#include "sluice/net/aws_gateway.h"
#include "sluice/protocol/function_invoker.h"
#include "sluice/secrets/secrets.h"
#include "sluice/secrets/secrets_api.h"

namespace sluice::api {

// What the handlers work with. All outlive the API.
struct AppFlowParts {
  ResourceStore& resources;
  secrets::Secrets& secrets;
  const Registry& registry;
  protocol::FunctionInvoker& functions;
  net::HttpClient& http;  // For OAuth 2 token requests.
  flow::RunStore& runs;
  Metrics& metrics;
  const Clock& clock;
  std::string account;
};

// Opens accounts for the runner and for the API's own look-ups: profile, secret, registry.
std::unique_ptr<flow::Accounts> MakeAccounts(const AppFlowParts& parts);

// Who a function is: the principal of its keys is
// "arn:aws:sts::<account>:assumed-role/sluice/<name>". It may read the secrets of the connector
// labels that are registered to it; anybody else may do everything.
std::unique_ptr<secrets::AccessPolicy> MakeSecretAccessPolicy(ResourceStore& resources,
                                                              std::string account);

// At start: goes on with the runs that an earlier process left unfinished. One whose flow can't be
// read any more ends as Error and says why.
Status GoOnWithRuns(const AppFlowParts& parts, flow::Runner& runner);

// ReplayRecords brings records, each as a string in JSON: larger than any other request.
inline constexpr std::string_view kReplayRecordsPath = "/replay-records";
inline constexpr size_t kReplayRecordsBodyLimit = 40 << 20;

class AppFlowApi {
 public:
  static std::unique_ptr<AppFlowApi> Make(AppFlowParts parts, flow::Accounts& accounts,
                                          flow::Runner& runner);
  virtual ~AppFlowApi() = default;
  // The handler of net::AwsService "appflow".
  virtual net::HttpResponse Handle(const net::HttpRequest& request, const net::Caller& caller) = 0;
};

}  // namespace sluice::api
