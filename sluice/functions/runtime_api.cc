#include "sluice/functions/runtime_api.h"

#include "sluice/base/json.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::functions {
namespace {

constexpr std::string_view kRoot = "/2018-06-01/runtime/";
constexpr std::string_view kResponse = "/response";
constexpr std::string_view kError = "/error";

net::HttpResponse JsonResponse(int status, json::Object body) {
  return {status, {{"Content-Type", "application/json"}}, json::ToText(std::move(body))};
}

net::HttpResponse Accepted() { return JsonResponse(202, {{"status", "OK"}}); }

net::HttpResponse Refused(int status, std::string_view type, std::string_view message) {
  return JsonResponse(status, {{"errorType", type}, {"errorMessage", message}});
}

std::string HeaderOrEmpty(const net::HttpRequest& request, std::string_view name) {
  const std::string* value = request.headers.Find(name);
  return value ? *value : "";
}

}  // namespace

Result<std::unique_ptr<RuntimeApi>> RuntimeApi::Start(std::string function_arn) {
  std::unique_ptr<RuntimeApi> api(new RuntimeApi(std::move(function_arn)));
  net::HttpServerOptions options;
  options.workers = 1;
  options.idle_timeout = std::chrono::seconds(0);
  options.body_limit = [](const net::HttpRequest&) { return protocol::kMaxPayloadBytes; };
  options.too_large = [api = api.get()](const net::HttpRequest& head, size_t) {
    return api->RefuseTooLarge(head);
  };
  SLUICE_ASSIGN(
      api->server_,
      net::HttpServer::Start(std::move(options), [api = api.get()](auto request, auto respond) {
        api->Handle(std::move(request), std::move(respond));
      }));
  return api;
}

RuntimeApi::~RuntimeApi() {
  End();
  server_.reset();  // Its handlers use the rest.
}

std::string RuntimeApi::address() const { return "127.0.0.1:" + std::to_string(server_->port()); }

RuntimeApi::Waited RuntimeApi::AwaitReady(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [&] { return waiting_ || init_error_ || ended_; })) {
    return Waited::kTimedOut;
  }
  return waiting_ && !ended_ ? Waited::kDone : Waited::kEnded;
}

std::optional<RuntimeAnswer> RuntimeApi::init_error() {
  std::lock_guard lock(mutex_);
  return init_error_;
}

void RuntimeApi::Hand(Invocation invocation) {
  net::Respond respond;
  {
    std::lock_guard lock(mutex_);
    current_id_ = invocation.request_id;
    answer_.reset();
    respond = std::exchange(waiting_, nullptr);
  }
  if (respond) respond(Next(invocation));
}

RuntimeApi::Waited RuntimeApi::AwaitAnswer(Deadline deadline, RuntimeAnswer& answer) {
  std::unique_lock lock(mutex_);
  const bool in_time = changed_.wait_until(lock, deadline, [&] { return answer_ || ended_; });
  current_id_.reset();
  if (answer_) {
    answer = *std::exchange(answer_, std::nullopt);
    return Waited::kDone;
  }
  return in_time ? Waited::kEnded : Waited::kTimedOut;
}

void RuntimeApi::End() {
  net::Respond dropped;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    dropped = std::exchange(waiting_, nullptr);
  }
  changed_.notify_all();
}

void RuntimeApi::Handle(net::HttpRequest request, net::Respond respond) {
  if (request.method == "POST") return respond(HandlePost(request));
  if (request.path() != std::string(kRoot) + "invocation/next") {
    return respond(Refused(404, "UnknownPath", "the Runtime API has no such path"));
  }
  {
    std::lock_guard lock(mutex_);
    waiting_ = std::move(respond);
  }
  changed_.notify_all();
}

net::HttpResponse RuntimeApi::HandlePost(net::HttpRequest& request) {
  const std::string path(request.path());
  RuntimeAnswer error{RuntimeAnswer::What::kError,
                      {},
                      HeaderOrEmpty(request, "Lambda-Runtime-Function-Error-Type")};
  if (path == std::string(kRoot) + "init/error") {
    error.body = std::move(request.body);
    {
      std::lock_guard lock(mutex_);
      init_error_ = std::move(error);
    }
    changed_.notify_all();
    return Accepted();
  }
  if (path.ends_with(kResponse)) {
    return TakeAnswer(path, {RuntimeAnswer::What::kResponse, std::move(request.body), {}});
  }
  if (path.ends_with(kError)) {
    error.body = std::move(request.body);
    return TakeAnswer(path, std::move(error));
  }
  return Refused(404, "UnknownPath", "the Runtime API has no such path");
}

net::HttpResponse RuntimeApi::Next(Invocation& invocation) const {
  return {200,
          {{"Content-Type", "application/json"},
           {"Lambda-Runtime-Aws-Request-Id", invocation.request_id},
           {"Lambda-Runtime-Deadline-Ms", std::to_string(invocation.deadline_ms)},
           {"Lambda-Runtime-Invoked-Function-Arn", function_arn_}},
          std::move(invocation.payload)};
}

// `path` is …/invocation/<id>/response or …/error.
net::HttpResponse RuntimeApi::TakeAnswer(const std::string& path, RuntimeAnswer answer) {
  {
    std::lock_guard lock(mutex_);
    const std::string of_current =
        std::string(kRoot) + "invocation/" + current_id_.value_or("") + "/";
    if (!current_id_ || answer_ || !path.starts_with(of_current)) {
      return Refused(400, "InvalidRequestID", "this invocation is not under way");
    }
    answer_ = std::move(answer);
  }
  changed_.notify_all();
  return Accepted();
}

net::HttpResponse RuntimeApi::RefuseTooLarge(const net::HttpRequest& head) {
  const net::HttpResponse taken =
      TakeAnswer(std::string(head.path()), {RuntimeAnswer::What::kTooLarge, {}, {}});
  if (taken.status != 202) return taken;
  return Refused(413, "RequestEntityTooLarge", "an answer may have 6 MB");
}

}  // namespace sluice::functions
