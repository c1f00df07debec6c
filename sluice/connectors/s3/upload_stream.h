// An object on its way to S3.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/connectors/s3/s3_api.h"

namespace sluice::s3 {

// What fits into one part is one request, made by Close(). What is larger is an upload of parts, of
// which one is sent while the next is collected, so that it holds two of them at most. Arrow's own
// stream has parts of 10 MB and stands still while it sends one.
class UploadStream final : public arrow::io::OutputStream {
 public:
  // Of part 1, 2 …: the 5 MiB that S3 asks for, and as much more with each thousand, so that the
  // most parts that it takes come to 275 GiB. What is larger fails with kInvalidArgument.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
  static size_t PartBytes(size_t number);
  static constexpr size_t kMostParts = 10'000;

  UploadStream(std::shared_ptr<S3Api> api, std::string bucket, std::string key,
               std::string content_type);
  // Gives up what was not closed, as Abort() does.
  ~UploadStream() override;

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, int64_t size) override;
  arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return is_closed_; }
  // The object appears. Fails as ObjectStore says; then nothing is left of it, where it can be
  // removed.
  arrow::Status Close() override;
  arrow::Status Abort() override;

 private:
  struct SentPart {
    Result<std::string> tag;
    std::string content;  // Its memory is used again.
  };

  Status Collect(std::string_view data);
  Status SendPart();
  // Waits for the part that is under way, if any.
  Status FinishPart();
  Status Publish();

  const std::shared_ptr<S3Api> api_;
  const std::string bucket_, key_, content_type_;
  int64_t position_ = 0;
  bool is_closed_ = false;
  std::string part_;               // The next one, as far as it goes.
  std::optional<Upload> upload_;   // Since the first part was full.
  std::vector<std::string> tags_;  // Of the parts that S3 has.
  std::future<SentPart> under_way_;
};

}  // namespace sluice::s3
