// Runs Lambda functions as processes of this machine: each one unpacked into a folder of its own,
// started with the environment that Lambda would give it, and spoken to through the Lambda Runtime
// API.
#pragma once

#include <memory>
#include <string>

#include "sluice/functions/function.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::functions {

struct FunctionHostOptions {
  std::string data_dir;      // Code is unpacked and scratch folders are made below it.
  std::string endpoint_url;  // The service's own URL: AWS_ENDPOINT_URL of the processes.
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::string python;  // For python3.x runtimes, with awslambdaric: a path, or a name in PATH.
  std::chrono::seconds idle_timeout{600};  // A process without work is ended after this.
  int max_processes_per_function = 8;      // More invocations at once wait.
};

// An invocation's whole outcome, as Lambda's Invoke shows it.
struct InvokeResult {
  std::string payload;         // The answer, or the function's error as JSON.
  std::string function_error;  // "Unhandled", or empty: it answered.
  std::string log_tail;        // The last 4 KB of its log.
};

// Any thread. Destruction ends all processes, their children included.
class FunctionHost : public protocol::FunctionInvoker {
 public:
  static Result<std::unique_ptr<FunctionHost>> Start(FunctionHostOptions options,
                                                     FunctionStore& store, const Clock& clock);

  // kInvalidArgument: name taken, no zip, zip without `bootstrap` (provided.*) or handler file
  // (python3.x), unknown runtime, a path that leaves the zip, Python or awslambdaric missing.
  virtual Result<Function> Create(Function function, std::string_view zip) = 0;
  virtual Result<Function> UpdateCode(const std::string& name, std::string_view zip) = 0;
  // Takes over runtime, handler, role, description, limits and environment for the function of that
  // name. Calls under way end as they began; the next ones get new processes.
  virtual Result<Function> UpdateConfiguration(Function function) = 0;
  virtual Status Delete(const std::string& name) = 0;
  virtual Result<std::optional<Function>> Find(const std::string& name_or_arn) = 0;
  virtual Result<std::vector<Function>> List() = 0;

  // Ends all processes; calls under way end as kServiceUnavailable, and so does every later one.
  virtual void Stop() = 0;

  // As Invoke of Lambda: a function that fails is a result with function_error, not an Error.
  virtual Result<InvokeResult> Run(const std::string& name_or_arn, std::string_view payload,
                                   Deadline deadline) = 0;
};

}  // namespace sluice::functions
