// All that the service remembers, in one SQLite file (WAL, synchronous=FULL: what was acknowledged
// survives kill -9 and power loss). Implements the small interfaces of the folders that need it.
#pragma once

#include <memory>
#include <string>

#include "sluice/api/resource_store.h"
#include "sluice/flow/run_store.h"
#include "sluice/functions/function.h"
#include "sluice/secrets/secrets.h"

namespace sluice::store {

// Any thread.
class Store : public api::ResourceStore,
              public flow::RunStore,
              public functions::FunctionStore,
              public secrets::SecretStore {
 public:
  // Opens or makes `path` and brings its schema up to date (migrations/). kInvalidArgument: the file
  // is not ours or was written by a newer version. kServiceUnavailable: another process has it open.
  static Result<std::unique_ptr<Store>> Open(const std::string& path);

  // A value under a name, for what belongs to the installation (its root key, its account).
  virtual Result<std::optional<std::string>> FindSetting(const std::string& name) = 0;
  virtual Status PutSetting(const std::string& name, const std::string& value) = 0;
};

}  // namespace sluice::store
