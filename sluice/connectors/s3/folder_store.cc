#include "sluice/connectors/s3/folder_store.h"

#include <arrow/io/file.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <tuple>

#include "sluice/base/uuid.h"
#include "sluice/connectors/s3/object_key.h"

namespace sluice::s3 {
namespace {

namespace fs = std::filesystem;

constexpr char kUploads[] = ".sluice-uploads";

Error FromErrno(int error, const std::string& what) {
  ErrorCode code = ErrorCode::kServerError;
  if (error == ENOENT) code = ErrorCode::kResourceNotFound;
  if (error == EACCES || error == EPERM || error == EROFS) code = ErrorCode::kAccessDenied;
  if (error == ENOTDIR || error == EISDIR || error == ENAMETOOLONG || error == EEXIST) {
    code = ErrorCode::kInvalidArgument;
  }
  return {code, what + ": " + std::strerror(error), {}};
}

// A key as a path below its bucket. S3 takes any bytes; a file system has its own mind.
Status CheckPath(const std::string& key) {
  SLUICE_RETURN_IF_ERROR(CheckKey(key));
  std::string_view rest = key;
  while (true) {
    std::string_view name = rest.substr(0, rest.find('/'));
    if (name.empty() || name == "." || name == ".." || name == kUploads) {
      return InvalidArgument("'" + key +
                             "' can't be the key of an object in a folder: it has a "
                             "part that is empty, '.', '..' or '" +
                             kUploads + "'");
    }
    if (name.size() == rest.size()) return Done{};
    rest.remove_prefix(name.size() + 1);
  }
}

Result<ObjectInfo> Inspect(const fs::path& path, const std::string& key) {
  struct stat info {};
  bool exists = ::stat(path.c_str(), &info) == 0;
  if (!exists && errno != ENOENT && errno != ENOTDIR) {
    return FromErrno(errno, "object '" + key + "'");
  }
  if (!exists || !S_ISREG(info.st_mode)) {
    return ResourceNotFound("there is no object '" + key + "'");
  }
  int64_t modified_ns = int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  return ObjectInfo{key, info.st_size,
                    std::to_string(info.st_ino) + "-" + std::to_string(info.st_size) + "-" +
                        std::to_string(modified_ns),
                    Time(std::chrono::microseconds(modified_ns / 1000))};
}

// A page of a folder's files as S3 lists keys: in the order of their bytes, from behind `after`.
class Listing {
 public:
  Listing(fs::path bucket, const ListRequest& request)
      : bucket_(std::move(bucket)),
        request_(request),
        most_(static_cast<size_t>(std::clamp(request.max_results, 1, 1000))) {}

  Result<ObjectPage> Run() {
    // Only what lies in the folder that the prefix names can begin with it.
    std::string folder = request_.prefix.substr(0, request_.prefix.rfind('/') + 1);
    if (!folder.empty() && !CheckPath(folder.substr(0, folder.size() - 1)).ok()) return page_;
    SLUICE_RETURN_IF_ERROR(Walk(folder));
    return std::move(page_);
  }

 private:
  // The names in a folder, those of folders with "/" behind them: so sorted, whole keys are sorted.
  Result<std::vector<std::string>> NamesIn(const std::string& folder) const {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator entries(bucket_ / folder, error);
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
      return names;  // Nothing begins with that prefix, or it was deleted meanwhile.
    }
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      std::string name = entries->path().filename();
      if (name == kUploads) continue;
      std::error_code gone;
      names.push_back(entries->is_directory(gone) ? name + "/" : name);
    }
    if (error) return FromErrno(error.value(), "listing '" + folder + "'");
    std::ranges::sort(names);
    return names;
  }

  bool is_full() const { return page_.objects.size() + page_.folders.size() >= most_; }

  // Whether keys that begin with `folder` may still come behind the last page.
  bool IsAhead(const std::string& folder) const {
    return folder > request_.next_token || request_.next_token.starts_with(folder);
  }

  // False: the page is full.
  Result<bool> Take(const std::string& key) {
    if (key <= request_.next_token) return true;
    if (is_full()) {
      page_.next_token = last_;
      return false;
    }
    if (key.ends_with('/')) {
      page_.folders.push_back(key);
    } else {
      Result<ObjectInfo> object = Inspect(bucket_ / key, key);
      if (!object.ok() && object.error().code == ErrorCode::kResourceNotFound) return true;
      if (!object.ok()) return std::move(object).error();
      page_.objects.push_back(*std::move(object));
    }
    last_ = key;
    return true;
  }

  Result<bool> Walk(const std::string& folder) {
    SLUICE_ASSIGN(std::vector<std::string> names, NamesIn(folder));
    for (const std::string& name : names) {
      std::string key = folder + name;
      if (!key.starts_with(request_.prefix)) continue;
      bool goes_down = name.ends_with('/') && request_.is_recursive;
      if (goes_down && !IsAhead(key)) continue;
      SLUICE_ASSIGN(bool goes_on, goes_down ? Walk(key) : Take(key));
      if (!goes_on) return false;
    }
    return true;
  }

  const fs::path bucket_;
  const ListRequest& request_;
  const size_t most_;
  ObjectPage page_;
  std::string last_;
};

// Writes to one place and renames to another.
class FileWriter final : public arrow::io::OutputStream {
 public:
  FileWriter(fs::path folder, fs::path temporary, fs::path final, int descriptor)
      : folder_(std::move(folder)),
        temporary_(std::move(temporary)),
        final_(std::move(final)),
        descriptor_(descriptor) {}

  ~FileWriter() override { (void)Abort(); }

  arrow::Status Write(const void* data, int64_t size) override {
    if (closed()) return arrow::Status::Invalid("the object is closed");
    const char* rest = static_cast<const char*>(data);
    for (int64_t left = size; left > 0;) {
      ssize_t written = ::write(descriptor_, rest, static_cast<size_t>(left));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Failure("writing");
      rest += written;
      left -= written;
    }
    position_ += size;
    return arrow::Status::OK();
  }

  arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return descriptor_ < 0; }

  arrow::Status Close() override {
    if (closed()) return arrow::Status::OK();
    arrow::Status status = Publish();
    Remove();
    return status;
  }

  arrow::Status Abort() override {
    if (!closed()) Remove();
    return arrow::Status::OK();
  }

 private:
  arrow::Status Failure(const char* what) const {
    Error error = FromErrno(errno, std::string(what) + " '" + final_.string() + "'");
    return arrow::Status::IOError(error.message);
  }

  // What is durable must survive a power cut: first the content, then the name.
  arrow::Status Publish() {
    if (::fsync(descriptor_) != 0) return Failure("writing");
    std::error_code error;
    fs::create_directories(final_.parent_path(), error);
    if (::rename(temporary_.c_str(), final_.c_str()) != 0) return Failure("publishing");
    int parent = ::open(final_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) return Failure("publishing");
    int synced = ::fsync(parent);
    ::close(parent);
    return synced == 0 ? arrow::Status::OK() : Failure("publishing");
  }

  void Remove() {
    ::close(descriptor_);
    descriptor_ = -1;
    std::error_code left_for_later;  // ListUploads finds it.
    fs::remove_all(folder_, left_for_later);
  }

  const fs::path folder_, temporary_, final_;
  int descriptor_;
  int64_t position_ = 0;
};

class FolderStore final : public ObjectStore {
 public:
  explicit FolderStore(fs::path root) : root_(std::move(root)) {}

  Status CheckBucket(const std::string& bucket) override {
    SLUICE_RETURN_IF_ERROR(BucketFolder(bucket));
    return Done{};
  }

  Result<std::vector<std::string>> ListBuckets() override {
    std::vector<std::string> buckets;
    std::error_code error;
    fs::directory_iterator entries(root_, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      std::string name = entries->path().filename();
      std::error_code gone;
      if (CheckBucketName(name).ok() && entries->is_directory(gone)) buckets.push_back(name);
    }
    if (error) return FromErrno(error.value(), "listing the buckets in '" + root_.string() + "'");
    std::ranges::sort(buckets);
    return buckets;
  }

  Result<ObjectPage> List(const ListRequest& request) override {
    SLUICE_ASSIGN(fs::path bucket, BucketFolder(request.bucket));
    return Listing(std::move(bucket), request).Run();
  }

  Result<ObjectInfo> Describe(const std::string& bucket, const std::string& key) override {
    SLUICE_ASSIGN(fs::path path, ObjectPath(bucket, key));
    return Inspect(path, key);
  }

  Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(const std::string& bucket,
                                                                      const ObjectInfo& object,
                                                                      std::stop_token) override {
    SLUICE_ASSIGN(fs::path path, ObjectPath(bucket, object.key));
    auto file = arrow::io::ReadableFile::Open(path.string());
    if (!file.ok()) {
      SLUICE_RETURN_IF_ERROR(Inspect(path, object.key));
      return FromObjectStore(file.status());
    }
    // After opening: the file that is read, whatever is put in its place now.
    SLUICE_ASSIGN(ObjectInfo now, Inspect(path, object.key));
    SLUICE_RETURN_IF_ERROR(CheckIsSame(bucket, object, now));
    return std::shared_ptr<arrow::io::RandomAccessFile>(*std::move(file));
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> OpenForWriting(const std::string& bucket,
                                                                  const std::string& key,
                                                                  const std::string&) override {
    SLUICE_ASSIGN(fs::path final, ObjectPath(bucket, key));
    std::error_code error;
    if (fs::is_directory(final, error)) {
      return InvalidArgument("'" + key + "' is a folder, so no object can have that key");
    }
    fs::path folder = root_ / bucket / kUploads / NewUuid();
    fs::path temporary = folder / key;
    fs::create_directories(temporary.parent_path(), error);
    if (error) return FromErrno(error.value(), "object '" + key + "'");
    int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                            S_IRUSR | S_IWUSR | S_IRGRP);
    if (descriptor < 0) return FromErrno(errno, "object '" + key + "'");
    return std::shared_ptr<arrow::io::OutputStream>(std::make_shared<FileWriter>(
        std::move(folder), std::move(temporary), std::move(final), descriptor));
  }

  Status Delete(const std::string& bucket, const std::string& key) override {
    SLUICE_ASSIGN(fs::path path, ObjectPath(bucket, key));
    if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return Done{};
    return FromErrno(errno, "deleting object '" + key + "'");
  }

  Result<std::vector<Upload>> ListUploads(const std::string& bucket,
                                          const std::string& prefix) override {
    SLUICE_ASSIGN(fs::path folder, BucketFolder(bucket));
    std::vector<Upload> uploads;
    std::error_code error;
    fs::directory_iterator ids(folder / kUploads, error);
    if (error == std::errc::no_such_file_or_directory) return uploads;
    for (; !error && ids != fs::directory_iterator(); ids.increment(error)) {
      std::string key = KeyIn(ids->path());
      if (!key.starts_with(prefix)) continue;
      uploads.push_back({std::move(key), ids->path().filename()});
    }
    if (error) return FromErrno(error.value(), "listing what was begun in '" + bucket + "'");
    std::ranges::sort(uploads, {},
                      [](const Upload& upload) { return std::tie(upload.key, upload.id); });
    return uploads;
  }

  Status AbortUpload(const std::string& bucket, const Upload& upload) override {
    SLUICE_ASSIGN(fs::path folder, BucketFolder(bucket));
    if (upload.id.find('/') != std::string::npos || !CheckPath(upload.id).ok()) {
      return InvalidArgument("'" + upload.id + "' is not an upload's id");
    }
    std::error_code error;
    fs::remove_all(folder / kUploads / upload.id, error);
    if (error) return FromErrno(error.value(), "giving up object '" + upload.key + "'");
    return Done{};
  }

 private:
  Result<fs::path> BucketFolder(const std::string& bucket) const {
    SLUICE_RETURN_IF_ERROR(CheckBucketName(bucket));
    fs::path folder = root_ / bucket;
    std::error_code error;
    if (fs::is_directory(folder, error)) return folder;
    return ResourceNotFound("there is no bucket '" + bucket + "': make the folder '" +
                            folder.string() + "'");
  }

  Result<fs::path> ObjectPath(const std::string& bucket, const std::string& key) const {
    SLUICE_ASSIGN(fs::path folder, BucketFolder(bucket));
    SLUICE_RETURN_IF_ERROR(CheckPath(key));
    return folder / key;
  }

  // The key of an upload: the path of the only file in its folder. Empty: it is just being removed.
  static std::string KeyIn(const fs::path& upload) {
    std::error_code error;
    fs::recursive_directory_iterator entries(upload, error);
    for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
      if (entries->is_regular_file(error)) return entries->path().lexically_relative(upload);
    }
    return {};
  }

  const fs::path root_;
};

}  // namespace

Result<std::shared_ptr<ObjectStore>> OpenFolderStore(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return FromErrno(error.value(), "folder '" + folder + "'");
  return std::shared_ptr<ObjectStore>(std::make_shared<FolderStore>(folder));
}

}  // namespace sluice::s3
