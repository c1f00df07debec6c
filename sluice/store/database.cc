#include "sluice/store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sluice/store/migrations.h"

namespace sluice::store {
namespace {

constexpr int64_t kApplicationId = 0x534c5543;  // "SLUC", in the file's header.

Error FromErrno(const std::string& what, const std::string& path) {
  const ErrorCode code = errno == EACCES || errno == EPERM || errno == EROFS
                             ? ErrorCode::kAccessDenied
                             : ErrorCode::kInvalidArgument;
  return {code, "cannot " + what + " " + path + ": " + strerror(errno), {}};
}

// What the holder wrote into a lock file.
std::string HolderOf(int descriptor) {
  char pid[16] = {};
  ssize_t size = pread(descriptor, pid, sizeof pid - 1, 0);
  return size > 0 ? "process " + std::string(pid, static_cast<size_t>(size)) : "another process";
}

// SQLite gives -wal and -shm the mode of the file itself.
Status MakePrivateFile(const std::string& path) {
  int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  if (file < 0) return FromErrno("open", path);
  struct stat status {};
  Status made = Done{};
  if (fstat(file, &status) != 0) {
    made = FromErrno("look at", path);
  } else if (!S_ISREG(status.st_mode)) {
    made = InvalidArgument(path + " is not a file");
  } else if ((status.st_mode & 077) != 0 && fchmod(file, 0600) != 0) {
    made = FromErrno("keep others out of", path);
  }
  close(file);
  return made;
}

Result<int64_t> Number(Connection& connection, std::string_view sql) {
  Statement row(connection, sql);
  SLUICE_ASSIGN(bool has_row, row.Step());
  return has_row ? row.Int() : 0;
}

Status CheckIsOurs(Connection& connection, const std::string& path) {
  SLUICE_ASSIGN(int64_t application_id, Number(connection, "PRAGMA application_id"));
  if (application_id == kApplicationId) return Done{};
  SLUICE_ASSIGN(int64_t tables, Number(connection, "SELECT count(*) FROM sqlite_schema"));
  if (application_id == 0 && tables == 0) return Done{};
  return InvalidArgument("the file " + path +
                         " is another program's database: choose another place");
}

Status UseWriteAheadLog(Connection& connection, const std::string& path) {
  Statement mode(connection, "PRAGMA journal_mode = WAL");
  SLUICE_ASSIGN(bool has_row, mode.Step());
  if (has_row && mode.Text() == "wal") return Done{};
  return InvalidArgument("the file system of " + path +
                         " cannot keep SQLite's write-ahead log (a network drive?): choose a "
                         "local disk");
}

Status Apply(Connection& connection, const Migration& migration, size_t version) {
  Transaction transaction(connection);
  SLUICE_RETURN_IF_ERROR(transaction.Begin());
  auto applied = connection.Execute(std::string(migration.sql) +
                                    ";PRAGMA application_id = " + std::to_string(kApplicationId) +
                                    ";PRAGMA user_version = " + std::to_string(version));
  if (!applied.ok()) {
    return WithContext(applied.error(), "the migration " + std::string(migration.name) + " failed");
  }
  return transaction.Commit();
}

Status Migrate(Connection& connection, const std::string& path) {
  const auto migrations = Migrations();
  SLUICE_ASSIGN(const int64_t present, Number(connection, "PRAGMA user_version"));
  auto version = static_cast<size_t>(present);
  if (version > migrations.size()) {
    return InvalidArgument("the database " + path + " was written by a newer version of sluice (" +
                           std::to_string(version) + ", this one knows " +
                           std::to_string(migrations.size()) +
                           "): use that version or a newer one");
  }
  for (; version < migrations.size(); ++version) {
    SLUICE_RETURN_IF_ERROR(Apply(connection, migrations[version], version + 1));
  }
  return Done{};
}

}  // namespace

Result<std::unique_ptr<ProcessLock>> ProcessLock::Take(const std::string& path) {
  int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return FromErrno("open", path);
  std::unique_ptr<ProcessLock> lock(new ProcessLock(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return FromErrno("lock", path);
    return ServiceUnavailable(HolderOf(descriptor) + " holds " + path);
  }
  const std::string pid = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return FromErrno("write", path);
  }
  return lock;
}

ProcessLock::~ProcessLock() { close(descriptor_); }

Result<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  std::unique_ptr<Database> database(new Database());
  auto lock = ProcessLock::Take(path + ".lock");
  if (!lock.ok()) {
    return lock.error().code == ErrorCode::kServiceUnavailable
               ? WithContext(std::move(lock).error(),
                             "the database " + path +
                                 " is in use: stop the other service or choose another directory")
               : std::move(lock).error();
  }
  database->lock_ = *std::move(lock);
  SLUICE_RETURN_IF_ERROR(MakePrivateFile(path));
  SLUICE_ASSIGN(database->writer_, Connection::Open(path, Sync::kFull));
  SLUICE_RETURN_IF_ERROR(CheckIsOurs(*database->writer_, path));
  SLUICE_RETURN_IF_ERROR(UseWriteAheadLog(*database->writer_, path));
  SLUICE_RETURN_IF_ERROR(Migrate(*database->writer_, path));
  SLUICE_ASSIGN(database->quick_writer_, Connection::Open(path, Sync::kNormal));
  SLUICE_ASSIGN(database->reader_, Connection::Open(path, Sync::kFull));
  SLUICE_RETURN_IF_ERROR(database->reader_->Execute("PRAGMA query_only = ON"));
  return database;
}

}  // namespace sluice::store
