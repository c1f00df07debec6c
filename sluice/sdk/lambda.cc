#include "sluice/sdk/lambda.h"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <exception>

#include "sluice/base/json.h"
#include "sluice/base/log.h"
#include "sluice/net/retry.h"
#include "sluice/net/small_http_client.h"
#include "sluice/protocol/codec.h"
#include "sluice/protocol/function_invoker.h"
#include "sluice/sdk/answer_check.h"

namespace sluice::sdk {
namespace {

using protocol::ConnectorContext;
using protocol::kMaxPayloadBytes;
using protocol::Request;
using std::chrono::milliseconds;

// An answer, and what the log says about it.
struct Answer {
  std::string json;
  size_t records = 0;
  std::optional<ErrorCode> error;
};

// In the form that all operations share.
Answer Refusal(const Error& error) {
  return {.json = ToJson(Result<protocol::ValidateCredentialsResponse>(error)),
          .error = error.code};
}

// For the connector's author, who reads logs. The message names members of the answer, no values.
void LogFault(std::string_view operation, const Error& fault) {
  Log(LogLevel::kError, "the connector has a fault",
      {{"operation", operation}, {"error", fault.message}});
}

// The records are written, so each has a result in the answer, whatever else is left out of it.
std::string ToJsonThatFits(protocol::WriteDataResponse response) {
  std::string json = ToJson(response);
  if (json.size() <= kMaxPayloadBytes) return json;
  for (protocol::WriteRecordResult& result : response.results) result.record_id.clear();
  json = ToJson(response);
  if (json.size() <= kMaxPayloadBytes) return json;
  for (protocol::WriteRecordResult& result : response.results) result.error_message.clear();
  return ToJson(response);
}

// Of how many records the results fit into an answer.
constexpr size_t kBytesOfErrorDetails = 64 << 10;
constexpr size_t kMostRecordsToWrite =
    (kMaxPayloadBytes - kBytesOfErrorDetails) / sizeof(R"({"isSuccess":false,"recordId":""},)");

// Hands a request to the connector's method for it, and looks at what comes back.
struct Dispatch {
  Connector& connector;
  const Invocation& invocation;
  std::string_view operation;

  Answer operator()(const protocol::DescribeConnectorConfigurationRequest& request) {
    return ToAnswer(request, connector.DescribeConnectorConfiguration(request, invocation));
  }
  Answer operator()(const protocol::ValidateConnectorRuntimeSettingsRequest& request) {
    auto response = connector.ValidateConnectorRuntimeSettings(request, invocation);
    Answer answer{.json = ToJson(response)};
    if (response.error) answer.error = response.error->code;
    if (!response.errors_by_input_field.empty()) answer.error = ErrorCode::kInvalidArgument;
    return Unless(Check(request, response), std::move(answer));
  }
  Answer operator()(const protocol::ValidateCredentialsRequest& request) {
    return ToAnswer(request, connector.ValidateCredentials(request, invocation));
  }
  Answer operator()(const protocol::ListEntitiesRequest& request) {
    return ToAnswer(request, connector.ListEntities(request, invocation));
  }
  Answer operator()(const protocol::DescribeEntityRequest& request) {
    return ToAnswer(request, connector.DescribeEntity(request, invocation));
  }
  Answer operator()(const protocol::QueryDataRequest& request) {
    return ToAnswer(request, connector.QueryData(request, invocation));
  }
  Answer operator()(const protocol::RetrieveDataRequest& request) {
    return ToAnswer(request, connector.RetrieveData(request, invocation));
  }
  Answer operator()(const protocol::WriteDataRequest& request) {
    if (request.records.size() > kMostRecordsToWrite) {
      return Refusal(InvalidArgument("the request has " + std::to_string(request.records.size()) +
                                     " records, more than the " +
                                     std::to_string(kMostRecordsToWrite) +
                                     " whose results fit into an answer; send fewer at once"));
    }
    protocol::WriteDataResponse response = connector.WriteData(request, invocation);
    Status checked = Check(request, response);
    Answer answer{.records = request.records.size()};
    if (response.error) answer.error = response.error->code;
    answer.json = ToJsonThatFits(std::move(response));
    return Unless(checked, std::move(answer));
  }

 private:
  template <class Request, class Response>
  Answer ToAnswer(const Request& request, Result<Response> response) {
    Status checked = response.ok() ? Check(request, *response) : Check(response.error());
    Answer answer;
    if (!response.ok()) {
      answer.error = response.error().code;
    } else if constexpr (requires { response->records; }) {
      answer.records = response->records.size();
    }
    answer.json = ToJson(std::move(response));
    return Unless(checked, std::move(answer));
  }

  Answer Unless(const Status& checked, Answer answer) {
    if (checked.ok()) return answer;
    LogFault(operation, checked.error());
    return Refusal(checked.error());
  }
};

std::string_view EntityOf(const Request& request) {
  return std::visit(
      [](const auto& message) -> std::string_view {
        if constexpr (requires { message.entity_identifier; }) return message.entity_identifier;
        return "";
      },
      request);
}

const ConnectorContext& ContextOf(const Request& request) {
  static const ConnectorContext none;
  return std::visit(
      [](const auto& message) -> const ConnectorContext& {
        if constexpr (requires { message.context; }) return message.context;
        return none;
      },
      request);
}

Answer TooLarge(size_t bytes) {
  return Refusal(InvalidArgument("the answer has " + std::to_string(bytes) +
                                 " bytes, more than the " + std::to_string(kMaxPayloadBytes) +
                                 " that a Lambda function may answer with; ask for fewer records "
                                 "at once or for fewer fields"));
}

Answer Thrown(std::string_view operation, std::string_view what) {
  // Whose text it is, nobody knows: the caller gets it, the log does not.
  LogFault(operation, {ErrorCode::kUnknown, "it threw an exception", {}});
  return Refusal(
      {ErrorCode::kUnknown, "the connector threw an exception: " + std::string(what), {}});
}

Answer Handle(Connector& connector, const Request& request, const Invocation& invocation) {
  std::string_view operation = OperationOf(request);
  // The author's code may throw; the loop goes on with the next invocation.
  try {
    Answer answer = std::visit(Dispatch{connector, invocation, operation}, request);
    if (answer.json.size() > kMaxPayloadBytes) return TooLarge(answer.json.size());
    return answer;
  } catch (const std::exception& exception) {
    return Thrown(operation, exception.what());
  } catch (...) {
    return Thrown(operation, "of a type that has no message");
  }
}

void LogOperation(const Request& request, const Answer& answer, const Invocation& invocation,
                  milliseconds took) {
  const ConnectorContext& context = ContextOf(request);
  Log(answer.error ? LogLevel::kWarning : LogLevel::kInfo, "answered",
      {{"operation", OperationOf(request)},
       {"entity", EntityOf(request)},
       {"records", answer.records},
       {"bytes", answer.json.size()},
       {"milliseconds", took.count()},
       {"errorCode", answer.error ? ToString(*answer.error) : ""},
       {"flowName", context.flow_name},
       {"executionId", context.execution_id},
       {"requestId", invocation.request_id}});
}

// --- the loop

// Written by the signal handler.
std::atomic<bool> ending = false;
std::atomic<bool> waiting = false;  // For an invocation: nothing is lost by leaving.
static_assert(std::atomic<bool>::is_always_lock_free);

void OnTerminate(int) {
  ending = true;
  // A long poll can't be broken off in another way without losing the invocation that it brings.
  if (waiting) _exit(0);
}

void EndOnTerminate() {
  struct sigaction action {};
  action.sa_handler = OnTerminate;
  sigaction(SIGTERM, &action, nullptr);
}

// What Lambda reports to the caller of a function that failed.
std::string FunctionError(const Error& error) {
  std::string body = "{\"errorMessage\":";
  json::AppendQuoted(body, error.message);
  body += ",\"errorType\":";
  json::AppendQuoted(body, ToString(error.code));
  return body + ",\"stackTrace\":[]}";
}

struct Work {
  Invocation invocation;
  std::string payload;
};

class RuntimeApi {
 public:
  RuntimeApi(net::HttpClient& http, std::string_view host)
      : http_(http), base_("http://" + std::string(host) + "/2018-06-01/runtime/") {}

  // Waits for as long as it takes. While the container is frozen its connection may die; then the
  // next attempt makes a new one.
  Result<Work> Next() {
    net::HttpRequest request{.method = "GET", .url = base_ + "invocation/next"};
    net::RetryPolicy policy{.attempts = 4, .first_delay = milliseconds(50)};
    waiting = true;
    if (ending) _exit(0);
    auto response = net::Retry(policy, Deadline::max(), {},
                               [&] { return http_.Send(request, Deadline::max()); });
    waiting = false;
    if (!response.ok()) return std::move(response).error();
    if (response->status != 200) {
      return ServerError("the runtime API answered " + std::to_string(response->status) +
                         " to the question for the next invocation");
    }
    return ToWork(*std::move(response));
  }

  Status Respond(const Invocation& invocation, std::string answer) {
    return Post("invocation/" + invocation.request_id + "/response", std::move(answer), {});
  }
  Status Fail(const Invocation& invocation, const Error& error) {
    return Post("invocation/" + invocation.request_id + "/error", FunctionError(error),
                {{"Lambda-Runtime-Function-Error-Type", std::string(ToString(error.code))}});
  }
  Status FailInit(const Error& error) {
    return Post("init/error", FunctionError(error),
                {{"Lambda-Runtime-Function-Error-Type", std::string(ToString(error.code))}});
  }

 private:
  static Result<Work> ToWork(net::HttpResponse response) {
    const std::string* id = response.headers.Find("Lambda-Runtime-Aws-Request-Id");
    if (!id || id->empty()) return ServerError("the runtime API sent an invocation without an id");
    return Work{{*id, DeadlineOf(response)}, std::move(response.body)};
  }

  static Deadline DeadlineOf(const net::HttpResponse& response) {
    const std::string* text = response.headers.Find("Lambda-Runtime-Deadline-Ms");
    int64_t at_ms = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), at_ms);
    if (at_ms <= 0) return DeadlineAfter(std::chrono::seconds(30));
    return DeadlineAfter(Time(milliseconds(at_ms)) - SystemClock().Now());
  }

  Status Post(const std::string& path, std::string body, net::Headers headers) {
    headers.Set("Content-Type", "application/json");
    net::HttpRequest request{"POST", base_ + path, std::move(headers), std::move(body)};
    SLUICE_ASSIGN(net::HttpResponse response,
                  http_.Send(request, DeadlineAfter(std::chrono::seconds(10))));
    if (response.status / 100 != 2) {
      return ServerError("the runtime API answered " + std::to_string(response.status) + " to " +
                         path);
    }
    return Done{};
  }

  net::HttpClient& http_;
  std::string base_;
};

void WarnUnless(const Status& told, const Invocation& invocation) {
  if (told.ok()) return;
  Log(LogLevel::kError, "the answer could not be delivered",
      {{"error", told.error().message}, {"requestId", invocation.request_id}});
}

void Serve(Connector& connector, RuntimeApi& api, const Work& work) {
  auto begin = std::chrono::steady_clock::now();
  auto request = protocol::ParseRequest(work.payload);
  if (!request.ok()) {
    Log(LogLevel::kError, "not a connector message",
        {{"error", request.error().message}, {"requestId", work.invocation.request_id}});
    return WarnUnless(api.Fail(work.invocation, request.error()), work.invocation);
  }
  Answer answer = Handle(connector, *request, work.invocation);
  LogOperation(*request, answer, work.invocation,
               std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin));
  WarnUnless(api.Respond(work.invocation, std::move(answer.json)), work.invocation);
}

Result<std::string> RuntimeApiHost() {
  const char* host = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (host && *host) return std::string(host);
  return InvalidArgument(
      "AWS_LAMBDA_RUNTIME_API is not set: this program is an AWS Lambda function and is started by "
      "Lambda or by a host that speaks its runtime API");
}

int Exit(std::string_view what, const Error& error) {
  Log(LogLevel::kError, what, {{"error", error.message}});
  return 1;
}

}  // namespace

Result<std::string> HandleInvocation(Connector& connector, std::string_view payload,
                                     const Invocation& invocation) {
  SLUICE_ASSIGN(Request request, protocol::ParseRequest(payload));
  return Handle(connector, request, invocation).json;
}

int ReportInitError(const Error& error) {
  Log(LogLevel::kError, "the function can't start", {{"error", error.message}});
  auto host = RuntimeApiHost();
  if (!host.ok()) return Exit("nobody to tell", host.error());
  auto http = net::MakeSmallHttpClient();
  Status told = RuntimeApi(*http, *host).FailInit(error);
  return told.ok() ? 1 : Exit("nobody to tell", told.error());
}

int RunLambda(Connector& connector) {
  auto host = RuntimeApiHost();
  if (!host.ok()) return Exit("the function can't start", host.error());
  EndOnTerminate();
  auto http = net::MakeSmallHttpClient();
  RuntimeApi api(*http, *host);
  while (!ending) {
    auto work = api.Next();
    if (!work.ok()) return Exit("no further invocation", work.error());
    Serve(connector, api, *work);
  }
  return 0;
}

}  // namespace sluice::sdk
