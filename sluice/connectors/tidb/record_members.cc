#include "sluice/connectors/tidb/record_members.h"

#include <arrow/array.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/bad_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"

namespace sluice::tidb_connector {

using Kind = JsonValue::Kind;

class RecordMembers::Column {
 public:
  Column(std::string name, DataType type, std::shared_ptr<arrow::Array> values)
      : name_(std::move(name)), type_(type), values_(std::move(values)) {
    has_nulls_ = values_->null_count() > 0;
    if (type_ == DataType::kString) bad_rows_ = RowsOfBadText(Of<arrow::StringArray>());
  }

  const std::string& name() const { return name_; }

  // Into `value`, in place: it is the innermost of all loops.
  Status Read(int64_t row, JsonValue& value) {
    if (has_nulls_ && values_->IsNull(row)) return Set(value, Kind::kNull, {});
    switch (type_) {
      case DataType::kBoolean:
        return Set(value, Kind::kBoolean, Of<arrow::BooleanArray>().Value(row) ? "true" : "false");
      case DataType::kShort:
      case DataType::kInteger:
      case DataType::kLong:
        return SetWhole(value, Of<arrow::Int64Array>().Value(row));
      case DataType::kFloat:
      case DataType::kDouble:
        return SetNumber(value, Of<arrow::DoubleArray>().Value(row));
      case DataType::kDate:
        return SetWritten(
            value, WriteDate(Days(std::chrono::days(Of<arrow::Date32Array>().Value(row))), space_));
      case DataType::kDateTime:
        return SetWritten(
            value,
            WriteTime(Time(std::chrono::microseconds(Of<arrow::TimestampArray>().Value(row))),
                      space_));
      case DataType::kByteArray:
        text_ = Base64Encode(Of<arrow::BinaryArray>().GetView(row));
        return Set(value, Kind::kString, text_);
      case DataType::kString:
        return SetString(value, row);
      case DataType::kBigInteger:
      case DataType::kBigDecimal:
        return SetNumberText(value, Of<arrow::StringArray>().GetView(row));
      case DataType::kStruct:
      case DataType::kMap:
      case DataType::kList:
        return SetDocument(value, Of<arrow::StringArray>().GetView(row));
    }
    SLUICE_CHECK(false);
  }

 private:
  template <class Array>
  const Array& Of() const {
    return static_cast<const Array&>(*values_);
  }

  static Error IsNo(std::string_view text, std::string_view what) {
    return InvalidArgument(Shorten(text) + " is no " + std::string(what));
  }

  static Status Set(JsonValue& value, Kind kind, std::string_view text) {
    value.kind = kind;
    value.text = text;
    return Done{};
  }

  Status SetWhole(JsonValue& value, int64_t number) {
    const char* end = std::to_chars(space_, std::end(space_), number).ptr;
    return Set(value, Kind::kNumber, {space_, end});
  }

  Status SetWritten(JsonValue& value, const char* end) const {
    return Set(value, Kind::kString, {space_, end});
  }

  Status SetNumber(JsonValue& value, double number) {
    if (!std::isfinite(number)) return InvalidArgument("the value is no number that can be stored");
    text_ = FormatNumber(number);
    return Set(value, Kind::kNumber, text_);
  }

  static Status SetNumberText(JsonValue& value, std::string_view text) {
    if (!IsNumber(text)) return IsNo(text, "number");
    return Set(value, Kind::kNumber, text);
  }

  Status SetString(JsonValue& value, int64_t row) const {
    if (std::ranges::binary_search(bad_rows_, row)) {
      return InvalidArgument("the value is no text in UTF-8");
    }
    return Set(value, Kind::kString, Of<arrow::StringArray>().GetView(row));
  }

  Status SetDocument(JsonValue& value, std::string_view text) {
    text_.assign("{\"\":").append(text).append("}");
    if (!reader_) reader_ = std::make_unique<JsonRecordReader>();
    auto members = reader_->Read(text_);
    bool is_one = members.ok() && members->size() == 1;
    if (!is_one || members->front().value.kind != Kind::kDocument) {
      return IsNo(text, "JSON object or array");
    }
    value = members->front().value;
    return Done{};
  }

  std::string name_;
  DataType type_;
  std::shared_ptr<arrow::Array> values_;
  bool has_nulls_;
  std::vector<int64_t> bad_rows_;             // Whose text is no UTF-8.
  std::unique_ptr<JsonRecordReader> reader_;  // Of documents.
  std::string text_;
  char space_[kMaxTimeText];
};

RecordMembers::RecordMembers(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const Column& column : columns_) members_.push_back({column.name(), {}});
}
RecordMembers::RecordMembers(RecordMembers&&) noexcept = default;
RecordMembers::~RecordMembers() = default;

Result<RecordMembers> RecordMembers::Make(const arrow::RecordBatch& rows) {
  std::vector<Column> columns;
  for (int i = 0; i < rows.num_columns(); ++i) {
    const arrow::Field& field = *rows.schema()->field(i);
    DataType type = DataTypeOf(field);
    auto fitting = ToArrowField(field.name(), type)->type();
    if (!field.type()->Equals(fitting)) {
      return InvalidArgument("column '" + field.name() + "' is of Arrow type " +
                             field.type()->ToString() + ", not " + fitting->ToString());
    }
    columns.emplace_back(field.name(), type, rows.column(i));
  }
  return RecordMembers(std::move(columns));
}

Result<std::span<const JsonMember>> RecordMembers::Row(int64_t row) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    Status read = columns_[i].Read(row, members_[i].value);
    if (!read.ok()) return WithContext(read.error(), "column '" + columns_[i].name() + "'");
  }
  return std::span<const JsonMember>(members_);
}

}  // namespace sluice::tidb_connector
