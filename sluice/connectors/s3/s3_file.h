// An object of S3 that is read, wherever in it.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/s3_api.h"

namespace sluice::s3 {

// Each ReadAt is a request, or several where it asks for more than a few megabytes; any thread,
// several at once. All of them see the same object: kClientError once another one has taken its
// place. Read and Seek are for one thread. Requests under way end once `stop` is requested.
class S3File final : public arrow::io::RandomAccessFile {
 public:
  S3File(std::shared_ptr<S3Api> api, std::string bucket, ObjectInfo object, std::stop_token stop);

  arrow::Result<int64_t> GetSize() override { return object_.size; }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t size) override;
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t size, void* out) override;

  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override;
  arrow::Result<int64_t> Read(int64_t size, void* out) override;
  arrow::Status Seek(int64_t position) override;
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }

 private:
  // Of bytes that the object has.
  Result<std::string> Get(int64_t position, int64_t size);
  Status CheckTag(const std::string& etag);
  // How many of `size` bytes there are from `position` on.
  int64_t Available(int64_t position, int64_t size) const;

  const std::shared_ptr<S3Api> api_;
  const std::string bucket_;
  const ObjectInfo object_;
  const std::stop_token stop_;
  std::mutex mutex_;
  std::string etag_;  // Of the first answer that had one.
  int64_t position_ = 0;
};

}  // namespace sluice::s3
