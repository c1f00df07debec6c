// What the engine costs for keeping record of its progress: copies the rows of one folder of CSV
// files into a TiDB table once, as a flow of the service does, or without saving any progress.
// Prints a JSON object.

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>

#include "sluice/base/json.h"
#include "sluice/connectors/s3/s3_connector.h"
#include "sluice/connectors/tidb/tidb_connector.h"
#include "sluice/flow/runner.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/secrets/master_key.h"
#include "sluice/store/store.h"

namespace sluice {
namespace {

struct Options {
  std::string data, object_store, bucket, prefix, credentials_file, table;
  bool without_checkpoints = false;
};

// All that a run remembers goes to another one, but for its progress where that isn't wanted.
class Checkpoints final : public flow::RunStore {
 public:
  Checkpoints(flow::RunStore& store, bool are_saved) : store_(store), are_saved_(are_saved) {}

  int saved() const { return saved_; }

  Status SaveProgress(const flow::RunRecord& run, const std::string& partition,
                      const Position& durable, bool is_finished,
                      const std::vector<RejectedRow>& rejected) override {
    if (!are_saved_) return Done{};
    ++saved_;
    return store_.SaveProgress(run, partition, durable, is_finished, rejected);
  }

  Result<bool> BeginRun(const flow::RunRecord& run,
                        const std::vector<Partition>& partitions) override {
    return store_.BeginRun(run, partitions);
  }
  Status SavePartitions(const std::string& execution_id,
                        const std::vector<Partition>& partitions) override {
    return store_.SavePartitions(execution_id, partitions);
  }
  Result<std::vector<flow::PartitionProgress>> LoadPartitions(
      const std::string& execution_id) override {
    return store_.LoadPartitions(execution_id);
  }
  Result<bool> StartCancel(const std::string& execution_id) override {
    return store_.StartCancel(execution_id);
  }
  Status FinishRun(const flow::RunRecord& run) override { return store_.FinishRun(run); }
  Result<std::optional<flow::RunRecord>> FindRun(const std::string& execution_id) override {
    return store_.FindRun(execution_id);
  }
  Result<std::vector<flow::RunRecord>> ListRuns(const std::string& flow_name, int64_t limit,
                                                const std::string& before) override {
    return store_.ListRuns(flow_name, limit, before);
  }
  Result<std::vector<flow::RunRecord>> ListAllRuns(Time started_after,
                                                   const std::optional<flow::RunPlace>& before,
                                                   int64_t limit) override {
    return store_.ListAllRuns(started_after, before, limit);
  }
  Result<std::vector<flow::RunRecord>> UnfinishedRuns() override { return store_.UnfinishedRuns(); }
  Result<std::vector<flow::RefusedRecord>> ListRefused(const std::string& execution_id,
                                                       int64_t offset, int64_t limit) override {
    return store_.ListRefused(execution_id, offset, limit);
  }

  Status MarkReplayed(const std::vector<flow::RefusedRecord>& records,
                      const std::string& execution_id) override {
    return store_.MarkReplayed(records, execution_id);
  }
  Status DeleteRunsOf(const std::string& flow_name) override {
    return store_.DeleteRunsOf(flow_name);
  }

 private:
  flow::RunStore& store_;
  const bool are_saved_;
  std::atomic<int> saved_ = 0;
};

class FixedCredentials final : public CredentialSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> Load() override { return credentials_; }
  Status Save(const Credentials&) override { return Done{}; }

 private:
  const Credentials credentials_;
};

class TwoAccounts final : public flow::Accounts {
 public:
  TwoAccounts(const Registry& registry, std::shared_ptr<CredentialSource> tidb)
      : registry_(registry), tidb_(std::move(tidb)) {}

  Result<std::unique_ptr<Connector>> Open(const flow::Endpoint& endpoint) override {
    return registry_.Open(endpoint.connector_type,
                          {.settings = endpoint.settings, .credentials = tidb_});
  }

 private:
  const Registry& registry_;
  const std::shared_ptr<CredentialSource> tidb_;
};

class NoErrorFiles final : public flow::ErrorFiles {
 public:
  Status Write(const std::string&, const std::string&, const std::string&) override {
    return ServerError("a record was refused");
  }
};

// Told the end of the run.
class End final : public flow::RunObserver {
 public:
  flow::RunRecord Wait() { return ended_.get_future().get(); }
  void OnRunEnded(const flow::RunRecord& run) override { ended_.set_value(run); }

 private:
  std::promise<flow::RunRecord> ended_;
};

Result<Credentials> ReadCredentials(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  SLUICE_ASSIGN(json::Object members, json::ParseObject(text.str()));
  Credentials credentials{.type = AuthenticationType::kCustom, .custom_type = "JDBC"};
  for (const auto& [name, value] : members) {
    credentials.values[name] = Secret(std::string(value.as_string()));
  }
  return credentials;
}

flow::Flow CsvToTidb(const Options& options) {
  flow::Flow flow{.name = "csv-tidb"};
  flow.source.connector_type = "S3";
  flow.source.entity = options.bucket + "/" + options.prefix;
  flow.source.settings = {{"bucketName", options.bucket},
                          {"bucketPrefix", options.prefix},
                          {"s3InputFormatConfig.s3InputFileType", "CSV"}};
  flow.destination.connector_type = "TiDB";
  flow.destination.entity = options.table;
  flow.destination.stop_on_error = true;
  flow.tasks = {{.type = flow::TaskType::kMapAll}};
  return flow;
}

Result<json::Object> Run(const Options& options) {
  SLUICE_ASSIGN(Credentials credentials, ReadCredentials(options.credentials_file));
  std::shared_ptr<net::HttpClient> http = net::MakeCurlHttpClient();
  SLUICE_ASSIGN(auto objects, s3::OpenObjectStore({.url = options.object_store}, http));
  Registry registry;
  s3::Register(registry, objects);
  tidb_connector::Register(registry);
  TwoAccounts accounts(registry, std::make_shared<FixedCredentials>(std::move(credentials)));
  SLUICE_ASSIGN(Secret master_key, secrets::LoadMasterKey(options.data + "/master.key"));
  SLUICE_ASSIGN(auto store, store::Store::Open(options.data + "/sluice.db", master_key));
  Checkpoints checkpoints(*store, !options.without_checkpoints);
  NoErrorFiles error_files;
  End end;
  SystemClock clock;
  auto runner = flow::Runner::Make(accounts, checkpoints, error_files, end, clock);

  auto began = std::chrono::steady_clock::now();
  SLUICE_RETURN_IF_ERROR(runner->Start(CsvToTidb(options), "{}"));
  flow::RunRecord run = end.Wait();
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (run.status != flow::RunStatus::kSuccessful) return ServerError(run.message);
  return json::Object{{"seconds", seconds.count()},
                      {"rows", run.counts.records_processed},
                      {"checkpoints", checkpoints.saved()}};
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Copies CSV files into a TiDB table, with or without checkpoints");
  app.add_option("--data", options.data, "Folder for what is remembered")->required();
  app.add_option("--object-store", options.object_store, "file:///folder or an endpoint")
      ->required();
  app.add_option("--bucket", options.bucket)->required();
  app.add_option("--prefix", options.prefix)->required();
  app.add_option("--credentials", options.credentials_file, "JSON, as a connector profile has them")
      ->required();
  app.add_option("--table", options.table)->required();
  app.add_flag("--without-checkpoints", options.without_checkpoints);
  CLI11_PARSE(app, argc, argv);

  auto measured = Run(options);
  if (!measured.ok()) {
    std::cerr << "engine_driver: " << measured.error().message << "\n";
    return 1;
  }
  std::cout << json::ToText(*measured) << "\n";
  return 0;
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) { return sluice::Main(argc, argv); }
