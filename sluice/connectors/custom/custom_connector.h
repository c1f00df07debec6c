// AppFlow's custom connectors: systems behind a Lambda function that speaks the connector protocol.
// docs/connector-contract.md says what such a function may expect of us.
#pragma once

#include "sluice/connector/registry.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::custom {

// As connector type "CustomConnector". `functions` outlives the registry.
void Register(Registry& registry, protocol::FunctionInvoker& functions);

}  // namespace sluice::custom
