#include <algorithm>

#include "sluice/conformance/checks.h"
#include "sluice/model/filter.h"
#include "sluice/protocol/filter_expression.h"

namespace sluice::conformance {
namespace {

constexpr int kBatch = 500;
// The numbers of the kit's records, by what they are for.
enum Number {
  kFirst = 0,
  kUnicode = 3,
  kExact,
  kNull,
  kMissing,
  kUnknown,
  kUpserted,
  kGood,
  kNone = 12,
  kMany = 20
};
constexpr int kInserted = 3;

using Numbers = std::vector<int>;

json::Object WriteRequest(const Session& session, const std::string& operation,
                          const std::vector<Record>& records, bool all_or_none = false) {
  std::vector<std::string> texts;
  for (const Record& record : records) texts.push_back(ToJson(record));
  json::Object request = {{"type", "WriteDataRequest"}, {"entityIdentifier", session.entity},
                          {"operation", operation},     {"records", ToJsonList(texts)},
                          {"allOrNone", all_or_none},   {"connectorContext", session.Context()}};
  if (operation != "INSERT") request["idFieldNames"] = ToJsonList(session.plan->IdFields());
  return request;
}

bool Supports(const Session& session, const char* operation) {
  return session.write_operations.contains(operation);
}

std::string Creating(const Session& session) {
  return Supports(session, "INSERT") ? "INSERT" : "UPSERT";
}

// ---- Reading back
// -----------------------------------------------------------------------------------

bool CanReadBack(const Session& session) {
  const auto& ids = session.plan->IdFields();
  return session.is_source && std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
           const Field& field = *session.Find(id);
           const auto& operators = field.filter_operators;
           return field.read.is_queryable && std::find(operators.begin(), operators.end(),
                                                       Operator::kEqualTo) != operators.end();
         });
}

std::string FilterFor(const Session& session, int n) {
  std::vector<Filter> conditions;
  for (const auto& [name, value] : session.plan->Key(n)) {
    const auto kind = value.kind == JsonValue::Kind::kNumber ? FilterValue::Kind::kNumber
                                                             : FilterValue::Kind::kString;
    conditions.push_back({.field = name, .op = Operator::kEqualTo, .values = {{kind, value.text}}});
  }
  auto text = protocol::ToFilterExpression({And(std::move(conditions)), std::nullopt});
  SLUICE_CHECK(text.ok());
  return *text;
}

// The record of that number, if it is there.
std::optional<Verdict> Find(Session& session, int n, std::optional<Record>& found) {
  auto request = [&](const std::string& token) {
    return session.QueryRequest(session.RetrievableFields(), FilterFor(session, n), 1000, token);
  };
  Page page;
  PagesRead pages;
  if (auto wrong = ReadToRecords(session, request, page, pages)) return wrong;
  if (page.records.size() > 1) return Fail(*pages.last, "there are several records of one id");
  if (!page.records.empty()) found = page.records[0];
  return std::nullopt;
}

// What was written is there as it was written. `answer` is that of the write.
std::optional<Verdict> Differs(Session& session, const Answer& answer, int n,
                               const Record& written) {
  if (!CanReadBack(session)) return std::nullopt;
  std::optional<Record> found;
  if (auto wrong = Find(session, n, found)) return wrong;
  if (!found) return Fail(answer, "it said that it wrote a record, and the record is not there");
  for (const auto& [name, value] : written) {
    const Field* field = session.Find(name);
    if (!field || !field->read.is_retrievable) continue;
    const Value read = ValueOf(*found, name);
    if (!AreSame(field->data_type, value, read)) {
      return Fail(answer, "'" + name + "' was written as " +
                              session.talk.Excerpt(value.ToJson(), 80) + " and read back as " +
                              session.talk.Excerpt(read.ToJson(), 80));
    }
  }
  return std::nullopt;
}

Verdict Done(const Session& session) {
  return CanReadBack(session) ? Pass() : Pass("not read back: the key can't be asked for");
}

// ---- Writing
// ----------------------------------------------------------------------------------------

// Makes sure that the ids are free, and remembers them for the clean-up.
std::optional<Verdict> Claim(Session& session, const Numbers& numbers) {
  for (int n : numbers) {
    if (session.claimed.contains(n)) continue;
    std::optional<Record> found;
    if (CanReadBack(session)) {
      if (auto wrong = Find(session, n, found)) return wrong;
    }
    if (found) return Skip("there is a record already with the id " + ToJson(session.plan->Key(n)));
    session.claimed.insert(n);
  }
  return std::nullopt;
}

// Creates one record and reads it back.
Verdict CreateOne(Session& session, int n, const Record& record) {
  if (auto taken = Claim(session, {n})) return *taken;
  Answer answer = session.talk.Ask(WriteRequest(session, Creating(session), {record}));
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  if (auto wrong = Differs(session, answer, n, record)) return *wrong;
  return Done(session);
}

Verdict Insert(Session& session) {
  if (!Supports(session, "INSERT") && !Supports(session, "UPSERT")) {
    return Skip("it supports neither INSERT nor UPSERT");
  }
  const Numbers numbers = {kFirst, kFirst + 1, kFirst + 2};
  if (auto taken = Claim(session, numbers)) return *taken;
  std::vector<Record> records;
  for (int n : numbers) records.push_back(session.plan->Full(n));
  Answer answer = session.talk.Ask(WriteRequest(session, Creating(session), records));
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  session.inserted = answer;
  return Pass(Creating(session));
}

struct RecordResult {
  bool is_success = false;
  std::string record_id, error_message;
};

std::optional<Verdict> ReadResults(const Answer& answer, std::vector<RecordResult>& results) {
  const json::Array* list = json::FindArray(answer.body, "writeRecordResults");
  for (size_t i = 0; list && i < list->size(); ++i) {
    const std::string where = "writeRecordResults[" + std::to_string(i) + "]";
    const json::Object* item = list->at(i).if_object();
    auto success = item ? json::FindBool(*item, "isSuccess") : std::nullopt;
    if (!success) return Fail(answer, where + ".isSuccess is missing");
    const json::Value* id = json::Find(*item, "recordId");
    results.push_back(
        {*success, id ? (id->is_string() ? std::string(id->get_string()) : json::ToText(*id)) : "",
         json::FindString(*item, "errorMessage").value_or("")});
  }
  return std::nullopt;
}

Verdict Results(Session& session) {
  const Answer& answer = *session.inserted;
  std::vector<RecordResult> results;
  if (auto wrong = ReadResults(answer, results)) return *wrong;
  session.has_results = false;
  if (results.empty()) {
    return Warn(answer,
                "there are no writeRecordResults; AWS's Salesforce example leaves them out "
                "for UPDATE");
  }
  if (results.size() != kInserted) {
    return Fail(answer, std::to_string(results.size()) + " results came for " +
                            std::to_string(kInserted) + " records");
  }
  const std::string id_field = session.plan->IdFields()[0];
  for (int i = 0; i < kInserted; ++i) {
    const RecordResult& result = results[static_cast<size_t>(i)];
    if (!result.is_success) return Fail(answer, "a record was refused, and isSuccess is true");
    // Some give ids of their own; ours must be in our order.
    for (int other = 0; other < kInserted; ++other) {
      if (other != i && result.record_id == ValueOf(session.plan->Key(other), id_field).text) {
        return Fail(answer, "results are not in the order of the records");
      }
    }
  }
  session.has_results = true;
  return Pass();
}

Verdict RoundTrip(Session& session) {
  for (int n = kFirst; n < kFirst + kInserted; ++n) {
    if (auto wrong = Differs(session, *session.inserted, n, session.plan->Full(n))) return *wrong;
  }
  return CanReadBack(session) ? Pass() : Skip("the key can't be asked for");
}

Verdict Unicode(Session& session) {
  const Field* field = session.plan->text_field();
  if (!field) return Skip("no field takes any text");
  Record record = session.plan->Full(kUnicode);
  record[field->name] = Value::String(UnicodeText(*field));
  return CreateOne(session, kUnicode, record);
}

Verdict ExactNumbers(Session& session) {
  const auto numbers = session.plan->ExactNumbers();
  if (numbers.empty()) return Skip("no field has numbers that could be rounded");
  Record record = session.plan->Full(kExact);
  for (const auto& [field, value] : numbers) record[field->name] = value;
  return CreateOne(session, kExact, record);
}

Verdict Nulls(Session& session) {
  const auto fields = session.plan->NullableFields();
  if (fields.empty()) return Skip("no field is nullable");
  Record record = session.plan->Full(kNull);
  for (const Field* field : fields) record[field->name] = Value();
  return CreateOne(session, kNull, record);
}

Verdict MissingMembers(Session& session) {
  return CreateOne(session, kMissing, session.plan->Minimal(kMissing));
}

// Taken or refused, but with an answer.
Verdict UnknownMember(Session& session) {
  if (auto taken = Claim(session, {kUnknown})) return *taken;
  Record record = session.plan->Full(kUnknown);
  record["sluiceNoSuchField"] = Value::String("x");
  Answer answer = session.talk.Ask(WriteRequest(session, Creating(session), {record}));
  if (answer.ok()) return Pass("ignored");
  if (auto wrong = UnlessRefused(answer, "a field that does not exist")) return *wrong;
  return Pass("refused");
}

// A record of the key and one field, by an operation that changes; the others stay.
Verdict ChangeOne(Session& session, const char* operation, int n) {
  if (!Supports(session, operation)) return Skip("it does not support " + std::string(operation));
  auto change = session.plan->AnyChange(n);
  if (!change) return Skip("no field besides the key can be changed");
  Record record = session.plan->Key(n);
  record[change->field->name] = change->value;
  Answer answer = session.talk.Ask(WriteRequest(session, operation, {record}));
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  Record expected = session.plan->Full(n);
  expected[change->field->name] = change->value;
  if (auto wrong = Differs(session, answer, n, expected)) return *wrong;
  return Done(session);
}

Verdict Update(Session& session) { return ChangeOne(session, "UPDATE", kFirst); }

Verdict Upsert(Session& session) {
  if (!Supports(session, "UPSERT")) return Skip("it does not support UPSERT");
  if (auto taken = Claim(session, {kUpserted})) return *taken;
  std::vector<Record> records = {session.plan->Full(kUpserted), session.plan->Full(kFirst + 1)};
  auto change = session.plan->AnyChange(kFirst + 1);
  if (change) records[1][change->field->name] = change->value;
  Answer answer = session.talk.Ask(WriteRequest(session, "UPSERT", records));
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  if (auto wrong = Differs(session, answer, kUpserted, records[0])) return *wrong;
  if (auto wrong = Differs(session, answer, kFirst + 1, records[1])) return *wrong;
  return Done(session);
}

// Two records that are fine, around one that is not.
std::optional<std::vector<Record>> MixedBatch(const Session& session, int n) {
  const WritePlan& plan = *session.plan;
  std::optional<Record> bad = plan.Full(kFirst + 2);  // Its id is taken.
  if (!Supports(session, "INSERT")) bad = plan.Impossible(n + 2);
  if (!bad) return std::nullopt;
  return std::vector<Record>{plan.Full(n), *bad, plan.Full(n + 1)};
}

Verdict PartialFailure(Session& session) {
  auto batch = MixedBatch(session, kGood);
  if (!batch) return Skip("no record is known that it must refuse");
  if (auto taken = Claim(session, {kGood, kGood + 1, kGood + 2})) return *taken;
  Answer answer = session.talk.Ask(WriteRequest(session, Creating(session), *batch));
  if (answer.ok()) {
    std::vector<RecordResult> results;
    if (auto wrong = ReadResults(answer, results)) return *wrong;
    if (std::all_of(results.begin(), results.end(), [](auto& r) { return r.is_success; })) {
      return Skip("it takes a second record of the same id");
    }
    return Fail(answer, "a record was refused, and isSuccess is true");
  }
  if (auto wrong = UnlessRefused(answer, "a batch with one bad record")) return *wrong;
  std::vector<RecordResult> results;
  if (auto wrong = ReadResults(answer, results)) return *wrong;
  if (results.empty()) {
    return Warn(answer,
                "one bad record makes the whole batch fail, as in AWS's Salesforce example");
  }
  if (!answer.is_explained) return Skip("see every-answer.refusals");
  if (answer.error_code != "PartialWriteFailure") {
    return Fail(answer, "the code is " + answer.error_code + ", not PartialWriteFailure");
  }
  if (!session.has_results) return Skip("results can't be told apart: see write.results");
  if (results.size() != 3) {
    return Fail(answer, std::to_string(results.size()) + " results came for 3 records");
  }
  if (!results[0].is_success || results[1].is_success || !results[2].is_success) {
    return Fail(answer, "of three records the second is bad, and the results say otherwise");
  }
  if (results[1].error_message.empty())
    return Fail(answer, "the refused record has no errorMessage");
  for (int i : {0, 1}) {
    const Record& good = (*batch)[static_cast<size_t>(2 * i)];
    if (auto wrong = Differs(session, answer, kGood + i, good)) return *wrong;
  }
  return Done(session);
}

Verdict AllOrNone(Session& session) {
  auto batch = MixedBatch(session, kNone);
  if (!batch) return Skip("no record is known that it must refuse");
  if (auto taken = Claim(session, {kNone, kNone + 1, kNone + 2})) return *taken;
  Answer answer = session.talk.Ask(WriteRequest(session, Creating(session), *batch, true));
  if (answer.ok()) return Skip("it takes a second record of the same id");
  if (auto wrong = UnlessRefused(answer, "a batch with one bad record")) return *wrong;
  std::vector<RecordResult> results;
  if (auto wrong = ReadResults(answer, results)) return *wrong;
  if (!results.empty() &&
      std::all_of(results.begin(), results.end(), [](auto& r) { return r.is_success; })) {
    return Fail(answer, "it refuses, and each result is a success");
  }
  // What it says that it wrote is there; what it says that it did not is not.
  for (int i : {0, 1}) {
    const auto at = static_cast<size_t>(2 * i);
    if (!CanReadBack(session) || results.size() != 3) break;
    std::optional<Record> found;
    if (auto wrong = Find(session, kNone + i, found)) return *wrong;
    if (found.has_value() != results[at].is_success) {
      return Fail(answer, "writeRecordResults[" + std::to_string(at) + "] says " +
                              (found ? "refused, and the record is there"
                                     : "written, and the record is not there"));
    }
  }
  return Done(session);
}

Verdict Empty(Session& session) {
  Answer answer = session.talk.Ask(WriteRequest(session, Creating(session), {}));
  if (answer.what == Answer::What::kRefusal) {
    return Warn(answer, "a batch without records is refused");
  }
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  return Pass();
}

Verdict Batch(Session& session) {
  if (!Supports(session, "INSERT") || !Supports(session, "DELETE")) {
    return Skip("it can't both INSERT and DELETE");
  }
  std::vector<Record> records;
  for (int n = kMany; n < kMany + kBatch; ++n) records.push_back(session.plan->Minimal(n));
  Answer answer = session.talk.Ask(WriteRequest(session, "INSERT", records));
  std::vector<RecordResult> results;
  if (auto wrong = ReadResults(answer, results)) return *wrong;
  for (int n = kMany; n < kMany + kBatch; ++n) {
    const auto at = static_cast<size_t>(n - kMany);
    if (answer.ok() || (at < results.size() && results[at].is_success)) session.claimed.insert(n);
  }
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  if (session.has_results && results.size() != kBatch) {
    return Fail(answer, std::to_string(results.size()) + " results came for " +
                            std::to_string(kBatch) + " records");
  }
  const int last = kMany + kBatch - 1;
  if (auto wrong = Differs(session, answer, last, session.plan->Key(last))) return *wrong;
  return Done(session);
}

Verdict UnknownEntity(Session& session) {
  json::Object request = WriteRequest(session, Creating(session), {session.plan->Full(kFirst)});
  request["entityIdentifier"] = "sluice_no_such_entity";
  request["connectorContext"].get_object().erase("entityDefinition");
  return RefusedWith(session.talk.Ask(request), "an entity that does not exist",
                     {"ResourceNotFoundError", "InvalidArgument"});
}

std::optional<Verdict> StillThere(Session& session, const Answer& answer, int n) {
  std::optional<Record> found;
  if (!CanReadBack(session)) return std::nullopt;
  if (auto wrong = Find(session, n, found)) return wrong;
  if (!found) return std::nullopt;
  return Fail(answer, "a record is still there after its DELETE: " + ToJson(session.plan->Key(n)));
}

Verdict Delete(Session& session) {
  if (!Supports(session, "DELETE")) return Skip("it does not support DELETE");
  Answer answer =
      session.talk.Ask(WriteRequest(session, "DELETE", {session.plan->Key(kFirst + 1)}));
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  if (auto wrong = StillThere(session, answer, kFirst + 1)) return *wrong;
  session.claimed.erase(kFirst + 1);
  return Done(session);
}

Verdict CleanUp(Session& session) {
  if (session.claimed.empty()) return Pass();
  const std::string ids = ToJson(session.plan->Key(*session.claimed.begin())) + " to " +
                          ToJson(session.plan->Key(*session.claimed.rbegin()));
  if (!Supports(session, "DELETE")) {
    return {Outcome::kWarned,
            "the kit's records are left in '" + session.entity + "', " + ids +
                ": the connector can't delete them",
            "", ""};
  }
  std::vector<Record> keys;
  for (int n : session.claimed) keys.push_back(session.plan->Key(n));
  // Some were never written, so a refusal is not a failure: what counts is what is left.
  Answer answer = session.talk.Ask(WriteRequest(session, "DELETE", keys));
  for (int n : {*session.claimed.begin(), *session.claimed.rbegin()}) {
    if (auto wrong = StillThere(session, answer, n)) {
      wrong->reason += "; delete " + ids;
      return *wrong;
    }
  }
  if (answer.ok() || answer.what == Answer::What::kRefusal) {
    return Pass(std::to_string(keys.size()) + " records deleted");
  }
  return Fail(answer, "the kit's records are left: " + ids);
}

}  // namespace

const std::vector<Check>& WriteChecks() {
  static constexpr char kRequest[] = "custom connector SDK, WriteDataRequest";
  static constexpr char kResponse[] = "custom connector SDK, WriteDataResponse";
  static constexpr char kEachOperation[] =
      "A connector does the operations that it declares in supportedWriteOperations, and changes "
      "only the fields that a record has.";
  static const std::vector<Check> kChecks = {
      {"write.insert", "Records are created", kWriting,
       "WriteData answers isSuccess true where all records were written.", kRecordHandler, &Insert},
      {"write.results", "There is one result a record, in order", kInsertedRecords,
       "writeRecordResults has an entry for each record, in the order of the request: AppFlow and "
       "Sluice match them by their place.",
       kResponse, &Results},
      {"write.round-trip", "What was written is read back", kInsertedRecords,
       "Values are stored as they came.", kDataFormat, &RoundTrip},
      {"write.unicode", "Text of every script is stored", kInsertedRecords,
       "Records are JSON in UTF-8; text may have any character.", kDataFormat, &Unicode},
      {"write.exact-numbers", "Large numbers keep all digits", kInsertedRecords,
       "A field takes the numbers that its type and allowedValueRange name, to the last digit.",
       kDataFormat, &ExactNumbers},
      {"write.nulls", "null is stored as null", kInsertedRecords,
       "A field with writeProperties.isNullable takes null.",
       "README of AWS's custom connector SDK, FieldDefinition, writeProperties", &Nulls},
      {"write.missing-members", "What may be left out, may be left out", kInsertedRecords,
       "A record has the fields that the flow maps: nullable and defaulted ones may be missing.",
       "README of AWS's custom connector SDK, FieldDefinition, writeProperties", &MissingMembers},
      {"write.unknown-members", "A field that does not exist gets an answer", kInsertedRecords,
       "Such a member is ignored, or its record refused; it does not end in an exception.",
       kRequest, &UnknownMember},
      {"write.update", "UPDATE changes one field and no other", kInsertedRecords, kEachOperation,
       kRequest, &Update},
      {"write.upsert", "UPSERT creates and changes", kInsertedRecords, kEachOperation, kRequest,
       &Upsert},
      {"write.partial-failure", "One bad record does not spoil the others", kInsertedRecords,
       "The other records are written, and the answer is isSuccess false with PartialWriteFailure, "
       "one result a record, and an errorMessage for the bad one.",
       "custom connector SDK, ErrorCode.PartialWriteFailure", &PartialFailure},
      {"write.all-or-none", "allOrNone fails where one record is bad", kInsertedRecords,
       "With allOrNone a bad record makes the request fail, and the results say what was written.",
       "custom connector SDK, WriteDataRequest.allOrNone", &AllOrNone},
      {"write.empty", "No records are no problem", kInsertedRecords,
       "A batch may be empty: all of none were written.", kRequest, &Empty},
      {"write.batch", "500 records go in one request", kInsertedRecords,
       "A request has as many records as fit into 6 MB; AppFlow decides how many.", kRestrictions,
       &Batch},
      {"write.unknown-entity", "An unknown entity is refused", kInsertedRecords,
       "An entity that does not exist is isSuccess false with errorDetails, not an exception.",
       kResponse, &UnknownEntity},
      {"write.delete", "DELETE deletes", kInsertedRecords, kEachOperation, kRequest, &Delete},
      {kCleanUpCheck, "Nothing of the kit is left behind", kWriting,
       "The kit deletes the records that it wrote.", "the kit", &CleanUp},
  };
  return kChecks;
}

}  // namespace sluice::conformance
