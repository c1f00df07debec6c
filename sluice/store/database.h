// The file: who may open it, its schema, and its connections.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/store/sqlite.h"

namespace sluice::store {

// A file that one process holds while it runs; the kernel lets go of it when the process ends,
// however it ends.
class ProcessLock {
 public:
  // kServiceUnavailable: another one holds it; the message says which.
  static Result<std::unique_ptr<ProcessLock>> Take(const std::string& path);
  ~ProcessLock();
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;

 private:
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

// Any thread. Writers wait for one another, readers for one another; neither waits for the other.
class Database {
 public:
  // Opens or makes `path` (mode 0600) and applies the migrations that are missing. Beside it lie
  // SQLite's `path`-wal and `path`-shm, and `path`.lock. Errors: see Store::Open.
  static Result<std::unique_ptr<Database>> Open(const std::string& path);

  // `work(connection)` returns a Result or Status, and is one transaction: committed where that is
  // ok, rolled back where it is not.
  template <class Work>
  auto Write(Work work) {
    std::lock_guard lock(writing_);
    return InTransaction(*writer_, work);
  }
  // The same, but power loss may take what was committed last.
  template <class Work>
  auto WriteQuickly(Work work) {
    std::lock_guard lock(writing_);
    return InTransaction(*quick_writer_, work);
  }
  // `work(connection)` sees what was committed, and changes nothing.
  template <class Work>
  auto Read(Work work) {
    std::lock_guard lock(reading_);
    return work(*reader_);
  }

  // One statement as a durable transaction. The number of rows that it changed.
  template <class... Values>
  Result<int64_t> Change(std::string_view sql, const Values&... values) {
    return Write([&](Connection& writer) { return Statement(writer, sql, values...).Run(); });
  }
  // The same, where it is an error not to change anything: kResourceNotFound "there is no <what>".
  template <class... Values>
  Status ChangeExisting(const std::string& what, std::string_view sql, const Values&... values) {
    SLUICE_ASSIGN(int64_t changed, Change(sql, values...));
    if (changed == 0) return ResourceNotFound("there is no " + what);
    return Done{};
  }

  // The rows of one query, each made into a T by `read`, a Result<T>(Statement& row).
  template <class T, class... Values>
  Result<std::vector<T>> All(Result<T> (*read)(Statement& row), std::string_view sql,
                             const Values&... values) {
    return Read([&](Connection& reader) -> Result<std::vector<T>> {
      std::vector<T> found;
      Statement row(reader, sql, values...);
      while (true) {
        SLUICE_ASSIGN(const bool has_row, row.Step());
        if (!has_row) return found;
        SLUICE_ASSIGN(T next, read(row));
        found.push_back(std::move(next));
      }
    });
  }
  // The only row of a query that has one at most.
  template <class T, class... Values>
  Result<std::optional<T>> One(Result<T> (*read)(Statement& row), std::string_view sql,
                               const Values&... values) {
    SLUICE_ASSIGN(std::vector<T> found, All(read, sql, values...));
    if (found.empty()) return std::optional<T>();
    return std::optional<T>(std::move(found.front()));
  }

 private:
  Database() = default;

  template <class Work>
  static auto InTransaction(Connection& connection, Work& work) -> decltype(work(connection)) {
    Transaction transaction(connection);
    SLUICE_RETURN_IF_ERROR(transaction.Begin());
    auto result = work(connection);
    if (!result.ok()) return result;
    SLUICE_RETURN_IF_ERROR(transaction.Commit());
    return result;
  }

  std::unique_ptr<ProcessLock> lock_;  // Given up last.
  std::mutex writing_, reading_;
  std::unique_ptr<Connection> writer_, quick_writer_, reader_;
};

}  // namespace sluice::store
