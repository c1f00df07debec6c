// Sealing: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. What is sealed is bound to a
// context, a text that says whose value it is, so it opens in its own place only.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/base/secret.h"

namespace sluice::secrets {

inline constexpr size_t kMasterKeyBytes = 32;

// Nonce, ciphertext and tag. `key` has kMasterKeyBytes. Any thread.
std::string Seal(const Secret& key, const Secret& value, std::string_view context);

// kClientError: sealed under another key or for another context, or changed since. Any thread.
Result<Secret> Unseal(const Secret& key, std::string_view sealed, std::string_view context);

}  // namespace sluice::secrets
