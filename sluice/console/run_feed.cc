#include "sluice/console/run_feed.h"

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "sluice/base/json.h"
#include "sluice/flow/run_message.h"
#include "sluice/net/body_stream.h"

namespace sluice::console {
namespace {

using flow::RunRecord;

double Seconds(Time time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

std::string Event(std::string_view name, const json::Object& data) {
  std::string event = "event: ";
  return event.append(name).append("\ndata: ").append(json::ToText(data)).append("\n\n");
}

std::string ErrorEvent(std::string_view message) { return Event("error", {{"message", message}}); }

std::string ProgressEvent(const RunRecord& run, const flow::LiveState& live) {
  json::Object data{{"executionStatus", ToString(run.status)},
                    {"recordsProcessed", run.counts.records_processed},
                    {"recordsRefused", run.counts.put_failures},
                    {"recordsFiltered", run.counts.filtered},
                    {"bytesProcessed", run.counts.bytes_processed},
                    {"bytesWritten", run.counts.bytes_written},
                    {"recordsOnTheWay", live.records_on_the_way},
                    {"bytesOnTheWay", live.bytes_on_the_way},
                    {"startedAt", Seconds(run.started_at)},
                    {"lastUpdatedAt", Seconds(run.updated_at)}};
  const std::string message = IsInProgress(run.status) ? flow::MessageOfWaiting(live) : run.message;
  if (!message.empty()) data["message"] = message;
  return Event("progress", data);
}

// One who watches a run.
struct Watcher {
  std::string flow_name, execution_id;
  std::unique_ptr<net::BodyWriter> out;
  Deadline began = std::chrono::steady_clock::now();
  Deadline last_write = began;
  std::string last_progress;  // Empty: none yet.
};

class RunFeedImpl final : public RunFeed {
 public:
  RunFeedImpl(flow::RunStore& runs, flow::LiveRuns& live, const RunFeedOptions& options)
      : runs_(runs),
        live_(live),
        options_(options),
        thread_([this](std::stop_token stop) { Run(stop); }) {}

  net::HttpResponse Watch(std::string flow_name, std::string execution_id) override {
    auto [writer, reader] = net::MakeBodyStream();
    {
      std::lock_guard lock(mutex_);
      new_.push_back({std::move(flow_name), std::move(execution_id), std::move(writer)});
    }
    news_.notify_all();
    return {.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                        {"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"}},  // To proxies like nginx.
            .stream = std::move(reader)};
  }

 private:
  void Run(std::stop_token stop) {
    std::list<Watcher> watchers;
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(mutex_);
        const auto has_new = [this] { return !new_.empty(); };
        if (watchers.empty()) {
          news_.wait(lock, stop, has_new);
        } else {
          news_.wait_for(lock, stop, options_.look_every, has_new);
        }
        watchers.splice(watchers.end(), new_);
      }
      watchers.remove_if([this](Watcher& watcher) { return !Tell(watcher); });
    }
  }

  // False: that was the last.
  bool Tell(Watcher& watcher) {
    if (!watcher.out->HasReader()) return false;
    // Before the record, so that what arrives in between is told twice for a moment, not left out.
    const flow::LiveState live = live_.Look(watcher.execution_id);
    auto run = runs_.FindRun(watcher.execution_id);
    if (!run.ok()) return End(watcher, ErrorEvent(run.error().message));
    if (*run && (*run)->flow_name == watcher.flow_name) {
      return TellProgress(watcher, **run, live);
    }
    if (!watcher.last_progress.empty()) {
      return End(watcher, ErrorEvent("The run is gone: its flow was deleted."));
    }
    if (std::chrono::steady_clock::now() - watcher.began < options_.begin_patience) return true;
    return End(watcher, ErrorEvent("Flow " + watcher.flow_name + " has no execution " +
                                   watcher.execution_id + "."));
  }

  bool TellProgress(Watcher& watcher, const RunRecord& run, const flow::LiveState& live) {
    if (!IsInProgress(run.status)) return End(watcher, ProgressEvent(run, {}));
    std::string progress = ProgressEvent(run, live);
    const Deadline now = std::chrono::steady_clock::now();
    if (progress != watcher.last_progress) {
      watcher.last_write = now;
      watcher.last_progress = std::move(progress);
      return watcher.out->Write(watcher.last_progress);
    }
    if (now - watcher.last_write < options_.heartbeat_every) return true;
    watcher.last_write = now;
    return watcher.out->Write(":\n\n");
  }

  static bool End(Watcher& watcher, std::string_view event) {
    if (watcher.out->Write(event)) watcher.out->Close();
    return false;
  }

  flow::RunStore& runs_;
  flow::LiveRuns& live_;
  const RunFeedOptions options_;
  std::mutex mutex_;
  std::condition_variable_any news_;
  std::list<Watcher> new_;
  std::jthread thread_;  // Last: it uses all of the above.
};

}  // namespace

std::unique_ptr<RunFeed> RunFeed::Make(flow::RunStore& runs, flow::LiveRuns& live,
                                       const RunFeedOptions& options) {
  return std::make_unique<RunFeedImpl>(runs, live, options);
}

}  // namespace sluice::console
