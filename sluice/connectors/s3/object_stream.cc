#include "sluice/connectors/s3/object_stream.h"

#include <arrow/buffer.h>
#include <arrow/io/compressed.h>
#include <arrow/util/compression.h>
#include <arrow/util/future.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <vector>

#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error FromGzip(const arrow::Status& status) {
  std::string_view message = status.message();
  if (message.starts_with("zlib") || message.starts_with("Truncated")) {
    return InvalidArgument("it begins as a gzip file but can't be unpacked: " +
                           std::string(message));
  }
  return FromObjectStore(status);
}

}  // namespace

// The object as it is stored, with the next chunks on their way.
class ObjectStream::Raw final : public arrow::io::InputStream {
 public:
  Raw(std::shared_ptr<arrow::io::RandomAccessFile> file, int64_t size, const ReadAhead& ahead,
      std::shared_ptr<const ReadWait> wait)
      : file_(std::move(file)), size_(size), ahead_(ahead), wait_(std::move(wait)) {}

  arrow::Result<int64_t> Read(int64_t size, void* out) override {
    ARROW_ASSIGN_OR_RAISE(std::string_view seen, Peek(1));
    int64_t count = std::min<int64_t>(size, static_cast<int64_t>(seen.size()));
    if (count > 0) std::memcpy(out, seen.data(), static_cast<size_t>(count));
    used_ += count;
    return count;
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override {
    ARROW_ASSIGN_OR_RAISE(std::string_view seen, Peek(1));
    int64_t count = std::min<int64_t>(size, static_cast<int64_t>(seen.size()));
    if (count == 0) return std::make_shared<arrow::Buffer>(nullptr, 0);
    auto buffer = arrow::SliceBuffer(chunk_, used_, count);
    used_ += count;
    return buffer;
  }

  // What is there of the chunk; nothing only at the end.
  arrow::Result<std::string_view> Peek(int64_t) override {
    if (!chunk_ || used_ == chunk_->size()) ARROW_RETURN_NOT_OK(NextChunk());
    if (!chunk_) return std::string_view();
    return std::string_view(*chunk_).substr(static_cast<size_t>(used_));
  }

  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return start_ + used_; }

  void SkipTo(int64_t offset) {
    int64_t chunk_size = chunk_ ? chunk_->size() : 0;
    if (offset <= start_ + chunk_size) {
      used_ = offset - start_;
      return;
    }
    coming_.clear();
    chunk_.reset();
    used_ = 0;
    start_ = asked_ = std::min(offset, size_);
  }

 private:
  void AskAhead() {
    while (static_cast<int>(coming_.size()) < ahead_.chunks && asked_ < size_) {
      int64_t count = std::min(ahead_.chunk_bytes, size_ - asked_);
      coming_.push_back(file_->ReadAsync(arrow::io::default_io_context(), asked_, count));
      asked_ += count;
    }
  }

  arrow::Status NextChunk() {
    start_ += chunk_ ? chunk_->size() : 0;
    used_ = 0;
    chunk_.reset();
    AskAhead();
    if (coming_.empty()) return arrow::Status::OK();
    auto next = std::move(coming_.front());
    coming_.pop_front();
    ARROW_ASSIGN_OR_RAISE(chunk_, wait_->For(next));
    AskAhead();
    if (chunk_->size() == std::min(ahead_.chunk_bytes, size_ - start_)) return arrow::Status::OK();
    return arrow::Status::Invalid("it ends before the ", size_, " bytes that it should have");
  }

  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const int64_t size_;
  const ReadAhead ahead_;
  const std::shared_ptr<const ReadWait> wait_;
  std::deque<arrow::Future<std::shared_ptr<arrow::Buffer>>> coming_;
  int64_t asked_ = 0;                     // Up to here.
  std::shared_ptr<arrow::Buffer> chunk_;  // Begins at start_; used_ bytes of it were read.
  int64_t start_ = 0, used_ = 0;
};

Result<std::unique_ptr<ObjectStream>> ObjectStream::Open(
    std::shared_ptr<arrow::io::RandomAccessFile> file, const ReadAhead& ahead,
    std::shared_ptr<const ReadWait> wait) {
  auto size = file->GetSize();
  if (!size.ok()) return FromObjectStore(size.status());
  std::unique_ptr<ObjectStream> stream(new ObjectStream);
  stream->raw_ = std::make_shared<Raw>(std::move(file), *size, ahead, std::move(wait));
  auto head = stream->raw_->Peek(2);
  if (!head.ok()) return FromObjectStore(head.status());
  if (head->starts_with(kGzipMagic)) {
    auto codec = arrow::util::Codec::Create(arrow::Compression::GZIP);
    if (!codec.ok()) return FromObjectStore(codec.status());
    auto unpacked = arrow::io::CompressedInputStream::Make(codec->get(), stream->raw_);
    if (!unpacked.ok()) return FromGzip(unpacked.status());
    stream->unpacked_ = *std::move(unpacked);
  }
  return stream;
}

Result<int64_t> ObjectStream::Read(int64_t size, char* out) {
  auto count = unpacked_ ? unpacked_->Read(size, out) : raw_->Read(size, out);
  if (!count.ok()) return FromGzip(count.status());
  offset_ += *count;
  return *count;
}

Status ObjectStream::SkipTo(int64_t offset) {
  SLUICE_CHECK(offset >= offset_);
  if (!unpacked_) {
    raw_->SkipTo(offset);
    offset_ = offset;
    return Done{};
  }
  std::vector<char> skipped(64 << 10);
  while (offset_ < offset) {
    int64_t size = std::min<int64_t>(offset - offset_, static_cast<int64_t>(skipped.size()));
    SLUICE_ASSIGN(int64_t count, Read(size, skipped.data()));
    if (count == 0) return InvalidArgument("it ends before byte " + std::to_string(offset));
  }
  return Done{};
}

Status TextWindow::Fill(int64_t size) {
  if (size > kMostRecordBytes) {
    return InvalidArgument("the record at byte " + std::to_string(offset_) + " is longer than " +
                           std::to_string(kMostRecordBytes >> 20) +
                           " MB; is a quote or the end of a line missing?");
  }
  size_t wanted = static_cast<size_t>(size);
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (buffer_.size() < wanted) buffer_.resize(wanted);
  while (!at_end_ && end_ < wanted) {
    SLUICE_ASSIGN(int64_t count,
                  stream_->Read(static_cast<int64_t>(wanted - end_), buffer_.data() + end_));
    if (count == 0) at_end_ = true;
    end_ += static_cast<size_t>(count);
  }
  return Done{};
}

void TextWindow::Take(int64_t size) {
  SLUICE_CHECK(begin_ + static_cast<size_t>(size) <= end_);
  begin_ += static_cast<size_t>(size);
  offset_ += size;
}

Status TextWindow::SkipTo(int64_t offset) {
  int64_t ahead = offset - offset_;
  SLUICE_CHECK(ahead >= 0);
  if (ahead <= static_cast<int64_t>(end_ - begin_)) return Take(ahead), Done{};
  SLUICE_RETURN_IF_ERROR(stream_->SkipTo(offset));
  begin_ = end_ = 0;
  offset_ = offset;
  return Done{};
}

Status SkipByteOrderMark(TextWindow& window) {
  SLUICE_RETURN_IF_ERROR(window.Fill(static_cast<int64_t>(kByteOrderMark.size())));
  if (window.view().starts_with(kByteOrderMark)) {
    window.Take(static_cast<int64_t>(kByteOrderMark.size()));
  }
  return Done{};
}

}  // namespace sluice::s3
