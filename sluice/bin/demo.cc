#include "sluice/bin/demo.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "sluice/base/encoding.h"
#include "sluice/base/uuid.h"
#include "sluice/bin/aws_client.h"
#include "sluice/bin/child_process.h"
#include "sluice/bin/demo_salesforce.h"
#include "sluice/bin/demo_tidb.h"
#include "sluice/bin/signals.h"
#include "sluice/bin/text_table.h"
#include "sluice/net/curl_http_client.h"

namespace sluice::bin {
namespace {

using namespace std::chrono_literals;
using json::Array;
using json::Object;

constexpr char kRegion[] = "us-east-1";
constexpr char kLoginLinkMinutes[] = "10080";  // A week: as long as a demo is kept, or longer.
constexpr char kRedirectUrl[] = "http://127.0.0.1/appflow/oauth";

// The tutorial's table, statement and all.
constexpr char kCreateTable[] = R"(CREATE TABLE `sf_account` (
    `id` varchar(255) NOT NULL,
    `name` varchar(150) NOT NULL DEFAULT '',
    `type` varchar(150) NOT NULL DEFAULT '',
    `billing_state` varchar(255) NOT NULL DEFAULT '',
    `rating` varchar(255) NOT NULL DEFAULT '',
    `industry` varchar(255) NOT NULL DEFAULT '',
    PRIMARY KEY (`id`)
))";

struct FieldMapping {
  const char* source;
  const char* destination;
};
constexpr FieldMapping kMappings[] = {{"Id", "id"},         {"Name", "name"},
                                      {"Type", "type"},     {"BillingState", "billing_state"},
                                      {"Rating", "rating"}, {"Industry", "industry"}};

// An account of the tutorial that the later steps change, and back.
constexpr char kEdge[] = "001Do000003EDTZIA4";

Object Task(const char* type, Array source_fields, const char* op, Object properties) {
  return {{"taskType", type},
          {"sourceFields", std::move(source_fields)},
          {"connectorOperator", Object{{"Salesforce", op}}},
          {"taskProperties", std::move(properties)}};
}

// A flow of the demo, as CreateFlow wants it.
struct DemoFlow {
  std::string name = "account-to-tidb";
  std::string table = "sf_account";
  std::string operation = "INSERT";
  std::string only_rating;  // Empty: no filter.

  Object ToJson() const;
};

Object DemoFlow::ToJson() const {
  Array projected, tasks;
  for (const FieldMapping& mapping : kMappings) projected.emplace_back(mapping.source);
  tasks.push_back(Task("Filter", projected, "PROJECTION", {}));
  if (!only_rating.empty()) {
    tasks.push_back(Task("Filter", {"Rating"}, "EQUAL_TO",
                         {{"DATA_TYPE", "picklist"}, {"VALUE", only_rating}}));
  }
  for (const FieldMapping& mapping : kMappings) {
    Object task = Task("Map", {mapping.source}, "NO_OP", {});
    task["destinationField"] = mapping.destination;
    tasks.push_back(std::move(task));
  }
  Object destination{{"entityName", table},
                     {"writeOperationType", operation},
                     {"errorHandlingConfig", Object{{"failOnFirstDestinationError", true}}}};
  if (operation != "INSERT") destination["idFieldNames"] = Array{"id"};
  return {{"flowName", name},
          {"triggerConfig", Object{{"triggerType", "OnDemand"}}},
          {"sourceFlowConfig", Object{{"connectorType", "Salesforce"},
                                      {"connectorProfileName", "salesforce"},
                                      {"sourceConnectorProperties",
                                       Object{{"Salesforce", Object{{"object", "Account"}}}}}}},
          {"destinationFlowConfigList",
           Array{Object{{"connectorType", "CustomConnector"},
                        {"apiVersion", "v1"},
                        {"connectorProfileName", "tidb"},
                        {"destinationConnectorProperties",
                         Object{{"CustomConnector", std::move(destination)}}}}}},
          {"tasks", std::move(tasks)}};
}

struct RunOutcome {
  std::string status, message;
  int64_t records = 0;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// Colours only where somebody looks at them.
const char* Colour(const char* code) { return isatty(STDOUT_FILENO) ? code : ""; }

void Heading(const char* text) {
  std::printf("\n%s%s%s\n", Colour("\033[1m"), text, Colour("\033[0m"));
}

void Say(const std::string& text) {
  std::printf("  %s✓%s %s\n", Colour("\033[32m"), Colour("\033[0m"), text.c_str());
  std::fflush(stdout);
}

// A folder of the run's own; removed at the end.
class WorkFolder {
 public:
  WorkFolder() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base ? base : "/tmp") + "/sluice-demo-XXXXXX";
    SLUICE_CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~WorkFolder() {
    std::error_code ignored;  // What is left behind in a temporary folder does no harm.
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Tutorial {
 public:
  explicit Tutorial(const DemoOptions& options) : options_(options) {}

  Status Run() {
    SLUICE_RETURN_IF_ERROR(StartParts());
    SLUICE_RETURN_IF_ERROR(RegisterConnector());
    SLUICE_RETURN_IF_ERROR(Connect());
    SLUICE_RETURN_IF_ERROR(MakeTable());
    SLUICE_RETURN_IF_ERROR(CreateFlow());
    SLUICE_RETURN_IF_ERROR(RunFlow());
    SLUICE_RETURN_IF_ERROR(ShowTable());
    return GoBeyond();
  }

  const std::string& folder() const { return work_.path(); }

  void PrintHowToReachIt() const {
    std::printf(
        "\nAll of it is still running.\n"
        "Console: %s  (the link works once)\n"
        "In another terminal:\n"
        "  export AWS_ENDPOINT_URL=%s AWS_REGION=%s\n"
        "  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n"
        "  aws appflow describe-flow-execution-records --flow-name account-to-tidb\n"
        "  aws logs filter-log-events --log-group-name /aws/lambda/tidb-connector\n",
        console_link_.Reveal().c_str(), service_url_.c_str(), kRegion, key_.id.c_str(),
        key_.secret.Reveal().c_str());
    std::printf("Salesforce sandbox: %s (user %s, password %s)\n", sandbox_url_.c_str(),
                login_.user.c_str(), login_.password.Reveal().c_str());
    if (!tidb_->is_own()) {
      std::printf("TiDB: mariadb --host %s --port %d --user %s --password=%s --ssl-ca %s %s\n",
                  tidb_->options().hostname.c_str(), tidb_->options().port,
                  tidb_->options().username.c_str(), tidb_->options().password.Reveal().c_str(),
                  tidb_->options().ca_file.c_str(), tidb_->options().database.c_str());
    }
    std::printf("Data and logs: %s\nCtrl-C ends all of it and removes that folder.\n",
                work_.path().c_str());
    std::fflush(stdout);
  }

 private:
  std::string InFolder(const char* name) const { return work_.path() + "/" + name; }

  Status StartParts() {
    SLUICE_RETURN_IF_ERROR(ReadConnector());
    Heading("Starting the parts, each on a free port of this machine");
    SLUICE_ASSIGN(tidb_, DemoTidb::Start(InFolder("tidb"), options_.tidb_url));
    SLUICE_RETURN_IF_ERROR(ExpectNoTables());
    Say("TiDB at " + tidb_->where());

    login_ = {"admin@example.com", "sluice-demo", kRedirectUrl, Secret(RandomToken(16)),
              Secret(RandomToken(32))};
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    SLUICE_ASSIGN(sandbox_, ChildProcess::Start(
                                {self, "sandbox", "salesforce", "--listen", "127.0.0.1:0", "--user",
                                 login_.user, "--client-id", login_.client_id},
                                work_.path(), InFolder("sandbox.log"),
                                {{"SLUICE_SANDBOX_PASSWORD", login_.password.Reveal()},
                                 {"SLUICE_SANDBOX_CLIENT_SECRET", login_.client_secret.Reveal()}}));
    SLUICE_ASSIGN(sandbox_url_, sandbox_->WaitForOutput("Salesforce sandbox at ", 20s));
    Say("Salesforce sandbox at " + sandbox_url_);
    salesforce_ = std::make_unique<DemoSalesforce>(*http_, sandbox_url_, login_);

    key_ = {"AKIA" + RandomToken(16), Secret(RandomToken(40)), {}, {}};
    SLUICE_ASSIGN(service_,
                  ChildProcess::Start({self, "serve", "--listen", "127.0.0.1:0", "--data",
                                       InFolder("data"), "--login-link-minutes", kLoginLinkMinutes},
                                      work_.path(), InFolder("serve.log"),
                                      {{"SLUICE_ACCESS_KEY_ID", key_.id},
                                       {"SLUICE_SECRET_ACCESS_KEY", key_.secret.Reveal()}}));
    SLUICE_ASSIGN(service_url_, service_->WaitForOutput("AWS_ENDPOINT_URL=", 20s));
    SLUICE_ASSIGN(std::string link, service_->WaitForOutput("Console: ", 20s));
    console_link_ = Secret(std::move(link));
    Say("sluice serve at " + service_url_);
    aws_ = std::make_unique<AwsClient>(*http_, service_url_, kRegion, key_);
    return Done{};
  }

  Status ReadConnector() {
    std::string path = options_.connector_zip;
    if (path.empty()) {
      path = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() /
             "tidb-connector.zip";
    }
    connector_zip_ = ReadFile(path);
    return Expect(!connector_zip_.empty(), "there is no TiDB connector at " + path);
  }

  // The demo makes its tables itself, and touches none that somebody else made.
  Status ExpectNoTables() {
    SLUICE_ASSIGN(auto tables, tidb_->Select("SHOW TABLES LIKE 'sf\\_account%'"));
    if (tables.empty()) return Done{};
    return InvalidArgument("the database has a table '" + tables[0][0].value_or("") +
                           "' already, perhaps of an earlier demo. Drop the tables sf_account and "
                           "sf_account_hot, or name another database");
  }

  Status RegisterConnector() {
    Heading("1. Register the TiDB connector");
    SLUICE_ASSIGN(
        Object function,
        aws_->CreateFunction({{"FunctionName", "tidb-connector"},
                              {"Runtime", "provided.al2023"},
                              {"Handler", "bootstrap"},
                              {"Role", "arn:aws:iam::000000000000:role/unused"},
                              {"Timeout", 30},
                              {"MemorySize", 256},
                              {"Code", Object{{"ZipFile", Base64Encode(connector_zip_)}}}}));
    const std::string arn = json::FindString(function, "FunctionArn").value_or("");
    char size[32];
    std::snprintf(size, sizeof size, "%.1f MB", static_cast<double>(connector_zip_.size()) / 1e6);
    Say("CreateFunction tidb-connector, a Lambda of " + std::string(size));
    SLUICE_RETURN_IF_ERROR(aws_->AppFlow(
        "RegisterConnector",
        {{"connectorLabel", "TiDB-Connector"},
         {"connectorProvisioningType", "LAMBDA"},
         {"connectorProvisioningConfig", Object{{"lambda", Object{{"lambdaArn", arn}}}}}}));
    Say("RegisterConnector TiDB-Connector");
    return Done{};
  }

  Status Connect() {
    Heading("2. Connect to Salesforce and to TiDB");
    SLUICE_ASSIGN(
        Object secret,
        aws_->SecretsManager("CreateSecret",
                             {{"Name", "salesforce-client"},
                              {"SecretString",
                               // The console takes the last one for its next connection.
                               json::ToText(Object{{"clientId", login_.client_id},
                                                   {"clientSecret", login_.client_secret.Reveal()},
                                                   {"loginUrl", sandbox_url_}})}}));
    Say("CreateSecret salesforce-client, for the client id and secret");
    SLUICE_ASSIGN(std::string code, salesforce_->Allow());
    Say("Logged in at Salesforce and clicked Allow");
    Object credentials{{"clientCredentialsArn", json::FindString(secret, "ARN").value_or("")},
                       {"oAuthRequest", Object{{"authCode", code}, {"redirectUri", kRedirectUrl}}}};
    SLUICE_RETURN_IF_ERROR(CreateProfile("salesforce", "Salesforce", "",
                                         Object{{"instanceUrl", sandbox_url_}},
                                         std::move(credentials)));
    Say("CreateConnectorProfile salesforce: tried and kept");
    SLUICE_RETURN_IF_ERROR(
        CreateProfile("tidb", "CustomConnector", "TiDB-Connector", Object{},
                      Object{{"authenticationType", "CUSTOM"},
                             {"custom", Object{{"customAuthenticationType", "JDBC"},
                                               {"credentialsMap", TidbCredentials()}}}}));
    Say(std::string("CreateConnectorProfile tidb: tried and kept") +
        (tidb_->options().tls ? " (TLS, certificate verified)" : " (without TLS)"));
    return Done{};
  }

  Object TidbCredentials() const {
    const tidb::ConnectOptions& tidb = tidb_->options();
    Object credentials{{"driver", "mysql"},
                       {"hostname", tidb.hostname},
                       {"port", std::to_string(tidb.port)},
                       {"username", tidb.username},
                       {"database", tidb.database},
                       {"tls", tidb.tls ? "Yes" : "No"}};
    if (!tidb.password.empty()) credentials["password"] = tidb.password.Reveal();
    // AppFlow's credential values hold no white space: the PEM goes in as base64.
    if (!tidb.ca_file.empty()) credentials["caCertificate"] = Base64Encode(ReadFile(tidb.ca_file));
    return credentials;
  }

  Status CreateProfile(const char* name, const char* type, const char* label, Object properties,
                       Object credentials) {
    Object request{
        {"connectorProfileName", name},
        {"connectorType", type},
        {"connectionMode", "Public"},
        {"connectorProfileConfig",
         Object{{"connectorProfileProperties", Object{{type, std::move(properties)}}},
                {"connectorProfileCredentials", Object{{type, std::move(credentials)}}}}}};
    if (*label) request["connectorLabel"] = label;
    SLUICE_RETURN_IF_ERROR(aws_->AppFlow("CreateConnectorProfile", request));
    return Done{};
  }

  Status MakeTable() {
    Heading("3. Choose the entities");
    SLUICE_ASSIGN(Object objects,
                  aws_->AppFlow("ListConnectorEntities", {{"connectorProfileName", "salesforce"},
                                                          {"connectorType", "Salesforce"}}));
    SLUICE_RETURN_IF_ERROR(Expect(Lists(objects, "Account"), "Salesforce lists no Account"));
    Say("ListConnectorEntities: Salesforce has Account");
    SLUICE_RETURN_IF_ERROR(tidb_->Execute(kCreateTable));
    Say("CREATE TABLE sf_account, as in the tutorial");
    SLUICE_ASSIGN(Object tables,
                  aws_->AppFlow("ListConnectorEntities", {{"connectorProfileName", "tidb"},
                                                          {"connectorType", "CustomConnector"},
                                                          {"apiVersion", "v1"}}));
    SLUICE_RETURN_IF_ERROR(Expect(Lists(tables, "sf_account"), "TiDB lists no sf_account"));
    Say("ListConnectorEntities: TiDB has sf_account");
    SLUICE_ASSIGN(Object described,
                  aws_->AppFlow("DescribeConnectorEntity", {{"connectorEntityName", "sf_account"},
                                                            {"connectorProfileName", "tidb"},
                                                            {"connectorType", "CustomConnector"},
                                                            {"apiVersion", "v1"}}));
    const Array* fields = json::FindArray(described, "connectorEntityFields");
    SLUICE_RETURN_IF_ERROR(
        Expect(fields && fields->size() == std::size(kMappings), "sf_account has other columns"));
    Say("DescribeConnectorEntity: its " + std::to_string(fields->size()) + " columns");
    return Done{};
  }

  static bool Lists(const Object& answer, std::string_view name) {
    const Object* groups = json::FindObject(answer, "connectorEntityMap");
    if (!groups) return false;
    for (const auto& group : *groups) {
      for (const json::Value& entity : group.value().as_array()) {
        if (json::FindString(entity.as_object(), "name") == name) return true;
      }
    }
    return false;
  }

  Status CreateFlow() {
    Heading("4. Create the flow");
    SLUICE_RETURN_IF_ERROR(aws_->AppFlow("CreateFlow", DemoFlow{}.ToJson()));
    for (const FieldMapping& mapping : kMappings) {
      std::printf("      %-14s → %s\n", mapping.source, mapping.destination);
    }
    Say("CreateFlow account-to-tidb: run on demand, stop at the first refused record");
    return Done{};
  }

  Status RunFlow() {
    Heading("5. Run the flow");
    SLUICE_RETURN_IF_ERROR(salesforce_->LogIn());
    SLUICE_ASSIGN(in_salesforce_, salesforce_->Count("SELECT COUNT() FROM Account"));
    SLUICE_ASSIGN(RunOutcome run, RunToItsEnd("account-to-tidb", in_salesforce_));
    SLUICE_RETURN_IF_ERROR(Expect(run.status == "Successful", run.message));
    in_run_record_ = run.records;
    Say("StartFlow account-to-tidb: " + run.status);
    return Done{};
  }

  // Starts a flow and follows its run record, with a bar where somebody is watching.
  Result<RunOutcome> RunToItsEnd(const std::string& flow, int64_t total) {
    SLUICE_ASSIGN(Object started, aws_->AppFlow("StartFlow", {{"flowName", flow}}));
    Deadline end = DeadlineAfter(10min);
    while (std::chrono::steady_clock::now() < end) {
      SLUICE_ASSIGN(Object answer, aws_->AppFlow("DescribeFlowExecutionRecords",
                                                 {{"flowName", flow}, {"maxResults", 1}}));
      RunOutcome run = Read(answer.at("flowExecutions").as_array().at(0).as_object());
      ShowProgress(run.records, total);
      if (run.status != "InProgress") {
        if (isatty(STDOUT_FILENO)) std::printf("\n");
        return run;
      }
      std::this_thread::sleep_for(50ms);
    }
    return ServiceUnavailable("the run did not end within ten minutes");
  }

  static RunOutcome Read(const Object& record) {
    RunOutcome run;
    run.status = json::FindString(record, "executionStatus").value_or("");
    if (const Object* result = json::FindObject(record, "executionResult")) {
      run.records = json::FindInt(*result, "recordsProcessed").value_or(0);
      if (const Object* error = json::FindObject(*result, "errorInfo")) {
        run.message = json::FindString(*error, "executionMessage").value_or("");
      }
    }
    return run;
  }

  static void ShowProgress(int64_t done, int64_t total) {
    if (!isatty(STDOUT_FILENO)) return;
    constexpr int64_t kWidth = 40;
    int64_t filled = total > 0 ? std::min(kWidth, kWidth * done / total) : 0;
    std::string bar;
    for (int64_t i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
    std::printf("\r    %s %lld of %lld records", bar.c_str(), static_cast<long long>(done),
                static_cast<long long>(total));
    std::fflush(stdout);
  }

  Status ShowTable() {
    Heading("6. Look into TiDB");
    SLUICE_RETURN_IF_ERROR(PrintTable("sf_account"));
    SLUICE_ASSIGN(int64_t in_tidb, CountRows("sf_account"));
    std::printf("  %lld rows: Salesforce has %lld, the run record says %lld, TiDB has %lld.\n",
                static_cast<long long>(in_tidb), static_cast<long long>(in_salesforce_),
                static_cast<long long>(in_run_record_), static_cast<long long>(in_tidb));
    return Expect(in_tidb == in_salesforce_ && in_tidb == in_run_record_, "the three don't agree");
  }

  Result<int64_t> CountRows(const std::string& table) {
    SLUICE_ASSIGN(auto rows, tidb_->Select("SELECT COUNT(*) FROM " + table));
    return std::stoll(rows.at(0).at(0).value());
  }

  Status PrintTable(const std::string& table) {
    const std::string select = "SELECT * FROM " + table;
    std::printf("  tutorial> %s;\n", select.c_str());
    SLUICE_ASSIGN(auto rows, tidb_->Select(select));
    std::vector<std::string> header;
    for (const FieldMapping& mapping : kMappings) header.emplace_back(mapping.destination);
    std::vector<std::vector<std::string>> cells;
    for (const tidb::TextRow& row : rows) {
      std::vector<std::string>& line = cells.emplace_back();
      for (const auto& value : row) line.push_back(value.value_or("NULL"));
    }
    std::printf("%s", TextTable(header, cells).c_str());
    return Done{};
  }

  Result<std::string> RatingOfEdge() {
    SLUICE_ASSIGN(
        auto rows,
        tidb_->Select(std::string("SELECT rating FROM sf_account WHERE id = '") + kEdge + "'"));
    return rows.empty() ? std::string("(no row)") : rows[0][0].value_or("NULL");
  }

  // What the tutorial says is possible too.
  Status GoBeyond() {
    Heading("7. Beyond the tutorial");
    SLUICE_RETURN_IF_ERROR(Filter());
    SLUICE_RETURN_IF_ERROR(InsertAgain());
    SLUICE_RETURN_IF_ERROR(ChangeAndRun("UPSERT", "Cold"));
    return ChangeAndRun("UPDATE", "Hot");
  }

  Status Filter() {
    std::string create = kCreateTable;
    create.replace(create.find("sf_account"), 10, "sf_account_hot");
    SLUICE_RETURN_IF_ERROR(tidb_->Execute(create));
    DemoFlow hot{.name = "hot-accounts-to-tidb", .table = "sf_account_hot", .only_rating = "Hot"};
    SLUICE_RETURN_IF_ERROR(aws_->AppFlow("CreateFlow", hot.ToJson()));
    SLUICE_ASSIGN(RunOutcome run, RunToItsEnd(hot.name, 2));
    SLUICE_ASSIGN(int64_t rows, CountRows(hot.table));
    SLUICE_RETURN_IF_ERROR(Expect(run.status == "Successful" && rows == 2, run.message));
    Say("The same flow with the filter Rating = Hot, applied by Salesforce: 2 records");
    return PrintTable(hot.table);
  }

  Status InsertAgain() {
    SLUICE_ASSIGN(RunOutcome run, RunToItsEnd("account-to-tidb", in_salesforce_));
    SLUICE_RETURN_IF_ERROR(
        Expect(run.status == "Error", "a second Insert run was not refused: " + run.message));
    Say("A second Insert run is refused, and says why:");
    std::printf("      %s\n", run.message.c_str());
    return Done{};
  }

  Status ChangeAndRun(const std::string& operation, const std::string& rating) {
    SLUICE_RETURN_IF_ERROR(salesforce_->Update("Account", kEdge, "Rating", rating));
    DemoFlow flow{.name = operation + "-account-to-tidb", .operation = operation};
    SLUICE_RETURN_IF_ERROR(aws_->AppFlow("CreateFlow", flow.ToJson()));
    SLUICE_ASSIGN(std::string before, RatingOfEdge());
    SLUICE_ASSIGN(RunOutcome run, RunToItsEnd(flow.name, in_salesforce_));
    SLUICE_ASSIGN(std::string after, RatingOfEdge());
    SLUICE_RETURN_IF_ERROR(Expect(run.status == "Successful" && after == rating, run.message));
    Say("Edge Communications rated " + rating + " in Salesforce, then an " + operation +
        " run: in TiDB '" + before + "' became '" + after + "'");
    return Done{};
  }

  static Status Expect(bool held, std::string message) {
    if (held) return Done{};
    return ServerError(std::move(message));
  }

  const DemoOptions options_;
  std::string connector_zip_;
  const std::unique_ptr<net::HttpClient> http_ = net::MakeCurlHttpClient();
  WorkFolder work_;  // Removed after the processes below have ended.
  std::unique_ptr<DemoTidb> tidb_;
  SalesforceLogin login_;
  std::unique_ptr<ChildProcess> sandbox_, service_;
  std::string sandbox_url_, service_url_;
  Secret console_link_;
  net::AccessKey key_;
  std::unique_ptr<AwsClient> aws_;
  std::unique_ptr<DemoSalesforce> salesforce_;
  int64_t in_salesforce_ = 0, in_run_record_ = 0;
};

// The way out on SIGINT and SIGTERM, whatever the tutorial is doing: nothing of it stays behind.
void LeaveOnSignal(const StopSignals& signals, const std::string& folder,
                   const std::atomic<bool>& finished) {
  signals.Wait();
  ChildProcess::KillAll();
  std::error_code ignored;  // What is left behind in a temporary folder does no harm.
  std::filesystem::remove_all(folder, ignored);
  std::printf("\nEnded.\n");
  std::fflush(stdout);
  constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells have it.
  _exit(finished ? 0 : kInterrupted);
}

}  // namespace

int Demo(const DemoOptions& options) {
  static const StopSignals signals;
  static std::atomic<bool> finished = false;
  std::printf(
      "TiDB's tutorial \"Integrate TiDB with Amazon AppFlow\", on this machine:\n"
      "Salesforce's Account object into the TiDB table sf_account.\n");
  Tutorial tutorial(options);
  std::thread([folder = tutorial.folder()] { LeaveOnSignal(signals, folder, finished); }).detach();
  Status status = tutorial.Run();
  std::fflush(stdout);
  if (!status.ok()) {
    std::fprintf(stderr, "\nsluice demo: %s\n", status.error().message.c_str());
    return 1;
  }
  if (options.keep) {
    finished = true;
    tutorial.PrintHowToReachIt();
    while (true) pause();
  }
  return 0;
}

}  // namespace sluice::bin
