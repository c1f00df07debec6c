// The bytes of an object, in order.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/connectors/s3/stoppable_file.h"

namespace sluice::s3 {

// How much is asked for before it is needed: `chunk_bytes` at a time, `chunks` of them at once.
struct ReadAhead {
  int64_t chunk_bytes = 2 << 20;
  int chunks = 2;
};

// Unpacks gzip, which it knows by its first two bytes. One thread.
class ObjectStream {
 public:
  static Result<std::unique_ptr<ObjectStream>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file, const ReadAhead& ahead,
      std::shared_ptr<const ReadWait> wait);

  // Up to `size` bytes; 0 at the end.
  Result<int64_t> Read(int64_t size, char* out);
  // Goes on at `offset`, counted from the beginning as it is unpacked; not before what was read.
  Status SkipTo(int64_t offset);

 private:
  class Raw;
  ObjectStream() = default;

  std::shared_ptr<Raw> raw_;
  std::shared_ptr<arrow::io::InputStream> unpacked_;  // Of gzip only.
  int64_t offset_ = 0;
};

// A part of a stream of records that is looked at, from the first byte that wasn't taken.
class TextWindow {
 public:
  // No record may be longer: what it needs in memory is bounded so.
  static constexpr int64_t kMostRecordBytes = 16 << 20;

  explicit TextWindow(std::unique_ptr<ObjectStream> stream) : stream_(std::move(stream)) {}

  // Reads until there are `size` bytes to see, or all that are left. kInvalidArgument where more
  // than kMostRecordBytes are asked for.
  Status Fill(int64_t size);
  std::string_view view() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }
  bool at_end() const { return at_end_; }  // Nothing comes behind what is seen.

  void Take(int64_t size);
  int64_t offset() const { return offset_; }  // Of the first byte that is seen.
  Status SkipTo(int64_t offset);

 private:
  std::unique_ptr<ObjectStream> stream_;
  std::string buffer_;
  size_t begin_ = 0, end_ = 0;
  int64_t offset_ = 0;
  bool at_end_ = false;
};

// Takes the byte order mark that some programs write first.
Status SkipByteOrderMark(TextWindow& window);

}  // namespace sluice::s3
