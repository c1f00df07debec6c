// Rows of a Database in batches, in the order in which they were added.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "sluice/connector/connector.h"
#include "sluice/connectors/memory/memory_connector.h"

namespace sluice::memory {

inline constexpr size_t kNoEnd = std::numeric_limits<size_t>::max();

// Ranges of row indexes. They fix what a read covers: rows added later belong to no partition.
std::vector<Partition> SplitRows(size_t count, int parts);

Result<std::unique_ptr<BatchReader>> OpenMemoryReader(Database& database,
                                                      const ReadRequest& request,
                                                      const Partition& partition,
                                                      std::optional<Position> from,
                                                      const MemoryOptions& options);

}  // namespace sluice::memory
