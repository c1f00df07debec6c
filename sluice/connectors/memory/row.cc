#include "sluice/connectors/memory/row.h"

#include <simdjson.h>

#include "sluice/base/json.h"

namespace sluice::memory {

std::string Cell(const Row& row, const std::string& field) {
  auto found = row.find(field);
  return found == row.end() ? "null" : found->second;
}

Row ParseRow(const std::string& record) {
  // simdjson and not Boost.JSON, which would round a decimal.
  simdjson::ondemand::parser parser;
  simdjson::padded_string text(record);
  simdjson::ondemand::document document;
  SLUICE_CHECK(!parser.iterate(text).get(document));
  simdjson::ondemand::object object;
  SLUICE_CHECK(!document.get_object().get(object));
  Row row;
  for (auto member : object) {
    std::string_view name, value;
    simdjson::ondemand::value json;
    SLUICE_CHECK(!member.unescaped_key().get(name));
    std::string key(name);
    SLUICE_CHECK(!member.value().get(json));
    SLUICE_CHECK(!simdjson::to_json_string(json).get(value));
    value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
    row[key] = value;
  }
  return row;
}

std::string ToRecord(const Row& row, const EntityDefinition& definition) {
  std::string record = "{";
  for (const Field& field : definition.fields) {
    if (record.size() > 1) record += ',';
    json::AppendQuoted(record, field.name);
    record += ':' + Cell(row, field.name);
  }
  return record + "}";
}

}  // namespace sluice::memory
