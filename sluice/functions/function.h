// A Lambda function as it is remembered, and who remembers it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"

namespace sluice::functions {

struct Function {
  std::string name, arn, runtime, handler, role, description;
  int timeout_s = 3;
  int memory_mb = 128;
  std::map<std::string, std::string> environment;
  std::string code_sha256;  // Of the zip, base64, as Lambda shows it.
  int64_t code_size = 0;
  std::string code_id;      // New with each upload of code; names the unpacked folder.
  std::string revision_id;  // New with each change.
  Time last_modified{};
  // The function's own keys, made when it is created; its processes sign with them.
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
};

struct LogEvent {
  std::string log_group;   // "/aws/lambda/<function>"
  std::string log_stream;  // "2026/01/31/[$LATEST]<32 hex>"
  Time timestamp{};
  std::string message;  // One line, without its end.
  int64_t id = 0;       // Set by the store; grows.
};

// Persistence. Each call is one durable transaction, but AppendLog may lose the last second in a
// crash. Any thread.
class FunctionStore {
 public:
  virtual ~FunctionStore() = default;
  virtual Result<bool> InsertFunction(const Function& function) = 0;  // False: the name is taken.
  virtual Status UpdateFunction(const Function& function) = 0;
  virtual Result<std::optional<Function>> FindFunction(const std::string& name) = 0;
  virtual Result<std::vector<Function>> ListFunctions() = 0;  // By name.
  virtual Status DeleteFunction(const std::string& name) = 0;

  virtual Status AppendLog(const std::vector<LogEvent>& events) = 0;
  struct LogQuery {
    std::string log_group;
    std::vector<std::string> log_streams;  // Empty: all.
    std::optional<Time> start, end;        // Start inclusive, end exclusive.
    std::string contains;                  // Empty: all.
    int64_t after_id = 0;
    int64_t limit = 10'000;
  };
  virtual Result<std::vector<LogEvent>> FindLog(const LogQuery& query) = 0;  // By time, then id.
  virtual Result<std::vector<std::string>> ListLogGroups() = 0;
  virtual Result<std::vector<std::string>> ListLogStreams(const std::string& log_group) = 0;
};

}  // namespace sluice::functions
