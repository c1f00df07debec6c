#pragma once

#include "sluice/connectors/custom/connector_function.h"

namespace sluice::custom {

// Pages of QueryData as batches. A position's token is the connector's nextToken; after the last
// page it is empty, while seq is not 0. `function` outlives the reader.
Result<std::unique_ptr<BatchReader>> OpenCustomReader(ConnectorFunction& function,
                                                      const ReadRequest& request,
                                                      std::optional<Position> from);

}  // namespace sluice::custom
