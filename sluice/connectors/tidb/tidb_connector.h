// TiDB in process: tables and views, read and written by sluice/tidb, over Arrow. Settings, names,
// types and errors are those of the TiDB connector for Amazon AppFlow (bin/tidb_lambda).
#pragma once

#include <memory>

#include "sluice/connector/connector.h"
#include "sluice/connector/registry.h"
#include "sluice/tidb/connection_settings.h"

namespace sluice::tidb_connector {

struct TidbOptions {
  tidb::PackedFiles packed;         // Empty: what the system has.
  int64_t batch_bytes = 1'000'000;  // Of the values of a batch, about.
};

std::unique_ptr<Connector> MakeTidbConnector(tidb::ConnectOptions account,
                                             TidbOptions options = {});

ConnectorInfo TidbInfo();

// As connector type "TiDB".
void Register(Registry& registry, TidbOptions options = {});

}  // namespace sluice::tidb_connector
