#include "sluice/tidb/rows.h"

#include <algorithm>

#include "sluice/tidb/literal.h"

namespace sluice::tidb {
namespace {

constexpr size_t kFirstBlock = 64 << 10;

std::string OfColumn(const Column& column, std::string_view what) {
  return "column '" + column.name + "': " + std::string(what);
}

}  // namespace

RowDecoder::RowDecoder(const Table& table, WriteOperation operation,
                       std::vector<const Column*> id_columns)
    : table_(table),
      operation_(operation),
      id_columns_(std::move(id_columns)),
      memory_(kFirstBlock) {
  if (operation_ != WriteOperation::kInsert) return;
  for (const Column& column : table_.columns) {
    if (!column.has_default && !column.is_generated) required_.push_back(&column);
  }
}

Result<DecodedRecord> RowDecoder::Decode(std::string_view record) {
  auto members = reader_.Read(record);
  if (members.ok()) return Decode(*members);
  DecodedRecord decoded;
  decoded.refusal = members.error().message;
  return decoded;
}

Result<DecodedRecord> RowDecoder::Decode(std::span<const JsonMember> members) {
  DecodedRecord decoded;
  text_.clear();
  cells_.clear();
  ids_.assign(id_columns_.size(), {});
  id_texts_.assign(id_columns_.size(), {});
  size_t at = 0;
  for (const JsonMember& member : members) {
    SLUICE_RETURN_IF_ERROR(Take(member, at++, decoded));
  }
  for (std::string_view id : id_texts_) {
    if (!decoded.record_id.empty() && !id.empty()) decoded.record_id += ',';
    decoded.record_id += id;
  }
  if (decoded.refusal) return decoded;
  decoded.row = Finish();
  decoded.refusal = FindMissing(decoded.row);
  return decoded;
}

Status RowDecoder::Learn(std::string_view name, size_t at) {
  const Column* column = table_.Find(name);
  auto id = std::find(id_columns_.begin(), id_columns_.end(), column);
  bool is_id = id != id_columns_.end();
  if (operation_ == WriteOperation::kDelete && (!column || !is_id)) {
    column = nullptr;
  } else if (!column) {
    return InvalidArgument("table '" + table_.name + "' has no column '" + std::string(name) + "'");
  } else if (column->is_generated) {
    return InvalidArgument(
        "column '" + column->name + "' of table '" + table_.name +
        "' is computed by TiDB and can't be written; take it out of the mapping");
  }
  if (at >= last_members_.size()) last_members_.resize(at + 1);
  Member& member = last_members_[at] = {std::string(name), column, {}};
  if (is_id) member.id = static_cast<size_t>(id - id_columns_.begin());
  return Done{};
}

Status RowDecoder::Take(const JsonMember& taken, size_t at, DecodedRecord& decoded) {
  bool is_known = at < last_members_.size() && last_members_[at].name == taken.name;
  if (!is_known) SLUICE_RETURN_IF_ERROR(Learn(taken.name, at));
  const Member* member = &last_members_[at];
  if (!member->column) return Done{};
  const Column& column = *member->column;
  size_t begin = text_.size();
  auto refusal = Append(column, taken.value);
  Place literal{begin, text_.size() - begin};
  if (member->id) {
    auto bad_id = TakeId(*member, taken.value, literal);
    if (!refusal) refusal = std::move(bad_id);
  }
  if (!refusal) {
    cells_.push_back({&column, literal});
  } else if (!decoded.refusal) {
    decoded.refusal = OfColumn(column, *refusal);
  }
  return Done{};
}

std::optional<std::string> RowDecoder::Append(const Column& column, const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kNull) {
    if (!column.is_nullable && !column.has_default) {
      return "null, but the column is NOT NULL and has no default";
    }
    text_ += column.is_nullable ? "NULL" : column.DefaultLiteral();
    return std::nullopt;
  }
  Status appended = AppendLiteral(text_, column.type, value);
  if (appended.ok()) return std::nullopt;
  return appended.error().message;
}

std::optional<std::string> RowDecoder::TakeId(const Member& member, const JsonValue& value,
                                              Place literal) {
  const ColumnType& type = member.column->type;
  Place& id = ids_[*member.id];
  id_texts_[*member.id] = value.text;
  if (value.kind == JsonValue::Kind::kNull) {
    id = {};
    return std::nullopt;
  }
  if (LiteralsCompare(type)) {
    id = literal;
    return std::nullopt;
  }
  auto comparable = ToComparable(type, value);
  if (!comparable.ok()) return comparable.error().message;
  id = {text_.size(), comparable->size()};
  text_ += *comparable;
  return std::nullopt;
}

// Of two members with one name the last counts.
void RowDecoder::DropEarlier() {
  auto is_not_behind = [](const Draft& a, const Draft& b) { return b.column <= a.column; };
  if (std::ranges::adjacent_find(cells_, is_not_behind) == cells_.end()) return;
  std::ranges::stable_sort(cells_, {}, &Draft::column);
  auto is_repeated = [](const Draft& a, const Draft& b) { return a.column == b.column; };
  auto last = std::unique(cells_.rbegin(), cells_.rend(), is_repeated);
  cells_.erase(cells_.begin(), last.base());
}

Row RowDecoder::Finish() {
  DropEarlier();
  std::string_view text = Keep(text_);
  std::span<Cell> cells = New<Cell>(cells_.size());
  size_t bytes = 0;
  std::transform(cells_.begin(), cells_.end(), cells.begin(), [&](const Draft& draft) {
    bytes += draft.literal.size;
    return Cell{draft.column, {text.data() + draft.literal.begin, draft.literal.size}};
  });
  std::span<std::string_view> id = New<std::string_view>(ids_.size());
  std::transform(ids_.begin(), ids_.end(), id.begin(), [&](const Place& place) {
    return std::string_view(text.data() + place.begin, place.size);
  });
  bool is_plain = text.find(',') == text.npos && text.find('\\') == text.npos;
  return {0, cells, id, bytes, is_plain};
}

std::optional<std::string> RowDecoder::FindMissing(const Row& row) const {
  if (operation_ == WriteOperation::kInsert) {
    if (row.cells.size() == table_.columns.size()) return std::nullopt;
    auto cell = row.cells.begin();
    for (const Column* column : required_) {
      while (cell != row.cells.end() && cell->column < column) ++cell;
      if (cell == row.cells.end() || cell->column != column) {
        return OfColumn(*column, "no value, and the column is NOT NULL and has no default");
      }
    }
    return std::nullopt;
  }
  for (size_t i = 0; i < id_columns_.size(); ++i) {
    if (row.id[i].empty()) {
      return "id field '" + id_columns_[i]->name + "' has no value in the record";
    }
  }
  return std::nullopt;
}

Row RowDecoder::Merge(const Row& earlier, const Row& later) {
  std::vector<Cell> merged(later.cells.begin(), later.cells.end());
  for (const Cell& cell : earlier.cells) {
    auto place = std::lower_bound(merged.begin(), merged.end(), cell,
                                  [](const Cell& a, const Cell& b) { return a.column < b.column; });
    if (place == merged.end() || place->column != cell.column) merged.insert(place, cell);
  }
  std::span<Cell> cells = New<Cell>(merged.size());
  std::copy(merged.begin(), merged.end(), cells.begin());
  size_t bytes = 0;
  for (const Cell& cell : cells) bytes += cell.literal.size();
  return {later.record, cells, later.id, bytes, earlier.is_plain && later.is_plain};
}

std::string_view RowDecoder::Keep(std::string_view text) {
  std::span<char> kept = New<char>(text.size());
  std::copy(text.begin(), text.end(), kept.begin());
  return {kept.data(), kept.size()};
}

template <class T>
std::span<T> RowDecoder::New(size_t count) {
  std::span<T> items(static_cast<T*>(memory_.allocate(count * sizeof(T), alignof(T))), count);
  std::uninitialized_default_construct(items.begin(), items.end());
  return items;
}

}  // namespace sluice::tidb
