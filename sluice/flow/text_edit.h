// What Mask and Truncate tasks do to a text. Both count characters (Unicode code points), not
// bytes: "é" is one whether it takes two bytes or is "e" with an accent to follow, which is two.
#pragma once

#include <arrow/array.h>

#include <memory>
#include <string>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"

namespace sluice::flow {

class TextEdit {
 public:
  // MASK_VALUE is one character, "*" where it is absent; MASK_LENGTH and TRUNCATE_LENGTH are
  // numbers from 1. MASK_ALL keeps the length and looks at no MASK_LENGTH, which the console sends
  // with it. kInvalidArgument names the task, the property and what it should be.
  static Result<TextEdit> Make(const Task& task);

  bool is_mask() const { return kind_ != Kind::kTruncate; }

  // Null stays null; a text shorter than what is to be masked is masked whole.
  Result<std::shared_ptr<arrow::Array>> Apply(const arrow::StringArray& column) const;

 private:
  enum class Kind { kMaskAll, kMaskFirst, kMaskLast, kTruncate };
  // A text as bytes that stay, `masked` characters that don't, and bytes that stay.
  struct Cut {
    size_t head = 0, masked = 0, tail = 0;
  };

  Cut CutOf(std::string_view text) const;
  char* Write(std::string_view text, const Cut& cut, char* out) const;

  Kind kind_ = Kind::kMaskAll;
  int64_t count_ = 0;
  std::string mask_ = "*";
};

}  // namespace sluice::flow
