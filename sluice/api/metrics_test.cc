#include "sluice/api/metrics.h"

#include <gmock/gmock.h>

#include "sluice/base/time_text.h"

namespace sluice::api {
namespace {

using flow::RunRecord;
using flow::RunStatus;
using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MetricsTest : public testing::Test {
 protected:
  RunRecord Run(const std::string& id, const std::string& flow = "f1") const {
    return {.execution_id = id,
            .flow_name = flow,
            .started_at = clock.Now(),
            .updated_at = clock.Now()};
  }
  void End(RunRecord run, RunStatus status) {
    run.status = status;
    metrics->OnRunEnded(run);
  }
  // The value of a line, "" where there is none.
  std::string Value(const std::string& name, const std::string& labels = R"({flow_name="f1"})") {
    const std::string text = "\n" + metrics->Text();
    size_t at = text.find("\n" + name + labels + " ");
    if (at == std::string::npos) return "";
    at += name.size() + labels.size() + 2;
    return text.substr(at, text.find('\n', at) - at);
  }

  FakeClock clock{*ParseTime("2026-01-31T09:05:07Z")};
  std::unique_ptr<Metrics> metrics = Metrics::Make(clock);
};

TEST_F(MetricsTest, HasAppFlowsFive) {
  RunRecord run = Run("1");
  metrics->OnRunStarted(run);
  EXPECT_EQ(Value("sluice_flow_executions_started_total"), "1");
  EXPECT_EQ(Value("sluice_flow_executions_in_progress"), "1");
  run.counts.records_processed = 13;
  run.updated_at += seconds(90);
  End(run, RunStatus::kSuccessful);
  metrics->OnRunStarted(Run("2"));
  End(Run("2"), RunStatus::kError);
  metrics->OnRunStarted(Run("3"));
  End(Run("3"), RunStatus::kCanceled);
  EXPECT_EQ(Value("sluice_flow_executions_started_total"), "3");
  EXPECT_EQ(Value("sluice_flow_executions_succeeded_total"), "1");
  EXPECT_EQ(Value("sluice_flow_executions_failed_total"), "1");
  EXPECT_EQ(Value("sluice_flow_executions_canceled_total"), "1");
  EXPECT_EQ(Value("sluice_flow_executions_in_progress"), "0");
  EXPECT_EQ(Value("sluice_flow_execution_records_processed_total"), "13");
  EXPECT_EQ(Value("sluice_flow_execution_duration_seconds_sum"), "90");
  EXPECT_EQ(Value("sluice_flow_execution_duration_seconds_count"), "3");
  EXPECT_EQ(Value("sluice_flow_execution_duration_seconds_bucket", R"({flow_name="f1",le="60"})"),
            "2");
}

TEST_F(MetricsTest, GrowsWhileARunIsUnderWay) {
  RunRecord run = Run("1");
  metrics->OnRunStarted(run);
  for (int64_t i = 1; i <= 2; ++i) {
    run.counts = {10 * i, 100 * i, 50 * i, 3 * i, 2 * i, i};
    run.times = {seconds(i), microseconds(500'000 * i), seconds(2 * i), seconds(3 * i)};
    metrics->OnProgress(run);
  }
  EXPECT_EQ(Value("sluice_flow_execution_records_processed_total"), "20");
  EXPECT_EQ(Value("sluice_flow_bytes_processed_total"), "200");
  EXPECT_EQ(Value("sluice_flow_bytes_written_total"), "100");
  EXPECT_EQ(Value("sluice_flow_records_refused_total"), "6");
  EXPECT_EQ(Value("sluice_flow_records_filtered_total"), "4");
  EXPECT_EQ(Value("sluice_flow_records_repeated_total"), "2");
  auto stage = [&](const char* name) {
    return Value("sluice_flow_stage_seconds_total",
                 R"({flow_name="f1",stage=")" + std::string(name) + R"("})");
  };
  EXPECT_EQ(stage("read") + " " + stage("map") + " " + stage("write") + " " + stage("wait"),
            "2 1 4 6");
  End(run, RunStatus::kSuccessful);
  EXPECT_EQ(Value("sluice_flow_execution_records_processed_total"), "20") << "counted once";
  EXPECT_EQ(stage("read"), "2");
}

TEST_F(MetricsTest, CountsOfARunThatGoesOnOnlyWhatItDoesHere) {
  RunRecord run = Run("1");
  run.started_at -= seconds(100);
  run.counts.records_processed = 1000;
  run.times.read = seconds(50);
  metrics->OnRunStarted(run);
  EXPECT_EQ(Value("sluice_flow_executions_started_total"), "0") << "an earlier process counted it";
  EXPECT_EQ(Value("sluice_flow_executions_in_progress"), "1");
  run.counts.records_processed = 1005;
  End(run, RunStatus::kSuccessful);
  EXPECT_EQ(Value("sluice_flow_execution_records_processed_total"), "5");
  EXPECT_EQ(Value("sluice_flow_executions_succeeded_total"), "1");
  EXPECT_EQ(Value("sluice_flow_execution_duration_seconds_sum"), "100");
}

TEST_F(MetricsTest, ForgetsAFlowWithAllItsRuns) {
  metrics->OnRunStarted(Run("1"));
  metrics->OnRunStarted(Run("2", "f2"));
  metrics->Forget("f1");
  metrics->Forget("nobody");
  EXPECT_THAT(metrics->Text(), AllOf(Not(HasSubstr("\"f1\"")), HasSubstr("\"f2\"")));
  metrics->OnProgress(Run("1"));
  End(Run("1"), RunStatus::kSuccessful);
  EXPECT_THAT(metrics->Text(), Not(HasSubstr("\"f1\""))) << "its run ended after it was deleted";
  metrics->OnRunStarted(Run("3"));
  EXPECT_EQ(Value("sluice_flow_executions_started_total"), "1") << "a new flow of that name";
}

TEST_F(MetricsTest, IsInPrometheussFormat) {
  metrics->OnRunStarted(Run("1"));
  metrics->OnRunStarted(Run("2", "f2"));
  const std::string text = metrics->Text();
  const std::string type = "# TYPE sluice_flow_executions_started_total counter\n";
  ASSERT_THAT(text, HasSubstr(type));
  EXPECT_EQ(text.find(type), text.rfind(type)) << "one family, whatever the number of flows";
  EXPECT_THAT(text, HasSubstr(type + "sluice_flow_executions_started_total{flow_name=\"f1\"} 1\n"
                                     "sluice_flow_executions_started_total{flow_name=\"f2\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\n# TYPE process_resident_memory_bytes gauge\n"));
  for (const char* name :
       {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"}) {
    EXPECT_GT(std::stod("0" + Value(name, "")), 0) << name;
  }
}

}  // namespace
}  // namespace sluice::api
