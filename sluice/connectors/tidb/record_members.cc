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

  Result<JsonValue> Value(int64_t row) {
    if (has_nulls_ && values_->IsNull(row)) return JsonValue{};
    switch (type_) {
      case DataType::kBoolean:
        return JsonValue{Kind::kBoolean, Of<arrow::BooleanArray>().Value(row) ? "true" : "false"};
      case DataType::kShort:
      case DataType::kInteger:
      case DataType::kLong:
        return Whole(Of<arrow::Int64Array>().Value(row));
      case DataType::kFloat:
      case DataType::kDouble:
        return Number(Of<arrow::DoubleArray>().Value(row));
      case DataType::kDate:
        return Written(
            WriteDate(Days(std::chrono::days(Of<arrow::Date32Array>().Value(row))), space_));
      case DataType::kDateTime:
        return Written(WriteTime(
            Time(std::chrono::microseconds(Of<arrow::TimestampArray>().Value(row))), space_));
      case DataType::kByteArray:
        text_ = Base64Encode(Of<arrow::BinaryArray>().GetView(row));
        return JsonValue{Kind::kString, text_};
      case DataType::kString:
        return String(row);
      case DataType::kBigInteger:
      case DataType::kBigDecimal:
        return NumberText(Of<arrow::StringArray>().GetView(row));
      case DataType::kStruct:
      case DataType::kMap:
      case DataType::kList:
        return Document(Of<arrow::StringArray>().GetView(row));
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

  JsonValue Whole(int64_t value) {
    return {Kind::kNumber, {space_, std::to_chars(space_, std::end(space_), value).ptr}};
  }

  JsonValue Written(const char* end) const { return {Kind::kString, {space_, end}}; }

  Result<JsonValue> Number(double value) {
    if (!std::isfinite(value)) return InvalidArgument("the value is no number that can be stored");
    text_ = FormatNumber(value);
    return JsonValue{Kind::kNumber, text_};
  }

  static Result<JsonValue> NumberText(std::string_view text) {
    if (!IsNumber(text)) return IsNo(text, "number");
    return JsonValue{Kind::kNumber, text};
  }

  Result<JsonValue> String(int64_t row) const {
    if (std::ranges::binary_search(bad_rows_, row)) {
      return InvalidArgument("the value is no text in UTF-8");
    }
    return JsonValue{Kind::kString, Of<arrow::StringArray>().GetView(row)};
  }

  Result<JsonValue> Document(std::string_view text) {
    text_.assign("{\"\":").append(text).append("}");
    if (!reader_) reader_ = std::make_unique<JsonRecordReader>();
    auto members = reader_->Read(text_);
    bool is_one = members.ok() && members->size() == 1;
    if (!is_one || members->front().value.kind != Kind::kDocument) {
      return IsNo(text, "JSON object or array");
    }
    return members->front().value;
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
    auto value = columns_[i].Value(row);
    if (!value.ok()) return WithContext(value.error(), "column '" + columns_[i].name() + "'");
    members_[i].value = *value;
  }
  return std::span<const JsonMember>(members_);
}

}  // namespace sluice::tidb_connector
