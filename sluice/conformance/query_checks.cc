#include <algorithm>

#include "sluice/conformance/checks.h"

namespace sluice::conformance {
namespace {

constexpr int64_t kFullPage = 1000;
constexpr size_t kMaxRetrieved = 3;

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

Verdict Answers(Session& session) {
  session.fields_read = session.RetrievableFields();
  if (session.fields_read.empty()) return Skip("the entity has no field that is retrievable");
  auto request = [&](const std::string& token) {
    return session.QueryRequest(session.fields_read, "", kFullPage, token);
  };
  Page page;
  PagesRead pages;
  if (auto wrong = ReadToRecords(session, request, page, pages)) return *wrong;
  session.first_page = pages.last;
  session.sample = page.records;
  session.sample_is_whole = page.token.empty();
  session.has_tokens = !page.token.empty() || pages.count > 1;
  return Pass(std::to_string(page.records.size()) +
              (page.token.empty() ? " records" : " records on the first page"));
}

// A record that is against a rule, shown with its place.
Verdict FailRecord(const Session& session, const Record& record, const std::string& reason) {
  return {Outcome::kFailed, reason, session.first_page->asked, ToJson(record)};
}

Verdict DataTypes(Session& session) {
  std::optional<Verdict> warning;
  for (const Record& record : session.sample) {
    for (const Field& field : session.fields) {
      const Value value = ValueOf(record, field.name);
      auto misfit = FindMisfit(field.data_type, value);
      if (!misfit) continue;
      Verdict verdict =
          FailRecord(session, record,
                     "field " + Quoted(field.name) + " is declared as " +
                         std::string(ToString(field.data_type)) + ", and its value " +
                         session.talk.Excerpt(value.ToJson(), 60) + " " + misfit->what);
      if (!misfit->is_number_as_text) return verdict;
      verdict.outcome = Outcome::kWarned;
      if (!warning) warning = verdict;
    }
  }
  return warning.value_or(Pass());
}

Verdict Nulls(Session& session) {
  for (const Record& record : session.sample) {
    for (const std::string& name : session.fields_read) {
      if (!session.Find(name)->read.is_nullable && ValueOf(record, name).is_null()) {
        return FailRecord(session, record,
                          "field " + Quoted(name) + " is declared isNullable: false, and it is " +
                              (record.contains(name) ? "null" : "missing"));
      }
    }
  }
  return Pass();
}

Verdict SelectedFields(Session& session) {
  std::vector<std::string> selected = {session.fields_read.back()};
  if (session.fields_read.size() > 1) selected.push_back(session.fields_read.front());
  Page page;
  Answer answer = session.talk.Ask(session.QueryRequest(selected, "", 10));
  if (auto wrong = ReadPage(answer, page)) return *wrong;
  for (const Record& record : page.records) {
    for (const auto& [name, value] : record) {
      if (std::find(selected.begin(), selected.end(), name) == selected.end()) {
        return Fail(answer, "a record has the member " + Quoted(name) + ", which is not selected");
      }
    }
  }
  return Pass();
}

Verdict AllFields(Session& session) {
  auto request = [&](const std::string& token) {
    json::Object query = session.QueryRequest({}, "", 10, token);
    query["selectedFieldNames"] = nullptr;
    return query;
  };
  Page page;
  PagesRead pages;
  if (auto wrong = ReadToRecords(session, request, page, pages)) return *wrong;
  if (page.records.empty()) return Fail(*pages.last, "no records come when no fields are selected");
  return Pass();
}

int64_t SmallPage(const Session& session) {
  return std::clamp<int64_t>(static_cast<int64_t>(session.sample.size()) / 8, 1, 100);
}

Verdict PageSize(Session& session) {
  if (session.sample.size() < 2) return Skip("the entity has fewer than 2 records");
  const int64_t size = SmallPage(session);
  Page page;
  Answer answer = session.talk.Ask(session.QueryRequest(session.fields_read, "", size));
  if (auto wrong = ReadPage(answer, page)) return *wrong;
  session.has_tokens |= !page.token.empty();
  if (page.records.size() <= static_cast<size_t>(size)) return Pass();
  return Fail(answer, std::to_string(page.records.size()) + " records came, and maxResults is " +
                          std::to_string(size));
}

std::map<std::string, int> Counted(const std::vector<Record>& records) {
  std::map<std::string, int> counts;
  for (const Record& record : records) ++counts[ToJson(record)];
  return counts;
}

// How what came in small pages differs from one large page, if it does.
std::string Difference(const Conversation& talk, const std::vector<Record>& small,
                       const std::vector<Record>& whole) {
  auto had = Counted(whole), came = Counted(small);
  for (const auto& [record, count] : came) {
    if (count > had[record]) return "a record comes too often: " + talk.Excerpt(record, 120);
  }
  for (const auto& [record, count] : had) {
    if (count > came[record]) return "a record is lost: " + talk.Excerpt(record, 120);
  }
  return "";
}

Verdict Paging(Session& session) {
  if (session.sample.size() < 2) return Skip("the entity has fewer than 2 records");
  const int64_t size = SmallPage(session);
  std::vector<Record> records;
  auto request = [&](const std::string& token) {
    return session.QueryRequest(session.fields_read, "", size, token);
  };
  auto read = [&](const Answer& answer, std::string& next) -> std::optional<Verdict> {
    Page page;
    if (auto wrong = ReadPage(answer, page)) return wrong;
    records.insert(records.end(), page.records.begin(), page.records.end());
    next = page.token;
    return std::nullopt;
  };
  PagesRead pages;
  if (auto wrong = ReadPages(session, kMaxPages, request, read, pages)) return *wrong;
  const std::string pages_text = std::to_string(pages.count) + " pages of " + std::to_string(size);
  if (session.sample_is_whole) {
    if (!pages.ended) {
      return Fail(*pages.last, "there is no end: " + std::to_string(records.size()) +
                                   " records in " + pages_text + ", and one page of 1000 had " +
                                   std::to_string(session.sample.size()));
    }
    std::string difference = Difference(session.talk, records, session.sample);
    if (!difference.empty()) return Fail(*pages.last, "in " + pages_text + ", " + difference);
  } else if (!session.KeyFields().empty()) {
    for (const auto& [record, count] : Counted(records)) {
      if (count > 1)
        return Fail(*pages.last, "a record comes twice: " + session.talk.Excerpt(record, 120));
    }
  }
  return Pass(pages_text);
}

Verdict NewProcess(Session& session) {
  if (!session.options.renew) return Skip("a function's processes can't be renewed from here");
  const int64_t size = SmallPage(session);
  Page first, second, again;
  if (auto wrong =
          ReadPage(session.talk.Ask(session.QueryRequest(session.fields_read, "", size)), first)) {
    return *wrong;
  }
  if (first.token.empty()) return Skip("the first page is the last");
  const auto request = session.QueryRequest(session.fields_read, "", size, first.token);
  if (auto wrong = ReadPage(session.talk.Ask(request), second)) return *wrong;
  if (auto status = session.options.renew(); !status.ok()) return Skip(status.error().message);
  Answer answer = session.talk.Ask(request);
  if (auto wrong = ReadPage(answer, again)) return *wrong;
  if (again.records != second.records) {
    return Fail(answer, "a new process gives another page for the same token");
  }
  return Pass();
}

Verdict BadToken(Session& session) {
  Answer answer = session.talk.Ask(
      session.QueryRequest(session.fields_read, "", kFullPage, "sluice: no token of yours"));
  if (answer.ok() && !session.has_tokens) return Skip("it gives no tokens and pays no heed to any");
  return RefusedWith(answer, "a token that it never gave out", {"InvalidArgument"});
}

Verdict UnknownEntity(Session& session) {
  json::Object request = session.QueryRequest(session.fields_read);
  request["entityIdentifier"] = "sluice_no_such_entity";
  request["connectorContext"].get_object().erase("entityDefinition");
  return RefusedWith(session.talk.Ask(request), "an entity that does not exist",
                     {"ResourceNotFoundError", "InvalidArgument"});
}

// ---- RetrieveData
// ---------------------------------------------------------------------------------

json::Object RetrieveRequest(const Session& session, const Field& key,
                             const std::vector<std::string>& ids) {
  return {{"type", "RetrieveDataRequest"},
          {"entityIdentifier", session.entity},
          {"selectedFieldNames", ToJsonList(session.fields_read)},
          {"idFieldName", key.name},
          {"ids", ToJsonList(ids)},
          {"connectorContext", session.Context()}};
}

Verdict Retrieve(Session& session) {
  const auto keys = session.KeyFields();
  if (keys.size() != 1) return Skip("the entity has no primary key of one field");
  std::vector<std::string> ids;
  for (const Record& record : session.sample) {
    if (ids.size() < kMaxRetrieved) ids.push_back(ValueOf(record, keys[0]->name).text);
  }
  Answer answer = session.talk.Ask(RetrieveRequest(session, *keys[0], ids));
  if (answer.what == Answer::What::kRefusal) {
    return Warn(answer, "it does not look up records by their ids; AppFlow rarely asks it to");
  }
  Page page;
  if (auto wrong = ReadPage(answer, page)) return *wrong;
  std::multiset<std::string> found;
  for (const Record& record : page.records) found.insert(ValueOf(record, keys[0]->name).text);
  if (found == std::multiset<std::string>(ids.begin(), ids.end())) return Pass();
  return Fail(answer, std::to_string(found.size()) + " records came for " +
                          std::to_string(ids.size()) + " ids, or others than these");
}

}  // namespace

const std::vector<Check>& QueryChecks() {
  static const std::vector<Check> kChecks = {
      {"query.answers", "QueryData answers", kDefinition | kSource,
       "records is a list of strings, each of which is the text of a JSON object.", kRecordHandler,
       &Answers},
      {"query.data-types", "Values fit the types of their fields", kRecords,
       "Numbers are JSON numbers (BigDecimal may be a string), booleans true or false, dates "
       "2023-12-03, times ISO 8601, bytes base64, Struct and Map objects, List an array.",
       kDataFormat, &DataTypes},
      {"query.nulls", "Only nullable fields are null", kRecords,
       "A flow fails where a field with isNullable: false comes as null.",
       "README of AWS's custom connector SDK, FieldDefinition, readProperties", &Nulls},
      {"query.selected-fields", "Records have the selected fields", kRecords,
       "A record has a member for each of selectedFieldNames, but for nulls, and no others.",
       kDataFormat, &SelectedFields},
      {"query.all-fields", "Without a selection all fields come", kRecords,
       "selectedFieldNames is optional.", "custom connector SDK, QueryDataRequest", &AllFields},
      {"query.page-size", "No page is larger than maxResults", kFirstPage,
       "maxResults is the largest number of records on a page.",
       "custom connector SDK, QueryDataRequest.maxResults", &PageSize},
      {"query.paging", "Page after page, each record comes once", kFirstPage,
       "AppFlow follows nextToken until there is none; no record is lost and none comes twice.",
       kRecordHandler, &Paging},
      {"query.new-process", "A token is good in another process", kRecords,
       "Lambda may answer each page with another process: a token holds all that is needed.",
       "AWS Lambda Developer Guide, execution environment lifecycle", &NewProcess},
      {"query.bad-token", "A token that is none of its own is refused", kFirstPage,
       "What the connector can't use is isSuccess false with InvalidArgument, not an exception.",
       "custom connector SDK, ErrorCode.InvalidArgument", &BadToken},
      {"query.unknown-entity", "An unknown entity is refused", kFirstPage,
       "An entity that does not exist is isSuccess false with errorDetails, not an exception.",
       "custom connector SDK, QueryDataResponse", &UnknownEntity},
      {"retrieve.answers", "RetrieveData looks records up by their ids", kRecords,
       "RetrieveData gives the records with these ids.", kRecordHandler, &Retrieve},
  };
  return kChecks;
}

}  // namespace sluice::conformance
