// The conformance kit for AppFlow's custom connectors: asks a connector everything that AppFlow
// asks, and some things that it should refuse, and says which rules of the protocol hold.
#pragma once

#include <functional>

#include "sluice/conformance/scorecard.h"

namespace sluice::conformance {

// Makes all checks; `on_result` hears of each as it is done. Whatever the connector does is in the
// scorecard; an Error means that nobody could be asked. Returns after what was written has been
// deleted again.
Result<Scorecard> Run(protocol::FunctionInvoker& invoker, const Options& options,
                      const std::function<void(const CheckResult&)>& on_result);

}  // namespace sluice::conformance
