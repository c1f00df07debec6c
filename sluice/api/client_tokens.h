// Idempotent operations: a call that is sent again with the same client token, as SDKs do after a
// lost answer, gets the first call's answer.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "sluice/api/errors.h"
#include "sluice/api/resource_store.h"

namespace sluice::api {

// Any thread.
class ClientTokens {
 public:
  ClientTokens(ResourceStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  // The answer of an earlier call of `operation` with this token within 8 hours; else `call`'s,
  // which is remembered if it succeeds. `request` is the request without token and secrets.
  // ConflictException: the token belongs to another request. Of two calls at once the second waits.
  ApiResult<std::string> Once(const std::string& operation, const std::string& token,
                              const std::string& request,
                              const std::function<ApiResult<std::string>()>& call);

 private:
  ResourceStore& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::set<std::string> under_way_;
};

}  // namespace sluice::api
