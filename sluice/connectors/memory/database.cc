#include "sluice/connectors/memory/database.h"

#include <algorithm>

#include "sluice/base/json.h"
#include "sluice/connectors/memory/filter_match.h"
#include "sluice/connectors/memory/row.h"

namespace sluice::memory {
namespace {

bool HasSameId(const Row& a, const Row& b, const std::vector<std::string>& id_fields) {
  return std::all_of(id_fields.begin(), id_fields.end(),
                     [&](const std::string& field) { return Cell(a, field) == Cell(b, field); });
}

std::vector<std::string> PrimaryKey(const EntityDefinition& definition) {
  std::vector<std::string> names;
  for (const Field& field : definition.fields) {
    if (field.is_primary_key) names.push_back(field.name);
  }
  return names;
}

std::string Describe(const Row& row, const std::vector<std::string>& id_fields) {
  std::string text;
  for (const std::string& field : id_fields) {
    text += (text.empty() ? "" : ", ") + field + " " + Cell(row, field);
  }
  return text;
}

// Changes a copy of a table's rows, one record after the other.
class Change {
 public:
  Change(const EntityDefinition& definition, std::vector<Row> rows, const Database::Write& write)
      : definition_(definition), rows_(std::move(rows)), write_(write) {}

  Status Apply(const Row& row) {
    switch (write_.operation) {
      case WriteOperation::kInsert:
        return Insert(row, PrimaryKey(definition_));
      case WriteOperation::kUpsert: {
        Row* found = Find(row, write_.id_fields);
        return found ? Update(*found, row) : Insert(row, write_.id_fields);
      }
      case WriteOperation::kUpdate: {
        Row* found = Find(row, write_.id_fields);
        return found ? Update(*found, row) : Missing(row);
      }
      case WriteOperation::kDelete: {
        Row* found = Find(row, write_.id_fields);
        if (!found) return Missing(row);
        rows_.erase(rows_.begin() + (found - rows_.data()));
        return Done{};
      }
    }
    SLUICE_CHECK(false);
  }

  std::vector<Row> TakeRows() { return std::move(rows_); }

 private:
  Row* Find(const Row& row, const std::vector<std::string>& id_fields) {
    if (id_fields.empty()) return nullptr;
    auto found = std::find_if(rows_.begin(), rows_.end(),
                              [&](const Row& old) { return HasSameId(old, row, id_fields); });
    return found == rows_.end() ? nullptr : &*found;
  }

  Error Missing(const Row& row) const {
    return {ErrorCode::kClientError,
            "there is no record with " + Describe(row, write_.id_fields) +
                "; use Upsert to add records that are missing",
            {}};
  }

  Status Insert(const Row& row, const std::vector<std::string>& id_fields) {
    if (Find(row, id_fields)) {
      return Error{ErrorCode::kClientError,
                   "a record with " + Describe(row, id_fields) +
                       " is there already; use Upsert to change records that exist",
                   {}};
    }
    Row complete = row;
    for (const Field& field : definition_.fields) {
      SLUICE_RETURN_IF_ERROR(FillIn(complete, field));
    }
    rows_.push_back(std::move(complete));
    return Done{};
  }

  Status Update(Row& old, const Row& row) {
    Row changed = old;
    for (const auto& [field, value] : row) changed[field] = value;
    for (const auto& [name, value] : row) {
      SLUICE_RETURN_IF_ERROR(FillIn(changed, *definition_.Find(name)));
    }
    old = std::move(changed);
    return Done{};
  }

  // A null becomes the default in a NOT NULL column that has one, and is refused in one without.
  Status FillIn(Row& row, const Field& field) {
    if (Cell(row, field.name) != "null" || !field.write || field.write->is_nullable) return Done{};
    if (!field.default_value) {
      return Error{ErrorCode::kClientError,
                   "column '" + field.name + "' must not be null and has no default",
                   {}};
    }
    std::string value;
    json::AppendQuoted(value, *field.default_value);
    row[field.name] = field.data_type == DataType::kString ? value : *field.default_value;
    return Done{};
  }

  const EntityDefinition& definition_;
  std::vector<Row> rows_;
  const Database::Write& write_;
};

}  // namespace

void Database::SetPassword(Secret password) {
  std::lock_guard lock(mutex_);
  password_ = std::move(password);
}

bool Database::IsRightPassword(const Secret& password) const {
  std::lock_guard lock(mutex_);
  return !password_ || *password_ == password;
}

void Database::Put(EntityDefinition definition, const std::vector<std::string>& records) {
  std::vector<Row> rows;
  for (const std::string& record : records) rows.push_back(ParseRow(record));
  std::lock_guard lock(mutex_);
  std::string name = definition.entity.identifier;
  tables_[name] = {std::move(definition), std::move(rows)};
}

void Database::Append(const std::string& entity, const std::string& record) {
  {
    std::lock_guard lock(mutex_);
    tables_.at(entity).rows.push_back(ParseRow(record));
  }
  row_added_.notify_all();
}

void Database::Drop(const std::string& entity) {
  std::lock_guard lock(mutex_);
  tables_.erase(entity);
}

std::vector<std::string> Database::Records(const std::string& entity) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> records;
  auto found = tables_.find(entity);
  if (found == tables_.end()) return records;
  for (const Row& row : found->second.rows) {
    records.push_back(ToRecord(row, found->second.definition));
  }
  return records;
}

void Database::FailAt(Point point, int64_t nth, Error error) {
  std::lock_guard lock(mutex_);
  faults_.push_back({point, passed_[point] + nth, std::move(error)});
}

void Database::OnPass(std::function<Status(Point)> hook) {
  std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

Status Database::Pass(Point point) {
  std::lock_guard lock(mutex_);
  if (hook_) SLUICE_RETURN_IF_ERROR(hook_(point));
  int64_t now = ++passed_[point];
  auto fault = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.point == point && fault.at == now;
  });
  if (fault == faults_.end()) return Done{};
  return fault->error;
}

int64_t Database::passed(Point point) const {
  std::lock_guard lock(mutex_);
  auto found = passed_.find(point);
  return found == passed_.end() ? 0 : found->second;
}

std::vector<Entity> Database::Entities() const {
  std::lock_guard lock(mutex_);
  std::vector<Entity> entities;
  for (const auto& [name, table] : tables_) entities.push_back(table.definition.entity);
  return entities;
}

Result<const Database::Table*> Database::Find(const std::string& entity) const {
  auto found = tables_.find(entity);
  if (found == tables_.end()) return ResourceNotFound("there is no entity '" + entity + "'");
  return &found->second;
}

Result<EntityDefinition> Database::Describe(const std::string& entity) const {
  std::lock_guard lock(mutex_);
  SLUICE_ASSIGN(const Table* table, Find(entity));
  return table->definition;
}

Result<Slice> Database::Read(const std::string& entity, const std::optional<Filter>& condition,
                             size_t from, size_t to, size_t limit) const {
  std::lock_guard lock(mutex_);
  SLUICE_ASSIGN(const Table* table, Find(entity));
  Slice slice{.next = from};
  for (size_t end = std::min(to, table->rows.size()); slice.next < end; ++slice.next) {
    if (slice.rows.size() == limit) break;
    const Row& row = table->rows[slice.next];
    if (!condition || Matches(*condition, row)) slice.rows.push_back(row);
  }
  return slice;
}

Result<size_t> Database::Count(const std::string& entity) const {
  std::lock_guard lock(mutex_);
  SLUICE_ASSIGN(const Table* table, Find(entity));
  return table->rows.size();
}

bool Database::WaitForRow(const std::string& entity, size_t from, Deadline until,
                          std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return row_added_.wait_until(lock, stop, until, [&] {
    auto found = tables_.find(entity);
    return found == tables_.end() || found->second.rows.size() > from;
  });
}

Result<Progress> Database::Commit(const std::vector<Write>& writes) {
  std::lock_guard lock(mutex_);
  const std::string stream = writes.front().stream;
  const Progress last = streams_[stream];
  if (!stream.empty() && writes.front().after.seq <= last.durable.seq) {
    return Error{ErrorCode::kClientError,
                 "stream '" + stream + "' has moved on: another writer is at work",
                 {}};
  }
  SLUICE_ASSIGN(const Table* table, Find(writes.front().entity));
  Change change(table->definition, table->rows, writes.front());
  std::vector<Inserted> undoable;
  Progress report;
  for (const Write& write : writes) {
    for (size_t i = 0; i < write.rows.size(); ++i) {
      const Row& row = write.rows[i];
      Status status = change.Apply(row);
      if (!status.ok()) {
        report.rejected.push_back({.seq = write.after.seq,
                                   .index = write.source_row[i],
                                   .error = std::move(status).error()});
        continue;
      }
      ++report.rows_written;
      report.bytes_written += static_cast<int64_t>(ToRecord(row, table->definition).size());
      if (!write.undone_with.empty()) undoable.push_back({write.undone_with, write.after.seq, row});
    }
    report.durable = write.after;
  }
  if (writes.front().all_or_none && !report.rejected.empty()) {
    return Progress{.durable = last.durable, .rejected = std::move(report.rejected)};
  }
  tables_[writes.front().entity].rows = change.TakeRows();
  undoable_.insert(undoable_.end(), undoable.begin(), undoable.end());
  if (!stream.empty()) streams_[stream] = report;
  return report;
}

void Database::Undo(const std::string& entity, const std::string& stream, const Position& behind) {
  std::lock_guard lock(mutex_);
  std::vector<Row>& rows = tables_[entity].rows;
  std::erase_if(undoable_, [&](const Inserted& inserted) {
    if (inserted.stream != stream || inserted.seq <= behind.seq) return false;
    rows.erase(std::find(rows.begin(), rows.end(), inserted.row));
    return true;
  });
}

Progress Database::ReportOf(const std::string& stream) const {
  std::lock_guard lock(mutex_);
  auto found = streams_.find(stream);
  return found == streams_.end() ? Progress{} : found->second;
}

}  // namespace sluice::memory
