// The system that the memory connector connects to: entities and their rows in this process's
// memory, with faults that happen when a test wants them to.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"
#include "sluice/connector/stream.h"
#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice::memory {

using Row = std::map<std::string, std::string>;  // JSON text by field; a missing field is null.

// Where a fault may strike.
enum class Point {
  kDescribe,  // Before an entity is described.
  kSplit,
  kOpenReader,
  kRead,     // Before a batch is read.
  kMisread,  // The batch comes, but without its first column.
  kOpenWriter,
  kResume,
  kWrite,        // Before a batch is written: nothing of it is.
  kAcknowledge,  // After a batch was written: all of it is, but the writer doesn't hear of it.
  kFinish,
};

// Rows read and where they end.
struct Slice {
  std::vector<Row> rows;
  size_t next = 0;  // Index of the row to go on with.
};

// Any thread.
class Database {
 public:
  // Until told otherwise, any password is right.
  void SetPassword(Secret password);
  bool IsRightPassword(const Secret& password) const;

  // Makes an entity, or replaces it. `records` are JSON objects.
  void Put(EntityDefinition definition, const std::vector<std::string>& records);
  // Adds a row and wakes readers that wait for one.
  void Append(const std::string& entity, const std::string& record);
  void Drop(const std::string& entity);
  // JSON objects, members in the order of the definition's fields, nulls written as null.
  std::vector<std::string> Records(const std::string& entity) const;

  // Asked at each passage of a point, before the faults: what it answers is what happens there.
  void OnPass(std::function<Status(Point)> hook);
  // The `nth` time from now (1: the next) that the point is passed, `error` strikes, once.
  void FailAt(Point point, int64_t nth, Error error);
  // The error whose time has come, if one has.
  Status Pass(Point point);
  int64_t passed(Point point) const;  // How often, since the beginning.

  std::vector<Entity> Entities() const;
  Result<EntityDefinition> Describe(const std::string& entity) const;

  // Up to `limit` rows that match, from index `from` and before index `to`.
  Result<Slice> Read(const std::string& entity, const std::optional<Filter>& condition, size_t from,
                     size_t to, size_t limit) const;
  Result<size_t> Count(const std::string& entity) const;
  // Waits for a row beyond `from`; false at the deadline or when `stop` is requested.
  bool WaitForRow(const std::string& entity, size_t from, Deadline until, std::stop_token stop);

  struct Write {
    std::string entity;
    WriteOperation operation = WriteOperation::kInsert;
    std::vector<std::string> id_fields;
    bool all_or_none = false;
    std::vector<Row> rows;
    std::vector<int64_t> source_row;
    std::string stream;       // Empty: the position is not kept.
    std::string undone_with;  // The stream whose Undo() takes the rows out again; empty: none.
    Position after;
  };
  // One change: the rows of all these writes (of one entity and stream) and the stream's position,
  // or nothing at all.
  Result<Progress> Commit(const std::vector<Write>& writes);
  // What the last change of a stream came to.
  Progress ReportOf(const std::string& stream) const;
  // Takes out what was inserted into an entity with `undone_with` behind a position.
  void Undo(const std::string& entity, const std::string& stream, const Position& behind);

 private:
  struct Table {
    EntityDefinition definition;
    std::vector<Row> rows;
  };
  struct Inserted {
    std::string stream;
    int64_t seq;
    Row row;
  };
  struct Fault {
    Point point;
    int64_t at;  // Of passed_.
    Error error;
  };

  Result<const Table*> Find(const std::string& entity) const;  // Under mutex_.

  mutable std::mutex mutex_;
  std::condition_variable_any row_added_;
  std::optional<Secret> password_;
  std::map<std::string, Table> tables_;
  std::map<std::string, Progress> streams_;  // The last report of each.
  std::vector<Inserted> undoable_;
  std::function<Status(Point)> hook_;
  std::map<Point, int64_t> passed_;
  std::vector<Fault> faults_;
};

}  // namespace sluice::memory
