// Secrets, encrypted at rest: AES-256-GCM under a master key that lies in a file of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"

namespace sluice::secrets {

// What is remembered of a secret. `sealed` is nonce, ciphertext and tag; it is bound to the ARN, so a
// row copied to another name does not open.
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
  virtual Status UpdateSecret(const SealedSecret& secret) = 0;  // By name.
  virtual Result<std::optional<SealedSecret>> FindSecret(const std::string& name_or_arn) = 0;
  virtual Result<std::vector<SealedSecret>> ListSecrets() = 0;  // By name.
  virtual Status DeleteSecret(const std::string& name) = 0;
};

// The 32 bytes under which all secrets are sealed, from a file that only its owner may read.
// Makes the file (0600) where it is missing; refuses one that others may read.
Result<Secret> LoadMasterKey(const std::string& path);

// Any thread.
class Secrets {
 public:
  Secrets(SecretStore& store, Secret master_key, const Clock& clock, std::string account)
      : store_(store), master_key_(std::move(master_key)), clock_(clock), account_(account) {}

  // The ARN of the new secret: arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 letters>.
  // kInvalidArgument where the name is taken ("already exists") or not a secret's name.
  Result<std::string> Create(const std::string& region, const std::string& name,
                             const Secret& value, const std::string& description = "");
  Status Put(const std::string& name_or_arn, const Secret& value);
  struct Opened {
    SealedSecret meta;
    Secret value;
  };
  Result<Opened> Get(const std::string& name_or_arn);  // kResourceNotFound.
  Status Delete(const std::string& name_or_arn);       // kResourceNotFound.
  Result<std::vector<SealedSecret>> List() { return store_.ListSecrets(); }

 private:
  Result<SealedSecret> Find(const std::string& name_or_arn);

  SecretStore& store_;
  const Secret master_key_;
  const Clock& clock_;
  const std::string account_;
};

}  // namespace sluice::secrets
