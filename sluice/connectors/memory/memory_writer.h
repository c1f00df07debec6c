// Batches into a Database, each with its stream's position in one step.
#pragma once

#include <memory>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/connectors/memory/memory_connector.h"

namespace sluice::memory {

std::unique_ptr<BatchWriter> OpenMemoryWriter(Database& database, const WriteRequest& request,
                                              const std::string& stream,
                                              const MemoryOptions& options);

}  // namespace sluice::memory
