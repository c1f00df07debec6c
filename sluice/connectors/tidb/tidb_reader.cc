#include "sluice/connectors/tidb/tidb_reader.h"

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/connector/records.h"
#include "sluice/connectors/tidb/row_batch.h"
#include "sluice/tidb/page_token.h"
#include "sluice/tidb/snapshot.h"

namespace sluice::tidb_connector {
namespace {

using std::chrono::seconds;

constexpr seconds kToConnect{30};
// For what is on its way. How long TiDB thinks before it sends anything is not limited.
constexpr seconds kToArrive{60};

// Keys may hold any bytes, JSON only UTF-8.
json::Array ToJson(const std::vector<std::string>& bound) {
  json::Array array;
  for (const std::string& value : bound) array.emplace_back(Base64Encode(value));
  return array;
}

std::optional<std::vector<std::string>> BoundOf(const json::Object& object, std::string_view name) {
  const json::Array* array = json::FindArray(object, name);
  if (!array) return std::nullopt;
  std::vector<std::string> bound;
  for (const json::Value& item : *array) {
    if (!item.is_string()) return std::nullopt;
    auto value = Base64Decode(std::string_view(item.get_string()));
    if (!value.ok()) return std::nullopt;
    bound.push_back(*std::move(value));
  }
  return bound;
}

std::string Context(const tidb::Table& table) { return "table '" + table.name + "'"; }

// The columns as they are must have the types that the flow was told.
Result<std::shared_ptr<arrow::Schema>> SchemaFor(const ReadRequest& request,
                                                 const std::vector<const tidb::Column*>& columns) {
  std::vector<std::string> fields;
  for (const tidb::Column* column : columns) fields.push_back(column->name);
  SLUICE_ASSIGN(auto schema, SchemaOf(request.entity, fields));
  for (const tidb::Column* column : columns) {
    if (request.entity.Find(column->name)->data_type == DataTypeOf(column->type)) continue;
    return InvalidArgument("column '" + column->name + "' of '" + request.entity.entity.identifier +
                           "' is of type " + column->type.sql + " now; run the flow again");
  }
  return schema;
}

class TidbReader final : public BatchReader {
 public:
  TidbReader(tidb::Pool& pool, tidb::Table table, TablePart part, int64_t batch_bytes)
      : pool_(pool),
        table_(std::move(table)),
        part_(std::move(part)),
        batch_bytes_(batch_bytes),
        context_(Context(table_)) {}

  ~TidbReader() override { HangUp(); }

  Status Open(const ReadRequest& request, const std::optional<Position>& from) {
    SLUICE_ASSIGN(auto plan, tidb::ReadPlan::Make(table_, request.fields, request.filter));
    plan_.emplace(std::move(plan));
    SLUICE_ASSIGN(schema_, SchemaFor(request, plan_->columns()));
    position_.rows_left = request.filter.limit;
    if (from && from->seq > 0) {
      seq_ = from->seq;
      SLUICE_ASSIGN(position_, tidb::Decode(from->token, plan_->description()));
    }
    position_.snapshot_ms = part_.snapshot_ms;
    batch_.emplace(schema_, plan_->columns());
    return Done{};
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<Pull> Next(Deadline until, std::stop_token stop) override {
    auto pull = Read(until, stop);
    if (!pull.ok() || pull->what == Pulled::kEnd) HangUp();
    return pull;
  }

 private:
  bool IsAtEnd() const { return position_.rows_left == 0; }

  Result<Pull> Read(Deadline until, const std::stop_token& stop) {
    if (IsAtEnd()) return Pull{Pulled::kEnd, {}};
    if (!client_) SLUICE_RETURN_IF_ERROR(Ask());
    if (rows_) rows_->SetDeadline(DeadlineAfter(kToArrive));
    const std::vector<tidb::Text>* last = nullptr;  // Until the next row is asked for.
    while (client_->WaitForData(until, stop)) {
      if (!rows_) SLUICE_RETURN_IF_ERROR(TakeAnswer());
      SLUICE_ASSIGN(const std::vector<tidb::Text>* row, rows_->Next());
      if (!row) return End();
      SLUICE_RETURN_IF_ERROR(batch_->Append(*row));
      last = row;
      if (batch_->bytes() >= batch_bytes_) break;
    }
    if (!last) return Pull{Pulled::kIdle, {}};
    return Hand(*last);
  }

  Status Ask() {
    Deadline deadline = DeadlineAfter(kToConnect);
    SLUICE_ASSIGN(std::string sql, plan_->RangeSql(position_, part_.range));
    SLUICE_ASSIGN(client_, pool_.Take(deadline));
    SLUICE_RETURN_IF_ERROR(tidb::BeginAsOf(*client_, position_.snapshot_ms, context_, deadline));
    return client_->Ask(sql, context_, deadline);
  }

  Status TakeAnswer() {
    SLUICE_ASSIGN(tidb::RowStream rows, client_->Answer(context_, DeadlineAfter(kToArrive)));
    rows_.emplace(std::move(rows));
    return Done{};
  }

  // The rows so far, of which `last` is the last.
  Result<Pull> Hand(const std::vector<tidb::Text>& last) {
    plan_->CopyKey(last, position_.last_key);
    auto count = batch_->rows();
    position_.offset += static_cast<uint64_t>(count);
    if (position_.rows_left) *position_.rows_left -= count;
    return Hand();
  }

  Result<Pull> Hand() {
    Pull pull{Pulled::kBatch, {}};
    SLUICE_ASSIGN(pull.batch, batch_->Finish());
    pull.batch.after = {++seq_, tidb::Encode(position_, plan_->description())};
    for (RejectedRow& row : pull.batch.unreadable) row.seq = seq_;
    return pull;
  }

  // There are no more rows.
  Result<Pull> End() {
    rows_.reset();
    client_->Rollback(context_, DeadlineAfter(kToArrive));
    client_.reset();
    position_.rows_left = 0;
    if (batch_->rows() == 0) return Pull{Pulled::kEnd, {}};
    return Hand();
  }

  // Nobody waits for what TiDB has still to say.
  void HangUp() {
    if (!client_) return;
    if (rows_) rows_->Abandon();
    rows_.reset();
    client_->HangUp();
    client_.reset();
  }

  tidb::Pool& pool_;
  const tidb::Table table_;
  const TablePart part_;
  const int64_t batch_bytes_;
  const std::string context_;
  std::optional<tidb::ReadPlan> plan_;  // Of table_.
  std::shared_ptr<arrow::Schema> schema_;
  std::optional<RowBatch> batch_;  // Of plan_'s columns.

  int64_t seq_ = 0;
  tidb::PageToken position_;  // Behind the last row handed out; no rows left: the end.
  tidb::Pool::Lease client_;  // While a statement is under way.
  std::optional<tidb::RowStream> rows_;
};

}  // namespace

std::string ToState(const TablePart& part) {
  return json::ToText(json::Object{{"snapshot", part.snapshot_ms},
                                   {"from", ToJson(part.range.from)},
                                   {"to", ToJson(part.range.to)}});
}

Result<TablePart> FromState(std::string_view state) {
  const Error unknown = InvalidArgument(
      "the run's partition is not one that TiDB's connector made; run the flow again");
  auto object = json::ParseObject(state);
  if (!object.ok()) return unknown;
  auto snapshot = json::FindInt(*object, "snapshot");
  auto from = BoundOf(*object, "from"), to = BoundOf(*object, "to");
  if (!snapshot || !from || !to) return unknown;
  return TablePart{*snapshot, {*std::move(from), *std::move(to)}};
}

Result<std::vector<TablePart>> SplitTable(tidb::Client& client, const tidb::Table& table,
                                          const ReadRequest& request, int parts,
                                          Deadline deadline) {
  SLUICE_ASSIGN(auto plan, tidb::ReadPlan::Make(table, request.fields, request.filter));
  SLUICE_ASSIGN(int64_t snapshot_ms, tidb::TakeSnapshot(client, Context(table), deadline));
  // Only one reader can count to the filter's limit.
  size_t most = request.filter.limit ? 1 : static_cast<size_t>(std::max(parts, 1));
  SLUICE_ASSIGN(auto ranges, tidb::SplitByRegions(client, plan, most, deadline));
  std::vector<TablePart> table_parts;
  for (tidb::KeyRange& range : ranges) table_parts.push_back({snapshot_ms, std::move(range)});
  return table_parts;
}

Result<std::unique_ptr<BatchReader>> OpenTidbReader(tidb::Pool& pool, tidb::Table table,
                                                    const ReadRequest& request,
                                                    const TablePart& part,
                                                    std::optional<Position> from,
                                                    int64_t batch_bytes) {
  auto reader = std::make_unique<TidbReader>(pool, std::move(table), part, batch_bytes);
  SLUICE_RETURN_IF_ERROR(reader->Open(request, from));
  return std::unique_ptr<BatchReader>(std::move(reader));
}

}  // namespace sluice::tidb_connector
