#include "sluice/connectors/s3/s3_writer.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "sluice/base/log.h"
#include "sluice/connectors/s3/object_file.h"
#include "sluice/connectors/s3/object_name.h"
#include "sluice/connectors/s3/output_settings.h"
#include "sluice/connectors/s3/partition_folders.h"

namespace sluice::s3 {
namespace {

constexpr int64_t kObjectBytes = 64 << 20;
constexpr int64_t kRunMemoryBytes = 64 << 20;
constexpr int64_t kLeastMemoryBytes = 16 << 20;
constexpr size_t kMostFiles = 500;
constexpr int64_t kLeastUploadBytes = 5 << 20;  // Smaller parts than that there are none in S3.
constexpr size_t kClosedAtOnce = 8;  // Each is a request or two, of which S3 takes its time.

// Closes all, some at once. The Error is the first that came.
Status CloseAll(const std::vector<ObjectFile*>& files) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  Status outcome = Done{};
  auto close_some = [&] {
    for (size_t i; (i = next++) < files.size();) {
      Status status = files[i]->Close();
      if (status.ok()) continue;
      next = files.size();
      std::lock_guard lock(mutex);
      if (outcome.ok()) outcome = std::move(status);
    }
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(files.size(), kClosedAtOnce); ++i) {
      others.emplace_back(close_some);
    }
    close_some();
  }
  return outcome;
}

class S3Writer final : public BatchWriter {
 public:
  S3Writer(std::shared_ptr<ObjectStore> store, OutputSettings settings, const WriteRequest& request,
           const std::string& stream)
      : store_(std::move(store)),
        settings_(std::move(settings)),
        names_(settings_, request.run, stream),
        entity_(request.entity),
        keys_(request.partition_keys),
        object_bytes_(settings_.object_bytes.value_or(kObjectBytes)),
        memory_bytes_(std::max(kRunMemoryBytes / std::max(request.streams, 1), kLeastMemoryBytes)) {
  }

  Result<std::optional<Position>> Resume(const Position& logged) override {
    SLUICE_RETURN_IF_ERROR(GiveUpUploads());
    SLUICE_RETURN_IF_ERROR(DeleteBehind(logged.seq));
    durable_ = latest_ = logged;
    return std::optional<Position>(logged);
  }

  bool may_refuse() const override { return false; }

  Result<Progress> Write(const Batch& batch) override {
    if (batch.rows->num_rows() > 0) SLUICE_RETURN_IF_ERROR(Append(batch));
    latest_ = batch.after;
    if (files_.empty()) durable_ = latest_;
    if (IsFull()) return CloseFiles();
    return Progress{.durable = durable_};
  }

  Result<Progress> Flush() override {
    if (settings_.is_single_file || settings_.object_bytes) return Progress{.durable = durable_};
    return CloseFiles();
  }

  Result<Progress> Finish() override {
    SLUICE_ASSIGN(Progress last, CloseFiles());
    if (has_uploaded_) RemoveStrayUploads();
    return last;
  }

  void Abandon() override { files_.clear(); }

 private:
  Status GiveUpUploads() {
    SLUICE_ASSIGN(std::vector<Upload> uploads,
                  store_->ListUploads(settings_.bucket, names_.flow_folder()));
    for (const Upload& upload : uploads) {
      if (!names_.FirstSeqOf(upload.key) && !names_.IsOfAnotherRun(upload.key)) continue;
      SLUICE_RETURN_IF_ERROR(store_->AbortUpload(settings_.bucket, upload));
    }
    return Done{};
  }

  // A request to begin an upload whose answer was lost was sent again, and began another one. The
  // rows are all there, so that it is no failure where that can't be mended now; the flow's next
  // run will.
  void RemoveStrayUploads() {
    Status status = GiveUpUploads();
    if (status.ok()) return;
    Log(LogLevel::kWarning, "looking for uploads that were begun in vain failed",
        {{"bucket", settings_.bucket}, {"error", status.error().message}});
  }

  Status DeleteBehind(int64_t seq) {
    ListRequest request{.bucket = settings_.bucket, .prefix = names_.run_folder()};
    if (keys_.empty()) request.prefix += names_.name_prefix();
    std::vector<std::string> behind;
    do {
      SLUICE_ASSIGN(ObjectPage page, store_->List(request));
      for (const ObjectInfo& object : page.objects) {
        if (names_.FirstSeqOf(object.key).value_or(seq) > seq) behind.push_back(object.key);
      }
      request.next_token = page.next_token;
    } while (!request.next_token.empty());
    for (const std::string& key : behind) {
      SLUICE_RETURN_IF_ERROR(store_->Delete(settings_.bucket, key));
    }
    return Done{};
  }

  Status Append(const Batch& batch) {
    if (batch.after.seq > ObjectNames::kMaxSeq) {
      return InvalidArgument("the source numbers its batches beyond " +
                             std::to_string(ObjectNames::kMaxSeq));
    }
    SLUICE_ASSIGN(std::vector<FolderRows> parts, SplitByFolders(batch.rows, keys_));
    for (const FolderRows& part : parts) {
      std::unique_ptr<ObjectFile>& file = files_[part.folders];
      if (!file) {
        file = std::make_unique<ObjectFile>(store_, settings_,
                                            names_.Key(part.folders, batch.after.seq),
                                            batch.rows->schema(), entity_);
      }
      SLUICE_RETURN_IF_ERROR(file->Write(*part.rows));
    }
    rows_ += batch.rows->num_rows();
    return Done{};
  }

  bool IsFull() const {
    int64_t largest = 0, memory = 0;
    for (const auto& [folders, file] : files_) {
      largest = std::max(largest, file->size());
      memory += file->memory_bytes();
    }
    if (!settings_.is_single_file && largest >= object_bytes_) return true;
    // One file alone is as small as it can be.
    return files_.size() > kMostFiles || (files_.size() > 1 && memory > memory_bytes_);
  }

  Result<Progress> CloseFiles() {
    std::vector<ObjectFile*> files;
    for (const auto& [folders, file] : files_) files.push_back(file.get());
    SLUICE_RETURN_IF_ERROR(CloseAll(files));
    durable_ = latest_;
    Progress progress{.durable = durable_, .rows_written = std::exchange(rows_, 0)};
    for (const ObjectFile* file : files) {
      progress.bytes_written += file->size();
      has_uploaded_ = has_uploaded_ || file->size() >= kLeastUploadBytes;
    }
    files_.clear();
    return progress;
  }

  const std::shared_ptr<ObjectStore> store_;
  const OutputSettings settings_;
  const ObjectNames names_;
  const EntityDefinition entity_;
  const std::vector<std::string> keys_;
  const int64_t object_bytes_, memory_bytes_;

  std::map<std::string, std::unique_ptr<ObjectFile>> files_;  // By their partition folders.
  int64_t rows_ = 0;                                          // In them.
  Position latest_, durable_;
  bool has_uploaded_ = false;  // An object that may have been an upload of several parts.
};

}  // namespace

Result<std::unique_ptr<BatchWriter>> OpenS3Writer(std::shared_ptr<ObjectStore> store,
                                                  const WriteRequest& request,
                                                  const std::string& stream) {
  SLUICE_ASSIGN(OutputSettings settings, ReadOutputSettings(request.settings));
  if (request.operation != WriteOperation::kInsert) {
    return InvalidArgument(
        "objects in S3 can't be changed row by row: the only operation is INSERT");
  }
  for (const std::string& key : request.partition_keys) {
    if (std::ranges::find(request.fields, key) == request.fields.end()) {
      return InvalidArgument("there is no column '" + key + "' to partition by");
    }
  }
  return std::unique_ptr<BatchWriter>(
      std::make_unique<S3Writer>(std::move(store), std::move(settings), request, stream));
}

}  // namespace sluice::s3
