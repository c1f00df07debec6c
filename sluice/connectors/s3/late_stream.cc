#include "sluice/connectors/s3/late_stream.h"

#include <utility>

#include "sluice/connectors/s3/s3_error.h"

namespace sluice::s3 {
namespace {

constexpr int64_t kHeldBytes = 1 << 20;
// A part of an upload that is sent, and one that is collected.
constexpr int64_t kStreamBytes = 10 << 20;

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
  if (!stream.ok()) return ToArrow(std::move(stream).error());
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
  return stream_ ? kStreamBytes : static_cast<int64_t>(held_.capacity());
}

Error LateStream::Explain(Error error) const {
  return WithContext(std::move(error), "object '" + key_ + "' in bucket '" + bucket_ + "'");
}

}  // namespace sluice::s3
