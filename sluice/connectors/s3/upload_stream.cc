#include "sluice/connectors/s3/upload_stream.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sluice/connectors/s3/s3_error.h"

namespace sluice::s3 {
namespace {

constexpr size_t kLeastPartBytes = 5 << 20;
constexpr size_t kPartsOfOneSize = 1000;

// An answer may have been lost, so that the upload was completed by a request that seemed to fail,
// and the next one finds it gone.
Error RetryableWhereGone(Error error) {
  if (IsMissingInBucket(error)) error.code = ErrorCode::kServerError;
  return error;
}

}  // namespace

size_t UploadStream::PartBytes(size_t number) {
  return kLeastPartBytes * (1 + (number - 1) / kPartsOfOneSize);
}

UploadStream::UploadStream(std::shared_ptr<S3Api> api, std::string bucket, std::string key,
                           std::string content_type)
    : api_(std::move(api)),
      bucket_(std::move(bucket)),
      key_(std::move(key)),
      content_type_(std::move(content_type)) {}

UploadStream::~UploadStream() { (void)Abort(); }

arrow::Status UploadStream::Write(const void* data, int64_t size) {
  if (is_closed_) return arrow::Status::Invalid("the object is closed");
  position_ += size;
  return ToArrow(Collect({static_cast<const char*>(data), static_cast<size_t>(size)}));
}

arrow::Status UploadStream::Close() {
  if (is_closed_) return arrow::Status::OK();
  Status status = Publish();
  if (!status.ok()) (void)Abort();
  is_closed_ = true;
  return ToArrow(status);
}

arrow::Status UploadStream::Abort() {
  if (std::exchange(is_closed_, true)) return arrow::Status::OK();
  if (under_way_.valid()) under_way_.wait();
  if (!upload_) return arrow::Status::OK();
  return ToArrow(api_->AbortUpload(bucket_, *upload_));
}

Status UploadStream::Collect(std::string_view data) {
  bool is_sent = under_way_.valid() &&
                 under_way_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  if (is_sent) SLUICE_RETURN_IF_ERROR(FinishPart());
  while (!data.empty()) {
    size_t part_bytes = PartBytes(tags_.size() + (under_way_.valid() ? 2 : 1));
    if (part_.empty()) part_.reserve(part_bytes);
    size_t count = std::min(data.size(), part_bytes - part_.size());
    part_.append(data.substr(0, count));
    data.remove_prefix(count);
    if (part_.size() == part_bytes) SLUICE_RETURN_IF_ERROR(SendPart());
  }
  return Done{};
}

Status UploadStream::SendPart() {
  if (!upload_) {
    SLUICE_ASSIGN(upload_, api_->CreateUpload(bucket_, key_, content_type_));
  }
  SLUICE_RETURN_IF_ERROR(FinishPart());
  if (tags_.size() == kMostParts) {
    return InvalidArgument(
        "it has more than the 275 GiB that fit into the parts of an upload: let "
        "the flow write several objects");
  }
  auto send = [api = api_, bucket = bucket_, upload = *upload_, number = tags_.size() + 1,
               content = std::exchange(part_, {})]() mutable {
    auto tag = api->UploadPart(bucket, upload, number, content);
    return SentPart{std::move(tag), std::move(content)};
  };
  under_way_ = std::async(std::launch::async, std::move(send));
  return Done{};
}

Status UploadStream::FinishPart() {
  if (!under_way_.valid()) return Done{};
  SentPart sent = under_way_.get();
  if (!sent.tag.ok()) return RetryableWhereGone(std::move(sent.tag).error());
  tags_.push_back(*std::move(sent.tag));
  // Little was collected meanwhile: it goes where the pages are there already.
  if (part_.size() < sent.content.size() / 2) {
    sent.content = part_;
    part_.swap(sent.content);
  }
  return Done{};
}

Status UploadStream::Publish() {
  if (!upload_) return api_->PutObject(bucket_, key_, content_type_, std::move(part_));
  if (!part_.empty()) SLUICE_RETURN_IF_ERROR(SendPart());
  SLUICE_RETURN_IF_ERROR(FinishPart());
  Status completed = api_->CompleteUpload(bucket_, *upload_, tags_);
  if (!completed.ok()) return RetryableWhereGone(std::move(completed).error());
  return Done{};
}

}  // namespace sluice::s3
