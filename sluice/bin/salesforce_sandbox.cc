#include "sluice/bin/salesforce_sandbox.h"

#include <charconv>
#include <cstdio>

#include "sluice/bin/signals.h"
#include "sluice/sandbox/salesforce_sandbox.h"

namespace sluice::bin {
namespace {

// "Account=20000".
Result<std::pair<std::string, int64_t>> ParseRecords(const std::string& text) {
  size_t equals = text.find('=');
  int64_t count = -1;
  if (equals != std::string::npos) {
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data() + equals + 1, end, count);
    if (error != std::errc() || stop != end) count = -1;
  }
  if (equals == 0 || count < 0) {
    return InvalidArgument("--records '" + text + "': write OBJECT=N, e.g. Account=20000");
  }
  return std::pair(text.substr(0, equals), count);
}

Result<std::unique_ptr<sandbox::SalesforceSandbox>> Start(const SalesforceSandboxOptions& options) {
  sandbox::SalesforceSandboxOptions server;
  server.listen = options.listen;
  server.certificate_file = options.tls_certificate;
  server.private_key_file = options.tls_key;
  server.oauth.user_name = options.user;
  server.oauth.password = Secret(options.password);
  server.oauth.client_id = options.client_id;
  server.oauth.client_secret = Secret(options.client_secret);
  server.oauth.session_length = std::chrono::seconds(options.session_seconds);
  for (const std::string& text : options.records) {
    SLUICE_ASSIGN(auto records, ParseRecords(text));
    server.records.insert(std::move(records));
  }
  return sandbox::SalesforceSandbox::Start(std::move(server));
}

}  // namespace

int ServeSalesforceSandbox(const SalesforceSandboxOptions& options) {
  StopSignals signals;
  auto server = Start(options);
  if (!server.ok()) {
    std::fprintf(stderr, "sluice sandbox salesforce: %s\n", server.error().message.c_str());
    return 1;
  }
  const SalesforceSandboxOptions defaults;
  std::printf(
      "Salesforce sandbox at %s\n  user %s, password %s\n  client id %s, client secret %s\n",
      (*server)->url().c_str(), options.user.c_str(),
      options.password == defaults.password ? defaults.password.c_str() : "(as given)",
      options.client_id.c_str(),
      options.client_secret == defaults.client_secret ? defaults.client_secret.c_str()
                                                      : "(as given)");
  std::fflush(stdout);
  signals.Wait();
  return 0;
}

}  // namespace sluice::bin
