#include "sluice/conformance/session.h"

#include <algorithm>

namespace sluice::conformance {

json::Array ToJsonList(const std::vector<std::string>& texts) {
  json::Array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

const Field* Session::Find(const std::string& name) const {
  auto found = std::find_if(fields.begin(), fields.end(),
                            [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string> Session::RetrievableFields() const {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    if (field.read.is_retrievable) names.push_back(field.name);
  }
  return names;
}

std::vector<const Field*> Session::KeyFields() const {
  std::vector<const Field*> keys;
  for (const Field& field : fields) {
    if (field.is_primary_key) keys.push_back(&field);
  }
  return keys;
}

json::Object Session::Context() const {
  json::Object settings;
  for (const auto& [key, value] : options.settings) settings[key] = value;
  json::Object context = {{"connectorRuntimeSettings", std::move(settings)},
                          {"apiVersion", api_version}};
  if (!credentials.is_null()) context["credentials"] = credentials;
  if (definition) context["entityDefinition"] = *definition;
  return context;
}

json::Object Session::ListRequest(int64_t max_result, const std::string& token) const {
  json::Object request = {
      {"type", "ListEntitiesRequest"}, {"connectorContext", Context()}, {"maxResult", max_result}};
  if (!token.empty()) request["nextToken"] = token;
  return request;
}

json::Object Session::DescribeRequest(const std::string& identifier) const {
  json::Object context = Context();
  context.erase("entityDefinition");
  return {{"type", "DescribeEntityRequest"},
          {"entityIdentifier", identifier},
          {"connectorContext", std::move(context)}};
}

json::Object Session::QueryRequest(const std::vector<std::string>& selected,
                                   const std::string& filter, int64_t max_results,
                                   const std::string& token) const {
  json::Object request = {{"type", "QueryDataRequest"},
                          {"entityIdentifier", entity},
                          {"selectedFieldNames", ToJsonList(selected)},
                          {"maxResults", max_results}};
  if (!filter.empty()) request["filterExpression"] = filter;
  if (!token.empty()) request["nextToken"] = token;
  request["connectorContext"] = Context();
  return request;
}

std::optional<Verdict> ReadPage(const Answer& answer, Page& page) {
  if (auto wrong = UnlessSuccess(answer)) return wrong;
  page.token = json::FindString(answer.body, "nextToken").value_or("");
  const json::Value* records = json::Find(answer.body, "records");
  if (!records) return std::nullopt;
  if (!records->is_array()) return Fail(answer, "'records' is not a list");
  for (const json::Value& item : records->get_array()) {
    const std::string where = "records[" + std::to_string(page.texts.size()) + "]";
    if (!item.is_string()) {
      return Fail(answer, where + " is not a string that holds a JSON object");
    }
    page.texts.emplace_back(item.get_string());
    auto record = ReadRecord(page.texts.back());
    if (!record.ok()) return Fail(answer, where + " is no JSON object: " + record.error().message);
    page.records.push_back(*std::move(record));
  }
  return std::nullopt;
}

std::optional<Verdict> ReadPages(
    Session& session, size_t max_pages,
    const std::function<json::Object(const std::string& token)>& request,
    const std::function<std::optional<Verdict>(const Answer&, std::string& next)>& read,
    PagesRead& pages) {
  std::set<std::string> tokens;
  std::string token;
  while (!pages.ended && pages.count < max_pages) {
    pages.last = session.talk.Ask(request(token));
    token.clear();
    if (auto wrong = read(*pages.last, token)) return wrong;
    ++pages.count;
    pages.ended = token.empty();
    if (!pages.ended && !tokens.insert(token).second) {
      return Fail(*pages.last, "nextToken is one that came before: AppFlow would read in a circle");
    }
  }
  return std::nullopt;
}

std::optional<Verdict> ReadToRecords(
    Session& session, const std::function<json::Object(const std::string& token)>& request,
    Page& page, PagesRead& pages) {
  auto read = [&](const Answer& answer, std::string& next) -> std::optional<Verdict> {
    page = {};
    if (auto wrong = ReadPage(answer, page)) return wrong;
    if (page.records.empty()) next = page.token;
    return std::nullopt;
  };
  return ReadPages(session, kMaxPages, request, read, pages);
}

}  // namespace sluice::conformance
