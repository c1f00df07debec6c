// AppFlow's API over memory, for tests: stores, functions, systems and runs that a test fills,
// spoils and looks into.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sluice/api/appflow_api.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/secrets/fake_secret_store.h"

namespace sluice::api {

// Rows of one kind by name.
template <class Row>
struct FakeTable {
  std::map<std::string, Row> rows;

  bool Insert(const std::string& name, const Row& row) { return rows.emplace(name, row).second; }
  std::optional<Row> Find(const std::string& name) const {
    auto row = rows.find(name);
    return row == rows.end() ? std::nullopt : std::optional(row->second);
  }
  std::vector<Row> List(const std::string& after, int64_t limit) const {
    std::vector<Row> page;
    for (auto row = rows.upper_bound(after); row != rows.end() && std::ssize(page) < limit; ++row) {
      page.push_back(row->second);
    }
    return page;
  }
};

class FakeResources final : public ResourceStore {
 public:
  Result<bool> InsertConnector(const StoredConnector& c) override {
    return connectors.Insert(c.label, c);
  }
  Result<std::optional<StoredConnector>> FindConnector(const std::string& label) override {
    return connectors.Find(label);
  }
  Result<std::vector<StoredConnector>> ListConnectors(const std::string& after,
                                                      int64_t limit) override {
    return connectors.List(after, limit);
  }
  Status UpdateConnector(const StoredConnector& c) override {
    connectors.rows[c.label] = c;
    return Done{};
  }
  Status DeleteConnector(const std::string& label) override {
    connectors.rows.erase(label);
    return Done{};
  }

  Result<bool> InsertProfile(const StoredProfile& p) override { return profiles.Insert(p.name, p); }
  Result<std::optional<StoredProfile>> FindProfile(const std::string& name) override {
    return profiles.Find(name);
  }
  Result<std::vector<StoredProfile>> ListProfiles(const std::string& after,
                                                  int64_t limit) override {
    return profiles.List(after, limit);
  }
  Status UpdateProfile(const StoredProfile& p) override {
    profiles.rows[p.name] = p;
    return Done{};
  }
  Status DeleteProfile(const std::string& name) override {
    profiles.rows.erase(name);
    return Done{};
  }

  Result<bool> InsertFlow(const StoredFlow& f) override {
    ++flow_inserts;
    return flows.Insert(f.name, f);
  }
  Status UpdateFlow(const StoredFlow& f) override {
    flows.rows[f.name] = f;
    return Done{};
  }
  Result<std::optional<StoredFlow>> FindFlow(const std::string& name) override {
    if (failure) return *failure;
    return flows.Find(name);
  }
  Result<std::vector<StoredFlow>> ListFlows(const std::string& after, int64_t limit) override {
    return flows.List(after, limit);
  }
  Status DeleteFlow(const std::string& name) override {
    flows.rows.erase(name);
    return Done{};
  }

  Result<std::optional<StoredAnswer>> FindAnswer(const std::string& operation,
                                                 const std::string& client_token,
                                                 Time not_before) override {
    auto found = answers.find(operation + " " + client_token);
    if (found == answers.end() || found->second.second < not_before) {
      return std::optional<StoredAnswer>();
    }
    return std::optional(found->second.first);
  }
  Status SaveAnswer(const std::string& operation, const std::string& client_token,
                    const StoredAnswer& answer, Time now) override {
    answers[operation + " " + client_token] = {answer, now};
    return Done{};
  }

  FakeTable<StoredConnector> connectors;
  FakeTable<StoredProfile> profiles;
  FakeTable<StoredFlow> flows;
  std::map<std::string, std::pair<StoredAnswer, Time>> answers;
  int flow_inserts = 0;
  std::optional<Error> failure;  // Of every look-up of a flow.
};

class FakeRuns final : public flow::RunStore {
 public:
  Result<bool> BeginRun(const flow::RunRecord& run, const std::vector<Partition>&) override {
    runs.push_front(run);
    return true;
  }
  Status SavePartitions(const std::string&, const std::vector<Partition>&) override {
    return Done{};
  }
  Result<std::vector<flow::PartitionProgress>> LoadPartitions(const std::string&) override {
    return std::vector<flow::PartitionProgress>();
  }
  Status SaveProgress(const flow::RunRecord&, const std::string&, const Position&, bool,
                      const std::vector<RejectedRow>&) override {
    return Done{};
  }
  Result<bool> StartCancel(const std::string& execution_id) override {
    SLUICE_ASSIGN(auto run, FindRun(execution_id));
    return run && run->status == flow::RunStatus::kInProgress;
  }
  Status FinishRun(const flow::RunRecord& run) override {
    for (flow::RunRecord& known : runs) {
      if (known.execution_id == run.execution_id) known = run;
    }
    return Done{};
  }
  Result<std::optional<flow::RunRecord>> FindRun(const std::string& execution_id) override {
    for (const flow::RunRecord& run : runs) {
      if (run.execution_id == execution_id) return std::optional(run);
    }
    return std::optional<flow::RunRecord>();
  }
  Result<std::vector<flow::RunRecord>> ListRuns(const std::string& flow_name, int64_t limit,
                                                const std::string& before) override {
    std::vector<flow::RunRecord> page;
    bool is_after = before.empty();
    for (const flow::RunRecord& run : runs) {
      if (run.flow_name == flow_name && is_after && std::ssize(page) < limit) page.push_back(run);
      if (run.execution_id == before) is_after = true;
    }
    return page;
  }
  Result<std::vector<flow::RunRecord>> ListAllRuns(Time started_after,
                                                   const std::optional<flow::RunPlace>& before,
                                                   int64_t limit) override {
    std::vector<flow::RunRecord> page;
    for (const flow::RunRecord& run : runs) {
      const bool is_behind = !before || std::tie(run.started_at, run.execution_id) <
                                            std::tie(before->started_at, before->execution_id);
      if (is_behind && run.started_at > started_after && std::ssize(page) < limit) {
        page.push_back(run);
      }
    }
    return page;
  }
  Result<std::vector<flow::RunRecord>> UnfinishedRuns() override {
    std::vector<flow::RunRecord> unfinished;
    for (const flow::RunRecord& run : runs) {
      if (run.status == flow::RunStatus::kInProgress ||
          run.status == flow::RunStatus::kCancelStarted) {
        unfinished.push_back(run);
      }
    }
    return unfinished;
  }
  Result<std::vector<flow::RefusedRecord>> ListRefused(const std::string& execution_id,
                                                       int64_t offset, int64_t limit) override {
    std::vector<flow::RefusedRecord> page;
    for (const flow::RefusedRecord& record : refused) {
      if (record.execution_id != execution_id || offset-- > 0) continue;
      if (std::ssize(page) < limit) page.push_back(record);
    }
    return page;
  }
  Status MarkReplayed(const std::vector<flow::RefusedRecord>&, const std::string&) override {
    return Done{};
  }
  Status DeleteRunsOf(const std::string& flow_name) override {
    std::erase_if(runs, [&](const auto& run) { return run.flow_name == flow_name; });
    return Done{};
  }

  std::deque<flow::RunRecord> runs;  // Newest first.
  std::vector<flow::RefusedRecord> refused;
};

class FakeFunctions final : public protocol::FunctionInvoker {
 public:
  Result<std::string> Invoke(std::string_view arn, std::string_view payload, Deadline) override {
    last_payload = payload;
    ++invocations;
    auto answer = answers.find(std::string(arn));
    if (answer == answers.end()) return ResourceNotFound("no function " + std::string(arn));
    return answer->second;
  }

  std::map<std::string, Result<std::string>> answers;  // By ARN.
  std::string last_payload;
  int invocations = 0;
};

// Starts nothing, but remembers what it was asked to start.
class FakeRunner final : public flow::Runner {
 public:
  Result<std::string> Start(const flow::Flow& flow, const std::string& document) override {
    if (failure) return *failure;
    if (on_start) on_start();
    started.push_back(flow);
    documents.push_back(document);
    return "11111111-2222-4333-8444-" + std::to_string(100000000000 + std::ssize(started));
  }
  Result<std::string> Replay(const flow::Flow& flow, const std::string& document,
                             const std::string& of_execution,
                             const std::vector<flow::RefusedRecord>& records) override {
    replayed.emplace_back(of_execution, records);
    return Start(flow, document);
  }
  void GoOn(const flow::Flow& flow, const flow::RunRecord& run) override {
    gone_on.emplace_back(flow, run);
  }
  Status Cancel(const std::string& execution_id) override {
    if (running.empty()) return ResourceNotFound("no such run in progress");
    canceled.push_back(execution_id);
    if (stops_when_canceled) running.clear();
    return Done{};
  }
  bool IsRunning(const std::string& flow_name) override { return running.contains(flow_name); }
  flow::LiveState Look(const std::string& execution_id) override { return live[execution_id]; }

  std::function<void()> on_start;
  std::vector<flow::Flow> started;
  std::vector<std::string> documents;  // Those that `started` came with.
  std::vector<std::pair<std::string, std::vector<flow::RefusedRecord>>> replayed;
  std::vector<std::pair<flow::Flow, flow::RunRecord>> gone_on;
  std::set<std::string> running;  // Flows.
  std::map<std::string, flow::LiveState> live;
  std::vector<std::string> canceled;
  bool stops_when_canceled = true;
  std::optional<Error> failure;
};

// One system with the same answers for every account, and a memory of the accounts that were
// opened.
struct FakeSystem {
  std::map<std::string, EntityDefinition> entities;
  std::optional<Error> refusal;                  // Of Check and of every look-up.
  std::optional<std::set<std::string>> buckets;  // Check wants one of them as "bucketName".
  std::vector<Account> opened;
  std::function<void(const Account&)> on_check;
};

class FakeConnector final : public Connector {
 public:
  FakeConnector(FakeSystem& system, Account account)
      : system_(system), account_(std::move(account)) {}

  Status Check() override {
    if (system_.on_check) system_.on_check(account_);
    if (system_.refusal) return *system_.refusal;
    auto bucket = account_.settings.find("bucketName");
    if (system_.buckets && !system_.buckets->contains(bucket->second)) {
      return ResourceNotFound("there is no bucket '" + bucket->second + "'");
    }
    return Done{};
  }
  Result<EntityPage> ListEntities(const std::string&, int64_t max_results,
                                  const std::string& next_token) override {
    if (system_.refusal) return *system_.refusal;
    EntityPage page;
    for (auto it = system_.entities.upper_bound(next_token); it != system_.entities.end(); ++it) {
      if (std::ssize(page.entities) == max_results) {
        page.next_token = page.entities.back().identifier;
        break;
      }
      page.entities.push_back(it->second.entity);
    }
    return page;
  }
  Result<EntityDefinition> DescribeEntity(const std::string& identifier) override {
    if (system_.refusal) return *system_.refusal;
    auto found = system_.entities.find(identifier);
    if (found == system_.entities.end()) {
      return ResourceNotFound("there is no entity '" + identifier + "'");
    }
    return found->second;
  }
  bool CanFilter(const EntityDefinition&, const Filter&) const override { return true; }
  Result<std::vector<Partition>> Split(const ReadRequest&, int) override {
    return InvalidArgument("not readable in this test");
  }
  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest&, const Partition&,
                                                  std::optional<Position>) override {
    return InvalidArgument("not readable in this test");
  }
  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest&,
                                                  const std::string&) override {
    return InvalidArgument("not writable in this test");
  }

 private:
  FakeSystem& system_;
  const Account account_;
};

class FakeHttp final : public net::HttpClient {
 public:
  Result<net::HttpResponse> Send(const net::HttpRequest& request, Deadline,
                                 std::stop_token) override {
    requests.push_back(request);
    return answer;
  }

  Result<net::HttpResponse> answer = ServiceUnavailable("nobody answers in this test");
  std::vector<net::HttpRequest> requests;
};

inline constexpr char kFunctionArn[] =
    "arn:aws:lambda:us-east-1:000000000000:function:tidb-connector";

inline std::string ConnectorAnswer() {
  return R"({"isSuccess":true,"connectorOwner":"Sluice","connectorName":"TiDB",
    "connectorVersion":"1.0","connectorModes":["SOURCE","DESTINATION"],
    "supportedApiVersions":["v1.0","v1.1"],
    "connectorRuntimeSetting":[{"key":"timeZone","dataType":"String","required":false,
      "label":"Time zone","description":"Of the session","scope":"CONNECTOR_PROFILE",
      "connectorSuppliedValueOptions":["UTC"]}],
    "authenticationConfig":{"isBasicAuthSupported":true,"isApiKeyAuthSupported":true,
      "isOAuth2Supported":true,"isCustomAuthSupported":true,
      "oAuth2Defaults":{"tokenURL":["https://token.example/t"],"authURL":["https://auth.example/a"],
        "oAuthScopes":["read"],
        "oAuth2GrantTypesSupported":["AUTHORIZATION_CODE","CLIENT_CREDENTIALS"]},
      "customAuthConfig":[{"authenticationType":"JDBC","authParameters":[
        {"key":"hostname","required":true,"label":"Host name","description":"Where TiDB is",
         "sensitiveField":false},
        {"key":"password","required":true,"label":"Password","description":"Of the user",
         "sensitiveField":true},
        {"key":"tls","required":false,"label":"TLS","description":"Encrypt",
         "connectorSuppliedValues":["Yes","No"]}]}]},
    "supportedWriteOperations":["INSERT","UPSERT","UPDATE"]})";
}

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    functions.answers.insert_or_assign(kFunctionArn, ConnectorAnswer());
    ConnectorInfo salesforce{.type = "Salesforce",
                             .owner = "Sluice",
                             .name = "Salesforce",
                             .version = "1.0",
                             .is_source = true,
                             .trigger_types = {"OnDemand"}};
    salesforce.authentication.is_oauth2_supported = true;
    salesforce.authentication.oauth2.scopes = {"api", "refresh_token"};
    Add(salesforce, salesforce_system);
    Add({.type = "CustomConnector", .is_source = true, .is_destination = true}, custom_system);

    ConnectorInfo tidb{.type = "TiDB",
                       .owner = "Sluice",
                       .name = "TiDB",
                       .version = "1.0",
                       .is_source = true,
                       .is_destination = true,
                       .api_versions = {"v1.0"}};
    tidb.authentication.is_custom_supported = true;
    tidb.authentication.custom = {{"JDBC", {{.key = "hostname", .label = "Host name"}}}};
    Add(tidb, tidb_system);
    Add({.type = "S3", .name = "S3", .is_source = true, .is_destination = true}, s3_system);
    s3_system.buckets = {"inbox", "out", "errors"};

    AddEntity(s3_system, "inbox/accounts/2026", {"Id", "Name"});
    AddEntity(s3_system, "out/", {"id", "name"});
    AddEntity(tidb_system, "sf_account", {"id", "name"});
    AddEntity(salesforce_system, "Account", {"Id", "Name", "Type", "Rating"});
    AddEntity(custom_system, "sf_account", {"id", "name", "type", "rating"});
    custom_system.entities["sf_account"].fields[0].is_primary_key = true;
    Restart();
  }

  // A new service over what the old one remembered.
  void Restart() {
    accounts = MakeAccounts(Parts());
    api = AppFlowApi::Make(Parts(), *accounts, runner);
  }
  AppFlowParts Parts() {
    return {resources, secrets, registry, functions, http, runs, *metrics, clock, "000000000000"};
  }

  void Add(ConnectorInfo info, FakeSystem& system) {
    registry.Add(std::move(info), [&system](const Account& account) {
      system.opened.push_back(account);
      return Result<std::unique_ptr<Connector>>(std::make_unique<FakeConnector>(system, account));
    });
  }

  static void AddEntity(FakeSystem& system, const std::string& name,
                        const std::vector<std::string>& fields) {
    EntityDefinition definition{.entity = {.identifier = name}};
    for (const std::string& field : fields) {
      definition.fields.push_back({.name = field, .write = WriteProperties{}});
    }
    system.entities[name] = definition;
  }

  // As boto3 sends it. "/create-flow" is a path.
  net::HttpResponse Post(const std::string& path, const std::string& body) {
    return api->Handle({.method = "POST",
                        .url = path,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body},
                       caller);
  }

  // The answer of a call that succeeds.
  json::Object Call(const std::string& path, const std::string& body) {
    net::HttpResponse response = Post(path, body);
    EXPECT_EQ(response.status, 200) << path << ": " << response.body;
    auto object = json::ParseObject(response.body);
    EXPECT_TRUE(object.ok()) << response.body;
    return object.ok() ? *object : json::Object();
  }

  // "404 ResourceNotFoundException: message" of one that fails; "200" of one that doesn't.
  std::string Refusal(const std::string& path, const std::string& body) {
    net::HttpResponse response = Post(path, body);
    if (response.status == 200) return "200";
    auto object = json::ParseObject(response.body);
    const std::string* type = response.headers.Find("x-amzn-ErrorType");
    EXPECT_TRUE(object.ok() && type != nullptr) << response.body;
    if (!object.ok() || type == nullptr) return "not an error of AWS's shape";
    return std::to_string(response.status) + " " + *type + ": " +
           json::FindString(*object, "message").value_or("");
  }

  void RegisterTidb(const std::string& label = "TiDB-Connector") {
    Call("/register-connector", R"({"connectorLabel":")" + label +
                                    R"(","connectorProvisioningType":"LAMBDA",
               "connectorProvisioningConfig":{"lambda":{"lambdaArn":")" +
                                    kFunctionArn + R"("}}})");
  }

  static std::string TidbProfile(const std::string& name,
                                 const std::string& label = "TiDB-Connector",
                                 const std::string& more = "") {
    return R"({"connectorProfileName":")" + name +
           R"(","connectorType":"CustomConnector","connectorLabel":")" + label +
           R"(","connectionMode":"Public","connectorProfileConfig":{
             "connectorProfileProperties":{"CustomConnector":
               {"profileProperties":{"timeZone":"UTC"}}},
             "connectorProfileCredentials":{"CustomConnector":{"authenticationType":"CUSTOM",
               "custom":{"customAuthenticationType":"JDBC","credentialsMap":
                 {"hostname":"db.example","password":"canary-password"}}}}})" +
           more + "}";
  }

  static std::string SalesforceProfile(const std::string& name) {
    return R"({"connectorProfileName":")" + name +
           R"(","connectorType":"Salesforce","connectionMode":"Public","connectorProfileConfig":{
             "connectorProfileProperties":{"Salesforce":{"instanceUrl":"https://org.example/",
               "isSandboxEnvironment":false}},
             "connectorProfileCredentials":{"Salesforce":{"accessToken":"canary-token",
               "refreshToken":"canary-refresh"}}}})";
  }

  void MakeProfiles() {
    RegisterTidb();
    Call("/create-connector-profile", TidbProfile("tidb"));
    Call("/create-connector-profile", SalesforceProfile("sf"));
  }

  // The tutorial's flow, cut to four columns; `edit` may change the document.
  static std::string FlowDocument(
      const std::string& name, const std::function<void(json::Object&)>& edit = [](auto&) {}) {
    json::Object flow = *json::ParseObject(R"json({
      "triggerConfig":{"triggerType":"OnDemand"},
      "sourceFlowConfig":{"connectorType":"Salesforce","connectorProfileName":"sf",
        "sourceConnectorProperties":{"Salesforce":{"object":"Account",
          "enableDynamicFieldUpdate":false,"includeDeletedRecords":true}}},
      "destinationFlowConfigList":[{"connectorType":"CustomConnector","apiVersion":"v1.0",
        "connectorProfileName":"tidb","destinationConnectorProperties":{"CustomConnector":{
          "entityName":"sf_account","writeOperationType":"INSERT",
          "errorHandlingConfig":{"failOnFirstDestinationError":true}}}}],
      "tasks":[
        {"taskType":"Filter","sourceFields":["Id","Name"],
         "connectorOperator":{"Salesforce":"PROJECTION"},"taskProperties":{}},
        {"taskType":"Map","sourceFields":["Id"],"destinationField":"id",
         "connectorOperator":{"Salesforce":"NO_OP"},
         "taskProperties":{"SOURCE_DATA_TYPE":"id","DESTINATION_DATA_TYPE":"varchar(255)"}},
        {"taskType":"Map","sourceFields":["Name"],"destinationField":"name",
         "connectorOperator":{"Salesforce":"NO_OP"}}]})json");
    flow["flowName"] = name;
    edit(flow);
    return json::ToText(flow);
  }

  FakeClock clock{*ParseTime("2026-01-31T09:05:07.250Z")};
  FakeResources resources;
  secrets::FakeSecretStore secret_store;
  secrets::Secrets secrets{secret_store, Secret(std::string(32, 'k')), clock, "000000000000"};
  Registry registry;
  FakeFunctions functions;
  FakeHttp http;
  FakeRuns runs;
  std::unique_ptr<Metrics> metrics = Metrics::Make(clock);
  FakeRunner runner;
  FakeSystem salesforce_system, custom_system, tidb_system, s3_system;
  net::Caller caller{"arn:aws:iam::000000000000:root", "us-east-1", "request-1"};
  std::unique_ptr<flow::Accounts> accounts;
  std::unique_ptr<AppFlowApi> api;
};

}  // namespace sluice::api
