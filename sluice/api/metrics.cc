#include "sluice/api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>

#include "sluice/api/process_metrics.h"

namespace sluice::api {
namespace {

using flow::RunRecord;
using flow::RunStatus;
using std::chrono::microseconds;

double Seconds(microseconds time) { return std::chrono::duration<double>(time).count(); }

// From a look-up that answers at once to the 48 hours that AppFlow lets a run take.
const prometheus::Histogram::BucketBoundaries kRunSeconds = {1,    5,     15,    60,    300,   900,
                                                             3600, 14400, 43200, 86400, 172800};

// A run in progress as it was last seen.
struct SeenRun {
  explicit SeenRun(const RunRecord& run)
      : flow_name(run.flow_name), counts(run.counts), times(run.times) {}

  std::string flow_name;
  flow::RunCounts counts;
  flow::StageTimes times;
};

// The numbers of one flow, which go with it.
class FlowMetrics {
 public:
  explicit FlowMetrics(const std::string& flow_name) : labels_{{"flow_name", flow_name}} {}

  std::vector<prometheus::MetricFamily> Collect() const { return registry_.Collect(); }

  // What a run did since it was last looked at.
  void Add(const SeenRun& before, const RunRecord& now) {
    const flow::RunCounts& a = before.counts;
    const flow::RunCounts& b = now.counts;
    Grow(records_processed_, b.records_processed - a.records_processed);
    Grow(records_refused_, b.put_failures - a.put_failures);
    Grow(records_filtered_, b.filtered - a.filtered);
    Grow(records_repeated_, b.repeated - a.repeated);
    Grow(bytes_processed_, b.bytes_processed - a.bytes_processed);
    Grow(bytes_written_, b.bytes_written - a.bytes_written);
    read_.Increment(Seconds(now.times.read - before.times.read));
    map_.Increment(Seconds(now.times.map - before.times.map));
    write_.Increment(Seconds(now.times.write - before.times.write));
    wait_.Increment(Seconds(now.times.wait - before.times.wait));
  }

  void Start(bool is_new) {
    in_progress_.Increment();
    if (is_new) started_.Increment();
  }

  void End(const RunRecord& run) {
    in_progress_.Decrement();
    if (run.status == RunStatus::kSuccessful) succeeded_.Increment();
    if (run.status == RunStatus::kError) failed_.Increment();
    if (run.status == RunStatus::kCanceled) canceled_.Increment();
    duration_.Observe(Seconds(run.updated_at - run.started_at));
  }

 private:
  static void Grow(prometheus::Counter& counter, int64_t by) {
    counter.Increment(static_cast<double>(by));
  }

  prometheus::Counter& Counter(const char* name, const char* help,
                               const prometheus::Labels& more = {}) {
    return prometheus::BuildCounter().Name(name).Help(help).Labels(labels_).Register(registry_).Add(
        more);
  }
  prometheus::Counter& Stage(const char* stage) {
    return Counter("sluice_flow_stage_seconds_total",
                   "Time that runs spent reading, mapping, writing, and waiting to write. The "
                   "stages overlap.",
                   {{"stage", stage}});
  }

  const prometheus::Labels labels_;
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Merge};
  prometheus::Counter& started_ =
      Counter("sluice_flow_executions_started_total", "Runs that began.");
  prometheus::Counter& failed_ =
      Counter("sluice_flow_executions_failed_total", "Runs that ended with an error.");
  prometheus::Counter& succeeded_ =
      Counter("sluice_flow_executions_succeeded_total", "Runs that ended well.");
  prometheus::Counter& canceled_ =
      Counter("sluice_flow_executions_canceled_total", "Runs that were canceled.");
  prometheus::Histogram& duration_ = prometheus::BuildHistogram()
                                         .Name("sluice_flow_execution_duration_seconds")
                                         .Help("From a run's beginning to its end.")
                                         .Labels(labels_)
                                         .Register(registry_)
                                         .Add({}, kRunSeconds);
  prometheus::Counter& records_processed_ = Counter("sluice_flow_execution_records_processed_total",
                                                    "Records read from the source and dealt with.");
  prometheus::Counter& records_refused_ =
      Counter("sluice_flow_records_refused_total", "Records that were refused.");
  prometheus::Counter& records_filtered_ =
      Counter("sluice_flow_records_filtered_total",
              "Records that filters and validations of the flow took out.");
  prometheus::Counter& records_repeated_ =
      Counter("sluice_flow_records_repeated_total",
              "Records written again without knowing what had become of the first time.");
  prometheus::Counter& bytes_processed_ =
      Counter("sluice_flow_bytes_processed_total", "Bytes read from the source.");
  prometheus::Counter& bytes_written_ =
      Counter("sluice_flow_bytes_written_total", "Bytes written to the destination.");
  prometheus::Counter& read_ = Stage("read");
  prometheus::Counter& map_ = Stage("map");
  prometheus::Counter& write_ = Stage("write");
  prometheus::Counter& wait_ = Stage("wait");
  prometheus::Gauge& in_progress_ = prometheus::BuildGauge()
                                        .Name("sluice_flow_executions_in_progress")
                                        .Help("Runs that are under way.")
                                        .Labels(labels_)
                                        .Register(registry_)
                                        .Add({});
};

class PrometheusMetrics final : public Metrics {
 public:
  explicit PrometheusMetrics(Time made_at) : made_at_(made_at) {}

  void OnRunStarted(const RunRecord& run) override {
    std::lock_guard lock(mutex_);
    runs_.insert_or_assign(run.execution_id, SeenRun(run));
    flows_.try_emplace(run.flow_name, run.flow_name)
        .first->second.Start(run.started_at >= made_at_);
  }

  void OnProgress(const RunRecord& run) override {
    std::lock_guard lock(mutex_);
    Add(run);
  }

  void OnRunEnded(const RunRecord& run) override {
    std::lock_guard lock(mutex_);
    if (!Add(run)) return;
    flows_.at(run.flow_name).End(run);
    runs_.erase(run.execution_id);
  }

  void Forget(const std::string& flow_name) override {
    std::lock_guard lock(mutex_);
    std::erase_if(runs_, [&](const auto& run) { return run.second.flow_name == flow_name; });
    flows_.erase(flow_name);
  }

  std::string Text() const override {
    std::lock_guard lock(mutex_);
    std::map<std::string, prometheus::MetricFamily> families;
    for (const auto& [name, flow] : flows_) {
      for (prometheus::MetricFamily& family : flow.Collect()) {
        auto [known, is_new] = families.try_emplace(family.name, family);
        if (is_new) continue;
        auto& metrics = known->second.metric;
        metrics.insert(metrics.end(), family.metric.begin(), family.metric.end());
      }
    }
    std::vector<prometheus::MetricFamily> all = ProcessMetrics();
    for (auto& [name, family] : families) all.push_back(std::move(family));
    return prometheus::TextSerializer().Serialize(all);
  }

 private:
  // False: not a run that began under these eyes, or its flow was deleted.
  bool Add(const RunRecord& run) {
    auto before = runs_.find(run.execution_id);
    if (before == runs_.end()) return false;
    flows_.at(run.flow_name).Add(before->second, run);
    before->second = SeenRun(run);
    return true;
  }

  const Time made_at_;
  mutable std::mutex mutex_;
  std::map<std::string, FlowMetrics> flows_;  // By name.
  std::map<std::string, SeenRun> runs_;       // By execution id.
};

}  // namespace

std::unique_ptr<Metrics> Metrics::Make(const Clock& clock) {
  return std::make_unique<PrometheusMetrics>(clock.Now());
}

}  // namespace sluice::api
