#include "sluice/functions/lambda_api.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/functions/function_keys.h"

namespace sluice::functions {
namespace {

constexpr std::string_view kFunctions = "/2015-03-31/functions";
constexpr std::string_view kInvalid = "InvalidParameterValueException";
constexpr size_t kMaxEnvironmentBytes = 4096;
// An invocation lasts no longer than the longest time limit and a start.
constexpr std::chrono::minutes kInvokeLimit{16};

#if defined(__aarch64__)
constexpr std::string_view kArchitecture = "arm64";
#else
constexpr std::string_view kArchitecture = "x86_64";
#endif

net::HttpResponse JsonResponse(int status, const json::Value& body) {
  return {status, {{"Content-Type", "application/json"}}, json::ToText(body)};
}

net::HttpResponse InvalidParameter(std::string_view message) {
  return net::AwsError(400, kInvalid, message);
}

net::HttpResponse NotFound(std::string_view name) {
  return net::AwsError(404, "ResourceNotFoundException",
                       "Function not found: " + std::string(name));
}

net::HttpResponse ToResponse(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return InvalidParameter(error.message);
    case ErrorCode::kResourceNotFound:
      return net::AwsError(404, "ResourceNotFoundException", error.message);
    case ErrorCode::kRequestTimeout:
      return net::AwsError(429, "TooManyRequestsException", error.message);
    default:
      return net::AwsError(500, "ServiceException", error.message);
  }
}

std::string LastModified(Time time) {
  std::string text = FormatTime(time, 3);
  return text.substr(0, text.size() - 1) + "+0000";
}

json::Object Configuration(const Function& function) {
  json::Object variables;
  for (const auto& [name, value] : function.environment) variables[name] = value;
  json::Object configuration = {
      {"FunctionName", function.name},
      {"FunctionArn", function.arn},
      {"Runtime", function.runtime},
      {"Role", function.role},
      {"Handler", function.handler},
      {"CodeSize", function.code_size},
      {"Description", function.description},
      {"Timeout", function.timeout_s},
      {"MemorySize", function.memory_mb},
      {"LastModified", LastModified(function.last_modified)},
      {"CodeSha256", function.code_sha256},
      {"Version", "$LATEST"},
      {"TracingConfig", {{"Mode", "PassThrough"}}},
      {"RevisionId", function.revision_id},
      {"State", "Active"},
      {"LastUpdateStatus", "Successful"},
      {"PackageType", "Zip"},
      {"Architectures", json::Array{kArchitecture}},
      {"EphemeralStorage", {{"Size", 512}}},
      {"SnapStart", {{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}},
      {"LoggingConfig", {{"LogFormat", "Text"}, {"LogGroup", "/aws/lambda/" + function.name}}}};
  if (!variables.empty()) configuration["Environment"] = json::Object{{"Variables", variables}};
  return configuration;
}

// ---- Requests ---------------------------------------------------------------------------------

// Whether a member says nothing: null, empty, false, or made of such.
bool SaysNothing(const json::Value& value) {
  if (value.is_null()) return true;
  if (auto* text = value.if_string()) return text->empty();
  if (auto* flag = value.if_bool()) return !*flag;
  if (auto* array = value.if_array()) return array->empty();
  auto* object = value.if_object();
  return object && std::all_of(object->begin(), object->end(),
                               [](const auto& member) { return SaysNothing(member.value()); });
}

// Members that would change what a function does, and that are not supported: accepting them would
// be a lie. The values that mean what happens here anyway are fine.
Status RefuseUnsupported(const json::Object& request) {
  const std::array<std::pair<std::string_view, json::Value>, 4> harmless = {
      {{"TracingConfig", {{"Mode", "PassThrough"}}},
       {"EphemeralStorage", {{"Size", 512}}},
       {"SnapStart", {{"ApplyOn", "None"}}},
       {"LoggingConfig", {{"LogFormat", "Text"}}}}};
  static const std::set<std::string_view> kSupported = {
      "FunctionName",  "Runtime",     "Role",       "Handler",     "Code",
      "Description",   "Timeout",     "MemorySize", "Environment", "ZipFile",
      "Architectures", "PackageType", "DryRun",     "RevisionId"};
  for (const auto& member : request) {
    const std::string_view name = member.key();
    if (kSupported.contains(name) || SaysNothing(member.value())) continue;
    if (std::any_of(harmless.begin(), harmless.end(), [&](const auto& pair) {
          return pair.first == name && pair.second == member.value();
        })) {
      continue;
    }
    return InvalidArgument("'" + std::string(name) +
                           "' is not supported by this service: leave it out");
  }
  if (json::FindString(request, "PackageType").value_or("Zip") != "Zip") {
    return InvalidArgument("only the package type Zip is supported by this service");
  }
  if (const json::Array* wanted = json::FindArray(request, "Architectures");
      wanted && *wanted != json::Array{kArchitecture}) {
    return InvalidArgument("this machine runs functions of the architecture " +
                           std::string(kArchitecture) + " only");
  }
  return Done{};
}

Result<std::string> ReadZip(const json::Object& holder) {
  for (const char* other : {"S3Bucket", "S3Key", "ImageUri", "SourceKMSKeyArn"}) {
    if (json::Find(holder, other)) {
      return InvalidArgument(std::string(other) +
                             " is not supported by this service: give the zip in ZipFile");
    }
  }
  auto text = json::FindString(holder, "ZipFile");
  if (!text || text->empty()) return InvalidArgument("ZipFile is missing: the code as a zip");
  auto zip = Base64Decode(*text);
  if (!zip.ok()) return WithContext(std::move(zip).error(), "ZipFile is not base64");
  return zip;
}

Result<std::string> ReadText(const json::Object& request, std::string_view name, size_t max_size) {
  std::string text = json::FindString(request, name).value_or("");
  if (!text.empty() && text.size() <= max_size) return text;
  return InvalidArgument(std::string(name) + (text.empty() ? " is missing" : " is too long"));
}

Result<int> ReadInt(const json::Object& request, std::string_view name, int fallback, int low,
                    int high) {
  if (!json::Find(request, name)) return fallback;
  auto value = json::FindInt(request, name);
  if (value && *value >= low && *value <= high) return static_cast<int>(*value);
  return InvalidArgument(std::string(name) + " must be a number from " + std::to_string(low) +
                         " to " + std::to_string(high));
}

// "arn:aws:iam::123456789012:role/path/name", in any partition.
bool IsRoleArn(std::string_view arn) {
  constexpr std::string_view kService = ":iam::";
  constexpr size_t kAccountDigits = 12;
  const size_t service = arn.find(kService);
  if (!arn.starts_with("arn:aws") || service == std::string_view::npos) return false;
  const std::string_view rest = arn.substr(service + kService.size());
  return rest.find_first_not_of("0123456789") == kAccountDigits &&
         rest.substr(kAccountDigits).starts_with(":role/") && !rest.ends_with('/');
}

bool IsVariableName(const std::string& name) {
  return name.size() >= 2 && std::isalpha(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char letter) { return std::isalnum(letter) || letter == '_'; });
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
bool IsReserved(const std::string& name) {
  static const std::set<std::string> kReserved = {
      "_HANDLER",          "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION",
      "AWS_EXECUTION_ENV", "AWS_ACCESS_KEY",   "AWS_ACCESS_KEY_ID",  "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"};
  return kReserved.contains(name) || name.starts_with("AWS_LAMBDA_");
}

Result<std::map<std::string, std::string>> ReadEnvironment(const json::Object& request) {
  std::map<std::string, std::string> environment;
  const json::Object* holder = json::FindObject(request, "Environment");
  const json::Object* variables = holder ? json::FindObject(*holder, "Variables") : nullptr;
  if (!variables) return environment;
  size_t bytes = 0;
  for (const auto& member : *variables) {
    const std::string name(member.key());
    const auto* value = member.value().if_string();
    if (!IsVariableName(name)) {
      return InvalidArgument("'" + name + "' is no name for an environment variable");
    }
    if (IsReserved(name)) {
      return InvalidArgument("the environment variable " + name +
                             " is reserved: Lambda sets it itself");
    }
    if (!value || value->find('\0') != value->npos) {
      return InvalidArgument("the value of the environment variable " + name + " is not text");
    }
    bytes += name.size() + value->size();
    environment[name] = *value;
  }
  if (bytes > kMaxEnvironmentBytes) {
    return InvalidArgument("the environment variables have " + std::to_string(bytes) +
                           " bytes, more than 4 KB");
  }
  return environment;
}

Result<Function> ReadFunction(const json::Object& request) {
  SLUICE_RETURN_IF_ERROR(RefuseUnsupported(request));
  Function function;
  SLUICE_ASSIGN(function.name, ReadText(request, "FunctionName", 140));
  SLUICE_ASSIGN(function.runtime, ReadText(request, "Runtime", 64));
  SLUICE_ASSIGN(function.role, ReadText(request, "Role", 2048));
  SLUICE_ASSIGN(function.handler, ReadText(request, "Handler", 128));
  if (!IsRoleArn(function.role)) {
    return InvalidArgument("Role '" + function.role +
                           "' is not the ARN of a role: arn:aws:iam::<account>:role/<name>");
  }
  if (function.handler.find_first_of(" \t\r\n\v\f") != std::string::npos) {
    return InvalidArgument("Handler '" + function.handler + "' has a space in it");
  }
  function.description = json::FindString(request, "Description").value_or("");
  if (function.description.size() > 256) {
    return InvalidArgument("Description has more than 256 characters");
  }
  SLUICE_ASSIGN(function.timeout_s, ReadInt(request, "Timeout", 3, 1, 900));
  SLUICE_ASSIGN(function.memory_mb, ReadInt(request, "MemorySize", 128, 128, 10240));
  SLUICE_ASSIGN(function.environment, ReadEnvironment(request));
  return function;
}

std::string QueryValue(const net::HttpRequest& request, std::string_view name) {
  std::string_view query = request.query();
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    auto value = PercentDecode(pair.substr(equals + 1));
    return value.ok() ? *value : "";
  }
  return "";
}

std::string HeaderOr(const net::HttpRequest& request, std::string_view name, std::string fallback) {
  const std::string* value = request.headers.Find(name);
  return value ? *value : fallback;
}

// ---- Operations -------------------------------------------------------------------------------

net::HttpResponse CreateFunction(FunctionHost& host, const net::HttpRequest& request) {
  auto body = json::ParseObject(request.body);
  if (!body.ok()) return net::AwsError(400, "InvalidRequestContentException", body.error().message);
  auto function = ReadFunction(*body);
  if (!function.ok()) return ToResponse(function.error());
  const json::Object* code = json::FindObject(*body, "Code");
  if (!code) return InvalidParameter("Code is missing: give the zip in Code.ZipFile");
  auto zip = ReadZip(*code);
  if (!zip.ok()) return ToResponse(zip.error());
  const std::string name = function->name;
  auto created = host.Create(*std::move(function), *zip);
  if (created.ok()) return JsonResponse(201, Configuration(*created));
  if (auto existing = host.Find(name); existing.ok() && *existing) {
    return net::AwsError(409, "ResourceConflictException", "Function already exist: " + name);
  }
  return ToResponse(created.error());
}

net::HttpResponse ListFunctions(FunctionHost& host, const net::HttpRequest& request) {
  auto functions = host.List();
  if (!functions.ok()) return ToResponse(functions.error());
  const std::string after = QueryValue(request, "Marker");
  const std::string max_items = QueryValue(request, "MaxItems");
  int limit = 50;
  if (!max_items.empty()) {
    if (max_items.size() > 5 || max_items.find_first_not_of("0123456789") != std::string::npos ||
        (limit = std::stoi(max_items)) < 1 || limit > 10'000) {
      return InvalidParameter("MaxItems must be a number from 1 to 10000");
    }
    limit = std::min(limit, 50);
  }
  json::Array page;
  std::string last;
  bool more = false;
  for (const Function& function : *functions) {
    if (function.name <= after) continue;
    if (static_cast<int>(page.size()) == limit) {
      more = true;
      break;
    }
    page.push_back(Configuration(function));
    last = function.name;
  }
  json::Object answer = {{"Functions", std::move(page)}};
  if (more) answer["NextMarker"] = last;
  return JsonResponse(200, answer);
}

std::optional<net::HttpResponse> RefuseOtherRevision(const json::Object& body,
                                                     const Function& function) {
  auto revision = json::FindString(body, "RevisionId");
  if (!revision || *revision == function.revision_id) return std::nullopt;
  return net::AwsError(
      412, "PreconditionFailedException",
      "The RevisionId provided does not match the latest one: it is " + function.revision_id);
}

net::HttpResponse UpdateFunctionCode(FunctionHost& host, const Function& function,
                                     const net::HttpRequest& request) {
  auto body = json::ParseObject(request.body);
  if (!body.ok()) return net::AwsError(400, "InvalidRequestContentException", body.error().message);
  if (auto status = RefuseUnsupported(*body); !status.ok()) return ToResponse(status.error());
  auto zip = ReadZip(*body);
  if (!zip.ok()) return ToResponse(zip.error());
  if (auto refused = RefuseOtherRevision(*body, function)) return *std::move(refused);
  if (json::FindBool(*body, "DryRun").value_or(false)) {
    return JsonResponse(200, Configuration(function));
  }
  auto updated = host.UpdateCode(function.name, *zip);
  return updated.ok() ? JsonResponse(200, Configuration(*updated)) : ToResponse(updated.error());
}

net::HttpResponse Invoke(FunctionHost& host, const Function& function,
                         const net::HttpRequest& request) {
  const std::string type = HeaderOr(request, "X-Amz-Invocation-Type", "RequestResponse");
  if (type == "DryRun") return {204, {}, ""};
  if (type == "Event") {
    return InvalidParameter(
        "InvocationType Event is not supported by this service: use RequestResponse");
  }
  if (type != "RequestResponse") {
    return InvalidParameter("InvocationType '" + type + "' is none of RequestResponse and DryRun");
  }
  if (request.body.size() > protocol::kMaxPayloadBytes) {
    return net::AwsError(413, "RequestTooLargeException",
                         std::to_string(request.body.size()) +
                             " byte payload is too large for the RequestResponse invocation type "
                             "(limit 6291456 bytes)");
  }
  const std::string payload = request.body.empty() ? "{}" : request.body;
  if (auto parsed = json::Parse(payload); !parsed.ok()) {
    return net::AwsError(400, "InvalidRequestContentException",
                         "Could not parse request body into json: " + parsed.error().message);
  }
  auto result = host.Run(function.name, payload, DeadlineAfter(kInvokeLimit));
  if (!result.ok()) return ToResponse(result.error());
  net::HttpResponse response{
      200,
      {{"Content-Type", "application/json"}, {"X-Amz-Executed-Version", "$LATEST"}},
      std::move(result->payload)};
  if (!result->function_error.empty()) {
    response.headers.Add("X-Amz-Function-Error", result->function_error);
  }
  if (HeaderOr(request, "X-Amz-Log-Type", "None") == "Tail") {
    response.headers.Add("X-Amz-Log-Result", Base64Encode(result->log_tail));
  }
  return response;
}

net::HttpResponse AddPermission(const Function& function, const net::HttpRequest& request) {
  auto body = json::ParseObject(request.body);
  if (!body.ok()) return net::AwsError(400, "InvalidRequestContentException", body.error().message);
  for (const char* member : {"StatementId", "Action", "Principal"}) {
    if (!json::FindString(*body, member)) {
      return InvalidParameter(std::string(member) + " is missing");
    }
  }
  const json::Object statement = {
      {"Sid", *json::FindString(*body, "StatementId")},
      {"Effect", "Allow"},
      {"Principal", {{"Service", *json::FindString(*body, "Principal")}}},
      {"Action", *json::FindString(*body, "Action")},
      {"Resource", function.arn}};
  return JsonResponse(201, json::Object{{"Statement", json::ToText(statement)}});
}

// What is not given stays as it is.
net::HttpResponse UpdateFunctionConfiguration(FunctionHost& host, const Function& function,
                                              const net::HttpRequest& request) {
  auto body = json::ParseObject(request.body);
  if (!body.ok()) return net::AwsError(400, "InvalidRequestContentException", body.error().message);
  if (auto refused = RefuseOtherRevision(*body, function)) return *std::move(refused);
  static const std::set<std::string_view> kChangeable = {
      "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "Environment"};
  json::Object whole = *std::move(body);
  for (const auto& [name, value] : Configuration(function)) {
    if (kChangeable.contains(name) && !json::Find(whole, name)) whole[name] = value;
  }
  whole["FunctionName"] = function.name;
  auto changed = ReadFunction(whole);
  if (!changed.ok()) return ToResponse(changed.error());
  auto updated = host.UpdateConfiguration(*std::move(changed));
  return updated.ok() ? JsonResponse(200, Configuration(*updated)) : ToResponse(updated.error());
}

net::HttpResponse OnFunction(FunctionHost& host, const Function& function,
                             const std::string& operation, const net::HttpRequest& request) {
  if (operation == "GET ") {
    return JsonResponse(200, json::Object{{"Configuration", Configuration(function)},
                                          {"Code", {{"RepositoryType", "S3"}}}});
  }
  if (operation == "GET configuration") return JsonResponse(200, Configuration(function));
  if (operation == "PUT code") return UpdateFunctionCode(host, function, request);
  if (operation == "PUT configuration") return UpdateFunctionConfiguration(host, function, request);
  if (operation == "POST policy") return AddPermission(function, request);
  if (operation == "POST invocations") return Invoke(host, function, request);
  Status deleted = host.Delete(function.name);
  return deleted.ok() ? net::HttpResponse{204, {}, ""} : ToResponse(deleted.error());
}

bool IsSupported(const std::string& operation) {
  static const std::set<std::string> kOperations = {
      "GET ",    "GET configuration", "PUT code",        "PUT configuration",
      "DELETE ", "POST policy",       "POST invocations"};
  return kOperations.contains(operation);
}

net::HttpResponse Unsupported(const net::HttpRequest& request) {
  return net::AwsError(
      400, "UnsupportedOperationException",
      request.method + " " + std::string(request.path()) +
          " is not supported by this service. Of Lambda there are "
          "CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, "
          "UpdateFunctionCode, UpdateFunctionConfiguration, DeleteFunction, Invoke and "
          "AddPermission");
}

}  // namespace

net::HttpResponse LambdaApi::Handle(const net::HttpRequest& request, const net::Caller& caller) {
  if (FunctionOfPrincipal(caller.principal)) {
    return net::AwsError(403, "AccessDeniedException",
                         "User: " + caller.principal + " is not authorized to use Lambda");
  }
  std::string_view path = request.path();
  if (!path.starts_with(kFunctions)) return Unsupported(request);
  path.remove_prefix(kFunctions.size());
  if (path.empty() || path == "/") {
    if (request.method == "POST") return CreateFunction(host_, request);
    if (request.method == "GET") return ListFunctions(host_, request);
    return Unsupported(request);
  }
  if (path.front() != '/') return Unsupported(request);
  path.remove_prefix(1);
  const size_t slash = std::min(path.find('/'), path.size());
  std::string operation = request.method + " ";
  if (slash < path.size()) operation += path.substr(slash + 1);
  if (!IsSupported(operation)) return Unsupported(request);

  auto name = PercentDecode(path.substr(0, slash));
  if (!name.ok()) return InvalidParameter(name.error().message);
  if (const std::string qualifier = QueryValue(request, "Qualifier");
      !qualifier.empty() && qualifier != "$LATEST") {
    return NotFound(*name + ":" + qualifier);
  }
  if (name->starts_with("arn:") && name->find(":" + account_ + ":") == std::string::npos) {
    return NotFound(*name);
  }
  auto function = host_.Find(*name);
  if (!function.ok()) return ToResponse(function.error());
  if (!*function) return NotFound(*name);
  return OnFunction(host_, **function, operation, request);
}

}  // namespace sluice::functions
