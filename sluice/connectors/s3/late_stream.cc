#include "sluice/connectors/s3/late_stream.h"

#include <utility>

namespace sluice::s3 {
namespace {

constexpr int64_t kHeldBytes = 1 << 20;
// A part of an upload, which Arrow's stream collects before it sends it.
constexpr int64_t kPartBytes = 10 << 20;

}  // namespace

LateStream::LateStream(std::shared_ptr<ObjectStore> store, std::string bucket, std::string key,
                       std::string content_type)
    : store_(std::move(store)),
      bucket_(std::move(bucket)),
      key_(std::move(key)),
      content_type_(std::move(content_type)) {}

LateStream::~LateStream() { (void)Abort(); }

arrow::Status LateStream::Write(const void* data, int64_t size) {
  if (is_closed_) return arrow::Status::Invalid("the object is closed");
  position_ += size;
  if (!stream_) {
    held_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    return position_ < kHeldBytes ? arrow::Status::OK() : Open();
  }
  return stream_->Write(data, size);
}

arrow::Status LateStream::Open() {
  auto stream = store_->OpenForWriting(bucket_, key_, content_type_);
  if (!stream.ok()) {
    failure_ = std::move(stream).error();
    return arrow::Status::IOError(failure_->message);
  }
  stream_ = *std::move(stream);
  return stream_->Write(std::exchange(held_, {}));
}

arrow::Status LateStream::Close() {
  if (is_closed_) return arrow::Status::OK();
  if (!stream_) ARROW_RETURN_NOT_OK(Open());
  is_closed_ = true;
  return stream_->Close();
}

arrow::Status LateStream::Abort() {
  if (std::exchange(is_closed_, true) || !stream_) return arrow::Status::OK();
  return stream_->Abort();
}

int64_t LateStream::memory_bytes() const {
  return stream_ ? kPartBytes : static_cast<int64_t>(held_.capacity());
}

Error LateStream::Explain(Error error) const {
  if (failure_) error = *failure_;
  // The bucket was there when the upload began. An answer may have been lost, so that the upload
  // was completed by a request that seemed to fail, and the next one found it gone.
  if (error.code == ErrorCode::kResourceNotFound && !failure_) error.code = ErrorCode::kServerError;
  return WithContext(std::move(error), "object '" + key_ + "' in bucket '" + bucket_ + "'");
}

}  // namespace sluice::s3
