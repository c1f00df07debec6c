// A function that is reached through Lambda's API: AWS's, or that of a running `sluice serve`.
#pragma once

#include <memory>

#include "sluice/bin/aws_client.h"
#include "sluice/net/http.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::bin {

// Any thread. Errors are named as Lambda does: "Runtime.ExitError: …".
class LambdaFunction final : public protocol::FunctionInvoker {
 public:
  // Endpoint, region and keys from the environment, by the names that AWS's command line has for
  // them. kInvalidArgument says which are missing.
  static Result<std::unique_ptr<LambdaFunction>> FromEnvironment();

  Result<std::string> Invoke(std::string_view name_or_arn, std::string_view payload,
                             Deadline deadline) override;

 private:
  explicit LambdaFunction(AwsAccess access);

  const std::unique_ptr<net::HttpClient> http_;
  AwsClient client_;
};

}  // namespace sluice::bin
