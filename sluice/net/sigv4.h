// AWS Signature Version 4, signing and verifying.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sluice/base/clock.h"
#include "sluice/net/http.h"

namespace sluice::net {

struct AccessKey {
  std::string id;  // "AKIA…" or "ASIA…".
  Secret secret;
  Secret session_token;   // Empty for a long-term key.
  std::string principal;  // ARN of who signs with it. Not needed for signing.
};

struct SigningScope {
  std::string region;   // "us-east-1"
  std::string service;  // "appflow"; for "s3" the path is encoded once, for all others twice.
};

// Adds Host (where missing), X-Amz-Date, X-Amz-Security-Token (where the key has one) and
// Authorization. `request.url` is absolute; the body is final.
void Sign(HttpRequest& request, const AccessKey& key, const SigningScope& scope, Time now);

// The credential scope that an Authorization header claims, before any check: enough to route and
// to choose a body limit. Nothing where there is no SigV4 header.
struct ClaimedCredential {
  std::string access_key_id;
  std::string date;  // "20260131"
  SigningScope scope;
};
std::optional<ClaimedCredential> ReadClaimedCredential(const HttpRequest& request);

// Why a request is not who it says it is: AWS's own exception name and a sentence.
struct SignatureError {
  std::string code;  // MissingAuthenticationTokenException, IncompleteSignatureException,
                     // InvalidSignatureException, UnrecognizedClientException.
  std::string message;
};

// Who knows the keys.
class AccessKeys {
 public:
  virtual ~AccessKeys() = default;
  virtual std::optional<AccessKey> Find(std::string_view access_key_id) const = 0;  // Any thread.
};

// Checks header signature, body hash, token and clock (5 minutes either way). `request.url` is the
// raw path and query that the server got. On success sets `caller`.
std::optional<SignatureError> Verify(const HttpRequest& request, const AccessKeys& keys, Time now,
                                     AccessKey& caller);

}  // namespace sluice::net
