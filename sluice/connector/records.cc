#include "sluice/connector/records.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/util/key_value_metadata.h>
#include <simdjson.h>

#include <cmath>
#include <unordered_map>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"

namespace sluice {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kShownCharacters = 40;

std::shared_ptr<arrow::DataType> ToArrowType(DataType type) {
  switch (type) {
    case DataType::kBoolean:
      return arrow::boolean();
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong:
      return arrow::int64();
    case DataType::kFloat:
    case DataType::kDouble:
      return arrow::float64();
    case DataType::kDate:
      return arrow::date32();
    case DataType::kDateTime:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case DataType::kByteArray:
      return arrow::binary();
    case DataType::kString:
    case DataType::kBigInteger:
    case DataType::kBigDecimal:
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return arrow::utf8();
  }
  SLUICE_CHECK(false);
}

DataType NearestTo(arrow::Type::type id) {
  switch (id) {
    case arrow::Type::BOOL:
      return DataType::kBoolean;
    case arrow::Type::INT8:
    case arrow::Type::UINT8:
    case arrow::Type::INT16:
      return DataType::kShort;
    case arrow::Type::UINT16:
    case arrow::Type::INT32:
      return DataType::kInteger;
    case arrow::Type::UINT32:
    case arrow::Type::INT64:
      return DataType::kLong;
    case arrow::Type::UINT64:
      return DataType::kBigInteger;
    case arrow::Type::HALF_FLOAT:
    case arrow::Type::FLOAT:
      return DataType::kFloat;
    case arrow::Type::DOUBLE:
      return DataType::kDouble;
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
      return DataType::kBigDecimal;
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
      return DataType::kDate;
    case arrow::Type::TIMESTAMP:
      return DataType::kDateTime;
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::FIXED_SIZE_BINARY:
      return DataType::kByteArray;
    case arrow::Type::STRUCT:
      return DataType::kStruct;
    case arrow::Type::MAP:
      return DataType::kMap;
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
      return DataType::kList;
    default:
      return DataType::kString;
  }
}

bool IsJsonText(DataType type) {
  return type == DataType::kStruct || type == DataType::kMap || type == DataType::kList;
}

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

// Collects one column's values.
class Column {
 public:
  Column(std::string name, DataType type)
      : name_(std::move(name)), type_(type), builder_(MakeBuilder(type)) {}

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
    auto builder = arrow::MakeBuilder(ToArrowType(type));
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

// Reads records into columns, one after the other.
class RecordReader {
 public:
  explicit RecordReader(const arrow::Schema& schema) {
    columns_.reserve(static_cast<size_t>(schema.num_fields()));
    for (const auto& field : schema.fields()) {
      by_name_.emplace(field->name(), columns_.size());
      columns_.emplace_back(field->name(), DataTypeOf(*field));
    }
  }

  Status Append(std::string_view record) {
    Status status = AppendMembers(record);
    if (!status.ok()) {
      return WithContext(std::move(status).error(), "record " + std::to_string(rows_));
    }
    ++rows_;
    for (Column& column : columns_) {
      if (column.length() < rows_) SLUICE_RETURN_IF_ERROR(column.AppendNull());
    }
    return Done{};
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Finish(const std::shared_ptr<arrow::Schema>& schema) {
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    for (Column& column : columns_) {
      SLUICE_ASSIGN(auto array, column.Finish());
      arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(schema, rows_, std::move(arrays));
  }

 private:
  Status AppendMembers(std::string_view record) {
    padded_.assign(record);
    padded_.resize(record.size() + simdjson::SIMDJSON_PADDING);
    ondemand::document document;
    if (auto error = parser_.iterate(padded_.data(), record.size(), padded_.size()).get(document)) {
      return FromSimdjson(error);
    }
    ondemand::object object;
    if (document.get_object().get(object)) return InvalidArgument("not a JSON object");
    expected_ = 0;
    for (auto member : object) {
      ondemand::field field;
      if (auto error = std::move(member).get(field)) return FromSimdjson(error);
      SLUICE_RETURN_IF_ERROR(AppendMember(field));
    }
    const char* rest = nullptr;
    if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
      return InvalidArgument("not valid JSON: more after the object");
    }
    return Done{};
  }

  Status AppendMember(ondemand::field& field) {
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

  // Members mostly stand in the order of the columns.
  std::optional<size_t> IndexOf(std::string_view name) {
    if (expected_ >= columns_.size() || columns_[expected_].name() != name) {
      auto found = by_name_.find(std::string(name));
      if (found == by_name_.end()) return std::nullopt;
      expected_ = found->second;
    }
    return expected_++;
  }

  std::vector<Column> columns_;
  std::unordered_map<std::string, size_t> by_name_;
  size_t expected_ = 0;  // The column of the next member, where it stands in their order.
  int64_t rows_ = 0;
  ondemand::parser parser_;
  std::string padded_;
};

// Writes one cell that is not null.
Status AppendCell(std::string& out, DataType type, const arrow::Array& column, int64_t row) {
  switch (type) {
    case DataType::kBoolean:
      out += static_cast<const arrow::BooleanArray&>(column).Value(row) ? "true" : "false";
      return Done{};
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong:
      out += std::to_string(static_cast<const arrow::Int64Array&>(column).Value(row));
      return Done{};
    case DataType::kFloat:
    case DataType::kDouble: {
      double value = static_cast<const arrow::DoubleArray&>(column).Value(row);
      if (!std::isfinite(value)) return InvalidArgument("is not a number that JSON can write");
      out += FormatNumber(value);
      return Done{};
    }
    case DataType::kDate: {
      int32_t days = static_cast<const arrow::Date32Array&>(column).Value(row);
      json::AppendQuoted(out, FormatDate(Days(std::chrono::days(days))));
      return Done{};
    }
    case DataType::kDateTime: {
      int64_t us = static_cast<const arrow::TimestampArray&>(column).Value(row);
      json::AppendQuoted(out, FormatTime(Time(std::chrono::microseconds(us))));
      return Done{};
    }
    case DataType::kByteArray:
      json::AppendQuoted(out,
                         Base64Encode(static_cast<const arrow::BinaryArray&>(column).GetView(row)));
      return Done{};
    default:
      break;
  }
  std::string_view text = static_cast<const arrow::StringArray&>(column).GetView(row);
  if (type == DataType::kString) {
    json::AppendQuoted(out, text);
    return Done{};
  }
  bool is_fit = IsJsonText(type) ? json::Parse(text).ok() : IsNumber(text);
  if (!is_fit) {
    return InvalidArgument(Shorten(text) + " is not a " + std::string(ToString(type)));
  }
  out += text;
  return Done{};
}

}  // namespace

std::shared_ptr<arrow::Field> ToArrowField(const std::string& name, DataType type) {
  return arrow::field(name, ToArrowType(type), true,
                      arrow::key_value_metadata({kDataTypeKey}, {std::string(ToString(type))}));
}

DataType DataTypeOf(const arrow::Field& field) {
  if (field.HasMetadata()) {
    auto text = field.metadata()->Get(kDataTypeKey);
    if (text.ok()) {
      if (auto type = DataTypeFromString(*text)) return *type;
    }
  }
  return NearestTo(field.type()->id());
}

Result<std::shared_ptr<arrow::Schema>> SchemaOf(const EntityDefinition& entity,
                                                const std::vector<std::string>& fields) {
  arrow::FieldVector columns;
  for (const std::string& name : fields) {
    const Field* field = entity.Find(name);
    if (!field) {
      return InvalidArgument("'" + entity.entity.identifier + "' has no field '" + name + "'");
    }
    columns.push_back(ToArrowField(name, field->data_type));
  }
  return arrow::schema(std::move(columns));
}

Result<std::shared_ptr<arrow::RecordBatch>> RecordsFromJson(
    const std::shared_ptr<arrow::Schema>& schema, const std::vector<std::string_view>& records) {
  RecordReader reader(*schema);
  for (std::string_view record : records) SLUICE_RETURN_IF_ERROR(reader.Append(record));
  return reader.Finish(schema);
}

Result<std::vector<std::string>> RecordsToJson(const arrow::RecordBatch& batch) {
  std::vector<DataType> types;
  std::vector<std::string> names;
  for (const auto& field : batch.schema()->fields()) {
    types.push_back(DataTypeOf(*field));
    if (!field->type()->Equals(ToArrowType(types.back()))) {
      return InvalidArgument("column '" + field->name() + "' is of Arrow type " +
                             field->type()->ToString() + ", not " +
                             ToArrowType(types.back())->ToString());
    }
    json::AppendQuoted(names.emplace_back(), field->name());
  }
  std::vector<std::string> records(static_cast<size_t>(batch.num_rows()));
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    std::string& record = records[static_cast<size_t>(row)];
    record += '{';
    for (size_t i = 0; i < types.size(); ++i) {
      if (i > 0) record += ',';
      record += names[i];
      record += ':';
      const arrow::Array& column = *batch.column(static_cast<int>(i));
      if (column.IsNull(row)) {
        record += "null";
        continue;
      }
      Status status = AppendCell(record, types[i], column, row);
      if (!status.ok()) {
        return WithContext(std::move(status).error(),
                           "record " + std::to_string(row) + ", member " + names[i]);
      }
    }
    record += '}';
  }
  return records;
}

std::string Shorten(std::string_view value) {
  size_t bytes = 0;
  for (size_t characters = 0; bytes < value.size() && characters <= kShownCharacters; ++bytes) {
    bool starts_character = (static_cast<unsigned char>(value[bytes]) & 0xC0) != 0x80;
    if (starts_character && characters++ == kShownCharacters) break;
  }
  std::string_view rest = bytes < value.size() ? "…" : "";
  return "'" + std::string(value.substr(0, bytes)) + std::string(rest) + "'";
}

Error FromArrow(const arrow::Status& status) {
  ErrorCode code = ErrorCode::kUnknown;
  if (status.IsInvalid() || status.IsTypeError() || status.IsKeyError() ||
      status.IsNotImplemented()) {
    code = ErrorCode::kInvalidArgument;
  } else if (status.IsIOError() || status.IsOutOfMemory() || status.IsCapacityError()) {
    code = ErrorCode::kServerError;
  } else if (status.IsCancelled()) {
    code = ErrorCode::kServiceUnavailable;
  }
  return {code, status.message(), {}};
}

}  // namespace sluice
