#include "sluice/bin/dead_letters.h"

#include <simdjson.h>

#include <algorithm>
#include <map>

namespace sluice::bin {
namespace {

namespace ondemand = simdjson::ondemand;

// Line breaks of a JSON text are outside of its strings, where a space means the same.
std::string OnOneLine(std::string json) {
  std::ranges::replace_if(
      json, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return json;
}

void AddMember(std::string& line, std::string_view name, std::string_view json) {
  if (line.size() > 1) line += ',';
  json::AppendQuoted(line, name);
  line += ':';
  line += json;
}

Error AtLine(int line, const std::string& what) {
  return InvalidArgument("line " + std::to_string(line) + ": " + what);
}

// simdjson reads a record's text without making numbers of its digits.
Result<CorrectedRecord> ReadLine(std::string_view text, int line) {
  if (auto object = json::ParseObject(text); !object.ok()) {
    return AtLine(line, "it is no JSON object: " + object.error().message);
  }
  ondemand::parser parser;
  simdjson::padded_string padded(text);
  ondemand::document document;
  std::string_view id, record;
  if (parser.iterate(padded).get(document) || document["id"].get_string().get(id)) {
    return AtLine(line, "it has no 'id', which says which record it is");
  }
  CorrectedRecord corrected{.id = std::string(id), .line = line};
  ondemand::object object;
  if (!document["record"].get_object().get(object) && !object.raw_json().get(record)) {
    corrected.record = record;
    return corrected;
  }
  if (document["record"].get_string().get(record) || !json::ParseObject(record).ok()) {
    return AtLine(line, "its 'record' is no JSON object with the source's fields");
  }
  corrected.record = record;
  return corrected;
}

}  // namespace

std::string DeadLetterLine(const json::Object& refused) {
  std::string line = "{";
  for (const char* name :
       {"id", "errorCode", "errorMessage", "field", "place", "record", "replayedBy"}) {
    const json::Value* value = json::Find(refused, name);
    if (value == nullptr) continue;
    const std::string* record = nullptr;
    std::string text;
    if (name == std::string_view("record") && value->is_string()) {
      text = value->as_string().c_str();
      if (json::ParseObject(text).ok()) record = &text;
    }
    AddMember(line, name, record ? OnOneLine(text) : json::ToText(*value));
  }
  return line + "}";
}

Result<std::vector<CorrectedRecord>> ReadCorrectedRecords(std::string_view text) {
  std::vector<CorrectedRecord> records;
  std::map<std::string, int> lines;
  for (int line = 1; !text.empty(); ++line) {
    std::string_view next = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(next.size() + 1, text.size()));
    if (next.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    SLUICE_ASSIGN(CorrectedRecord record, ReadLine(next, line));
    auto [before, is_new] = lines.try_emplace(record.id, line);
    if (!is_new) {
      return AtLine(line, "the record '" + record.id + "' is on line " +
                              std::to_string(before->second) + " already");
    }
    records.push_back(std::move(record));
  }
  if (records.empty()) return InvalidArgument("there are no records in it");
  return records;
}

}  // namespace sluice::bin
