// The Lambda Runtime API, for one process: the process asks for work and answers it over HTTP.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "sluice/net/http_server.h"

namespace sluice::functions {

struct Invocation {
  std::string request_id;
  std::string payload;
  int64_t deadline_ms = 0;  // Milliseconds since 1970.
};

// What the process said about an invocation, or about its own start.
struct RuntimeAnswer {
  enum class What { kResponse, kError, kTooLarge } what = What::kResponse;
  std::string body;
  std::string error_type;  // Lambda-Runtime-Function-Error-Type, with kError.
};

// Listens on a port of its own on loopback, because the port is all that tells a process from
// another. One invocation at a time. Any thread.
class RuntimeApi {
 public:
  static Result<std::unique_ptr<RuntimeApi>> Start(std::string function_arn);
  ~RuntimeApi();

  std::string address() const;  // AWS_LAMBDA_RUNTIME_API: "127.0.0.1:PORT".

  enum class Waited { kDone, kEnded, kTimedOut };
  // Until the process asks for work (kDone), failed to start (init_error(), kEnded) or ended.
  Waited AwaitReady(Deadline deadline);
  std::optional<RuntimeAnswer> init_error();
  // Gives it work. It has asked for it.
  void Hand(Invocation invocation);
  // Until it answered what it was handed (kDone). An answer counts even where it ended right after.
  Waited AwaitAnswer(Deadline deadline, RuntimeAnswer& answer);

  // The process has ended: nobody needs to wait any longer.
  void End();

 private:
  explicit RuntimeApi(std::string function_arn) : function_arn_(std::move(function_arn)) {}
  void Handle(net::HttpRequest request, net::Respond respond);
  net::HttpResponse HandlePost(net::HttpRequest& request);
  net::HttpResponse Next(Invocation& invocation) const;
  net::HttpResponse TakeAnswer(const std::string& path, RuntimeAnswer answer);
  net::HttpResponse RefuseTooLarge(const net::HttpRequest& head);

  const std::string function_arn_;
  std::mutex mutex_;
  std::condition_variable changed_;
  net::Respond waiting_;  // Of a process that asked for work.
  std::optional<std::string> current_id_;
  std::optional<RuntimeAnswer> answer_, init_error_;
  bool ended_ = false;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace sluice::functions
