#include "sluice/bin/serve.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "sluice/api/appflow_api.h"
#include "sluice/base/encoding.h"
#include "sluice/base/log.h"
#include "sluice/base/uuid.h"
#include "sluice/bin/error_files.h"
#include "sluice/bin/signals.h"
#include "sluice/connectors/all.h"
#include "sluice/console/console.h"
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

// "<id>:<secret>"; the store seals its settings.
constexpr char kRootKeySetting[] = "root_access_key";

constexpr size_t kAppFlowBodyLimit = 4 << 20;
constexpr size_t kSecretsBodyLimit = 1 << 20;
constexpr size_t kLogsBodyLimit = 1 << 20;
constexpr size_t kConsoleBodyLimit = 16 << 10;

// The root's key and, behind it, those of the console's sessions and the functions' own.
class AllKeys final : public net::AccessKeys {
 public:
  AllKeys(net::AccessKey root, const net::AccessKeys& sessions, const net::AccessKeys& functions)
      : root_(std::move(root)), sessions_(sessions), functions_(functions) {}

  std::optional<net::AccessKey> Find(std::string_view access_key_id) const override {
    if (access_key_id == root_.id) return root_;
    auto session = sessions_.Find(access_key_id);
    return session ? session : functions_.Find(access_key_id);
  }

 private:
  const net::AccessKey root_;
  const net::AccessKeys& sessions_;
  const net::AccessKeys& functions_;
};

bool IsLoopback(std::string_view listen) {
  return listen.starts_with("127.") || listen.starts_with("[::1]:");
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

// Where S3's buckets are: folders of the data folder, unless somewhere else was said.
std::string UrlOfBuckets(const ServeOptions& options) {
  if (!options.s3.empty()) return options.s3;
  return "file://" + PercentEncode(std::filesystem::absolute(options.data).string() + "/buckets");
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

// From the environment, else the one kept from the first start, else a new one.
Result<RootKey> FindOrMakeRootKey(store::Store& store, const std::string& account) {
  RootKey root;
  root.key.principal = "arn:aws:iam::" + account + ":root";
  root.key.id = Environment("SLUICE_ACCESS_KEY_ID");
  root.key.secret = Secret(Environment("SLUICE_SECRET_ACCESS_KEY"));
  if (root.key.id.empty() != root.key.secret.empty()) {
    return InvalidArgument(
        "set both SLUICE_ACCESS_KEY_ID and SLUICE_SECRET_ACCESS_KEY, or neither of them");
  }
  if (!root.key.id.empty()) return root;

  SLUICE_ASSIGN(std::optional<std::string> kept, store.FindSetting(kRootKeySetting));
  root.is_new = !kept;
  const size_t colon = kept ? kept->find(':') : 0;
  root.key.id = kept ? kept->substr(0, colon) : NewAccessKeyId();
  root.key.secret = Secret(kept ? kept->substr(colon + 1) : RandomToken(40));
  return root;
}

Status KeepRootKey(store::Store& store, const net::AccessKey& key) {
  return store.PutSetting(kRootKeySetting, key.id + ":" + key.secret.Reveal());
}

class ServiceImpl final : public Service {
 public:
  // Calls that are under way would otherwise be waited for, as long as the function may take.
  ~ServiceImpl() override {
    if (functions_) functions_->Stop();
  }

  Status Open(const ServeOptions& options) {
    SLUICE_RETURN_IF_ERROR(MakeDataFolder(options.data));
    SLUICE_ASSIGN(Secret master_key, secrets::LoadMasterKey(options.data + "/master.key"));
    SLUICE_ASSIGN(store_, store::Store::Open(options.data + "/sluice.db", master_key));
    secrets_ = std::make_unique<secrets::Secrets>(*store_, master_key, clock_, options.account);
    policy_ = api::MakeSecretAccessPolicy(*store_, options.account);
    secrets_api_ = std::make_unique<secrets::SecretsApi>(*secrets_, *policy_);
    SLUICE_RETURN_IF_ERROR(StartFunctions(options));
    SLUICE_RETURN_IF_ERROR(StartApis(options));

    SLUICE_ASSIGN(RootKey root, FindOrMakeRootKey(*store_, options.account));
    root_principal_ = root.key.principal;
    keys_ = std::make_unique<AllKeys>(root.key, sessions_, *function_keys_);
    console_ = std::make_unique<console::Console>(
        options.console_files,
        console::DoorsOptions{options.account, options.region, !options.tls_certificate.empty()},
        sessions_, *store_, *runner_);
    login_link_life_ = options.login_link_life;
    SLUICE_RETURN_IF_ERROR(Listen(options));
    // Only now that nothing can fail any more: a key that is kept must have been shown.
    if (root.is_new) {
      SLUICE_RETURN_IF_ERROR(KeepRootKey(*store_, root.key));
      PrintRootKey(root.key);
    }
    return Done{};
  }

  std::string url() const override { return server_->url(); }

  Secret NewLoginToken() override { return sessions_.NewLink(root_principal_, login_link_life_); }

 private:
  // The functions ask for their secrets at a door of their own: loopback, whatever the service
  // listens on, and with threads of its own, so that calls which wait for functions can't starve
  // it.
  Status StartFunctions(const ServeOptions& options) {
    function_keys_ = std::make_unique<functions::FunctionKeys>(*store_, options.account);
    function_gateway_ = std::make_unique<net::AwsGateway>(*function_keys_, clock_);
    AddService(*function_gateway_, "secretsmanager", kSecretsBodyLimit, *secrets_api_);
    SLUICE_ASSIGN(function_server_, StartServer({}, *function_gateway_));

    functions::FunctionHostOptions host;
    host.data_dir = options.data + "/functions";
    host.endpoint_url = function_server_->url();
    host.region = options.region;
    host.account = options.account;
    host.python = options.python;
    SLUICE_ASSIGN(functions_, functions::FunctionHost::Start(std::move(host), *store_, clock_));
    return Done{};
  }

  Status StartApis(const ServeOptions& options) {
    http_ = net::MakeCurlHttpClient({.ca_file = options.ca_file});
    auto buckets = s3::OpenObjectStore({UrlOfBuckets(options), options.region}, http_);
    if (!buckets.ok()) return WithContext(buckets.error(), "--s3 " + options.s3);
    buckets_ = *std::move(buckets);
    error_files_ = std::make_unique<StoredErrorFiles>(*buckets_);
    RegisterAll(registry_, *functions_, *http_, buckets_);
    metrics_ = api::Metrics::Make(clock_);
    api::AppFlowParts parts{*store_, *secrets_, registry_, *functions_,    *http_,
                            *store_, *metrics_, clock_,    options.account};
    accounts_ = api::MakeAccounts(parts);
    // More at once than there are cores costs memory and gains little.
    int cores = static_cast<int>(std::thread::hardware_concurrency());
    flow::RunnerOptions runs{.partitions = std::clamp(cores, 2, 8)};
    runner_ = flow::Runner::Make(*accounts_, *store_, *error_files_, *metrics_, clock_, runs);
    appflow_api_ = api::AppFlowApi::Make(parts, *accounts_, *runner_);
    lambda_api_ = std::make_unique<functions::LambdaApi>(*functions_, options.account);
    logs_api_ = std::make_unique<functions::LogsApi>(*store_);
    return api::GoOnWithRuns(parts, *runner_);
  }

  // Prometheus scrapes without a signature, and browsers have none before somebody logs in.
  std::optional<net::HttpResponse> AnswerUnsigned(const net::HttpRequest& request) {
    if (request.method != "GET" || request.path() != "/metrics") {
      return console_->AnswerUnsigned(request);
    }
    if (!has_open_metrics_) {
      return net::HttpResponse{
          403,
          {{"Content-Type", "text/plain; charset=utf-8"}},
          "The metrics name flows, and this service listens beyond this machine. Start it with "
          "--public-metrics to show them to everybody who can reach it.\n"};
    }
    return net::HttpResponse{
        200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, metrics_->Text()};
  }

  // A function's own key is for its secrets: it opens no session.
  net::HttpResponse AnswerConsole(const net::HttpRequest& request, const net::Caller& caller) {
    if (!functions::FunctionOfPrincipal(caller.principal)) {
      return console_->Handle(request, caller);
    }
    return net::AwsError(403, "AccessDeniedException",
                         "The keys of functions may not use the console.");
  }

  Status Listen(const ServeOptions& options) {
    gateway_ = std::make_unique<net::AwsGateway>(*keys_, clock_);
    has_open_metrics_ = options.public_metrics || IsLoopback(options.listen);
    gateway_->SetUnsignedHandler(
        [this](const net::HttpRequest& request) { return AnswerUnsigned(request); });
    AddService(*gateway_, "appflow", kAppFlowBodyLimit, *appflow_api_);
    AddService(*gateway_, "secretsmanager", kSecretsBodyLimit, *secrets_api_);
    AddService(*gateway_, "lambda", functions::kLambdaBodyLimit, *lambda_api_);
    AddService(*gateway_, "logs", kLogsBodyLimit, *logs_api_);
    gateway_->Add(console::kServiceName, {kConsoleBodyLimit, [this](const net::HttpRequest& request,
                                                                    const net::Caller& caller) {
                                            return AnswerConsole(request, caller);
                                          }});

    net::HttpServerOptions server;
    server.listen = options.listen;
    server.certificate_file = options.tls_certificate;
    server.private_key_file = options.tls_key;
    server.workers = 64;  // Each call that waits for a connector holds one.
    SLUICE_ASSIGN(server_, StartServer(std::move(server), *gateway_));
    return Done{};
  }

  static Result<std::unique_ptr<net::HttpServer>> StartServer(net::HttpServerOptions options,
                                                              net::AwsGateway& gateway) {
    options.body_limit = [&gateway](const net::HttpRequest& head) {
      const size_t limit = gateway.BodyLimit(head);
      bool is_replay = limit == kAppFlowBodyLimit && head.path() == api::kReplayRecordsPath;
      return is_replay ? api::kReplayRecordsBodyLimit : limit;
    };
    options.too_large = [&gateway](const net::HttpRequest& head, size_t limit) {
      return gateway.TooLarge(head, limit);
    };
    return net::HttpServer::Start(std::move(options),
                                  [&gateway](net::HttpRequest request, net::Respond respond) {
                                    respond(gateway.Handle(request));
                                  });
  }

  template <class Api>
  static void AddService(net::AwsGateway& gateway, const char* name, size_t body_limit, Api& api) {
    gateway.Add(name,
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

  // Destroyed from the last to the first: the servers stop taking requests before anything goes.
  SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<secrets::Secrets> secrets_;
  std::unique_ptr<secrets::AccessPolicy> policy_;
  std::unique_ptr<secrets::SecretsApi> secrets_api_;
  std::unique_ptr<functions::FunctionKeys> function_keys_;
  std::unique_ptr<net::AwsGateway> function_gateway_;
  std::unique_ptr<net::HttpServer> function_server_;
  std::unique_ptr<functions::FunctionHost> functions_;
  std::shared_ptr<net::HttpClient> http_;
  Registry registry_;
  std::unique_ptr<flow::Accounts> accounts_;
  std::shared_ptr<s3::ObjectStore> buckets_;
  std::unique_ptr<flow::ErrorFiles> error_files_;
  std::unique_ptr<api::Metrics> metrics_;
  std::unique_ptr<flow::Runner> runner_;
  std::unique_ptr<api::AppFlowApi> appflow_api_;
  std::unique_ptr<functions::LambdaApi> lambda_api_;
  std::unique_ptr<functions::LogsApi> logs_api_;
  bool has_open_metrics_ = false;
  console::Sessions sessions_{clock_};
  std::string root_principal_;
  std::chrono::minutes login_link_life_{};
  std::unique_ptr<AllKeys> keys_;
  std::unique_ptr<console::Console> console_;
  std::unique_ptr<net::AwsGateway> gateway_;
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
  const std::string url = (*service)->url();
  std::printf(
      "\nSluice is ready. Data: %s\n"
      "  export AWS_ENDPOINT_URL=%s AWS_REGION=%s\n"
      "  aws appflow list-flows\n"
      "Console: %s/#/login/%s  (works once, within %lld minutes)\n",
      std::filesystem::absolute(options.data).c_str(), url.c_str(), options.region.c_str(),
      url.c_str(), (*service)->NewLoginToken().Reveal().c_str(),
      static_cast<long long>(options.login_link_life.count()));
  std::fflush(stdout);
  signals.Wait();
  std::printf("Stopping.\n");
  return 0;
}

}  // namespace sluice::bin
