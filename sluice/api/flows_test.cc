#include <gmock/gmock.h>

#include <thread>

#include "sluice/api/api_fixture.h"
#include "sluice/api/flow_translation.h"

namespace sluice::api {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class FlowsTest : public ApiTest {
 protected:
  FlowsTest() { MakeProfiles(); }

  static json::Object& Member(json::Object& object, const char* name) {
    return object.at(name).as_object();
  }
  static json::Object& Destination(json::Object& flow) {
    return flow.at("destinationFlowConfigList").as_array().at(0).as_object();
  }
  static json::Object& DestinationProperties(json::Object& flow) {
    return Destination(flow)
        .at("destinationConnectorProperties")
        .as_object()
        .at("CustomConnector")
        .as_object();
  }
  static json::Array& Tasks(json::Object& flow) { return flow.at("tasks").as_array(); }

  void AddRun(const std::string& id, flow::RunStatus status, const std::string& message = "") {
    runs.runs.push_front({.execution_id = id,
                          .flow_name = "f1",
                          .status = status,
                          .counts = {.records_processed = 13,
                                     .bytes_processed = 2048,
                                     .bytes_written = 1024,
                                     .put_failures = status == flow::RunStatus::kError ? 2 : 0},
                          .message = message,
                          .started_at = clock.Now(),
                          .updated_at = clock.Now()});
  }
};

TEST_F(FlowsTest, CreatesTheTutorialsFlow) {
  json::Object answer = Call("/create-flow", FlowDocument("f1"));
  EXPECT_EQ(
      json::ToText(answer),
      R"({"flowArn":"arn:aws:appflow:us-east-1:000000000000:flow/f1","flowStatus":"Active"})");
}

TEST_F(FlowsTest, DescribesAFlowAsItWasSent) {
  std::string document = FlowDocument("f1", [](json::Object& flow) {
    flow["description"] = "every night";
    flow["kmsArn"] = "arn:aws:kms:us-east-1:000000000000:key/x";
    flow["tags"] = {{"team", "data"}};
    Tasks(flow)[1].as_object()["taskProperties"] = json::Object();
  });
  Call("/create-flow", document);
  json::Object sent = *json::ParseObject(document);
  json::Object described = Call("/describe-flow", R"({"flowName":"f1"})");
  for (const auto& [name, value] : sent) {
    ASSERT_TRUE(described.contains(name)) << name;
    EXPECT_EQ(described.at(name), value) << name;
  }
  EXPECT_EQ(json::FindString(described, "createdBy"), caller.principal);
  EXPECT_EQ(described.at("createdAt"), 1769850307.25);
  EXPECT_EQ(described.at("schemaVersion"), 1);
  EXPECT_FALSE(described.contains("lastRunExecutionDetails"));
}

TEST_F(FlowsTest, RefusesANameThatIsTaken) {
  Call("/create-flow", FlowDocument("f1"));
  EXPECT_EQ(Refusal("/create-flow", FlowDocument("f1")),
            "409 ConflictException: Flow with name f1 already exists.");
}

TEST_F(FlowsTest, RefusesWhatItCanTellWithoutAsking) {
  struct Case {
    std::function<void(json::Object&)> edit;
    const char* expected;
  };
  for (const auto& [edit, expected] : {
           Case{
               [](auto& f) { Member(f, "triggerConfig")["triggerType"] = "Scheduled"; },
               "400 ValidationException: Create Flow request failed: [The triggerType Scheduled is "
               "not available"},
           Case{[](auto& f) { Member(f, "triggerConfig")["triggerType"] = "Event"; },
                "triggerType Event is not available"},
           Case{[](auto& f) { f["destinationFlowConfigList"].as_array().clear(); },
                "exactly one destination, not 0"},
           Case{[](auto& f) {
                  f["destinationFlowConfigList"].as_array().push_back(json::Value(Destination(f)));
                },
                "exactly one destination, not 2"},
           Case{[](auto& f) { Tasks(f).erase(Tasks(f).begin()); },
                "Create Flow request failed: [Task Validation Error: You must specify a projection "
                "task or a MAP_ALL task]"},
           Case{[](auto& f) {
                  Tasks(f)[1].as_object()["connectorOperator"] = {{"S3", "NO_OP"}};
                },
                "'tasks.2.member.connectorOperator' must have the member Salesforce"},
           Case{[](auto& f) { Tasks(f)[1].as_object()["connectorOperator"] = json::Object(); },
                "must have the member Salesforce"},
           Case{[](auto& f) { Destination(f).erase("apiVersion"); }, "apiVersion' is missing"},
           Case{[](auto& f) { Destination(f)["apiVersion"] = "v9"; },
                "no apiVersion v9; it supports: v1.0, v1.1"},
           Case{[](auto& f) { Destination(f).erase("connectorProfileName"); },
                "'connectorProfileName' of the destination is missing"},
           Case{[](auto& f) { Destination(f)["connectorProfileName"] = "none"; },
                "404 ResourceNotFoundException: Connector Profile with name none does not exist."},
           Case{[](auto& f) { Destination(f)["connectorProfileName"] = "sf"; },
                "Connector Profile sf is of type Salesforce, not CustomConnector"},
           Case{[](auto& f) { Destination(f)["connectorType"] = "S3"; }, "must have the member S3"},
           Case{[](auto& f) {
                  Destination(f)["connectorType"] = "S3";
                  Destination(f)["destinationConnectorProperties"] = {
                      {"S3", {{"bucketName", "bucket"}}}};
                },
                "404 ResourceNotFoundException: The bucket of the destination: there is no bucket "
                "'bucket'"},
           Case{[](auto& f) {
                  Destination(f)["connectorType"] = "Salesforce";
                  Destination(f)["connectorProfileName"] = "sf";
                  Destination(f)["destinationConnectorProperties"] = {
                      {"Salesforce", {{"object", "Account"}}}};
                },
                "Salesforce can't be a destination"},
           Case{[](auto& f) {
                  Member(DestinationProperties(f), "errorHandlingConfig")["bucketName"] = "missing";
                },
                "404 ResourceNotFoundException: The bucket of 'errorHandlingConfig': there is no "
                "bucket 'missing'"},
           Case{[](auto& f) { f["flowName"] = "a b"; }, "Value 'a b' at 'flowName'"},
           Case{[](auto& f) { f.erase("tasks"); }, "Value null at 'tasks'"},
       }) {
    EXPECT_THAT(Refusal("/create-flow", FlowDocument("f1", edit)), HasSubstr(expected));
  }
  EXPECT_TRUE(resources.flows.rows.empty());
}

TEST_F(FlowsTest, AsksBothSystemsBeforeAFlowIsKept) {
  EXPECT_THAT(Refusal("/create-flow",
                      FlowDocument("f1",
                                   [](auto& flow) {
                                     Tasks(flow)[2].as_object()["destinationField"] = "nope";
                                   })),
              AllOf(StartsWith("400 ValidationException: Create Flow request failed: ["),
                    HasSubstr("nope")));
  EXPECT_THAT(
      Refusal("/create-flow",
              FlowDocument(
                  "f1", [](auto& flow) { DestinationProperties(flow)["entityName"] = "dropped"; })),
      AllOf(StartsWith("404 ResourceNotFoundException: "), HasSubstr("dropped")));
  salesforce_system.refusal = Error{ErrorCode::kInvalidCredentials, "token revoked"};
  EXPECT_THAT(Refusal("/create-flow", FlowDocument("f1")),
              StartsWith("401 ConnectorAuthenticationException: "));
  EXPECT_TRUE(resources.flows.rows.empty());
}

TEST_F(FlowsTest, StartsWhatTheDocumentSays) {
  Call("/create-flow", FlowDocument("f1", [](json::Object& flow) {
         DestinationProperties(flow)["writeOperationType"] = "UPSERT";
         DestinationProperties(flow)["idFieldNames"] = {"id"};
         DestinationProperties(flow)["customProperties"] = {{"batch", "100"}};
         Tasks(flow).push_back(
             json::Value(*json::Parse(R"({"taskType":"Filter","sourceFields":["Type"],
           "connectorOperator":{"Salesforce":"EQUAL_TO"},
           "taskProperties":{"DATA_TYPE":"string","VALUE":"Hot"}})")));
         Tasks(flow)[0].as_object()["sourceFields"] = {"Id", "Name", "Type"};
       }));
  json::Object answer = Call("/start-flow", R"({"flowName":"f1"})");
  EXPECT_EQ(answer.at("flowStatus"), "Active");
  EXPECT_EQ(answer.at("executionId"), "11111111-2222-4333-8444-100000000001");

  ASSERT_EQ(runner.started.size(), 1u);
  const flow::Flow& flow = runner.started[0];
  EXPECT_EQ(flow.name, "f1");
  EXPECT_EQ(flow.source.connector_type, "Salesforce");
  EXPECT_EQ(flow.source.profile_name, "sf");
  EXPECT_EQ(flow.source.entity, "Account");
  EXPECT_EQ(flow.source.settings,
            (Settings{{"enableDynamicFieldUpdate", "false"}, {"includeDeletedRecords", "true"}}));
  EXPECT_EQ(flow.destination.api_version, "v1.0");
  EXPECT_EQ(flow.destination.entity, "sf_account");
  EXPECT_EQ(flow.destination.operation, WriteOperation::kUpsert);
  EXPECT_THAT(flow.destination.id_fields, ElementsAre("id"));
  EXPECT_TRUE(flow.destination.stop_on_error);
  EXPECT_EQ(flow.destination.settings, (Settings{{"batch", "100"}}));
  ASSERT_EQ(flow.tasks.size(), 4u);
  EXPECT_EQ(flow.tasks[0].op, Operator::kProjection);
  EXPECT_THAT(flow.tasks[0].source_fields, ElementsAre("Id", "Name", "Type"));
  EXPECT_EQ(flow.tasks[1].type, flow::TaskType::kMap);
  EXPECT_EQ(flow.tasks[1].destination_field, "id");
  EXPECT_EQ(flow.tasks[1].properties.at("DESTINATION_DATA_TYPE"), "varchar(255)");
  EXPECT_EQ(flow.tasks[3].op, Operator::kEqualTo);
}

TEST_F(FlowsTest, RefusesToStartWhatRunsOrDoesNotExist) {
  EXPECT_EQ(Refusal("/start-flow", R"({"flowName":"f1"})"),
            "404 ResourceNotFoundException: Flow with name f1 does not exist.");
  Call("/create-flow", FlowDocument("f1"));
  runner.failure = Error{ErrorCode::kClientError, "The flow f1 is running already."};
  EXPECT_EQ(Refusal("/start-flow", R"({"flowName":"f1"})"),
            "409 ConflictException: The flow f1 is running already.");
  runner.failure = ServiceUnavailable("disk full");
  EXPECT_THAT(Refusal("/start-flow", R"({"flowName":"f1"})"),
              StartsWith("500 InternalServerException: "));
}

TEST_F(FlowsTest, ShowsRunsNewestFirstWithWhatTheyCounted) {
  Call("/create-flow", FlowDocument("f1"));
  AddRun("run-1", flow::RunStatus::kError, "2 records were refused: Duplicate entry 'x'");
  AddRun("run-2", flow::RunStatus::kSuccessful, "13 records written.");
  json::Object first =
      Call("/describe-flow-execution-records", R"({"flowName":"f1","maxResults":1})");
  EXPECT_EQ(first.at("flowExecutions").at(0), *json::Parse(R"({"executionId":"run-2",
    "executionStatus":"Successful","executionResult":{"bytesProcessed":2048,"bytesWritten":1024,
    "recordsProcessed":13},"startedAt":1769850307.25,"lastUpdatedAt":1769850307.25})"));
  json::Object second =
      Call("/describe-flow-execution-records", R"({"flowName":"f1","maxResults":1,"nextToken":")" +
                                                   *json::FindString(first, "nextToken") + R"("})");
  EXPECT_FALSE(second.contains("nextToken"));
  EXPECT_EQ(second.at("flowExecutions").at(0).at("executionResult").at("errorInfo"),
            *json::Parse(R"({"putFailuresCount":2,
                             "executionMessage":"2 records were refused: Duplicate entry 'x'"})"));

  json::Object described = Call("/describe-flow", R"({"flowName":"f1"})");
  EXPECT_EQ(json::ToText(described.at("lastRunExecutionDetails").at("mostRecentExecutionStatus")),
            R"("Successful")");
  EXPECT_EQ(described.at("lastRunExecutionDetails").at("mostRecentExecutionMessage"),
            "13 records written.");
  EXPECT_THAT(Refusal("/describe-flow-execution-records", R"({"flowName":"f2"})"),
              StartsWith("404 ResourceNotFoundException: "));
}

TEST_F(FlowsTest, ListsFlowsWithWhatTheyConnect) {
  for (const char* name : {"f2", "f1", "f3"}) Call("/create-flow", FlowDocument(name));
  json::Object page = Call("/list-flows", R"({"maxResults":2})");
  ASSERT_EQ(json::FindArray(page, "flows")->size(), 2u);
  const json::Value& flow = page.at("flows").at(0);
  EXPECT_EQ(flow.at("flowName"), "f1");
  EXPECT_EQ(flow.at("sourceConnectorType"), "Salesforce");
  EXPECT_FALSE(flow.as_object().contains("sourceConnectorLabel"));
  EXPECT_EQ(flow.at("destinationConnectorLabel"), "TiDB-Connector");
  EXPECT_EQ(flow.at("triggerType"), "OnDemand");
  json::Object rest =
      Call("/list-flows", R"({"nextToken":")" + *json::FindString(page, "nextToken") + R"("})");
  EXPECT_EQ(rest.at("flows").at(0).at("flowName"), "f3");
}

TEST_F(FlowsTest, AnUpdateReplacesAllButTheTags) {
  Call("/create-flow", FlowDocument("f1", [](json::Object& flow) {
         flow["description"] = "old";
         flow["tags"] = {{"team", "data"}};
         flow["kmsArn"] = "arn:aws:kms:us-east-1:000000000000:key/x";
       }));
  clock.Tick(std::chrono::hours(1));
  caller.principal = "arn:aws:iam::000000000000:user/second";
  EXPECT_EQ(Post("/update-flow", FlowDocument("f1")).body, R"({"flowStatus":"Active"})");
  json::Object described = Call("/describe-flow", R"({"flowName":"f1"})");
  EXPECT_FALSE(described.contains("description"));
  EXPECT_EQ(described.at("tags").at("team"), "data");
  EXPECT_EQ(described.at("kmsArn"), "arn:aws:kms:us-east-1:000000000000:key/x");
  EXPECT_EQ(described.at("createdBy"), "arn:aws:iam::000000000000:root");
  EXPECT_EQ(described.at("lastUpdatedBy"), "arn:aws:iam::000000000000:user/second");
  EXPECT_EQ(described.at("createdAt"), 1769850307.25);
  EXPECT_EQ(described.at("lastUpdatedAt"), 1769853907.25);
  EXPECT_EQ(described.at("schemaVersion"), 1) << "the mapping is the same";
}

TEST_F(FlowsTest, AChangedMappingIsANewSchemaVersion) {
  Call("/create-flow", FlowDocument("f1"));
  Call("/update-flow", FlowDocument("f1", [](json::Object& flow) { Tasks(flow).pop_back(); }));
  EXPECT_EQ(Call("/describe-flow", R"({"flowName":"f1"})").at("schemaVersion"), 2);
  Call("/update-flow", FlowDocument("f1", [](json::Object& flow) {
         Tasks(flow).pop_back();
         Tasks(flow)[0].as_object()["sourceFields"] = {"Id"};
       }));
  EXPECT_EQ(Call("/describe-flow", R"({"flowName":"f1"})").at("schemaVersion"), 2)
      << "what is read is not what is written";
}

TEST_F(FlowsTest, AnUpdateCannotChangeWhereRecordsGo) {
  Call("/create-flow", FlowDocument("f1"));
  AddEntity(custom_system, "other", {"id", "name"});
  EXPECT_EQ(
      Refusal("/update-flow", FlowDocument("f1",
                                           [](json::Object& flow) {
                                             DestinationProperties(flow)["entityName"] = "other";
                                           })),
      "400 ValidationException: Update Flow request failed due to:[Destination object for the "
      "destination connector can not be updated]");
  EXPECT_THAT(Refusal("/update-flow", FlowDocument("f2")),
              StartsWith("404 ResourceNotFoundException: "));
  EXPECT_THAT(
      Refusal("/update-flow", FlowDocument("f1", [](json::Object& flow) { Tasks(flow).clear(); })),
      StartsWith("400 ValidationException: Update Flow request failed due to:[Task"));
}

TEST_F(FlowsTest, DeletesAFlowWithItsRunsUnlessOneIsInProgress) {
  Call("/create-flow", FlowDocument("f1"));
  AddRun("run-1", flow::RunStatus::kInProgress);
  runner.running.insert("f1");
  EXPECT_THAT(Refusal("/delete-flow", R"({"flowName":"f1"})"),
              StartsWith("409 ConflictException: "));
  EXPECT_THAT(runner.canceled, IsEmpty());
  runner.running.clear();
  EXPECT_EQ(Post("/delete-flow", R"({"flowName":"f1"})").body, "{}");
  EXPECT_THAT(runs.runs, IsEmpty());
  EXPECT_THAT(Refusal("/describe-flow", R"({"flowName":"f1"})"),
              StartsWith("404 ResourceNotFoundException: "));
  Call("/create-flow", FlowDocument("f1"));
}

TEST_F(FlowsTest, IsNotDeletedWhileARunOfItBegins) {
  Call("/create-flow", FlowDocument("f1"));
  std::string deletion;
  std::jthread deleter;
  runner.on_start = [&] {
    deleter = std::jthread([&] { deletion = Refusal("/delete-flow", R"({"flowName":"f1"})"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    runner.running.insert("f1");
  };
  Call("/start-flow", R"({"flowName":"f1"})");
  deleter.join();
  EXPECT_THAT(deletion, StartsWith("409 ConflictException: "));
  Call("/describe-flow", R"({"flowName":"f1"})");
}

TEST_F(FlowsTest, ADeletionByForceEndsTheRunFirst) {
  Call("/create-flow", FlowDocument("f1"));
  AddRun("run-1", flow::RunStatus::kInProgress);
  runner.running.insert("f1");
  metrics->OnRunStarted(runs.runs.front());
  EXPECT_EQ(Post("/delete-flow", R"({"flowName":"f1","forceDelete":true})").body, "{}");
  EXPECT_THAT(runner.canceled, ElementsAre("run-1"));
  EXPECT_THAT(Refusal("/describe-flow", R"({"flowName":"f1"})"),
              StartsWith("404 ResourceNotFoundException: "));
  EXPECT_THAT(metrics->Text(), Not(HasSubstr("f1"))) << "its numbers go with it";
}

TEST_F(FlowsTest, CancelsRunsThatAreInProgress) {
  Call("/create-flow", FlowDocument("f1"));
  Call("/create-flow", FlowDocument("f2"));
  AddRun("ended", flow::RunStatus::kSuccessful);
  AddRun("stopping", flow::RunStatus::kCancelStarted);
  AddRun("running", flow::RunStatus::kInProgress);
  runner.running = {"f1"};
  runner.stops_when_canceled = false;
  auto cancel = [&](const std::string& flow, const std::string& ids) {
    return Post("/cancel-flow-executions", R"({"flowName":")" + flow + '"' + ids + "}").body;
  };
  EXPECT_EQ(cancel("f1", R"(,"executionIds":["nobody","ended","running","stopping"])"),
            R"({"invalidExecutions":["nobody","ended","stopping"]})");
  EXPECT_THAT(runner.canceled, ElementsAre("running"));
  EXPECT_EQ(cancel("f2", R"(,"executionIds":["running"])"), R"({"invalidExecutions":["running"]})")
      << "it is a run of another flow";
  EXPECT_EQ(cancel("f1", R"(,"executionIds":[])"), R"({"invalidExecutions":[]})");
  EXPECT_EQ(runner.canceled.size(), 1u) << "an empty list names none";
  EXPECT_EQ(cancel("f1", ""), R"({"invalidExecutions":[]})");
  EXPECT_THAT(runner.canceled, ElementsAre("running", "running"));
  runner.running.clear();
  EXPECT_EQ(cancel("f1", R"(,"executionIds":["running"])"), R"({"invalidExecutions":["running"]})")
      << "it ended just now";
  EXPECT_THAT(Refusal("/cancel-flow-executions", R"({"flowName":"f3"})"),
              StartsWith("404 ResourceNotFoundException: "));
}

// From S3 to S3, as clients send it: with a made-up profile name.
class S3FlowsTest : public FlowsTest {
 protected:
  static std::string S3Document(const std::function<void(json::Object& output)>& edit = [](auto&) {
  }) {
    return FlowDocument("f1", [&](json::Object& flow) {
      flow["sourceFlowConfig"] = *json::Parse(R"({"connectorType":"S3",
        "connectorProfileName":"test","sourceConnectorProperties":{"S3":{"bucketName":"inbox",
        "bucketPrefix":"accounts/2026","s3InputFormatConfig":{"s3InputFileType":"JSON"}}}})");
      flow["destinationFlowConfigList"] = *json::Parse(R"([{"connectorType":"S3",
        "destinationConnectorProperties":{"S3":{"bucketName":"out","s3OutputFormatConfig":{
          "fileType":"PARQUET","preserveSourceDataTyping":true,
          "aggregationConfig":{"aggregationType":"None","targetFileSize":128},
          "prefixConfig":{"prefixType":"PATH","prefixFormat":"DAY",
            "pathPrefixHierarchy":["EXECUTION_ID","SCHEMA_VERSION"]}}}}}])");
      flow["tags"] = {{"team", "data"},
                      {"sluice:csvDelimiter", ";"},
                      {"sluice:bucketName", "x"},
                      {"sluice:retryMinutes", "30"}};
      for (json::Value& task : Tasks(flow)) {
        json::Object& op = Member(task.as_object(), "connectorOperator");
        op = {{"S3", op.at("Salesforce")}};
      }
      edit(Destination(flow)
               .at("destinationConnectorProperties")
               .at("S3")
               .at("s3OutputFormatConfig")
               .as_object());
    });
  }
};

TEST_F(S3FlowsTest, S3IsOpenedWithTheFlowsOwnProperties) {
  Call("/create-flow", S3Document());
  Call("/start-flow", R"({"flowName":"f1"})");
  const flow::Flow& flow = runner.started.at(0);
  EXPECT_EQ(flow.source.entity, "inbox/accounts/2026");
  EXPECT_EQ(flow.source.profile_name, "") << "S3 has none";
  EXPECT_EQ(flow.source.settings, (Settings{{"bucketName", "inbox"},
                                            {"bucketPrefix", "accounts/2026"},
                                            {"s3InputFormatConfig.s3InputFileType", "JSON"},
                                            {"csvDelimiter", ";"}}));
  EXPECT_EQ(flow.destination.entity, "out/");
  EXPECT_EQ(flow.destination.settings,
            (Settings{{"bucketName", "out"},
                      {"csvDelimiter", ";"},
                      {"s3OutputFormatConfig.fileType", "PARQUET"},
                      {"s3OutputFormatConfig.preserveSourceDataTyping", "true"},
                      {"s3OutputFormatConfig.aggregationConfig.aggregationType", "None"},
                      {"s3OutputFormatConfig.aggregationConfig.targetFileSize", "128"},
                      {"s3OutputFormatConfig.prefixConfig.prefixType", "PATH"},
                      {"s3OutputFormatConfig.prefixConfig.prefixFormat", "DAY"},
                      {"s3OutputFormatConfig.prefixConfig.pathPrefixHierarchy",
                       "EXECUTION_ID,SCHEMA_VERSION"}}));
  EXPECT_EQ(flow.retry_for, std::chrono::minutes(30)) << "which is no connector's business";
  EXPECT_EQ(TranslateRunDocument(runner.documents.at(0))->retry_for, flow.retry_for)
      << "for going on after a restart";
  EXPECT_EQ(s3_system.opened.back().settings, flow.destination.settings);
  EXPECT_EQ(s3_system.opened.back().profile_name, "");
}

TEST_F(FlowsTest, AFlowSaysForHowManyMinutesItsRunsKeepTrying) {
  const auto document = [](const char* minutes) {
    return FlowDocument("f1", [&](json::Object& flow) {
      flow["tags"] = {{"sluice:retryMinutes", minutes}};
    });
  };
  for (const char* wrong : {"", "-1", "1441", "5 minutes", "1.5", " 5", "+5", "99999999999999"}) {
    EXPECT_EQ(Refusal("/create-flow", document(wrong)),
              "400 ValidationException: Create Flow request failed: [The tag 'sluice:retryMinutes' "
              "says for how many minutes a run keeps trying again: a whole number from 0 (it ends "
              "at the first failure) to 1440 (a day), not '" +
                  std::string(wrong) + "'.]");
  }
  Call("/create-flow", document("0"));
  Call("/start-flow", R"({"flowName":"f1"})");
  EXPECT_EQ(runner.started.at(0).retry_for, std::chrono::minutes(0));
  Call("/create-flow", FlowDocument("f2"));
  Call("/start-flow", R"({"flowName":"f2"})");
  EXPECT_EQ(runner.started.at(1).retry_for, std::nullopt);
}

TEST_F(S3FlowsTest, RefusesAnOutputThatContradictsItself) {
  auto refusal = [&](const char* text) {
    return Refusal("/create-flow", S3Document([&](json::Object& output) {
                     output = json::Parse(text)->as_object();
                   }));
  };
  EXPECT_THAT(refusal(R"({"fileType":"CSV","preserveSourceDataTyping":true})"),
              HasSubstr("PARQUET only"));
  EXPECT_THAT(refusal(R"({"preserveSourceDataTyping":true})"), HasSubstr("PARQUET only"));
  EXPECT_THAT(
      refusal(R"({"aggregationConfig":{"aggregationType":"SingleFile","targetFileSize":10}})"),
      HasSubstr("SingleFile"));
  EXPECT_THAT(refusal(R"({"aggregationConfig":{"targetFileSize":0}})"), HasSubstr("at least 1"));
  EXPECT_THAT(refusal(R"({"prefixConfig":{"prefixType":"PATH_AND_FILE"}})"),
              HasSubstr("Member must satisfy enum value set"));
  EXPECT_TRUE(resources.flows.rows.empty());
  EXPECT_EQ(refusal(R"({"fileType":"JSON","preserveSourceDataTyping":false})"), "200");
}

TEST_F(S3FlowsTest, AFolderWithoutAFileIsAnErrorOfTheConnector) {
  s3_system.entities.erase("inbox/accounts/2026");
  EXPECT_EQ(Refusal("/create-flow", S3Document()),
            "400 ConnectorServerException: Error while communicating to connector: there is no "
            "entity 'inbox/accounts/2026'");
}

TEST_F(S3FlowsTest, AnUpdateMayNameAnotherFolderOfTheSameBucket) {
  Call("/create-flow", S3Document());
  auto update = [&](const char* key, const char* value) {
    json::Object flow = *json::ParseObject(S3Document());
    Destination(flow).at("destinationConnectorProperties").at("S3").as_object()[key] = value;
    return Refusal("/update-flow", json::ToText(flow));
  };
  AddEntity(s3_system, "out/folder", {"id", "name"});
  EXPECT_EQ(update("bucketPrefix", "folder"), "200");
  EXPECT_THAT(update("bucketName", "errors"), HasSubstr("can not be updated"));
}

TEST_F(FlowsTest, RefusedRecordsMayGoToABucket) {
  Call("/create-flow", FlowDocument("f1", [](json::Object& flow) {
         DestinationProperties(flow)["errorHandlingConfig"] = {{"bucketName", "errors"},
                                                               {"bucketPrefix", "a/b"}};
       }));
  Call("/start-flow", R"({"flowName":"f1"})");
  EXPECT_EQ(runner.started.at(0).destination.error_bucket, "errors");
  EXPECT_EQ(runner.started.at(0).destination.error_prefix, "a/b");
  EXPECT_FALSE(runner.started.at(0).destination.stop_on_error);
}

TEST_F(FlowsTest, ARunGoesOnWithTheFlowAsItWas) {
  Call("/create-flow", FlowDocument("f1", [](json::Object& flow) {
         flow["tags"] = {{"sluice:createTable", "true"}};
       }));
  Call("/update-flow", FlowDocument("f1", [](json::Object& flow) { Tasks(flow).pop_back(); }));
  Call("/start-flow", R"({"flowName":"f1"})");
  AddRun("run-1", flow::RunStatus::kInProgress);
  runs.runs.front().flow_document = runner.documents.at(0);
  Call("/update-flow", FlowDocument("f1"));
  ASSERT_TRUE(GoOnWithRuns(Parts(), runner).ok());
  ASSERT_EQ(runner.gone_on.size(), 1u);
  const auto& [flow, run] = runner.gone_on[0];
  EXPECT_EQ(run.execution_id, "run-1");
  EXPECT_EQ(flow.tasks.size(), 2u);
  EXPECT_EQ(flow.schema_version, 2);
  EXPECT_EQ(flow.destination.settings, (Settings{{"createTable", "true"}}));
}

TEST_F(FlowsTest, ARunWhoseFlowCannotBeReadEndsAndSaysWhy) {
  AddRun("old", flow::RunStatus::kInProgress);
  AddRun("damaged", flow::RunStatus::kCancelStarted);
  runs.runs.front().flow_document = R"({"flow":{"flowName":7}})";
  AddRun("ended", flow::RunStatus::kSuccessful, "as it was");
  ASSERT_TRUE(GoOnWithRuns(Parts(), runner).ok());
  EXPECT_THAT(runner.gone_on, IsEmpty());
  EXPECT_EQ(runs.runs[0].message, "as it was");
  for (size_t i : {1, 2}) EXPECT_EQ(runs.runs[i].status, flow::RunStatus::kError);
  EXPECT_THAT(runs.runs[1].message, AllOf(HasSubstr("damaged"), HasSubstr("run the flow again")));
  EXPECT_THAT(runs.runs[2].message, HasSubstr("an earlier version"));
}

}  // namespace
}  // namespace sluice::api
