#include "sluice/functions/logs_api.h"

#include <algorithm>
#include <deque>
#include <functional>

#include "sluice/base/json.h"
#include "sluice/functions/function_keys.h"

namespace sluice::functions {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kTarget = "Logs_20140328.";
constexpr int64_t kMaxEvents = 10'000;
constexpr int64_t kMaxNames = 50;
// CloudWatch Logs answers at most 1 MB of events at once.
constexpr size_t kMaxPageBytes = 1 << 20;

net::HttpResponse JsonResponse(const json::Object& body) {
  return {200, {{"Content-Type", "application/x-amz-json-1.1"}}, json::ToText(body)};
}

net::HttpResponse ToResponse(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return net::AwsError(400, "InvalidParameterException", error.message);
    case ErrorCode::kResourceNotFound:
      return net::AwsError(400, "ResourceNotFoundException", error.message);
    default:
      return net::AwsError(500, "ServiceUnavailableException", error.message);
  }
}

int64_t Milliseconds(Time time) {
  return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

struct Place {
  std::string region, account;
};

// The account is part of who called: "arn:aws:iam::<account>:root".
Place PlaceOf(const net::Caller& caller) {
  std::string_view rest = caller.principal;
  for (int i = 0; i < 4 && !rest.empty(); ++i) {
    rest.remove_prefix(std::min(rest.size(), rest.find(':') + 1));
  }
  return {caller.region, std::string(rest.substr(0, rest.find(':')))};
}

std::string GroupArn(const Place& place, const std::string& group) {
  return "arn:aws:logs:" + place.region + ":" + place.account + ":log-group:" + group;
}

// ---- Reading requests -------------------------------------------------------------------------

Result<int64_t> ReadLimit(const json::Object& request, int64_t high) {
  if (!json::Find(request, "limit")) return high;
  auto limit = json::FindInt(request, "limit");
  if (limit && *limit >= 1 && *limit <= high) return *limit;
  return InvalidArgument("limit must be a number from 1 to " + std::to_string(high));
}

Result<std::optional<Time>> ReadTime(const json::Object& request, std::string_view name) {
  constexpr int64_t kLatest = 253402300799999;  // The end of the year 9999.
  if (!json::Find(request, name)) return std::optional<Time>();
  auto time = json::FindInt(request, name);
  if (!time || *time < 0 || *time > kLatest) {
    return InvalidArgument(std::string(name) + " must be milliseconds since 1970");
  }
  return std::optional<Time>(Time(milliseconds(*time)));
}

// The group's name, from logGroupName or from logGroupIdentifier (a name or an ARN).
Result<std::string> ReadGroup(FunctionStore& store, const json::Object& request) {
  constexpr std::string_view kArnPart = ":log-group:";
  std::string group = json::FindString(request, "logGroupName").value_or("");
  if (group.empty()) group = json::FindString(request, "logGroupIdentifier").value_or("");
  if (const size_t at = group.find(kArnPart); at != std::string::npos) {
    group = group.substr(at + kArnPart.size());
    group = group.substr(0, group.find(':'));
  }
  if (group.empty()) return InvalidArgument("logGroupName or logGroupIdentifier is missing");
  SLUICE_ASSIGN(auto groups, store.ListLogGroups());
  if (std::find(groups.begin(), groups.end(), group) != groups.end()) return group;
  return ResourceNotFound("The specified log group does not exist: " + group);
}

// The id of the last event seen, as our tokens carry it: "f/<id>" and "b/<id>".
Result<int64_t> ReadToken(const std::string& token, char direction) {
  if (token.size() > 2 && token.size() < 20 && token[0] == direction && token[1] == '/' &&
      token.find_first_not_of("0123456789", 2) == std::string::npos) {
    return std::stoll(token.substr(2));
  }
  return InvalidArgument("nextToken is not one that this service gave");
}

std::string Token(char direction, int64_t id) {
  return std::string(1, direction) + "/" + std::to_string(id);
}

// The words and "quoted phrases" of a filter pattern: an event has all of them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
Result<std::vector<std::string>> ReadPattern(const std::string& pattern) {
  std::vector<std::string> terms;
  for (size_t at = 0; (at = pattern.find_first_not_of(' ', at)) != std::string::npos;) {
    if (pattern[at] == '"') {
      std::string term;
      for (++at; at < pattern.size() && pattern[at] != '"'; ++at) {
        if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
        term += pattern[at];
      }
      if (at++ >= pattern.size()) return InvalidArgument("filterPattern has an open quote");
      if (!term.empty()) terms.push_back(std::move(term));
      continue;
    }
    const size_t end = std::min(pattern.find(' ', at), pattern.size());
    terms.push_back(pattern.substr(at, end - at));
    at = end;
    // {…} and […] filter fields, ? - and % have meanings of their own: none of them is a word.
    if (std::string_view("{[?-%").find(terms.back()[0]) != std::string_view::npos) {
      return InvalidArgument(
          "filterPattern '" + pattern +
          "' is not supported by this service: use words, all of which an event has, and "
          "\"quoted phrases\"");
    }
  }
  return terms;
}

// ---- Reading events ---------------------------------------------------------------------------

// Calls `take` with each event of a query in its order, until it returns false.
Status ForEachEvent(FunctionStore& store, FunctionStore::LogQuery query,
                    const std::function<bool(LogEvent&)>& take) {
  query.limit = 1000;
  while (true) {
    SLUICE_ASSIGN(std::vector<LogEvent> page, store.FindLog(query));
    for (LogEvent& event : page) {
      if (!take(event)) return Done{};
    }
    if (static_cast<int64_t>(page.size()) < query.limit) return Done{};
    query.after_id = page.back().id;
  }
}

// Cuts a page where its events have 1 MB, or where `limit` are in it.
class PageSize {
 public:
  explicit PageSize(int64_t limit) : limit_(limit) {}
  bool Fits(const LogEvent& event) {
    bytes_ += event.message.size() + 26;  // As CloudWatch Logs counts.
    return ++count_ <= limit_ && (count_ == 1 || bytes_ <= kMaxPageBytes);
  }

 private:
  const int64_t limit_;
  int64_t count_ = 0;
  size_t bytes_ = 0;
};

Result<std::vector<std::string>> ReadStreams(FunctionStore& store, const json::Object& request,
                                             const std::string& group) {
  SLUICE_ASSIGN(std::vector<std::string> streams, store.ListLogStreams(group));
  const json::Array* names = json::FindArray(request, "logStreamNames");
  const auto prefix = json::FindString(request, "logStreamNamePrefix");
  if (names && prefix) {
    return InvalidArgument("give logStreamNames or logStreamNamePrefix, not both");
  }
  if (names) {
    for (const json::Value& name : *names) {
      if (!name.is_string() ||
          std::find(streams.begin(), streams.end(), name.as_string()) == streams.end()) {
        return ResourceNotFound("The specified log stream does not exist: " + json::ToText(name));
      }
    }
    streams.assign(names->size(), "");
    std::transform(names->begin(), names->end(), streams.begin(),
                   [](const json::Value& name) { return std::string(name.as_string()); });
  }
  if (prefix) {
    std::erase_if(streams, [&](const std::string& name) { return !name.starts_with(*prefix); });
  }
  return streams;
}

Result<json::Object> FilterLogEvents(FunctionStore& store, const json::Object& request,
                                     const Place&) {
  FunctionStore::LogQuery query;
  SLUICE_ASSIGN(query.log_group, ReadGroup(store, request));
  SLUICE_ASSIGN(query.log_streams, ReadStreams(store, request, query.log_group));
  SLUICE_ASSIGN(query.start, ReadTime(request, "startTime"));
  SLUICE_ASSIGN(query.end, ReadTime(request, "endTime"));
  if (query.end) *query.end += milliseconds(1);  // Here the end is inclusive.
  SLUICE_ASSIGN(int64_t limit, ReadLimit(request, kMaxEvents));
  SLUICE_ASSIGN(auto terms, ReadPattern(json::FindString(request, "filterPattern").value_or("")));
  if (!terms.empty()) query.contains = terms.front();
  if (auto token = json::FindString(request, "nextToken")) {
    SLUICE_ASSIGN(query.after_id, ReadToken(*token, 'f'));
  }

  json::Array events;
  std::optional<int64_t> next;
  int64_t last_id = query.after_id;
  PageSize size(limit);
  if (!query.log_streams.empty()) {
    SLUICE_RETURN_IF_ERROR(ForEachEvent(store, query, [&](LogEvent& event) {
      const auto in_event = [&](const std::string& term) {
        return event.message.find(term) != std::string::npos;
      };
      if (!std::all_of(terms.begin(), terms.end(), in_event)) return true;
      if (!size.Fits(event)) {
        next = last_id;
        return false;
      }
      last_id = event.id;
      events.push_back(json::Object{{"logStreamName", event.log_stream},
                                    {"timestamp", Milliseconds(event.timestamp)},
                                    {"message", std::move(event.message)},
                                    {"ingestionTime", Milliseconds(event.timestamp)},
                                    {"eventId", std::to_string(event.id)}});
      return true;
    }));
  }
  json::Object answer = {{"events", std::move(events)}, {"searchedLogStreams", json::Array{}}};
  if (next) answer["nextToken"] = Token('f', *next);
  return answer;
}

Result<json::Object> GetLogEvents(FunctionStore& store, const json::Object& request, const Place&) {
  FunctionStore::LogQuery query;
  SLUICE_ASSIGN(query.log_group, ReadGroup(store, request));
  query.log_streams = {json::FindString(request, "logStreamName").value_or("")};
  SLUICE_ASSIGN(auto streams, store.ListLogStreams(query.log_group));
  if (std::find(streams.begin(), streams.end(), query.log_streams[0]) == streams.end()) {
    return ResourceNotFound("The specified log stream does not exist: " + query.log_streams[0]);
  }
  SLUICE_ASSIGN(query.start, ReadTime(request, "startTime"));
  SLUICE_ASSIGN(query.end, ReadTime(request, "endTime"));
  SLUICE_ASSIGN(int64_t limit, ReadLimit(request, kMaxEvents));
  const std::string token = json::FindString(request, "nextToken").value_or("");
  bool forward = json::FindBool(request, "startFromHead").value_or(false);
  std::optional<int64_t> before;
  if (token.starts_with('b')) {
    forward = false;
    SLUICE_ASSIGN(before, ReadToken(token, 'b'));
  } else if (!token.empty()) {
    forward = true;
    SLUICE_ASSIGN(query.after_id, ReadToken(token, 'f'));
  }

  std::deque<LogEvent> found;
  if (!forward) {
    size_t bytes = 0;
    SLUICE_RETURN_IF_ERROR(ForEachEvent(store, query, [&](LogEvent& event) {
      if (before && event.id == *before) return false;
      bytes += event.message.size();
      found.push_back(std::move(event));
      // The last ones are wanted; the store reads forward.
      while (static_cast<int64_t>(found.size()) > limit ||
             (bytes > kMaxPageBytes && found.size() > 1)) {
        bytes -= found.front().message.size();
        found.pop_front();
      }
      return true;
    }));
  } else {
    PageSize size(limit);
    SLUICE_RETURN_IF_ERROR(ForEachEvent(store, query, [&](LogEvent& event) {
      if (!size.Fits(event)) return false;
      found.push_back(std::move(event));
      return true;
    }));
  }

  json::Object answer;
  const int64_t here = before.value_or(query.after_id);  // Where the page is empty: stay.
  answer["nextForwardToken"] = Token('f', found.empty() ? here : found.back().id);
  answer["nextBackwardToken"] = Token('b', found.empty() ? here : found.front().id);
  json::Array events;
  for (LogEvent& event : found) {
    events.push_back(json::Object{{"timestamp", Milliseconds(event.timestamp)},
                                  {"message", std::move(event.message)},
                                  {"ingestionTime", Milliseconds(event.timestamp)}});
  }
  answer["events"] = std::move(events);
  return answer;
}

// ---- Groups and streams -----------------------------------------------------------------------

// A page of names after the one that the token is; sets `next` where there are more.
Result<std::vector<std::string>> PageOfNames(const json::Object& request,
                                             std::vector<std::string> names, std::string& next) {
  SLUICE_ASSIGN(int64_t limit, ReadLimit(request, kMaxNames));
  const std::string token = json::FindString(request, "nextToken").value_or("");
  if (!token.empty()) {
    auto place = std::find(names.begin(), names.end(), token);
    if (place == names.end()) {
      return InvalidArgument("nextToken is not one that this service gave");
    }
    names.erase(names.begin(), place + 1);
  }
  if (static_cast<int64_t>(names.size()) > limit) {
    names.resize(limit);
    next = names.back();
  }
  return names;
}

Result<json::Object> DescribeLogGroups(FunctionStore& store, const json::Object& request,
                                       const Place& place) {
  SLUICE_ASSIGN(std::vector<std::string> names, store.ListLogGroups());
  const std::string prefix = json::FindString(request, "logGroupNamePrefix").value_or("");
  const std::string part = json::FindString(request, "logGroupNamePattern").value_or("");
  std::erase_if(names, [&](const std::string& name) {
    return !name.starts_with(prefix) || name.find(part) == std::string::npos;
  });
  std::string next;
  SLUICE_ASSIGN(names, PageOfNames(request, std::move(names), next));
  json::Array groups;
  for (const std::string& name : names) {
    const std::string arn = GroupArn(place, name);
    json::Object group = {{"logGroupName", name},
                          {"logGroupArn", arn},
                          {"arn", arn + ":*"},
                          {"metricFilterCount", 0},
                          {"logGroupClass", "STANDARD"}};
    SLUICE_ASSIGN(auto first, store.FindLog({.log_group = name, .limit = 1}));
    if (!first.empty()) group["creationTime"] = Milliseconds(first[0].timestamp);
    groups.push_back(std::move(group));
  }
  json::Object answer = {{"logGroups", std::move(groups)}};
  if (!next.empty()) answer["nextToken"] = next;
  return answer;
}

struct StreamTimes {
  Time first{}, last{};
};

Result<json::Object> DescribeLogStreams(FunctionStore& store, const json::Object& request,
                                        const Place& place) {
  SLUICE_ASSIGN(std::string group, ReadGroup(store, request));
  SLUICE_ASSIGN(std::vector<std::string> names, store.ListLogStreams(group));
  const std::string prefix = json::FindString(request, "logStreamNamePrefix").value_or("");
  const std::string order = json::FindString(request, "orderBy").value_or("LogStreamName");
  if (order != "LogStreamName" && order != "LastEventTime") {
    return InvalidArgument("orderBy is LogStreamName or LastEventTime");
  }
  if (order == "LastEventTime" && !prefix.empty()) {
    return InvalidArgument("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  std::map<std::string, StreamTimes> times;
  SLUICE_RETURN_IF_ERROR(ForEachEvent(store, {.log_group = group}, [&](LogEvent& event) {
    auto [stream, is_new] = times.try_emplace(event.log_stream, StreamTimes{event.timestamp});
    stream->second.last = event.timestamp;
    return true;
  }));

  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(prefix); });
  std::sort(names.begin(), names.end());
  if (order == "LastEventTime") {
    std::stable_sort(names.begin(), names.end(),
                     [&](const auto& a, const auto& b) { return times[a].last < times[b].last; });
  }
  if (json::FindBool(request, "descending").value_or(false)) {
    std::reverse(names.begin(), names.end());
  }
  std::string next;
  SLUICE_ASSIGN(names, PageOfNames(request, std::move(names), next));
  json::Array streams;
  for (const std::string& name : names) {
    const StreamTimes& of_stream = times[name];
    streams.push_back(json::Object{{"logStreamName", name},
                                   {"creationTime", Milliseconds(of_stream.first)},
                                   {"firstEventTimestamp", Milliseconds(of_stream.first)},
                                   {"lastEventTimestamp", Milliseconds(of_stream.last)},
                                   {"lastIngestionTime", Milliseconds(of_stream.last)},
                                   {"arn", GroupArn(place, group) + ":log-stream:" + name}});
  }
  json::Object answer = {{"logStreams", std::move(streams)}};
  if (!next.empty()) answer["nextToken"] = next;
  return answer;
}

using Operation = Result<json::Object> (*)(FunctionStore&, const json::Object&, const Place&);
const std::map<std::string_view, Operation> kOperations = {
    {"FilterLogEvents", FilterLogEvents},
    {"GetLogEvents", GetLogEvents},
    {"DescribeLogGroups", DescribeLogGroups},
    {"DescribeLogStreams", DescribeLogStreams}};

}  // namespace

net::HttpResponse LogsApi::Handle(const net::HttpRequest& request, const net::Caller& caller) {
  if (FunctionOfPrincipal(caller.principal)) {
    return net::AwsError(400, "AccessDeniedException",
                         "User: " + caller.principal + " is not authorized to read logs");
  }
  const std::string* target = request.headers.Find("X-Amz-Target");
  const std::string name =
      target && target->starts_with(kTarget) ? target->substr(kTarget.size()) : "";
  const auto operation = kOperations.find(name);
  if (operation == kOperations.end()) {
    return net::AwsError(400, "UnknownOperationException",
                         "'" + (target ? *target : "") +
                             "' is not supported by this service. Of CloudWatch Logs there are "
                             "FilterLogEvents, GetLogEvents, DescribeLogGroups and "
                             "DescribeLogStreams");
  }
  auto body = json::ParseObject(request.body);
  if (!body.ok()) return net::AwsError(400, "SerializationException", body.error().message);
  auto answer = operation->second(store_, *body, PlaceOf(caller));
  return answer.ok() ? JsonResponse(*answer) : ToResponse(answer.error());
}

}  // namespace sluice::functions
