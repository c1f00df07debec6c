// An object that is begun only when it has to be.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>

#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

// Holds the first megabyte in memory, so that many small objects can be written at once, and asks
// the store for a stream for what is larger. Like the store's, the object appears with Close().
class LateStream final : public arrow::io::OutputStream {
 public:
  LateStream(std::shared_ptr<ObjectStore> store, std::string bucket, std::string key,
             std::string content_type);
  ~LateStream() override;

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, int64_t size) override;
  arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return is_closed_; }
  arrow::Status Close() override;
  arrow::Status Abort() override;

  int64_t position() const { return position_; }
  // What is held here, or for the store's stream.
  int64_t memory_bytes() const;
  // What an Error of the stream, or of whoever wrote to it, means.
  Error Explain(Error error) const;

 private:
  arrow::Status Open();

  const std::shared_ptr<ObjectStore> store_;
  const std::string bucket_, key_, content_type_;
  std::string held_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
  int64_t position_ = 0;
  bool is_closed_ = false;
};

}  // namespace sluice::s3
