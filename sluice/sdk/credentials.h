// Where a connector gets its credentials: AppFlow keeps them in Secrets Manager and sends the ARN.
#pragma once

#include <memory>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/model/connector_info.h"
#include "sluice/net/http.h"
#include "sluice/protocol/messages.h"

namespace sluice::sdk {

class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  // kResourceNotFound (no such secret), kAccessDenied (the function may not read it), else as
  // HttpClient::Send. A reference without an ARN gives Credentials of type kNone.
  virtual Result<Credentials> Get(const protocol::CredentialsReference& reference,
                                  Deadline deadline) = 0;
};

// Asks Secrets Manager's GetSecretValue, signed with the function's own keys, as the Lambda
// environment has them: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN;
// AWS_ENDPOINT_URL_SECRETS_MANAGER or AWS_ENDPOINT_URL where it is not AWS itself. Keeps what it got
// for five minutes. `http` must outlive it.
std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials(net::HttpClient& http);

}  // namespace sluice::sdk
