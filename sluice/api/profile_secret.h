// The secret behind a connector profile: its name, its contents, and who may read it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/connector/registry.h"
#include "sluice/model/connector_info.h"
#include "sluice/secrets/secrets.h"

namespace sluice::api {

// "appflow!<account>-<label>-<profile>-<random>": AppFlow's prefix, which IAM policies of
// connectors name. `label` is the connector's label, or its type where it has none. Since labels
// may hold "-", the random part ends in a mark of the label, by which IsSecretOfLabel tells "TiDB"
// with the profile "Cloud-x" from "TiDB-Cloud" with the profile "x".
std::string NewSecretName(const std::string& account, const std::string& label,
                          const std::string& profile);
bool IsSecretOfLabel(std::string_view secret_name, const std::string& account,
                     const std::string& label);

// As AWS's connector SDKs read them: a JSON object of strings.
Secret ToSecretText(const Credentials& credentials);
Result<Credentials> ParseCredentials(const Secret& text);

// Spellings of the API ("OAUTH2") and of the connector protocol ("OAuth2"). Empty is kNone.
AuthenticationType AuthenticationTypeFromApi(std::string_view text);
AuthenticationType AuthenticationTypeFromProtocol(std::string_view text);
std::string_view ToApi(AuthenticationType type);
std::string_view ToProtocol(AuthenticationType type);

// The contents of the secret of that ARN; an empty ARN is no credentials. `secrets` outlives it.
std::shared_ptr<CredentialSource> MakeCredentialSource(secrets::Secrets& secrets, std::string arn);

}  // namespace sluice::api
