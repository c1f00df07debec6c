#include "sluice/connectors/s3/stoppable_file.h"

#include <cstring>
#include <utility>

namespace sluice::s3 {
namespace {

constexpr double kSecondsBetweenLooks = 0.05;

class StoppableFile final : public arrow::io::RandomAccessFile {
 public:
  StoppableFile(std::shared_ptr<arrow::io::RandomAccessFile> file,
                std::shared_ptr<const ReadWait> wait)
      : file_(std::move(file)), wait_(std::move(wait)) {}

  arrow::Result<int64_t> GetSize() override { return file_->GetSize(); }

  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t size) override {
    return wait_->For(file_->ReadAsync(arrow::io::default_io_context(), position, size));
  }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t size, void* out) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position, size));
    std::memcpy(out, buffer->data(), static_cast<size_t>(buffer->size()));
    return buffer->size();
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Result<int64_t> Read(int64_t size, void* out) override {
    ARROW_ASSIGN_OR_RAISE(int64_t count, ReadAt(position_, size, out));
    position_ += count;
    return count;
  }

  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }

 private:
  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const std::shared_ptr<const ReadWait> wait_;
  int64_t position_ = 0;
};

}  // namespace

arrow::Result<std::shared_ptr<arrow::Buffer>> ReadWait::For(
    const arrow::Future<std::shared_ptr<arrow::Buffer>>& read) const {
  while (!read.Wait(kSecondsBetweenLooks)) {
    if (stop_.stop_requested()) return arrow::Status::Cancelled("reading was stopped");
  }
  return read.result();
}

std::shared_ptr<arrow::io::RandomAccessFile> MakeStoppable(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::shared_ptr<const ReadWait> wait) {
  return std::make_shared<StoppableFile>(std::move(file), std::move(wait));
}

}  // namespace sluice::s3
