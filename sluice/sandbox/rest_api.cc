#include "sluice/sandbox/rest_api.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/uuid.h"
#include "sluice/sandbox/describe.h"
#include "sluice/sandbox/record_id.h"
#include "sluice/sandbox/record_writer.h"

namespace sluice::sandbox {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::string_view kBase = "/services/data";
constexpr int kOldestVersion = 47, kNewestVersion = 62;
constexpr size_t kMaxCursors = 10;
constexpr size_t kDefaultPageSize = 2000;
constexpr size_t kMaxCollection = 200;

HttpResponse Text(int status, std::string body) {
  return {status, {{"Content-Type", "application/json;charset=UTF-8"}}, std::move(body)};
}
HttpResponse Json(int status, const json::Value& value) {
  return Text(status, json::ToText(value));
}
HttpResponse NoContent() { return {204, {}, ""}; }
HttpResponse NotFound() {
  return ErrorReply({404, "NOT_FOUND", "The requested resource does not exist"});
}
HttpResponse MethodNotAllowed(const std::string& method) {
  return ErrorReply(
      {405, "METHOD_NOT_ALLOWED", "HTTP Method '" + method + "' not allowed for this resource"});
}

json::Object ErrorObject(const ApiError& error) {
  json::Object object{{"message", error.message}, {"errorCode", error.code}};
  if (!error.fields.empty())
    object["fields"] = json::Array(error.fields.begin(), error.fields.end());
  return object;
}

json::Object SaveResult(const std::string& id) {
  return {{"id", id}, {"success", true}, {"errors", json::Array()}};
}

json::Object FailedResult(const ApiError& error) {
  json::Object detail{{"statusCode", error.code},
                      {"message", error.message},
                      {"fields", json::Array(error.fields.begin(), error.fields.end())}};
  return {{"success", false}, {"errors", json::Array{std::move(detail)}}};
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

std::vector<std::string> DecodedPath(std::string_view path) {
  std::vector<std::string> parts = Split(path, '/');
  for (std::string& part : parts) {
    if (auto decoded = PercentDecode(part); decoded.ok()) part = *decoded;
  }
  return parts;
}

// "v58.0", if this server has it.
bool IsVersion(std::string_view text) {
  int number = 0;
  if (!text.starts_with('v') || !text.ends_with(".0")) return false;
  auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() - 2 && number >= kOldestVersion &&
         number <= kNewestVersion;
}

HttpResponse Versions() {
  json::Array versions;
  for (int version = kOldestVersion; version <= kNewestVersion; ++version) {
    std::string number = std::to_string(version) + ".0";
    versions.push_back({{"label", "API " + number},
                        {"url", std::string(kBase) + "/v" + number},
                        {"version", number}});
  }
  return Json(200, versions);
}

HttpResponse Resources(const std::string& version) {
  json::Object resources;
  for (std::string_view name : {"sobjects", "query", "queryAll", "composite", "limits"}) {
    resources[name] = std::string(kBase) + '/' + version + '/' + std::string(name);
  }
  return Json(200, resources);
}

// The body as an object, or an error reply.
std::optional<HttpResponse> ReadBody(const HttpRequest& request, json::Object& body) {
  auto parsed = json::ParseObject(request.body);
  if (!parsed.ok()) return ErrorReply({400, "JSON_PARSER_ERROR", parsed.error().message});
  body = *std::move(parsed);
  return std::nullopt;
}

std::vector<size_t> AllFields(const ObjectType& type) {
  std::vector<size_t> fields(type.fields.size());
  for (size_t i = 0; i < fields.size(); ++i) fields[i] = i;
  return fields;
}

std::optional<ApiError> FindFields(const ObjectType& type, const std::vector<std::string>& names,
                                   std::vector<size_t>& fields) {
  for (const std::string& name : names) {
    auto field = type.Find(name);
    if (!field) {
      return ApiError{400, "INVALID_FIELD",
                      "No such column '" + name + "' on sobject of type " + type.name};
    }
    fields.push_back(*field);
  }
  return std::nullopt;
}

// The record that a key stands for, or nullptr.
RecordPointer PresentRecord(const Table& table, std::string_view field, const std::string& value) {
  auto index = table.type().Find(field);
  if (index && *index != 0) return table.FindExternal(*index, value);
  auto id = NormalizeRecordId(value);
  return id ? table.Find(*id) : nullptr;
}

// Removes a member, whatever its case; its text, or nothing.
std::string TakeMember(json::Object& object, std::string_view name) {
  for (auto member = object.begin(); member != object.end(); ++member) {
    if (!net::EqualsIgnoringCase(member->key(), name)) continue;
    std::string text = member->value().is_string() ? std::string(member->value().get_string()) : "";
    object.erase(member);
    return text;
  }
  return {};
}

// "Sforce-Query-Options: batchSize=500"
size_t PageSize(const HttpRequest& request) {
  const std::string* options = request.headers.Find("Sforce-Query-Options");
  size_t at = options ? options->find("batchSize=") : std::string::npos;
  if (at == std::string::npos) return kDefaultPageSize;
  size_t size = kDefaultPageSize;
  std::from_chars(options->data() + at + 10, options->data() + options->size(), size);
  return std::clamp<size_t>(size, 200, 2000);
}

}  // namespace

HttpResponse ErrorReply(const ApiError& error) {
  HttpResponse reply = Json(error.status, json::Array{ErrorObject(error)});
  if (error.status == 401) reply.headers.Add("WWW-Authenticate", "Token");
  return reply;
}

HttpResponse RestApi::Handle(const HttpRequest& request, bool is_authorized) {
  std::vector<std::string> path = DecodedPath(request.path().substr(kBase.size()));
  if (path.empty()) return request.method == "GET" ? Versions() : MethodNotAllowed(request.method);
  if (!is_authorized) {
    return ErrorReply({401, "INVALID_SESSION_ID", "Session expired or invalid"});
  }
  if (!IsVersion(path.front())) return NotFound();
  if (!CountRequest()) {
    return ErrorReply({403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."});
  }
  Call call{request, path.front(), {path.begin() + 1, path.end()}, ParseForm(request.query())};
  HttpResponse reply = Route(call);
  std::lock_guard lock(mutex_);
  reply.headers.Add("Sforce-Limit-Info", "api-usage=" + std::to_string(used_requests_) + '/' +
                                             std::to_string(daily_requests_));
  return reply;
}

bool RestApi::CountRequest() {
  std::lock_guard lock(mutex_);
  if (used_requests_ >= daily_requests_) return false;
  ++used_requests_;
  return true;
}

HttpResponse RestApi::Route(const Call& call) {
  if (call.path.empty()) return call.Is("GET") ? Resources(call.version) : NotFound();
  const std::string& resource = call.path.front();
  if (resource == "sobjects") return SObjects(call);
  if (resource == "composite") return Composite(call);
  if (resource != "query" && resource != "queryAll" && resource != "limits") return NotFound();
  if (!call.Is("GET")) return MethodNotAllowed(call.request.method);
  if (resource == "limits") return call.path.size() == 1 ? Limits() : NotFound();
  if (call.path.size() == 1) return Query(call);
  return call.path.size() == 2 ? NextPage(call) : NotFound();
}

HttpResponse RestApi::SObjects(const Call& call) {
  if (call.path.size() == 1) {
    return call.Is("GET") ? Json(200, DescribeGlobal(call.version))
                          : MethodNotAllowed(call.request.method);
  }
  Table* table = org_.Find(call.path[1]);
  if (!table) return NotFound();
  if (call.path.size() == 2) {
    if (call.Is("GET")) return Json(200, BasicInfo(table->type(), call.version));
    return call.Is("POST") ? Create(call, *table) : MethodNotAllowed(call.request.method);
  }
  if (call.path.size() == 3 && call.path[2] == "describe") {
    return call.Is("GET") ? Json(200, Describe(table->type(), call.version))
                          : MethodNotAllowed(call.request.method);
  }
  if (call.path.size() == 3) return OneRecord(call, *table);
  return call.path.size() == 4 ? ByExternalId(call, *table) : NotFound();
}

HttpResponse RestApi::Create(const Call& call, Table& table) {
  json::Object body;
  if (auto refused = ReadBody(call.request, body)) return *refused;
  std::string id;
  std::lock_guard lock(mutex_);
  if (auto error = RecordWriter(org_, clock_.Now()).Create(table, body, id))
    return ErrorReply(*error);
  HttpResponse reply = Json(201, SaveResult(id));
  reply.headers.Add("Location", std::string(kBase) + '/' + call.version + "/sobjects/" +
                                    table.type().name + '/' + id);
  return reply;
}

HttpResponse RestApi::OneRecord(const Call& call, Table& table) {
  json::Object body;
  if (call.Is("PATCH")) {
    if (auto refused = ReadBody(call.request, body)) return *refused;
  }
  const std::string& id = call.path[2];
  std::lock_guard lock(mutex_);
  RecordWriter writer(org_, clock_.Now());
  std::optional<ApiError> error;
  if (call.Is("GET")) {
    RecordPointer record;
    error = RecordWriter::Find(table, id, record);
    if (!error) return ReadRecord(call, table, record);
  } else if (call.Is("PATCH")) {
    error = writer.Update(table, id, body);
  } else if (call.Is("DELETE")) {
    error = writer.Delete(table, id);
  } else {
    return MethodNotAllowed(call.request.method);
  }
  return error ? ErrorReply(*error) : NoContent();
}

HttpResponse RestApi::ByExternalId(const Call& call, Table& table) {
  const std::string &field = call.path[2], &value = call.path[3];
  json::Object body;
  if (call.Is("PATCH")) {
    if (auto refused = ReadBody(call.request, body)) return *refused;
  }
  std::lock_guard lock(mutex_);
  RecordWriter writer(org_, clock_.Now());
  if (call.Is("PATCH")) {
    std::string id;
    bool created = false;
    if (auto error = writer.Upsert(table, field, value, body, id, created))
      return ErrorReply(*error);
    json::Object result = SaveResult(id);
    result["created"] = created;
    return Json(created ? 201 : 200, result);
  }
  auto index = table.type().Find(field);
  if (!index || !table.type().fields[*index].external_id) return NotFound();
  RecordPointer record = table.FindExternal(*index, value);
  if (!record) return NotFound();
  if (call.Is("GET")) return ReadRecord(call, table, record);
  if (!call.Is("DELETE")) return MethodNotAllowed(call.request.method);
  if (auto error = writer.Delete(table, record->id())) return ErrorReply(*error);
  return NoContent();
}

HttpResponse RestApi::ReadRecord(const Call& call, const Table& table,
                                 const RecordPointer& record) {
  std::vector<size_t> fields;
  std::string names = Get(call.query, "fields");
  if (names.empty()) fields = AllFields(table.type());
  if (auto error = FindFields(table.type(), Split(names, ','), fields)) return ErrorReply(*error);
  std::string body;
  AppendRecord(body, table.type(), *record, fields, call.version);
  return Text(200, std::move(body));
}

HttpResponse RestApi::Query(const Call& call) {
  std::string text = Get(call.query, "q");
  if (text.empty()) {
    return ErrorReply({400, "MALFORMED_QUERY", "SOQL statements cannot be empty or null"});
  }
  SoqlQuery query;
  if (auto error = ParseSoql(text, query)) return ErrorReply(*error);
  auto cursor = std::make_shared<Cursor>();
  cursor->id = "01g" + RandomToken(15);
  cursor->version = call.version;
  cursor->resource = call.path.front();
  cursor->page_size = PageSize(call.request);
  {
    std::lock_guard lock(mutex_);
    bool with_deleted = cursor->resource == "queryAll";
    if (auto error = RunSoql(org_, query, text, with_deleted, clock_.Now(), cursor->result)) {
      return ErrorReply(*error);
    }
    if (cursor->result.records.size() > cursor->page_size) cursors_.push_back(cursor);
    if (cursors_.size() > kMaxCursors) cursors_.pop_front();
  }
  return Page(*cursor, 0);
}

// "01gXXXXXXXXXXXXXXX-2000": the cursor, and the first record of the page.
HttpResponse RestApi::NextPage(const Call& call) {
  const std::string& locator = call.path[1];
  size_t dash = locator.rfind('-'), begin = 0;
  std::shared_ptr<const Cursor> cursor;
  if (dash != std::string::npos) {
    std::from_chars(locator.data() + dash + 1, locator.data() + locator.size(), begin);
    std::lock_guard lock(mutex_);
    for (const auto& one : cursors_) {
      if (one->id == locator.substr(0, dash)) cursor = one;
    }
  }
  if (!cursor || begin == 0 || begin >= cursor->result.records.size()) {
    return ErrorReply({400, "INVALID_QUERY_LOCATOR", "invalid query locator"});
  }
  return Page(*cursor, begin);
}

HttpResponse RestApi::Page(const Cursor& cursor, size_t begin) {
  const SoqlResult& result = cursor.result;
  size_t end = std::min(begin + cursor.page_size, result.records.size());
  bool is_done = end == result.records.size();
  std::string body = "{\"totalSize\":" + std::to_string(result.total_size) +
                     ",\"done\":" + (is_done ? "true" : "false");
  if (!is_done) {
    body += ",\"nextRecordsUrl\":\"" + std::string(kBase) + '/' + cursor.version + '/' +
            cursor.resource + '/' + cursor.id + '-' + std::to_string(end) + '"';
  }
  body += ",\"records\":[";
  for (size_t i = begin; i < end; ++i) {
    if (i > begin) body += ',';
    AppendRecord(body, *result.type, *result.records[i], result.fields, cursor.version);
    if (i == begin) body.reserve(body.size() * (end - begin));  // About: they are of one kind.
  }
  body += "]}";
  return Text(200, std::move(body));
}

HttpResponse RestApi::Composite(const Call& call) {
  if (call.path.size() < 2 || call.path[1] != "sobjects" || call.path.size() > 4) return NotFound();
  bool is_upsert = call.path.size() == 4 && call.Is("PATCH");
  bool is_write =
      call.path.size() == 2 && (call.Is("POST") || call.Is("PATCH") || call.Is("DELETE"));
  if (is_upsert || is_write) return WriteMany(call);
  if (call.path.size() != 3 || !(call.Is("GET") || call.Is("POST"))) {
    return MethodNotAllowed(call.request.method);
  }
  const Table* table = org_.Find(call.path[2]);
  return table ? ReadMany(call, *table) : NotFound();
}

HttpResponse RestApi::ReadMany(const Call& call, const Table& table) {
  std::vector<std::string> ids = Split(Get(call.query, "ids"), ',');
  std::vector<std::string> names = Split(Get(call.query, "fields"), ',');
  if (call.Is("POST")) {
    json::Object body;
    if (auto refused = ReadBody(call.request, body)) return *refused;
    auto read = [&](std::string_view name, std::vector<std::string>& into) {
      if (auto* array = json::FindArray(body, name)) {
        for (const json::Value& item : *array) {
          if (item.is_string()) into.emplace_back(item.get_string());
        }
      }
    };
    read("ids", ids);
    read("fields", names);
  }
  std::vector<size_t> fields;
  if (auto error = FindFields(table.type(), names, fields)) return ErrorReply(*error);
  std::string body = "[";
  std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    if (body.size() > 1) body += ',';
    RecordPointer record;
    if (RecordWriter::Find(table, id, record)) {
      body += "null";
    } else {
      AppendRecord(body, table.type(), *record, fields, call.version);
    }
  }
  return Text(200, body + ']');
}

void RestApi::Undo(const Write& write) {
  if (!write.is_done) return;
  if (write.before) {
    write.table->Put(*write.before);
  } else {
    write.table->Erase(write.id);
  }
}

std::vector<RestApi::Write> RestApi::ReadWrites(const Call& call, const json::Object& body) {
  std::vector<Write> writes;
  if (call.Is("DELETE")) {
    for (std::string& id : Split(Get(call.query, "ids"), ',')) {
      Write write;
      write.table = org_.FindByIdPrefix(id);
      write.id = std::move(id);
      writes.push_back(std::move(write));
    }
    return writes;
  }
  auto* records = json::FindArray(body, "records");
  for (size_t i = 0; records && i < records->size(); ++i) {
    Write write;
    if (auto* values = (*records)[i].if_object()) write.values = *values;
    auto* attributes = json::FindObject(write.values, "attributes");
    write.table = org_.Find(attributes ? json::FindString(*attributes, "type").value_or("") : "");
    std::string key = call.path.size() == 4 ? call.path[3] : "Id";
    if (!call.Is("POST")) write.id = TakeMember(write.values, key);
    writes.push_back(std::move(write));
  }
  return writes;
}

std::optional<ApiError> RestApi::Apply(const Call& call, Write& write, json::Object& result) {
  if (!write.table) return ApiError{400, "INVALID_TYPE", "the record names no known object"};
  RecordWriter writer(org_, clock_.Now());
  std::optional<ApiError> error;
  bool created = false;
  bool is_upsert = call.path.size() == 4;
  write.before = PresentRecord(*write.table, is_upsert ? call.path[3] : "Id", write.id);
  if (call.Is("POST")) {
    error = writer.Create(*write.table, write.values, write.id);
  } else if (call.Is("DELETE")) {
    error = writer.Delete(*write.table, write.id);
  } else if (is_upsert) {
    std::string value = std::move(write.id);
    error = writer.Upsert(*write.table, call.path[3], value, write.values, write.id, created);
  } else {
    error = writer.Update(*write.table, write.id, write.values);
  }
  if (error) return error;
  write.is_done = true;
  result = SaveResult(write.id);
  if (is_upsert) result["created"] = created;
  return std::nullopt;
}

HttpResponse RestApi::WriteMany(const Call& call) {
  json::Object body;
  if (!call.Is("DELETE")) {
    if (auto refused = ReadBody(call.request, body)) return *refused;
  }
  bool all_or_none =
      json::FindBool(body, "allOrNone").value_or(false) || Get(call.query, "allOrNone") == "true";
  std::lock_guard lock(mutex_);
  std::vector<Write> writes = ReadWrites(call, body);
  if (writes.size() > kMaxCollection) {
    return ErrorReply({400, "EXCEEDED_MAX_SIZE_REQUEST",
                       "record limit reached: a call takes " + std::to_string(kMaxCollection)});
  }
  json::Array results;
  bool has_failed = false;
  for (Write& write : writes) {
    json::Object result;
    auto error = Apply(call, write, result);
    has_failed = has_failed || error.has_value();
    results.push_back(error ? FailedResult(*error) : std::move(result));
  }
  if (all_or_none && has_failed) {
    for (auto write = writes.rbegin(); write != writes.rend(); ++write) Undo(*write);
    static const ApiError kRolledBack{400, "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                                      "not saved, because another record of the call was refused"};
    for (json::Value& result : results) {
      if (json::FindBool(result.get_object(), "success").value_or(false)) {
        result = FailedResult(kRolledBack);
      }
    }
  }
  return Json(200, results);
}

HttpResponse RestApi::Limits() {
  std::lock_guard lock(mutex_);
  return Json(200, {{"DailyApiRequests",
                     {{"Max", daily_requests_}, {"Remaining", daily_requests_ - used_requests_}}}});
}

}  // namespace sluice::sandbox
