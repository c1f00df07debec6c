// The Lambda runtime loop. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#pragma once

#include <string>
#include <string_view>

#include "sluice/sdk/connector.h"

namespace sluice::sdk {

// Answers one connector message. An unknown "type" or a message that can't be read is an Error,
// which the loop reports as a function error; everything else, failures included, is the answer's
// JSON. An answer over 6 MB is replaced by an InvalidArgument error that says what to make smaller;
// one that breaks the protocol's rules, or an exception, by an UnknownError that says what is
// wrong.
Result<std::string> HandleInvocation(Connector& connector, std::string_view payload,
                                     const Invocation& invocation);

// For a main() that has no connector to run: tells AWS_LAMBDA_RUNTIME_API why the function can't
// start. Returns the process's exit status.
int ReportInitError(const Error& error);

// Asks AWS_LAMBDA_RUNTIME_API for invocations and answers them, one at a time, until SIGTERM, which
// lets an invocation under way finish. Returns the process's exit status. After each one it logs
// one line: operation, entity, records, bytes, milliseconds, error code, flowName, executionId;
// never a record or a secret.
int RunLambda(Connector& connector);

}  // namespace sluice::sdk
