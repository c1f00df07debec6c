#include "sluice/connector/records.h"

#include <arrow/array.h>
#include <arrow/util/key_value_metadata.h>

#include <cmath>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/record_builder.h"

namespace sluice {
namespace {

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
  RecordBuilder builder(schema);
  for (std::string_view record : records) SLUICE_RETURN_IF_ERROR(builder.Append(record));
  return builder.Finish();
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
