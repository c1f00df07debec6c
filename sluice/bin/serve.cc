#include "sluice/bin/serve.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "sluice/api/appflow_api.h"
#include "sluice/base/log.h"
#include "sluice/base/uuid.h"
#include "sluice/bin/signals.h"
#include "sluice/connectors/all.h"
#include "sluice/functions/function_host.h"
#include "sluice/functions/function_keys.h"
#include "sluice/functions/lambda_api.h"
#include "sluice/functions/logs_api.h"
#include "sluice/net/aws_gateway.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/net/http_server.h"
#include "sluice/secrets/secrets_api.h"
#include "sluice/store/store.h"

namespace sluice::bin {
namespace {

constexpr size_t kAppFlowBodyLimit = 4 << 20;
constexpr size_t kSecretsBodyLimit = 1 << 20;
constexpr size_t kLogsBodyLimit = 1 << 20;

// The root's key and, behind it, the functions' own.
class AllKeys final : public net::AccessKeys {
 public:
  AllKeys(net::AccessKey root, const net::AccessKeys& functions)
      : root_(std::move(root)), functions_(functions) {}

  std::optional<net::AccessKey> Find(std::string_view access_key_id) const override {
    if (access_key_id == root_.id) return root_;
    return functions_.Find(access_key_id);
  }

 private:
  const net::AccessKey root_;
  const net::AccessKeys& functions_;
};

bool IsLoopback(std::string_view listen) {
  return listen.starts_with("127.") || listen.starts_with("[::1]:") ||
         listen.starts_with("localhost:");
}

// The folder, readable by its owner only.
Status MakeDataFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || chmod(path.c_str(), 0700) != 0) {
    return InvalidArgument("the data folder '" + path + "' can't be made or is not yours: " +
                           (error ? error.message() : std::string("chmod failed")));
  }
  return Done{};
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// "AKIA" and 16 capitals and digits, as AWS calls the ids of long-term keys.
std::string NewAccessKeyId() {
  std::string id = "AKIA" + RandomToken(16);
  std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return std::toupper(c); });
  return id;
}

struct RootKey {
  net::AccessKey key;
  bool is_new = false;
};

// From the environment, else the one made at the first start, which lies sealed in the store.
Result<RootKey> LoadRootKey(store::Store& store, const std::string& account) {
  RootKey root;
  root.key.principal = "arn:aws:iam::" + account + ":root";
  root.key.id = Environment("SLUICE_ACCESS_KEY_ID");
  root.key.secret = Secret(Environment("SLUICE_SECRET_ACCESS_KEY"));
  if (root.key.id.empty() != root.key.secret.empty()) {
    return InvalidArgument(
        "set both SLUICE_ACCESS_KEY_ID and SLUICE_SECRET_ACCESS_KEY, or neither of them");
  }
  if (!root.key.id.empty()) return root;

  // Settings are sealed in the store.
  static constexpr char kSetting[] = "root_access_key";
  SLUICE_ASSIGN(std::optional<std::string> kept, store.FindSetting(kSetting));
  root.is_new = !kept;
  if (!kept) {
    kept = NewAccessKeyId() + ":" + RandomToken(40);
    SLUICE_RETURN_IF_ERROR(store.PutSetting(kSetting, *kept));
  }
  const size_t colon = kept->find(':');
  root.key.id = kept->substr(0, colon);
  root.key.secret = Secret(kept->substr(colon + 1));
  return root;
}

class ServiceImpl final : public Service {
 public:
  Status Open(const ServeOptions& options) {
    SLUICE_RETURN_IF_ERROR(MakeDataFolder(options.data));
    SLUICE_ASSIGN(Secret master_key, secrets::LoadMasterKey(options.data + "/master.key"));
    SLUICE_ASSIGN(store_, store::Store::Open(options.data + "/sluice.db", master_key));
    secrets_ = std::make_unique<secrets::Secrets>(*store_, master_key, clock_, options.account);
    SLUICE_ASSIGN(RootKey root, LoadRootKey(*store_, options.account));
    http_ = net::MakeCurlHttpClient({.ca_file = options.ca_file});

    SLUICE_RETURN_IF_ERROR(Listen(options));
    SLUICE_RETURN_IF_ERROR(StartFunctions(options));
    keys_ = std::make_unique<AllKeys>(root.key, *function_keys_);
    RegisterAll(registry_, *functions_, *http_);
    StartApis(options);
    SLUICE_RETURN_IF_ERROR(runner_->RecoverUnfinishedRuns());
    ready_.store(true);
    if (root.is_new) PrintRootKey(root.key);
    return Done{};
  }

  std::string url() const override { return server_->url(); }

 private:
  // The functions must know the port, and the gateway must know the functions: so the server
  // listens first and answers 503 until everything stands behind it.
  Status Listen(const ServeOptions& options) {
    net::HttpServerOptions server;
    server.listen = options.listen;
    server.certificate_file = options.tls_certificate;
    server.private_key_file = options.tls_key;
    // A call of a function holds one while the function asks for its secret on another.
    server.workers = 64;
    server.body_limit = [this](const net::HttpRequest& head) {
      return ready_ ? gateway_->BodyLimit(head) : size_t{1} << 20;
    };
    server.too_large = [this](const net::HttpRequest& head, size_t limit) {
      return ready_ ? gateway_->TooLarge(head, limit) : net::HttpResponse{503, {}, ""};
    };
    SLUICE_ASSIGN(server_,
                  net::HttpServer::Start(
                      std::move(server), [this](net::HttpRequest request, net::Respond respond) {
                        respond(ready_ ? gateway_->Handle(request)
                                       : net::AwsError(503, "ServiceUnavailableException",
                                                       "The service is starting."));
                      }));
    return Done{};
  }

  Status StartFunctions(const ServeOptions& options) {
    functions::FunctionHostOptions host;
    host.data_dir = options.data + "/functions";
    host.endpoint_url = server_->url();
    host.ca_file = options.tls_certificate;
    host.region = options.region;
    host.account = options.account;
    host.python = options.python;
    SLUICE_ASSIGN(functions_, functions::FunctionHost::Start(std::move(host), *store_, clock_));
    function_keys_ = std::make_unique<functions::FunctionKeys>(*store_, options.account);
    return Done{};
  }

  void StartApis(const ServeOptions& options) {
    api::AppFlowParts parts{*store_, *secrets_, registry_, *functions_,
                            *http_,  *store_,   clock_,    options.account};
    accounts_ = api::MakeAccounts(parts);
    runner_ = flow::Runner::Make(*accounts_, *store_, clock_);
    policy_ = api::MakeSecretAccessPolicy(*store_, options.account);
    appflow_api_ = api::AppFlowApi::Make(parts, *accounts_, *runner_);
    secrets_api_ = std::make_unique<secrets::SecretsApi>(*secrets_, *policy_);
    lambda_api_ = std::make_unique<functions::LambdaApi>(*functions_, options.account);
    logs_api_ = std::make_unique<functions::LogsApi>(*store_);

    gateway_ = std::make_unique<net::AwsGateway>(*keys_, clock_);
    AddService("appflow", kAppFlowBodyLimit, *appflow_api_);
    AddService("secretsmanager", kSecretsBodyLimit, *secrets_api_);
    AddService("lambda", functions::kLambdaBodyLimit, *lambda_api_);
    AddService("logs", kLogsBodyLimit, *logs_api_);
  }

  template <class Api>
  void AddService(const char* name, size_t body_limit, Api& api) {
    gateway_->Add(name,
                  {body_limit, [&api](const net::HttpRequest& request, const net::Caller& caller) {
                     return api.Handle(request, caller);
                   }});
  }

  static void PrintRootKey(const net::AccessKey& key) {
    std::printf(
        "\nThis is the first start: here is the root's access key. It is shown only this once.\n"
        "  export AWS_ACCESS_KEY_ID=%s\n"
        "  export AWS_SECRET_ACCESS_KEY=%s\n",
        key.id.c_str(), key.secret.Reveal().c_str());
  }

  // Destroyed from the last to the first: the server stops taking requests before anything goes.
  SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<secrets::Secrets> secrets_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<functions::FunctionHost> functions_;
  std::unique_ptr<functions::FunctionKeys> function_keys_;
  std::unique_ptr<AllKeys> keys_;
  Registry registry_;
  std::unique_ptr<flow::Accounts> accounts_;
  std::unique_ptr<flow::Runner> runner_;
  std::unique_ptr<secrets::AccessPolicy> policy_;
  std::unique_ptr<api::AppFlowApi> appflow_api_;
  std::unique_ptr<secrets::SecretsApi> secrets_api_;
  std::unique_ptr<functions::LambdaApi> lambda_api_;
  std::unique_ptr<functions::LogsApi> logs_api_;
  std::unique_ptr<net::AwsGateway> gateway_;
  std::atomic<bool> ready_ = false;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace

Result<std::unique_ptr<Service>> Service::Start(const ServeOptions& options) {
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return InvalidArgument("--tls-certificate and --tls-key go together");
  }
  if (!IsLoopback(options.listen) && options.tls_certificate.empty() && !options.allow_plain_http) {
    return InvalidArgument(
        "refusing to listen on " + options.listen +
        " without TLS: passwords and records would cross the network in the clear. Give "
        "--tls-certificate and --tls-key, or --allow-plain-http behind a proxy that does TLS");
  }
  auto service = std::make_unique<ServiceImpl>();
  SLUICE_RETURN_IF_ERROR(service->Open(options));
  return std::unique_ptr<Service>(std::move(service));
}

int Serve(const ServeOptions& options) {
  StopSignals signals;
  auto service = Service::Start(options);
  if (!service.ok()) {
    std::fprintf(stderr, "sluice serve: %s\n", service.error().message.c_str());
    return 1;
  }
  std::printf(
      "\nSluice is ready. Data: %s\n"
      "  export AWS_ENDPOINT_URL=%s AWS_REGION=%s\n"
      "  aws appflow list-flows\n",
      std::filesystem::absolute(options.data).c_str(), (*service)->url().c_str(),
      options.region.c_str());
  std::fflush(stdout);
  signals.Wait();
  std::printf("Stopping.\n");
  return 0;
}

}  // namespace sluice::bin
