#include "sluice/functions/log_collector.h"

#include <gmock/gmock.h>

#include "sluice/functions/process_log.h"
#include "sluice/functions/test_support.h"

namespace sluice::functions {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

std::vector<std::string> Messages(FunctionStore& store) {
  std::vector<std::string> messages;
  const auto events = *store.FindLog({.log_group = "g"});
  for (const LogEvent& event : events) messages.push_back(event.message);
  return messages;
}

TEST(LogCollectorTest, FlushReturnsOnceEverythingIsStored) {
  MemoryStore store;
  SystemClock clock;
  LogCollector collector(store, clock);
  for (int i = 0; i < 5000; ++i) collector.Add("g", "s", std::to_string(i));
  collector.Flush();
  const auto messages = Messages(store);
  ASSERT_EQ(messages.size(), 5000u);
  EXPECT_EQ(messages.back(), "4999");
}

TEST(LogCollectorTest, WritesUnaskedWithinASecondAndAtItsEnd) {
  MemoryStore store;
  SystemClock clock;
  {
    LogCollector collector(store, clock);
    collector.Add("g", "s", "first");
    for (int i = 0; i < 300 && Messages(store).empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_THAT(Messages(store), ElementsAre("first"));
    collector.Add("g", "s", "last");
  }
  EXPECT_THAT(Messages(store), ElementsAre("first", "last"));
}

TEST(LogCollectorTest, TimesNeverGoBack) {
  MemoryStore store;
  FakeClock clock{Time(std::chrono::seconds(1000))};
  LogCollector collector(store, clock);
  collector.Add("g", "s", "a");
  clock.Tick(std::chrono::seconds(-5));
  collector.Add("g", "s", "b");
  collector.Flush();
  const auto events = *store.FindLog({.log_group = "g"});
  EXPECT_EQ(events[1].timestamp, events[0].timestamp);
}

// Takes its time, as a busy disk does, until it is let go.
class StuckStore : public MemoryStore {
 public:
  Status AppendLog(const std::vector<LogEvent>& events) override {
    std::lock_guard lock(stuck);
    return MemoryStore::AppendLog(events);
  }
  std::mutex stuck;
};

TEST(LogCollectorTest, ABusyStoreBlocksNobodyAndLostLinesAreCounted) {
  StuckStore store;
  SystemClock clock;
  LogCollector collector(store, clock);
  store.stuck.lock();
  const std::string line(kMaxLogLineBytes, 'x');
  for (int i = 0; i < 1000; ++i) collector.Add("g", "s", line);  // 256 MB.
  store.stuck.unlock();
  collector.Flush();
  collector.Add("g", "s", "after");
  collector.Flush();
  const auto messages = Messages(store);
  EXPECT_LT(messages.size(), 700u);
  ASSERT_GT(messages.size(), 100u);
  EXPECT_THAT(messages[messages.size() - 2], EndsWith("log lines were dropped: they came faster "
                                                      "than they could be stored"));
  EXPECT_EQ(messages.back(), "after");
}

class RefusingStore : public MemoryStore {
 public:
  Status AppendLog(const std::vector<LogEvent>&) override {
    return ServiceUnavailable("the disk is full");
  }
};

TEST(LogCollectorTest, FlushReturnsThoughTheStoreRefuses) {
  RefusingStore store;
  SystemClock clock;
  LogCollector collector(store, clock);
  collector.Add("g", "s", "lost");
  collector.Flush();
}

TEST(LogCollectorTest, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(ToUtf8("é日🙂"), "é日🙂");
  EXPECT_EQ(ToUtf8("a\xFFz\xC3"), "a\uFFFDz\uFFFD");
  EXPECT_EQ(ToUtf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // A surrogate.
  EXPECT_EQ(ToUtf8(""), "");
}

class ProcessLogTest : public testing::Test {
 protected:
  std::vector<std::string> Stored() {
    collector_.Flush();
    return Messages(store_);
  }

  MemoryStore store_;
  SystemClock clock_;
  LogCollector collector_{store_, clock_};
  ProcessLog log_{collector_, "g", "s"};
};

constexpr auto kOut = ProcessLog::Source::kOut;
constexpr auto kErr = ProcessLog::Source::kErr;

TEST_F(ProcessLogTest, CutsBytesIntoLinesWhereverTheyAreSplit) {
  for (char letter : std::string("one\r\n\ntwo é\n")) log_.Take(kOut, std::string(1, letter));
  EXPECT_THAT(Stored(), ElementsAre("one", "", "two é"));
}

TEST_F(ProcessLogTest, KeepsStdoutAndStderrApart) {
  log_.Take(kOut, "o");
  log_.Take(kErr, "e");
  log_.Take(kOut, "ut\n");
  log_.EndLines();
  EXPECT_THAT(Stored(), ElementsAre("out", "e"));
}

TEST_F(ProcessLogTest, CutsLongLinesBetweenCharacters) {
  for (int i = 0; i < 40; ++i) log_.Take(kOut, std::string(10'001, 'a') + "é");
  log_.Take(kOut, "\nnext\n");
  const auto stored = Stored();
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_LE(stored[0].size(), kMaxLogLineBytes);
  EXPECT_GT(stored[0].size(), kMaxLogLineBytes - 4);
  EXPECT_EQ(stored[0].find("\uFFFD"), std::string::npos);
  EXPECT_EQ(stored[1], "next");
}

TEST_F(ProcessLogTest, TailHasTheLast4KB) {
  for (int i = 0; i < 2000; ++i) log_.Take(kOut, "é" + std::to_string(i) + "\n");
  EXPECT_LE(log_.Tail().size(), 4096u);
  EXPECT_THAT(log_.Tail(), EndsWith("é1998\né1999\n"));
  EXPECT_EQ(log_.Tail().find("\uFFFD"), std::string::npos);
  log_.ClearTail();
  EXPECT_EQ(log_.Tail(), "");
}

TEST_F(ProcessLogTest, LastWordsAreThoseOfStderr) {
  log_.Take(kErr, "Traceback\nValueError: no\n");
  log_.Take(kOut, "bye\n");
  EXPECT_EQ(log_.LastWords(), "Traceback\nValueError: no");
}

TEST_F(ProcessLogTest, LastWordsAreThoseOfStdoutWhereStderrIsEmpty) {
  log_.Take(kOut, "bye\n");
  log_.Say("START");
  EXPECT_EQ(log_.LastWords(), "bye");
}

}  // namespace
}  // namespace sluice::functions
