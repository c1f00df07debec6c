#pragma once

#include "sluice/connectors/custom/connector_function.h"

namespace sluice::custom {

// Batches as WriteData requests of at most 1000 records and 4 MB. What is written is durable at
// once. `function` outlives the writer.
//
// Where the entity announces "sluice.progress", each request is counted once, and a batch of
// several requests goes on behind those that arrived; what was refused in them is reported as it
// was then. For that the records that come after Resume() must begin as they did before. Where they
// don't, because the source has changed or cuts its batches otherwise, all of them are written
// again, which an UPSERT, UPDATE or DELETE bears; of an INSERT nobody could tell what is there, so
// it is an Error.
//
// Without it, or where the account may not keep such a record (kAccessDenied), Resume() answers
// nothing, and records may arrive twice.
Result<std::unique_ptr<BatchWriter>> OpenCustomWriter(ConnectorFunction& function,
                                                      const WriteRequest& request,
                                                      const std::string& stream);

}  // namespace sluice::custom
