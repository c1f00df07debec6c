// The part of AWS Lambda's API that deploying a connector takes: CreateFunction, GetFunction,
// GetFunctionConfiguration, ListFunctions, UpdateFunctionCode, UpdateFunctionConfiguration,
// DeleteFunction, Invoke; AddPermission is accepted, since here every function may be invoked by
// this service.
// https://docs.aws.amazon.com/lambda/latest/api/
#pragma once

#include "sluice/functions/function_host.h"
#include "sluice/net/aws_gateway.h"

namespace sluice::functions {

// A zip of 50 MB, base64 in JSON.
inline constexpr size_t kLambdaBodyLimit = 70 << 20;

class LambdaApi {
 public:
  LambdaApi(FunctionHost& host, std::string account) : host_(host), account_(std::move(account)) {}
  // The handler of net::AwsService "lambda".
  net::HttpResponse Handle(const net::HttpRequest& request, const net::Caller& caller);

 private:
  FunctionHost& host_;
  const std::string account_;
};

}  // namespace sluice::functions
