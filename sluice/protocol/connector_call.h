// One call of a connector's function: from the question to what its answer means.
#pragma once

#include <string>
#include <string_view>

#include "sluice/protocol/codec.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::protocol {

// How long AppFlow waits for an answer: 30 s where data is concerned, else 10 s (README of AWS's
// connector SDKs).
std::chrono::seconds TimeLimitOf(const Request& request);

// "arn:aws:lambda:us-east-1:000000000000:function:<name>[:<version>]" to its name.
std::string_view FunctionNameOf(std::string_view function_arn);

// What a function made of a request. Its errors say what was asked, how long it took, where the
// function's log is, and which limit it ran into, if any.
struct Reply {
  Result<std::string> answer;
  // For what is wrong with the answer:
  // " (function 'x', after 12 ms; the function's log is /aws/lambda/x)"
  std::string about;
};
Reply Ask(FunctionInvoker& functions, const std::string& function_arn, const Request& request);

// What `parse`, one of codec.h, makes of the answer. Errors are those of `Ask` and of `parse`: a
// connector that answers by the protocol that it failed, and why, is quoted as it is.
template <class Parse>
auto Call(FunctionInvoker& functions, const std::string& function_arn, const Request& request,
          Parse parse) -> decltype(parse({}, {})) {
  Reply reply = Ask(functions, function_arn, request);
  if (!reply.answer.ok()) return std::move(reply.answer).error();
  return parse(*reply.answer, reply.about);
}

}  // namespace sluice::protocol
