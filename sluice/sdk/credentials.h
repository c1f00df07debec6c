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
  // Drops what is kept of a secret: to be called when the other side refused it, so that the next
  // Get sees what AppFlow has put there since (a refreshed token).
  virtual void Forget(const protocol::CredentialsReference&) {}
};

// Asks Secrets Manager's GetSecretValue, signed with the function's own keys, as the Lambda
// environment has them: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN;
// AWS_ENDPOINT_URL_SECRETS_MANAGER or AWS_ENDPOINT_URL where it is not AWS itself. Keeps what it
// got for five minutes. A secret that is not found is asked for once more a moment later, because
// AWS makes new secrets visible with a delay. `http` and `clock` must outlive it; without `http` it
// makes a client of its own, which trusts the system's authorities, or those in the file that
// AWS_CA_BUNDLE names.
//
// The secret's text is a JSON object of strings. "authenticationType" and
// "customAuthenticationType" say what the others are and are not among the values.
std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials();
std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials(net::HttpClient& http);
std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials(net::HttpClient& http,
                                                                  const Clock& clock);

}  // namespace sluice::sdk
