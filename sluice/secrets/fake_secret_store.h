// A SecretStore in memory, for tests: what is in it may be read and spoiled.
#pragma once

#include <map>

#include "sluice/secrets/secrets.h"

namespace sluice::secrets {

class FakeSecretStore final : public SecretStore {
 public:
  Result<bool> InsertSecret(const SealedSecret& secret) override {
    return rows.emplace(secret.name, secret).second;
  }
  Status UpdateSecret(const SealedSecret& secret) override {
    auto row = rows.find(secret.name);
    if (row == rows.end()) return ResourceNotFound("there is no such row");
    row->second = secret;
    return Done{};
  }
  Result<std::optional<SealedSecret>> FindSecret(const std::string& name_or_arn) override {
    for (const auto& [name, row] : rows) {
      if (name == name_or_arn || row.arn == name_or_arn) return std::optional(row);
    }
    return std::optional<SealedSecret>();
  }
  Result<std::vector<SealedSecret>> ListSecrets() override {
    std::vector<SealedSecret> all;
    for (const auto& [name, row] : rows) all.push_back(row);
    return all;
  }
  Status DeleteSecret(const std::string& name) override {
    if (rows.erase(name) == 0) return ResourceNotFound("there is no such row");
    return Done{};
  }

  std::map<std::string, SealedSecret> rows;
};

}  // namespace sluice::secrets
