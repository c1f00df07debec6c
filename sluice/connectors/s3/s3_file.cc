#include "sluice/connectors/s3/s3_file.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "sluice/connectors/s3/object_key.h"
#include "sluice/connectors/s3/s3_error.h"

namespace sluice::s3 {
namespace {

// What is asked for at once, so that a slow network has the time and a lost answer costs little.
constexpr int64_t kMostBytes = 4 << 20;

}  // namespace

S3File::S3File(std::shared_ptr<S3Api> api, std::string bucket, ObjectInfo object,
               std::stop_token stop)
    : api_(std::move(api)),
      bucket_(std::move(bucket)),
      object_(std::move(object)),
      stop_(std::move(stop)) {}

arrow::Result<std::shared_ptr<arrow::Buffer>> S3File::ReadAt(int64_t position, int64_t size) {
  size = Available(position, size);
  if (size > 0 && size <= kMostBytes) {
    Result<std::string> content = Get(position, size);
    if (!content.ok()) return ToArrow(std::move(content).error());
    return arrow::Buffer::FromString(*std::move(content));
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(size));
  ARROW_RETURN_NOT_OK(ReadAt(position, size, buffer->mutable_data()));
  return buffer;
}

arrow::Result<int64_t> S3File::ReadAt(int64_t position, int64_t size, void* out) {
  size = Available(position, size);
  for (int64_t done = 0; done < size;) {
    Result<std::string> content = Get(position + done, std::min(size - done, kMostBytes));
    if (!content.ok()) return ToArrow(std::move(content).error());
    std::memcpy(static_cast<char*>(out) + done, content->data(), content->size());
    done += static_cast<int64_t>(content->size());
  }
  return size;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> S3File::Read(int64_t size) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size));
  position_ += buffer->size();
  return buffer;
}

arrow::Result<int64_t> S3File::Read(int64_t size, void* out) {
  ARROW_ASSIGN_OR_RAISE(int64_t count, ReadAt(position_, size, out));
  position_ += count;
  return count;
}

arrow::Status S3File::Seek(int64_t position) {
  position_ = position;
  return arrow::Status::OK();
}

Result<std::string> S3File::Get(int64_t position, int64_t size) {
  SLUICE_ASSIGN(ObjectPart part, api_->GetObject(bucket_, object_.key, position, size, stop_));
  SLUICE_RETURN_IF_ERROR(CheckTag(part.etag));
  return std::move(part.content);
}

Status S3File::CheckTag(const std::string& etag) {
  std::lock_guard lock(mutex_);
  if (etag_.empty()) etag_ = etag;
  if (etag == etag_) return Done{};
  return WasChanged(bucket_, object_.key);
}

int64_t S3File::Available(int64_t position, int64_t size) const {
  return std::clamp<int64_t>(object_.size - position, 0, size);
}

}  // namespace sluice::s3
