#include "sluice/connectors/tidb/row_batch.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>
#include <arrow/type.h>
#include <simdjson.h>

#include <charconv>
#include <cstring>
#include <numeric>

#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/tidb/column_json.h"
#include "sluice/tidb/record_writer.h"

namespace sluice::tidb_connector {
namespace {

using tidb::TypeKind;

Status Check(const arrow::Status& status) {
  if (!status.ok()) return FromArrow(status);
  return Done{};
}

bool IsAscii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= sizeof(uint64_t); at += sizeof(uint64_t), left -= sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    if (word & kHighBits) return false;
  }
  for (; left > 0; ++at, --left) {
    if (*at < 0) return false;
  }
  return true;
}

bool IsUtf8(std::string_view text) {
  return IsAscii(text) || simdjson::validate_utf8(text.data(), text.size());
}

// Each byte that is not part of a character becomes U+FFFD.
std::string Readable(std::string_view text) {
  std::string readable;
  while (!text.empty()) {
    size_t size = 1;
    while (size < 4 && size < text.size() && !tidb::IsUtf8(text.substr(0, size))) ++size;
    bool is_character = tidb::IsUtf8(text.substr(0, size));
    readable += is_character ? text.substr(0, size) : "\uFFFD";
    text.remove_prefix(is_character ? size : 1);
  }
  return readable;
}

// "-007" is 7 below zero: ZEROFILL columns print such numbers.
std::string WithoutZeros(std::string_view printed) {
  std::string number;
  if (printed.starts_with('-')) {
    number = "-";
    printed.remove_prefix(1);
  }
  while (printed.size() > 1 && printed[0] == '0' && printed[1] != '.') printed.remove_prefix(1);
  return number.append(printed);
}

bool HasZeros(std::string_view printed) {
  size_t first = printed.starts_with('-');
  return printed.size() > first + 1 && printed[first] == '0' && printed[first + 1] != '.';
}

uint64_t BitsOf(std::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

template <class Number>
std::optional<Number> Parse(std::string_view printed) {
  Number number{};
  const char* end = printed.data() + printed.size();
  auto [parsed, failure] = std::from_chars(printed.data(), end, number);
  if (failure != std::errc() || parsed != end) return std::nullopt;
  return number;
}

// The double that reads as the FLOAT does in its shortest form, not the FLOAT widened.
std::optional<double> ParseFloat(std::string_view printed) {
  auto wide = Parse<double>(printed);
  if (!wide) return std::nullopt;
  char text[32];
  auto written = std::to_chars(text, text + sizeof text, static_cast<float>(*wide));
  return Parse<double>({text, static_cast<size_t>(written.ptr - text)});
}

std::string_view Wanted(DataType type) {
  switch (type) {
    case DataType::kDate:
      return "a date that there is";
    case DataType::kDateTime:
      return "a time that there is";
    case DataType::kString:
      return "valid UTF-8";
    default:
      return "a number";
  }
}

Error Unfit(const tidb::Column& column, std::string_view value) {
  DataType type = DataTypeOf(column.type);
  return InvalidArgument(Shorten(Readable(value)) + " is not " + std::string(Wanted(type)) +
                         " (the column is of type " + column.type.sql + ")");
}

}  // namespace

// One column's values.
struct RowBatch::Cells {
  const tidb::Column* column;
  DataType type;
  std::unique_ptr<arrow::ArrayBuilder> builder;
  int64_t expected_bytes = 0;  // As many as the last batch had.

  template <class Builder>
  Builder& As() {
    return static_cast<Builder&>(*builder);
  }
  template <class Builder>
  arrow::Status Add(const auto& value) {
    return As<Builder>().Append(value);
  }
  // Invalid: the column can't hold the value.
  template <class Builder>
  arrow::Status AddIf(const auto& value) {
    return value ? As<Builder>().Append(*value) : arrow::Status::Invalid("");
  }

  arrow::Status AddText(std::string_view text) {
    return IsUtf8(text) ? Add<arrow::StringBuilder>(text) : arrow::Status::Invalid("");
  }
  arrow::Status AddInteger(std::string_view printed) {
    if (type != DataType::kBigInteger) return AddIf<arrow::Int64Builder>(Parse<int64_t>(printed));
    return Add<arrow::StringBuilder>(WithoutZeros(printed));
  }
  arrow::Status AddDecimal(std::string_view printed) {
    if (HasZeros(printed)) return Add<arrow::StringBuilder>(WithoutZeros(printed));
    return Add<arrow::StringBuilder>(printed);
  }
  arrow::Status AddBits(std::string_view bytes) {
    uint64_t number = BitsOf(bytes);
    if (type == DataType::kBoolean) return Add<arrow::BooleanBuilder>(number != 0);
    if (type == DataType::kBigInteger) return Add<arrow::StringBuilder>(std::to_string(number));
    return Add<arrow::Int64Builder>(static_cast<int64_t>(number));
  }
  arrow::Status AddDate(std::string_view printed) {
    auto date = ParseDate(printed);
    if (!date.ok()) return arrow::Status::Invalid("");
    return Add<arrow::Date32Builder>(static_cast<int32_t>(date->time_since_epoch().count()));
  }
  arrow::Status AddTime(std::string_view printed) {
    auto time = ParseTime(printed);
    if (!time.ok()) return arrow::Status::Invalid("");
    return Add<arrow::TimestampBuilder>(time->time_since_epoch().count());
  }

  // Invalid: the column can't hold the value.
  arrow::Status Append(const tidb::Text& printed) {
    if (!printed) return builder->AppendNull();
    switch (column->type.kind) {
      case TypeKind::kBoolean:
        return Add<arrow::BooleanBuilder>(*printed != "0");
      case TypeKind::kInteger:
      case TypeKind::kYear:
        return AddInteger(*printed);
      case TypeKind::kBit:
        return AddBits(*printed);
      case TypeKind::kDecimal:
        return AddDecimal(*printed);
      case TypeKind::kFloat:
        return AddIf<arrow::DoubleBuilder>(ParseFloat(*printed));
      case TypeKind::kDouble:
        return AddIf<arrow::DoubleBuilder>(Parse<double>(*printed));
      case TypeKind::kBinary:
        return Add<arrow::BinaryBuilder>(*printed);
      case TypeKind::kDate:
        return AddDate(*printed);
      case TypeKind::kDateTime:
        return AddTime(*printed);
      case TypeKind::kText:
      case TypeKind::kEnum:
      case TypeKind::kSet:
      case TypeKind::kTime:
      case TypeKind::kJson:
      case TypeKind::kVector:
        return AddText(*printed);
    }
    SLUICE_CHECK(false);
  }

  Status Reserve(int64_t rows) {
    SLUICE_RETURN_IF_ERROR(Check(builder->Reserve(rows)));
    if (expected_bytes == 0) return Done{};
    return Check(As<arrow::BinaryBuilder>().ReserveData(expected_bytes));
  }
  Result<std::shared_ptr<arrow::Array>> Finish() {
    auto id = builder->type()->id();
    if (id == arrow::Type::STRING || id == arrow::Type::BINARY) {
      expected_bytes = As<arrow::BinaryBuilder>().value_data_length();
    }
    std::shared_ptr<arrow::Array> array;
    SLUICE_RETURN_IF_ERROR(Check(builder->Finish(&array)));
    return array;
  }
};

RowBatch::RowBatch(std::shared_ptr<arrow::Schema> schema,
                   const std::vector<const tidb::Column*>& columns)
    : schema_(std::move(schema)), columns_(columns) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const arrow::Field& field = *schema_->field(static_cast<int>(i));
    auto builder = arrow::MakeBuilder(field.type());
    SLUICE_CHECK(builder.ok());  // Every type of records.h has one.
    cells_.push_back({columns_[i], DataTypeOf(field), std::move(builder).ValueUnsafe()});
  }
}

RowBatch::~RowBatch() = default;

Status RowBatch::Begin() {
  for (Cells& cells : cells_) SLUICE_RETURN_IF_ERROR(cells.Reserve(expected_rows_));
  return Done{};
}

Status RowBatch::Append(const std::vector<tidb::Text>& row) {
  if (rows_ == 0) SLUICE_RETURN_IF_ERROR(Begin());
  const tidb::Column* unfit = nullptr;
  std::string_view value;
  for (size_t i = 0; i < cells_.size(); ++i) {
    const tidb::Text& printed = row[i];
    if (printed) bytes_ += static_cast<int64_t>(printed->size());
    arrow::Status status = cells_[i].Append(printed);
    if (status.IsInvalid()) {
      if (!unfit) {
        unfit = columns_[i];
        value = *printed;
      }
      status = cells_[i].builder->AppendNull();
    }
    if (!status.ok()) return FromArrow(status);
  }
  if (unfit) Refuse(row, *unfit, Unfit(*unfit, value));
  ++rows_;
  return Done{};
}

void RowBatch::Refuse(const std::vector<tidb::Text>& row, const tidb::Column& column, Error error) {
  std::vector<std::string> texts(columns_.size());
  std::vector<tidb::Text> readable(row.begin(), row.begin() + static_cast<long>(columns_.size()));
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!readable[i] || columns_[i]->type.kind == TypeKind::kBinary ||
        columns_[i]->type.kind == TypeKind::kBit) {
      continue;
    }
    texts[i] = Readable(*readable[i]);
    readable[i] = texts[i];
  }
  RecordList record;
  Status written = tidb::RecordWriter(columns_).Append(record, readable);
  SLUICE_CHECK(written.ok());  // Only text that is no UTF-8 can't be written.
  unreadable_.push_back({.index = rows_,
                         .error = std::move(error),
                         .field = column.name,
                         .record = record.ToStrings().front()});
}

Result<std::shared_ptr<arrow::RecordBatch>> RowBatch::FinishRows() {
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (Cells& cells : cells_) {
    SLUICE_ASSIGN(auto array, cells.Finish());
    arrays.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(schema_, rows_, std::move(arrays));
}

Result<Batch> RowBatch::Finish() {
  Batch batch;
  SLUICE_ASSIGN(batch.rows, FinishRows());
  batch.source_row.resize(static_cast<size_t>(rows_));
  std::iota(batch.source_row.begin(), batch.source_row.end(), 0);
  if (!unreadable_.empty()) {
    for (const RejectedRow& row : unreadable_)
      batch.source_row[static_cast<size_t>(row.index)] = -1;
    std::erase(batch.source_row, -1);
    auto indexes = std::make_shared<arrow::Int64Array>(
        static_cast<int64_t>(batch.source_row.size()), arrow::Buffer::Wrap(batch.source_row));
    auto taken = arrow::compute::Take(arrow::Datum(batch.rows), arrow::Datum(indexes));
    if (!taken.ok()) return FromArrow(taken.status());
    batch.rows = taken->record_batch();
  }
  batch.unreadable = std::exchange(unreadable_, {});
  // Records of nothing but nulls are something, too.
  batch.bytes = std::max(bytes_, rows_);
  expected_rows_ = rows_;
  rows_ = bytes_ = 0;
  return batch;
}

}  // namespace sluice::tidb_connector
