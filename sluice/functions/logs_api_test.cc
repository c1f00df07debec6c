#include "sluice/functions/logs_api.h"

#include <gmock/gmock.h>

#include "sluice/base/json.h"
#include "sluice/functions/function_keys.h"
#include "sluice/functions/test_support.h"

namespace sluice::functions {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr char kGroup[] = "/aws/lambda/f";

class LogsApiTest : public testing::Test {
 protected:
  void Add(int64_t time_ms, const std::string& stream, const std::string& message) {
    ASSERT_TRUE(store_.AppendLog({{kGroup, stream, Time(milliseconds(time_ms)), message}}).ok());
  }
  void AddSix() {
    for (int i = 1; i <= 6; ++i) {
      Add(i * 1000, i % 2 ? "odd" : "even", "event " + std::to_string(i));
    }
  }

  net::HttpResponse Send(const std::string& operation, const std::string& body) {
    return api_.Handle({"POST", "/", {{"X-Amz-Target", "Logs_20140328." + operation}}, body},
                       root_);
  }
  json::Object Call(const std::string& operation, json::Object request) {
    const net::HttpResponse response = Send(operation, json::ToText(request));
    EXPECT_EQ(response.status, 200) << response.body;
    auto body = json::ParseObject(response.body);
    return body.ok() ? *body : json::Object();
  }
  json::Object OfGroup(json::Object more = {}) {
    more["logGroupName"] = kGroup;
    return more;
  }
  std::string Refusal(const std::string& operation, const json::Object& request) {
    const net::HttpResponse response = Send(operation, json::ToText(request));
    const std::string* type = response.headers.Find("x-amzn-errortype");
    return std::to_string(response.status) + " " + (type ? *type : "(none)") + " " + response.body;
  }
  static std::vector<std::string> Texts(const json::Object& answer, const char* list,
                                        const char* member) {
    std::vector<std::string> texts;
    for (const auto& item : answer.at(list).as_array()) {
      texts.emplace_back(item.at(member).as_string());
    }
    return texts;
  }
  std::vector<std::string> Filter(json::Object request) {
    return Texts(Call("FilterLogEvents", OfGroup(std::move(request))), "events", "message");
  }

  MemoryStore store_;
  LogsApi api_{store_};
  const net::Caller root_{"arn:aws:iam::123456789012:root", "us-east-1", "r"};
};

TEST_F(LogsApiTest, FiltersByTimeStreamAndWords) {
  AddSix();
  EXPECT_THAT(Filter({}), SizeIs(6));
  EXPECT_THAT(Filter({{"startTime", 5000}}), ElementsAre("event 5", "event 6"));
  EXPECT_THAT(Filter({{"endTime", 2000}}), ElementsAre("event 1", "event 2"));
  EXPECT_THAT(Filter({{"logStreamNames", json::Array{"even"}}}),
              ElementsAre("event 2", "event 4", "event 6"));
  EXPECT_THAT(Filter({{"logStreamNamePrefix", "od"}}),
              ElementsAre("event 1", "event 3", "event 5"));
  EXPECT_THAT(Filter({{"logStreamNamePrefix", "none"}}), IsEmpty());
  EXPECT_THAT(Filter({{"filterPattern", "event 4"}}), ElementsAre("event 4"));
  EXPECT_THAT(Filter({{"filterPattern", "4 event"}}), ElementsAre("event 4"));
  EXPECT_THAT(Filter({{"filterPattern", "\"4 event\""}}), IsEmpty());
  EXPECT_THAT(Filter({{"filterPattern", "\"event 4\""}}), ElementsAre("event 4"));
  EXPECT_THAT(Filter({{"filterPattern", ""}}), SizeIs(6));
  EXPECT_THAT(Filter({{"filterPattern", "Event"}}), IsEmpty()) << "words are case-sensitive";
}

TEST_F(LogsApiTest, AnEventHasWhatFilteringShows) {
  Add(1769850307123, "s", "quote \" é");
  const json::Object answer = Call("FilterLogEvents", OfGroup());
  const json::Object& event = answer.at("events").as_array().at(0).as_object();
  EXPECT_EQ(event.at("timestamp"), 1769850307123);
  EXPECT_EQ(event.at("ingestionTime"), 1769850307123);
  EXPECT_EQ(event.at("logStreamName"), "s");
  EXPECT_EQ(event.at("message"), "quote \" é");
  EXPECT_TRUE(event.at("eventId").is_string());
  EXPECT_FALSE(answer.contains("nextToken"));
}

TEST_F(LogsApiTest, FilterPagesAreWholeWhateverTheLimit) {
  AddSix();
  for (int limit = 1; limit <= 7; ++limit) {
    std::vector<std::string> all;
    json::Object request = OfGroup({{"limit", limit}, {"filterPattern", "event"}});
    while (true) {
      const json::Object page = Call("FilterLogEvents", request);
      for (const std::string& text : Texts(page, "events", "message")) all.push_back(text);
      if (!page.contains("nextToken")) break;
      request["nextToken"] = page.at("nextToken");
    }
    EXPECT_THAT(all, ElementsAre("event 1", "event 2", "event 3", "event 4", "event 5", "event 6"))
        << limit;
  }
}

TEST_F(LogsApiTest, FindsAmongManyAndPagesBySize) {
  std::vector<LogEvent> many;
  for (int i = 0; i < 3500; ++i) {
    many.push_back({kGroup, "s", Time(milliseconds(i)), i == 3400 ? "needle" : "hay"});
  }
  ASSERT_TRUE(store_.AppendLog(many).ok());
  EXPECT_THAT(Filter({{"filterPattern", "needle"}}), ElementsAre("needle"));
  EXPECT_THAT(Filter({}), SizeIs(3500));
  for (int i = 0; i < 6; ++i) Add(10'000, "s", "big " + std::string(256 << 10, 'x'));
  const json::Object page = Call("FilterLogEvents", OfGroup({{"filterPattern", "big"}}));
  EXPECT_THAT(page.at("events").as_array(), SizeIs(3));
  EXPECT_TRUE(page.contains("nextToken"));
}

TEST_F(LogsApiTest, GetsTheLastEventsAndPagesBack) {
  AddSix();
  json::Object request = OfGroup({{"logStreamName", "even"}, {"limit", 2}});
  json::Object page = Call("GetLogEvents", request);
  EXPECT_THAT(Texts(page, "events", "message"), ElementsAre("event 4", "event 6"));
  request["nextToken"] = page.at("nextBackwardToken");
  page = Call("GetLogEvents", request);
  EXPECT_THAT(Texts(page, "events", "message"), ElementsAre("event 2"));
  request["nextToken"] = page.at("nextForwardToken");
  page = Call("GetLogEvents", request);
  EXPECT_THAT(Texts(page, "events", "message"), ElementsAre("event 4", "event 6"));
  request["nextToken"] = page.at("nextForwardToken");
  page = Call("GetLogEvents", request);
  EXPECT_THAT(page.at("events").as_array(), IsEmpty());
  EXPECT_EQ(page.at("nextForwardToken"), request.at("nextToken")) << "the end stays the end";
}

TEST_F(LogsApiTest, GetsFromTheHeadUpToAnExclusiveEnd) {
  AddSix();
  const json::Object page =
      Call("GetLogEvents",
           {{"logGroupIdentifier", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:*"},
            {"logStreamName", "odd"},
            {"startFromHead", true},
            {"startTime", 1000},
            {"endTime", 5000}});
  EXPECT_THAT(Texts(page, "events", "message"), ElementsAre("event 1", "event 3"));
}

TEST_F(LogsApiTest, DescribesGroups) {
  AddSix();
  ASSERT_TRUE(store_.AppendLog({{"/aws/lambda/g", "s", Time(milliseconds(7)), "x"}}).ok());
  json::Object page = Call("DescribeLogGroups", {{"limit", 1}});
  EXPECT_THAT(Texts(page, "logGroups", "logGroupName"), ElementsAre(kGroup));
  EXPECT_THAT(Texts(page, "logGroups", "arn"),
              ElementsAre("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:*"));
  EXPECT_EQ(page.at("logGroups").at(0).at("creationTime"), 1000);
  page = Call("DescribeLogGroups", {{"nextToken", page.at("nextToken")}});
  EXPECT_THAT(Texts(page, "logGroups", "logGroupName"), ElementsAre("/aws/lambda/g"));
  EXPECT_FALSE(page.contains("nextToken"));
  page = Call("DescribeLogGroups", {{"logGroupNamePrefix", "/aws/lambda/g"}});
  EXPECT_THAT(page.at("logGroups").as_array(), SizeIs(1));
  page = Call("DescribeLogGroups", {{"logGroupNamePrefix", "/x"}});
  EXPECT_THAT(page.at("logGroups").as_array(), IsEmpty());
}

TEST_F(LogsApiTest, DescribesStreams) {
  AddSix();
  Add(7000, "even", "last");
  json::Object page = Call("DescribeLogStreams", OfGroup());
  EXPECT_THAT(Texts(page, "logStreams", "logStreamName"), ElementsAre("even", "odd"));
  EXPECT_EQ(page.at("logStreams").at(0).at("firstEventTimestamp"), 2000);
  EXPECT_EQ(page.at("logStreams").at(0).at("lastEventTimestamp"), 7000);
  page = Call("DescribeLogStreams", OfGroup({{"orderBy", "LastEventTime"}}));
  EXPECT_THAT(Texts(page, "logStreams", "logStreamName"), ElementsAre("odd", "even"));
  page = Call("DescribeLogStreams",
              OfGroup({{"orderBy", "LastEventTime"}, {"descending", true}, {"limit", 1}}));
  EXPECT_THAT(Texts(page, "logStreams", "logStreamName"), ElementsAre("even"));
  page = Call("DescribeLogStreams", OfGroup({{"logStreamNamePrefix", "o"}}));
  EXPECT_THAT(Texts(page, "logStreams", "logStreamName"), ElementsAre("odd"));
}

TEST_F(LogsApiTest, RefusesWhatIsWrong) {
  AddSix();
  EXPECT_THAT(Refusal("FilterLogEvents", {{"logGroupName", "/none"}}),
              AllOf(StartsWith("400 ResourceNotFoundException"), HasSubstr("/none")));
  EXPECT_THAT(Refusal("GetLogEvents", OfGroup({{"logStreamName", "none"}})),
              StartsWith("400 ResourceNotFoundException"));
  EXPECT_THAT(Refusal("FilterLogEvents", OfGroup({{"logStreamNames", json::Array{"none"}}})),
              StartsWith("400 ResourceNotFoundException"));
  const std::string invalid = "400 InvalidParameterException";
  EXPECT_THAT(Refusal("FilterLogEvents", {}), StartsWith(invalid));
  for (const char* pattern : {"{ $.a = 1 }", "[a, b]", "?ERROR", "-x", "%re%", "\"open"}) {
    EXPECT_THAT(Refusal("FilterLogEvents", OfGroup({{"filterPattern", pattern}})),
                StartsWith(invalid))
        << pattern;
  }
  for (const char* token : {"x", "f/", "f/x", "b/1", "f/99999999999999999999"}) {
    EXPECT_THAT(Refusal("FilterLogEvents", OfGroup({{"nextToken", token}})), StartsWith(invalid));
  }
  EXPECT_THAT(Refusal("FilterLogEvents", OfGroup({{"limit", 0}})), StartsWith(invalid));
  EXPECT_THAT(Refusal("FilterLogEvents", OfGroup({{"startTime", "x"}})), StartsWith(invalid));
  EXPECT_THAT(Refusal("PutLogEvents", {}), StartsWith("400 UnknownOperationException"));
  EXPECT_EQ(Send("FilterLogEvents", "{").status, 400);
  EXPECT_EQ(api_.Handle({"POST", "/", {}, "{}"}, root_).status, 400);
}

TEST_F(LogsApiTest, FunctionsMayNotReadLogs) {
  const net::HttpResponse response =
      api_.Handle({"POST", "/", {{"X-Amz-Target", "Logs_20140328.DescribeLogGroups"}}, "{}"},
                  {FunctionPrincipal("123456789012", "f"), "us-east-1", "r"});
  EXPECT_EQ(*response.headers.Find("x-amzn-errortype"), "AccessDeniedException");
}

}  // namespace
}  // namespace sluice::functions
