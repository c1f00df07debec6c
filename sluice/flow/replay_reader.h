// Reads refused records again, as somebody corrected them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/connector/connector.h"
#include "sluice/flow/run_store.h"

namespace sluice::flow {

inline constexpr int64_t kMostReplayBytes = 16 << 20;  // Of one replay.

// The one partition of a replay. Its state holds the records, so that the replay outlives the
// process. kInvalidArgument: no records, or more than kMostReplayBytes of them.
Result<Partition> ReplayPartition(const std::vector<RefusedRecord>& replayed);
// The records of such a partition.
Result<std::vector<RefusedRecord>> ReplayedRecords(const Partition& partition);

// As Connector::OpenReader, of such a partition. A record that is no row of the source's schema is
// `unreadable`. Needs nothing but the request's entity and fields.
Result<std::unique_ptr<BatchReader>> OpenReplayReader(const ReadRequest& request,
                                                      const Partition& partition,
                                                      std::optional<Position> from);

}  // namespace sluice::flow
