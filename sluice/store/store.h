// All that the service remembers, in one SQLite file (WAL, synchronous=FULL: what was acknowledged
// survives kill -9 and power loss). Implements the small interfaces of the folders that need it.
// Nothing secret lies in the file unsealed (secrets/sealing.h): settings, functions' environments
// and keys are sealed here, secrets before they come here.
#pragma once

#include <memory>
#include <string>

#include "sluice/api/resource_store.h"
#include "sluice/base/secret.h"
#include "sluice/flow/run_store.h"
#include "sluice/functions/function.h"
#include "sluice/secrets/secrets.h"

namespace sluice::store {

// A log group keeps its newest events, up to this much (26 bytes are added for each event, as
// CloudWatch Logs does); older ones are dropped, a part of it at a time.
inline constexpr int64_t kLogGroupBytes = 16 << 20;

// Any thread. Where an interface says nothing else: changing or deleting what is not there is
// kResourceNotFound; a list is in the order of the names' bytes; a name given twice is an error.
// Logs alone don't wait for the disk: power loss may take the newest lines, kill -9 doesn't.
class Store : public api::ResourceStore,
              public flow::RunStore,
              public functions::FunctionStore,
              public secrets::SecretStore {
 public:
  // Opens or makes `path` and brings its schema up to date (migrations/). kInvalidArgument: the
  // file is not ours, was written by a newer version, or belongs to another master key.
  // kServiceUnavailable: another process has it open. kServerError: it is damaged.
  static Result<std::unique_ptr<Store>> Open(const std::string& path, Secret master_key);

  // A value under a name, for what belongs to the installation (its root key, its account).
  virtual Result<std::optional<std::string>> FindSetting(const std::string& name) = 0;
  virtual Status PutSetting(const std::string& name, const std::string& value) = 0;
};

}  // namespace sluice::store
