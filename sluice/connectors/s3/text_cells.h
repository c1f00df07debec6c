// The values of a column as text.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <memory>
#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice::s3 {

// One column of a batch. The text of a value is its JSON in connector/records.h without quotes
// around it; doubles that JSON doesn't have are NaN, Infinity and -Infinity.
class TextCells {
 public:
  // kInvalidArgument: the column is not of the Arrow type that connector/records.h has for it.
  static Result<TextCells> Make(const arrow::Field& field, std::shared_ptr<arrow::Array> values);

  bool IsNull(int64_t row) const { return values_->IsNull(row); }
  // The value must not be null.
  void Append(int64_t row, std::string& out) const;

  // Whether all kinds of characters may be in there: the column is of Arrow's type utf8. In others
  // there are letters, digits, "+", "-", ".", ":", "/" and "=".
  bool has_any_text() const { return texts_ != nullptr; }
  std::string_view text(int64_t row) const { return texts_->GetView(row); }  // has_any_text()
  // One of the texts holds that character; has_any_text().
  bool Contains(char c) const;

  // All of them as a column of Arrow's type utf8.
  Result<std::shared_ptr<arrow::Array>> ToStrings() const;

 private:
  TextCells(DataType type, std::shared_ptr<arrow::Array> values);

  DataType type_;
  std::shared_ptr<arrow::Array> values_;
  const arrow::StringArray* texts_ = nullptr;  // values_, where that has text.
};

}  // namespace sluice::s3
