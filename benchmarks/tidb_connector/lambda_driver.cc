// Plays Lambda and AppFlow for a connector and measures it. Prints one JSON object.
//
//   lambda_driver write --secret tidb.json --operation UPSERT -- unpacked/bootstrap
//
// The secret's file holds the SecretString. tidb.json, for example: {"hostname":"127.0.0.1",
// "port":"4000","username":"u","password":"","database":"bench","tls":"No"}. The table is the
// tutorial's, with the columns of accounts.h.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <numeric>

#include "benchmarks/tidb_connector/accounts.h"
#include "benchmarks/tidb_connector/answer.h"
#include "benchmarks/tidb_connector/lambda_host.h"
#include "benchmarks/tidb_connector/process.h"
#include "benchmarks/tidb_connector/relay.h"
#include "sluice/base/json.h"

extern char** environ;

namespace sluice::benchmarks {
namespace {

using std::chrono::steady_clock;
using Figures = std::vector<std::pair<std::string, double>>;

struct Options {
  std::vector<std::string> command;
  std::string secret_file, entity = "sf_account", operation = "UPSERT";
  std::vector<std::string> fields{kColumns.begin(), kColumns.end()};
  int64_t rows = 200'000, first = 0;
  size_t batch = 5'000, warm_up = 2, max_results = 1'000, fresh_every = 0, repeat = 15;
  uint16_t to_port = 0;
  double round_trip_ms = 20;
};

double SecondsSince(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

// --- what AppFlow sends

constexpr std::string_view kDescribeConfiguration =
    R"({"type":"DescribeConnectorConfigurationRequest","locale":"en-US"})";

std::string Context(std::string_view definition) {
  std::string context =
      R"("connectorContext":{"connectorRuntimeSettings":{},"credentials":{"secretArn":)"
      R"("arn:aws:secretsmanager:us-east-1:000000000000:secret:bench","authenticationType":)"
      R"("CustomAuth"},"apiVersion":"v1","flowName":"bench","executionId":"bench-1",)"
      R"("connectorProfileLabel":"bench")";
  if (!definition.empty()) context.append(R"(,"entityDefinition":)").append(definition);
  return context + "}";
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  json::AppendQuoted(quoted, text);
  return quoted;
}

std::string DescribeEntity(const Options& options) {
  return R"({"type":"DescribeEntityRequest","entityIdentifier":)" + Quoted(options.entity) + "," +
         Context("") + "}";
}

Result<std::string> WriteData(const Options& options, std::string_view definition, int64_t first,
                              size_t count) {
  SLUICE_ASSIGN(std::vector<size_t> columns, FindColumns(options.fields));
  std::string event = R"({"type":"WriteDataRequest","entityIdentifier":)" + Quoted(options.entity) +
                      R"(,"operation":)" + Quoted(options.operation) + R"(,"idFieldNames":)" +
                      (options.operation == "INSERT" ? "[]" : R"(["id"])") +
                      R"(,"allOrNone":false,)" + Context(definition) + R"(,"records":[)";
  std::string record;
  for (size_t i = 0; i < count; ++i) {
    record.clear();
    AppendRecord(record, MakeAccount(first + static_cast<int64_t>(i)), columns);
    if (i > 0) event += ',';
    json::AppendQuoted(event, record);
  }
  return event + "]}";
}

std::string QueryData(const Options& options, std::string_view definition,
                      std::string_view escaped_token) {
  std::string event = R"({"type":"QueryDataRequest","entityIdentifier":)" + Quoted(options.entity) +
                      R"(,"selectedFieldNames":[)";
  for (size_t i = 0; i < options.fields.size(); ++i) {
    event += (i > 0 ? "," : "") + Quoted(options.fields[i]);
  }
  event += R"(],"maxResults":)" + std::to_string(options.max_results) + ",";
  if (!escaped_token.empty()) event.append(R"("nextToken":")").append(escaped_token).append("\",");
  return event + Context(definition) + "}";
}

// --- a function to which the entity's definition is known

Result<std::string> ReadSecret(const Options& options) {
  std::ifstream file(options.secret_file);
  std::string secret(std::istreambuf_iterator<char>(file), {});
  if (secret.empty()) return InvalidArgument("can't read " + options.secret_file);
  return secret;
}

struct Session {
  LambdaHost host;
  std::string definition;

  static Result<Session> Start(const Options& options) {
    SLUICE_ASSIGN(std::string secret, ReadSecret(options));
    SLUICE_ASSIGN(LambdaHost host, LambdaHost::Start(options.command, secret));
    SLUICE_ASSIGN(std::string_view answer, host.Invoke(DescribeEntity(options)));
    SLUICE_ASSIGN(std::string definition, EntityDefinition(std::string(answer)));
    return Session{std::move(host), std::move(definition)};
  }
};

struct Batch {
  std::string event;
  size_t records;
};

Result<std::vector<Batch>> MakeBatches(const Options& options, std::string_view definition,
                                       int64_t first, int64_t rows) {
  std::vector<Batch> batches;
  for (int64_t made = 0; made < rows;) {
    size_t count = std::min(options.batch, static_cast<size_t>(rows - made));
    SLUICE_ASSIGN(std::string event, WriteData(options, definition, first + made, count));
    batches.push_back({std::move(event), count});
    made += static_cast<int64_t>(count);
  }
  return batches;
}

// How long each one took, in ms. Answers are looked through while the next batch is worked on.
Result<std::vector<double>> WriteAll(LambdaHost& host, const std::vector<Batch>& batches) {
  std::vector<double> times;
  std::string_view answer;
  for (size_t i = 0; i < batches.size(); ++i) {
    auto begin = steady_clock::now();
    SLUICE_RETURN_IF_ERROR(host.Send(batches[i].event));
    if (i > 0) SLUICE_RETURN_IF_ERROR(CheckAllWritten(answer, batches[i - 1].records));
    SLUICE_ASSIGN(answer, host.Receive());
    times.push_back(SecondsSince(begin) * 1000);
  }
  if (!batches.empty()) {
    SLUICE_RETURN_IF_ERROR(CheckAllWritten(answer, batches.back().records));
  }
  return times;
}

struct Reading {
  size_t rows = 0;
  size_t bytes = 0;
  std::vector<double> page_ms;
};

Result<Reading> ReadAll(LambdaHost& host, const Options& options, std::string_view definition) {
  Reading reading;
  std::string_view answer;
  for (std::string token; reading.page_ms.empty() || !token.empty();) {
    auto begin = steady_clock::now();
    if (options.fresh_every && reading.page_ms.size() % options.fresh_every == 0) {
      SLUICE_RETURN_IF_ERROR(host.StartFunction());
    }
    SLUICE_RETURN_IF_ERROR(host.Send(QueryData(options, definition, token)));
    if (!answer.empty()) {
      SLUICE_ASSIGN(size_t rows, CountRecords(answer));
      reading.rows += rows;
    }
    SLUICE_ASSIGN(answer, host.Receive());
    reading.page_ms.push_back(SecondsSince(begin) * 1000);
    reading.bytes += answer.size();
    token = NextToken(answer);
  }
  SLUICE_ASSIGN(size_t rows, CountRecords(answer));
  reading.rows += rows;
  return reading;
}

// --- what is measured

Result<Figures> MeasureWrite(const Options& options) {
  SLUICE_ASSIGN(Session session, Session::Start(options));
  // Rows behind those that count, in requests of the same size.
  auto warm_up_rows = static_cast<int64_t>(options.warm_up * options.batch);
  SLUICE_ASSIGN(auto warm_up, MakeBatches(options, session.definition, options.first + options.rows,
                                          warm_up_rows));
  SLUICE_ASSIGN(auto batches,
                MakeBatches(options, session.definition, options.first, options.rows));
  SLUICE_RETURN_IF_ERROR(WriteAll(session.host, warm_up));
  double cpu = session.host.function().CpuSeconds();
  auto begin = steady_clock::now();
  SLUICE_ASSIGN(std::vector<double> times, WriteAll(session.host, batches));
  double seconds = SecondsSince(begin);
  auto rows = static_cast<double>(options.rows);
  return Figures{{"rows", rows},
                 {"requests", static_cast<double>(batches.size())},
                 {"seconds", seconds},
                 {"rows_per_s", rows / seconds},
                 {"request_ms_median", Quantile(times, 0.5)},
                 {"request_ms_most", Quantile(times, 1)},
                 {"cpu_seconds", session.host.function().CpuSeconds() - cpu},
                 {"peak_memory_mb", session.host.function().PeakMemoryMb()}};
}

Result<Figures> MeasureRead(const Options& options) {
  SLUICE_ASSIGN(Session session, Session::Start(options));
  double cpu = session.host.function().CpuSeconds();
  auto begin = steady_clock::now();
  SLUICE_ASSIGN(Reading reading, ReadAll(session.host, options, session.definition));
  double seconds = SecondsSince(begin);
  // The first page describes the table and chooses the snapshot; the last may be short.
  const std::vector<double>& times = reading.page_ms;
  size_t tenth = times.size() / 10;
  std::vector<double> first, last;
  if (times.size() >= 12) {
    first.assign(times.begin() + 1, times.begin() + 1 + static_cast<ptrdiff_t>(tenth));
    last.assign(times.end() - 1 - static_cast<ptrdiff_t>(tenth), times.end() - 1);
  }
  auto rows = static_cast<double>(reading.rows);
  Figures figures{{"rows", rows},
                  {"pages", static_cast<double>(times.size())},
                  {"bytes", static_cast<double>(reading.bytes)},
                  {"seconds", seconds},
                  {"rows_per_s", rows / seconds},
                  {"page_ms_median", Quantile(times, 0.5)},
                  {"page_ms_most", Quantile(times, 1)},
                  {"first_pages_ms", Quantile(first, 0.5)},
                  {"last_pages_ms", Quantile(last, 0.5)},
                  {"peak_memory_mb", session.host.function().PeakMemoryMb()}};
  // With new processes, the others' share is gone.
  if (!options.fresh_every) {
    figures.emplace_back("cpu_seconds", session.host.function().CpuSeconds() - cpu);
  }
  return figures;
}

// One process for both, in turns: it keeps what each of them needs.
Result<Figures> MeasureMemory(const Options& options) {
  SLUICE_ASSIGN(Session session, Session::Start(options));
  SLUICE_ASSIGN(auto batches,
                MakeBatches(options, session.definition, options.first, options.rows));
  SLUICE_RETURN_IF_ERROR(WriteAll(session.host, batches));
  double written = session.host.function().PeakMemoryMb();
  Options pages = options;
  pages.max_results = 1'000'000;  // A page ends at 5.5 MB.
  SLUICE_ASSIGN(Reading reading, ReadAll(session.host, pages, session.definition));
  SLUICE_RETURN_IF_ERROR(WriteAll(session.host, batches));
  return Figures{{"rows_read", static_cast<double>(reading.rows)},
                 {"page_bytes", static_cast<double>(reading.bytes / reading.page_ms.size())},
                 {"after_writes_mb", written},
                 {"peak_memory_mb", session.host.function().PeakMemoryMb()}};
}

Figures Repeated(const std::vector<double>& times_ms) {
  return {{"repetitions", static_cast<double>(times_ms.size())},
          {"median_ms", Quantile(times_ms, 0.5)},
          {"least_ms", Quantile(times_ms, 0)},
          {"most_ms", Quantile(times_ms, 1)}};
}

Result<Figures> MeasureColdDescribe(const Options& options) {
  std::vector<double> times;
  for (size_t i = 0; i < options.repeat; ++i) {
    auto begin = steady_clock::now();
    SLUICE_ASSIGN(LambdaHost host, LambdaHost::Start(options.command, "{}"));
    SLUICE_ASSIGN(std::string_view answer, host.Invoke(kDescribeConfiguration));
    times.push_back(SecondsSince(begin) * 1000);
    SLUICE_RETURN_IF_ERROR(CheckSuccess(answer));
  }
  return Repeated(times);
}

Result<Figures> MeasureColdWrite(const Options& options) {
  SLUICE_ASSIGN(std::string secret, ReadSecret(options));
  SLUICE_ASSIGN(Session described, Session::Start(options));
  std::vector<double> times;
  for (size_t i = 0; i < options.repeat; ++i) {
    SLUICE_ASSIGN(std::string event, WriteData(options, described.definition,
                                               options.first + static_cast<int64_t>(i), 1));
    auto begin = steady_clock::now();
    SLUICE_ASSIGN(LambdaHost host, LambdaHost::Start(options.command, secret));
    SLUICE_ASSIGN(std::string_view answer, host.Invoke(event));
    times.push_back(SecondsSince(begin) * 1000);
    SLUICE_RETURN_IF_ERROR(CheckAllWritten(answer, 1));
  }
  return Repeated(times);
}

// Another program, from its start to its end, started the same way as a function.
Result<Figures> MeasureProgram(const Options& options) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable; ++variable) environment.emplace_back(*variable);
  std::vector<double> times;
  for (size_t i = 0; i < options.repeat; ++i) {
    auto begin = steady_clock::now();
    SLUICE_ASSIGN(Process process, Process::Start(options.command, environment));
    int status = process.Wait();
    times.push_back(SecondsSince(begin) * 1000);
    if (status != 0) {
      return ServerError(options.command.front() + " ended with " + std::to_string(status));
    }
  }
  return Repeated(times);
}

Result<Figures> PrintCsv(const Options& options) {
  std::string lines;
  for (int64_t i = 0; i < options.rows; ++i) {
    AppendCsvLine(lines, MakeAccount(options.first + i));
    if (lines.size() > 1 << 20 || i + 1 == options.rows) {
      std::fwrite(lines.data(), 1, lines.size(), stdout);
      lines.clear();
    }
  }
  return Figures{};
}

Result<Figures> Relay(const Options& options) {
  return RunRelay(options.to_port,
                  std::chrono::microseconds(static_cast<int64_t>(options.round_trip_ms * 1000)));
}

// --- the command line

using Mode = Result<Figures> (*)(const Options&);

class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    auto* write = Connector("write", "WriteData of many rows, warm", MeasureWrite);
    Rows(write);
    Writing(write);
    write->add_option("--warm-up", options_.warm_up, "Requests before those that count")
        ->capture_default_str();
    auto* read = Connector("read", "QueryData to the end, warm", MeasureRead);
    read->add_option("--max-results", options_.max_results)->capture_default_str();
    read->add_option("--fresh-every", options_.fresh_every, "A new process for each n-th page");
    read->add_option("--fields", options_.fields)->delimiter(',');
    auto* memory = Connector("memory", "Peak memory of large requests and pages", MeasureMemory);
    Rows(memory);
    Writing(memory);
    auto* cold_write =
        Connector("cold-write", "Process start to one record's answer", MeasureColdWrite);
    cold_write->add_option("--first", options_.first, "Number of the first row");
    Writing(cold_write);
    Repeating(cold_write);
    Repeating(Command("cold-describe", "Process start to the first answer", MeasureColdDescribe));
    Repeating(Command("program", "Another program, from start to end", MeasureProgram));
    Rows(Add("csv", "Prints the rows as CSV", PrintCsv));
    auto* relay = Add("relay", "Makes the way to TiDB longer; prints its port", Relay);
    relay->add_option("--to", options_.to_port, "Port of TiDB")->required();
    relay->add_option("--round-trip-ms", options_.round_trip_ms)->capture_default_str();
  }

  int Run(int argc, char** argv) {
    CLI11_PARSE(app_, argc, argv);
    Result<Figures> figures = mode_(options_);
    if (!figures.ok()) {
      std::fprintf(stderr, "lambda_driver: %s\n", figures.error().message.c_str());
      return 1;
    }
    const char* before = "{";
    for (const auto& [name, value] : *figures) {
      std::printf("%s\"%s\": %.10g", before, name.c_str(), value);
      before = ", ";
    }
    if (!figures->empty()) std::printf("}\n");
    return 0;
  }

 private:
  CLI::App* Add(const char* name, const char* description, Mode mode) {
    CLI::App* added = app_.add_subcommand(name, description);
    added->callback([this, mode] { mode_ = mode; });
    return added;
  }
  CLI::App* Command(const char* name, const char* description, Mode mode) {
    CLI::App* added = Add(name, description, mode);
    added->add_option("command", options_.command, "After --")->required();
    return added;
  }
  CLI::App* Connector(const char* name, const char* description, Mode mode) {
    CLI::App* added = Command(name, description, mode);
    added->add_option("--secret", options_.secret_file, "File with the SecretString")->required();
    added->add_option("--entity", options_.entity)->capture_default_str();
    return added;
  }
  void Rows(CLI::App* mode) {
    mode->add_option("--rows", options_.rows)->capture_default_str();
    mode->add_option("--first", options_.first, "Number of the first row");
  }
  void Writing(CLI::App* mode) {
    mode->add_option("--operation", options_.operation)->capture_default_str();
    mode->add_option("--batch", options_.batch, "Records of a request")->capture_default_str();
    mode->add_option("--fields", options_.fields, "Columns of a record")->delimiter(',');
  }
  void Repeating(CLI::App* mode) {
    mode->add_option("--repeat", options_.repeat)->capture_default_str();
  }

  CLI::App app_{"Plays Lambda and AppFlow for a connector and measures it."};
  Options options_;
  Mode mode_ = nullptr;
};

}  // namespace
}  // namespace sluice::benchmarks

int main(int argc, char** argv) { return sluice::benchmarks::CommandLine().Run(argc, argv); }
