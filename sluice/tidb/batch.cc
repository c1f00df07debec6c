#include "sluice/tidb/batch.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

// ---- Which columns mean a row ----

std::string Keys(const Table& table) {
  std::string list = Join(table.keys, ", ", [](const Key& key) {
    return "(" + Join(key.columns, ", ", [](auto& column) { return column; }) + ")";
  });
  return list.empty() ? "it has no unique key" : "its unique keys are " + list;
}

bool Matches(const Key& key, const std::vector<std::string>& columns) {
  return key.is_plain && std::set(key.columns.begin(), key.columns.end()) ==
                             std::set(columns.begin(), columns.end());
}

Result<std::vector<const Column*>> IdColumns(const Table& table, WriteOperation operation,
                                             std::vector<std::string> names) {
  const Key* primary = table.PrimaryKey();
  bool is_insert = operation == WriteOperation::kInsert;
  if (primary && (names.empty() || is_insert)) names = primary->columns;
  if (!primary && is_insert) names.clear();

  std::vector<const Column*> columns;
  for (const std::string& name : names) {
    const Column* column = table.Find(name);
    if (std::count(names.begin(), names.end(), name) > 1) {
      return InvalidArgument("'" + name + "' is named twice as id field");
    }
    if (!column) {
      return InvalidArgument("table '" + table.name + "' has no column '" + name +
                             "', which is named as id field");
    }
    columns.push_back(column);
  }
  bool is_key = std::any_of(table.keys.begin(), table.keys.end(),
                            [&](const Key& key) { return Matches(key, names); });
  if (!is_insert && !is_key) {
    std::string listed = Join(names, ", ", [](auto& name) { return name; });
    return InvalidArgument("the id fields (" + listed + ") are no unique key of table '" +
                           table.name + "'; " + Keys(table));
  }
  return columns;
}

bool ComparesBytes(const Column& column) {
  return column.collation.starts_with("utf8") && column.collation.ends_with("_bin");
}

// Whether no other literal could be the same bytes: shorter ones of a BINARY are filled with zeros.
bool IsWhole(const Column& column, std::string_view literal) {
  constexpr size_t kQuotes = 3;  // x''
  return column.type.sql.starts_with("varbinary") ||
         literal.size() == kQuotes + 2 * column.type.length.value_or(0);
}

// Appends a text that is the same for all ids that TiDB could take for equal to this one. False
// where that can't be told from the literal.
bool AppendFolded(std::string& folded, const Column& column, std::string_view literal) {
  switch (column.type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kBit:
      folded += literal;
      return true;
    case TypeKind::kText:
      break;
    case TypeKind::kBinary:
      folded += literal;
      return IsWhole(column, literal);
    default:
      return false;
  }
  literal.remove_suffix(1);  // The quote.
  literal = literal.substr(0, literal.find_last_not_of(' ') + 1);
  if (ComparesBytes(column)) {
    folded += literal;
    return true;
  }
  // In printable ASCII, collations leave out no more than case and spaces at the end.
  for (char c : literal) {
    if (c < ' ' || c > '~' || c == '\\') return false;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return true;
}

// The same for the whole id.
bool AppendFolded(std::string& folded, const std::vector<const Column*>& columns, const Row& row) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!AppendFolded(folded, *columns[i], row.id[i])) return false;
    folded += '\0';
  }
  return true;
}

// An id that is one whole number stands for itself: where ids ascend, there is nothing to sort.
std::optional<uint64_t> NumberOf(const std::vector<const Column*>& columns, const Row& row) {
  bool is_number = columns.size() == 1 && columns[0]->type.kind == TypeKind::kInteger;
  if (!is_number) return std::nullopt;
  const std::string_view literal = row.id[0];
  int64_t number = 0;
  auto parsed = std::from_chars(literal.data(), literal.data() + literal.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  return static_cast<uint64_t>(number);
}

struct Keyed {
  std::string_view key;  // The id, folded.
  const Row* row;
};

// The rows by their ids; nothing where different ids may be the same row.
std::vector<Keyed> SortById(Batch& batch) {
  const auto& columns = batch.decoder->id_columns();
  std::vector<Keyed> keyed;
  keyed.reserve(batch.rows.size());
  std::string folded;
  for (const Row& row : batch.rows) {
    folded.clear();
    if (!AppendFolded(folded, columns, row)) return {};
    keyed.push_back({batch.decoder->Keep(folded), &row});
  }
  auto is_before = [](const Keyed& a, const Keyed& b) { return a.key < b.key; };
  if (!std::is_sorted(keyed.begin(), keyed.end(), is_before)) {
    std::stable_sort(keyed.begin(), keyed.end(), is_before);
  }
  for (size_t i = 1; i < keyed.size(); ++i) {
    bool is_same = keyed[i - 1].key == keyed[i].key;
    if (is_same && !std::ranges::equal(keyed[i - 1].row->id, keyed[i].row->id)) return {};
  }
  return keyed;
}

// Records with one id become one row, as if each had been written after the other. Sorted, so that
// parallel writers lock in the same order.
void MergeById(Batch& batch, Outcomes& outcomes) {
  if (batch.rows.size() < 2) return;
  std::vector<Keyed> keyed = SortById(batch);
  batch.order_matters = keyed.empty();
  std::vector<Row> rows;
  rows.reserve(keyed.size());
  for (size_t i = 0; i < keyed.size(); ++i) {
    if (i == 0 || keyed[i].key != keyed[i - 1].key) {
      rows.push_back(*keyed[i].row);
      continue;
    }
    outcomes.SetMerged(rows.back().record, keyed[i].row->record);
    rows.back() = batch.decoder->Merge(rows.back(), *keyed[i].row);
  }
  if (!batch.order_matters) batch.rows = std::move(rows);
}

// ---- Units ----

constexpr size_t kRowsPerLoad = 20'000;
constexpr size_t kBytesPerStatement = 4'000'000;

// From how many rows on another connection is worth its while.
size_t RowsPerConnection(const Unit& unit) {
  if (unit.may_load) return 500;
  bool is_each = unit.plan == Plan::kUpdateEach || unit.plan == Plan::kUpsertInSteps;
  return is_each ? 50 : 250;
}

// From how many rows on LOAD DATA, which costs a round trip more, is faster.
constexpr size_t kRowsToLoad = 200;

size_t Bytes(const Row& row) { return 8 + row.bytes + 2 * row.cells.size(); }

// Whether LOAD DATA reads the literal of a value as an INSERT does.
bool IsLoadable(const Column& column) {
  switch (column.type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kDate:
    case TypeKind::kDateTime:
    case TypeKind::kTime:
    case TypeKind::kJson:
      return true;
    case TypeKind::kText:
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return column.collation.starts_with("utf8mb4_");
    case TypeKind::kYear:
    case TypeKind::kBit:
    case TypeKind::kBinary:
    case TypeKind::kVector:
      return false;
  }
  return false;
}

}  // namespace

Result<Batch> DecodeBatch(const Table& table, WriteOperation operation,
                          const std::vector<std::string>& id_fields, const DecodeRecord& decode,
                          Outcomes& outcomes) {
  if (table.is_view) return InvalidArgument("'" + table.name + "' is a view: it can't be written");
  SLUICE_ASSIGN(auto id_columns, IdColumns(table, operation, id_fields));
  Batch batch;
  batch.decoder = std::make_unique<RowDecoder>(table, operation, std::move(id_columns));
  batch.rows.reserve(outcomes.size());
  for (size_t i = 0; i < outcomes.size(); ++i) {
    SLUICE_ASSIGN(DecodedRecord decoded, decode(*batch.decoder, i));
    outcomes.SetId(i, std::move(decoded.record_id));
    if (decoded.refusal) {
      outcomes.SetRefused(i, *std::move(decoded.refusal));
    } else {
      decoded.row.record = i;
      batch.rows.push_back(decoded.row);
    }
  }
  if (operation != WriteOperation::kInsert) MergeById(batch, outcomes);
  return batch;
}

std::optional<std::vector<uint64_t>> HashIds(const Batch& batch) {
  if (batch.order_matters) return std::nullopt;
  const auto& columns = batch.decoder->id_columns();
  std::vector<uint64_t> hashes;
  if (columns.empty()) return hashes;
  hashes.reserve(batch.rows.size());
  std::string folded;
  for (const Row& row : batch.rows) {
    if (std::ranges::any_of(row.id, [](std::string_view id) { return id.empty(); })) continue;
    if (auto number = NumberOf(columns, row)) {
      hashes.push_back(*number);
      continue;
    }
    folded.clear();
    if (!AppendFolded(folded, columns, row)) return std::nullopt;
    hashes.push_back(std::hash<std::string_view>()(folded));
  }
  if (!std::ranges::is_sorted(hashes)) std::ranges::sort(hashes);
  return hashes;
}

WritePlan::WritePlan(const Table& table, WriteOperation operation, const Batch& batch,
                     size_t connections)
    : table_(table), operation_(operation), batch_(batch), most_connections_(connections) {
  if (batch_.order_matters) {
    most_connections_ = 1;
    PlanInOrder();
  } else {
    PlanByColumns();
  }
}

WritePlan::Columns WritePlan::ColumnsOf(const Row& row) {
  Columns columns;
  for (const Cell& cell : row.cells) columns.push_back(cell.column);
  return columns;
}

Plan WritePlan::PlanOf(const Columns& named) const {
  bool is_upsert = operation_ == WriteOperation::kUpsert;
  if (operation_ == WriteOperation::kInsert) return Plan::kInsert;
  if (operation_ == WriteOperation::kDelete) return Plan::kDelete;
  Plan careful = is_upsert ? Plan::kUpsertInSteps : Plan::kUpdateEach;
  // A further unique key would let another row be changed; a column without value and default, or
  // one that TiDB numbers itself, makes the INSERT fail though the row may be there.
  if (table_.keys.size() > 1) return careful;
  bool computes = std::any_of(table_.columns.begin(), table_.columns.end(),
                              [](const Column& column) { return column.is_generated; });
  for (const Column& column : table_.columns) {
    bool is_absent = std::find(named.begin(), named.end(), &column) == named.end();
    // What is computed from a default instead of the row's own value may fail.
    if (is_absent && computes && !column.is_generated) return careful;
    // TiDB 8.5 turns the bytes round that VALUES(column) brings into so wide a BIT.
    if (!is_absent && column.type.kind == TypeKind::kBit && column.type.bits > 56) return careful;
    if (is_absent && !column.has_default && !column.is_generated) return careful;
    if (!is_absent && column.is_auto_random) return careful;
  }
  return is_upsert ? Plan::kUpsertAtOnce : Plan::kUpdateAtOnce;
}

// A row that REPLACE deletes and inserts anew must be the same as if it had been updated: all of it
// comes from the record, its place doesn't change, and neither does the spelling of its id.
bool WritePlan::CanLoad(Plan plan, const Columns& named) const {
  bool is_insert = plan == Plan::kInsert;
  if (!is_insert && plan != Plan::kUpsertAtOnce) return false;
  if (table_.has_constraints.value_or(true)) return false;
  if (!std::all_of(named.begin(), named.end(), [](auto* column) { return IsLoadable(*column); })) {
    return false;
  }
  if (is_insert) return true;
  auto computed = std::count_if(table_.columns.begin(), table_.columns.end(),
                                [](const Column& column) { return column.is_generated; });
  const auto& ids = batch_.decoder->id_columns();
  return table_.is_clustered &&
         named.size() + static_cast<size_t>(computed) == table_.columns.size() &&
         std::all_of(ids.begin(), ids.end(), [](const Column* column) {
           return column->type.kind != TypeKind::kText || ComparesBytes(*column);
         });
}

// Rows with the same columns that stand side by side. Steps are taken row by row, as a row may have
// been inserted by the one before it.
void WritePlan::PlanInOrder() {
  if (operation_ != WriteOperation::kUpsert) {
    std::vector<const Row*>& rows = groups_.emplace_back();
    for (const Row& row : batch_.rows) rows.push_back(&row);
    bool is_update = operation_ == WriteOperation::kUpdate;
    return Divide({is_update ? Plan::kUpdateEach : Plan::kDelete, rows});
  }
  Columns last;
  Plan plan{};
  std::vector<size_t> begins;
  std::vector<Plan> plans;
  std::vector<const Row*>& rows = groups_.emplace_back();
  for (const Row& row : batch_.rows) {
    Columns named = ColumnsOf(row);
    bool is_alike = !rows.empty() && plan == Plan::kUpsertAtOnce && named == last;
    if (!is_alike) {
      plan = PlanOf(named);
      begins.push_back(rows.size());
      plans.push_back(plan);
    }
    last = std::move(named);
    rows.push_back(&row);
  }
  begins.push_back(rows.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    Divide({plans[i], Rows(rows).subspan(begins[i], begins[i + 1] - begins[i])});
  }
}

void WritePlan::PlanByColumns() {
  // An INSERT or DELETE needs no groups: what a row lacks becomes its default, or is of no
  // interest.
  std::map<Columns, size_t> group_by_columns;
  const Row* last = nullptr;
  size_t group = 0;
  auto are_alike = [](const Cell& a, const Cell& b) { return a.column == b.column; };
  for (const Row& row : batch_.rows) {
    if (!last || !std::ranges::equal(last->cells, row.cells, are_alike)) {
      auto [found, is_new] = group_by_columns.try_emplace(ColumnsOf(row), groups_.size());
      if (is_new) groups_.emplace_back();
      group = found->second;
    }
    groups_[group].push_back(&row);
    last = &row;
  }
  bool is_alike = group_by_columns.size() == 1;
  bool needs_groups =
      operation_ == WriteOperation::kUpsert || operation_ == WriteOperation::kUpdate;
  if (!is_alike && !needs_groups) {
    groups_.assign(1, {});
    for (const Row& row : batch_.rows) groups_[0].push_back(&row);
    return Divide({PlanOf({}), groups_[0]});
  }
  for (const auto& [named, index] : group_by_columns) {
    Plan plan = PlanOf(named);
    bool may_load = groups_[index].size() >= kRowsToLoad && CanLoad(plan, named);
    Divide({plan, groups_[index], may_load});
  }
}

// Into units that fit into a statement, and as many as connections are worth their while.
void WritePlan::Divide(Unit group) {
  size_t rows = group.rows.size();
  if (rows == 0) return;
  size_t connections = std::clamp<size_t>(rows / RowsPerConnection(group), 1, most_connections_);
  connections_ = std::max(connections_, connections);
  // What has a connection to itself is loaded in one piece.
  size_t most_rows = group.may_load && most_connections_ == 1 ? kRowsPerLoad : kRowsPerStatement;
  size_t units = std::max(connections, (rows + most_rows - 1) / most_rows);
  size_t most = (rows + units - 1) / units;
  size_t from = 0, bytes = 0;
  for (size_t i = 0; i < rows; ++i) {
    size_t more = Bytes(*group.rows[i]);
    if (i > from && (i - from >= most || bytes + more > kBytesPerStatement)) {
      units_.push_back({group.plan, group.rows.subspan(from, i - from), group.may_load});
      from = i;
      bytes = 0;
    }
    bytes += more;
  }
  units_.push_back({group.plan, group.rows.subspan(from), group.may_load});
}

}  // namespace sluice::tidb
