#include "sluice/sdk/credentials.h"

#include <array>
#include <cstdlib>

#include "sluice/base/json.h"
#include "sluice/base/sleep.h"
#include "sluice/net/retry.h"
#include "sluice/net/sigv4.h"
#include "sluice/net/small_http_client.h"

namespace sluice::sdk {
namespace {

using protocol::CredentialsReference;

constexpr std::chrono::minutes kKeptFor{5};
constexpr std::chrono::milliseconds kVisibilityDelay{500};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Where Secrets Manager is, and the function's own keys.
struct Access {
  std::string url;
  net::AccessKey key;
  net::SigningScope scope;
};

Result<Access> AccessFromEnvironment() {
  Access access;
  access.scope = {Environment("AWS_REGION"), "secretsmanager"};
  access.key.id = Environment("AWS_ACCESS_KEY_ID");
  access.key.secret = Secret(Environment("AWS_SECRET_ACCESS_KEY"));
  access.key.session_token = Secret(Environment("AWS_SESSION_TOKEN"));
  if (access.scope.region.empty() || access.key.id.empty() || access.key.secret.empty()) {
    return InvalidArgument(
        "the secret can't be looked up: AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
        "must be set, as Lambda sets them");
  }
  access.url = Environment("AWS_ENDPOINT_URL_SECRETS_MANAGER");
  if (access.url.empty()) access.url = Environment("AWS_ENDPOINT_URL");
  if (access.url.empty()) {
    access.url = "https://secretsmanager." + access.scope.region + ".amazonaws.com";
  }
  if (!access.url.ends_with('/')) access.url += '/';
  return access;
}

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
net::HttpRequest GetSecretValue(const Access& access, const std::string& secret_arn, Time now) {
  net::HttpRequest request{.method = "POST", .url = access.url};
  request.headers.Set("Content-Type", "application/x-amz-json-1.1");
  request.headers.Set("X-Amz-Target", "secretsmanager.GetSecretValue");
  request.body = json::ToText(json::Object{{"SecretId", secret_arn}});
  net::Sign(request, access.key, access.scope, now);
  return request;
}

ErrorCode CodeOf(std::string_view exception, int status) {
  static constexpr std::array<std::pair<std::string_view, ErrorCode>, 10> kCodes = {
      {{"ResourceNotFoundException", ErrorCode::kResourceNotFound},
       {"InvalidRequestException", ErrorCode::kResourceNotFound},  // Marked for deletion.
       {"AccessDeniedException", ErrorCode::kAccessDenied},
       {"DecryptionFailure", ErrorCode::kAccessDenied},
       {"UnrecognizedClientException", ErrorCode::kAccessDenied},
       {"InvalidSignatureException", ErrorCode::kAccessDenied},
       {"ExpiredTokenException", ErrorCode::kAccessDenied},
       {"ThrottlingException", ErrorCode::kRateLimitExceeded},
       {"InternalServiceError", ErrorCode::kServerError},
       {"InvalidParameterException", ErrorCode::kInvalidArgument}}};
  for (auto [name, code] : kCodes) {
    if (exception == name) return code;
  }
  if (status == 403) return ErrorCode::kAccessDenied;
  if (status == 429) return ErrorCode::kRateLimitExceeded;
  if (status == 503) return ErrorCode::kServiceUnavailable;
  return status >= 500 ? ErrorCode::kServerError : ErrorCode::kClientError;
}

Error RefusedBy(const net::HttpResponse& response, const std::string& secret_arn) {
  auto body = json::ParseObject(response.body);
  std::string exception, message;
  if (body.ok()) {
    exception = json::FindString(*body, "__type").value_or("");
    exception.erase(0, exception.rfind('#') + 1);  // "com.amazonaws…#Name", in some services.
    auto upper = json::FindString(*body, "Message");
    message = upper ? *upper : json::FindString(*body, "message").value_or("");
  }
  if (message.empty()) message = "HTTP status " + std::to_string(response.status);
  return {CodeOf(exception, response.status),
          "Secrets Manager does not give the secret " + secret_arn + ": " +
              (exception.empty() ? "" : exception + ": ") + message,
          {}};
}

// The type of a secret whose reference names none.
AuthenticationType TypeOf(const Credentials& credentials) {
  auto has = [&](const char* key) { return credentials.values.contains(key); };
  if (!credentials.custom_type.empty()) return AuthenticationType::kCustom;
  if (has("accessToken")) return AuthenticationType::kOAuth2;
  if (has("apiKey")) return AuthenticationType::kApiKey;
  if (has("username")) return AuthenticationType::kBasic;
  return AuthenticationType::kCustom;
}

// The text of a secret never gets into a message.
Result<Credentials> ReadSecret(const json::Object& answer, const CredentialsReference& reference) {
  auto text = json::FindString(answer, "SecretString");
  if (!text) return InvalidArgument("the secret " + reference.secret_arn + " has no text");
  auto members = json::ParseObject(*text);
  if (!members.ok()) {
    return InvalidArgument("the secret " + reference.secret_arn +
                           " is not the JSON object that a connector profile has");
  }
  Credentials credentials;
  for (const auto& [key, value] : *members) {
    if (value.is_null()) continue;
    credentials.values[std::string(key)] =
        Secret(value.is_string() ? std::string(value.get_string()) : json::ToText(value));
  }
  credentials.custom_type = credentials.Get("customAuthenticationType").Reveal();
  credentials.values.erase("customAuthenticationType");
  credentials.values.erase("authenticationType");
  credentials.type = reference.authentication_type == AuthenticationType::kNone
                         ? TypeOf(credentials)
                         : reference.authentication_type;
  return credentials;
}

class SecretsManagerCredentials final : public CredentialProvider {
 public:
  SecretsManagerCredentials(net::HttpClient& http, const Clock& clock)
      : http_(http), clock_(clock) {}
  SecretsManagerCredentials(std::unique_ptr<net::HttpClient> http, const Clock& clock)
      : own_http_(std::move(http)), http_(*own_http_), clock_(clock) {}

  Result<Credentials> Get(const CredentialsReference& reference, Deadline deadline) override {
    if (reference.secret_arn.empty()) return Credentials{};
    auto kept = kept_.find(reference.secret_arn);
    if (kept != kept_.end() && clock_.Now() < kept->second.until) return kept->second.credentials;
    SLUICE_ASSIGN(Credentials credentials, Fetch(reference, deadline));
    kept_[reference.secret_arn] = {credentials, clock_.Now() + kKeptFor};
    return credentials;
  }

  void Forget(const CredentialsReference& reference) override { kept_.erase(reference.secret_arn); }

 private:
  struct Kept {
    Credentials credentials;
    Time until;
  };

  Result<Credentials> Fetch(const CredentialsReference& reference, Deadline deadline) {
    auto credentials = FetchVisible(reference, deadline);
    bool may_appear = !credentials.ok() && credentials.error().code == ErrorCode::kResourceNotFound;
    if (!may_appear || DeadlineAfter(kVisibilityDelay) >= deadline) return credentials;
    SleepFor(kVisibilityDelay, {});
    return FetchVisible(reference, deadline);
  }

  Result<Credentials> FetchVisible(const CredentialsReference& reference, Deadline deadline) {
    net::RetryPolicy policy{.attempts = 3, .first_delay = std::chrono::milliseconds(100)};
    return net::Retry(policy, deadline, {}, [&] { return FetchOnce(reference, deadline); });
  }

  Result<Credentials> FetchOnce(const CredentialsReference& reference, Deadline deadline) {
    SLUICE_ASSIGN(Access access, AccessFromEnvironment());
    SLUICE_ASSIGN(net::HttpResponse response,
                  http_.Send(GetSecretValue(access, reference.secret_arn, clock_.Now()), deadline));
    if (response.status != 200) return RefusedBy(response, reference.secret_arn);
    auto answer = json::ParseObject(response.body);
    if (!answer.ok()) return ServerError("Secrets Manager's answer is not a JSON object");
    return ReadSecret(*answer, reference);
  }

  std::unique_ptr<net::HttpClient> own_http_;  // May be null.
  net::HttpClient& http_;
  const Clock& clock_;
  std::map<std::string, Kept> kept_;  // By ARN.
};

const Clock& TheClock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace

std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials() {
  auto http = net::MakeSmallHttpClient({.ca_file = Environment("AWS_CA_BUNDLE")});
  return std::make_unique<SecretsManagerCredentials>(std::move(http), TheClock());
}

std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials(net::HttpClient& http) {
  return MakeSecretsManagerCredentials(http, TheClock());
}

std::unique_ptr<CredentialProvider> MakeSecretsManagerCredentials(net::HttpClient& http,
                                                                  const Clock& clock) {
  return std::make_unique<SecretsManagerCredentials>(http, clock);
}

}  // namespace sluice::sdk
