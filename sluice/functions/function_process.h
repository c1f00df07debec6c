// One process of a function, from its start to its end: takes invocations one at a time.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sluice/functions/code_folder.h"
#include "sluice/functions/function_host.h"
#include "sluice/functions/process.h"
#include "sluice/functions/process_log.h"
#include "sluice/functions/process_table.h"
#include "sluice/functions/runtime_api.h"

namespace sluice::functions {

// What became of an invocation.
struct Outcome {
  enum class What {
    kAnswered,
    kFunctionError,   // The function reported an error of its own.
    kTimedOut,        // Its time limit passed; the process was ended.
    kDeadlinePassed,  // The caller's deadline passed; the process was ended, unless it had yet to
                      // start: it goes on starting for the next one.
    kFailed,          // It crashed, could not start, or used or answered too much.
    kUntaken,         // The process ended before it took the invocation: another may take it.
  };
  What what = What::kAnswered;
  std::string payload;     // The answer, or the error as Lambda's JSON.
  std::string error_type;  // "Runtime.ExitError".
  std::string message;     // For a person, with the function's last words.
  std::string log_tail;
};

// What all processes share. Outlives them.
struct HostParts {
  const FunctionHostOptions& options;
  LogCollector& log;
  ProcessTable& table;
  const Clock& clock;
};

class FunctionProcess {
 public:
  static Result<std::unique_ptr<FunctionProcess>> Start(HostParts parts, Function function,
                                                        std::shared_ptr<CodeFolder> code);
  ~FunctionProcess();  // Ends it, with all that it started, and removes its scratch folder.

  // One caller at a time. Returns by `deadline` and a moment. Where it is not alive() afterwards,
  // it takes no more.
  Outcome Invoke(std::string_view payload, Deadline deadline);

  void End();  // Any thread; what is under way fails.
  bool alive() const { return !ending_; }
  const std::string& code_id() const { return function_.code_id; }

 private:
  struct Exchange;  // An invocation under way.

  FunctionProcess(HostParts parts, Function function, std::shared_ptr<CodeFolder> code);
  ProcessSpec Spec() const;
  std::chrono::milliseconds TimeLimit() const;
  void Watch();
  void CheckMemory();
  void Drain();
  Outcome Take(Exchange& exchange);
  Outcome Answered(const RuntimeAnswer& answer, const Exchange& exchange);
  Outcome Ended(const Exchange& exchange);
  Outcome StillStarting(const Exchange& exchange);
  Outcome TooLate(const Exchange& exchange, bool callers_deadline, std::chrono::milliseconds limit);
  Outcome Failure(Outcome::What what, const Exchange& exchange, std::string type,
                  std::string sentence);
  void Report(const Exchange& exchange);

  const HostParts parts_;
  const Function function_;
  const std::shared_ptr<CodeFolder> code_;
  const std::string log_group_, log_stream_;
  std::string scratch_;
  ProcessLog log_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

  std::unique_ptr<RuntimeApi> api_;
  std::unique_ptr<Process> process_;
  std::mutex drain_mutex_;
  std::vector<char> drained_ = std::vector<char>(64 << 10);
  std::atomic<bool> busy_ = true, ending_ = false;
  std::atomic<int64_t> peak_bytes_ = 0;
  bool warm_ = false;                        // It took an invocation before.
  bool was_left_starting_ = false;           // By a caller whose deadline passed.
  ProcessEnd end_;                           // Written before api_ hears of the end.
  std::atomic<int64_t> too_much_bytes_ = 0;  // Set when it was ended for its memory.
  std::thread watcher_;
};

// The environment of a function's process: Lambda's variables and the function's own, nothing else.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
std::vector<std::string> ProcessEnvironment(const FunctionHostOptions& options,
                                            const Function& function, const std::string& code,
                                            const std::string& scratch,
                                            const std::string& runtime_api,
                                            const std::string& log_group,
                                            const std::string& log_stream);

}  // namespace sluice::functions
