// The part of CloudWatch Logs' API that reading a connector's log takes: FilterLogEvents,
// GetLogEvents, DescribeLogGroups, DescribeLogStreams.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
#pragma once

#include "sluice/functions/function.h"
#include "sluice/net/aws_gateway.h"

namespace sluice::functions {

class LogsApi {
 public:
  explicit LogsApi(FunctionStore& store) : store_(store) {}
  // The handler of net::AwsService "logs".
  net::HttpResponse Handle(const net::HttpRequest& request, const net::Caller& caller);

 private:
  FunctionStore& store_;
};

}  // namespace sluice::functions
