// Writes a stream into a table, effectively once.
#pragma once

#include <memory>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/tidb/pool.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/table_path.h"

namespace sluice::tidb_connector {

// The setting that has a table made where there is none: "true".
inline constexpr char kCreateTable[] = "createTable";

// The table that a flow writes to: as it is or, where it is to be made, as it will be.
Result<EntityDefinition> DescribeTidbTarget(tidb::Pool& pool, const tidb::TablePath& path,
                                            const TargetRequest& request);
// Described for a writer, and made before, where the flow wants that.
Result<tidb::Table> OpenTidbTarget(tidb::Pool& pool, const tidb::TablePath& path,
                                   const WriteRequest& request);

// Where the order between partitions doesn't matter, some at once: an INSERT never changes what
// another did, nor does a DELETE. Of an UPSERT or UPDATE the last one wins, so they keep the order
// of one stream, which is written in parallel, too.
int MostTidbStreams(const WriteRequest& request);

// Rows and position of each batch are one transaction, with the table _sluice_progress. Resume()
// knows where the stream stands; the first progress after it has what batches came to that are
// durable, but behind what the engine has logged.
//
// Refused records that a call returned count as saved when the next call comes.
//
// Where the account may not keep a position (kAccessDenied), Resume() answers nothing, and so it
// does where the log knows of a stream that TiDB doesn't: rows may be written twice.
//
// Write() waits while as many batches are on the way as there are lanes: four for all streams of a
// run. `pool` must outlive the writer.
std::unique_ptr<BatchWriter> OpenTidbWriter(tidb::Pool& pool, tidb::Table table,
                                            const WriteRequest& request, const std::string& stream);

}  // namespace sluice::tidb_connector
