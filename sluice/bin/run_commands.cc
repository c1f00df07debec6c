#include "sluice/bin/run_commands.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <regex>
#include <thread>

#include "sluice/base/time_text.h"
#include "sluice/bin/aws_client.h"
#include "sluice/bin/dead_letters.h"
#include "sluice/bin/text_table.h"
#include "sluice/net/curl_http_client.h"

namespace sluice::bin {
namespace {

constexpr int64_t kRefusedPerPage = 500;
constexpr size_t kMostInACell = 60;

// A service and its client.
class Remote {
 public:
  static Result<std::unique_ptr<Remote>> FromEnvironment() {
    SLUICE_ASSIGN(AwsAccess access, AwsAccessFromEnvironment("APPFLOW"));
    if (access.url.empty()) {
      return InvalidArgument(
          "set AWS_ENDPOINT_URL: where 'sluice serve' listens, e.g. http://127.0.0.1:7575");
    }
    return std::unique_ptr<Remote>(new Remote(std::move(access)));
  }

  Result<json::Object> Call(std::string_view operation, const json::Object& body) {
    return client_.AppFlow(operation, body);
  }

  // The members `list` of all pages, each given to `use`, until that says false.
  Status ForEach(std::string_view operation, json::Object body, const char* list,
                 const std::function<bool(const json::Object&)>& use) {
    while (true) {
      SLUICE_ASSIGN(json::Object page, Call(operation, body));
      if (const json::Array* items = json::FindArray(page, list)) {
        for (const json::Value& item : *items) {
          if (item.is_object() && !use(item.get_object())) return Done{};
        }
      }
      auto token = json::FindString(page, "nextToken");
      if (!token) return Done{};
      body["nextToken"] = *token;
    }
  }

 private:
  explicit Remote(AwsAccess access)
      : http_(net::MakeCurlHttpClient({.ca_file = access.ca_file})),
        client_(*http_, access.url, access.region, access.key) {}

  const std::unique_ptr<net::HttpClient> http_;
  AwsClient client_;
};

std::string Text(const json::Object& object, const char* name) {
  return json::FindString(object, name).value_or("");
}

double Number(const json::Object& object, const char* name) {
  const json::Value* value = json::Find(object, name);
  return value && value->is_number() ? value->to_number<double>() : 0;
}

int64_t Count(const json::Object& object, const char* name) {
  return json::FindInt(object, name).value_or(0);
}

// "2026-01-31T09:05:07Z" of seconds since 1970.
std::string When(const json::Object& object, const char* name) {
  std::chrono::duration<double> since(Number(object, name));
  return FormatTime(Time(std::chrono::duration_cast<std::chrono::seconds>(since)));
}

std::string Seconds(double seconds) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.1f s", seconds);
  return text;
}

std::string Took(const json::Object& run) {
  return Seconds(Number(run, "lastUpdatedAt") - Number(run, "startedAt"));
}

// What a terminal shows of a text that somebody else wrote: one line, no control characters.
std::string Cell(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  if (text.size() <= kMostInACell) return text;
  size_t end = kMostInACell;
  while ((text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

json::Object RunOf(const RunCommandOptions& options) {
  return {{"flowName", options.flow}, {"executionId", options.execution}};
}

std::string Promise(const std::string& guarantee) {
  if (guarantee == "effectively-once") {
    return "effectively-once (each record is there once, whatever failed in between)";
  }
  if (guarantee == "at-least-once") {
    return "at-least-once (none is missing; after a failure some may be there twice)";
  }
  return guarantee + " (nothing has been written yet)";
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void PrintLine(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("%-11s %s\n", name, value.c_str());
}

// "3 refused".
std::string Counted(const json::Object& object, const char* name, const char* what) {
  return std::to_string(Count(object, name)) + " " + what;
}

std::string StagesOf(const json::Object& stages) {
  return Seconds(Number(stages, "read")) + " reading, " + Seconds(Number(stages, "map")) +
         " mapping, " + Seconds(Number(stages, "write")) + " writing, " +
         Seconds(Number(stages, "wait")) + " waiting for records (stages and partitions overlap)";
}

void PrintRun(const json::Object& run) {
  PrintLine("flow", Text(run, "flowName"));
  PrintLine("execution", Text(run, "executionId"));
  PrintLine("status", Text(run, "executionStatus"));
  PrintLine("replay of", Text(run, "replayOf"));
  PrintLine("guarantee", Promise(Text(run, "guarantee")));
  PrintLine("started", When(run, "startedAt"));
  PrintLine("took", Took(run));
  PrintLine("records", Counted(run, "recordsProcessed", "processed, ") +
                           Counted(run, "recordsFiltered", "filtered, ") +
                           Counted(run, "recordsRefused", "refused, ") +
                           Counted(run, "recordsRepeated", "possibly repeated"));
  if (const json::Array* filters = json::FindArray(run, "filters")) {
    for (const json::Value& filter : *filters) {
      PrintLine("",
                Counted(filter.as_object(), "records", "by ") + Text(filter.as_object(), "filter"));
    }
  }
  PrintLine("bytes",
            Counted(run, "bytesProcessed", "read, ") + Counted(run, "bytesWritten", "written"));
  const json::Object* stages = json::FindObject(run, "stageSeconds");
  if (stages != nullptr) PrintLine("time", StagesOf(*stages));
  PrintLine("message", Text(run, "message"));
}

Status List(const RunCommandOptions& options) {
  SLUICE_ASSIGN(auto remote, Remote::FromEnvironment());
  std::vector<std::vector<std::string>> rows;
  SLUICE_RETURN_IF_ERROR(remote->ForEach(
      "DescribeFlowExecutionRecords",
      {{"flowName", options.flow}, {"maxResults", std::min(options.limit, 100)}}, "flowExecutions",
      [&](const json::Object& run) {
        const json::Object* result = json::FindObject(run, "executionResult");
        const json::Object* error = result ? json::FindObject(*result, "errorInfo") : nullptr;
        rows.push_back({Text(run, "executionId"), Text(run, "executionStatus"),
                        When(run, "startedAt"), Took(run),
                        std::to_string(result ? Count(*result, "recordsProcessed") : 0),
                        std::to_string(error ? Count(*error, "putFailuresCount") : 0)});
        return std::ssize(rows) < options.limit;
      }));
  if (rows.empty()) {
    Print(options.flow + " has not run yet.\n");
    return Done{};
  }
  Print(TextTable({"execution", "status", "started", "took", "records", "refused"}, rows));
  return Done{};
}

Status Show(const RunCommandOptions& options) {
  SLUICE_ASSIGN(auto remote, Remote::FromEnvironment());
  SLUICE_ASSIGN(json::Object run, remote->Call("DescribeRun", RunOf(options)));
  PrintRun(run);
  return Done{};
}

// Each refused record of the run, from page to page.
Status ForEachRefused(const RunCommandOptions& options,
                      const std::function<bool(const json::Object&)>& use) {
  SLUICE_ASSIGN(auto remote, Remote::FromEnvironment());
  json::Object body = RunOf(options);
  body["maxResults"] = kRefusedPerPage;
  return remote->ForEach("ListRefusedRecords", std::move(body), "refusedRecords", use);
}

Status PrintRefusedTable(const RunCommandOptions& options) {
  std::vector<std::vector<std::string>> rows;
  SLUICE_RETURN_IF_ERROR(ForEachRefused(options, [&](const json::Object& refused) {
    rows.push_back({Text(refused, "id"), Cell(Text(refused, "field")),
                    Cell(Text(refused, "errorMessage")), Cell(Text(refused, "record")),
                    Cell(Text(refused, "replayedBy"))});
    return true;
  }));
  if (rows.empty()) {
    Print("No record of this run was refused.\n");
    return Done{};
  }
  Print(TextTable({"id", "field", "why", "record", "sent again by"}, rows));
  Print("Whole records, to be corrected and sent again: --output FILE\n");
  return Done{};
}

Status WriteRefused(const RunCommandOptions& options) {
  std::FILE* file = options.output.empty() ? stdout : std::fopen(options.output.c_str(), "w");
  if (file == nullptr) return InvalidArgument("the file '" + options.output + "' can't be written");
  bool is_written = true;
  Status status = ForEachRefused(options, [&](const json::Object& refused) {
    const std::string line = DeadLetterLine(refused) + "\n";
    is_written = std::fwrite(line.data(), 1, line.size(), file) == line.size();
    return is_written;
  });
  is_written &= (file == stdout ? std::fflush(file) : std::fclose(file)) == 0;
  if (status.ok() && !is_written) {
    return ServerError("writing failed; is the disk full? What is there is not complete");
  }
  return status;
}

Status Refused(const RunCommandOptions& options) {
  bool is_for_a_person = options.output.empty() && isatty(STDOUT_FILENO) == 1;
  return is_for_a_person ? PrintRefusedTable(options) : WriteRefused(options);
}

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!file.good() && !file.eof()) return InvalidArgument("the file can't be read");
  return text;
}

// The service counts the records that were sent; a person looks for lines.
Error AtTheirLines(Error error, const std::vector<CorrectedRecord>& records) {
  static const std::regex kPlace(R"(^.*'records\.(\d+)\.member\.\w+':? )");
  std::smatch found;
  if (!std::regex_search(error.message, found, kPlace)) return error;
  const size_t number = std::stoul(found[1].str());
  if (number < 1 || number > records.size()) return error;
  error.message = found.suffix();
  return WithContext(std::move(error), "line " + std::to_string(records[number - 1].line));
}

Result<std::string> Send(Remote& remote, const RunCommandOptions& options) {
  SLUICE_ASSIGN(std::string text, ReadFile(options.records));
  SLUICE_ASSIGN(auto records, ReadCorrectedRecords(text));
  json::Object body = RunOf(options);
  json::Array& list = body["records"].emplace_array();
  for (const CorrectedRecord& record : records) {
    list.push_back({{"id", record.id}, {"record", record.record}});
  }
  auto answer = remote.Call("ReplayRecords", body);
  if (!answer.ok()) return AtTheirLines(answer.error(), records);
  const bool is_one = records.size() == 1;
  Print(std::to_string(records.size()) + (is_one ? " record is" : " records are") +
        " sent again by the execution " + Text(*answer, "executionId") + "\n");
  std::fflush(stdout);
  return Text(*answer, "executionId");
}

// Waits for the run's end. Done where it went well with all of its records.
Status Await(Remote& remote, const RunCommandOptions& options) {
  while (true) {
    SLUICE_ASSIGN(json::Object run, remote.Call("DescribeRun", RunOf(options)));
    const std::string status = Text(run, "executionStatus");
    if (status == "InProgress" || status == "CancelStarted") {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      continue;
    }
    PrintRun(run);
    if (status == "Successful" && Count(run, "recordsRefused") == 0) return Done{};
    return Error{ErrorCode::kClientError,
                 status == "Successful" ? "records were refused again; see 'sluice run refused " +
                                              options.flow + " " + options.execution + "'"
                                        : "the run ended with " + status,
                 {}};
  }
}

Status Replay(const RunCommandOptions& options) {
  SLUICE_ASSIGN(auto remote, Remote::FromEnvironment());
  auto sent = Send(*remote, options);
  if (!sent.ok()) return WithContext(sent.error(), options.records);
  if (!options.wait) return Done{};
  return Await(*remote, {.flow = options.flow, .execution = *sent});
}

std::vector<std::vector<std::string>> ChangesOf(const json::Object& changes) {
  std::vector<std::vector<std::string>> rows;
  for (const char* side : {"source", "destination"}) {
    const json::Object* lists = json::FindObject(changes, side);
    if (lists == nullptr) continue;
    for (const char* kind : {"removed", "changed", "added"}) {
      const json::Array* fields = json::FindArray(*lists, kind);
      if (fields == nullptr) continue;
      for (const json::Value& value : *fields) {
        const json::Object& field = value.as_object();
        const json::Value* is_used = json::Find(field, "isUsed");
        rows.push_back({side, Cell(Text(field, "name")), kind, Cell(Text(field, "typeBefore")),
                        Cell(Text(field, "type")), is_used && *is_used == true ? "yes" : "no"});
      }
    }
  }
  return rows;
}

Status Check(const RunCommandOptions& options) {
  SLUICE_ASSIGN(auto remote, Remote::FromEnvironment());
  SLUICE_ASSIGN(json::Object changes, remote->Call("CompareFields", {{"flowName", options.flow}}));
  const auto rows = ChangesOf(changes);
  if (rows.empty()) {
    Print("The fields are as they were when the flow was saved.\n");
  } else {
    Print(TextTable({"side", "field", "is", "type before", "type", "used"}, rows));
  }
  auto message = json::FindString(changes, "message");
  if (message) return Error{ErrorCode::kClientError, "a run would fail: " + *message, {}};
  return Done{};
}

int Report(const char* command, const Status& status) {
  if (status.ok()) return 0;
  std::fprintf(stderr, "sluice run %s: %s\n", command, status.error().message.c_str());
  return 1;
}

}  // namespace

int CheckRun(const RunCommandOptions& options) { return Report("check", Check(options)); }
int ListRuns(const RunCommandOptions& options) { return Report("list", List(options)); }
int ShowRun(const RunCommandOptions& options) { return Report("show", Show(options)); }
int ListRefused(const RunCommandOptions& options) { return Report("refused", Refused(options)); }
int ReplayRun(const RunCommandOptions& options) { return Report("replay", Replay(options)); }

}  // namespace sluice::bin
