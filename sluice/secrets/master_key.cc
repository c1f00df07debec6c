#include "sluice/secrets/master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "sluice/base/encoding.h"
#include "sluice/base/uuid.h"
#include "sluice/secrets/sealing.h"

namespace sluice::secrets {
namespace {

// Base64 of 32 bytes and the end of the line; a file that is longer is no key.
constexpr size_t kMaxFileBytes = 64;

class File {
 public:
  File(const std::string& path, int flags) : descriptor_(open(path.c_str(), flags, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

Error FromErrno(const std::string& path, const std::string& what) {
  return ServerError("cannot " + what + " the master key file " + path + ": " + strerror(errno));
}

Status CheckPrivate(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return InvalidArgument("the master key " + path + " is not a file");
  if (file.st_uid != geteuid()) {
    return Error{ErrorCode::kAccessDenied,
                 "the master key file " + path + " belongs to another user (uid " +
                     std::to_string(file.st_uid) + "): change its owner or choose another file",
                 {}};
  }
  if ((file.st_mode & 077) != 0) {
    return Error{ErrorCode::kAccessDenied,
                 "others may read or change the master key file " + path + ": chmod 600 " + path,
                 {}};
  }
  return Done{};
}

Result<Secret> Decode(const std::string& path, std::string_view line) {
  const Error no_key = InvalidArgument("the master key file " + path +
                                       " does not hold a key (one line, base64 of 32 bytes): "
                                       "restore it from a backup");
  if (line.empty() || line.back() != '\n') return no_key;  // Perhaps cut off.
  line.remove_suffix(1);
  auto decoded = Base64Decode(line);
  if (!decoded.ok() || decoded->size() != kMasterKeyBytes) return no_key;
  return Secret(*std::move(decoded));
}

// Nothing where there is no such file.
Result<std::optional<Secret>> Read(const std::string& path) {
  File file(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (!file.is_open() && errno == ENOENT) return std::optional<Secret>();
  if (!file.is_open()) return FromErrno(path, "open");
  struct stat status {};
  if (fstat(file.descriptor(), &status) != 0) return FromErrno(path, "look at");
  SLUICE_RETURN_IF_ERROR(CheckPrivate(path, status));
  std::string line(kMaxFileBytes, '\0');
  ssize_t size = read(file.descriptor(), line.data(), line.size());
  if (size < 0) return FromErrno(path, "read");
  Secret text(std::move(line));
  SLUICE_ASSIGN(Secret key,
                Decode(path, std::string_view(text.Reveal()).substr(0, static_cast<size_t>(size))));
  return std::optional<Secret>(std::move(key));
}

Status SyncDirectoryOf(const std::string& path) {
  std::string directory = std::filesystem::path(path).parent_path().string();
  File file(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!file.is_open() || fsync(file.descriptor()) != 0) return FromErrno(path, "make");
  return Done{};
}

// A whole key under a name of its own, then linked to `path`: link(2), unlike rename(2), leaves a
// key alone that another process put there meanwhile.
Status Make(const std::string& path) {
  const Secret line(Base64Encode(RandomBytes(kMasterKeyBytes)) + '\n');
  const std::string draft = path + ".new-" + RandomToken(8);
  File file(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  if (!file.is_open()) return FromErrno(path, "make");
  const auto size = static_cast<ssize_t>(line.Reveal().size());
  Status made = Done{};
  if (write(file.descriptor(), line.Reveal().data(), line.Reveal().size()) != size ||
      fsync(file.descriptor()) != 0 ||
      (link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST)) {
    made = FromErrno(path, "make");
  }
  if (unlink(draft.c_str()) != 0 && made.ok()) made = FromErrno(path, "tidy up beside");
  SLUICE_RETURN_IF_ERROR(std::move(made));
  return SyncDirectoryOf(path);
}

}  // namespace

Result<Secret> LoadMasterKey(const std::string& path) {
  SLUICE_ASSIGN(std::optional<Secret> key, Read(path));
  if (key) return *std::move(key);
  SLUICE_RETURN_IF_ERROR(Make(path));
  SLUICE_ASSIGN(key, Read(path));
  if (!key) return ServerError("the master key file " + path + " vanished while it was made");
  return *std::move(key);
}

}  // namespace sluice::secrets
