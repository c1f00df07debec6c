// Whoever answers a connector message: the function host of this process, or AWS Lambda.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

namespace sluice::protocol {

// AWS Lambda's limit for a synchronous payload, each way.
inline constexpr size_t kMaxPayloadBytes = 6 << 20;

class FunctionInvoker {
 public:
  virtual ~FunctionInvoker() = default;

  // Calls a function with a payload and returns what it answered. Any thread, several at once.
  // Errors: kResourceNotFound (no such function), kRequestTimeout (deadline or the function's own
  // time limit), kServerError (it crashed, threw, ran out of memory or answered over 6 MB; the
  // message has what it said last), kInvalidArgument (payload over 6 MB).
  virtual Result<std::string> Invoke(std::string_view function_arn, std::string_view payload,
                                     Deadline deadline) = 0;
};

}  // namespace sluice::protocol
