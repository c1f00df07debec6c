#include "sluice/tidb/rows.h"

#include <algorithm>

#include "sluice/tidb/literal.h"

namespace sluice::tidb {
namespace {

std::string OfColumn(const Column& column, std::string_view what) {
  return "column '" + column.name + "': " + std::string(what);
}

// The literal of a member, or why it can't be stored.
Result<std::string> ToCell(const Column& column, const JsonValue& value) {
  if (value.kind != JsonValue::Kind::kNull) return ToLiteral(column.type, value);
  if (column.is_nullable) return std::string("NULL");
  if (column.has_default) return std::string(column.DefaultLiteral());
  return InvalidArgument("null, but the column is NOT NULL and has no default");
}

}  // namespace

RowDecoder::RowDecoder(const Table& table, WriteOperation operation,
                       std::vector<const Column*> id_columns)
    : table_(table), operation_(operation), id_columns_(std::move(id_columns)) {}

Result<DecodedRecord> RowDecoder::Decode(std::string_view record) {
  DecodedRecord decoded;
  decoded.row.cells.resize(table_.columns.size());
  decoded.row.id.resize(id_columns_.size());
  auto members = reader_.Read(record);
  if (!members.ok()) {
    decoded.refusal = members.error().message;
    return decoded;
  }
  std::vector<std::string> ids(id_columns_.size());
  for (const JsonMember& member : *members) {
    for (size_t i = 0; i < id_columns_.size(); ++i) {
      if (member.name == id_columns_[i]->name) ids[i] = member.value.text;
    }
    SLUICE_RETURN_IF_ERROR(Place(member, decoded));
  }
  for (const std::string& id : ids) {
    if (!decoded.record_id.empty() && !id.empty()) decoded.record_id += ',';
    decoded.record_id += id;
  }
  if (!decoded.refusal) decoded.refusal = FindMissing(decoded.row);
  return decoded;
}

Status RowDecoder::Place(const JsonMember& member, DecodedRecord& decoded) const {
  const Column* column = table_.Find(member.name);
  auto id = std::find(id_columns_.begin(), id_columns_.end(), column);
  bool is_id = column && id != id_columns_.end();
  if (operation_ == WriteOperation::kDelete && !is_id) return Done{};
  if (!column) {
    return InvalidArgument("table '" + table_.name + "' has no column '" +
                           std::string(member.name) + "'");
  }
  if (column->is_generated) {
    return InvalidArgument(
        "column '" + column->name + "' of table '" + table_.name +
        "' is computed by TiDB and can't be written; take it out of the mapping");
  }
  auto cell = ToCell(*column, member.value);
  if (!cell.ok()) {
    if (!decoded.refusal) decoded.refusal = OfColumn(*column, cell.error().message);
    return Done{};
  }
  decoded.row.cells[static_cast<size_t>(column - table_.columns.data())] = *std::move(cell);
  if (!is_id || member.value.kind == JsonValue::Kind::kNull) return Done{};
  auto comparable = ToComparable(column->type, member.value);
  if (comparable.ok()) {
    decoded.row.id[static_cast<size_t>(id - id_columns_.begin())] = *std::move(comparable);
  } else if (!decoded.refusal) {
    decoded.refusal = OfColumn(*column, comparable.error().message);
  }
  return Done{};
}

std::optional<std::string> RowDecoder::FindMissing(const Row& row) const {
  if (operation_ == WriteOperation::kInsert) {
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      const Column& column = table_.columns[i];
      if (row.cells[i].empty() && !column.has_default && !column.is_generated) {
        return OfColumn(column, "no value, and the column is NOT NULL and has no default");
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

}  // namespace sluice::tidb
