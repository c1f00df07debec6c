#include <gmock/gmock.h>
#include <sqlite3.h>

#include <thread>

#include "sluice/store/database.h"
#include "sluice/store/migrations.h"
#include "sluice/store/temporary_store.h"

namespace sluice::store {
namespace {

using flow::RunRecord;
using flow::RunStatus;
using testing::ElementsAre;
using testing::IsEmpty;

class RunStore : public TemporaryStore {
 protected:
  std::optional<RunRecord> FindRun(const std::string& execution_id) {
    auto run = store_->FindRun(execution_id);
    EXPECT_TRUE(run.ok()) << ToString(run.error());
    return *run;
  }
};

const std::vector<Partition> kWhole = {{"p", "all"}, {"p0", ""}, {"p1", ""}};
const Time kThen(std::chrono::microseconds(1'700'000'000'123'456));

RunRecord Begun(const std::string& id, const std::string& flow = "flow") {
  return {.execution_id = id, .flow_name = flow, .started_at = kThen, .updated_at = kThen};
}
RunRecord Finished(RunRecord run, RunStatus status = RunStatus::kSuccessful) {
  run.status = status;
  return run;
}
std::vector<std::string> Ids(const Result<std::vector<RunRecord>>& runs) {
  std::vector<std::string> ids;
  EXPECT_TRUE(runs.ok()) << ToString(runs.error());
  for (const RunRecord& run : *runs) ids.push_back(run.execution_id);
  return ids;
}

TEST_F(RunStore, RemembersARunAcrossARestart) {
  RunRecord run = Begun("1");
  ASSERT_TRUE(*store_->BeginRun(run, kWhole));
  run.status = RunStatus::kError;
  run.counts = {1, INT64_MAX, 3, 4};
  run.message = kOddText;
  run.updated_at = kThen + std::chrono::seconds(1);
  ASSERT_TRUE(store_->FinishRun(run).ok());
  Open();
  auto found = FindRun("1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->flow_name, "flow");
  EXPECT_EQ(found->status, RunStatus::kError);
  EXPECT_EQ(found->counts, run.counts);
  EXPECT_EQ(found->message, run.message);
  EXPECT_EQ(found->started_at, kThen);
  EXPECT_EQ(found->updated_at, run.updated_at);
  EXPECT_FALSE(FindRun("2"));
}

TEST_F(RunStore, LetsAFlowRunOnceAtATime) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  EXPECT_FALSE(*store_->BeginRun(Begun("2"), kWhole));
  EXPECT_FALSE(FindRun("2"));
  EXPECT_TRUE(*store_->BeginRun(Begun("3", "another flow"), kWhole));
  ASSERT_TRUE(store_->FinishRun(Finished(Begun("1"), RunStatus::kCancelStarted)).ok());
  EXPECT_FALSE(*store_->BeginRun(Begun("4"), kWhole)) << "it is still being canceled";
  for (RunStatus end : {RunStatus::kSuccessful, RunStatus::kError, RunStatus::kCanceled}) {
    ASSERT_TRUE(store_->FinishRun(Finished(Begun("1"), end)).ok());
    const std::string next = "after " + std::string(ToString(end));
    EXPECT_TRUE(*store_->BeginRun(Begun(next), kWhole));
    ASSERT_TRUE(store_->FinishRun(Finished(Begun(next))).ok());
  }
}

TEST_F(RunStore, LetsOneOfManyThreadsBegin) {
  std::atomic<int> begun = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { begun += *store_->BeginRun(Begun(std::to_string(i)), kWhole); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(store_->ListRuns("flow", 100, "")->size(), 1u);
}

TEST_F(RunStore, RefusesAnExecutionIdThatWasThere) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  EXPECT_FALSE(store_->BeginRun(Begun("1", "another flow"), kWhole).ok());
}

TEST_F(RunStore, ListsTheNewestFirstInPages) {
  for (const char* id : {"b", "a", "d", "c"}) {
    RunRecord run = Begun(id);
    run.started_at -= std::chrono::seconds(id[0]);  // The clock may be set back.
    ASSERT_TRUE(*store_->BeginRun(run, kWhole));
    ASSERT_TRUE(store_->FinishRun(Finished(run)).ok());
    ASSERT_TRUE(
        *store_->BeginRun(Begun("other " + run.execution_id, "other " + run.execution_id), kWhole));
  }
  EXPECT_THAT(Ids(store_->ListRuns("flow", 100, "")), ElementsAre("c", "d", "a", "b"));
  EXPECT_THAT(Ids(store_->ListRuns("flow", 3, "")), ElementsAre("c", "d", "a"));
  EXPECT_THAT(Ids(store_->ListRuns("flow", 3, "a")), ElementsAre("b"));
  EXPECT_THAT(Ids(store_->ListRuns("flow", 3, "b")), IsEmpty());
  EXPECT_THAT(Ids(store_->ListRuns("nobody", 3, "")), IsEmpty());
  auto lost = store_->ListRuns("flow", 3, "other a");
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().code, ErrorCode::kResourceNotFound);
}

TEST_F(RunStore, ListsTheRunsOfAllFlowsInTheOrderOfTime) {
  int seconds = 0;
  for (const char* id : {"b", "a", "d", "c"}) {
    RunRecord run = Begun(id, id);
    run.started_at += std::chrono::seconds(seconds++ / 2);
    ASSERT_TRUE(*store_->BeginRun(run, kWhole));
  }
  const Time start = Begun("").started_at;
  auto list = [&](Time after, std::optional<flow::RunPlace> before, int64_t limit) {
    return Ids(store_->ListAllRuns(after, before, limit));
  };
  EXPECT_THAT(list(Time::min(), {}, 100), ElementsAre("d", "c", "b", "a"));
  EXPECT_THAT(list(Time::min(), {}, 3), ElementsAre("d", "c", "b"));
  EXPECT_THAT(list(Time::min(), flow::RunPlace{start, "b"}, 3), ElementsAre("a"));
  EXPECT_THAT(list(start, {}, 3), ElementsAre("d", "c"));
  ASSERT_TRUE(store_->DeleteRunsOf("c").ok());
  EXPECT_THAT(list(start, flow::RunPlace{start + std::chrono::seconds(1), "c"}, 3), IsEmpty());
  EXPECT_THAT(list(Time::min(), flow::RunPlace{start + std::chrono::seconds(1), "c"}, 3),
              ElementsAre("b", "a"));
}

TEST_F(RunStore, KnowsWhichRunsAreUnfinished) {
  for (const char* id : {"1", "2", "3", "4"}) ASSERT_TRUE(*store_->BeginRun(Begun(id, id), kWhole));
  ASSERT_TRUE(store_->FinishRun(Finished(Begun("2", "2"))).ok());
  ASSERT_TRUE(store_->FinishRun(Finished(Begun("3", "3"), RunStatus::kCancelStarted)).ok());
  Open();
  EXPECT_THAT(Ids(store_->UnfinishedRuns()), ElementsAre("1", "3", "4"));
}

TEST_F(RunStore, SavesCountsAndRefusedRecordsTogether) {
  RunRecord run = Begun("1");
  ASSERT_TRUE(*store_->BeginRun(run, kWhole));
  run.counts = {10, 20, 30, 2};
  run.updated_at += std::chrono::seconds(1);
  run.status = RunStatus::kSuccessful;  // Which is FinishRun's to say.
  const Error throttled{ErrorCode::kRateLimitExceeded, "later", std::chrono::seconds(30)};
  const std::vector<RejectedRow> rejected = {{2, 7, InvalidArgument(kOddText)}, {2, 3, throttled}};
  ASSERT_TRUE(store_->SaveProgress(run, "p1", {2, kOddText}, false, rejected).ok());
  ASSERT_TRUE(store_->SaveProgress(run, "p0", {1, ""}, false, {{1, 0, ServerError("x")}}).ok());

  auto found = FindRun("1");
  EXPECT_EQ(found->counts, run.counts);
  EXPECT_EQ(found->updated_at, run.updated_at);
  EXPECT_EQ(found->status, RunStatus::kInProgress);
  auto refused = *store_->ListRefused("1", 0, 100);
  ASSERT_EQ(refused.size(), 3u);
  EXPECT_EQ(refused[0].partition, "p0");
  EXPECT_EQ(refused[1].partition, "p1");
  EXPECT_EQ(refused[1].row.seq, 2);
  EXPECT_EQ(refused[1].row.index, 3);
  EXPECT_EQ(refused[1].row.error, throttled);
  EXPECT_EQ(refused[2].row.index, 7);
  EXPECT_EQ(refused[2].row.error, InvalidArgument(kOddText));
  EXPECT_EQ(store_->ListRefused("1", 0, 2)->size(), 2u);
  EXPECT_THAT(*store_->ListRefused("2", 0, 2), IsEmpty());
}

TEST_F(RunStore, CountsARecordThatIsRefusedAgainOnce) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        store_->SaveProgress(Begun("1"), "p", {1, ""}, false, {{1, 5, ServerError("x")}}).ok());
  }
  EXPECT_EQ(store_->ListRefused("1", 0, 100)->size(), 1u);
}

TEST_F(RunStore, KeepsNoMoreThanTheFirstRefusedRecordsOfARun) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  ASSERT_TRUE(*store_->BeginRun(Begun("2", "other"), kWhole));
  std::vector<RejectedRow> rejected;
  for (int64_t i = 0; i < flow::kMostRefusedKept - 1; ++i) {
    rejected.push_back({1, i, ServerError("x")});
  }
  ASSERT_TRUE(store_->SaveProgress(Begun("1"), "p", {1, ""}, false, rejected).ok());
  RunRecord run = Begun("1");
  run.counts.put_failures = flow::kMostRefusedKept + 1;
  rejected = {{2, 0, ServerError("x")}, {2, 1, ServerError("x")}};
  ASSERT_TRUE(store_->SaveProgress(run, "p", {2, ""}, false, rejected).ok());
  auto refused = *store_->ListRefused("1", 0, INT64_MAX);
  ASSERT_EQ(std::ssize(refused), flow::kMostRefusedKept);
  EXPECT_EQ(refused.back().row.seq, 2);
  EXPECT_EQ(refused.back().row.index, 0);
  EXPECT_EQ(FindRun("1")->counts.put_failures, flow::kMostRefusedKept + 1) << "all are counted";
  ASSERT_TRUE(store_->SaveProgress(Begun("2", "other"), "p", {1, ""}, false, rejected).ok());
  EXPECT_EQ(store_->ListRefused("2", 0, 10)->size(), 2u) << "each run has its own";
}

TEST_F(RunStore, SavesNothingOfARunThatIsNotThere) {
  auto saved = store_->SaveProgress(Begun("1"), "p", {1, ""}, false, {{1, 0, ServerError("x")}});
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error(), ResourceNotFound("there is no run '1'"));
  EXPECT_THAT(*store_->ListRefused("1", 0, 100), IsEmpty());
  EXPECT_EQ(store_->FinishRun(Begun("1")).error().code, ErrorCode::kResourceNotFound);
}

TEST_F(RunStore, SavesAllOrNothing) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  store_.reset();
  {
    auto database = *Database::Open(Path());
    ASSERT_TRUE(database
                    ->Change("CREATE TRIGGER no BEFORE INSERT ON refused"
                             " WHEN new.row_index = 2 BEGIN SELECT RAISE(ABORT, 'no'); END")
                    .ok());
  }
  Open();
  RunRecord run = Begun("1");
  run.counts = {10, 20, 30, 2};
  const std::vector<RejectedRow> rejected = {{1, 1, ServerError("x")}, {1, 2, ServerError("x")}};
  EXPECT_FALSE(store_->SaveProgress(run, "p", {1, ""}, false, rejected).ok());
  EXPECT_EQ(FindRun("1")->counts, flow::RunCounts());
  EXPECT_THAT(*store_->ListRefused("1", 0, 100), IsEmpty());
  EXPECT_TRUE(store_->SaveProgress(run, "p", {1, ""}, false, {}).ok()) << "the next one works";
  store_.reset();
  auto database = *Database::Open(Path());
  auto positions = database->All(
      +[](Statement& row) -> Result<std::string> { return row.Text(); },
      "SELECT name || '@' || seq FROM partition WHERE seq > 0");
  EXPECT_THAT(*positions, ElementsAre("p@1"));
}

TEST_F(RunStore, DeletesTheRunsOfAFlowWithAllThatBelongsToThem) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  ASSERT_TRUE(*store_->BeginRun(Begun("2", "other"), kWhole));
  for (const char* id : {"1", "2"}) {
    ASSERT_TRUE(
        store_->SaveProgress(Begun(id), "p", {1, ""}, false, {{1, 0, ServerError("x")}}).ok());
  }
  ASSERT_TRUE(store_->DeleteRunsOf("flow").ok());
  EXPECT_FALSE(FindRun("1"));
  EXPECT_THAT(*store_->ListRefused("1", 0, 100), IsEmpty());
  EXPECT_TRUE(FindRun("2"));
  EXPECT_EQ(store_->ListRefused("2", 0, 100)->size(), 1u);
  EXPECT_TRUE(store_->DeleteRunsOf("flow").ok()) << "there may be none";
  EXPECT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
}

// "p0@2+ p1@0": name, seq, and whether it is finished.
std::string Shown(const Result<std::vector<flow::PartitionProgress>>& partitions) {
  EXPECT_TRUE(partitions.ok()) << ToString(partitions.error());
  std::string shown;
  for (const flow::PartitionProgress& progress : *partitions) {
    shown += (shown.empty() ? "" : " ") + progress.partition.name + "@" +
             std::to_string(progress.durable.seq) + (progress.is_finished ? "+" : "");
  }
  return shown;
}

TEST_F(RunStore, RemembersHowTheSourceWasCutAndHowFarEachPartIs) {
  RunRecord run = Begun("1");
  run.flow_document = kOddText;
  run.replay_of = "an earlier one";
  ASSERT_TRUE(*store_->BeginRun(run, {}));
  EXPECT_EQ(Shown(store_->LoadPartitions("1")), "") << "not cut yet";
  const std::string large(1 << 20, 's');
  ASSERT_TRUE(store_->SavePartitions("1", {{"p10", large}, {"p9", kOddText}, {"p1", ""}}).ok());
  ASSERT_TRUE(store_->SaveProgress(run, "p9", {7, kOddText}, false, {}).ok());
  ASSERT_TRUE(store_->SaveProgress(run, "p1", {INT64_MAX, ""}, true, {}).ok());
  Open();
  auto partitions = *store_->LoadPartitions("1");
  EXPECT_EQ(Shown(partitions), "p10@0 p9@7 p1@9223372036854775807+") << "in the order of saving";
  EXPECT_EQ(partitions[0].partition.state, large);
  EXPECT_EQ(partitions[1].partition.state, kOddText);
  EXPECT_EQ(partitions[1].durable.token, kOddText);
  EXPECT_EQ(Shown(store_->LoadPartitions("2")), "");
  auto unfinished = *store_->UnfinishedRuns();
  ASSERT_EQ(unfinished.size(), 1u);
  EXPECT_EQ(unfinished[0].flow_document, kOddText);
  EXPECT_EQ(unfinished[0].replay_of, "an earlier one");
}

TEST_F(RunStore, CutsASourceOnce) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), {}));
  ASSERT_TRUE(store_->SavePartitions("1", {{"p0", "a"}, {"p1", "b"}}).ok());
  EXPECT_FALSE(store_->SavePartitions("1", {{"p2", "c"}, {"p0", "d"}}).ok());
  auto partitions = *store_->LoadPartitions("1");
  EXPECT_EQ(Shown(partitions), "p0@0 p1@0") << "all of them or none";
  EXPECT_EQ(partitions[0].partition.state, "a");
  EXPECT_FALSE(store_->SavePartitions("2", {{"p0", ""}}).ok()) << "there is no such run";
}

TEST_F(RunStore, RefusesTheProgressOfAPartitionThatIsNotThere) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), {{"p0", ""}}));
  RunRecord run = Begun("1");
  run.counts.records_processed = 5;
  auto saved = store_->SaveProgress(run, "p1", {1, ""}, false, {});
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error(), ResourceNotFound("the run '1' has no partition 'p1'"));
  EXPECT_EQ(FindRun("1")->counts, flow::RunCounts()) << "nothing of it was saved";
}

TEST_F(RunStore, RemembersWhereTimeAndRecordsWent) {
  using std::chrono::microseconds;
  RunRecord run = Begun("1");
  ASSERT_TRUE(*store_->BeginRun(run, kWhole));
  EXPECT_EQ(FindRun("1")->guarantee, flow::Guarantee::kUnknown);
  EXPECT_THAT(FindRun("1")->filters, IsEmpty());
  run.counts = {1, 2, 3, 4, 5, 6};
  run.times = {microseconds(1), microseconds(2), microseconds(3), microseconds(INT64_MAX)};
  run.filters = {{"Validate Name VALIDATE_NON_NULL", 3}, {kOddText, INT64_MAX}};
  run.guarantee = flow::Guarantee::kAtLeastOnce;
  ASSERT_TRUE(store_->SaveProgress(run, "p", {1, ""}, false, {}).ok());
  Open();
  for (bool is_finished : {false, true}) {
    auto found = FindRun("1");
    EXPECT_EQ(found->counts, run.counts);
    EXPECT_EQ(found->times, run.times);
    EXPECT_EQ(found->filters, run.filters);
    EXPECT_EQ(found->guarantee, run.guarantee);
    if (is_finished) break;
    run.guarantee = flow::Guarantee::kEffectivelyOnce;
    run.counts.repeated = 0;
    run.times.read = microseconds(9);
    run.filters.pop_back();
    ASSERT_TRUE(store_->FinishRun(Finished(run)).ok());
  }
}

TEST_F(RunStore, ForgetsWhatOnlyGoingOnNeedsWhenARunEnds) {
  RunRecord run = Begun("1");
  run.flow_document = "the flow";
  ASSERT_TRUE(*store_->BeginRun(run, {{"p0", "records to send again"}}));
  ASSERT_TRUE(store_->SaveProgress(run, "p0", {3, "t"}, true, {}).ok());
  ASSERT_TRUE(store_->FinishRun(Finished(run)).ok());
  EXPECT_EQ(FindRun("1")->flow_document, "");
  auto partitions = *store_->LoadPartitions("1");
  EXPECT_EQ(Shown(partitions), "p0@3+");
  EXPECT_EQ(partitions[0].partition.state, "");
}

TEST_F(RunStore, CancelsARunThatIsInProgressAndNoOther) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  ASSERT_TRUE(*store_->BeginRun(Begun("2", "other"), kWhole));
  EXPECT_FALSE(*store_->StartCancel("3"));
  EXPECT_TRUE(*store_->StartCancel("1"));
  EXPECT_EQ(FindRun("1")->status, RunStatus::kCancelStarted);
  EXPECT_EQ(FindRun("2")->status, RunStatus::kInProgress);
  EXPECT_FALSE(*store_->StartCancel("1")) << "it is being canceled";
  ASSERT_TRUE(store_->SaveProgress(Begun("1"), "p", {1, ""}, false, {}).ok());
  EXPECT_EQ(FindRun("1")->status, RunStatus::kCancelStarted) << "progress doesn't undo it";
  EXPECT_FALSE(*store_->BeginRun(Begun("4"), kWhole)) << "it still writes";
  ASSERT_TRUE(store_->FinishRun(Finished(Begun("1"), RunStatus::kCanceled)).ok());
  EXPECT_FALSE(*store_->StartCancel("1")) << "it has ended";
  EXPECT_EQ(FindRun("1")->status, RunStatus::kCanceled);
  EXPECT_TRUE(*store_->BeginRun(Begun("4"), kWhole));
}

RejectedRow Refused(int64_t seq, int64_t index) {
  return {seq, index, InvalidArgument("no"), "Name", R"({"Name":"é"})"};
}

// "p@1/2": partition, seq and index.
std::vector<std::string> Places(const Result<std::vector<flow::RefusedRecord>>& refused) {
  std::vector<std::string> places;
  EXPECT_TRUE(refused.ok()) << ToString(refused.error());
  for (const flow::RefusedRecord& record : *refused) {
    places.push_back(record.partition + "@" + std::to_string(record.row.seq) + "/" +
                     std::to_string(record.row.index));
  }
  return places;
}

TEST_F(RunStore, ListsDeadLettersInPages) {
  ASSERT_TRUE(*store_->BeginRun(Begun("1"), kWhole));
  RejectedRow odd{10, 0, ServerError("x"), kOddText, kOddText, kOddText};
  ASSERT_TRUE(store_->SaveProgress(Begun("1"), "p1", {10, ""}, false, {odd, Refused(9, 1)}).ok());
  ASSERT_TRUE(
      store_->SaveProgress(Begun("1"), "p0", {1, ""}, false, {Refused(1, 10), Refused(1, 2)}).ok());
  Open();
  EXPECT_THAT(Places(store_->ListRefused("1", 0, 100)),
              ElementsAre("p0@1/2", "p0@1/10", "p1@9/1", "p1@10/0"));
  EXPECT_THAT(Places(store_->ListRefused("1", 0, 2)), ElementsAre("p0@1/2", "p0@1/10"));
  EXPECT_THAT(Places(store_->ListRefused("1", 2, 2)), ElementsAre("p1@9/1", "p1@10/0"));
  EXPECT_THAT(Places(store_->ListRefused("1", 3, 2)), ElementsAre("p1@10/0"));
  EXPECT_THAT(Places(store_->ListRefused("1", 4, 2)), IsEmpty());
  auto refused = *store_->ListRefused("1", 0, 100);
  EXPECT_EQ(refused[0].row.field, "Name");
  EXPECT_EQ(refused[0].row.record, R"({"Name":"é"})");
  EXPECT_EQ(refused[0].execution_id, "1");
  EXPECT_EQ(refused[3].row.field, kOddText);
  EXPECT_EQ(refused[3].row.record, kOddText);
  EXPECT_EQ(refused[3].row.place, kOddText);
}

TEST_F(RunStore, NotesWhichExecutionSentADeadLetterAgain) {
  for (const char* id : {"1", "2"}) {
    ASSERT_TRUE(*store_->BeginRun(Begun(id, id), kWhole));
    ASSERT_TRUE(
        store_->SaveProgress(Begun(id, id), "p", {1, ""}, false, {Refused(1, 0), Refused(1, 1)})
            .ok());
  }
  auto refused = *store_->ListRefused("1", 0, 100);
  EXPECT_EQ(refused[1].replayed_by, "");
  ASSERT_TRUE(store_->MarkReplayed({refused[1]}, "3").ok());
  Open();
  refused = *store_->ListRefused("1", 0, 100);
  EXPECT_EQ(refused[0].replayed_by, "");
  EXPECT_EQ(refused[1].replayed_by, "3");
  EXPECT_EQ((*store_->ListRefused("2", 0, 100))[1].replayed_by, "") << "another run's";
}

// A database as the first version made it: with a flow, a run that ended, one that didn't, and a
// record that was refused.
void MakeFirstVersion(const std::string& path) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  const std::string sql =
      std::string(Migrations()[0].sql) +
      ";PRAGMA application_id = 1397511491; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;"
      "INSERT INTO flow (name, arn, status, document, tags, kms_arn, schema_version, created_by,"
      " updated_by, created_at, updated_at) VALUES"
      " ('flow', 'arn', 'Active', '{}', '{}', '', 2, 'root', 'root', 5, 6);"
      "INSERT INTO run (execution_id, flow_name, status, records_processed, bytes_processed,"
      " bytes_written, put_failures, message, started_at, updated_at) VALUES"
      " ('ended', 'flow', 'Successful', 1, 2, 3, 4, 'done', 5, 6),"
      " ('begun', 'flow', 'InProgress', 0, 0, 0, 0, '', 7, 8);"
      "INSERT INTO progress VALUES ('begun', '', 3, 'token');"
      "INSERT INTO refused VALUES ('ended', '', 1, 2, 'InvalidArgument', 'no', NULL);";
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
  sqlite3_free(error);
  sqlite3_close(database);
}

TEST_F(RunStore, OpensWhatTheFirstVersionLeft) {
  store_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::filesystem::remove(entry.path());
  }
  ASSERT_NO_FATAL_FAILURE(MakeFirstVersion(Path()));
  Open();
  ASSERT_NE(store_, nullptr);
  auto kept = *store_->FindFlow("flow");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->fields, "") << "which says that they are not known";
  EXPECT_EQ(kept->document, "{}");
  EXPECT_EQ(kept->schema_version, 2);
  auto ended = FindRun("ended");
  EXPECT_EQ(ended->counts, (flow::RunCounts{1, 2, 3, 4, 0, 0}));
  EXPECT_EQ(ended->guarantee, flow::Guarantee::kUnknown);
  EXPECT_EQ(ended->times, flow::StageTimes());
  EXPECT_THAT(ended->filters, IsEmpty());
  EXPECT_THAT(Ids(store_->UnfinishedRuns()), ElementsAre("begun"));
  EXPECT_EQ(FindRun("begun")->flow_document, "") << "which says that it can't be gone on with";
  auto refused = *store_->ListRefused("ended", 0, 100);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].row.error, InvalidArgument("no"));
  EXPECT_EQ(refused[0].row.record, "");
  EXPECT_EQ(refused[0].replayed_by, "");
  ASSERT_TRUE(store_->FinishRun(Finished(Begun("begun"))).ok());
  EXPECT_TRUE(*store_->BeginRun(Begun("next"), kWhole));
}

}  // namespace
}  // namespace sluice::store
