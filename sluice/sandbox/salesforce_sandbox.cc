#include "sluice/sandbox/salesforce_sandbox.h"

#include <thread>

#include "sluice/base/json.h"
#include "sluice/sandbox/org.h"
#include "sluice/sandbox/record_id.h"
#include "sluice/sandbox/rest_api.h"
#include "sluice/sandbox/sample_data.h"

namespace sluice::sandbox {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr size_t kLargestBody = 16 << 20;

class Server final : public SalesforceSandbox {
 public:
  explicit Server(SalesforceSandboxOptions options)
      : has_tls_(!options.certificate_file.empty()),
        oauth_(options.oauth, clock_),
        rest_(org_, clock_, options.daily_requests) {}

  Status Fill(const SalesforceSandboxOptions& options) {
    org_.AddUser(options.oauth.user_name, clock_.Now());
    oauth_.SetIdentity(MakeRecordId("00D", 1), org_.user_id());
    AddSampleAccounts(org_);
    for (const auto& [object, count] : options.records) {
      if (!AddMadeUpRecords(org_, object, count, options.seed)) {
        return InvalidArgument("the sandbox can't make up records of '" + object +
                               "', only of Account and Contact");
      }
    }
    return Done{};
  }

  Status Listen(const SalesforceSandboxOptions& options) {
    net::HttpServerOptions server;
    server.listen = options.listen;
    server.certificate_file = options.certificate_file;
    server.private_key_file = options.private_key_file;
    server.body_limit = [](const HttpRequest&) { return kLargestBody; };
    server.too_large = [](const HttpRequest&, size_t limit) {
      return ErrorReply(
          {413, "REQUEST_TOO_LARGE", "a request may have " + std::to_string(limit) + " bytes"});
    };
    SLUICE_ASSIGN(server_, net::HttpServer::Start(std::move(server), [this](HttpRequest request,
                                                                            net::Respond respond) {
                    respond(Answer(request));
                  }));
    return Done{};
  }

  std::string url() const override { return server_->url(); }
  void Inject(Fault fault) override { faults_.Inject(std::move(fault)); }
  void RevokeSessions() override { oauth_.RevokeSessions(); }
  std::map<std::string, int64_t, std::less<>> requests() const override { return counts_.counts(); }

 private:
  HttpResponse Answer(const HttpRequest& request) {
    std::string_view path = request.path();
    if (path.starts_with("/sandbox/")) return Control(request);
    counts_.Count(path);
    if (auto fault = faults_.Take(path)) {
      std::this_thread::sleep_for(fault->delay);
      if (fault->status) return FaultReply(*fault);
    }
    if (path == "/services/data" || path.starts_with("/services/data/")) {
      return rest_.Handle(request, oauth_.IsAuthorized(request));
    }
    if (auto reply = oauth_.Handle(request, BaseUrl(request))) return *reply;
    return ErrorReply({404, "NOT_FOUND", "The requested resource does not exist"});
  }

  HttpResponse Control(const HttpRequest& request) {
    std::string_view path = request.path();
    if (path == "/sandbox/requests" && request.method == "GET") {
      json::Object counts;
      for (const auto& [name, count] : counts_.counts()) counts[name] = count;
      return {200, {{"Content-Type", "application/json"}}, json::ToText(counts)};
    }
    if (path == "/sandbox/revoke-sessions" && request.method == "POST") {
      RevokeSessions();
      return {204, {}, ""};
    }
    if (path == "/sandbox/faults" && request.method == "POST") {
      auto fault = ParseFault(request.body);
      if (!fault.ok()) return ErrorReply({400, "JSON_PARSER_ERROR", fault.error().message});
      Inject(*std::move(fault));
      return {204, {}, ""};
    }
    return ErrorReply({404, "NOT_FOUND", "The sandbox's own requests are in sandbox/faults.h"});
  }

  // As the client calls us, so that its certificate check and its next request agree.
  std::string BaseUrl(const HttpRequest& request) const {
    const std::string* host = request.headers.Find("Host");
    return host ? (has_tls_ ? "https://" : "http://") + *host : url();
  }

  const bool has_tls_;
  SystemClock clock_;
  Org org_;
  OAuth oauth_;
  RestApi rest_;
  Faults faults_;
  RequestCounts counts_;
  std::unique_ptr<net::HttpServer> server_;  // Last: its threads use all of the above.
};

}  // namespace

Result<std::unique_ptr<SalesforceSandbox>> SalesforceSandbox::Start(
    SalesforceSandboxOptions options) {
  auto server = std::make_unique<Server>(options);
  SLUICE_RETURN_IF_ERROR(server->Fill(options));
  SLUICE_RETURN_IF_ERROR(server->Listen(options));
  return std::unique_ptr<SalesforceSandbox>(std::move(server));
}

}  // namespace sluice::sandbox
