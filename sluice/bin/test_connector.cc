#include "sluice/bin/test_connector.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "sluice/base/log.h"
#include "sluice/bin/lambda_function.h"
#include "sluice/bin/local_connector.h"
#include "sluice/conformance/kit.h"

namespace sluice::bin {
namespace {

namespace fs = std::filesystem;
using conformance::CheckResult;
using conformance::Outcome;
using conformance::Scorecard;

constexpr int kNoneFailed = 0, kSomeFailed = 1, kCouldNotRun = 2;

// Set by the first Ctrl-C: what was written is deleted first. The second one ends the process.
std::atomic<bool> interrupted = false;

void StopOnSignal() {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

Result<std::string> ReadFile(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(file), {});
  if (!file) return InvalidArgument("the file '" + path + "' can't be read");
  return content;
}

Result<std::pair<std::string, std::string>> SplitPair(const std::string& option,
                                                      const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    // The text may be a secret.
    return InvalidArgument(option + " wants KEY=VALUE");
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Status ReadCredentials(const ConnectorTestOptions& options,
                       std::map<std::string, Secret>& credentials) {
  if (!options.credentials_file.empty()) {
    SLUICE_ASSIGN(std::string text, ReadFile(options.credentials_file));
    auto object = json::ParseObject(text);
    if (!object.ok()) {
      return InvalidArgument("--credentials wants a JSON object of strings: " +
                             object.error().message);
    }
    for (const auto& [key, value] : *object) {
      if (!value.is_string()) {
        return InvalidArgument("the credential '" + std::string(key) + "' is not a string");
      }
      credentials[std::string(key)] = Secret(std::string(value.get_string()));
    }
  }
  for (const std::string& text : options.credentials) {
    SLUICE_ASSIGN(auto pair, SplitPair("--credential", text));
    credentials[pair.first] = Secret(pair.second);
  }
  for (const std::string& text : options.credentials_env) {
    SLUICE_ASSIGN(auto pair, SplitPair("--credential-env", text));
    const char* value = std::getenv(pair.second.c_str());
    if (!value) return InvalidArgument("the environment has no " + pair.second);
    credentials[pair.first] = Secret(value);
  }
  return Done{};
}

Result<conformance::Options> ReadOptions(const ConnectorTestOptions& given) {
  conformance::Options options;
  SLUICE_RETURN_IF_ERROR(ReadCredentials(given, options.credentials));
  for (const std::string& text : given.settings) {
    SLUICE_ASSIGN(auto pair, SplitPair("--setting", text));
    options.settings.insert(pair);
  }
  options.secret_arn = given.secret_arn;
  options.authentication_type = given.authentication_type;
  options.entity = given.entity;
  options.filter = given.filter;
  options.write = given.write;
  if (given.time_limit_s > 0) {
    options.time_limit = std::chrono::milliseconds(static_cast<int64_t>(given.time_limit_s * 1000));
  }
  options.stopped = [] { return interrupted.load(); };
  return options;
}

bool IsZip(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char begin[2] = {};
  file.read(begin, sizeof begin);
  return file && begin[0] == 'P' && begin[1] == 'K';
}

// One word may be a file or the name of a function; several are a command.
enum class Kind { kZip, kCommand, kFunction };
Result<Kind> KindOf(const std::vector<std::string>& target) {
  if (target.size() > 1) return Kind::kCommand;
  const std::string& word = target[0];
  std::error_code error;
  if (fs::is_regular_file(word, error)) {
    if (IsZip(word)) return Kind::kZip;
    if (access(word.c_str(), X_OK) == 0) return Kind::kCommand;
    return InvalidArgument("'" + word + "' is neither a zip nor a program");
  }
  if (word.ends_with(".zip") || (word.find('/') != std::string::npos)) {
    return InvalidArgument("there is no file '" + word + "'");
  }
  return Kind::kFunction;
}

// The connector, ready to be asked.
struct Target {
  std::unique_ptr<protocol::FunctionInvoker> function;
  LocalConnector* local = nullptr;
};

Result<LocalConnector::Code> ReadCode(const ConnectorTestOptions& given, Kind kind) {
  LocalConnector::Code code;
  if (kind == Kind::kZip) {
    SLUICE_ASSIGN(code.zip, ReadFile(given.target[0]));
    if (!given.runtime.empty()) code.runtime = given.runtime;
    code.handler = given.handler;
    code.python = given.python;
  } else {
    code.command = given.target;
    std::error_code error;
    const fs::path program = code.command[0];
    if (program.has_parent_path()) code.command[0] = fs::absolute(program, error).string();
  }
  if (given.time_limit_s > 0) {
    code.time_limit_s = std::max(1, static_cast<int>(std::ceil(given.time_limit_s)));
  }
  return code;
}

Result<Target> Reach(const ConnectorTestOptions& given, conformance::Options& options) {
  Target target;
  SLUICE_ASSIGN(Kind kind, KindOf(given.target));
  if (kind == Kind::kFunction) {
    if (!options.credentials.empty()) {
      return InvalidArgument("a function reads a secret of its own: give --secret-arn");
    }
    options.function = given.target[0];
    SLUICE_ASSIGN(target.function, LambdaFunction::FromEnvironment());
    return target;
  }
  if (!options.secret_arn.empty()) {
    return InvalidArgument("--secret-arn is for functions: give --credentials");
  }
  SLUICE_ASSIGN(LocalConnector::Code code, ReadCode(given, kind));
  SLUICE_ASSIGN(std::unique_ptr<LocalConnector> local, LocalConnector::Start(code));
  target.local = local.get();
  target.function = std::move(local);
  options.function = target.local->arn();
  options.put_secret = [connector = target.local](const std::string& name, const Secret& text) {
    return connector->PutSecret(name, text);
  };
  options.renew = [connector = target.local] { return connector->Renew(); };
  options.read_log = [connector = target.local] { return connector->ReadLog(); };
  return target;
}

conformance::TextStyle StyleOfTerminal() {
  return {.colors = isatty(STDOUT_FILENO) != 0 && !std::getenv("NO_COLOR")};
}

void Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// Prints results as they come. Checks that are skipped for the same reason are one line.
class Printer {
 public:
  explicit Printer(conformance::TextStyle style) : style_(style) {}

  void Take(const CheckResult& result) {
    const std::string heading = HeadingBefore(*result.check, style_);
    const bool is_skipped = result.verdict.outcome == Outcome::kSkipped;
    if (heading.empty() && is_skipped && result.verdict.reason == skipped_for_) {
      ++more_;
      return;
    }
    EndSkipped();
    skipped_for_ = is_skipped ? result.verdict.reason : "";
    Print(heading + ToText(result, style_));
  }
  void End(const Scorecard& card) {
    EndSkipped();
    Print(Summary(card, style_));
  }

 private:
  void EndSkipped() {
    if (more_ > 0) Print("    … and " + std::to_string(more_) + " more for that reason\n");
    more_ = 0;
  }

  const conformance::TextStyle style_;
  std::string skipped_for_;
  int more_ = 0;
};

Status WriteJson(const Scorecard& card, const std::string& path) {
  if (path == "-") {
    Print(ToJson(card));
    return Done{};
  }
  std::ofstream file(path, std::ios::binary);
  file << ToJson(card) << std::flush;
  if (!file) return ServerError("'" + path + "' can't be written");
  return Done{};
}

Result<Scorecard> Run(const ConnectorTestOptions& given) {
  if (given.target.empty()) return InvalidArgument("name a zip, a function or a command");
  SLUICE_ASSIGN(conformance::Options options, ReadOptions(given));
  SLUICE_ASSIGN(Target target, Reach(given, options));
  Printer printer(StyleOfTerminal());
  const bool prints = given.json != "-";
  SLUICE_ASSIGN(Scorecard card,
                conformance::Run(*target.function, options, [&](const CheckResult& result) {
                  if (prints) printer.Take(result);
                }));
  if (prints) printer.End(card);
  if (given.json) SLUICE_RETURN_IF_ERROR(WriteJson(card, *given.json));
  if (interrupted) return ServiceUnavailable("interrupted");
  return card;
}

}  // namespace

int TestConnector(ConnectorTestOptions options) {
  // "--json x.zip" names the target, not a file for the scorecard.
  if (options.target.empty() && options.json && *options.json != "-") {
    options.target.push_back(*std::exchange(options.json, "-"));
  }
  SetLogLevel(LogLevel::kError);
  StopOnSignal();
  auto card = Run(options);
  if (!card.ok()) {
    std::fprintf(stderr, "sluice connector test: %s\n", card.error().message.c_str());
    return kCouldNotRun;
  }
  return card->Count(Outcome::kFailed) == 0 ? kNoneFailed : kSomeFailed;
}

}  // namespace sluice::bin
