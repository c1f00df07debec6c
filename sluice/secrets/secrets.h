// Secrets, encrypted at rest: AES-256-GCM under a master key that lies in a file of its own.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"
#include "sluice/secrets/master_key.h"

namespace sluice::secrets {

// What is remembered of a secret. `sealed` (sealing.h) is bound to the ARN, so a row copied to
// another name does not open. Both it and `version_id` are empty while the secret has no value.
struct SealedSecret {
  std::string name, arn, description, version_id;
  std::string sealed;
  Time created_at{}, updated_at{};
};

// Persistence. Each call is one durable transaction. Any thread.
class SecretStore {
 public:
  virtual ~SecretStore() = default;
  // False, and nothing changed, where the name is taken.
  virtual Result<bool> InsertSecret(const SealedSecret& secret) = 0;
  // By name and ARN. kResourceNotFound where there is none.
  virtual Status UpdateSecret(const SealedSecret& secret) = 0;
  virtual Result<std::optional<SealedSecret>> FindSecret(const std::string& name_or_arn) = 0;
  virtual Result<std::vector<SealedSecret>> ListSecrets() = 0;  // By name.
  virtual Status DeleteSecret(const std::string& name) = 0;     // kResourceNotFound.
};

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
inline constexpr size_t kMaxSecretNameBytes = 512;
inline constexpr size_t kMaxSecretBytes = 65'536;

// Any thread.
class Secrets {
 public:
  Secrets(SecretStore& store, Secret master_key, const Clock& clock, std::string account)
      : store_(store), master_key_(std::move(master_key)), clock_(clock), account_(account) {}

  // Where a secret is named, its name, its ARN or its ARN without the last "-" and six letters will
  // do; kResourceNotFound where there is none.

  // The ARN of the new secret: arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 letters>.
  // An empty value makes a secret that has none yet. `version_id` (empty: a new one) makes the call
  // repeatable: the same name, version and value again is the same secret. kInvalidArgument where
  // the name is taken ("already exists"), not a secret's name, or the value too long.
  Result<std::string> Create(const std::string& region, const std::string& name,
                             const Secret& value, const std::string& description = "",
                             const std::string& version_id = "");
  // Replaces the value. kInvalidArgument where `version_id` is that of the present value and that
  // value is another one ("already exists"), or the value is empty or too long.
  Status Put(const std::string& name_or_arn, const Secret& value,
             const std::string& version_id = "");
  struct Opened {
    SealedSecret meta;
    Secret value;
  };
  // kResourceNotFound also where there is no value yet; kClientError where it does not open.
  Result<Opened> Get(const std::string& name_or_arn);
  Result<SealedSecret> Find(const std::string& name_or_arn);
  Status Delete(const std::string& name_or_arn);
  Result<std::vector<SealedSecret>> List() { return store_.ListSecrets(); }

 private:
  Result<Opened> Open(SealedSecret secret) const;
  // True where `value` is what `secret` holds under `version_id` already.
  bool Holds(const SealedSecret& secret, const Secret& value, const std::string& version_id) const;

  SecretStore& store_;
  const Secret master_key_;
  const Clock& clock_;
  const std::string account_;
  std::mutex changing_;  // Finding and changing are one step.
};

// Letters, digits and /_+=.@-! as AWS has them; "!" in names that AppFlow makes.
Status CheckSecretName(std::string_view name);

// The names that a secret called `name_or_arn` by a caller may have: itself; for an ARN the last
// part of it, with and without the "-" and six letters.
std::vector<std::string> PossibleNames(std::string_view name_or_arn);

}  // namespace sluice::secrets
