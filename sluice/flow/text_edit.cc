#include "sluice/flow/text_edit.h"

#include <algorithm>

#include "sluice/connector/records.h"
#include "sluice/flow/task_property.h"
#include "sluice/flow/write_texts.h"

namespace sluice::flow {
namespace {

bool IsInsideCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t Characters(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += IsInsideCharacter(c) ? 0 : 1;
  return count;
}

// Where the first `count` characters end, at the latest with the text.
size_t EndOfFirst(std::string_view text, int64_t count) {
  size_t at = 0;
  for (; at < text.size() && count > 0; --count) {
    do ++at;
    while (at < text.size() && IsInsideCharacter(text[at]));
  }
  return at;
}

size_t StartOfLast(std::string_view text, int64_t count) {
  size_t at = text.size();
  for (; at > 0 && count > 0; --count) {
    do --at;
    while (at > 0 && IsInsideCharacter(text[at]));
  }
  return at;
}

}  // namespace

Result<TextEdit> TextEdit::Make(const Task& task) {
  TextEdit edit;
  if (task.type == TaskType::kTruncate) {
    edit.kind_ = Kind::kTruncate;
    SLUICE_ASSIGN(edit.count_, CharacterCount(task, "TRUNCATE_LENGTH"));
    return edit;
  }
  if (auto mask = FindProperty(task, "MASK_VALUE")) edit.mask_ = *mask;
  if (Characters(edit.mask_) != 1) {
    return Wrong(task, "has the MASK_VALUE " + Shorten(edit.mask_) +
                           ", which is not one character, such as *.");
  }
  if (task.op == Operator::kMaskAll) return edit;
  edit.kind_ = task.op == Operator::kMaskFirstN ? Kind::kMaskFirst : Kind::kMaskLast;
  SLUICE_ASSIGN(edit.count_, CharacterCount(task, "MASK_LENGTH"));
  return edit;
}

TextEdit::Cut TextEdit::CutOf(std::string_view text) const {
  switch (kind_) {
    case Kind::kMaskAll:
      return {0, Characters(text), 0};
    case Kind::kMaskFirst: {
      const size_t end = EndOfFirst(text, count_);
      return {0, Characters(text.substr(0, end)), text.size() - end};
    }
    case Kind::kMaskLast: {
      const size_t start = StartOfLast(text, count_);
      return {start, Characters(text.substr(start)), 0};
    }
    case Kind::kTruncate:
      return {EndOfFirst(text, count_), 0, 0};
  }
  SLUICE_CHECK(false);
}

char* TextEdit::Write(std::string_view text, const Cut& cut, char* out) const {
  out = std::copy_n(text.data(), cut.head, out);
  if (mask_.size() == 1) {
    out = std::fill_n(out, cut.masked, mask_[0]);
  } else {
    for (size_t i = 0; i < cut.masked; ++i) out = std::copy_n(mask_.data(), mask_.size(), out);
  }
  return std::copy_n(text.data() + (text.size() - cut.tail), cut.tail, out);
}

Result<std::shared_ptr<arrow::Array>> TextEdit::Apply(const arrow::StringArray& column) const {
  // A character has at least a byte and becomes at most a mask.
  const int64_t most = column.total_values_length() * static_cast<int64_t>(mask_.size());
  return WriteTexts(column, most, [&](int64_t row, char* out) {
    const std::string_view text = column.GetView(row);
    return Write(text, CutOf(text), out);
  });
}

}  // namespace sluice::flow
