#include "sluice/connectors/s3/foreign_column.h"

#include <arrow/array/array_nested.h>
#include <arrow/builder.h>
#include <arrow/compute/cast.h>
#include <arrow/extension_type.h>
#include <arrow/record_batch.h>
#include <arrow/util/key_value_metadata.h>

#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/connector/records.h"

namespace sluice::s3 {
namespace {

using ArrayPointer = std::shared_ptr<arrow::Array>;
using TypePointer = std::shared_ptr<arrow::DataType>;

// What stands behind dictionaries, extensions and run lengths.
TypePointer PlainType(const TypePointer& type) {
  switch (type->id()) {
    case arrow::Type::DICTIONARY:
      return PlainType(static_cast<const arrow::DictionaryType&>(*type).value_type());
    case arrow::Type::EXTENSION:
      return PlainType(static_cast<const arrow::ExtensionType&>(*type).storage_type());
    case arrow::Type::RUN_END_ENCODED:
      return PlainType(static_cast<const arrow::RunEndEncodedType&>(*type).value_type());
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
      return arrow::list(static_cast<const arrow::BaseListType&>(*type).value_type());
    case arrow::Type::BINARY_VIEW:
      return arrow::binary();
    default:
      return type;
  }
}

Result<ArrayPointer> Cast(const ArrayPointer& column, const TypePointer& type) {
  if (column->type()->Equals(type)) return column;
  arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(type);
  options.allow_time_truncate = true;
  auto cast = arrow::compute::Cast(*column, type, options);
  if (!cast.ok()) return InvalidArgument(cast.status().message());
  return *std::move(cast);
}

Result<std::vector<std::string>> ToJson(const arrow::FieldVector& fields,
                                        const arrow::ArrayVector& columns, int64_t rows) {
  arrow::FieldVector known_fields;
  arrow::ArrayVector known_columns;
  for (size_t i = 0; i < fields.size(); ++i) {
    DataType type = TypeOfForeign(*fields[i]);
    SLUICE_ASSIGN(ArrayPointer column, FromForeign(*fields[i], columns[i], type));
    known_fields.push_back(ToArrowField(fields[i]->name(), type));
    known_columns.push_back(std::move(column));
  }
  auto schema = arrow::schema(std::move(known_fields));
  return RecordsToJson(*arrow::RecordBatch::Make(schema, rows, std::move(known_columns)));
}

// The JSON of each value, as it stands in an array.
Result<std::vector<std::string>> ValuesToJson(const arrow::Field& field,
                                              const ArrayPointer& values) {
  SLUICE_ASSIGN(std::vector<std::string> texts,
                ToJson({field.WithName("v")}, {values}, values->length()));
  constexpr size_t kBefore = std::string_view(R"({"v":)").size();
  for (std::string& text : texts) text = text.substr(kBefore, text.size() - kBefore - 1);
  return texts;
}

Result<std::vector<std::string>> StructsToJson(const arrow::StructArray& structs) {
  auto columns = structs.Flatten();
  if (!columns.ok()) return FromArrow(columns.status());
  return ToJson(structs.type()->fields(), *columns, structs.length());
}

template <class Lists>
Result<std::vector<std::string>> ListsToJson(const Lists& lists) {
  // Only what this part of the column refers to.
  int64_t first = lists.value_offset(0), last = lists.value_offset(lists.length());
  const arrow::Field& item = *lists.type()->field(0);
  SLUICE_ASSIGN(std::vector<std::string> items,
                ValuesToJson(item, lists.values()->Slice(first, last - first)));
  std::vector<std::string> texts;
  for (int64_t row = 0; row < lists.length(); ++row) {
    std::string text = "[";
    for (int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
      if (text.size() > 1) text += ',';
      text += items[static_cast<size_t>(i - first)];
    }
    texts.push_back(text + "]");
  }
  return texts;
}

Result<std::vector<std::string>> MapsToJson(const arrow::MapArray& maps) {
  int64_t first = maps.value_offset(0), last = maps.value_offset(maps.length());
  auto type = std::static_pointer_cast<arrow::MapType>(maps.type());
  SLUICE_ASSIGN(std::vector<std::string> keys,
                ValuesToJson(*type->key_field(), maps.keys()->Slice(first, last - first)));
  SLUICE_ASSIGN(std::vector<std::string> items,
                ValuesToJson(*type->item_field(), maps.items()->Slice(first, last - first)));
  std::vector<std::string> texts;
  for (int64_t row = 0; row < maps.length(); ++row) {
    std::string text = "{";
    for (int64_t i = maps.value_offset(row); i < maps.value_offset(row + 1); ++i) {
      if (text.size() > 1) text += ',';
      const std::string& key = keys[static_cast<size_t>(i - first)];
      if (key.starts_with('"')) {
        text += key;
      } else {
        json::AppendQuoted(text, key);
      }
      text += ':' + items[static_cast<size_t>(i - first)];
    }
    texts.push_back(text + "}");
  }
  return texts;
}

Result<ArrayPointer> NestedToJson(const ArrayPointer& column) {
  std::vector<std::string> texts;
  switch (column->type_id()) {
    case arrow::Type::STRUCT: {
      SLUICE_ASSIGN(texts, StructsToJson(static_cast<const arrow::StructArray&>(*column)));
      break;
    }
    case arrow::Type::MAP: {
      SLUICE_ASSIGN(texts, MapsToJson(static_cast<const arrow::MapArray&>(*column)));
      break;
    }
    case arrow::Type::LIST: {
      SLUICE_ASSIGN(texts, ListsToJson(static_cast<const arrow::ListArray&>(*column)));
      break;
    }
    default: {
      SLUICE_ASSIGN(texts, ListsToJson(static_cast<const arrow::LargeListArray&>(*column)));
    }
  }
  arrow::StringBuilder builder;
  for (int64_t row = 0; row < column->length(); ++row) {
    arrow::Status status = column->IsNull(row) ? builder.AppendNull()
                                               : builder.Append(texts[static_cast<size_t>(row)]);
    if (!status.ok()) return FromArrow(status);
  }
  auto built = builder.Finish();
  if (!built.ok()) return FromArrow(built.status());
  return *std::move(built);
}

bool IsNested(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRUCT || type.id() == arrow::Type::MAP ||
         type.id() == arrow::Type::LIST || type.id() == arrow::Type::LARGE_LIST;
}

Result<ArrayPointer> ToPlain(const ArrayPointer& column) {
  ArrayPointer plain = column;
  if (plain->type_id() == arrow::Type::EXTENSION) {
    plain = static_cast<const arrow::ExtensionArray&>(*plain).storage();
  }
  return Cast(plain, PlainType(plain->type()));
}

}  // namespace

DataType TypeOfForeign(const arrow::Field& field) {
  bool is_known = field.HasMetadata() && field.metadata()->Contains(kDataTypeKey);
  if (is_known) return DataTypeOf(field);
  return DataTypeOf(*arrow::field(field.name(), PlainType(field.type())));
}

Result<ArrayPointer> FromForeign(const arrow::Field& field, ArrayPointer column, DataType type) {
  TypePointer wanted = ToArrowField(field.name(), type)->type();
  if (column->type()->Equals(wanted)) return column;
  SLUICE_ASSIGN(ArrayPointer plain, ToPlain(column));
  if (IsNested(*plain->type())) {
    SLUICE_ASSIGN(plain, NestedToJson(plain));
  }
  // Arrow takes text and times without a zone for local time; here they are UTC.
  bool is_zoneless = plain->type_id() == arrow::Type::TIMESTAMP &&
                     static_cast<const arrow::TimestampType&>(*plain->type()).timezone().empty();
  if (is_zoneless) {
    auto unit = static_cast<const arrow::TimestampType&>(*plain->type()).unit();
    auto utc = plain->View(arrow::timestamp(unit, "UTC"));
    if (!utc.ok()) return FromArrow(utc.status());
    plain = *std::move(utc);
  }
  Result<ArrayPointer> cast = Cast(plain, wanted);
  if (cast.ok()) return cast;
  return WithContext(std::move(cast).error(), "column '" + field.name() + "'");
}

}  // namespace sluice::s3
