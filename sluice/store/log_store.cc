#include <map>

#include "sluice/base/json.h"
#include "sluice/store/sqlite_store.h"

namespace sluice::store {

using functions::LogEvent;

namespace {

// What CloudWatch Logs counts for an event besides its message.
constexpr int64_t kLogEventBytes = 26;
// What is left of a group when its oldest events have been dropped.
constexpr int64_t kLogGroupBytesLeft = kLogGroupBytes / 8 * 7;

Result<std::string> ReadText(Statement& row) { return row.Text(); }

Result<LogEvent> ReadLogEvent(Statement& row) {
  return LogEvent{.log_group = row.Text(),
                  .log_stream = row.Text(),
                  .timestamp = row.At(),
                  .message = row.Text(),
                  .id = row.Int()};
}

Result<int64_t> Number(Statement& row) {
  SLUICE_ASSIGN(bool has_row, row.Step());
  return has_row ? row.Int() : 0;
}

// Appends to one group within a transaction.
class LogGroup {
 public:
  static Result<LogGroup> Open(Connection& writer, const std::string& name) {
    SLUICE_RETURN_IF_ERROR(
        Statement(writer, "INSERT INTO log_group (name) VALUES (?) ON CONFLICT DO NOTHING", name)
            .Run());
    Statement row(writer, "SELECT id FROM log_group WHERE name = ?", name);
    SLUICE_ASSIGN(int64_t id, Number(row));
    return LogGroup(writer, id);
  }

  Status Append(const LogEvent& event) {
    SLUICE_ASSIGN(int64_t stream, StreamId(event.log_stream));
    bytes_ += static_cast<int64_t>(event.message.size()) + kLogEventBytes;
    SLUICE_RETURN_IF_ERROR(Statement(*writer_,
                                     "INSERT INTO log_event"
                                     " (group_id, stream_id, timestamp, message)"
                                     " VALUES (?, ?, ?, ?)",
                                     id_, stream, event.timestamp, event.message)
                               .Run());
    return Done{};
  }

  // Accounts for what was appended, and drops the oldest events where they are too many.
  Status Close() {
    Statement row(*writer_, "UPDATE log_group SET bytes = bytes + ? WHERE id = ? RETURNING bytes",
                  bytes_, id_);
    SLUICE_ASSIGN(int64_t bytes, Number(row));
    SLUICE_RETURN_IF_ERROR(row.Run());
    return bytes > kLogGroupBytes ? DropOldest(bytes - kLogGroupBytesLeft) : Status(Done{});
  }

 private:
  LogGroup(Connection& writer, int64_t id) : writer_(&writer), id_(id) {}

  Result<int64_t> StreamId(const std::string& name) {
    auto [stream, is_new] = streams_.try_emplace(name);
    if (!is_new) return stream->second;
    SLUICE_RETURN_IF_ERROR(Statement(*writer_,
                                     "INSERT INTO log_stream (group_id, name) VALUES (?, ?)"
                                     " ON CONFLICT DO NOTHING",
                                     id_, name)
                               .Run());
    Statement row(*writer_, "SELECT id FROM log_stream WHERE group_id = ? AND name = ?", id_, name);
    SLUICE_ASSIGN(stream->second, Number(row));
    return stream->second;
  }

  Status DropOldest(int64_t bytes) {
    int64_t dropped = 0, last = 0;
    {
      Statement row(*writer_,
                    "SELECT id, length(CAST(message AS BLOB)) FROM log_event"
                    " WHERE group_id = ? ORDER BY id",
                    id_);
      while (dropped < bytes) {
        SLUICE_ASSIGN(bool has_row, row.Step());
        if (!has_row) break;
        last = row.Int();
        dropped += row.Int() + kLogEventBytes;
      }
    }
    SLUICE_RETURN_IF_ERROR(
        Statement(*writer_, "DELETE FROM log_event WHERE group_id = ? AND id <= ?", id_, last)
            .Run());
    SLUICE_RETURN_IF_ERROR(
        Statement(*writer_, "UPDATE log_group SET bytes = bytes - ? WHERE id = ?", dropped, id_)
            .Run());
    SLUICE_RETURN_IF_ERROR(Statement(*writer_,
                                     "DELETE FROM log_stream WHERE group_id = ? AND NOT EXISTS"
                                     " (SELECT 1 FROM log_event WHERE stream_id = log_stream.id)",
                                     id_)
                               .Run());
    return Done{};
  }

  Connection* writer_;
  int64_t id_;
  int64_t bytes_ = 0;
  std::map<std::string, int64_t> streams_;
};

}  // namespace

Status SqliteStore::AppendLog(const std::vector<LogEvent>& events) {
  return database_->WriteQuickly([&](Connection& writer) -> Status {
    std::map<std::string, LogGroup> groups;
    for (const LogEvent& event : events) {
      auto group = groups.find(event.log_group);
      if (group == groups.end()) {
        SLUICE_ASSIGN(LogGroup opened, LogGroup::Open(writer, event.log_group));
        group = groups.emplace(event.log_group, std::move(opened)).first;
      }
      SLUICE_RETURN_IF_ERROR(group->second.Append(event));
    }
    for (auto& [name, group] : groups) SLUICE_RETURN_IF_ERROR(group.Close());
    return Done{};
  });
}

// Going on after an event means: after its place in the order of the answer.
Result<std::vector<LogEvent>> SqliteStore::FindLog(const LogQuery& query) {
  json::Array streams(query.log_streams.begin(), query.log_streams.end());
  return database_->All(
      ReadLogEvent,
      "SELECT log_group.name, log_stream.name, event.timestamp, event.message, event.id"
      " FROM log_group JOIN log_event AS event ON event.group_id = log_group.id"
      " JOIN log_stream ON log_stream.id = event.stream_id"
      " WHERE log_group.name = ?1 AND event.timestamp >= ?2 AND event.timestamp < ?3"
      " AND (?4 = '[]' OR log_stream.name IN (SELECT value FROM json_each(?4)))"
      " AND (?5 = '' OR instr(event.message, ?5) > 0)"
      " AND (event.timestamp, event.id) >"
      " (coalesce((SELECT timestamp FROM log_event WHERE id = ?6), ?2), ?6)"
      " ORDER BY event.timestamp, event.id LIMIT ?7",
      query.log_group, query.start.value_or(Time::min()), query.end.value_or(Time::max()),
      json::ToText(streams), query.contains, query.after_id, query.limit);
}

Result<std::vector<std::string>> SqliteStore::ListLogGroups() {
  return database_->All(ReadText, "SELECT name FROM log_group ORDER BY name");
}

Result<std::vector<std::string>> SqliteStore::ListLogStreams(const std::string& log_group) {
  return database_->All(ReadText,
                        "SELECT log_stream.name FROM log_stream JOIN log_group"
                        " ON log_group.id = group_id WHERE log_group.name = ?"
                        " ORDER BY log_stream.name",
                        log_group);
}

}  // namespace sluice::store
