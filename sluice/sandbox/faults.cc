#include "sluice/sandbox/faults.h"

#include "sluice/base/json.h"
#include "sluice/sandbox/rest_api.h"

namespace sluice::sandbox {
namespace {

std::string_view UsualErrorCode(int status) {
  switch (status) {
    case 400:
      return "MALFORMED_QUERY";
    case 401:
      return "INVALID_SESSION_ID";
    case 403:
      return "REQUEST_LIMIT_EXCEEDED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "TOO_MANY_REQUESTS";
    case 503:
      return "SERVER_UNAVAILABLE";
    default:
      return "UNKNOWN_EXCEPTION";
  }
}

}  // namespace

void Faults::Inject(Fault fault) {
  std::lock_guard lock(mutex_);
  std::string prefix = fault.path_prefix;
  by_prefix_.insert_or_assign(std::move(prefix), std::move(fault));
}

std::optional<Fault> Faults::Take(std::string_view path) {
  std::lock_guard lock(mutex_);
  for (auto& [prefix, fault] : by_prefix_) {
    if (!path.starts_with(prefix) || fault.count <= 0) continue;
    --fault.count;
    return fault;
  }
  return std::nullopt;
}

Result<Fault> ParseFault(const std::string& body) {
  SLUICE_ASSIGN(json::Object object, json::ParseObject(body));
  Fault fault;
  if (auto prefix = json::FindString(object, "path_prefix")) fault.path_prefix = *prefix;
  if (auto status = json::FindInt(object, "status")) {
    if (*status < 400 || *status > 599) return InvalidArgument("status must be from 400 to 599");
    fault.status = static_cast<int>(*status);
  }
  fault.count = json::FindInt(object, "count").value_or(1);
  fault.delay = std::chrono::milliseconds(json::FindInt(object, "delay_ms").value_or(0));
  fault.error_code = json::FindString(object, "error_code").value_or("");
  return fault;
}

net::HttpResponse FaultReply(const Fault& fault) {
  std::string code =
      fault.error_code.empty() ? std::string(UsualErrorCode(*fault.status)) : fault.error_code;
  return ErrorReply({*fault.status, code, "The sandbox was told to answer like this"});
}

void RequestCounts::Count(std::string_view path) {
  std::lock_guard lock(mutex_);
  auto found = counts_.find(path);
  if (found == counts_.end()) found = counts_.emplace(path, 0).first;
  ++found->second;
}

std::map<std::string, int64_t, std::less<>> RequestCounts::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace sluice::sandbox
