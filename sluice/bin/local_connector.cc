#include "sluice/bin/local_connector.h"

#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>

#include "sluice/base/uuid.h"
#include "sluice/functions/function_host.h"
#include "sluice/functions/function_keys.h"
#include "sluice/net/aws_gateway.h"
#include "sluice/secrets/secrets_api.h"
#include "sluice/store/store.h"

extern char** environ;

namespace sluice::bin {
namespace {

constexpr char kName[] = "connector";
constexpr char kAccount[] = "000000000000";
constexpr char kRegion[] = "us-east-1";
constexpr size_t kSecretsBodyLimit = 1 << 20;
// How much a connector needs is its author's business; it is not to fail here for that.
constexpr int kMemoryMb = 3008;

// Every secret here was made for this connector.
class OwnSecrets final : public secrets::AccessPolicy {
 public:
  bool MayRead(const net::Caller&, const std::string&) override { return true; }
  bool MayManage(const net::Caller&) override { return false; }
};

class TemporaryFolder {
 public:
  Status Make() {
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "sluice-XXXXXX").string();
    if (error || !mkdtemp(path.data())) {
      return ServiceUnavailable("no folder can be made in the one for temporary files (TMPDIR)");
    }
    path_ = path;
    return Done{};
  }
  ~TemporaryFolder() {
    std::error_code ignored;  // It is in the folder for what may be removed.
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// For a shell, as one word.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// A bootstrap that becomes the command.
std::string Script(const std::vector<std::string>& command) {
  const std::string here = std::filesystem::current_path().string();
  std::string script =
      "#!/bin/sh\ncd " + Quoted(here) + "\nexport LAMBDA_TASK_ROOT=" + Quoted(here);
  if (!getenv("LD_LIBRARY_PATH")) script += "\nunset LD_LIBRARY_PATH";
  script += "\nexec";
  for (const std::string& word : command) script += ' ' + Quoted(word);
  return script + "\n";
}

// This process's environment, but for what would lead an AWS SDK elsewhere than to us.
std::map<std::string, std::string> OwnEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    const std::string name(text.substr(0, equals));
    if (equals != text.npos && !name.starts_with("AWS_")) variables[name] = text.substr(equals + 1);
  }
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    std::string& hosts = variables[name];
    hosts += std::string(hosts.empty() ? "" : ",") + "127.0.0.1";
  }
  return variables;
}

Result<std::string> ZipOf(const std::string& bootstrap) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* out = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_t* archive = out ? zip_open_from_source(out, ZIP_TRUNCATE, &error) : nullptr;
  if (!archive) {
    zip_source_free(out);
    return ServerError("a zip can't be made in memory: " + std::string(zip_error_strerror(&error)));
  }
  zip_source_keep(out);
  zip_source_t* in = zip_source_buffer(archive, bootstrap.data(), bootstrap.size(), 0);
  const zip_int64_t index = zip_file_add(archive, "bootstrap", in, 0);
  zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                   0100755u << 16);
  zip_stat_t stat;
  std::string bytes;
  if (zip_close(archive) == 0 && zip_source_stat(out, &stat) == 0 && zip_source_open(out) == 0) {
    bytes.resize(stat.size);
    zip_source_read(out, bytes.data(), bytes.size());
    zip_source_close(out);
  }
  zip_source_free(out);
  if (bytes.empty()) return ServerError("a zip can't be made in memory");
  return bytes;
}

class LocalConnectorImpl final : public LocalConnector {
 public:
  // Calls under way would otherwise be waited for.
  ~LocalConnectorImpl() override {
    if (host_) host_->Stop();
  }

  Status Open(const Code& code) {
    SLUICE_RETURN_IF_ERROR(folder_.Make());
    const Secret master_key(RandomBytes(32));
    SLUICE_ASSIGN(store_, store::Store::Open(folder_.path() + "/sluice.db", master_key));
    secrets_ = std::make_unique<secrets::Secrets>(*store_, master_key, clock_, kAccount);
    secrets_api_ = std::make_unique<secrets::SecretsApi>(*secrets_, policy_);
    keys_ = std::make_unique<functions::FunctionKeys>(*store_, kAccount);
    SLUICE_RETURN_IF_ERROR(Listen());

    functions::FunctionHostOptions host;
    host.data_dir = folder_.path();
    host.endpoint_url = server_->url();
    host.region = kRegion;
    host.account = kAccount;
    host.python = code.python;
    SLUICE_ASSIGN(host_, functions::FunctionHost::Start(std::move(host), *store_, clock_));

    functions::Function function;
    function.name = kName;
    function.runtime = code.runtime;
    function.handler = code.handler;
    function.timeout_s = code.time_limit_s;
    function.memory_mb = kMemoryMb;
    zip_ = code.zip;
    if (!code.command.empty()) {
      SLUICE_ASSIGN(zip_, ZipOf(Script(code.command)));
      function.environment = OwnEnvironment();
    }
    SLUICE_ASSIGN(function, host_->Create(function, zip_));
    arn_ = function.arn;
    return Done{};
  }

  std::string arn() const override { return arn_; }

  Result<std::string> PutSecret(const std::string& name, const Secret& text) override {
    // AppFlow's prefix, which connectors' policies name.
    return secrets_->Create(kRegion, "appflow!" + std::string(kAccount) + "-kit-" + name, text);
  }

  Status Renew() override {
    SLUICE_ASSIGN(functions::Function renewed, host_->UpdateCode(kName, zip_));
    return renewed.arn == arn_ ? Status(Done{}) : ServerError("the function was replaced");
  }

  Result<std::string> ReadLog() override {
    functions::FunctionStore::LogQuery query;
    query.log_group = std::string("/aws/lambda/") + kName;
    query.limit = 1'000'000;
    SLUICE_ASSIGN(std::vector<functions::LogEvent> events, store_->FindLog(query));
    std::string log;
    for (const functions::LogEvent& event : events) log += event.message + '\n';
    return log;
  }

  Result<std::string> Invoke(std::string_view function_arn, std::string_view payload,
                             Deadline deadline) override {
    return host_->Invoke(function_arn, payload, deadline);
  }

 private:
  Status Listen() {
    gateway_ = std::make_unique<net::AwsGateway>(*keys_, clock_);
    gateway_->Add("secretsmanager", {kSecretsBodyLimit, [this](const net::HttpRequest& request,
                                                               const net::Caller& caller) {
                                       return secrets_api_->Handle(request, caller);
                                     }});
    SLUICE_ASSIGN(
        server_, net::HttpServer::Start({}, [this](net::HttpRequest request, net::Respond respond) {
          respond(gateway_->Handle(request));
        }));
    return Done{};
  }

  // Destroyed from the last to the first.
  TemporaryFolder folder_;
  SystemClock clock_;
  OwnSecrets policy_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<secrets::Secrets> secrets_;
  std::unique_ptr<secrets::SecretsApi> secrets_api_;
  std::unique_ptr<functions::FunctionKeys> keys_;
  std::unique_ptr<net::AwsGateway> gateway_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<functions::FunctionHost> host_;
  std::string zip_, arn_;
};

}  // namespace

Result<std::unique_ptr<LocalConnector>> LocalConnector::Start(const Code& code) {
  auto connector = std::make_unique<LocalConnectorImpl>();
  SLUICE_RETURN_IF_ERROR(connector->Open(code));
  return std::unique_ptr<LocalConnector>(std::move(connector));
}

}  // namespace sluice::bin
