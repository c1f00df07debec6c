// Reading that ends when somebody asks for it, however long S3 takes to answer.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/future.h>

#include <memory>
#include <stop_token>

namespace sluice::s3 {

// Waits for what is read in the background. One thread.
class ReadWait {
 public:
  ReadWait() = default;
  ReadWait(const ReadWait&) = delete;
  ~ReadWait() { given_up_.request_stop(); }

  // For the store: requested once nobody waits any more.
  std::stop_token until_given_up() const { return given_up_.get_token(); }

  // Whose request ends the waits from now on.
  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }

  // Cancelled where the stop is requested first; then nobody waits for what is being read.
  arrow::Result<std::shared_ptr<arrow::Buffer>> For(
      const arrow::Future<std::shared_ptr<arrow::Buffer>>& read) const;

 private:
  std::stop_token stop_;
  std::stop_source given_up_;
};

// A file whose reads, all of them, wait as `wait` does.
std::shared_ptr<arrow::io::RandomAccessFile> MakeStoppable(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::shared_ptr<const ReadWait> wait);

}  // namespace sluice::s3
