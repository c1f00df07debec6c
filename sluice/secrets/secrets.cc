#include "sluice/secrets/secrets.h"

#include <algorithm>

#include "sluice/base/uuid.h"
#include "sluice/secrets/sealing.h"

namespace sluice::secrets {
namespace {

constexpr size_t kSuffixLetters = 6;
constexpr std::string_view kArnBeforeName = ":secret:";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/_+=.@-!").find(c) != std::string_view::npos;
}

Error NotFound(const std::string& name_or_arn) {
  return ResourceNotFound("there is no secret '" + name_or_arn + "'");
}

Status CheckValue(const Secret& value) {
  if (value.Reveal().size() <= kMaxSecretBytes) return Done{};
  return InvalidArgument("a secret's value has at most 65536 bytes, this one has " +
                         std::to_string(value.Reveal().size()));
}

}  // namespace

Status CheckSecretName(std::string_view name) {
  if (name.empty() || name.size() > kMaxSecretNameBytes) {
    return InvalidArgument("a secret's name has 1 to 512 characters, this one has " +
                           std::to_string(name.size()));
  }
  if (!std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return InvalidArgument("a secret's name consists of letters, digits and /_+=.@-!");
  }
  return Done{};
}

std::vector<std::string> PossibleNames(std::string_view name_or_arn) {
  if (!name_or_arn.starts_with("arn:")) return {std::string(name_or_arn)};
  size_t found = name_or_arn.find(kArnBeforeName);
  if (found == std::string_view::npos) return {};
  std::string_view tail = name_or_arn.substr(found + kArnBeforeName.size());
  std::vector<std::string> names{std::string(tail)};
  if (tail.size() > kSuffixLetters + 1 && tail[tail.size() - kSuffixLetters - 1] == '-') {
    names.emplace_back(tail.substr(0, tail.size() - kSuffixLetters - 1));
  }
  return names;
}

Result<std::string> Secrets::Create(const std::string& region, const std::string& name,
                                    const Secret& value, const std::string& description,
                                    const std::string& version_id) {
  SLUICE_RETURN_IF_ERROR(CheckSecretName(name));
  SLUICE_RETURN_IF_ERROR(CheckValue(value));
  SealedSecret secret{.name = name, .description = description};
  secret.arn = "arn:aws:secretsmanager:" + region + ":" + account_ + std::string(kArnBeforeName) +
               name + "-" + RandomToken(kSuffixLetters);
  if (!value.empty()) {
    secret.version_id = version_id.empty() ? NewUuid() : version_id;
    secret.sealed = Seal(master_key_, value, secret.arn);
  }
  secret.created_at = secret.updated_at = clock_.Now();

  std::lock_guard lock(changing_);
  SLUICE_ASSIGN(bool is_new, store_.InsertSecret(secret));
  if (is_new) return secret.arn;
  SLUICE_ASSIGN(auto present, store_.FindSecret(name));
  if (present && Holds(*present, value, version_id)) return present->arn;
  return InvalidArgument("the secret '" + name + "' already exists");
}

Status Secrets::Put(const std::string& name_or_arn, const Secret& value,
                    const std::string& version_id) {
  SLUICE_RETURN_IF_ERROR(CheckValue(value));
  if (value.empty()) return InvalidArgument("a secret's value can't be empty");
  std::lock_guard lock(changing_);
  SLUICE_ASSIGN(SealedSecret secret, Find(name_or_arn));
  if (Holds(secret, value, version_id)) return Done{};
  if (!version_id.empty() && version_id == secret.version_id) {
    return InvalidArgument("the version '" + version_id + "' of the secret '" + secret.name +
                           "' already exists with another value");
  }
  secret.version_id = version_id.empty() ? NewUuid() : version_id;
  secret.sealed = Seal(master_key_, value, secret.arn);
  secret.updated_at = clock_.Now();
  return store_.UpdateSecret(secret);
}

Result<Secrets::Opened> Secrets::Get(const std::string& name_or_arn) {
  SLUICE_ASSIGN(SealedSecret secret, Find(name_or_arn));
  return Open(std::move(secret));
}

Result<SealedSecret> Secrets::Find(const std::string& name_or_arn) {
  SLUICE_ASSIGN(std::optional<SealedSecret> secret, store_.FindSecret(name_or_arn));
  if (secret) return *std::move(secret);
  if (!name_or_arn.starts_with("arn:")) return NotFound(name_or_arn);
  // Perhaps an ARN without its suffix.
  for (const std::string& name : PossibleNames(name_or_arn)) {
    SLUICE_ASSIGN(secret, store_.FindSecret(name));
    if (secret && secret->arn.starts_with(name_or_arn + "-") &&
        secret->arn.size() == name_or_arn.size() + 1 + kSuffixLetters) {
      return *std::move(secret);
    }
  }
  return NotFound(name_or_arn);
}

Status Secrets::Delete(const std::string& name_or_arn) {
  std::lock_guard lock(changing_);
  SLUICE_ASSIGN(SealedSecret secret, Find(name_or_arn));
  return store_.DeleteSecret(secret.name);
}

Result<Secrets::Opened> Secrets::Open(SealedSecret secret) const {
  if (secret.sealed.empty()) {
    return ResourceNotFound("the secret '" + secret.name + "' has no value yet");
  }
  auto value = Unseal(master_key_, secret.sealed, secret.arn);
  if (!value.ok()) {
    return WithContext(std::move(value).error(), "the secret '" + secret.name + "' does not open");
  }
  return Opened{std::move(secret), *std::move(value)};
}

bool Secrets::Holds(const SealedSecret& secret, const Secret& value,
                    const std::string& version_id) const {
  if (version_id.empty() || version_id != secret.version_id) return false;
  auto opened = Open(secret);
  return opened.ok() && opened->value == value;
}

}  // namespace sluice::secrets
