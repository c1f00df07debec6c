#include <algorithm>

#include "sluice/conformance/checks.h"
#include "sluice/conformance/inspection.h"
#include "sluice/protocol/codec.h"

namespace sluice::conformance {
namespace {

constexpr size_t kMaxDescribed = 10;
constexpr double kShortestTtlSeconds = 600;

struct EntityPage {
  std::vector<json::Object> entities;
  std::string token;
};

std::string IdOf(const json::Object& entity) {
  return json::FindString(entity, "entityIdentifier").value_or("");
}

std::optional<Verdict> ReadEntities(const Answer& answer, EntityPage& page) {
  if (auto wrong = UnlessSuccess(answer)) return wrong;
  std::optional<std::string> problem;
  Inspection in(&answer.body, problem);
  page.token = in.String("nextToken");
  in.ForEach("entities", [&](const Inspection& entity) {
    if (entity.RequiredString("entityIdentifier").empty()) {
      entity.Complain("entityIdentifier", "is missing or empty");
    }
    entity.RequiredBool("hasNestedEntities");
    entity.Bool("isWritable");
    entity.String("label");
    entity.String("description");
  });
  if (problem) return Fail(answer, *problem);
  if (const json::Array* entities = json::FindArray(answer.body, "entities")) {
    for (const json::Value& entity : *entities) page.entities.push_back(entity.get_object());
  }
  return std::nullopt;
}

bool IsNested(const json::Object& entity) {
  return json::FindBool(entity, "hasNestedEntities").value_or(false);
}

Verdict ListAnswers(Session& session) {
  EntityPage page;
  Answer answer = session.talk.Ask(session.ListRequest());
  if (auto wrong = ReadEntities(answer, page)) return *wrong;
  if (page.entities.empty()) return Fail(answer, "there are no entities");
  session.entities = page.entities;
  return Pass(std::to_string(page.entities.size()) + " entities" +
              (page.token.empty() ? "" : " on the first page"));
}

// Small pages to the end (or for a good while), which must hold each entity once.
Verdict ListPaging(Session& session) {
  const size_t known = session.entities->size();
  const auto page_size = static_cast<int64_t>(std::max<size_t>(1, known / 10));
  std::set<std::string> seen;
  bool too_many = false;
  auto request = [&](const std::string& token) { return session.ListRequest(page_size, token); };
  auto read = [&](const Answer& answer, std::string& next) -> std::optional<Verdict> {
    EntityPage page;
    if (auto wrong = ReadEntities(answer, page)) return wrong;
    too_many |= page.entities.size() > static_cast<size_t>(page_size);
    for (const json::Object& entity : page.entities) {
      if (!seen.insert(IdOf(entity)).second) {
        return Fail(answer, "'" + IdOf(entity) + "' comes a second time");
      }
    }
    next = page.token;
    session.has_tokens |= !next.empty();
    return std::nullopt;
  };
  PagesRead pages;
  if (auto wrong = ReadPages(session, kMaxPages, request, read, pages)) return *wrong;
  for (const json::Object& entity : *session.entities) {
    if (pages.ended && !seen.contains(IdOf(entity))) {
      return Fail(*pages.last,
                  "'" + IdOf(entity) + "' is missing when the list is read in small pages");
    }
  }
  if (too_many) {
    return Warn(*pages.last, "a page has more than maxResult = " + std::to_string(page_size) +
                                 " entities; AppFlow takes them");
  }
  return Pass();
}

Verdict ListBadToken(Session& session) {
  Answer answer = session.talk.Ask(session.ListRequest(1000, "sluice: no token of yours"));
  if (answer.ok()) return Skip("it pays no heed to tokens");
  return RefusedWith(answer, "a token that it never gave out", {"InvalidArgument"});
}

Verdict ListNulls(Session& session) {
  json::Object request = session.ListRequest();
  for (const char* member : {"entitiesPath", "nextToken"}) request[member] = nullptr;
  request["sluiceUnknownMember"] = 1;
  for (const char* member : {"flowName", "executionId", "entityDefinition"}) {
    request["connectorContext"].get_object()[member] = nullptr;
  }
  EntityPage page;
  Answer answer = session.talk.Ask(request);
  if (auto wrong = ReadEntities(answer, page)) return *wrong;
  if (page.entities != *session.entities) return Fail(answer, "other entities come with nulls");
  return Pass();
}

Verdict Nested(Session& session) {
  size_t tried = 0;
  for (const json::Object& parent : *session.entities) {
    if (!IsNested(parent) || tried == kMaxDescribed) continue;
    ++tried;
    json::Object request = session.ListRequest();
    request["entitiesPath"] = IdOf(parent);
    EntityPage page;
    Answer answer = session.talk.Ask(request);
    if (auto wrong = ReadEntities(answer, page)) return *wrong;
    for (const json::Object& child : page.entities) {
      if (IdOf(child) == IdOf(parent)) {
        return Fail(answer, "'" + IdOf(parent) + "' is nested in itself");
      }
      if (session.options.entity.empty() && !IsNested(child)) session.entity = IdOf(child);
    }
  }
  return tried ? Pass(std::to_string(tried) + " opened") : Skip("no entity has nested ones");
}

std::optional<std::string> CacheProblem(const Answer& answer) {
  std::optional<std::string> problem;
  Inspection in(&answer.body, problem);
  if (!in.Has("cacheControl")) return std::nullopt;
  const Inspection cache = in.Object("cacheControl");
  const std::string unit = cache.Has("timeToLiveUnit") ? cache.String("timeToLiveUnit") : "SECONDS";
  const std::map<std::string, double> seconds = {
      {"NANOSECONDS", 1e-9}, {"MICROSECONDS", 1e-6}, {"MILLISECONDS", 1e-3}, {"SECONDS", 1},
      {"MINUTES", 60},       {"HOURS", 3600},        {"DAYS", 86400}};
  if (!seconds.contains(unit)) cache.Complain("timeToLiveUnit", "is '" + unit + "'");
  if (!cache.Has("timeToLive")) cache.Complain("timeToLive", "is missing");
  const std::string time = cache.Number("timeToLive").value_or("");
  if (!problem && std::atof(time.c_str()) * seconds.at(unit) < kShortestTtlSeconds) {
    cache.Complain("timeToLive", "is less than 600 seconds");
  }
  return problem;
}

Verdict CacheControl(Session& session) {
  std::vector<Answer> answers = {session.talk.Ask(session.ListRequest())};
  if (session.definition)
    answers.push_back(session.talk.Ask(session.DescribeRequest(session.entity)));
  for (const Answer& answer : answers) {
    if (auto wrong = UnlessSuccess(answer)) return *wrong;
    if (auto problem = CacheProblem(answer)) return Fail(answer, *problem);
  }
  return Pass();
}

// ---- DescribeEntity
// ------------------------------------------------------------------------------

std::string ChooseEntity(const Session& session) {
  if (!session.options.entity.empty()) return session.options.entity;
  for (const json::Object& entity : *session.entities) {
    if (!IsNested(entity)) return IdOf(entity);
  }
  return session.entity;  // A nested one, where there are only such.
}

Verdict DescribeAnswers(Session& session) {
  session.entity = ChooseEntity(session);
  if (session.entity.empty()) return Skip("there is no entity without nested ones: give --entity");
  Answer answer = session.talk.Ask(session.DescribeRequest(session.entity));
  if (auto wrong = UnlessSuccess(answer)) return *wrong;
  const json::Object* definition = json::FindObject(answer.body, "entityDefinition");
  if (!definition) return Fail(answer, "'entityDefinition' is missing");
  const json::Object* entity = json::FindObject(*definition, "entity");
  if (!entity || IdOf(*entity) != session.entity) {
    return Fail(answer, "'entityDefinition.entity' is not the entity that was asked for");
  }
  // As an answer of the connector, for the codec; its fields have checks of their own.
  auto parsed = protocol::ParseDescribeEntityResponse(answer.text);
  if (!parsed.ok()) return Fail(answer, parsed.error().message);
  if (parsed->definition.fields.empty()) return Fail(answer, "it has no fields");
  session.definition = *definition;
  session.fields = parsed->definition.fields;
  for (Field& field : session.fields) {
    if (field.filter_operators.empty()) {
      field.filter_operators = DefaultFilterOperators(field.data_type);
    }
  }
  return Pass(std::to_string(session.fields.size()) + " fields");
}

template <class Look>
Verdict ExamineFields(Session& session, Look look) {
  std::optional<std::string> problem;
  Inspection in(&*session.definition, problem);
  in.ForEach("fields", [&](const Inspection& field) {
    const bool fine_so_far = !problem;
    look(field);
    if (fine_so_far && problem) *problem += " (field '" + field.String("fieldName") + "')";
  });
  if (!problem) return Pass();
  return {Outcome::kFailed, *problem, "DescribeEntityRequest of '" + session.entity + "'",
          json::ToText(*session.definition)};
}

Verdict FieldNames(Session& session) {
  std::set<std::string> names;
  return ExamineFields(session, [&](const Inspection& field) {
    const std::string name = field.RequiredString("fieldName");
    if (name.empty()) field.Complain("fieldName", "is empty");
    if (!names.insert(name).second) field.Complain("fieldName", "is that of another field, too");
  });
}

bool IsDate(const std::string& type) { return type == "Date" || type == "DateTime"; }

Verdict ReadProperties(Session& session) {
  return ExamineFields(session, [](const Inspection& field) {
    const Inspection read = field.Object("readProperties");
    for (const char* flag : {"isRetrievable", "isNullable", "isQueryable"}) read.Bool(flag);
    if (read.Bool("isTimestampFieldForIncrementalQueries") && !IsDate(field.String("dataType"))) {
      read.Complain("isTimestampFieldForIncrementalQueries", "is for Date and DateTime only");
    }
  });
}

Verdict WriteProperties(Session& session) {
  return ExamineFields(session, [&](const Inspection& field) {
    const Inspection write = field.Object("writeProperties");
    for (const char* flag :
         {"isCreatable", "isUpdatable", "isNullable", "isUpsertable", "isDefaultedOnCreate"}) {
      write.Bool(flag);
    }
    for (const std::string& operation : write.Strings("supportedWriteOperations")) {
      if (!WriteOperationFromString(operation)) {
        write.Complain("supportedWriteOperations", "has the unknown value '" + operation + "'");
      } else if (session.is_destination && !session.write_operations.contains(operation)) {
        write.Complain("supportedWriteOperations",
                       "has " + operation + ", which the connector does not support");
      }
    }
  });
}

Verdict Operators(Session& session) {
  return ExamineFields(session, [](const Inspection& field) {
    for (const std::string& op : field.Strings("filterOperators")) {
      if (!OperatorFromString(op)) {
        field.Complain("filterOperators", "has the unknown value '" + op + "'");
      }
    }
  });
}

Verdict Constraints(Session& session) {
  return ExamineFields(session, [](const Inspection& field) {
    const Inspection constraints = field.Object("constraints");
    for (const char* name : {"allowedLengthRange", "allowedValueRange"}) {
      const Inspection range = constraints.Object(name);
      auto low = range.Number("minRange"), high = range.Number("maxRange");
      if (low && high &&
          Compare(DataType::kBigDecimal, Value::Number(*low), Value::Number(*high)) > 0) {
        range.Complain("minRange", "is greater than maxRange");
      }
    }
    constraints.Strings("allowedValues");
    constraints.String("allowedValuesRegexPattern");
    constraints.String("allowedDateFormat");
  });
}

Verdict AllDescribed(Session& session) {
  size_t count = 0;
  for (const json::Object& entity : *session.entities) {
    if (IsNested(entity) || IdOf(entity) == session.entity || count == kMaxDescribed) continue;
    ++count;
    Answer answer = session.talk.Ask(session.DescribeRequest(IdOf(entity)));
    if (auto wrong = UnlessSuccess(answer)) return *wrong;
    auto parsed = protocol::ParseDescribeEntityResponse(answer.text);
    if (!parsed.ok()) return Fail(answer, parsed.error().message);
  }
  return count ? Pass(std::to_string(count) + " others") : Skip("there are no others");
}

Verdict UnknownEntity(Session& session) {
  Answer answer = session.talk.Ask(session.DescribeRequest("sluice_no_such_entity"));
  if (auto wrong = UnlessRefused(answer, "an entity that does not exist")) return *wrong;
  return Pass();
}

}  // namespace

const std::vector<Check>& EntityChecks() {
  static constexpr char kFieldDefinition[] =
      "README of AWS's custom connector SDK, FieldDefinition";
  static const std::vector<Check> kChecks = {
      {"entities.answers", "ListEntities answers", kConfiguration | kLogIn,
       "Each entity has an entityIdentifier and hasNestedEntities.", kMetadataHandler,
       &ListAnswers},
      {"entities.paging", "ListEntities has pages, each entity once", kEntities,
       "AppFlow follows nextToken until there is none; maxResult asks for the size of a page.",
       kMetadataHandler, &ListPaging},
      {"entities.bad-token", "ListEntities refuses a token that is none of its own", kEntities,
       "What the connector can't use is isSuccess false with InvalidArgument, not an exception.",
       "custom connector SDK, ErrorCode.InvalidArgument", &ListBadToken},
      {"entities.nulls", "Nulls and unknown members in a context change nothing", kEntities,
       "Optional members may be null, and there may be members that the connector does not know.",
       "custom connector SDK, ConnectorContext", &ListNulls},
      {"entities.nested", "Nested entities can be opened", kEntities,
       "An entity with hasNestedEntities is opened by ListEntities with entitiesPath = its "
       "identifier.",
       kEntityMetadata, &Nested},
      {"entity.answers", "DescribeEntity answers", kEntities,
       "The answer has the entity that was asked for and its fields, each with a fieldName and a "
       "dataType of the SDK.",
       kEntityMetadata, &DescribeAnswers},
      {"entity.field-names", "Field names are unique", kDefinition,
       "fieldName identifies a field in requests and records.", kFieldDefinition, &FieldNames},
      {"entity.read-properties", "Read properties are consistent", kDefinition,
       "Only Date and DateTime fields can be timestamps for incremental queries.", kFieldDefinition,
       &ReadProperties},
      {"entity.write-properties", "Write properties are consistent", kDefinition,
       "supportedWriteOperations of a field are among those of the connector.", kFieldDefinition,
       &WriteProperties},
      {"entity.filter-operators", "Filter operators are spelled right", kDefinition,
       "filterOperators are those of the SDK's enumeration: EQUAL_TO, CONTAINS …", kFieldDefinition,
       &Operators},
      {"entity.constraints", "Constraints are consistent", kDefinition,
       "Ranges are numbers, the smaller one first; allowed values are a list of strings.",
       "custom connector SDK, FieldConstraints", &Constraints},
      {"entity.others", "Other entities can be described", kDefinition,
       "What ListEntities names, DescribeEntity describes.", kEntityMetadata, &AllDescribed},
      {"entity.unknown", "An unknown entity is refused", kEntities,
       "An entity that does not exist is isSuccess false with errorDetails, not an exception.",
       "custom connector SDK, DescribeEntityResponse", &UnknownEntity},
      {"entities.cache", "Answers may be kept for 600 seconds or longer", kEntities,
       "cacheControl.timeToLive is at least 600 seconds; without it AppFlow takes an hour.",
       "custom connector SDK, CacheControl", &CacheControl},
  };
  return kChecks;
}

}  // namespace sluice::conformance
