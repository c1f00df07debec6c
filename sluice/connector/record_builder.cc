#include "sluice/connector/record_builder.h"

#include <arrow/array.h>
#include <arrow/builder.h>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"

namespace sluice {
namespace {

namespace ondemand = simdjson::ondemand;

Error FromSimdjson(simdjson::error_code code) {
  return InvalidArgument(std::string("not valid JSON: ") + simdjson::error_message(code));
}

// What stands in a record where a value is expected, as text: a string's contents (for a number or
// a boolean it makes no difference whether it came in quotes), else the JSON itself.
struct Token {
  std::string_view text;
  bool is_null = false;
  bool is_string = false;
  bool is_container = false;
};

Result<Token> ReadToken(ondemand::value value) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return FromSimdjson(error);
  Token token;
  simdjson::error_code error = simdjson::SUCCESS;
  switch (type) {
    case ondemand::json_type::string:
      token.is_string = true;
      error = value.get_string().get(token.text);
      break;
    case ondemand::json_type::object: {
      token.is_container = true;
      ondemand::object object;
      error = value.get_object().get(object);
      if (!error) error = object.raw_json().get(token.text);
      break;
    }
    case ondemand::json_type::array: {
      token.is_container = true;
      ondemand::array array;
      error = value.get_array().get(array);
      if (!error) error = array.raw_json().get(token.text);
      break;
    }
    default:
      token.text = value.raw_json_token();
      token.text = token.text.substr(0, token.text.find_last_not_of(" \t\r\n") + 1);
      token.is_null = token.text == "null";
      // simdjson looks at a scalar only when it is asked for as a number or a boolean.
      if (!token.is_null && token.text != "true" && token.text != "false" &&
          !IsNumber(token.text)) {
        return InvalidArgument("not valid JSON: " + Shorten(token.text));
      }
  }
  if (error) return FromSimdjson(error);
  if (token.is_container) SLUICE_RETURN_IF_ERROR(json::Parse(token.text));
  return token;
}

}  // namespace

// Collects one column's values.
class RecordBuilder::Column {
 public:
  explicit Column(const arrow::Field& field)
      : name_(field.name()), type_(DataTypeOf(field)), builder_(MakeBuilder(type_)) {}

  const std::string& name() const { return name_; }
  int64_t length() const { return builder_->length(); }

  Status AppendNull() { return Check(builder_->AppendNull()); }

  // kInvalidArgument says what the column takes; the caller knows where the value stands.
  Status Append(const Token& token) {
    if (token.is_null) return AppendNull();
    switch (type_) {
      case DataType::kString:
        return AppendText<arrow::StringBuilder>(token.text);
      case DataType::kBoolean:
        return AppendBoolean(token.text);
      case DataType::kShort:
      case DataType::kInteger:
      case DataType::kLong:
        return AppendInt64(token.text);
      case DataType::kFloat:
      case DataType::kDouble:
        return AppendDouble(token.text);
      case DataType::kBigInteger:
        return AppendBigInteger(token.text);
      case DataType::kBigDecimal:
        return AppendBigDecimal(token.text);
      case DataType::kDate:
        return AppendDate(token);
      case DataType::kDateTime:
        return AppendTime(token);
      case DataType::kByteArray:
        return AppendBytes(token);
      case DataType::kStruct:
      case DataType::kMap:
      case DataType::kList:
        return AppendJson(token);
    }
    SLUICE_CHECK(false);
  }

  Result<std::shared_ptr<arrow::Array>> Finish() {
    std::shared_ptr<arrow::Array> array;
    SLUICE_RETURN_IF_ERROR(Check(builder_->Finish(&array)));
    return array;
  }

 private:
  static std::unique_ptr<arrow::ArrayBuilder> MakeBuilder(DataType type) {
    auto builder = arrow::MakeBuilder(ToArrowField("", type)->type());
    SLUICE_CHECK(builder.ok());  // Every type of the table has one.
    return std::move(builder).ValueUnsafe();
  }

  static Status Check(const arrow::Status& status) {
    if (!status.ok()) return FromArrow(status);
    return Done{};
  }

  template <class Builder>
  Status AppendText(std::string_view text) {
    return Check(static_cast<Builder&>(*builder_).Append(text));
  }
  template <class Builder, class Value>
  Status AppendValue(Value value) {
    return Check(static_cast<Builder&>(*builder_).Append(value));
  }

  Error Unfit(std::string_view wanted) const {
    return InvalidArgument("is not " + std::string(wanted) + " (the field is of type " +
                           std::string(ToString(type_)) + ")");
  }

  Status AppendBoolean(std::string_view text) {
    if (text != "true" && text != "false") return Unfit("true or false");
    return AppendValue<arrow::BooleanBuilder>(text == "true");
  }
  Status AppendInt64(std::string_view text) {
    std::optional<int64_t> value;
    if (IsNumber(text)) value = ToInt64(text);
    if (!value) return Unfit("a whole number of 64 bits");
    return AppendValue<arrow::Int64Builder>(*value);
  }
  Status AppendDouble(std::string_view text) {
    std::optional<double> value;
    if (IsNumber(text)) value = ToDouble(text);
    if (!value) return Unfit("a number that a double can hold");
    return AppendValue<arrow::DoubleBuilder>(*value);
  }
  Status AppendBigInteger(std::string_view text) {
    std::optional<std::string> value;
    if (IsNumber(text)) value = ToWholeNumber(text);
    if (!value) return Unfit("a whole number");
    return AppendText<arrow::StringBuilder>(*value);
  }
  Status AppendBigDecimal(std::string_view text) {
    if (!IsNumber(text)) return Unfit("a number");
    return AppendText<arrow::StringBuilder>(text);
  }
  Status AppendDate(const Token& token) {
    auto date = ParseDate(token.text);
    if (!token.is_string || !date.ok()) return Unfit("a date such as \"2026-01-31\"");
    auto days = static_cast<int32_t>(date->time_since_epoch().count());
    return AppendValue<arrow::Date32Builder>(days);
  }
  Status AppendTime(const Token& token) {
    auto time = ParseTime(token.text);
    if (!token.is_string || !time.ok()) return Unfit("a time such as \"2026-01-31T09:05:07Z\"");
    return AppendValue<arrow::TimestampBuilder>(time->time_since_epoch().count());
  }
  Status AppendBytes(const Token& token) {
    auto bytes = Base64Decode(token.text);
    if (!token.is_string || !bytes.ok()) return Unfit("base64");
    return AppendText<arrow::BinaryBuilder>(*bytes);
  }
  Status AppendJson(const Token& token) {
    char first = type_ == DataType::kList ? '[' : '{';
    size_t start = token.text.find_first_not_of(" \t\r\n");
    bool fits = start != std::string_view::npos && token.text[start] == first;
    if (fits && token.is_string) fits = json::Parse(token.text).ok();
    if (!fits) return Unfit(first == '[' ? "a JSON array" : "a JSON object");
    return AppendText<arrow::StringBuilder>(token.text);
  }

  std::string name_;
  DataType type_;
  std::unique_ptr<arrow::ArrayBuilder> builder_;
};

RecordBuilder::RecordBuilder(std::shared_ptr<arrow::Schema> schema) : schema_(std::move(schema)) {
  columns_.reserve(static_cast<size_t>(schema_->num_fields()));
  for (const auto& field : schema_->fields()) {
    by_name_.emplace(field->name(), columns_.size());
    columns_.emplace_back(*field);
  }
}

RecordBuilder::~RecordBuilder() = default;

Status RecordBuilder::Append(std::string_view record) { return EndRow(AppendText(record)); }

Status RecordBuilder::Append(ondemand::object record) { return EndRow(AppendMembers(record)); }

Result<std::shared_ptr<arrow::RecordBatch>> RecordBuilder::Finish() {
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (Column& column : columns_) {
    SLUICE_ASSIGN(auto array, column.Finish());
    arrays.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(schema_, rows_, std::move(arrays));
}

Status RecordBuilder::AppendText(std::string_view record) {
  padded_.assign(record);
  padded_.resize(record.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  if (auto error = parser_.iterate(padded_.data(), record.size(), padded_.size()).get(document)) {
    return FromSimdjson(error);
  }
  ondemand::object object;
  if (document.get_object().get(object)) return InvalidArgument("not a JSON object");
  SLUICE_RETURN_IF_ERROR(AppendMembers(object));
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return InvalidArgument("not valid JSON: more after the object");
  }
  return Done{};
}

Status RecordBuilder::AppendMembers(ondemand::object record) {
  expected_ = 0;
  for (auto member : record) {
    ondemand::field field;
    if (auto error = std::move(member).get(field)) return FromSimdjson(error);
    SLUICE_RETURN_IF_ERROR(AppendMember(field));
  }
  return Done{};
}

Status RecordBuilder::AppendMember(ondemand::field& field) {
  std::string_view name;
  if (auto error = field.unescaped_key().get(name)) return FromSimdjson(error);
  std::optional<size_t> index = IndexOf(name);
  if (!index) return Done{};
  Column& column = columns_[*index];
  if (column.length() > rows_) {
    return InvalidArgument("member '" + column.name() + "' stands there twice");
  }
  auto token = ReadToken(field.value());
  if (!token.ok()) {
    return WithContext(std::move(token).error(), "member '" + column.name() + "'");
  }
  Status status = column.Append(*token);
  if (status.ok()) return status;
  return InvalidArgument("member '" + column.name() + "': " + Shorten(token->text) + " " +
                         status.error().message);
}

// What the record had no member for is null.
Status RecordBuilder::EndRow(Status members) {
  if (!members.ok()) {
    return WithContext(std::move(members).error(), "record " + std::to_string(rows_));
  }
  ++rows_;
  for (Column& column : columns_) {
    if (column.length() < rows_) SLUICE_RETURN_IF_ERROR(column.AppendNull());
  }
  return Done{};
}

// Members mostly stand in the order of the columns.
std::optional<size_t> RecordBuilder::IndexOf(std::string_view name) {
  if (expected_ >= columns_.size() || columns_[expected_].name() != name) {
    auto found = by_name_.find(std::string(name));
    if (found == by_name_.end()) return std::nullopt;
    expected_ = found->second;
  }
  return expected_++;
}

}  // namespace sluice
