// Records as the connector protocol has them, each a JSON object as text. Numbers are handed out as
// they were written, so that none is rounded.
#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice {

struct JsonValue {
  enum class Kind { kNull, kBoolean, kNumber, kString, kDocument };
  Kind kind = Kind::kNull;
  // "true" or "false"; a number as written; a string's content; the JSON text of an array or
  // object.
  std::string_view text;
};

struct JsonMember {
  std::string_view name;
  JsonValue value;
};

class JsonRecordReader {
 public:
  JsonRecordReader();
  ~JsonRecordReader();

  // The record's members in its order, valid until the next call and as long as `json` is: what was
  // written without escapes is not copied. kInvalidArgument: not a JSON object, with the byte where
  // it stops being one. At most 64 levels deep.
  Result<std::span<const JsonMember>> Read(std::string_view json);
  template <class Temporary>
  requires std::same_as<Temporary, std::string>
  void Read(Temporary&& json) = delete;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sluice
