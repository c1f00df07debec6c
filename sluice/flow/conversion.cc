#include "sluice/flow/conversion.h"

#include <arrow/builder.h>

#include <cfloat>
#include <cmath>
#include <limits>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"

namespace sluice::flow {
namespace {

enum class Family {
  kText,
  kBoolean,
  kWhole,
  kDecimal,
  kReal,
  kDate,
  kTime,
  kBytes,
  kObject,
  kList
};

Family FamilyOf(DataType type) {
  switch (type) {
    case DataType::kString:
      return Family::kText;
    case DataType::kBoolean:
      return Family::kBoolean;
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong:
    case DataType::kBigInteger:
      return Family::kWhole;
    case DataType::kBigDecimal:
      return Family::kDecimal;
    case DataType::kFloat:
    case DataType::kDouble:
      return Family::kReal;
    case DataType::kDate:
      return Family::kDate;
    case DataType::kDateTime:
      return Family::kTime;
    case DataType::kByteArray:
      return Family::kBytes;
    case DataType::kStruct:
    case DataType::kMap:
      return Family::kObject;
    case DataType::kList:
      return Family::kList;
  }
  SLUICE_CHECK(false);
}

bool IsNumeric(Family family) {
  return family == Family::kWhole || family == Family::kDecimal || family == Family::kReal;
}

struct Range {
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
};

Range RangeOf(DataType type) {
  if (type == DataType::kShort) return {-32768, 32767};
  if (type == DataType::kInteger) return {-2147483648LL, 2147483647LL};
  return {};
}

// Whether every value of `from` is one of `to` already, in the same Arrow type.
bool IsSame(DataType from, DataType to) {
  if (from == to) return true;
  switch (to) {
    case DataType::kInteger:
      return from == DataType::kShort;
    case DataType::kLong:
      return from == DataType::kShort || from == DataType::kInteger;
    case DataType::kBigDecimal:
      return from == DataType::kBigInteger;
    case DataType::kDouble:
      return from == DataType::kFloat;
    case DataType::kStruct:
      return from == DataType::kMap;
    case DataType::kMap:
      return from == DataType::kStruct;
    case DataType::kString:
      return from == DataType::kBigInteger || from == DataType::kBigDecimal ||
             FamilyOf(from) == Family::kObject || from == DataType::kList;
    default:
      return false;
  }
}

// The text of a value that is not null.
std::string TextOf(const arrow::Array& column, DataType type, int64_t row) {
  switch (FamilyOf(type)) {
    case Family::kBoolean:
      return static_cast<const arrow::BooleanArray&>(column).Value(row) ? "true" : "false";
    case Family::kReal:
      return FormatNumber(static_cast<const arrow::DoubleArray&>(column).Value(row));
    case Family::kDate: {
      int32_t days = static_cast<const arrow::Date32Array&>(column).Value(row);
      return FormatDate(Days(std::chrono::days(days)));
    }
    case Family::kTime: {
      int64_t us = static_cast<const arrow::TimestampArray&>(column).Value(row);
      return FormatTime(Time(std::chrono::microseconds(us)));
    }
    case Family::kBytes:
      return Base64Encode(static_cast<const arrow::BinaryArray&>(column).GetView(row));
    default:
      break;
  }
  if (column.type_id() == arrow::Type::INT64) {
    return std::to_string(static_cast<const arrow::Int64Array&>(column).Value(row));
  }
  return std::string(static_cast<const arrow::StringArray&>(column).GetView(row));
}

std::string WhatFits(DataType type) {
  switch (type) {
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong: {
      Range range = RangeOf(type);
      return "a whole number from " + std::to_string(range.min) + " to " +
             std::to_string(range.max);
    }
    case DataType::kBigInteger:
      return "a whole number";
    case DataType::kBigDecimal:
      return "a number";
    case DataType::kFloat:
    case DataType::kDouble:
      return "a number that a " + std::string(ToString(type)) + " can hold without loss";
    case DataType::kBoolean:
      return "true or false";
    case DataType::kDate:
      return "a date such as 2026-01-31";
    case DataType::kDateTime:
      return "a time such as 2026-01-31T09:05:07Z";
    case DataType::kByteArray:
      return "base64";
    case DataType::kList:
      return "a JSON array";
    case DataType::kStruct:
    case DataType::kMap:
      return "a JSON object";
    case DataType::kString:
      break;
  }
  return "text";
}

// What one value becomes. Arrow's builders take them as they are.
std::optional<bool> ToBoolean(const std::string& text, DataType from) {
  bool is_whole = FamilyOf(from) == Family::kWhole;
  if (text == (is_whole ? "1" : "true")) return true;
  if (text == (is_whole ? "0" : "false")) return false;
  return std::nullopt;
}

std::optional<int64_t> ToWhole(const std::string& text, DataType to) {
  auto value = ToInt64(text);
  Range range = RangeOf(to);
  if (!value || *value < range.min || *value > range.max) return std::nullopt;
  return value;
}

std::optional<double> ToReal(const std::string& text, DataType from, DataType to) {
  if (to == DataType::kDouble) return ToExactDouble(text);
  if (from != DataType::kDouble && !ToExactFloat(text)) return std::nullopt;
  // Not as a float, which is 0.10000000149011612 for 0.1: rounding is left to the destination.
  auto value = ToDouble(text);
  if (!value || std::abs(*value) > FLT_MAX) return std::nullopt;
  return value;
}

std::optional<int32_t> ToDays(const std::string& text, DataType from) {
  auto date = ParseDate(from == DataType::kDateTime ? text.substr(0, text.find('T')) : text);
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(date->time_since_epoch().count());
}

std::optional<int64_t> ToMicroseconds(const std::string& text) {
  auto time = ParseTime(text);
  if (!time.ok()) return std::nullopt;
  return time->time_since_epoch().count();
}

std::optional<std::string> ToBytes(const std::string& text) {
  auto bytes = Base64Decode(text);
  if (!bytes.ok()) return std::nullopt;
  return *std::move(bytes);
}

std::optional<std::string> ToJson(std::string text, DataType to) {
  auto value = json::Parse(text);
  if (!value.ok()) return std::nullopt;
  bool fits = to == DataType::kList ? value->is_array() : value->is_object();
  if (!fits) return std::nullopt;
  return text;
}

// Converts cell by cell: `convert` gives nothing for a text that does not fit.
template <class Builder, class Convert>
Result<Conversion> ConvertEach(Builder builder, const arrow::Array& column, DataType from,
                               DataType to, Convert convert) {
  Conversion conversion;
  arrow::Status status = builder.Reserve(column.length());
  for (int64_t row = 0; status.ok() && row < column.length(); ++row) {
    if (column.IsNull(row)) {
      status = builder.AppendNull();
      continue;
    }
    std::string text = TextOf(column, from, row);
    if (auto value = convert(text)) {
      status = builder.Append(*value);
    } else {
      conversion.misfits.push_back({row, Shorten(text) + " is not " + WhatFits(to)});
      status = builder.AppendNull();
    }
  }
  if (status.ok()) status = builder.Finish(&conversion.values);
  if (!status.ok()) return FromArrow(status);
  return conversion;
}

// Numbers: what is not one does not fit; true and false are 1 and 0.
template <class Convert>
auto Number(DataType from, Convert convert) {
  return [from, convert](std::string text) -> decltype(convert(text)) {
    if (from == DataType::kBoolean) text = text == "true" ? "1" : "0";
    if (!IsNumber(text)) return std::nullopt;
    return convert(text);
  };
}

}  // namespace

bool CanConvert(DataType from, DataType to) {
  Family a = FamilyOf(from), b = FamilyOf(to);
  if (a == b || a == Family::kText || b == Family::kText) return true;
  if (IsNumeric(b)) return IsNumeric(a) || a == Family::kBoolean;
  if (b == Family::kBoolean) return a == Family::kWhole;
  return (a == Family::kDate && b == Family::kTime) || (a == Family::kTime && b == Family::kDate);
}

Result<Conversion> Convert(const std::shared_ptr<arrow::Array>& column, DataType from,
                           DataType to) {
  SLUICE_CHECK(CanConvert(from, to));
  if (!column->type()->Equals(ToArrowField("", from)->type())) {
    return InvalidArgument("a column of type " + std::string(ToString(from)) +
                           " came as Arrow type " + column->type()->ToString());
  }
  if (IsSame(from, to)) return Conversion{column, {}};
  switch (to) {
    case DataType::kString:
      return ConvertEach(arrow::StringBuilder(), *column, from, to,
                         [](std::string text) { return std::optional(text); });
    case DataType::kBoolean:
      return ConvertEach(arrow::BooleanBuilder(), *column, from, to,
                         [&](const std::string& text) { return ToBoolean(text, from); });
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong:
      return ConvertEach(arrow::Int64Builder(), *column, from, to,
                         Number(from, [=](const std::string& text) { return ToWhole(text, to); }));
    case DataType::kBigInteger:
      return ConvertEach(arrow::StringBuilder(), *column, from, to,
                         Number(from, [](const std::string& text) { return ToWholeNumber(text); }));
    case DataType::kBigDecimal:
      return ConvertEach(arrow::StringBuilder(), *column, from, to,
                         Number(from, [](const std::string& text) { return std::optional(text); }));
    case DataType::kFloat:
    case DataType::kDouble:
      return ConvertEach(
          arrow::DoubleBuilder(), *column, from, to,
          Number(from, [=](const std::string& text) { return ToReal(text, from, to); }));
    case DataType::kDate:
      return ConvertEach(arrow::Date32Builder(), *column, from, to,
                         [&](const std::string& text) { return ToDays(text, from); });
    case DataType::kDateTime:
      return ConvertEach(
          arrow::TimestampBuilder(ToArrowField("", to)->type(), arrow::default_memory_pool()),
          *column, from, to, ToMicroseconds);
    case DataType::kByteArray:
      return ConvertEach(arrow::BinaryBuilder(), *column, from, to, ToBytes);
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return ConvertEach(arrow::StringBuilder(), *column, from, to,
                         [&](std::string text) { return ToJson(std::move(text), to); });
  }
  SLUICE_CHECK(false);
}

}  // namespace sluice::flow
