#include "benchmarks/tidb_connector/answer.h"

#include <simdjson.h>

#include <algorithm>

namespace sluice::benchmarks {
namespace {

// Members stand before or after the records, which are long.
constexpr size_t kEdge = 4096;

Error Unexpected(std::string_view answer) {
  return ServerError("the function answered: " + std::string(answer.substr(0, 500)));
}

// Where the value of the member begins that is called `quoted_name` (which inside a record, a
// string itself, would have backslashes), or npos.
size_t FindValue(std::string_view text, std::string_view quoted_name) {
  for (size_t at = 0; (at = text.find(quoted_name, at)) != text.npos; ++at) {
    if (at > 0 && text[at - 1] == '\\') continue;
    size_t value = text.find_first_not_of(" \n\t", at + quoted_name.size());
    if (value == text.npos || text[value] != ':') continue;
    return text.find_first_not_of(" \n\t", value + 1);
  }
  return text.npos;
}

std::string_view ValueOf(std::string_view answer, std::string_view quoted_name) {
  std::string_view tail = answer.substr(answer.size() - std::min(answer.size(), kEdge));
  for (std::string_view part : {answer.substr(0, kEdge), tail, answer}) {
    if (size_t at = FindValue(part, quoted_name); at != part.npos) {
      // The whole rest: a part may end within the value.
      return answer.substr(static_cast<size_t>(part.data() - answer.data()) + at);
    }
  }
  return {};
}

// Compared in parallel by the compiler.
__attribute__((optimize("O3"))) size_t CountBoundaries(const char* text, size_t size) {
  size_t found = 0;
  for (size_t i = 0; i + 4 < size; ++i) {
    found += (text[i] == '}') & (text[i + 1] == '"') & (text[i + 2] == ',') & (text[i + 3] == '"') &
             (text[i + 4] == '{');
  }
  return found;
}

}  // namespace

std::string NextToken(std::string_view answer) {
  std::string_view value = ValueOf(answer, "\"nextToken\"");
  if (!value.starts_with('"')) return "";
  std::string token;
  for (size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
    if (value[i] == '\\') token += value[i++];
    token += value[i];
  }
  return token;
}

Result<size_t> CountRecords(std::string_view answer) {
  SLUICE_RETURN_IF_ERROR(CheckSuccess(answer));
  std::string_view records = ValueOf(answer, "\"records\"");
  if (!records.starts_with('[')) return Unexpected(answer);
  if (records.find_first_not_of(" \n\t", 1) == records.find(']')) return size_t{0};
  return 1 + CountBoundaries(answer.data(), answer.size());
}

Status CheckAllWritten(std::string_view answer, size_t records) {
  size_t successes = 0;
  std::string_view rest = answer;
  for (size_t at; (at = FindValue(rest, "\"isSuccess\"")) != rest.npos;) {
    rest.remove_prefix(at);
    if (!rest.starts_with("true")) return Unexpected(answer);
    ++successes;
  }
  // The request's own, and one a record.
  if (successes != records + 1) return Unexpected(answer);
  return Done{};
}

Status CheckSuccess(std::string_view answer) {
  if (ValueOf(answer, "\"isSuccess\"").starts_with("true")) return Done{};
  return Unexpected(answer);
}

Result<std::string> EntityDefinition(const std::string& answer) {
  SLUICE_RETURN_IF_ERROR(CheckSuccess(answer));
  simdjson::ondemand::parser parser;
  simdjson::padded_string padded(answer);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  std::string_view definition;
  if (parser.iterate(padded).get(document) ||
      document["entityDefinition"].get_object().get(object) || object.raw_json().get(definition)) {
    return Unexpected(answer);
  }
  return std::string(definition);
}

}  // namespace sluice::benchmarks
