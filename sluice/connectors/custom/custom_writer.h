#pragma once

#include "sluice/connectors/custom/connector_function.h"

namespace sluice::custom {

// Batches as WriteData requests of at most 1000 records and 4 MB. What is written is durable at
// once, but a function keeps no record of where a stream is. `function` outlives the writer.
Result<std::unique_ptr<BatchWriter>> OpenCustomWriter(ConnectorFunction& function,
                                                      const WriteRequest& request);

}  // namespace sluice::custom
