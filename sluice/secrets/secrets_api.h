// The part of AWS Secrets Manager's API that users and connectors need: CreateSecret,
// GetSecretValue, PutSecretValue, DescribeSecret, ListSecrets, DeleteSecret. Members of a request
// that would change what happens and that are not offered here (SecretBinary, KmsKeyId, Tags …) are
// refused by name. https://docs.aws.amazon.com/secretsmanager/latest/apireference/
#pragma once

#include "sluice/net/aws_gateway.h"
#include "sluice/secrets/secrets.h"

namespace sluice::secrets {

// Decides who may open a secret. Asked at each GetSecretValue, with the secret's full name.
class AccessPolicy {
 public:
  virtual ~AccessPolicy() = default;
  virtual bool MayRead(const net::Caller& caller, const std::string& secret_name) = 0;
  // Everything but reading: create, change, list, delete.
  virtual bool MayManage(const net::Caller& caller) = 0;
};

// Any thread. Access is checked before anything is said about what exists. DeleteSecret deletes at
// once; a request for a recovery window is refused.
class SecretsApi {
 public:
  SecretsApi(Secrets& secrets, AccessPolicy& policy) : secrets_(secrets), policy_(policy) {}
  // The handler of net::AwsService "secretsmanager".
  net::HttpResponse Handle(const net::HttpRequest& request, const net::Caller& caller);

 private:
  Secrets& secrets_;
  AccessPolicy& policy_;
};

}  // namespace sluice::secrets
