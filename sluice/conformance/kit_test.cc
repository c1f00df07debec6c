#include "sluice/conformance/kit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sluice/conformance/fake_connector.h"

namespace sluice::conformance {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

class Kit : public testing::Test {
 protected:
  Kit() {
    options.function = "fake";
    options.write = true;
    options.credentials = {{"username", Secret("u")}, {"password", Secret(kFakeSecret)}};
    options.put_secret = [this](const std::string& name, const Secret& text) {
      connector.secrets["arn:" + name] = text.Reveal();
      return Result<std::string>("arn:" + name);
    };
    options.renew = [] { return Status(Done{}); };
    options.read_log = [this] { return Result<std::string>(log); };
  }

  Scorecard Run() {
    auto card = conformance::Run(connector, options, [](const CheckResult&) {});
    EXPECT_TRUE(card.ok()) << ToString(card.error());
    return *card;
  }
  // {id: reason} of the checks that ended so.
  std::map<std::string, std::string> Of(const Scorecard& card, Outcome outcome) {
    std::map<std::string, std::string> found;
    for (const CheckResult& result : card.results) {
      if (result.verdict.outcome == outcome) found[result.check->id] = result.verdict.reason;
    }
    return found;
  }
  // Changes the members of answers to requests of that type.
  void Bend(const std::string& type, std::function<void(json::Object& answer)> change) {
    connector.bend = [type, change](const json::Object& request, json::Object& answer) {
      if (FakeConnector::TypeOf(request) == type && answer.at("isSuccess").get_bool()) {
        change(answer);
      }
    };
  }

  FakeConnector connector;
  Options options;
  std::string log;
};

TEST_F(Kit, PassesARightConnectorAndLeavesNothingBehind) {
  const auto before = connector.rows;
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed), IsEmpty());
  EXPECT_THAT(Of(card, Outcome::kWarned), IsEmpty());
  EXPECT_THAT(Of(card, Outcome::kSkipped),
              ElementsAre(Key("entities.nested"), Key("entity.others"), Key("filter.given")));
  EXPECT_EQ(connector.rows, before);
  EXPECT_EQ(card.name, "Fake");
  EXPECT_EQ(card.requests, static_cast<int>(connector.requests.size()));
}

TEST_F(Kit, HasChecksWithDifferentIds) {
  std::set<std::string> ids;
  for (const CheckResult& result : Run().results) {
    EXPECT_TRUE(ids.insert(result.check->id).second) << result.check->id;
    EXPECT_STRNE(result.check->rule, "");
    EXPECT_STRNE(result.check->source, "");
  }
}

TEST_F(Kit, WritesNothingUnlessItIsToldTo) {
  options.write = false;
  Run();
  for (const json::Object& request : connector.requests) {
    EXPECT_NE(FakeConnector::TypeOf(request), "WriteDataRequest");
  }
}

TEST_F(Kit, TouchesNoRecordThatIsNotItsOwn) {
  std::set<std::string> theirs;
  for (const auto& [id, row] : connector.rows) theirs.insert(id);
  Run();
  for (const json::Object& request : connector.requests) {
    if (FakeConnector::TypeOf(request) != "WriteDataRequest") continue;
    for (const json::Value& record : *json::FindArray(request, "records")) {
      const std::string id = ValueOf(*ReadRecord(std::string_view(record.get_string())), "id").text;
      EXPECT_THAT(theirs, Not(Contains(id)));
      EXPECT_TRUE(id.starts_with("sl-")) << id;
    }
  }
}

TEST_F(Kit, CleansUpEvenWhenItIsStopped) {
  const auto before = connector.rows;
  options.stopped = [this] { return connector.rows.size() > 12; };
  Scorecard card = Run();
  EXPECT_EQ(connector.rows, before);
  EXPECT_THAT(Of(card, Outcome::kSkipped), Contains(Pair("write.unicode", "stopped")));
}

// Pages without a record, for that filter: with the token that `next` gives, until it gives "".
void AnswerEmptyPages(FakeConnector& connector, const std::string& filter,
                      std::function<std::string()> next) {
  connector.instead = [filter, next](const json::Object& request) -> std::string {
    const std::string asked = json::FindString(request, "filterExpression").value_or("");
    if (asked.find(filter) == std::string::npos) return "";
    const std::string token = next();
    if (token.empty()) return "";
    return json::ToText(
        json::Object{{"isSuccess", true}, {"records", json::Array{}}, {"nextToken", token}});
  };
}

TEST_F(Kit, EndsWhereATokenLeadsInACircle) {
  int pages = 0;
  AnswerEmptyPages(connector, "LIMIT 10", [&] { return ++pages < 1000 ? "again" : ""; });
  EXPECT_THAT(Of(Run(), Outcome::kFailed),
              ElementsAre(Pair("filter.limit", HasSubstr("in a circle"))));
  EXPECT_EQ(pages, 2);
}

TEST_F(Kit, TakesPagesWithoutRecordsOfConnectorsThatScan) {
  // Each request is answered by an empty page first, and by what it asks for with the next token.
  connector.instead = [this](const json::Object& request) -> std::string {
    if (FakeConnector::TypeOf(request) != "QueryDataRequest") return "";
    if (json::FindString(request, "entityIdentifier") != "things") return "";
    if (json::FindString(request, "nextToken")) return "";
    auto filter = protocol::ParseFilterExpression(
        json::FindString(request, "filterExpression").value_or("LIMIT 1000000"));
    if (!filter.ok()) return "";
    if (filter->condition && filter->condition->field == "sluiceNoSuchField") return "";
    return json::ToText(json::Object{{"isSuccess", true},
                                     {"records", json::Array{}},
                                     {"nextToken", connector.rows.begin()->first}});
  };
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed), IsEmpty());
  EXPECT_THAT(Of(card, Outcome::kPassed),
              AllOf(Contains(Key("query.answers")), Contains(Key("query.all-fields")),
                    Contains(Key("filter.equal-to")), Contains(Key("filter.text")),
                    Contains(Key("filter.limit")), Contains(Key("write.round-trip"))));
}

TEST_F(Kit, FindsWhatShouldNotComeOnALaterPage) {
  connector.bend = [](const json::Object& request, json::Object& answer) {
    const std::string filter = json::FindString(request, "filterExpression").value_or("");
    if (filter.find("漢字") == std::string::npos) return;
    if (json::FindString(request, "nextToken")) {
      answer["records"] = json::Array{R"({"name":"name 1"})"};
    } else {
      answer["nextToken"] = "r101";
    }
  };
  EXPECT_THAT(Of(Run(), Outcome::kFailed),
              ElementsAre(Pair("filter.text", HasSubstr("that no record has"))));
}

TEST_F(Kit, ATextThatIsNowhereEndsInNoCircle) {
  AnswerEmptyPages(connector, "漢字", [] { return "again"; });
  EXPECT_THAT(Of(Run(), Outcome::kFailed),
              ElementsAre(Pair("filter.text", HasSubstr("in a circle"))));
}

TEST_F(Kit, EndsWherePagesDoNot) {
  int pages = 0;
  AnswerEmptyPages(connector, "LIMIT 10",
                   [&] { return ++pages < 1000 ? std::to_string(pages) : ""; });
  EXPECT_THAT(Of(Run(), Outcome::kSkipped), Contains(Pair("filter.limit", HasSubstr("no end"))));
  EXPECT_EQ(pages, 40);
}

TEST_F(Kit, StopsBetweenPages) {
  int pages = 0;
  AnswerEmptyPages(connector, "LIMIT 10",
                   [&] { return ++pages < 1000 ? std::to_string(pages) : ""; });
  options.stopped = [&] { return pages >= 3; };
  EXPECT_THAT(Of(Run(), Outcome::kSkipped), Contains(Pair("filter.limit", "stopped")));
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(json::FindString(connector.requests.back(), "filterExpression"), "LIMIT 10");
}

TEST_F(Kit, SaysWhatIsLeftWhereTheConnectorCanNotDelete) {
  Bend("DescribeConnectorConfigurationRequest", [](json::Object& answer) {
    answer["supportedWriteOperations"] = json::Array{"INSERT", "UPSERT", "UPDATE"};
  });
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kWarned),
              Contains(Pair("write.clean-up", AllOf(HasSubstr("sl-"), HasSubstr("things")))));
  EXPECT_LT(connector.rows.size(), 40u) << "a batch that can't be deleted was written";
}

TEST_F(Kit, WithoutCredentialsChecksWhatNeedsNone) {
  options.credentials.clear();
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed), IsEmpty());
  EXPECT_THAT(Of(card, Outcome::kPassed), Contains(Key("credentials.missing")));
  EXPECT_THAT(Of(card, Outcome::kSkipped),
              Contains(Pair("query.answers", "no credentials were given")));
}

TEST_F(Kit, AFunctionThatCanNotBeAskedIsAnError) {
  connector.fail = [](const json::Object&) { return ResourceNotFound("no such function"); };
  auto card = conformance::Run(connector, options, [](const CheckResult&) { FAIL(); });
  ASSERT_FALSE(card.ok());
  EXPECT_EQ(card.error().code, ErrorCode::kResourceNotFound);
}

TEST_F(Kit, ShowsWhatWasAskedWhatCameTheRuleAndItsSource) {
  Bend("DescribeConnectorConfigurationRequest",
       [](json::Object& answer) { answer["connectorModes"] = json::Array{"READ\033[2J"}; });
  for (const CheckResult& result : Run().results) {
    if (std::string_view(result.check->id) != "describe.modes") continue;
    const std::string text = ToText(result, {});
    EXPECT_THAT(text, AllOf(HasSubstr("✗ describe.modes"), HasSubstr("problem 'connectorModes'"),
                            HasSubstr("asked   {\"type\":\"DescribeConnectorConfiguration"),
                            HasSubstr("came    {\"isSuccess\""), HasSubstr("rule    "),
                            HasSubstr("source  ")));
    EXPECT_EQ(text.find('\033'), std::string::npos) << "a terminal obeys what came";
  }
}

TEST_F(Kit, TellsProgramsTheSame) {
  log = std::string("opened with ") + kFakeSecret;
  auto card = json::ParseObject(ToJson(Run()));
  ASSERT_TRUE(card.ok());
  EXPECT_EQ(json::FindInt(*card, "failed"), 1);
  EXPECT_EQ(json::FindString(*json::FindObject(*card, "connector"), "name"), "Fake");
  const json::Object& last = json::FindArray(*card, "checks")->back().get_object();
  EXPECT_EQ(json::FindString(last, "id"), "log.secrets");
  EXPECT_EQ(json::FindString(last, "outcome"), "failed");
  EXPECT_TRUE(json::FindString(last, "rule"));
  EXPECT_EQ(ToJson(Run()).find(kFakeSecret), std::string::npos);
}

TEST_F(Kit, NeverShowsASecret) {
  connector.instead = [](const json::Object& request) -> std::string {
    if (FakeConnector::TypeOf(request) != "ListEntitiesRequest") return "";
    return R"({"isSuccess":false,"errorDetails":{"errorCode":"ClientError","errorMessage":"swordfish opens nothing"}})";
  };
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed),
              ElementsAre(Key("entities.answers"), Key("every-answer.secrets")));
  for (const CheckResult& result : card.results) {
    EXPECT_THAT(ToText(result, {}), Not(HasSubstr(kFakeSecret)));
  }
}

// Everything that is shown of a run.
std::string AllShown(const Scorecard& card) {
  std::string text = ToJson(card) + Summary(card, {});
  for (const CheckResult& result : card.results) text += ToText(result, {});
  return text;
}

TEST_F(Kit, NeverShowsAShortSecretNorWhatNobodyDeclared) {
  options.credentials = {{"password", Secret("abc12")}, {"token", Secret("tok-SECRET-123")}};
  connector.instead = [](const json::Object& request) -> std::string {
    const std::string type = FakeConnector::TypeOf(request);
    if (type == "ValidateCredentialsRequest") return R"({"isSuccess":true})";
    if (type != "ListEntitiesRequest") return "";
    return R"({"isSuccess":false,"errorDetails":{"errorCode":"ClientError",
               "errorMessage":"abc12 and tok-SECRET-123 open nothing"}})";
  };
  log = "abc12";
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed),
              Contains(Pair("entities.answers", HasSubstr("***** and ***** open nothing"))));
  EXPECT_THAT(AllShown(card), AllOf(Not(HasSubstr("abc12")), Not(HasSubstr("tok-SECRET"))));
  EXPECT_THAT(Of(card, Outcome::kSkipped),
              AllOf(Contains(Pair("log.secrets", HasSubstr("6 characters"))),
                    Contains(Pair("every-answer.secrets", HasSubstr("6 characters")))));
}

TEST_F(Kit, ShowsNoSecretOfARecordNotEvenAPartOfOne) {
  options.credentials["password"] = Secret("correct \"horse\" é battery staple");
  connector.instead = [](const json::Object& request) -> std::string {
    const bool asked = FakeConnector::TypeOf(request) == "ValidateCredentialsRequest";
    return asked ? R"({"isSuccess":true})" : "";
  };
  for (size_t before = 0; before < 130; before += 7) {
    Bend("QueryDataRequest", [before](json::Object& answer) {
      Record record = {
          {"id", Value::String("r1")},
          {"name", Value::String(std::string(before, 'x') + "correct \"horse\" é battery staple")},
          {"count", Value::String("no number")}};
      answer["records"] = json::Array{ToJson(record), ToJson(record)};
    });
    Scorecard card = Run();
    EXPECT_THAT(Of(card, Outcome::kFailed),
                AllOf(Contains(Key("query.data-types")), Contains(Key("every-answer.secrets"))));
    EXPECT_THAT(AllShown(card), AllOf(Not(HasSubstr("correct")), Not(HasSubstr("horse")),
                                      Not(HasSubstr("battery")), Not(HasSubstr("staple"))))
        << before;
  }
}

TEST_F(Kit, ShowsWhatTheConnectorDeclaresAsNoSecret) {
  options.credentials = {
      {"host", Secret("db.example.com")}, {"pin", Secret("1234")}, {"password", Secret("")}};
  connector.bend = [](const json::Object& request, json::Object& answer) {
    const std::string type = FakeConnector::TypeOf(request);
    if (type == "DescribeConnectorConfigurationRequest") {
      answer["authenticationConfig"] = *json::ParseObject(R"({"isCustomAuthSupported":true,
        "customAuthConfig":[{"authenticationType":"PIN","authParameters":[
          {"key":"host","required":true,"label":"h","description":"h","sensitiveField":false},
          {"key":"pin","required":true,"label":"p","description":"p","sensitiveField":true}]}]})");
    } else if (type == "ValidateCredentialsRequest") {
      answer = FakeConnector::Refusal("InvalidCredentials", "db.example.com does not know 1234");
    }
  };
  EXPECT_THAT(Of(Run(), Outcome::kFailed),
              Contains(Pair("credentials.right", HasSubstr("db.example.com does not know *****"))));
}

TEST_F(Kit, NeverShowsASecretThatComesBeforeTheConnectorSaidWhichThereAre) {
  options.credentials["login"] = Secret("tok-SECRET-123");
  connector.instead = [](const json::Object&) { return std::string("tok-SECRET-123 swordfish"); };
  EXPECT_THAT(AllShown(Run()), AllOf(Not(HasSubstr("SECRET")), Not(HasSubstr(kFakeSecret))));
  connector.fail = [](const json::Object&) { return ResourceNotFound("no tok-SECRET-123"); };
  auto card = conformance::Run(connector, options, [](const CheckResult&) {});
  ASSERT_FALSE(card.ok());
  EXPECT_EQ(card.error().message, "no *****");
}

// ---- A defect is named by exactly the check for it ---------------------------------------------

struct Defect {
  std::string check, type;
  std::function<void(json::Object& answer)> change;
};
void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.check; }

json::Object& FirstField(json::Object& answer) {
  return answer["entityDefinition"].as_object()["fields"].as_array()[2].as_object();
}

std::vector<Defect> Defects() {
  const std::string describe = "DescribeConnectorConfigurationRequest";
  const std::string entity = "DescribeEntityRequest", query = "QueryDataRequest";
  return {
      {"describe.owner-name", describe, [](auto& answer) { answer["connectorOwner"] = "AWS Inc"; }},
      {"describe.owner-name", describe, [](auto& answer) { answer.erase("connectorName"); }},
      {"describe.versions", describe, [](auto& answer) { answer["connectorVersion"] = nullptr; }},
      {"describe.versions", describe, [](auto& answer) { answer.erase("supportedApiVersions"); }},
      {"describe.write-operations", describe,
       [](auto& answer) {
         answer["supportedWriteOperations"] =
             json::Array{"INSERT", "UPSERT", "UPDATE", "DELETE", "MERGE"};
       }},
      {"describe.lists", describe,
       [](auto& answer) { answer["supportedTriggerTypes"] = json::Array{"Scheduled"}; }},
      {"describe.settings", describe,
       [](auto& answer) {
         answer["connectorRuntimeSetting"].as_array()[0].as_object().erase("label");
       }},
      {"describe.settings", describe,
       [](auto& answer) {
         auto& settings = answer["connectorRuntimeSetting"].as_array();
         settings.push_back(json::Value(settings[0]));
       }},
      {"describe.authentication", describe,
       [](auto& answer) {
         answer["authenticationConfig"].as_object()["isCustomAuthSupported"] = "yes";
       }},
      {"describe.https", describe, [](auto& answer) { answer["logoURL"] = "http://a/b"; }},
      {"describe.characters", describe,
       [](auto& answer) {
         answer["connectorRuntimeSetting"].as_array()[0].as_object()["description"] = "a (or b)";
       }},
      {"entity.read-properties", entity,
       [](auto& answer) {
         FirstField(answer)["readProperties"] =
             json::Object{{"isTimestampFieldForIncrementalQueries", true}};
       }},
      {"entity.write-properties", entity,
       [](auto& answer) {
         FirstField(answer)["writeProperties"].as_object()["supportedWriteOperations"] =
             json::Array{"MERGE"};
       }},
      {"entity.filter-operators", entity,
       [](auto& answer) {
         FirstField(answer)["filterOperators"] = json::Array{"LIKE", "EQUAL_TO"};
       }},
      {"entity.constraints", entity,
       [](auto& answer) {
         FirstField(answer)["constraints"] =
             json::Object{{"allowedValueRange", {{"minRange", 10}, {"maxRange", 9}}}};
       }},
      {"entities.cache", entity,
       [](auto& answer) {
         answer["cacheControl"] = json::Object{{"timeToLive", 9}, {"timeToLiveUnit", "MINUTES"}};
       }},
      {"query.data-types", query,
       [](auto& answer) {
         for (json::Value& record : answer["records"].as_array()) {
           std::string text(record.as_string());
           if (size_t at = text.find("\"made\":\"2024-02-29T10"); at != text.npos) {
             record = text.replace(at, 21, "\"made\":\"2024-02-31T10");
           }
         }
       }},
  };
}

class KitNames : public Kit, public testing::WithParamInterface<Defect> {};

TEST_P(KitNames, ADefectByItsCheck) {
  const Defect& defect = GetParam();
  Bend(defect.type, defect.change);
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed), ElementsAre(Key(defect.check)));
}

INSTANTIATE_TEST_SUITE_P(All, KitNames, testing::ValuesIn(Defects()));

TEST_F(Kit, WarnsOfWhatAwssSdksDo) {
  Bend("DescribeConnectorConfigurationRequest",
       [](json::Object& answer) { answer["authenticationConfig"] = nullptr; });
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kWarned), Contains(Key("describe.authentication")));
}

TEST_F(Kit, WarnsOfNumbersInStrings) {
  Bend("QueryDataRequest", [](json::Object& answer) {
    for (json::Value& record : answer["records"].as_array()) {
      Record read = *ReadRecord(std::string_view(record.as_string()));
      if (read.contains("count")) read["count"].kind = JsonValue::Kind::kString;
      record = ToJson(read);
    }
  });
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kWarned), ElementsAre(Key("query.data-types")));
  EXPECT_THAT(Of(card, Outcome::kFailed), IsEmpty());
}

TEST_F(Kit, AProcessThatEndsAndAnExceptionAreToldApart) {
  connector.fail = [](const json::Object& request) -> std::optional<Error> {
    if (FakeConnector::TypeOf(request) != "SluiceUnknownRequest") return std::nullopt;
    return ServerError("function failed: Runtime.ExitError: exit status 1");
  };
  EXPECT_THAT(Of(Run(), Outcome::kFailed),
              ElementsAre(Pair("request.unknown-type", HasSubstr("process ended"))));
}

TEST_F(Kit, AnAnswerThatIsLateIsNamedOnce) {
  connector.fail = [](const json::Object& request) -> std::optional<Error> {
    if (FakeConnector::TypeOf(request) != "QueryDataRequest") return std::nullopt;
    return Error{ErrorCode::kRequestTimeout, "Task timed out after 30.00 seconds", {}};
  };
  Scorecard card = Run();
  EXPECT_THAT(Of(card, Outcome::kFailed), ElementsAre(Key("every-answer.in-time")));
}

TEST_F(Kit, TheLimitIsThatOfTheCommandLine) {
  options.time_limit = std::chrono::milliseconds(0);
  connector.instead = [](const json::Object&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return std::string();
  };
  EXPECT_THAT(Of(Run(), Outcome::kFailed), ElementsAre(Key("every-answer.in-time")));
}

TEST_F(Kit, AnswersThatAreNoAnswersAreNamedOnce) {
  for (const char* text : {"[]", "\"ok\"", "{}", R"({"isSuccess":"true"})", "{\"isSuccess\":tr"}) {
    connector.instead = [text](const json::Object& request) {
      return std::string(FakeConnector::TypeOf(request) == "QueryDataRequest" ? text : "");
    };
    EXPECT_THAT(Of(Run(), Outcome::kFailed), ElementsAre(Key("every-answer.readable"))) << text;
  }
}

}  // namespace
}  // namespace sluice::conformance
