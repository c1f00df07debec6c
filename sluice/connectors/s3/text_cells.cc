#include "sluice/connectors/s3/text_cells.h"

#include <arrow/builder.h>

#include <charconv>
#include <cmath>
#include <cstring>

#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"

namespace sluice::s3 {
namespace {

void AppendDouble(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else {
    out += FormatNumber(value);
  }
}

}  // namespace

TextCells::TextCells(DataType type, std::shared_ptr<arrow::Array> values)
    : type_(type), values_(std::move(values)) {
  if (values_->type_id() == arrow::Type::STRING) {
    texts_ = static_cast<const arrow::StringArray*>(values_.get());
  }
}

Result<TextCells> TextCells::Make(const arrow::Field& field, std::shared_ptr<arrow::Array> values) {
  DataType type = DataTypeOf(field);
  auto expected = ToArrowField(field.name(), type)->type();
  if (values->type()->Equals(expected)) return TextCells(type, std::move(values));
  return InvalidArgument("column '" + field.name() + "' is of Arrow type " +
                         values->type()->ToString() + ", not " + expected->ToString());
}

void TextCells::Append(int64_t row, std::string& out) const {
  if (has_any_text()) {
    out += text(row);
    return;
  }
  char text[kMaxTimeText];
  switch (values_->type_id()) {
    case arrow::Type::BOOL:
      out += static_cast<const arrow::BooleanArray&>(*values_).Value(row) ? "true" : "false";
      return;
    case arrow::Type::INT64:
      out.append(text, std::to_chars(text, std::end(text),
                                     static_cast<const arrow::Int64Array&>(*values_).Value(row))
                           .ptr);
      return;
    case arrow::Type::DOUBLE:
      AppendDouble(out, static_cast<const arrow::DoubleArray&>(*values_).Value(row));
      return;
    case arrow::Type::DATE32: {
      int32_t days = static_cast<const arrow::Date32Array&>(*values_).Value(row);
      out.append(text, WriteDate(Days(std::chrono::days(days)), text));
      return;
    }
    case arrow::Type::TIMESTAMP: {
      int64_t us = static_cast<const arrow::TimestampArray&>(*values_).Value(row);
      out.append(text, WriteTime(Time(std::chrono::microseconds(us)), text));
      return;
    }
    case arrow::Type::BINARY:
      out += Base64Encode(static_cast<const arrow::BinaryArray&>(*values_).GetView(row));
      return;
    default:
      SLUICE_CHECK(false);  // Make() has seen to it.
  }
}

bool TextCells::Contains(char c) const {
  int64_t begin = texts_->value_offset(0);
  auto size = static_cast<size_t>(texts_->value_offset(texts_->length()) - begin);
  return size > 0 && std::memchr(texts_->raw_data() + begin, c, size) != nullptr;
}

Result<std::shared_ptr<arrow::Array>> TextCells::ToStrings() const {
  if (has_any_text()) return values_;
  arrow::StringBuilder strings;
  arrow::Status status = strings.Reserve(values_->length());
  std::string text;
  for (int64_t row = 0; row < values_->length() && status.ok(); ++row) {
    text.clear();
    if (!IsNull(row)) Append(row, text);
    status = IsNull(row) ? strings.AppendNull() : strings.Append(text);
  }
  std::shared_ptr<arrow::Array> array;
  if (status.ok()) status = strings.Finish(&array);
  if (!status.ok()) return FromArrow(status);
  return array;
}

}  // namespace sluice::s3
