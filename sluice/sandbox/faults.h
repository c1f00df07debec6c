// Trouble on demand, and a count of what was asked. This is the sandbox's own; Salesforce has
// nothing like it:
//
//   POST /sandbox/faults            {"path_prefix":"/services/data","status":503,"count":2,
//                                    "delay_ms":0,"error_code":"…"}
//       The next `count` requests below `path_prefix` wait `delay_ms` and are answered with
//       `status`; without a status they are answered as usual, only late. A new fault for a prefix
//       takes the place of the present one; count 0 ends it.
//   POST /sandbox/revoke-sessions   all access tokens are invalid from now on
//   GET  /sandbox/requests          {"/services/oauth2/token":2,…}: how often each path was asked
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sluice/net/http.h"

namespace sluice::sandbox {

struct Fault {
  std::string path_prefix = "/services/data";
  std::optional<int> status;
  int64_t count = 1;
  std::chrono::milliseconds delay{0};
  std::string error_code;  // Empty: the one that Salesforce gives with the status.
};

// Any thread.
class Faults {
 public:
  void Inject(Fault fault);
  // The fault that meets a request of this path, and one less of it; or nothing.
  std::optional<Fault> Take(std::string_view path);

 private:
  std::mutex mutex_;
  std::map<std::string, Fault> by_prefix_;
};

// The body of POST /sandbox/faults; the error says what is wrong with it.
Result<Fault> ParseFault(const std::string& body);

// What Salesforce answers with that status.
net::HttpResponse FaultReply(const Fault& fault);

// How often each path (without query) was asked. Any thread.
class RequestCounts {
 public:
  void Count(std::string_view path);
  std::map<std::string, int64_t, std::less<>> counts() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int64_t, std::less<>> counts_;
};

}  // namespace sluice::sandbox
