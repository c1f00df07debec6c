// A connector to a Database in memory: the first connector, the one to imitate, and the one that
// the engine's tests use.
#pragma once

#include <memory>

#include "sluice/base/secret.h"
#include "sluice/connector/connector.h"
#include "sluice/connector/registry.h"
#include "sluice/connectors/memory/database.h"

namespace sluice::memory {

struct MemoryOptions {
  int64_t rows_per_batch = 10;
  int64_t batches_per_commit = 1;  // More: rows become durable later than they are written.
  bool remembers_position = true;  // Without, delivery is at least once …
  bool undoes = false;             // … unless what the engine doesn't know of is taken out again.
  bool may_refuse = true;
  int most_streams = 1;
  bool is_endless = false;  // Reading never ends but waits for more rows.
};

// `database` outlives the connector.
std::unique_ptr<Connector> MakeMemoryConnector(Database& database, Secret password = {},
                                               MemoryOptions options = {});

ConnectorInfo MemoryInfo();

// As connector type "Memory". `database` outlives the registry.
void Register(Registry& registry, Database& database);

}  // namespace sluice::memory
