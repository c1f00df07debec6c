#include "sluice/connectors/s3/parquet_columns.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/cast.h>
#include <arrow/extension/json.h>
#include <arrow/util/decimal.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/text_cells.h"

namespace sluice::s3 {
namespace {

// What most readers of Parquet take for a decimal.
constexpr int32_t kMostDigits = 38;

// Precision and scale of "decimal(10,2)", "NUMERIC(38, 9) unsigned", "decimal(5)".
std::shared_ptr<arrow::DataType> DecimalOf(std::string_view label) {
  size_t at = label.find('(');
  if (at == std::string_view::npos) return nullptr;
  const char* rest = label.data() + at + 1;
  const char* end = label.data() + label.size();
  int32_t precision = 0, scale = 0;
  auto number = std::from_chars(rest, end, precision);
  rest = number.ptr;
  if (rest != end && *rest == ',') {
    for (++rest; rest != end && *rest == ' ';) ++rest;
    number = std::from_chars(rest, end, scale);
  }
  bool is_sound = number.ec == std::errc() && number.ptr != end && *number.ptr == ')' &&
                  precision >= 1 && precision <= kMostDigits && scale >= 0 && scale <= precision;
  return is_sound ? arrow::decimal128(precision, scale) : nullptr;
}

std::shared_ptr<arrow::DataType> TypeOf(const arrow::Field& field, const EntityDefinition& entity) {
  switch (DataTypeOf(field)) {
    case DataType::kShort:
      return arrow::int16();
    case DataType::kInteger:
      return arrow::int32();
    case DataType::kBigInteger:
      return arrow::decimal128(kMostDigits, 0);
    case DataType::kBigDecimal: {
      const Field* described = entity.Find(field.name());
      auto decimal = described ? DecimalOf(described->data_type_label) : nullptr;
      return decimal ? decimal : field.type();
    }
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return arrow::extension::json();
    default:
      return field.type();
  }
}

// How the type is called in a Parquet file's schema, for people.
std::string NameOf(const arrow::DataType& type) {
  if (type.id() == arrow::Type::INT16) return "INT(16)";
  if (type.id() == arrow::Type::INT32) return "INT(32)";
  const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
  return "DECIMAL(" + std::to_string(decimal.precision()) + "," + std::to_string(decimal.scale()) +
         ")";
}

Error Unfit(const arrow::Field& to, std::string_view value) {
  return InvalidArgument("column '" + to.name() + "': " + Shorten(value) + " does not fit " +
                         NameOf(*to.type()) + "; map the field to a type that can hold it");
}

template <class T>
Result<std::shared_ptr<arrow::Array>> Narrow(const arrow::Int64Array& values,
                                             const arrow::Field& to) {
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row) || std::in_range<T>(values.Value(row))) continue;
    return Unfit(to, std::to_string(values.Value(row)));
  }
  auto narrow = arrow::compute::Cast(values, to.type());
  if (!narrow.ok()) return FromArrow(narrow.status());
  return *std::move(narrow);
}

std::optional<arrow::Decimal128> ReadDecimal(std::string_view text,
                                             const arrow::Decimal128Type& type) {
  arrow::Decimal128 value;
  int32_t precision = 0, scale = 0;
  if (!arrow::Decimal128::FromString(text, &value, &precision, &scale).ok()) return std::nullopt;
  auto rescaled = value.Rescale(scale, type.scale());
  if (!rescaled.ok() || !rescaled->FitsInPrecision(type.precision())) return std::nullopt;
  return *rescaled;
}

Result<std::shared_ptr<arrow::Array>> ToDecimals(const arrow::StringArray& texts,
                                                 const arrow::Field& to) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*to.type());
  arrow::Decimal128Builder decimals(to.type());
  arrow::Status status = decimals.Reserve(texts.length());
  for (int64_t row = 0; row < texts.length() && status.ok(); ++row) {
    if (texts.IsNull(row)) {
      status = decimals.AppendNull();
      continue;
    }
    std::optional<arrow::Decimal128> value = ReadDecimal(texts.GetView(row), type);
    if (!value) return Unfit(to, texts.GetView(row));
    status = decimals.Append(*value);
  }
  std::shared_ptr<arrow::Array> array;
  if (status.ok()) status = decimals.Finish(&array);
  if (!status.ok()) return FromArrow(status);
  return array;
}

Result<std::shared_ptr<arrow::Array>> ToColumn(const arrow::Field& from, const arrow::Field& to,
                                               const std::shared_ptr<arrow::Array>& values) {
  SLUICE_ASSIGN(TextCells cells, TextCells::Make(from, values));
  if (to.type()->Equals(values->type())) return values;
  switch (to.type()->id()) {
    case arrow::Type::STRING:
      return cells.ToStrings();
    case arrow::Type::INT16:
      return Narrow<int16_t>(static_cast<const arrow::Int64Array&>(*values), to);
    case arrow::Type::INT32:
      return Narrow<int32_t>(static_cast<const arrow::Int64Array&>(*values), to);
    case arrow::Type::DECIMAL128:
      return ToDecimals(static_cast<const arrow::StringArray&>(*values), to);
    default:
      return arrow::ExtensionType::WrapArray(to.type(), values);
  }
}

}  // namespace

std::shared_ptr<arrow::Schema> ParquetSchemaOf(const arrow::Schema& schema,
                                               const EntityDefinition& entity, ParquetTypes types) {
  arrow::FieldVector fields;
  for (const auto& field : schema.fields()) {
    if (types == ParquetTypes::kText) {
      fields.push_back(ToArrowField(field->name(), DataType::kString));
    } else {
      auto described = ToArrowField(field->name(), DataTypeOf(*field));
      fields.push_back(described->WithType(TypeOf(*described, entity)));
    }
  }
  return arrow::schema(std::move(fields));
}

Result<std::shared_ptr<arrow::RecordBatch>> ToParquetColumns(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& to) {
  arrow::ArrayVector columns;
  for (int i = 0; i < rows.num_columns(); ++i) {
    SLUICE_ASSIGN(auto column, ToColumn(*rows.schema()->field(i), *to->field(i), rows.column(i)));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(to, rows.num_rows(), std::move(columns));
}

}  // namespace sluice::s3
