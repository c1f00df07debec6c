#include "sluice/functions/code_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "sluice/base/log.h"

namespace sluice::functions {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kBadZip = "the function's zip can't be unpacked: ";

Error BadZip(std::string message) { return InvalidArgument(std::string(kBadZip) + message); }

Error FromErrno(const fs::path& path) {
  return ServiceUnavailable("the function's code can't be written to " + path.string() + ": " +
                            strerror(errno));
}

struct CloseZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, CloseZip>;

Result<Archive> OpenZip(std::string_view zip) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(zip.data(), zip.size(), 0, &error);
  zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  std::string message = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (archive) return Archive(archive);
  zip_source_free(source);
  return BadZip("it is not a zip (" + message + ")");
}

struct Entry {
  zip_uint64_t index = 0;
  std::string name;
  int64_t size = 0;
  mode_t type = S_IFREG;
  mode_t permissions = 0644;
};

bool StaysInside(const fs::path& path) {
  return path.is_relative() && !path.empty() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

Result<Entry> ReadEntry(zip_t* archive, zip_uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive, index, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME) ||
      !(stat.valid & ZIP_STAT_SIZE)) {
    return BadZip("entry " + std::to_string(index) + " is damaged");
  }
  Entry entry{index, stat.name, static_cast<int64_t>(stat.size)};
  if (!StaysInside(entry.name)) return BadZip("the path '" + entry.name + "' leaves the zip");
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(archive, index, 0, &system, &attributes);
  const mode_t mode = attributes >> 16;  // Where a Unix zip keeps st_mode; 0 elsewhere.
  if (system == ZIP_OPSYS_UNIX && mode != 0) {
    entry.permissions = mode & 0755;
    if (S_ISLNK(mode)) entry.type = S_IFLNK;
  }
  if (entry.name.ends_with('/')) entry.type = S_IFDIR;
  return entry;
}

// Reads an entry piece by piece into `take`, never more than its declared size.
template <class Take>
Status ReadContent(zip_t* archive, const Entry& entry, Take take) {
  std::unique_ptr<zip_file_t, CloseZip> file(zip_fopen_index(archive, entry.index, 0));
  if (!file) return BadZip("'" + entry.name + "': " + zip_strerror(archive));
  std::vector<char> piece(64 << 10);
  int64_t total = 0;
  while (true) {
    zip_int64_t size = zip_fread(file.get(), piece.data(), piece.size());
    if (size < 0) return BadZip("'" + entry.name + "': " + zip_file_strerror(file.get()));
    if (size == 0) break;
    total += size;
    if (total > entry.size) return BadZip("'" + entry.name + "' is larger than it says");
    SLUICE_RETURN_IF_ERROR(take(std::string_view(piece.data(), size)));
  }
  if (total != entry.size) return BadZip("'" + entry.name + "' is cut off");
  return Done{};
}

Status WriteAll(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    ssize_t size = write(fd, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return FromErrno(path);
    bytes.remove_prefix(size);
  }
  return Done{};
}

Status MakeFolder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return Done{};
  if (error == std::errc::not_a_directory || error == std::errc::file_exists) {
    return BadZip("'" + path.filename().string() + "' is a folder and a file at once");
  }
  return ServiceUnavailable("the folder " + path.string() + " can't be made: " + error.message());
}

Status WriteFile(zip_t* archive, const Entry& entry, const fs::path& folder) {
  const fs::path path = folder / entry.name;
  SLUICE_RETURN_IF_ERROR(MakeFolder(path.parent_path()));
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST) return BadZip("'" + entry.name + "' is in it twice");
  if (fd < 0) return FromErrno(path);
  Status status = ReadContent(archive, entry,
                              [&](std::string_view bytes) { return WriteAll(fd, bytes, path); });
  if (status.ok() && fchmod(fd, entry.permissions | S_IRUSR | S_IWUSR) != 0) {
    status = FromErrno(path);
  }
  close(fd);
  return status;
}

// Links come after all files, so no file is written through one. A target may climb with leading
// "..", no higher than to the top, and then only descend: so it stays inside whatever other links
// it passes.
Status WriteLink(zip_t* archive, const Entry& entry, const fs::path& folder) {
  std::string target;
  if (entry.size > 4096) return BadZip("the link '" + entry.name + "' is too long");
  SLUICE_RETURN_IF_ERROR(ReadContent(archive, entry, [&](std::string_view bytes) -> Status {
    target += bytes;
    return Done{};
  }));
  const fs::path place = fs::path(entry.name).parent_path();
  fs::path down = target;
  for (fs::path up = place; !down.empty() && *down.begin() == ".." && !up.empty();
       up = up.parent_path()) {
    down = down.lexically_relative("..");
  }
  if (!StaysInside(down)) return BadZip("the link '" + entry.name + "' leads out of the zip");
  SLUICE_RETURN_IF_ERROR(MakeFolder(folder / place));
  std::error_code error;
  for (fs::path up = place; !up.empty(); up = up.parent_path()) {
    if (fs::is_symlink(fs::symlink_status(folder / up, error))) {
      return BadZip("the link '" + entry.name + "' lies below another link");
    }
  }
  if (symlink(target.c_str(), (folder / entry.name).c_str()) != 0) {
    return errno == EEXIST ? BadZip("'" + entry.name + "' is in it twice")
                           : FromErrno(folder / entry.name);
  }
  return Done{};
}

Status UnpackInto(std::string_view zip, const fs::path& folder) {
  if (static_cast<int64_t>(zip.size()) > kMaxZipBytes) {
    return BadZip("it has " + std::to_string(zip.size()) + " bytes, more than 50 MB");
  }
  SLUICE_ASSIGN(Archive archive, OpenZip(zip));
  std::vector<Entry> entries;
  int64_t total = 0;
  for (zip_int64_t n = zip_get_num_entries(archive.get(), 0), i = 0; i < n; ++i) {
    SLUICE_ASSIGN(Entry entry, ReadEntry(archive.get(), i));
    if (entry.size < 0 || (total += entry.size) > kMaxUnpackedBytes) {
      return BadZip("it unpacks to more than 250 MB");
    }
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return BadZip("it is empty");
  SLUICE_RETURN_IF_ERROR(MakeFolder(folder));
  for (const Entry& entry : entries) {
    if (entry.type == S_IFDIR) SLUICE_RETURN_IF_ERROR(MakeFolder(folder / entry.name));
    if (entry.type == S_IFREG) SLUICE_RETURN_IF_ERROR(WriteFile(archive.get(), entry, folder));
  }
  for (const Entry& entry : entries) {
    if (entry.type == S_IFLNK) SLUICE_RETURN_IF_ERROR(WriteLink(archive.get(), entry, folder));
  }
  // On disk before the function is on record.
  int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FromErrno(folder);
  const bool synced = syncfs(fd) == 0;
  close(fd);
  return synced ? Status(Done{}) : FromErrno(folder);
}

Status CheckBootstrap(const fs::path& folder) {
  struct stat file;
  if (stat((folder / "bootstrap").c_str(), &file) != 0 || !S_ISREG(file.st_mode)) {
    return InvalidArgument(
        "the zip has no file 'bootstrap' at its top, which the runtimes provided.* execute");
  }
  if ((file.st_mode & S_IXUSR) == 0) {
    return InvalidArgument(
        "'bootstrap' in the zip is not executable: set it with chmod 755 bootstrap before zipping, "
        "with a tool that keeps permissions");
  }
  return Done{};
}

// "app.handler" is in app.py; "pkg/app.handler" and "pkg.app.handler" are in pkg/app.py.
Status CheckModule(const fs::path& folder, const std::string& handler) {
  const size_t dot = handler.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == handler.size()) {
    return InvalidArgument("the handler '" + handler + "' is not of the form module.function");
  }
  std::string module = handler.substr(0, dot);
  std::replace(module.begin(), module.end(), '.', '/');
  if (!StaysInside(module)) {
    return InvalidArgument("the handler '" + handler + "' leads out of the zip");
  }
  std::error_code error;
  if (fs::is_regular_file(folder / (module + ".py"), error) ||
      fs::is_regular_file(folder / module / "__init__.py", error)) {
    return Done{};
  }
  return InvalidArgument("the zip has no file '" + module + ".py', in which the handler '" +
                         handler + "' should be");
}

}  // namespace

Status Unpack(std::string_view zip, const fs::path& folder) {
  Status status = UnpackInto(zip, folder);
  if (!status.ok()) RemoveFolder(folder);
  return status;
}

Status CheckCode(const fs::path& folder, const std::string& runtime, const std::string& handler) {
  return runtime.starts_with("python") ? CheckModule(folder, handler) : CheckBootstrap(folder);
}

CodeFolder::~CodeFolder() {
  if (obsolete_) RemoveFolder(path_);
}

void RemoveFolder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) {
    Log(LogLevel::kWarning, "a folder could not be removed",
        {{"folder", folder.string()}, {"reason", error.message()}});
  }
}

}  // namespace sluice::functions
