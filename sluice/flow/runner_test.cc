#include "sluice/flow/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "sluice/flow/fake_run_store.h"
#include "sluice/flow/replay_reader.h"
#include "sluice/flow/run_message.h"
#include "sluice/flow/test_error_files.h"
#include "sluice/flow/test_systems.h"

namespace sluice::flow {
namespace {

using memory::Point;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

class RunnerTest : public ::testing::Test {
 protected:
  static RunnerOptions Quick() {
    return {.start = {},
            .retry = {.attempts = 4,
                      .first_delay = std::chrono::milliseconds(1),
                      .max_delay = std::chrono::milliseconds(1)},
            .queue_bytes = 100,
            .flush_interval = std::chrono::milliseconds(50)};
  }

  RunRecord Run() {
    auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
    auto id = runner->Start(flow_, "");
    EXPECT_TRUE(id.ok()) << id.error().message;
    return store_.Await(*id);
  }

  std::vector<std::string> Written() { return systems_.destination.Records("sf_account"); }

  TestSystems systems_;
  FakeRunStore store_;
  TestErrorFiles error_files_;
  RunObserver observer_;
  FakeClock clock_{Time(std::chrono::days(20000))};
  Flow flow_ = TestSystems::MakeFlow();
};

TEST_F(RunnerTest, CopiesEverythingAndSaysSo) {
  systems_.Fill(35);
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kSuccessful);
  EXPECT_EQ(run.message, "35 records written.");
  EXPECT_EQ(run.counts.records_processed, 35);
  EXPECT_EQ(run.counts.put_failures, 0);
  EXPECT_GT(run.counts.bytes_processed, 35 * 20);
  EXPECT_GT(run.counts.bytes_written, 35 * 20);
  EXPECT_EQ(Written(), TestSystems::Expected(35));
  EXPECT_EQ(run.guarantee, Guarantee::kEffectivelyOnce);
  EXPECT_EQ(store_.positions(run.execution_id).back().seq, 4);
  EXPECT_TRUE(store_.LoadPartitions(run.execution_id)->at(0).is_finished);
}

TEST_F(RunnerTest, NothingToReadIsASuccess) {
  systems_.Fill(0);
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kSuccessful);
  EXPECT_EQ(run.message, "The source had no records for this flow; nothing was written.");
}

TEST_F(RunnerTest, ReadsOnlyWhatTheFilterLeaves) {
  systems_.Fill(35);
  flow_.tasks.push_back({.type = TaskType::kFilter,
                         .op = Operator::kEqualTo,
                         .source_fields = {"Employees"},
                         .properties = {{"VALUES", "3,33"}}});
  RunRecord run = Run();
  EXPECT_EQ(run.message, "2 records written.");
  EXPECT_EQ(run.counts.records_processed, 2);
}

TEST_F(RunnerTest, ASecondInsertIsRefusedRowByRow) {
  systems_.Fill(13);
  Run();
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.counts.records_processed, 13);
  EXPECT_EQ(run.counts.put_failures, 13);
  EXPECT_EQ(run.counts.bytes_written, 0);
  EXPECT_EQ(run.message,
            "13 of 13 records were refused. First: record 1 of those read: a record with id "
            "\"0000\" is there already; use "
            "Upsert to change records that exist.");
  EXPECT_EQ(store_.ListRefused(run.execution_id, 0, 100)->size(), 13u);
}

TEST_F(RunnerTest, GoesOnAfterRefusedRecordsAndCountsThem) {
  systems_.Fill(25);
  systems_.destination.Put(TestSystems::Table(), {R"({"id":"0003"})", R"({"id":"0014"})"});
  systems_.source.Append("Account", R"({"Id":"x","Employees":"many"})");
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kSuccessful);
  EXPECT_EQ(run.counts.records_processed, 26);
  EXPECT_EQ(run.counts.put_failures, 3);
  EXPECT_THAT(
      run.message,
      HasSubstr(
          "23 of 26 records written, 3 refused. First: record 4 of those read: a record with id "
          "\"0003\" is there already"));
  auto refused = *store_.ListRefused(run.execution_id, 0, 100);
  ASSERT_EQ(refused.size(), 3u);
  EXPECT_EQ(refused[1].row.seq, 2);
  EXPECT_EQ(refused[1].row.index, 4);
  EXPECT_THAT(refused[2].row.error.message, HasSubstr("'many' is not a whole number"));
}

TEST_F(RunnerTest, StopsAtTheFirstRefusedRecordWhenToldTo) {
  systems_.Fill(35);
  systems_.destination.Put(TestSystems::Table(), {R"({"id":"0014"})"});
  flow_.destination.stop_on_error = true;
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.counts.records_processed, 11) << "the first batch and the refused record";
  EXPECT_EQ(run.counts.put_failures, 1);
  EXPECT_EQ(run.message,
            "The run was stopped at record 15 of those read: a record with id \"0014\" is there "
            "already; use Upsert to change records that exist. 10 records written before that stay "
            "written.");
  EXPECT_EQ(Written().size(), 11u);
}

TEST_F(RunnerTest, StopsAtABatchThatIsRefusedAsAWhole) {
  systems_.Fill(13);
  flow_.destination.stop_on_error = true;
  Run();
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.counts.records_processed, 10);
  EXPECT_GT(run.counts.bytes_processed, 10 * 20) << "they were read, though none was written";
  EXPECT_EQ(run.counts.put_failures, 10);
  EXPECT_EQ(run.message,
            "The run was stopped: 10 records were refused. First: record 1 of those read: a record "
            "with id \"0000\" is "
            "there already; use Upsert to change records that exist.");
}

TEST_F(RunnerTest, StopsAtARecordThatCannotBeMapped) {
  systems_.Fill(12);
  systems_.source.Append("Account", R"({"Id":"x","Employees":"many"})");
  flow_.destination.stop_on_error = true;
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_THAT(run.message, HasSubstr("stopped at record 13 of those read: field 'Employees': "
                                     "'many' is not"));
  EXPECT_EQ(run.counts.put_failures, 1);
  EXPECT_EQ(run.counts.records_processed, 11);
  EXPECT_EQ(Written(), TestSystems::Expected(10));
}

TEST_F(RunnerTest, WhereSeveralPartitionsReadARefusedRecordHasNoNumber) {
  systems_.Fill(100);
  systems_.destination.Put(TestSystems::Table(), {R"({"id":"0034"})"});
  systems_.destination_options.most_streams = 3;
  flow_.destination.stop_on_error = true;
  EXPECT_THAT(
      Run().message,
      HasSubstr("The run was stopped at the first refused record: a record with id \"0034\""));
}

TEST_F(RunnerTest, ATableDroppedBeforeTheRunIsNamed) {
  systems_.Fill(3);
  ASSERT_TRUE(Validate(flow_, systems_).ok());
  systems_.destination.Drop("sf_account");
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.message, "The destination entity 'sf_account': there is no entity 'sf_account'.");
}

TEST_F(RunnerTest, AFieldThatVanishedBeforeTheRunIsNamedWithItsSideAndWhatToDo) {
  const std::string what_to_do =
      " That has changed since the flow was saved: edit the flow so that it fits, or undo the "
      "change there.";
  systems_.Fill(3);
  EntityDefinition table = TestSystems::Table();
  table.fields.erase(table.fields.begin() + 1);
  systems_.destination.Put(table, {});
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.message, "The destination entity 'sf_account' has no field 'name'." + what_to_do);

  EntityDefinition account = TestSystems::Account();
  account.fields.erase(account.fields.begin() + 2);
  systems_.source.Put(account, {});
  EXPECT_EQ(Run().message, "The source entity 'Account' has no field 'Employees'." + what_to_do);
}

TEST_F(RunnerTest, AConnectionThatCannotBeOpenedIsNamed) {
  systems_.Fill(3);
  systems_.unreachable["destination"] = {ErrorCode::kInvalidCredentials, "wrong password", {}};
  EXPECT_EQ(Run().message, "The destination connection 'destination': wrong password.");
}

TEST_F(RunnerTest, AnUpsertIsRepeatedWhereTheTargetKeepsNoPosition) {
  flow_.destination.operation = WriteOperation::kUpsert;
  flow_.destination.id_fields = {"id"};
  systems_.destination_options.remembers_position = false;
  for (Point point : {Point::kWrite, Point::kAcknowledge, Point::kFinish}) {
    systems_.Fill(35);
    systems_.destination.FailAt(point, 1, {ErrorCode::kRequestTimeout, "no answer", {}});
    RunRecord run = Run();
    EXPECT_EQ(run.status, RunStatus::kSuccessful) << run.message;
    EXPECT_EQ(run.counts.records_processed, 35);
    EXPECT_THAT(Written(), UnorderedElementsAreArray(TestSystems::Expected(35)));
  }
}

TEST_F(RunnerTest, AnInsertOfUnknownOutcomeIsRepeatedAndTheRunSaysSo) {
  systems_.destination_options.remembers_position = false;
  for (Point point : {Point::kWrite, Point::kAcknowledge}) {
    systems_.Fill(35);
    EntityDefinition table = TestSystems::Table();
    table.fields[0].is_primary_key = false;
    systems_.destination.Put(table, {});
    systems_.destination.FailAt(point, 2, {ErrorCode::kRequestTimeout, "no answer in 30 s", {}});
    RunRecord run = Run();
    EXPECT_EQ(run.status, RunStatus::kSuccessful);
    EXPECT_EQ(run.message,
              "35 records written. 10 records may be there twice: they were sent again after a "
              "failure, and 'sf_account' keeps no record of what it has.");
    EXPECT_EQ(run.counts.records_processed, 35);
    EXPECT_EQ(run.counts.repeated, 10);
    EXPECT_EQ(run.guarantee, Guarantee::kAtLeastOnce);
    EXPECT_EQ(Written().size(), point == Point::kWrite ? 35u : 45u);
  }
}

TEST_F(RunnerTest, WhatIsInDoubtAtTheEndOfAnInsertIsSaid) {
  systems_.destination_options.remembers_position = false;
  systems_.Fill(35);
  for (int n = 2; n <= 20; ++n) {
    systems_.destination.FailAt(Point::kWrite, n, {ErrorCode::kRequestTimeout, "no answer", {}});
  }
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.message,
            "no answer. 10 records written before that stay written. Whether the next 10 records "
            "were written is not known: look for them in 'sf_account' before you run the flow "
            "again, or use Upsert, which may be repeated.");
}

TEST_F(RunnerTest, AReadErrorDoesNotTouchAnInsert) {
  systems_.destination_options.remembers_position = false;
  systems_.destination_options.batches_per_commit = 3;
  systems_.Fill(35);
  systems_.source.FailAt(Point::kRead, 2, {ErrorCode::kRateLimitExceeded, "slow down", {}});
  EXPECT_EQ(Run().message, "35 records written.");
  EXPECT_EQ(Written(), TestSystems::Expected(35));
}

TEST_F(RunnerTest, GivesUpOnASourceThatStaysAway) {
  systems_.Fill(35);
  for (int n = 2; n <= 20; ++n) {
    systems_.source.FailAt(Point::kRead, n, ServiceUnavailable("Salesforce does not answer"));
  }
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.message,
            "Salesforce does not answer. 10 records written before that stay written.");
  EXPECT_EQ(systems_.source.passed(Point::kRead), 5) << "one success and four attempts";
}

TEST_F(RunnerTest, GivesUpOnATargetThatStaysAway) {
  systems_.Fill(35);
  for (int n = 2; n <= 20; ++n) {
    systems_.destination.FailAt(Point::kWrite, n, ServiceUnavailable("TiDB does not answer"));
  }
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_THAT(run.message, HasSubstr("TiDB does not answer. 10 records written before that"));
  EXPECT_EQ(Written(), TestSystems::Expected(10));
}

TEST_F(RunnerTest, AFinalWriteErrorIsNotRepeated) {
  systems_.Fill(35);
  systems_.destination.FailAt(Point::kWrite, 2, {ErrorCode::kAccessDenied, "no INSERT right", {}});
  RunRecord run = Run();
  EXPECT_EQ(run.message, "no INSERT right. 10 records written before that stay written.");
  EXPECT_EQ(systems_.destination.passed(Point::kWrite), 2);
}

TEST_F(RunnerTest, ProgressThatCannotBeSavedForLongEndsTheRun) {
  systems_.Fill(35);
  store_.fail_save_at = 1;
  store_.fails_on = true;
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.message, "the progress could not be saved: the disk is full.");
  EXPECT_EQ(store_.saves(), 4) << "as many attempts";
}

TEST_F(RunnerTest, TheEndOfARunIsSavedWithRetries) {
  systems_.Fill(3);
  store_.fail_finishes = 3;
  EXPECT_EQ(Run().status, RunStatus::kSuccessful);
}

TEST_F(RunnerTest, AFlowRunsOnceAtATime) {
  systems_.Fill(3);
  systems_.source_options.is_endless = true;
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  auto id = runner->Start(flow_, "");
  ASSERT_TRUE(id.ok());
  EXPECT_TRUE(runner->IsRunning("sf-to-tidb"));
  EXPECT_FALSE(runner->IsRunning("other"));
  auto second = runner->Start(flow_, "");
  EXPECT_EQ(second.error().code, ErrorCode::kClientError);
  EXPECT_EQ(second.error().message,
            "Flow 'sf-to-tidb' is running already; wait until that run has ended.");
}

TEST_F(RunnerTest, DestructionStopsARunThatWouldNeverEnd) {
  systems_.Fill(13);
  systems_.source_options.is_endless = true;
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  std::string id = *runner->Start(flow_, "");
  while (Written().size() < 13) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  while (store_.saves() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  runner.reset();
  RunRecord run = **store_.FindRun(id);
  EXPECT_EQ(run.status, RunStatus::kInProgress) << "the next start goes on with it";
  EXPECT_EQ(run.counts.records_processed, 13);
}

TEST_F(RunnerTest, DestructionDoesNotWaitForABackOff) {
  systems_.Fill(13);
  systems_.source.FailAt(Point::kRead, 1, ServiceUnavailable("gone"));
  RunnerOptions slow;
  slow.retry.first_delay = slow.retry.max_delay = std::chrono::hours(1);
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, slow);
  std::string id = *runner->Start(flow_, "");
  while (systems_.source.passed(Point::kRead) < 1) std::this_thread::yield();
  runner.reset();
  EXPECT_EQ((*store_.FindRun(id))->status, RunStatus::kInProgress);
}

TEST_F(RunnerTest, SeveralFlowsRunAtOnce) {
  systems_.Fill(35);
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  std::vector<std::string> ids;
  for (int n = 0; n < 8; ++n) {
    flow_.name = "flow-" + std::to_string(n);
    flow_.destination.operation = WriteOperation::kUpsert;
    flow_.destination.id_fields = {"id"};
    ids.push_back(*runner->Start(flow_, ""));
  }
  for (const std::string& id : ids) EXPECT_EQ(store_.Await(id).message, "35 records written.");
  EXPECT_THAT(Written(), UnorderedElementsAreArray(TestSystems::Expected(35)));
}

TEST_F(RunnerTest, GoesOnWithARunThatAnEarlierStartLeft) {
  systems_.Fill(35);
  RunRecord left{.execution_id = "a", .flow_name = "sf-to-tidb"};
  ASSERT_TRUE(*store_.BeginRun(left, {{"0", "0-35"}}));
  left.counts = {.records_processed = 10, .bytes_processed = 10};
  ASSERT_TRUE(store_.SaveProgress(left, "0", {1, "10"}, false, {}).ok());
  systems_.destination_options.remembers_position = false;
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  runner->GoOn(flow_, left);
  RunRecord run = store_.Await("a");
  EXPECT_EQ(run.status, RunStatus::kSuccessful);
  EXPECT_EQ(run.counts.records_processed, 35);
  EXPECT_EQ(Written().size(), 25u);
}

TEST_F(RunnerTest, SaysWhereTheTimeWentAndWhatEachFilterTookOut) {
  systems_.Fill(35);
  flow_.tasks.push_back({.type = TaskType::kValidate,
                         .op = Operator::kValidateNonZero,
                         .source_fields = {"Employees"},
                         .properties = {{"VALIDATION_ACTION", "DropRecord"}}});
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kSuccessful);
  EXPECT_EQ(run.message, "34 of 35 records written, 1 filtered out.");
  EXPECT_EQ(run.counts.records_processed, 35);
  EXPECT_EQ(run.counts.filtered, 1);
  ASSERT_EQ(run.filters.size(), 1u);
  EXPECT_EQ(run.filters[0].records, 1);
  EXPECT_GT(run.times.map.count(), 0);
  EXPECT_GT(run.times.wait.count(), 0);
}

TEST_F(RunnerTest, ARecordThatDropsTheDatasetEndsTheRunAndWhatWasWrittenStays) {
  systems_.Fill(35);
  systems_.source.Append("Account", R"({"Id":"x","Employees":"0"})");
  systems_.destination_options.batches_per_commit = 10;
  flow_.tasks.push_back({.type = TaskType::kValidate,
                         .op = Operator::kValidateNonNull,
                         .source_fields = {"Name"},
                         .properties = {{"VALIDATION_ACTION", "DropDataset"}}});
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_THAT(run.message, HasSubstr("30 records written before that stay written."));
  EXPECT_EQ(Written(), TestSystems::Expected(30)) << "all that came before its batch";
}

TEST_F(RunnerTest, CopiesItsPartitionsAtOnce) {
  systems_.Fill(100);
  systems_.destination_options.most_streams = 3;
  // Each writer waits until all have begun.
  std::atomic<int> begun = 0;
  systems_.destination.OnPass([&](Point point) -> Status {
    if (point == Point::kOpenWriter) ++begun;
    return Done{};
  });
  systems_.source.OnPass([&](Point point) -> Status {
    if (point == Point::kRead && begun < 3) return ServiceUnavailable("not yet");
    return Done{};
  });
  RunnerOptions options = Quick();
  options.retry.attempts = 1000;
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, options);
  RunRecord run = store_.Await(*runner->Start(flow_, ""));
  EXPECT_EQ(run.message, "100 records written.");
  EXPECT_THAT(Written(), UnorderedElementsAreArray(TestSystems::Expected(100)));
  EXPECT_EQ(store_.LoadPartitions(run.execution_id)->size(), 3u);
}

TEST_F(RunnerTest, OneFailureStopsAllPartitions) {
  systems_.Fill(3000);
  systems_.destination_options.most_streams = 4;
  systems_.destination.FailAt(Point::kWrite, 20, {ErrorCode::kAccessDenied, "no right", {}});
  RunRecord run = Run();
  EXPECT_EQ(run.status, RunStatus::kError);
  EXPECT_LT(run.counts.records_processed, 3000);
  EXPECT_EQ(run.counts.records_processed, std::ssize(Written()));
  EXPECT_EQ(run.message, "no right. " + std::to_string(Written().size()) +
                             " records written before that stay written.");
}

TEST_F(RunnerTest, FinishedPartitionsAreNotOpenedAgain) {
  systems_.Fill(35);
  RunRecord left{.execution_id = "a", .flow_name = "sf-to-tidb"};
  ASSERT_TRUE(*store_.BeginRun(left, {{"0", "0-20"}, {"1", "20-35"}}));
  left.counts.records_processed = 20;
  ASSERT_TRUE(store_.SaveProgress(left, "0", {2, "20"}, true, {}).ok());
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  runner->GoOn(flow_, left);
  EXPECT_EQ(store_.Await("a").message, "35 records written.");
  EXPECT_EQ(Written().size(), 15u);
}

TEST_F(RunnerTest, ASourceWithoutEndIsFlushedInItsPauses) {
  systems_.Fill(13);
  systems_.source_options.is_endless = true;
  systems_.destination_options.batches_per_commit = 1000;
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  std::string id = *runner->Start(flow_, "");
  while (Written().size() < 13) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(runner->Cancel(id).ok());
  EXPECT_EQ(store_.Await(id).message,
            "The run was canceled. 13 records written before that stay written.");
}

TEST_F(RunnerTest, AnOutageOfTheTargetDoesNotEndARunThatIsUnderWay) {
  systems_.Fill(35);
  for (int n = 2; n <= 20; ++n) {
    systems_.destination.FailAt(Point::kOpenWriter, n, ServiceUnavailable("gone"));
  }
  systems_.destination.FailAt(Point::kWrite, 2, ServiceUnavailable("gone"));
  RunnerOptions options;  // As they are in earnest, but for the pauses.
  options.retry.first_delay = options.retry.max_delay = std::chrono::milliseconds(1);
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, options);
  EXPECT_EQ(store_.Await(*runner->Start(flow_, "")).message, "35 records written.");
  EXPECT_GE(options.retry.patience, std::chrono::minutes(2));
}

TEST_F(RunnerTest, AFlowThatWaitsForNothingEndsAtItsFirstFailure) {
  flow_.retry_for = std::chrono::minutes(0);
  systems_.Fill(35);
  systems_.unreachable["destination"] = ServiceUnavailable("TiDB does not answer");
  EXPECT_EQ(Run().message, "The destination connection 'destination': TiDB does not answer.");
  systems_.unreachable.clear();
  for (Point point : {Point::kWrite, Point::kOpenWriter}) {
    systems_.Fill(35);
    systems_.destination.FailAt(point, 1, ServiceUnavailable("TiDB does not answer"));
    EXPECT_EQ(Run().status, RunStatus::kError);
    EXPECT_THAT(Written(), ::testing::IsEmpty());
  }
  systems_.Fill(35);
  systems_.source.FailAt(Point::kRead, 2, ServiceUnavailable("Salesforce does not answer"));
  EXPECT_EQ(Run().message,
            "Salesforce does not answer. 10 records written before that stay written.");
}

TEST_F(RunnerTest, AFlowIsWaitedForAsLongAsItSays) {
  systems_.Fill(35);
  RunnerOptions options = Quick();
  options.start.patience = options.retry.patience = std::chrono::milliseconds(0);
  for (int n = 1; n <= 3; ++n) {
    systems_.source.FailAt(Point::kRead, n, ServiceUnavailable("gone"));
    systems_.destination.FailAt(Point::kOpenWriter, n, ServiceUnavailable("gone"));
  }
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, options);
  EXPECT_EQ(store_.Await(*runner->Start(flow_, "")).status, RunStatus::kError);
  flow_.retry_for = std::chrono::minutes(1);
  EXPECT_EQ(store_.Await(*runner->Start(flow_, "")).message, "35 records written.");
}

TEST_F(RunnerTest, ARunThatWaitsSaysWhatForAndIsCanceledAtOnce) {
  systems_.Fill(35);
  flow_.retry_for = std::chrono::minutes(1440);
  RunnerOptions slow;
  slow.start.first_delay = slow.start.max_delay = std::chrono::hours(1);
  slow.retry = slow.start;
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, slow);
  const auto wait_and_cancel = [&](const std::string& reason) {
    std::string id = *runner->Start(flow_, "");
    while (runner->Look(id).waiting_for.empty()) std::this_thread::yield();
    EXPECT_EQ(runner->Look(id).waiting_for, reason);
    ASSERT_TRUE(runner->Cancel(id).ok());
    EXPECT_EQ(store_.Await(id).status, RunStatus::kCanceled);
    while (runner->IsRunning(flow_.name)) std::this_thread::yield();
    EXPECT_EQ(runner->Look(id), LiveState{});
  };
  systems_.unreachable["source"] = ServiceUnavailable("gone");
  wait_and_cancel("The source connection 'source': gone");
  systems_.unreachable.clear();
  systems_.source.FailAt(Point::kRead, 1, ServiceUnavailable("no answer"));
  wait_and_cancel("no answer");
  systems_.destination.FailAt(Point::kOpenWriter, 1, ServiceUnavailable("TiDB is away"));
  wait_and_cancel("TiDB is away");
  flow_.destination.error_bucket = "errors";
  systems_.Fill(0);
  systems_.source.Append("Account", R"({"Id":"x","Employees":"many"})");
  error_files_.error = ServiceUnavailable("S3 is away");
  wait_and_cancel("S3 is away");
}

TEST_F(RunnerTest, WhatIsOnItsWayIsSeenUntilItIsDurable) {
  systems_.Fill(35);
  systems_.source_options.is_endless = true;
  systems_.destination_options.batches_per_commit = 1000;
  RunnerOptions options = Quick();
  options.flush_interval = std::chrono::hours(1);
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, options);
  std::string id = *runner->Start(flow_, "");
  while (runner->Look(id).records_on_the_way < 35) std::this_thread::yield();
  EXPECT_GT(runner->Look(id).bytes_on_the_way, 35 * 20);
  EXPECT_EQ((*store_.FindRun(id))->counts.records_processed, 0);
  ASSERT_TRUE(runner->Cancel(id).ok());
  EXPECT_EQ(store_.Await(id).counts.records_processed, 35);
  EXPECT_EQ(runner->Look(id).records_on_the_way, 0);
}

TEST_F(RunnerTest, TheDocumentOfTheFlowIsKeptWhileTheRunLasts) {
  systems_.Fill(3);
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  std::string id = *runner->Start(flow_, "the flow as it was");
  EXPECT_EQ(store_.Await(id).flow_document, "the flow as it was");
}

// Corrected records are a run of their own.
TEST_F(RunnerTest, ReplaysRefusedRecordsAsCorrected) {
  systems_.Fill(25);
  systems_.source.Append("Account", R"({"Id":"x","Name":"X","Employees":"many"})");
  systems_.source.Append("Account", R"({"Id":"y","Employees":"few"})");
  RunRecord run = Run();
  auto refused = *store_.ListRefused(run.execution_id, 0, 100);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].row.record, R"({"Id":"x","Name":"X","Employees":"many"})");
  EXPECT_EQ(refused[0].row.field, "Employees");
  refused[0].row.record = R"({"Id":"x","Name":"X","Employees":"7"})";

  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  auto id = runner->Replay(flow_, "", run.execution_id, refused);
  ASSERT_TRUE(id.ok()) << id.error().message;
  EXPECT_EQ(store_.ListRefused(run.execution_id, 0, 1)->at(0).replayed_by, *id);
  RunRecord replay = store_.Await(*id);
  EXPECT_EQ(replay.status, RunStatus::kSuccessful);
  EXPECT_EQ(replay.replay_of, run.execution_id);
  EXPECT_THAT(replay.message, HasSubstr("1 of 2 records written, 1 refused."));
  EXPECT_EQ(Written().back(), R"({"id":"x","name":"X","employees":7})");
  EXPECT_EQ(store_.ListRefused(*id, 0, 10)->at(0).row.record,
            R"({"Id":"y","Name":null,"Employees":"few"})");
}

TEST_F(RunnerTest, AReplayIsGoneOnWith) {
  systems_.Fill(1);
  std::vector<RefusedRecord> replayed;
  for (int n = 0; n < 3; ++n) {
    replayed.push_back({.execution_id = "before",
                        .partition = "0",
                        .row = {.seq = 1,
                                .index = n,
                                .record = R"({"Id":"r)" + std::to_string(n) + R"(","Employees":)" +
                                          std::to_string(n) + "}"}});
  }
  ASSERT_TRUE(*store_.BeginRun({.execution_id = "before", .flow_name = "other"}, {{"0", ""}}));
  ASSERT_TRUE(store_
                  .SaveProgress({.execution_id = "before"}, "0", {}, false,
                                {replayed[0].row, replayed[1].row, replayed[2].row})
                  .ok());
  RunRecord left{.execution_id = "a", .flow_name = "sf-to-tidb", .replay_of = "before"};
  ASSERT_TRUE(*store_.BeginRun(left, {*ReplayPartition(replayed)}));
  auto runner = Runner::Make(systems_, store_, error_files_, observer_, clock_, Quick());
  runner->GoOn(flow_, left);
  EXPECT_EQ(store_.Await("a").message, "3 records written.");
  EXPECT_EQ(store_.ListRefused("before", 2, 1)->at(0).replayed_by, "a");
  EXPECT_EQ(runner->Replay(flow_, "", "before", {}).error().code, ErrorCode::kInvalidArgument);
}

// Remembers the calls.
struct CountingObserver final : RunObserver {
  std::atomic<int> started = 0, progress = 0, ended = 0;
  std::atomic<int64_t> records = 0;
  void OnRunStarted(const RunRecord&) override { ++started; }
  void OnProgress(const RunRecord& run) override {
    ++progress;
    records = run.counts.records_processed;
  }
  void OnRunEnded(const RunRecord& run) override {
    ++ended;
    EXPECT_EQ(run.status, RunStatus::kSuccessful);
  }
};

TEST_F(RunnerTest, AnObserverIsToldOfEachStep) {
  systems_.Fill(35);
  CountingObserver observer;
  {
    auto runner = Runner::Make(systems_, store_, error_files_, observer, clock_, Quick());
    store_.Await(*runner->Start(flow_, ""));
  }
  EXPECT_EQ(observer.started, 1);
  EXPECT_GE(observer.progress, 1);
  EXPECT_EQ(observer.records, 35);
  EXPECT_EQ(observer.ended, 1);
}

TEST(RunMessage, IsCutBetweenCharacters) {
  EXPECT_EQ(CutTo(10, "short"), "short");
  EXPECT_EQ(CutTo(10, "ééééééé"), "ééé…");
  EXPECT_LE(CutTo(2048, std::string(5000, 'x')).size(), 2048u);
}

}  // namespace
}  // namespace sluice::flow
