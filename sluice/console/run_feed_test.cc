#include "sluice/console/run_feed.h"

#include <gmock/gmock.h>

#include <thread>

#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/flow/fake_live_runs.h"
#include "sluice/flow/fake_run_store.h"
#include "sluice/net/body_stream.h"

namespace sluice::console {
namespace {

using flow::RunRecord;
using flow::RunStatus;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

// What a client has got of a stream.
class Listener {
 public:
  explicit Listener(net::HttpResponse response) : reader_(std::move(response.stream)) {}

  // The next event or comment; "<end>" or "<cut>" after the last, "<nothing>" after `patience`.
  std::string Next(std::chrono::milliseconds patience = 10s) {
    const Deadline end = DeadlineAfter(patience);
    while (true) {
      const size_t size = got_.find("\n\n");
      if (size != std::string::npos) {
        std::string event = got_.substr(0, size);
        got_.erase(0, size + 2);
        return event;
      }
      if (last_.is_last) return last_.is_cut ? "<cut>" : "<end>";
      if (std::chrono::steady_clock::now() > end) return "<nothing>";
      last_ = reader_->Take();
      got_ += last_.bytes;
      if (last_.bytes.empty()) std::this_thread::sleep_for(1ms);
    }
  }

  json::Object NextProgress() {
    constexpr std::string_view kStart = "event: progress\ndata: ";
    std::string event = Next();
    if (!event.starts_with(kStart)) return {{"not progress", event}};
    auto data = json::ParseObject(event.substr(kStart.size()));
    return data.ok() ? *data : json::Object{{"not JSON", event}};
  }

 private:
  std::shared_ptr<net::BodyReader> reader_;
  net::BodyReader::Piece last_;
  std::string got_;
};

class RunFeedTest : public ::testing::Test {
 protected:
  void Begin() { SLUICE_CHECK(*runs_.BeginRun(run_, {})); }
  void Save(int64_t records) {
    run_.counts.records_processed = records;
    SLUICE_CHECK(runs_.SaveProgress(run_, "p", {}, false, {}).ok());
  }
  void Finish(RunStatus status, std::string message) {
    run_.status = status;
    run_.message = std::move(message);
    SLUICE_CHECK(runs_.FinishRun(run_).ok());
  }
  static int64_t Records(const json::Object& progress) {
    return json::FindInt(progress, "recordsProcessed").value_or(-1);
  }

  RunRecord run_{.execution_id = "e1",
                 .flow_name = "f",
                 .counts = {1, 20, 30, 2, 3},
                 .started_at = *ParseTime("2026-01-31T00:00:00.5Z"),
                 .updated_at = *ParseTime("2026-01-31T00:00:01Z")};
  flow::FakeRunStore runs_;
  flow::FakeLiveRuns live_;
  std::unique_ptr<RunFeed> feed_ = RunFeed::Make(
      runs_, live_, {.look_every = 2ms, .begin_patience = 200ms, .heartbeat_every = 50ms});
};

TEST_F(RunFeedTest, TellsHowARunStandsAtOnceAfterEachChangeAndAtItsEnd) {
  Begin();
  net::HttpResponse response = feed_->Watch("f", "e1");
  EXPECT_THAT(*response.headers.Find("Content-Type"), StartsWith("text/event-stream"));
  Listener listener(std::move(response));
  EXPECT_EQ(listener.NextProgress(), json::Object({{"executionStatus", "InProgress"},
                                                   {"recordsProcessed", 1},
                                                   {"recordsRefused", 2},
                                                   {"recordsFiltered", 3},
                                                   {"bytesProcessed", 20},
                                                   {"bytesWritten", 30},
                                                   {"recordsOnTheWay", 0},
                                                   {"bytesOnTheWay", 0},
                                                   {"startedAt", 1769817600.5},
                                                   {"lastUpdatedAt", 1769817601.0}}));
  Save(100);
  EXPECT_EQ(Records(listener.NextProgress()), 100);
  SLUICE_CHECK(*runs_.StartCancel("e1"));
  EXPECT_EQ(json::FindString(listener.NextProgress(), "executionStatus"), "CancelStarted");
  Finish(RunStatus::kCanceled, "It was canceled.\nBy hand.");
  json::Object last = listener.NextProgress();
  EXPECT_EQ(json::FindString(last, "executionStatus"), "Canceled");
  EXPECT_EQ(json::FindString(last, "message"), "It was canceled.\nBy hand.");
  EXPECT_EQ(listener.Next(), "<end>");
}

TEST_F(RunFeedTest, TellsWhatIsOnItsWayBeforeAnyOfItIsOnRecord) {
  Begin();
  live_.Set({.records_on_the_way = 7, .bytes_on_the_way = 70});
  Listener listener(feed_->Watch("f", "e1"));
  json::Object progress = listener.NextProgress();
  EXPECT_EQ(json::FindInt(progress, "recordsOnTheWay"), 7);
  EXPECT_EQ(json::FindInt(progress, "bytesOnTheWay"), 70);
  live_.Set({.records_on_the_way = 8, .bytes_on_the_way = 80});
  EXPECT_EQ(json::FindInt(listener.NextProgress(), "recordsOnTheWay"), 8);
}

TEST_F(RunFeedTest, SaysThatARunWaitsAndWhyUntilItGoesOnOrEnds) {
  Begin();
  live_.Set({.waiting_for = "TiDB does not answer"});
  Listener listener(feed_->Watch("f", "e1"));
  json::Object progress = listener.NextProgress();
  EXPECT_EQ(json::FindString(progress, "executionStatus"), "InProgress");
  EXPECT_EQ(json::FindString(progress, "message"), "Waiting to try again: TiDB does not answer.");
  live_.Set({});
  EXPECT_EQ(json::FindString(listener.NextProgress(), "message"), std::nullopt);
  live_.Set({.records_on_the_way = 1, .waiting_for = "gone"});
  listener.NextProgress();
  Finish(RunStatus::kError, "TiDB did not answer.");
  progress = listener.NextProgress();
  EXPECT_EQ(json::FindString(progress, "message"), "TiDB did not answer.");
  EXPECT_EQ(json::FindInt(progress, "recordsOnTheWay"), 0);
}

TEST_F(RunFeedTest, ARunThatHasEndedIsToldInOneEvent) {
  Begin();
  Finish(RunStatus::kSuccessful, "");
  Listener listener(feed_->Watch("f", "e1"));
  EXPECT_EQ(json::FindString(listener.NextProgress(), "executionStatus"), "Successful");
  EXPECT_EQ(listener.Next(), "<end>");
}

TEST_F(RunFeedTest, ARunThatBeginsALittleLaterIsWaitedFor) {
  Listener listener(feed_->Watch("f", "e1"));
  std::this_thread::sleep_for(20ms);
  Begin();
  EXPECT_EQ(Records(listener.NextProgress()), 1);
}

TEST_F(RunFeedTest, ARunThatIsNotThereIsSaidSo) {
  Listener listener(feed_->Watch("f", "e1"));
  std::string event = listener.Next();
  EXPECT_THAT(event, StartsWith("event: error\ndata: {\"message\":"));
  EXPECT_THAT(event, HasSubstr("Flow f has no execution e1."));
  EXPECT_EQ(listener.Next(), "<end>");
}

TEST_F(RunFeedTest, ARunIsShownAsThatOfItsOwnFlowOnly) {
  Begin();
  Listener listener(feed_->Watch("another", "e1"));
  EXPECT_THAT(listener.Next(), StartsWith("event: error"));
}

TEST_F(RunFeedTest, ARunWhoseFlowIsDeletedEndsInASentence) {
  Begin();
  Listener listener(feed_->Watch("f", "e1"));
  listener.Next();
  SLUICE_CHECK(runs_.DeleteRunsOf("f").ok());
  EXPECT_THAT(listener.Next(), HasSubstr("deleted"));
  EXPECT_EQ(listener.Next(), "<end>");
}

TEST_F(RunFeedTest, WhereNothingChangesCommentsKeepTheConnectionOpen) {
  Begin();
  Listener listener(feed_->Watch("f", "e1"));
  listener.Next();
  EXPECT_EQ(listener.Next(), ":");
  EXPECT_EQ(listener.Next(), ":");
}

TEST_F(RunFeedTest, SeveralWatchAndOneWhoLeavesDisturbsNobody) {
  Begin();
  Listener first(feed_->Watch("f", "e1"));
  auto leaving = std::make_unique<Listener>(feed_->Watch("f", "e1"));
  EXPECT_EQ(Records(first.NextProgress()), 1);
  EXPECT_EQ(Records(leaving->NextProgress()), 1);
  leaving = nullptr;
  Save(7);
  EXPECT_EQ(Records(first.NextProgress()), 7);
}

TEST_F(RunFeedTest, ItsEndCutsThemOff) {
  Begin();
  Listener listener(feed_->Watch("f", "e1"));
  listener.Next();
  feed_ = nullptr;
  std::string rest = listener.Next();
  while (rest == ":") rest = listener.Next();
  EXPECT_EQ(rest, "<cut>");
}

}  // namespace
}  // namespace sluice::console
