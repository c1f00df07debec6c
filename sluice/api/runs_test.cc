#include "sluice/api/runs.h"

#include <gmock/gmock.h>

#include "sluice/api/api_fixture.h"

namespace sluice::api {
namespace {

using std::chrono::microseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class RunsTest : public ApiTest {
 protected:
  RunsTest() {
    MakeProfiles();
    Call("/create-flow", FlowDocument("f1"));
    Call("/create-flow", FlowDocument("f2"));
    AddRun("run-1", flow::RunStatus::kSuccessful);
  }

  flow::RunRecord& AddRun(const std::string& id, flow::RunStatus status) {
    return runs.runs.emplace_front(flow::RunRecord{.execution_id = id,
                                                   .flow_name = "f1",
                                                   .status = status,
                                                   .started_at = clock.Now(),
                                                   .updated_at = clock.Now()});
  }

  // "p0/1/<index>".
  void Refuse(int64_t index, const std::string& record, const std::string& replayed_by = "") {
    runs.refused.push_back(
        {"run-1", "p0", {1, index, InvalidArgument("too long"), "Name", record}, replayed_by});
  }

  static std::string Request(const std::string& more = "", const std::string& flow = "f1",
                             const std::string& run = "run-1") {
    return R"({"flowName":")" + flow + R"(","executionId":")" + run + '"' + more + "}";
  }
  static std::string Record(const std::string& id, const std::string& record) {
    return json::ToText(json::Object{{"id", id}, {"record", record}});
  }
  std::string ReplayRefusal(const std::string& records) {
    std::string refusal = Refusal("/replay-records", Request(R"(,"records":[)" + records + "]"));
    EXPECT_THAT(runner.replayed, IsEmpty()) << "nothing is half sent";
    return refusal;
  }
};

TEST_F(RunsTest, SaysWhereTimeAndRecordsWent) {
  flow::RunRecord& run = AddRun("run-2", flow::RunStatus::kError);
  run.counts = {10, 20, 30, 4, 5, 6};
  run.times = {microseconds(1'500'000), microseconds(1), microseconds(0), microseconds(250'000)};
  run.filters = {{"Validate Name VALIDATE_NON_NULL", 5}};
  run.guarantee = flow::Guarantee::kAtLeastOnce;
  run.message = "4 records were refused";
  run.replay_of = "run-1";
  EXPECT_EQ(json::Value(Call("/describe-run", Request("", "f1", "run-2"))), *json::Parse(R"({
    "flowName":"f1","executionId":"run-2","executionStatus":"Error","replayOf":"run-1",
    "guarantee":"at-least-once","message":"4 records were refused","recordsProcessed":10,
    "recordsFiltered":5,"recordsRefused":4,"recordsRepeated":6,"bytesProcessed":20,
    "bytesWritten":30,"filters":[{"filter":"Validate Name VALIDATE_NON_NULL","records":5}],
    "stageSeconds":{"read":1.5,"map":1e-06,"write":0,"wait":0.25},
    "startedAt":1769850307.25,"lastUpdatedAt":1769850307.25})"));
  json::Object first = Call("/describe-run", Request());
  EXPECT_FALSE(first.contains("message") || first.contains("replayOf")) << "absent, not empty";
}

TEST_F(RunsTest, SaysWhatARunInProgressWaitsFor) {
  AddRun("run-2", flow::RunStatus::kInProgress);
  runner.live["run-1"] = runner.live["run-2"] = {.waiting_for = "TiDB does not answer"};
  EXPECT_EQ(Call("/describe-run", Request("", "f1", "run-2")).at("message"),
            "Waiting to try again: TiDB does not answer.");
  EXPECT_FALSE(Call("/describe-run", Request()).contains("message")) << "it has ended";
}

TEST_F(RunsTest, KnowsWhoseRunItIs) {
  for (const char* path : {"/describe-run", "/list-refused-records"}) {
    EXPECT_EQ(Refusal(path, Request("", "f3")),
              "404 ResourceNotFoundException: Flow with name f3 does not exist.");
    EXPECT_EQ(Refusal(path, Request("", "f2")),
              "404 ResourceNotFoundException: Flow f2 has no execution run-1.");
    EXPECT_EQ(Refusal(path, Request("", "f1", "nobody")),
              "404 ResourceNotFoundException: Flow f1 has no execution nobody.");
    EXPECT_THAT(Refusal(path, R"({"flowName":"f1"})"), HasSubstr("Value null at 'executionId'"));
    EXPECT_THAT(Refusal(path, "garbage"), StartsWith("400 SerializationException: "));
  }
}

TEST_F(RunsTest, ListsRefusedRecordsInPages) {
  Refuse(0, R"({"Amount":12345678901234567890.10})");
  Refuse(1, "not, a row\"", "run-2");
  runs.refused.back().row.place = "record 2 of object 'a.csv' in bucket 'in'";
  Refuse(2, "{}");
  json::Object page = Call("/list-refused-records", Request(R"(,"maxResults":2)"));
  EXPECT_EQ(json::ToText(page.at("refusedRecords").at(0)),
            R"({"id":"p0/1/0","errorCode":"InvalidArgument","errorMessage":"too long",)"
            R"("field":"Name","record":"{\"Amount\":12345678901234567890.10}"})");
  EXPECT_EQ(page.at("refusedRecords").at(1).at("record"), "not, a row\"");
  EXPECT_EQ(page.at("refusedRecords").at(1).at("replayedBy"), "run-2");
  EXPECT_EQ(page.at("refusedRecords").at(1).at("place"),
            "record 2 of object 'a.csv' in bucket 'in'");
  page = Call("/list-refused-records",
              Request(R"(,"nextToken":")" + *json::FindString(page, "nextToken") + '"'));
  ASSERT_EQ(page.at("refusedRecords").as_array().size(), 1u);
  EXPECT_EQ(page.at("refusedRecords").at(0).at("id"), "p0/1/2");
  EXPECT_FALSE(page.contains("nextToken"));
  EXPECT_THAT(Refusal("/list-refused-records", Request(R"(,"nextToken":"made-up")")),
              StartsWith("400 ValidationException: "));
  EXPECT_THAT(Refusal("/list-refused-records", Request(R"(,"maxResults":1001)")),
              StartsWith("400 ValidationException: "));
}

TEST_F(RunsTest, CutsAPageOfLargeRecords) {
  for (int64_t i = 0; i < 4; ++i) Refuse(i, std::string(5 << 20, 'x'));
  json::Object page = Call("/list-refused-records", Request());
  EXPECT_EQ(page.at("refusedRecords").as_array().size(), 2u);
  page = Call("/list-refused-records",
              Request(R"(,"nextToken":")" + *json::FindString(page, "nextToken") + '"'));
  EXPECT_EQ(page.at("refusedRecords").at(0).at("id"), "p0/1/2");
}

TEST_F(RunsTest, SendsCorrectedRecordsAgain) {
  for (int64_t i = 0; i < 3; ++i) Refuse(i, R"({"Name":"too long"})");
  json::Object answer =
      Call("/replay-records", Request(R"(,"records":[)" + Record("p0/1/2", R"({"Name":1.10})") +
                                      "," + Record("p0/1/0", "{}") + "]"));
  EXPECT_EQ(answer.at("executionId"), "11111111-2222-4333-8444-100000000001");
  EXPECT_EQ(answer.at("flowArn"), "arn:aws:appflow:us-east-1:000000000000:flow/f1");
  ASSERT_EQ(runner.replayed.size(), 1u);
  const auto& [of_execution, records] = runner.replayed[0];
  EXPECT_EQ(of_execution, "run-1");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].row.index, 2);
  EXPECT_EQ(records[0].row.record, R"({"Name":1.10})") << "to the letter";
  EXPECT_EQ(records[1].row.index, 0);
  EXPECT_EQ(runner.started[0].name, "f1");
}

TEST_F(RunsTest, SendsAllOrNothing) {
  for (int64_t i = 0; i < 3; ++i) Refuse(i, "{}");
  const std::string good = Record("p0/1/0", "{}");
  EXPECT_THAT(ReplayRefusal(good + "," + Record("p0/1/9", "{}")),
              StartsWith("400 ValidationException: 'records.2.member.id': the execution run-1 has "
                         "no refused record 'p0/1/9'"));
  EXPECT_THAT(ReplayRefusal(good + "," + good), HasSubstr("'p0/1/0' is there twice"));
  for (const char* record : {"", "[]", "{", "not json", "{} {}"}) {
    EXPECT_THAT(ReplayRefusal(good + "," + Record("p0/1/1", record)),
                HasSubstr("'records.2.member.record' must be a JSON object"))
        << record;
  }
  EXPECT_THAT(ReplayRefusal(""), HasSubstr("length greater than or equal to 1"));
  EXPECT_THAT(ReplayRefusal(R"({"id":"p0/1/0"})"),
              HasSubstr("Value null at 'records.1.member.record'"));
  EXPECT_THAT(ReplayRefusal(R"({"id":"p0/1/0","record":{}})"),
              StartsWith("400 SerializationException: "));
  runner.failure = Error{ErrorCode::kClientError, "Flow 'f1' is running already"};
  EXPECT_THAT(Refusal("/replay-records", Request(R"(,"records":[)" + good + "]")),
              StartsWith("409 ConflictException: "));
  runner.failure = InvalidArgument("larger than 16 MB together");
  EXPECT_THAT(Refusal("/replay-records", Request(R"(,"records":[)" + good + "]")),
              StartsWith("400 ValidationException: "));
}

TEST_F(RunsTest, SendsNoRecordTwiceUnlessThatFailed) {
  AddRun("good", flow::RunStatus::kSuccessful);
  AddRun("failed", flow::RunStatus::kError);
  AddRun("canceled", flow::RunStatus::kCanceled);
  AddRun("running", flow::RunStatus::kInProgress);
  Refuse(0, "{}", "good");
  Refuse(1, "{}", "running");
  Refuse(2, "{}", "failed");
  Refuse(3, "{}", "canceled");
  EXPECT_THAT(
      ReplayRefusal(Record("p0/1/0", "{}")),
      StartsWith("409 ConflictException: 'records.1.member.id': the record 'p0/1/0' was sent "
                 "again already, by the execution good."));
  EXPECT_THAT(ReplayRefusal(Record("p0/1/1", "{}")), HasSubstr("the execution running"));
  Call("/replay-records",
       Request(R"(,"records":[)" + Record("p0/1/2", "{}") + "," + Record("p0/1/3", "{}") + "]"));
  EXPECT_EQ(runner.replayed.at(0).second.size(), 2u);
}

TEST_F(RunsTest, ListsTheRunsOfAllFlowsInPages) {
  for (const char* id : {"run-2", "run-3"}) {
    clock.Tick(std::chrono::seconds(1));
    flow::RunRecord& run = AddRun(id, flow::RunStatus::kError);
    run.flow_name = "f2";
    run.counts = {10, 20, 30, 4};
    run.message = "lost";
  }
  auto list = [&](const std::string& body) { return Call("/list-runs", body); };
  json::Object first = list(R"({"maxResults":2})");
  const json::Array& runs = *json::FindArray(first, "runs");
  ASSERT_EQ(runs.size(), 2);
  EXPECT_EQ(json::ToText(runs[0]),
            R"({"flowName":"f2","executionId":"run-3","executionStatus":"Error",)"
            R"("startedAt":1.76985030925E9,"lastUpdatedAt":1.76985030925E9,"recordsProcessed":10,)"
            R"("recordsRefused":4,"bytesProcessed":20,"message":"lost"})");
  const std::string token = *json::FindString(first, "nextToken");
  json::Object second = list(R"({"maxResults":2,"nextToken":")" + token + "\"}");
  ASSERT_EQ(json::FindArray(second, "runs")->size(), 1);
  EXPECT_EQ(json::FindString(second, "nextToken"), std::nullopt);
  EXPECT_EQ(json::FindArray(list(R"({"startedAfter":1769850308})"), "runs")->size(), 2);
  EXPECT_THAT(Refusal("/list-runs", R"({"nextToken":"TGlzdFJ1bnM6MTIz"})"),
              HasSubstr("nextToken is not one that ListRuns has given"));
}

TEST_F(RunsTest, IsForPeopleOnly) {
  caller.principal = "arn:aws:sts::000000000000:assumed-role/sluice/some-function";
  EXPECT_THAT(Refusal("/describe-run", Request()),
              StartsWith("403 AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/"
                         "sluice/some-function is not authorized to perform: appflow:DescribeRun"));
  EXPECT_THAT(Refusal("/replay-records", Request()), StartsWith("403 AccessDeniedException: "));
}

}  // namespace
}  // namespace sluice::api
