#include "sluice/connectors/salesforce/record_page.h"

namespace sluice::salesforce {
namespace {

namespace ondemand = simdjson::ondemand;

simdjson::error_code ReadRecords(ondemand::array array, RecordPage& page) {
  for (auto element : array) {
    ondemand::object record;
    std::string_view json;
    if (auto error = element.get_object().get(record)) return error;
    if (auto error = record.raw_json().get(json)) return error;
    page.records.push_back(json);
  }
  return simdjson::SUCCESS;
}

simdjson::error_code Read(ondemand::document& document, RecordPage& page) {
  ondemand::array records;
  if (auto error = document["done"].get_bool().get(page.is_complete)) return error;
  if (auto error = document["records"].get_array().get(records)) return error;
  return ReadRecords(records, page);
}

simdjson::error_code ReadId(std::string_view record, std::string& id) {
  simdjson::padded_string text(record);
  ondemand::parser parser;
  ondemand::document document;
  std::string_view found;
  if (auto error = parser.iterate(text).get(document)) return error;
  if (auto error = document["Id"].get_string().get(found)) return error;
  id = found;
  return simdjson::SUCCESS;
}

}  // namespace

Result<RecordPage> ReadRecordPage(std::string_view body) {
  RecordPage page;
  page.text = simdjson::padded_string(body);
  ondemand::parser parser;
  ondemand::document document;
  simdjson::error_code error = parser.iterate(page.text).get(document);
  if (!error) error = Read(document, page);
  if (!error && !page.records.empty()) error = ReadId(page.records.back(), page.last_id);
  if (error) {
    return ServerError(std::string("Salesforce's answer to a query can't be read: ") +
                       simdjson::error_message(error));
  }
  return page;
}

}  // namespace sluice::salesforce
