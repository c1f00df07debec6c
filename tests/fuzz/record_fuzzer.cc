// Records to be written: their JSON is read as Boost.JSON's own parser reads it, and each cell of a
// row is one literal, whatever the record holds.
#include <algorithm>
#include <cmath>

#include "sluice/tidb/rows.h"
#include "sluice/tidb/sample_table.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sql_shape.h"

namespace sluice {
namespace {

using Kind = JsonValue::Kind;

// But for the last digits of numbers: Boost.JSON reads them by a fast approximation.
bool IsSame(const json::Value& a, const json::Value& b) {
  if (a.is_number() && b.is_number()) {
    double x = a.to_number<double>(), y = b.to_number<double>();
    return x == y || std::abs(x - y) <= 1e-14 * std::abs(x);
  }
  if (a.is_array() && b.is_array()) {
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(),
                      b.get_array().end(), [](auto& x, auto& y) { return IsSame(x, y); });
  }
  if (a.is_object() && b.is_object()) {
    const json::Object &x = a.get_object(), &y = b.get_object();
    return x.size() == y.size() && std::all_of(x.begin(), x.end(), [&](const auto& member) {
             const json::Value* other = y.if_contains(member.key());
             return other && IsSame(member.value(), *other);
           });
  }
  return a == b;
}

std::string AsJson(const JsonValue& value) {
  if (value.kind == Kind::kNull) return "null";
  if (value.kind != Kind::kString) return std::string(value.text);
  std::string json;
  json::AppendQuoted(json, value.text);
  return json;
}

void CheckRead(std::string_view input) {
  JsonRecordReader reader;
  auto members = reader.Read(input);
  if (!members.ok()) return CheckTells(members.error(), input);
  auto object = json::ParseObject(input);
  SLUICE_CHECK(object.ok());
  for (auto member = members->begin(); member != members->end(); ++member) {
    bool is_last = std::none_of(member + 1, members->end(),
                                [&](const JsonMember& m) { return m.name == member->name; });
    const json::Value* expected = object->if_contains(member->name);
    SLUICE_CHECK(expected);
    // The last of several with one name counts.
    if (is_last) {
      auto value = json::Parse(AsJson(member->value));
      SLUICE_CHECK(value.ok() && IsSame(*value, *expected));
    }
    if (member->value.kind == Kind::kNumber) {
      SLUICE_CHECK(input.find(member->value.text) != std::string_view::npos);
    }
  }
}

bool IsLiteral(std::string_view sql) {
  std::string shape = ShapeOf(sql);
  return shape == "?" || shape == "NULL" || shape == "DEFAULT";
}

bool IsOfLiterals(const tidb::Row& row) {
  return row.id.size() == 1 &&
         std::all_of(row.cells.begin(), row.cells.end(),
                     [](const tidb::Cell& cell) { return IsLiteral(cell.literal); }) &&
         std::all_of(row.id.begin(), row.id.end(),
                     [](std::string_view id) { return id.empty() || IsLiteral(id); });
}

std::string Shown(const tidb::Row& row) {
  std::string shown;
  for (const tidb::Cell& cell : row.cells) {
    shown += cell.column->name + '=' + std::string(cell.literal) + '\n';
  }
  for (std::string_view id : row.id) shown += std::string(id) + '\n';
  return shown;
}

void CheckDecoded(WriteOperation operation, std::string_view input) {
  static const tidb::Table table = tidb::SampleTable();
  static constexpr std::string_view kAnother = R"({"id":"1","must":7,"n":null})";
  tidb::RowDecoder decoder(table, operation, {table.Find("id")});
  auto decoded = decoder.Decode(input);
  if (!decoded.ok()) return CheckTells(decoded.error(), input);
  if (decoded->refusal) return CheckTells(InvalidArgument(*decoded->refusal), input);
  const tidb::Row& row = decoded->row;
  SLUICE_CHECK(IsOfLiterals(row));

  // What comes after it changes nothing.
  std::string shown = Shown(row);
  SLUICE_CHECK(decoder.Decode(kAnother).ok());
  auto again = decoder.Decode(input);
  SLUICE_CHECK(again.ok() && !again->refusal);
  SLUICE_CHECK(Shown(again->row) == shown && Shown(row) == shown);
  SLUICE_CHECK(again->record_id == decoded->record_id);
  SLUICE_CHECK(Shown(decoder.Merge(row, again->row)) == shown);
}

}  // namespace
}  // namespace sluice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  using enum WriteOperation;
  std::string_view input = AsText(data, size);
  CheckRead(input);
  for (WriteOperation operation : {kInsert, kUpsert, kUpdate, kDelete}) {
    CheckDecoded(operation, input);
  }
  return 0;
}
