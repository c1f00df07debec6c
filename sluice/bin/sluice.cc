// The program `sluice`: its command line.

#include <CLI/CLI.hpp>

#include "sluice/bin/demo.h"
#include "sluice/bin/local_tidb.h"
#include "sluice/bin/memory.h"
#include "sluice/bin/run_commands.h"
#include "sluice/bin/salesforce_sandbox.h"
#include "sluice/bin/serve.h"
#include "sluice/bin/test_connector.h"
#include "sluice/connector/symbols.h"
#include "sluice/console/embedded_files.h"

namespace sluice::bin {
namespace {

// What was chosen on the command line: returns the exit status.
using Command = std::function<int()>;

void AddServe(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<ServeOptions>();
  options->console_files = console::EmbeddedFiles();
  auto login_link_minutes = std::make_shared<int>(options->login_link_life.count());
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
  serve->add_option("--region", options->region, "AWS region of functions and of S3")
      ->capture_default_str();
  serve->add_option("--python", options->python,
                    "Interpreter for python3.x functions, with awslambdaric; default: python3");
  serve->add_option("--s3", options->s3,
                    "S3's buckets: file:///FOLDER with a folder for each, or the URL of an\n"
                    "endpoint, with AWS's usual credentials; default: file://DATA/buckets");
  serve->add_flag("--public-metrics", options->public_metrics,
                  "Show GET /metrics to everybody, where the service listens beyond loopback");
  serve
      ->add_option("--login-link-minutes", *login_link_minutes,
                   "How long the console's one-time link is good")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  serve->callback([&chosen, options, login_link_minutes] {
    options->login_link_life = std::chrono::minutes(*login_link_minutes);
    chosen = [options] { return Serve(*options); };
  });
}

void AddRun(CLI::App& app, Command& chosen) {
  CLI::App* run =
      app.add_subcommand("run", "Whether a flow can run, what its runs did, sending again");
  run->require_subcommand(1);
  run->footer(
      "The service is the one at AWS_ENDPOINT_URL. Requests are signed as by every AWS tool:\n"
      "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION; AWS_CA_BUNDLE for its certificate.");
  auto options = std::make_shared<RunCommandOptions>();
  auto add = [&](const char* name, const char* what, int (*command)(const RunCommandOptions&)) {
    CLI::App* subcommand = run->add_subcommand(name, what);
    subcommand->add_option("FLOW", options->flow, "Name of the flow")->required();
    subcommand->callback(
        [&chosen, options, command] { chosen = [options, command] { return command(*options); }; });
    return subcommand;
  };
  auto add_for_one = [&](const char* name, const char* what,
                         int (*command)(const RunCommandOptions&)) {
    CLI::App* subcommand = add(name, what, command);
    subcommand->add_option("EXECUTION", options->execution, "Id of the run")->required();
    return subcommand;
  };
  add("check", "What has become of the flow's fields; fails where a run would", CheckRun);
  add("list", "The runs of a flow, newest first", ListRuns)
      ->add_option("--limit", options->limit, "How many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_for_one("show", "One run: counts, filters, where the time went, what it promises", ShowRun);
  add_for_one("refused", "Its refused records: as JSON lines, on a terminal as a table",
              ListRefused)
      ->add_option("--output", options->output, "JSON lines into this file")
      ->option_text("FILE");
  CLI::App* replay = add_for_one("replay", "Sends refused records again, as corrected", ReplayRun);
  replay->footer(
      "Correct what 'sluice run refused --output FILE' wrote: each line's \"record\" is sent, in\n"
      "one new run of the flow. Lines that you take out are not sent. All are sent or none.");
  replay->add_option("--records", options->records, "The corrected lines")
      ->option_text("FILE")
      ->required();
  replay->add_flag("--wait", options->wait,
                   "Until the new run has ended; fails where it did, or refused records again");
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

// Cuts "-- COMMAND ARGUMENT…" off the command line and returns it: CLI11 would look for options of
// ours in it.
std::vector<std::string> TakeCommand(int& argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--") continue;
    std::vector<std::string> command(argv + i + 1, argv + argc);
    argc = i;
    return command;
  }
  return {};
}

void AddConnectorTest(CLI::App& connector, const std::vector<std::string>& command,
                      Command& chosen) {
  auto options = std::make_shared<ConnectorTestOptions>();
  auto json = std::make_shared<std::string>();
  CLI::App* test = connector.add_subcommand(
      "test", "Asks a custom connector all that AppFlow asks, and says which rules hold");
  test->footer(
      "The connector is one of these:\n"
      "  ZIP       a Lambda function's zip; runs on this machine as it would in Lambda\n"
      "  FUNCTION  the name or ARN of a function of AWS, or of a running `sluice serve`; reached\n"
      "            with AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL\n"
      "  COMMAND   a program that speaks the Lambda Runtime API, such as AWS's runtime clients\n"
      "\n"
      "Examples:\n"
      "  sluice connector test connector.zip --credentials login.json --entity orders\n"
      "  sluice connector test --credential-env password=DB_PASSWORD --write \\\n"
      "      -- python -m awslambdaric app.handler\n"
      "  sluice connector test my-function --secret-arn arn:aws:secretsmanager:… --json=card.json\n"
      "\n"
      "Nothing is written without --write. With it, records with ids of the kit's own (sl-…) are\n"
      "inserted, changed and deleted again.\n"
      "\n"
      "Exit status: 0 no check failed, 1 some failed, 2 the connector could not be asked.\n"
      "Every check, with its rule and source: docs/connector-test.md");
  test->add_option("target", options->target, "ZIP, FUNCTION or COMMAND")->option_text(" ");
  test->add_option("--runtime", options->runtime,
                   "Of the zip: provided.al2023 (default) or python3.x");
  test->add_option("--handler", options->handler, "Of the zip, e.g. app.handler")
      ->option_text("NAME");
  test->add_option("--python", options->python,
                   "Interpreter for python3.x, with awslambdaric; default: python3")
      ->option_text("PATH");
  test->add_option("--credentials", options->credentials_file,
                   "JSON object of strings, by the connector's keys; - reads standard input")
      ->option_text("FILE");
  test->add_option("--credential", options->credentials,
                   "One of them. Others see command lines: better for a user name than a password")
      ->option_text("KEY=VALUE");
  test->add_option("--credential-env", options->credentials_env,
                   "One of them, from a variable of the environment")
      ->option_text("KEY=VARIABLE");
  test->add_option("--secret-arn", options->secret_arn, "Where a FUNCTION finds its credentials")
      ->option_text("ARN");
  test->add_option("--authentication", options->authentication_type,
                   "Kind of the credentials, where the connector takes several")
      ->check(CLI::IsMember({"BasicAuth", "ApiKey", "OAuth2", "CustomAuth"}));
  test->add_option("--setting", options->settings, "A runtime setting of the connector")
      ->option_text("KEY=VALUE");
  test->add_option("--entity", options->entity,
                   "What to read, and to write to; default: the first that is listed")
      ->option_text("NAME");
  test->add_option("--filter", options->filter,
                   "A filter expression to try besides: \"price > 100 and name contains 'A'\"")
      ->option_text("EXPRESSION");
  test->add_flag("--write", options->write, "Test writing, too");
  test->add_option("--timeout", options->time_limit_s,
                   "For each answer; default: AppFlow's limits, 10 s and 30 s")
      ->option_text("SECONDS")
      ->check(CLI::PositiveNumber);
  CLI::Option* json_option =
      test->add_option("--json", *json,
                       "The scorecard as JSON: into a file, or instead of the text")
          ->option_text("[=FILE]")
          ->expected(0, 1);
  for (const char* many : {"--credential", "--credential-env", "--setting"}) {
    test->get_option(many)->expected(1)->take_all();
  }
  test->callback([&chosen, &command, options, json, json_option] {
    options->target.insert(options->target.end(), command.begin(), command.end());
    if (json_option->count() > 0) options->json = json->empty() ? "-" : *json;
    chosen = [options] { return TestConnector(*options); };
  });
}

}  // namespace
}  // namespace sluice::bin

int main(int argc, char** argv) {
  using namespace sluice::bin;
  GiveMemoryBack();
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
  AddRun(app, chosen);
  CLI::App* connector = app.add_subcommand("connector", "For authors of custom connectors");
  connector->require_subcommand(1);
  std::vector<std::string> command;
  if (argc > 1 && std::string_view(argv[1]) == "connector") command = TakeCommand(argc, argv);
  AddConnectorTest(*connector, command, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (chosen) return chosen();
  std::fputs((sandbox->parsed() ? *sandbox : app).help().c_str(), stderr);
  return 2;
}
