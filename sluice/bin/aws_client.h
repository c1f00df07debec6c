// A client of AWS's APIs, as small as the commands need it: signed requests, JSON both ways.
#pragma once

#include <string>

#include "sluice/base/json.h"
#include "sluice/net/sigv4.h"

namespace sluice::bin {

// Where an AWS service is and whose key signs, by the variables that every AWS tool reads.
struct AwsAccess {
  std::string url;  // Without a "/" at its end. Empty: not set, which means AWS itself.
  std::string region;
  net::AccessKey key;
  std::string ca_file;  // Empty: the system's authorities.
};

// `service` as in AWS_ENDPOINT_URL_<SERVICE>. kInvalidArgument names the variable to set.
Result<AwsAccess> AwsAccessFromEnvironment(const std::string& service);

// Errors carry AWS's exception and its sentence: "ConflictException: …".
class AwsClient {
 public:
  AwsClient(net::HttpClient& http, std::string url, std::string region, net::AccessKey key)
      : http_(http), url_(std::move(url)), region_(std::move(region)), key_(std::move(key)) {}

  // AppFlow, e.g. "CreateFlow" (POST /create-flow).
  Result<json::Object> AppFlow(std::string_view operation, const json::Object& body);
  // Lambda: CreateFunction.
  Result<json::Object> CreateFunction(const json::Object& body);
  // Lambda: Invoke, for its answer. The response may say that the function failed.
  Result<net::HttpResponse> Invoke(std::string_view name_or_arn, std::string_view payload,
                                   Deadline deadline);
  // Secrets Manager, e.g. "CreateSecret".
  Result<json::Object> SecretsManager(std::string_view operation, const json::Object& body);

 private:
  Result<json::Object> Send(std::string_view service, std::string path, net::Headers headers,
                            const json::Object& body);

  net::HttpClient& http_;
  const std::string url_, region_;
  const net::AccessKey key_;
};

}  // namespace sluice::bin
