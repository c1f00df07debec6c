#include "sluice/connectors/tidb/tidb_writer.h"

#include <simdjson.h>

#include <algorithm>

#include "sluice/base/encoding.h"
#include "sluice/connectors/tidb/lanes.h"
#include "sluice/tidb/create_table.h"

namespace sluice::tidb_connector {
namespace {

constexpr int kMostLanes = tidb::LaneProgress::kLanes;
constexpr std::chrono::seconds kPatience(60);

Deadline Patience() { return DeadlineAfter(kPatience); }

// What the stream is called in the table: as it is or, where it can't be told apart there from
// others, its digest. (Names are at most 255 characters, and spaces at their end don't count.)
std::string KeyOf(const std::string& stream) {
  constexpr size_t kMostBytes = 255;
  bool is_plain = !stream.empty() && stream.size() <= kMostBytes &&
                  simdjson::validate_utf8(stream) && !stream.ends_with(' ') &&
                  !stream.starts_with("sha256:");
  return is_plain ? stream : "sha256:" + HexEncode(Sha256(stream));
}

size_t LanesFor(const WriteRequest& request, const tidb::Table& table) {
  // A foreign key has rows that point to the same row wait for each other.
  if (table.has_constraints == true) return 1;
  return static_cast<size_t>(std::max(kMostLanes / std::max(request.streams, 1), 1));
}

class TidbWriter final : public BatchWriter {
 public:
  TidbWriter(tidb::Pool& pool, tidb::Table table, const WriteRequest& request,
             const std::string& stream)
      : pool_(pool),
        table_(std::move(table)),
        target_{table_, request.operation, request.id_fields, request.all_or_none},
        progress_(table_.database, KeyOf(stream)),
        most_lanes_(LanesFor(request, table_)) {}

  Result<std::optional<Position>> Resume(const Position& logged) override {
    SLUICE_ASSIGN(auto standing, Claim());
    lanes_.emplace(pool_, target_, standing ? &progress_ : nullptr, most_lanes_);
    bool is_known = standing && (standing->seq > 0 || logged.seq == 0);
    if (!is_known) {
      lanes_->Begin(logged, {});
      return std::optional<Position>();
    }
    SLUICE_ASSIGN(auto deliveries, FromReport(standing->report));
    std::erase_if(deliveries, [&](const Delivery& d) { return d.seq <= logged.seq; });
    Position position{standing->seq, std::move(standing->token)};
    lanes_->Begin(position, std::move(deliveries));
    return std::optional(std::move(position));
  }

  Result<Progress> Write(const Batch& batch) override {
    lanes_->Acknowledge();
    Status put = lanes_->Put(batch);
    // What is durable is told before what failed behind it.
    if (!put.ok() && !lanes_->has_news()) return put.error();
    return lanes_->Take();
  }

  Result<Progress> Flush() override {
    lanes_->Acknowledge();
    SLUICE_RETURN_IF_ERROR(lanes_->Wait());
    return lanes_->Take();
  }

  Result<Progress> Finish() override { return Flush(); }

  void Abandon() override {
    if (lanes_) lanes_->Stop();
  }

 private:
  // Nothing where the account may not keep positions.
  Result<std::optional<tidb::LaneProgress::Standing>> Claim() {
    using Standing = tidb::LaneProgress::Standing;
    SLUICE_ASSIGN(tidb::Pool::Lease client, pool_.Take(Patience()));
    auto claimed = progress_.Claim(*client, Patience());
    if (claimed.ok()) return std::optional(*std::move(claimed));
    if (claimed.error().code == ErrorCode::kAccessDenied) return std::optional<Standing>();
    return claimed.error();
  }

  tidb::Pool& pool_;
  const tidb::Table table_;
  const tidb::BatchTarget target_;
  const tidb::LaneProgress progress_;
  const size_t most_lanes_;
  std::optional<Lanes> lanes_;  // From Resume() on.
};

bool WantsTable(const Settings& settings) {
  auto found = settings.find(kCreateTable);
  return found != settings.end() && found->second == "true";
}

bool IsAbsent(const Result<tidb::Table>& table) {
  return !table.ok() && table.error().code == ErrorCode::kResourceNotFound;
}

}  // namespace

Result<EntityDefinition> DescribeTidbTarget(tidb::Pool& pool, const tidb::TablePath& path,
                                            const TargetRequest& request) {
  SLUICE_ASSIGN(tidb::Pool::Lease client, pool.Take(Patience()));
  auto table = tidb::DescribeTable(*client, path.database, path.table, Patience());
  if (IsAbsent(table) && WantsTable(request.settings)) {
    table = tidb::PlanTable(path.database, path.table, request.fields, request.id_fields);
  }
  if (!table.ok()) return table.error();
  return tidb::ToDefinition(*table, request.entity);
}

Result<tidb::Table> OpenTidbTarget(tidb::Pool& pool, const tidb::TablePath& path,
                                   const WriteRequest& request) {
  SLUICE_ASSIGN(tidb::Pool::Lease client, pool.Take(Patience()));
  auto table = tidb::DescribeTable(*client, path.database, path.table, Patience());
  if (IsAbsent(table) && WantsTable(request.settings)) {
    SLUICE_RETURN_IF_ERROR(tidb::CreateTable(*client, path.database, path.table, request.entity,
                                             request.id_fields, Patience()));
    table = tidb::DescribeTable(*client, path.database, path.table, Patience());
  }
  if (!table.ok()) return table;
  SLUICE_RETURN_IF_ERROR(tidb::LookForConstraints(*client, *table, Patience()));
  return table;
}

int MostTidbStreams(const WriteRequest& request) {
  bool has_order =
      request.operation == WriteOperation::kUpsert || request.operation == WriteOperation::kUpdate;
  return has_order ? 1 : kMostLanes;
}

std::unique_ptr<BatchWriter> OpenTidbWriter(tidb::Pool& pool, tidb::Table table,
                                            const WriteRequest& request,
                                            const std::string& stream) {
  return std::make_unique<TidbWriter>(pool, std::move(table), request, stream);
}

}  // namespace sluice::tidb_connector
