#include "sluice/connectors/salesforce/record_page.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "sluice/base/json.h"

namespace sluice::salesforce {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kWhitespace = " \t\r\n";

Error Unreadable(const std::string& why) {
  return ServerError("Salesforce's answer to a query can't be read: " + why);
}

Error Unreadable(simdjson::error_code code) { return Unreadable(simdjson::error_message(code)); }

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// An Id is letters and digits, so that its JSON is its text in quotes.
Result<std::string> ReadId(ondemand::object record) {
  ondemand::value value;
  if (auto error = record["Id"].get(value)) return Unreadable(error);
  std::string_view json = value.raw_json_token();
  json = json.substr(0, json.find_last_not_of(kWhitespace) + 1);
  bool is_quoted = json.size() > 2 && json.front() == '"' && json.back() == '"';
  std::string_view id = is_quoted ? json.substr(1, json.size() - 2) : std::string_view();
  if (id.empty() || !std::all_of(id.begin(), id.end(), IsAlphanumeric)) {
    return Unreadable("a record's Id is " + std::string(json));
  }
  return std::string(id);
}

Status ReadRecords(ondemand::array array, RecordPage& page, RecordBuilder& rows) {
  std::optional<ondemand::object> last;
  for (auto element : array) {
    ondemand::object record;
    if (auto error = element.get_object().get(record)) return Unreadable(error);
    SLUICE_RETURN_IF_ERROR(rows.Append(record));
    last = record;
    ++page.records;
  }
  if (!last) return Done{};
  if (auto error = last->reset().error()) return Unreadable(error);
  SLUICE_ASSIGN(page.last_id, ReadId(*last));
  return Done{};
}

Status ReadPage(std::string& body, RecordPage& page, RecordBuilder& rows) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::array records;
  if (auto error = parser.iterate(body).get(document)) return Unreadable(error);
  if (auto error = document["done"].get_bool().get(page.is_complete)) return Unreadable(error);
  if (auto error = document["records"].get_array().get(records)) return Unreadable(error);
  return ReadRecords(records, page, rows);
}

}  // namespace

Result<RecordPage> ReadRecordPage(std::string body, RecordBuilder& rows) {
  RecordPage page;
  Status status = ReadPage(body, page, rows);
  if (status.ok()) return page;
  // What looks like a bad record may be where the answer was cut off.
  auto document = json::Parse(body);
  if (!document.ok()) return Unreadable(document.error().message);
  return std::move(status).error();
}

}  // namespace sluice::salesforce
