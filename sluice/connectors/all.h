// The connectors of this version. A new one adds its line in all.cc.
#pragma once

#include <memory>

#include "sluice/connector/registry.h"
#include "sluice/connectors/s3/object_store.h"
#include "sluice/net/http.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice {

// `functions` and `http` outlive the registry.
void RegisterAll(Registry& registry, protocol::FunctionInvoker& functions, net::HttpClient& http,
                 std::shared_ptr<s3::ObjectStore> objects);

}  // namespace sluice
