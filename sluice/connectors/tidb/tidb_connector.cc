#include "sluice/connectors/tidb/tidb_connector.h"

#include <algorithm>

#include "sluice/connectors/tidb/tidb_reader.h"
#include "sluice/connectors/tidb/tidb_writer.h"
#include "sluice/tidb/catalog.h"
#include "sluice/tidb/connector_info.h"
#include "sluice/tidb/filter_sql.h"
#include "sluice/tidb/snapshot.h"

namespace sluice::tidb_connector {
namespace {

constexpr std::chrono::seconds kToAnswer{30};
constexpr int64_t kDefaultPage = 1000;

// Keeps TiDB from removing a snapshot (tidb/snapshot.h) while nobody reads it: before the first
// reader opens, and while the engine waits to try again.
class SnapshotHold {
 public:
  explicit SnapshotHold(tidb::Pool& pool) : pool_(pool) {}

  // From now on this one. kClientError: it is gone already.
  Status Hold(int64_t snapshot_ms, Deadline deadline) {
    constexpr std::string_view kContext = "the snapshot of the run";
    bool is_held =
        client_ && snapshot_ms_ == snapshot_ms && client_->Execute("DO 1", kContext, deadline).ok();
    if (is_held) return Done{};
    SLUICE_ASSIGN(client_, pool_.Take(deadline));
    snapshot_ms_ = snapshot_ms;
    Status begun = tidb::BeginAsOf(*client_, snapshot_ms, kContext, deadline);
    if (!begun.ok()) client_.reset();
    return begun;
  }

 private:
  tidb::Pool& pool_;
  tidb::Pool::Lease client_;  // In a transaction that sees the snapshot.
  int64_t snapshot_ms_ = 0;
};

// The table as far as its definition tells: all that filters depend on.
tidb::Table TableOf(const EntityDefinition& entity) {
  tidb::Table table;
  for (const Field& field : entity.fields) {
    tidb::Column column;
    column.name = field.name;
    column.type = tidb::ParseColumnType(field.data_type_label);
    table.columns.push_back(std::move(column));
  }
  return table;
}

class TidbConnector final : public Connector {
 public:
  TidbConnector(tidb::ConnectOptions account, const TidbOptions& options)
      : catalog_(account.database),
        pool_(std::move(account)),
        hold_(pool_),
        batch_bytes_(options.batch_bytes) {}

  Status Check() override {
    SLUICE_RETURN_IF_ERROR(pool_.Connect(Soon()));
    return Done{};
  }

  Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                  const std::string& next_token) override {
    auto limit = static_cast<size_t>(max_results > 0 ? max_results : kDefaultPage);
    SLUICE_ASSIGN(tidb::Pool::Lease client, pool_.Take(Soon()));
    SLUICE_ASSIGN(auto listing, catalog_.List(*client, path, limit, next_token, Soon()));
    return EntityPage{std::move(listing.entities), std::move(listing.next_token)};
  }

  Result<EntityDefinition> DescribeEntity(const std::string& identifier) override {
    SLUICE_ASSIGN(tidb::Table table, Describe(identifier));
    return catalog_.Define(table);
  }

  bool CanFilter(const EntityDefinition& entity, const Filter& filter) const override {
    return tidb::ToWhere(TableOf(entity), filter).ok();
  }

  bool CanLimit() const override { return true; }

  Result<std::vector<Partition>> Split(const ReadRequest& request, int parts) override {
    SLUICE_ASSIGN(tidb::Table table, Describe(request.entity.entity.identifier));
    SLUICE_ASSIGN(tidb::Pool::Lease client, pool_.Take(Soon()));
    SLUICE_ASSIGN(auto table_parts, SplitTable(*client, table, request, parts, Soon()));
    SLUICE_RETURN_IF_ERROR(hold_.Hold(table_parts.front().snapshot_ms, Soon()));
    std::vector<Partition> partitions;
    for (const TablePart& part : table_parts) {
      partitions.push_back({std::to_string(partitions.size()), ToState(part)});
    }
    return partitions;
  }

  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request,
                                                  const Partition& partition,
                                                  std::optional<Position> from) override {
    SLUICE_ASSIGN(TablePart part, FromState(partition.state));
    SLUICE_ASSIGN(tidb::Table table, Describe(request.entity.entity.identifier));
    SLUICE_RETURN_IF_ERROR(hold_.Hold(part.snapshot_ms, Soon()));
    return OpenTidbReader(pool_, std::move(table), request, part, std::move(from), batch_bytes_);
  }

  Result<EntityDefinition> DescribeTarget(const TargetRequest& request) override {
    SLUICE_ASSIGN(tidb::TablePath path, catalog_.PathOf(request.entity));
    return DescribeTidbTarget(pool_, path, request);
  }

  int MostStreams(const WriteRequest& request) const override { return MostTidbStreams(request); }

  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest& request,
                                                  const std::string& stream) override {
    SLUICE_ASSIGN(tidb::TablePath path, catalog_.PathOf(request.entity.entity.identifier));
    SLUICE_ASSIGN(tidb::Table table, OpenTidbTarget(pool_, path, request));
    return OpenTidbWriter(pool_, std::move(table), request, stream);
  }

 private:
  static Deadline Soon() { return DeadlineAfter(kToAnswer); }

  Result<tidb::Table> Describe(const std::string& identifier) {
    SLUICE_ASSIGN(tidb::TablePath path, catalog_.PathOf(identifier));
    SLUICE_ASSIGN(tidb::Pool::Lease client, pool_.Take(Soon()));
    return tidb::DescribeTable(*client, path.database, path.table, Soon());
  }

  const tidb::Catalog catalog_;
  tidb::Pool pool_;
  SnapshotHold hold_;
  const int64_t batch_bytes_;
};

}  // namespace

std::unique_ptr<Connector> MakeTidbConnector(tidb::ConnectOptions account, TidbOptions options) {
  return std::make_unique<TidbConnector>(std::move(account), options);
}

ConnectorInfo TidbInfo() {
  ConnectorInfo info = tidb::DescribeConnector();
  info.type = info.label = "TiDB";
  info.runtime_settings = {
      {.key = kCreateTable,
       .label = "Create Table",
       .description = "true makes the table from what the flow brings where there is none",
       .data_type = "Boolean",
       .scope = "DESTINATION"}};
  return info;
}

void Register(Registry& registry, TidbOptions options) {
  registry.Add(TidbInfo(), [options](const Account& account) -> Result<std::unique_ptr<Connector>> {
    SLUICE_ASSIGN(Credentials credentials, account.credentials->Load());
    SLUICE_ASSIGN(tidb::ConnectOptions connect,
                  tidb::ToConnectOptions(credentials, options.packed));
    return MakeTidbConnector(std::move(connect), options);
  });
}

}  // namespace sluice::tidb_connector
