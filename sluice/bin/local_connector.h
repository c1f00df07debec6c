// A connector that runs on this machine, as it would in Lambda, with a Secrets Manager of its own
// on loopback. Nothing of it is left when it is destroyed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sluice/base/secret.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::bin {

// Any thread.
class LocalConnector : public protocol::FunctionInvoker {
 public:
  struct Code {
    std::string zip;  // The bytes of a function's zip …
    std::string runtime = "provided.al2023", handler = "bootstrap";
    std::string python = "python3";    // … of runtime python3.x: with awslambdaric.
    std::vector<std::string> command;  // Or a program that speaks the Lambda Runtime API, and its
                                       // arguments; it runs here, with this process's environment.
    int time_limit_s = 30;
  };
  static Result<std::unique_ptr<LocalConnector>> Start(const Code& code);

  virtual std::string arn() const = 0;
  // The ARN of a new secret.
  virtual Result<std::string> PutSecret(const std::string& name, const Secret& text) = 0;
  // The next request gets a new process.
  virtual Status Renew() = 0;
  virtual Result<std::string> ReadLog() = 0;
};

}  // namespace sluice::bin
