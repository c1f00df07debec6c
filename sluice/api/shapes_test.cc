// The generated structs: JSON in, checked, and JSON out.
#include "sluice/api/generated/shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/api/shape_json.h"
#include "sluice/api/shape_writer.h"
#include "sluice/base/time_text.h"

namespace sluice::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Request>
std::string Refusal(std::string_view body) {
  auto request = ReadRequest<Request>(body);
  return request.ok() ? "accepted" : request.error().type + ": " + request.error().message;
}

// What comes out again, as a document.
template <class Shape>
json::Value RoundTrip(std::string_view text) {
  auto shape = ReadRequest<Shape>(text);
  EXPECT_TRUE(shape.ok()) << shape.error().message;
  return *json::Parse(ToJson(*shape));
}

constexpr char kFlow[] = R"json({
  "flowName": "sf-to-tidb", "description": "", "kmsArn": "arn:aws:kms:eu-west-1:123456789012:key/x",
  "triggerConfig": {"triggerType": "Scheduled", "triggerProperties": {"Scheduled": {
    "scheduleExpression": "rate(5minutes)", "dataPullMode": "Incremental",
    "scheduleStartTime": 1767225600, "scheduleEndTime": 1798761600.25, "scheduleOffset": 0,
    "flowErrorDeactivationThreshold": 5}}},
  "sourceFlowConfig": {"connectorType": "Salesforce", "connectorProfileName": "sf-dev",
    "sourceConnectorProperties": {"Salesforce": {"object": "Account",
      "includeDeletedRecords": false}},
    "incrementalPullConfig": {}},
  "destinationFlowConfigList": [{"connectorType": "CustomConnector", "apiVersion": "v1",
    "connectorProfileName": "tidb", "destinationConnectorProperties": {"CustomConnector": {
      "entityName": "sf_account", "writeOperationType": "UPSERT", "idFieldNames": ["id", "ids"],
      "errorHandlingConfig": {"failOnFirstDestinationError": true},
      "customProperties": {"b": "2", "a": "1"}}}}],
  "tasks": [
    {"taskType": "Filter", "sourceFields": ["Id", "Name"],
     "connectorOperator": {"Salesforce": "PROJECTION"}, "taskProperties": {}},
    {"taskType": "Map_all", "sourceFields": [],
     "taskProperties": {"EXCLUDE_SOURCE_FIELDS_LIST": "[\"a\"]"}},
    {"taskType": "Map", "sourceFields": [""], "destinationField": "",
     "connectorOperator": {"S3": "NO_OP"}}],
  "tags": {"team": ""}, "clientToken": "t-1"})json";

TEST(Shapes, GiveBackWhatCame) {
  EXPECT_EQ(RoundTrip<appflow::CreateFlowRequest>(kFlow), *json::Parse(kFlow));
}

TEST(Shapes, KeepEmptyApartFromAbsent) {
  EXPECT_EQ(RoundTrip<appflow::ConnectorProfileProperties>(R"({"CustomConnector":{}})"),
            *json::Parse(R"({"CustomConnector":{}})"));
  EXPECT_EQ(RoundTrip<appflow::ListFlowsResponse>(R"({"flows":[]})"),
            *json::Parse(R"({"flows":[]})"));
  EXPECT_EQ(RoundTrip<appflow::ListFlowsResponse>("{}"), *json::Parse("{}"));
}

TEST(Shapes, IgnoreWhatTheyDontKnowAndTakeNullForAbsent) {
  EXPECT_EQ(RoundTrip<appflow::TriggerConfig>(
                R"({"triggerType":"OnDemand","triggerProperties":{"Scheduled":null},"later":[1]})"),
            *json::Parse(R"({"triggerType":"OnDemand","triggerProperties":{}})"));
  EXPECT_EQ(Refusal<appflow::ListFlowsRequest>(R"({"nextToken":null})"), "accepted");
}

TEST(Shapes, TakeNoBodyForAnEmptyRequest) {
  EXPECT_EQ(Refusal<appflow::ListFlowsRequest>(""), "accepted");
}

TEST(Shapes, NameEachRequiredMemberThatIsMissing) {
  std::string refusal = Refusal<appflow::CreateFlowRequest>("{}");
  EXPECT_THAT(refusal, HasSubstr("ValidationException: 5 validation errors detected: "));
  for (const char* member :
       {"flowName", "triggerConfig", "sourceFlowConfig", "destinationFlowConfigList", "tasks"}) {
    EXPECT_THAT(refusal, HasSubstr("Value null at '" + std::string(member) +
                                   "' failed to satisfy constraint: Member must not be null"));
  }
}

TEST(Shapes, SayWhereInTheDocument) {
  EXPECT_THAT(
      Refusal<appflow::CreateFlowRequest>(
          R"({"flowName":"ab","triggerConfig":{"triggerType":"Nope"},
              "sourceFlowConfig":{"connectorType":"Salesforce","sourceConnectorProperties":{}},
              "destinationFlowConfigList":[],
              "tasks":[{"taskType":"Map","sourceFields":[]},
                       {"taskType":"Mop","sourceFields":[],"taskProperties":{"NOPE":"x"}},
                       {"taskType":"Map","taskProperties":{"VALUE":""}}]})"),
      AllOf(HasSubstr("5 validation errors"), HasSubstr("'Nope' at 'triggerConfig.triggerType'"),
            HasSubstr("'Mop' at 'tasks.2.member.taskType'"),
            HasSubstr("'NOPE' at 'tasks.2.member.taskProperties' failed to satisfy constraint: Map "
                      "keys must satisfy constraint: [Member must satisfy enum value set: [VALUE"),
            HasSubstr("null at 'tasks.3.member.sourceFields'"),
            HasSubstr("Map value must satisfy constraint: [Member must satisfy regular expression "
                      "pattern: .+]")));
}

TEST(Shapes, RefuseJsonOfTheWrongKind) {
  using Request = appflow::DescribeConnectorProfilesRequest;
  EXPECT_EQ(Refusal<Request>(R"({"maxResults":"5"})"),
            "SerializationException: 'maxResults' must be a whole number, not a string.");
  EXPECT_EQ(Refusal<Request>(R"({"maxResults":1.5})"),
            "SerializationException: 'maxResults' must be a whole number, not a number.");
  EXPECT_EQ(Refusal<Request>(R"({"connectorProfileNames":"x"})"),
            "SerializationException: 'connectorProfileNames' must be a list, not a string.");
  EXPECT_EQ(Refusal<Request>(R"({"connectorProfileNames":["x",null]})"),
            "SerializationException: 'connectorProfileNames.2.member' must be a string, not null.");
  EXPECT_EQ(Refusal<appflow::CreateFlowRequest>(R"({"tags":{"a":1}})"),
            "SerializationException: 'tags' must be an object of strings, not a number.");
  EXPECT_EQ(Refusal<appflow::DeleteFlowRequest>(R"({"flowName":"ab","forceDelete":"yes"})"),
            "SerializationException: 'forceDelete' must be a boolean, not a string.");
}

TEST(Shapes, RefuseWhatIsNoJsonObject) {
  for (const char* body : {"{", "[]", "\"x\"", "{} {}", "\xff", "{\"a\":\"\xff\"}", "nope"}) {
    EXPECT_THAT(Refusal<appflow::ListFlowsRequest>(body), HasSubstr("SerializationException: "));
  }
}

TEST(Shapes, TakeWholeNumbersInEveryNotation) {
  for (const char* body :
       {R"({"maxResults":20})", R"({"maxResults":20.0})", R"({"maxResults":2e1})"}) {
    EXPECT_EQ(*ReadRequest<appflow::ListFlowsRequest>(body)->max_results, 20) << body;
  }
  EXPECT_THAT(Refusal<appflow::ListFlowsRequest>(R"({"maxResults":18446744073709551615})"),
              HasSubstr("SerializationException"));
}

TEST(Shapes, TakeTimesInEveryNotation) {
  for (const char* time : {"1767323045.5", "1.7673230455e9", "17673230455e-1",
                           "\"2026-01-02T03:04:05.5Z\"", "\"2026-01-02T04:04:05.500+01:00\""}) {
    auto shape = ReadRequest<appflow::ScheduledTriggerProperties>(
        R"({"scheduleExpression":"x","scheduleStartTime":)" + std::string(time) + "}");
    ASSERT_TRUE(shape.ok()) << time;
    EXPECT_EQ(FormatTime(*shape->schedule_start_time), "2026-01-02T03:04:05.500Z") << time;
    EXPECT_EQ(ToJson(*shape), R"({"scheduleExpression":"x","scheduleStartTime":1767323045.5})");
  }
  for (const char* time : {"1e300", "-1e18", "\"yesterday\"", "true"}) {
    EXPECT_THAT(Refusal<appflow::ScheduledTriggerProperties>(
                    R"({"scheduleExpression":"x","scheduleStartTime":)" + std::string(time) + "}"),
                HasSubstr("SerializationException: 'scheduleStartTime' must be a time"))
        << time;
  }
}

TEST(Shapes, WriteTimesAsPlainNumbers) {
  auto written = [](int64_t us) {
    return ToJson(appflow::ExecutionRecord{.started_at = Time(std::chrono::microseconds(us))});
  };
  EXPECT_EQ(written(0), R"({"startedAt":0})");
  EXPECT_EQ(written(1'767'323'045'678'000), R"({"startedAt":1767323045.678})");
  EXPECT_EQ(written(1'767'323'045'000'001), R"({"startedAt":1767323045.000001})");
  EXPECT_EQ(written(-1'500'000), R"({"startedAt":-1.5})");
}

TEST(Shapes, WriteNumbersThatReadBackTheSame) {
  EXPECT_EQ(ToJson(appflow::Range{.maximum = 0.1, .minimum = -5}),
            R"({"maximum":0.1,"minimum":-5})");
  EXPECT_EQ(ToJson(appflow::ExecutionResult{.bytes_processed = INT64_MAX}),
            R"({"bytesProcessed":9223372036854775807})");
}

TEST(Shapes, EscapeWhatJsonWantsEscaped) {
  EXPECT_EQ(RoundTrip<appflow::Task>(R"({"sourceFields":["a\"b\\c\n\u0000é"],"taskType":"Map"})"),
            *json::Parse(R"({"sourceFields":["a\"b\\c\n\u0000é"],"taskType":"Map"})"));
}

TEST(Shapes, NeverWriteSecretsNorQuoteThem) {
  auto credentials = ReadRequest<appflow::CustomConnectorProfileCredentials>(
      R"({"authenticationType":"CUSTOM","basic":{"username":"u","password":"canary"},
          "custom":{"customAuthenticationType":"JDBC","credentialsMap":{"password":"canary"}},
          "oauth2":{"refreshToken":"canary","oAuthRequest":{"authCode":"canary"}}})");
  ASSERT_TRUE(credentials.ok());
  EXPECT_EQ(credentials->custom->credentials_map->at("password").Reveal(), "canary");
  EXPECT_THAT(ToJson(*credentials), AllOf(Not(HasSubstr("canary")), HasSubstr("JDBC")));

  EXPECT_THAT(
      Refusal<appflow::CustomAuthCredentials>(
          R"({"customAuthenticationType":"J","credentialsMap":{"can ary":"two canaries"}})"),
      AllOf(HasSubstr("2 validation errors"), HasSubstr("Value at 'credentialsMap'"),
            Not(HasSubstr("canar")), Not(HasSubstr("can ary"))));
}

TEST(Shapes, ReadWhatWasStoredUnderLooserRules) {
  EXPECT_TRUE(ReadStored<appflow::FlowDefinition>(R"({"flowName":"a b"})").ok());
  EXPECT_EQ(ReadStored<appflow::FlowDefinition>("nonsense").error().type,
            "InternalServerException");
}

}  // namespace
}  // namespace sluice::api
