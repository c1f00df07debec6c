// What a Lambda function sees of AWS: the runtime API and Secrets Manager's GetSecretValue, both on
// one port of 127.0.0.1, for one process at a time. As cheap as it can be, because it runs on the
// cores that are measured.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/tidb_connector/loopback.h"
#include "benchmarks/tidb_connector/process.h"
#include "sluice/base/result.h"

namespace sluice::benchmarks {

// One thread.
class LambdaHost {
 public:
  // `secret` is the SecretString of every secret.
  static Result<LambdaHost> Start(std::vector<std::string> command, const std::string& secret);

  // Ends the function's process, if there is one, and starts a new one.
  Status StartFunction();
  const Process& function() const { return function_.back(); }

  // Hands an event to the function, once it asks for one.
  Status Send(std::string_view event);
  // The answer to it. The text stays until the next Receive. kServerError with the function's words
  // where it reports an error, ends, or takes longer than Lambda lets it.
  Result<std::string_view> Receive();
  Result<std::string_view> Invoke(std::string_view event);

 private:
  struct Connection {
    Socket socket;
    std::string buffer;  // Its size is what there is room for.
    size_t filled = 0;
    size_t request_size = 0;  // Head and body; 0 until the head is there.
    size_t body_begin = 0;
    bool is_closed = false;
  };

  LambdaHost(std::vector<std::string> command, Socket listening)
      : command_(std::move(command)), listening_(std::move(listening)) {}

  Status WaitFor(const bool& condition);
  Status Read(Connection& connection);
  Status Handle(Connection& connection);

  std::vector<std::string> command_;
  Socket listening_;
  std::string secret_answer_;          // A whole HTTP response.
  std::vector<Process> function_;      // The last one lives.
  std::list<Connection> connections_;  // Of the living one.
  Connection* waiting_ = nullptr;      // Asked for an event.
  bool is_waiting_ = false, is_answered_ = false;
  std::string answer_;  // Has the request's head before it, and may have room behind it.
  std::string_view answer_body_;
};

}  // namespace sluice::benchmarks
