#include <gmock/gmock.h>

#include "sluice/store/temporary_store.h"

namespace sluice::store {
namespace {

using functions::Function;
using functions::LogEvent;
using testing::ElementsAre;
using testing::IsEmpty;

using FunctionStore = TemporaryStore;

const Time kThen(std::chrono::microseconds(1'700'000'000'123'456));
Time At(int seconds) { return kThen + std::chrono::seconds(seconds); }

Function Connector(const std::string& name) {
  return {.name = name,
          .arn = "arn:" + name,
          .runtime = "provided.al2023",
          .handler = "bootstrap",
          .role = "arn:role",
          .description = kOddText,
          .timeout_s = 30,
          .memory_mb = 512,
          .environment = {{"PASSWORD", "canary-environment"}, {"é", kOddText}, {"EMPTY", ""}},
          .code_sha256 = "sha=",
          .code_size = 5'000'000'000,
          .code_id = "c1",
          .revision_id = "r1",
          .last_modified = kThen,
          .access_key_id = "ASIA1",
          .secret_access_key = Secret("canary-key"),
          .session_token = Secret("canary-token")};
}
void ExpectSame(const Function& a, const Function& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.runtime, b.runtime);
  EXPECT_EQ(a.handler, b.handler);
  EXPECT_EQ(a.role, b.role);
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.timeout_s, b.timeout_s);
  EXPECT_EQ(a.memory_mb, b.memory_mb);
  EXPECT_EQ(a.environment, b.environment);
  EXPECT_EQ(a.code_sha256, b.code_sha256);
  EXPECT_EQ(a.code_size, b.code_size);
  EXPECT_EQ(a.code_id, b.code_id);
  EXPECT_EQ(a.revision_id, b.revision_id);
  EXPECT_EQ(a.last_modified, b.last_modified);
  EXPECT_EQ(a.access_key_id, b.access_key_id);
  EXPECT_TRUE(a.secret_access_key == b.secret_access_key);
  EXPECT_TRUE(a.session_token == b.session_token);
}

TEST_F(FunctionStore, KeepsAFunctionAcrossARestart) {
  ASSERT_TRUE(*store_->InsertFunction(Connector("f")));
  Open();
  auto found = *store_->FindFunction("f");
  ASSERT_TRUE(found);
  ExpectSame(*found, Connector("f"));
  EXPECT_FALSE(*store_->FindFunction("g"));
}

TEST_F(FunctionStore, UpdatesListsAndDeletesByName) {
  ASSERT_TRUE(*store_->InsertFunction({.name = "b"}));
  ASSERT_TRUE(*store_->InsertFunction({.name = "a"}));
  EXPECT_FALSE(*store_->InsertFunction(Connector("b")));
  ASSERT_TRUE(store_->UpdateFunction(Connector("b")).ok());
  auto functions = *store_->ListFunctions();
  ASSERT_EQ(functions.size(), 2u);
  ExpectSame(functions[0], {.name = "a"});
  ExpectSame(functions[1], Connector("b"));
  ASSERT_TRUE(store_->DeleteFunction("a").ok());
  EXPECT_FALSE(*store_->FindFunction("a"));
  EXPECT_EQ(store_->DeleteFunction("a").error(), ResourceNotFound("there is no function 'a'"));
  EXPECT_EQ(store_->UpdateFunction({.name = "a"}).error().code, ErrorCode::kResourceNotFound);
}

class LogStore : public TemporaryStore {
 protected:
  void Append(std::vector<LogEvent> events) {
    auto appended = store_->AppendLog(events);
    ASSERT_TRUE(appended.ok()) << ToString(appended.error());
  }
  std::vector<std::string> Messages(functions::FunctionStore::LogQuery query) {
    std::vector<std::string> messages;
    auto found = store_->FindLog(query);
    EXPECT_TRUE(found.ok()) << ToString(found.error());
    for (const LogEvent& event : *found) messages.push_back(event.message);
    return messages;
  }
};

TEST_F(LogStore, AnswersByTimeThenAsAppended) {
  Append({{"g", "s", At(3), "d"}, {"g", "s", At(1), "a"}, {"g", "t", At(3), "e"}});
  Append({{"g", "t", At(1), "b"}, {"g", "s", At(2), "c"}, {"other", "s", At(1), "x"}});
  Append({});
  EXPECT_THAT(Messages({.log_group = "g"}), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(Messages({.log_group = "none"}), IsEmpty());
  Open();
  EXPECT_THAT(Messages({.log_group = "other"}), ElementsAre("x"));
}

TEST_F(LogStore, GivesEventsBackAsTheyCame) {
  Append({{"/aws/lambda/f", "2026/01/31/[$LATEST]0", kThen, kOddText}, {"g", "", At(0), ""}});
  auto found = *store_->FindLog({.log_group = "/aws/lambda/f"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].log_group, "/aws/lambda/f");
  EXPECT_EQ(found[0].log_stream, "2026/01/31/[$LATEST]0");
  EXPECT_EQ(found[0].timestamp, kThen);
  EXPECT_EQ(found[0].message, kOddText);
  EXPECT_GT(found[0].id, 0);
}

TEST_F(LogStore, ChoosesByStreamTimeAndText) {
  Append({{"g", "s", At(0), "one ERROR"},
          {"g", "t", At(1), "two error 100%"},
          {"g", "u", At(2), "three ERROR_x"},
          {"g", "s", At(3), "four"}});
  EXPECT_THAT(Messages({.log_group = "g", .log_streams = {"s", "u"}}),
              ElementsAre("one ERROR", "three ERROR_x", "four"));
  EXPECT_THAT(Messages({.log_group = "g", .start = At(1), .end = At(3)}),
              ElementsAre("two error 100%", "three ERROR_x"));
  EXPECT_THAT(Messages({.log_group = "g", .contains = "ERROR"}),
              ElementsAre("one ERROR", "three ERROR_x"));
  EXPECT_THAT(Messages({.log_group = "g", .contains = "%"}), ElementsAre("two error 100%"));
  EXPECT_THAT(Messages({.log_group = "g", .contains = "R_"}), ElementsAre("three ERROR_x"));
  EXPECT_THAT(Messages({.log_group = "g", .log_streams = {"x\"]'"}}), IsEmpty());
}

TEST_F(LogStore, GoesOnAfterAnEventWithoutLeavingOneOut) {
  // Lines of several processes arrive out of the order of their times.
  Append({{"g", "s", At(5), "e"}, {"g", "s", At(1), "a"}, {"g", "s", At(3), "c"}});
  Append({{"g", "s", At(2), "b"}, {"g", "s", At(4), "d"}});
  std::vector<std::string> read;
  int64_t after_id = 0;
  for (int pages = 0; pages < 10; ++pages) {
    auto page =
        *store_->FindLog({.log_group = "g", .start = At(1), .after_id = after_id, .limit = 2});
    if (page.empty()) break;
    for (const LogEvent& event : page) read.push_back(event.message);
    after_id = page.back().id;
  }
  EXPECT_THAT(read, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(LogStore, ListsGroupsAndStreams) {
  Append({{"h", "2", At(0), ""}, {"g", "1", At(0), ""}, {"h", "1", At(0), ""}});
  EXPECT_THAT(*store_->ListLogGroups(), ElementsAre("g", "h"));
  EXPECT_THAT(*store_->ListLogStreams("h"), ElementsAre("1", "2"));
  EXPECT_THAT(*store_->ListLogStreams("none"), IsEmpty());
}

TEST_F(LogStore, KeepsTheNewestEventsOfAGroup) {
  constexpr int64_t kMessageBytes = 256 << 10;
  constexpr int64_t kEvents = kLogGroupBytes / kMessageBytes + 10;
  Append({{"quiet", "s", At(0), "kept"}});
  Append({{"g", "oldest stream", At(0), "goes"}});
  for (int64_t i = 0; i < kEvents; ++i) {
    std::string message = std::to_string(i) + " ";
    Append({{"g", "s", At(1), message + std::string(kMessageBytes - message.size(), 'x')}});
  }
  auto kept = *store_->FindLog({.log_group = "g"});
  EXPECT_LE(static_cast<int64_t>(kept.size()) * kMessageBytes, kLogGroupBytes);
  EXPECT_GE(static_cast<int64_t>(kept.size()) * kMessageBytes, kLogGroupBytes / 4 * 3);
  EXPECT_EQ(atoll(kept.back().message.c_str()), kEvents - 1);
  EXPECT_EQ(atoll(kept.front().message.c_str()), kEvents - static_cast<int64_t>(kept.size()));
  EXPECT_THAT(*store_->ListLogStreams("g"), ElementsAre("s"));
  EXPECT_THAT(Messages({.log_group = "quiet"}), ElementsAre("kept"));
}

}  // namespace
}  // namespace sluice::store
