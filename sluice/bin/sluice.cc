// The program `sluice`: its command line.

#include <CLI/CLI.hpp>

#include "sluice/bin/demo.h"
#include "sluice/bin/local_tidb.h"
#include "sluice/bin/salesforce_sandbox.h"
#include "sluice/bin/serve.h"
#include "sluice/connector/symbols.h"

namespace sluice::bin {
namespace {

// What was chosen on the command line: returns the exit status.
using Command = std::function<int()>;

void AddServe(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* serve = app.add_subcommand("serve", "The service: AppFlow's API and all behind it");
  serve->footer(
      "The root's access key is taken from SLUICE_ACCESS_KEY_ID and SLUICE_SECRET_ACCESS_KEY. "
      "Without\n"
      "them one is made at the first start, printed once and kept, sealed, in the data folder.");
  serve->add_option("--listen", options->listen, "ADDRESS:PORT; port 0 takes any free one")
      ->capture_default_str();
  serve->add_option("--data", options->data, "Folder for everything that is remembered")
      ->capture_default_str();
  serve->add_option("--tls-certificate", options->tls_certificate, "PEM chain: serve https");
  serve->add_option("--tls-key", options->tls_key, "PEM key of that certificate");
  serve->add_flag("--allow-plain-http", options->allow_plain_http,
                  "Listen beyond loopback without TLS (behind a proxy that does it)");
  serve->add_option("--ca-file", options->ca_file,
                    "PEM: trusted for outgoing https instead of the system's authorities");
  serve->add_option("--account", options->account, "AWS account id in ARNs (12 digits)")
      ->check(CLI::Validator(
          [](const std::string& id) {
            bool valid = id.size() == 12 && id.find_first_not_of("0123456789") == std::string::npos;
            return valid ? std::string() : "an account id has 12 digits";
          },
          ""))
      ->capture_default_str();
  serve->add_option("--region", options->region, "AWS region of functions")->capture_default_str();
  serve->add_option("--python", options->python,
                    "Interpreter for python3.x functions, with awslambdaric; default: python3");
  serve->callback([&chosen, options] { chosen = [options] { return Serve(*options); }; });
}

void AddSalesforceSandbox(CLI::App& sandbox, Command& chosen) {
  auto options = std::make_shared<SalesforceSandboxOptions>();
  CLI::App* salesforce = sandbox.add_subcommand(
      "salesforce", "A server that answers like Salesforce: OAuth 2, SOQL, records");
  salesforce->add_option("--listen", options->listen, "ADDRESS:PORT; port 0 takes any free one")
      ->capture_default_str();
  salesforce->add_option("--records", options->records,
                         "OBJECT=N: so many made-up records more, e.g. Account=20000");
  salesforce->add_option("--user", options->user, "Who may log in")->capture_default_str();
  salesforce->add_option("--password", options->password, "Default: sandbox-password")
      ->envname("SLUICE_SANDBOX_PASSWORD");
  salesforce->add_option("--client-id", options->client_id, "Of the connected app")
      ->capture_default_str();
  salesforce
      ->add_option("--client-secret", options->client_secret,
                   "Of the connected app. Default: sluice-sandbox-secret")
      ->envname("SLUICE_SANDBOX_CLIENT_SECRET");
  salesforce
      ->add_option("--session-seconds", options->session_seconds,
                   "How long an access token is good")
      ->capture_default_str();
  salesforce->add_option("--tls-certificate", options->tls_certificate, "PEM chain: serve https");
  salesforce->add_option("--tls-key", options->tls_key, "PEM key of that certificate");
  salesforce->callback(
      [&chosen, options] { chosen = [options] { return ServeSalesforceSandbox(*options); }; });
}

void AddTidbSandbox(CLI::App& sandbox, Command& chosen) {
  auto folder = std::make_shared<std::string>("sandbox-tidb");
  auto port = std::make_shared<int>(4000);
  CLI::App* tidb = sandbox.add_subcommand(
      "tidb", "A TiDB of one process, with TLS under a certificate authority of its own");
  tidb->add_option("--data", *folder, "Folder for data, certificates and log")
      ->capture_default_str();
  tidb->add_option("--port", *port, "On 127.0.0.1; 0 takes any free one")->capture_default_str();
  tidb->callback([&chosen, folder, port] {
    chosen = [folder, port] { return ServeLocalTidb(*folder, *port); };
  });
}

void AddDemo(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* demo = app.add_subcommand(
      "demo", "TiDB's AppFlow tutorial on this machine, step by step, on real parts");
  demo->add_flag("--keep", options->keep, "Leave everything running, and say how to reach it");
  demo->add_option("--tidb", options->tidb_url,
                   "Your own TiDB: mysql://user:password@host:port/database[?tls=No]");
  demo->add_option("--connector", options->connector_zip,
                   "The TiDB connector's zip; default: tidb-connector.zip of this build");
  demo->callback([&chosen, options] { chosen = [options] { return Demo(*options); }; });
}

}  // namespace
}  // namespace sluice::bin

int main(int argc, char** argv) {
  using namespace sluice::bin;
  if (auto status = sluice::CheckSymbols(); !status.ok()) {
    std::fprintf(stderr, "sluice: %s\n", status.error().message.c_str());
    return 1;
  }
  CLI::App app("Amazon AppFlow's flows, with TiDB at either end, on any machine.", "sluice");
  app.require_subcommand(0, 1);
  Command chosen;
  AddServe(app, chosen);
  CLI::App* sandbox = app.add_subcommand("sandbox", "Stand-ins for the systems at a flow's ends");
  sandbox->require_subcommand(0, 1);
  AddSalesforceSandbox(*sandbox, chosen);
  AddTidbSandbox(*sandbox, chosen);
  AddDemo(app, chosen);
  CLI11_PARSE(app, argc, argv);
  if (chosen) return chosen();
  std::fputs((sandbox->parsed() ? *sandbox : app).help().c_str(), stderr);
  return 2;
}
