// Values that TiDB printed, as JSON.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/tidb/types.h"

namespace sluice::tidb {

// Whether every sequence of bytes is a whole character, none written longer than needed and none a
// surrogate (RFC 3629).
bool IsUtf8(std::string_view text);

// Writes at the end of a string, which is longer meanwhile and has its own length again in the end.
class TextEnd {
 public:
  explicit TextEnd(std::string& text) : text_(text), size_(text.size()) {}
  TextEnd(const TextEnd&) = delete;
  ~TextEnd() { text_.resize(size_); }

  // Where up to `size` bytes may be written; Advance tells how many were.
  char* Room(size_t size) {
    if (text_.size() - size_ < size) text_.resize(size_ + size + kAhead);
    return text_.data() + size_;
  }
  void Advance(size_t size) { size_ += size; }

  void Append(std::string_view bytes) {
    bytes.copy(Room(bytes.size()), bytes.size());
    size_ += bytes.size();
  }

 private:
  static constexpr size_t kAhead = 256;

  std::string& text_;
  size_t size_;
};

// Appends a value that TiDB printed (a FLOAT as a DOUBLE) as JSON that stands inside a JSON string:
// a text a"b is \"a\\\"b\". kServerError: text that is no UTF-8.
Status AppendJson(TextEnd& out, const ColumnType& type, std::string_view printed);

}  // namespace sluice::tidb
