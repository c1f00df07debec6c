#include "sluice/secrets/secrets_api.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/uuid.h"

namespace sluice::secrets {
namespace {

constexpr std::string_view kTargetPrefix = "secretsmanager.";
constexpr std::string_view kCurrent = "AWSCURRENT";  // The one staging label there is.
constexpr int64_t kMaxPage = 100;

// An exception of Secrets Manager's. All but InternalServiceError are the caller's: status 400.
struct Refusal {
  std::string code, message;
};

// An operation's answer.
struct Reply {
  std::optional<Refusal> refusal;
  json::Object body;

  Reply(Refusal refusal) : refusal(std::move(refusal)) {}  // NOLINT
  Reply(json::Object body) : body(std::move(body)) {}      // NOLINT
};

Refusal InvalidParameter(std::string message) {
  return {"InvalidParameterException", std::move(message)};
}
// AWS's own words, which clients look for.
Refusal NoSuchSecret() {
  return {"ResourceNotFoundException", "Secrets Manager can't find the specified secret."};
}
Refusal NoSuchValue(std::string_view what, std::string_view value) {
  return {"ResourceNotFoundException",
          "Secrets Manager can't find the specified secret value for " + std::string(what) + ": " +
              std::string(value)};
}

Refusal FromError(const Error& error) {
  switch (error.code) {
    case ErrorCode::kResourceNotFound:
      return NoSuchSecret();
    case ErrorCode::kInvalidArgument:
      return InvalidParameter(error.message);
    case ErrorCode::kClientError:
      return {"DecryptionFailure", error.message};
    default:
      return {"InternalServiceError", error.message};
  }
}
// Where names and sizes have been checked, what is left to be wrong is that it exists.
Refusal FromChange(const Error& error) {
  if (error.code != ErrorCode::kInvalidArgument) return FromError(error);
  return {"ResourceExistsException", error.message};
}

double Seconds(Time time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

// Reads members of a request; the first thing that is wrong stays in `refusal`.
class Members {
 public:
  explicit Members(const json::Object& request) : request_(request) {}

  std::string Text(std::string_view name, size_t min_bytes, size_t max_bytes) {
    const json::Value* value = json::Find(request_, name);
    if (value == nullptr) return "";
    if (!value->is_string()) return Refuse(name, "has to be a string");
    const auto& text = value->get_string();
    if (text.size() < min_bytes || text.size() > max_bytes) {
      return Refuse(name, "has to have " + std::to_string(min_bytes) + " to " +
                              std::to_string(max_bytes) + " characters, not " +
                              std::to_string(text.size()));
    }
    return std::string(text);
  }

  std::string RequiredText(std::string_view name, size_t min_bytes, size_t max_bytes) {
    std::string text = Text(name, min_bytes, max_bytes);
    return text.empty() ? Refuse(name, "is missing") : text;
  }

  int64_t Int(std::string_view name, int64_t min, int64_t max, int64_t absent) {
    const json::Value* value = json::Find(request_, name);
    if (value == nullptr) return absent;
    std::optional<int64_t> number = json::FindInt(request_, name);
    if (!number || *number < min || *number > max) {
      Refuse(name, "has to be a number from " + std::to_string(min) + " to " + std::to_string(max));
      return absent;
    }
    return *number;
  }

  bool Flag(std::string_view name) {
    if (json::Find(request_, name) == nullptr) return false;
    std::optional<bool> flag = json::FindBool(request_, name);
    if (!flag) Refuse(name, "has to be true or false");
    return flag.value_or(false);
  }

  // Refuses what would change the meaning of the request and is not done here.
  void NotOffered(std::string_view name, std::string_view what_to_do) {
    const json::Value* value = json::Find(request_, name);
    if (value == nullptr || (value->is_array() && value->get_array().empty())) return;
    Refuse(name, "is not offered by this service: " + std::string(what_to_do));
  }

  // The only staging label there is.
  void OnlyCurrentStages(std::string_view name) {
    const json::Value* value = json::Find(request_, name);
    if (value == nullptr || *value == json::Value(json::Array{kCurrent})) return;
    Refuse(name, "can only be [\"AWSCURRENT\"]: this service keeps the current version only");
  }

  const std::optional<Refusal>& refusal() const { return refusal_; }

 private:
  std::string Refuse(std::string_view name, std::string_view what) {
    if (!refusal_) refusal_ = InvalidParameter(std::string(name) + " " + std::string(what) + ".");
    return "";
  }

  const json::Object& request_;
  std::optional<Refusal> refusal_;
};

std::string SecretId(Members& members) { return members.RequiredText("SecretId", 1, 2048); }

Secret SecretString(Members& members) {
  members.NotOffered("SecretBinary", "send the value as SecretString, as base64 if it is binary");
  return Secret(members.Text("SecretString", 1, kMaxSecretBytes));
}

json::Object Name(const SealedSecret& secret) {
  return {{"ARN", secret.arn}, {"Name", secret.name}};
}

json::Object Metadata(const SealedSecret& secret, std::string_view versions_member) {
  json::Object meta = Name(secret);
  if (!secret.description.empty()) meta["Description"] = secret.description;
  meta["CreatedDate"] = Seconds(secret.created_at);
  meta["LastChangedDate"] = Seconds(secret.updated_at);
  if (!secret.version_id.empty()) {
    meta[versions_member] = json::Object{{secret.version_id, json::Array{kCurrent}}};
  }
  return meta;
}

// One request of one caller.
class Operation {
 public:
  Operation(Secrets& secrets, AccessPolicy& policy, const net::Caller& caller,
            const json::Object& request)
      : secrets_(secrets), policy_(policy), caller_(caller), members_(request) {}

  Reply CreateSecret() {
    if (!policy_.MayManage(caller_)) return Denied("CreateSecret");
    const std::string name = members_.RequiredText("Name", 1, kMaxSecretNameBytes);
    const std::string description = members_.Text("Description", 0, 2048);
    const std::string token = members_.Text("ClientRequestToken", 32, 64);
    const Secret value = SecretString(members_);
    members_.NotOffered("KmsKeyId", "secrets are sealed under its own master key; leave it out");
    members_.NotOffered("Tags", "leave them out");
    members_.NotOffered("AddReplicaRegions", "leave it out");
    if (members_.refusal()) return *members_.refusal();
    if (auto valid = CheckSecretName(name); !valid.ok()) return FromError(valid.error());

    auto arn = secrets_.Create(caller_.region, name, value, description, token);
    if (!arn.ok()) return FromChange(arn.error());
    return Changed(*arn);
  }

  Reply GetSecretValue() {
    const std::string id = SecretId(members_);
    const std::string version = members_.Text("VersionId", 32, 64);
    const std::string stage = members_.Text("VersionStage", 1, 256);
    if (members_.refusal()) return *members_.refusal();
    auto found = secrets_.Find(id);
    if (!MayRead(id, found)) return Denied("GetSecretValue");
    if (!found.ok()) return FromError(found.error());
    if (!stage.empty() && stage != kCurrent) return NoSuchValue("staging label", stage);
    if (found->version_id.empty()) return NoSuchValue("staging label", kCurrent);

    // By ARN: a secret that took the same name meanwhile is another one.
    auto opened = secrets_.Get(found->arn);
    if (!opened.ok()) return FromError(opened.error());
    if (!version.empty() && version != opened->meta.version_id) {
      return NoSuchValue("VersionId", version);
    }
    json::Object reply = Name(opened->meta);
    reply["VersionId"] = opened->meta.version_id;
    reply["SecretString"] = opened->value.Reveal();
    reply["VersionStages"] = json::Array{kCurrent};
    reply["CreatedDate"] = Seconds(opened->meta.updated_at);  // Of the version.
    return reply;
  }

  Reply PutSecretValue() {
    if (!policy_.MayManage(caller_)) return Denied("PutSecretValue");
    const std::string id = SecretId(members_);
    const std::string token = members_.Text("ClientRequestToken", 32, 64);
    const Secret value = SecretString(members_);
    members_.OnlyCurrentStages("VersionStages");
    if (members_.refusal()) return *members_.refusal();
    if (value.empty()) return InvalidParameter("SecretString is missing.");

    const std::string version = token.empty() ? NewUuid() : token;
    auto found = secrets_.Find(id);
    if (!found.ok()) return FromError(found.error());
    if (auto put = secrets_.Put(found->arn, value, version); !put.ok()) {
      return FromChange(put.error());
    }
    json::Object reply = Name(*found);
    reply["VersionId"] = version;
    reply["VersionStages"] = json::Array{kCurrent};
    return reply;
  }

  Reply DescribeSecret() {
    const std::string id = SecretId(members_);
    if (members_.refusal()) return *members_.refusal();
    auto found = secrets_.Find(id);
    if (!policy_.MayManage(caller_) && !MayRead(id, found)) return Denied("DescribeSecret");
    if (!found.ok()) return FromError(found.error());
    return Metadata(*found, "VersionIdsToStages");
  }

  Reply ListSecrets() {
    if (!policy_.MayManage(caller_)) return Denied("ListSecrets");
    const auto limit = static_cast<size_t>(members_.Int("MaxResults", 1, kMaxPage, kMaxPage));
    const std::string token = members_.Text("NextToken", 1, 4096);
    members_.NotOffered("Filters", "list all, and choose among them");
    members_.NotOffered("SortBy", "the order is that of the names");
    members_.NotOffered("SortOrder", "the order is that of the names");
    if (members_.refusal()) return *members_.refusal();
    auto after = Base64Decode(token);
    if (!after.ok()) return Refusal{"InvalidNextTokenException", "NextToken is not one of ours."};
    auto secrets = secrets_.List();
    if (!secrets.ok()) return FromError(secrets.error());

    auto next = std::upper_bound(
        secrets->begin(), secrets->end(), *after,
        [](const std::string& name, const SealedSecret& secret) { return name < secret.name; });
    json::Array page;
    for (; next != secrets->end() && page.size() < limit; ++next) {
      page.push_back(Metadata(*next, "SecretVersionsToStages"));
    }
    const bool is_last = next == secrets->end();
    json::Object reply{{"SecretList", std::move(page)}};
    if (!is_last) reply["NextToken"] = Base64Encode(std::prev(next)->name);
    return reply;
  }

  Reply DeleteSecret() {
    if (!policy_.MayManage(caller_)) return Denied("DeleteSecret");
    const std::string id = SecretId(members_);
    const bool is_forced = members_.Flag("ForceDeleteWithoutRecovery");
    members_.NotOffered("RecoveryWindowInDays",
                        "a deleted secret is gone at once; leave it out if that is meant");
    if (members_.refusal()) return *members_.refusal();

    auto found = secrets_.Find(id);
    Status deleted = found.ok() ? secrets_.Delete(found->arn) : Status(found.error());
    // AWS: forced, a secret that is not there is as good as deleted.
    const bool is_gone =
        deleted.ok() || (is_forced && deleted.error().code == ErrorCode::kResourceNotFound);
    if (!is_gone) return FromError(deleted.error());
    json::Object reply = found.ok() ? Name(*found) : json::Object{{"Name", id}};
    reply["DeletionDate"] = Seconds(SystemClock().Now());
    return reply;
  }

 private:
  // For a secret that does not exist the answer is that for its name, so that only those who may
  // read it learn that it doesn't.
  bool MayRead(const std::string& id, const Result<SealedSecret>& found) {
    if (found.ok()) return policy_.MayRead(caller_, found->name);
    const std::vector<std::string> names = PossibleNames(id);
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return policy_.MayRead(caller_, name); });
  }

  Refusal Denied(std::string_view operation) const {
    return {"AccessDeniedException", caller_.principal + " is not allowed to call secretsmanager:" +
                                         std::string(operation) + " on this secret."};
  }

  Reply Changed(const std::string& arn) {
    auto secret = secrets_.Find(arn);
    if (!secret.ok()) return FromError(secret.error());
    json::Object reply = Name(*secret);
    if (!secret->version_id.empty()) reply["VersionId"] = secret->version_id;
    return reply;
  }

  Secrets& secrets_;
  AccessPolicy& policy_;
  const net::Caller& caller_;
  Members members_;
};

using Method = Reply (Operation::*)();
const std::map<std::string_view, Method>& Methods() {
  static const std::map<std::string_view, Method> methods = {
      {"CreateSecret", &Operation::CreateSecret},
      {"GetSecretValue", &Operation::GetSecretValue},
      {"PutSecretValue", &Operation::PutSecretValue},
      {"DescribeSecret", &Operation::DescribeSecret},
      {"ListSecrets", &Operation::ListSecrets},
      {"DeleteSecret", &Operation::DeleteSecret},
  };
  return methods;
}

// The operation that X-Amz-Target names, or nullptr.
Method FindMethod(const net::HttpRequest& request) {
  const std::string* target = request.headers.Find("X-Amz-Target");
  if (target == nullptr || !target->starts_with(kTargetPrefix)) return nullptr;
  auto found = Methods().find(std::string_view(*target).substr(kTargetPrefix.size()));
  return found == Methods().end() ? nullptr : found->second;
}

net::HttpResponse UnknownOperation(const net::HttpRequest& request) {
  const std::string* target = request.headers.Find("X-Amz-Target");
  std::string message = target == nullptr ? "The header X-Amz-Target is missing."
                                          : "There is no " + *target + " here.";
  message += " This service offers";
  for (const auto& [name, method] : Methods()) message += " " + std::string(name);
  return net::AwsError(400, "UnknownOperationException", message + ".");
}

}  // namespace

net::HttpResponse SecretsApi::Handle(const net::HttpRequest& request, const net::Caller& caller) {
  const Method method = FindMethod(request);
  if (method == nullptr) return UnknownOperation(request);
  auto body = json::ParseObject(request.body);
  if (!body.ok()) return net::AwsError(400, "SerializationException", body.error().message);
  Operation operation(secrets_, policy_, caller, *body);
  const Reply reply = (operation.*method)();
  if (reply.refusal) {
    const int status = reply.refusal->code == "InternalServiceError" ? 500 : 400;
    return net::AwsError(status, reply.refusal->code, reply.refusal->message);
  }
  return {200, {{"Content-Type", "application/x-amz-json-1.1"}}, json::ToText(reply.body)};
}

}  // namespace sluice::secrets
