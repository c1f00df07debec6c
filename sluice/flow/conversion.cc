#include "sluice/flow/conversion.h"

#include <arrow/builder.h>
#include <arrow/util/bitmap_builders.h>

#include <algorithm>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/flow/small_number.h"
#include "sluice/flow/write_texts.h"

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

// Days and moments that have a text of four digits for the year.
constexpr int64_t kFirstDay = -719528, kLastDay = 2932896;  // 0000-01-01, 9999-12-31.
constexpr int64_t kMicrosecondsPerDay = 86'400'000'000;

constexpr int64_t kMaxWhole = 20;

int64_t DayOf(int64_t microseconds) {
  const int64_t days = microseconds / kMicrosecondsPerDay;
  return microseconds % kMicrosecondsPerDay < 0 ? days - 1 : days;
}

Days DateOf(int64_t days) { return Days(std::chrono::days(days)); }
Time TimeOf(int64_t microseconds) { return Time(std::chrono::microseconds(microseconds)); }

char* WriteWhole(int64_t value, char* out) {
  return std::to_chars(out, out + kMaxWhole, value).ptr;
}

// The text of a value that is not null, valid until `scratch` or the column changes.
std::string_view TextOf(const arrow::Array& column, int64_t row, std::string& scratch) {
  scratch.resize(kMaxTimeText);
  char* const begin = scratch.data();
  const auto written = [&](const char* end) {
    return std::string_view(begin, static_cast<size_t>(end - begin));
  };
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(column).Value(row) ? "true" : "false";
    case arrow::Type::INT64:
      return written(WriteWhole(static_cast<const arrow::Int64Array&>(column).Value(row), begin));
    case arrow::Type::DOUBLE:
      return scratch = FormatNumber(static_cast<const arrow::DoubleArray&>(column).Value(row));
    case arrow::Type::DATE32:
      return written(
          WriteDate(DateOf(static_cast<const arrow::Date32Array&>(column).Value(row)), begin));
    case arrow::Type::TIMESTAMP:
      return written(
          WriteTime(TimeOf(static_cast<const arrow::TimestampArray&>(column).Value(row)), begin));
    case arrow::Type::BINARY:
      return scratch = Base64Encode(static_cast<const arrow::BinaryArray&>(column).GetView(row));
    default:
      return static_cast<const arrow::StringArray&>(column).GetView(row);
  }
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
      return "in the years 0 to 9999";  // All else has a text.
  }
  SLUICE_CHECK(false);
}

// What one value becomes. Arrow's builders take them as they are.
std::optional<bool> ToBoolean(std::string_view text, DataType from) {
  bool is_whole = FamilyOf(from) == Family::kWhole;
  if (text == (is_whole ? "1" : "true")) return true;
  if (text == (is_whole ? "0" : "false")) return false;
  return std::nullopt;
}

bool IsIn(int64_t value, Range range) { return value >= range.min && value <= range.max; }

std::optional<int64_t> ToWhole(std::string_view text, DataType to) {
  std::optional<int64_t> value;
  if (auto small = ParseSmallNumber(text); small && small->scale == 0) {
    value = small->units;
  } else if (IsNumber(text)) {
    value = ToInt64(text);
  }
  if (!value || !IsIn(*value, RangeOf(to))) return std::nullopt;
  return value;
}

std::optional<std::string> ToBigInteger(std::string_view text) {
  if (!IsNumber(text)) return std::nullopt;
  return ToWholeNumber(text);
}

std::optional<std::string_view> ToBigDecimal(std::string_view text) {
  if (!IsNumber(text)) return std::nullopt;
  return text;
}

// Of a number with so few digits that just one double stands for it.
std::optional<double> ToShortDouble(std::string_view text) {
  if (text.size() > DBL_DIG) return std::nullopt;
  auto small = ParseSmallNumber(text);
  if (!small) return std::nullopt;
  // Both are exact as doubles, so the quotient is the nearest one.
  return static_cast<double>(small->units) /
         static_cast<double>(kPowersOfTen[static_cast<size_t>(small->scale)]);
}

std::optional<double> ToReal(std::string_view text, DataType from, DataType to, Rounding rounding) {
  if (to == DataType::kDouble) {
    if (auto value = ToShortDouble(text)) return value;
    if (!IsNumber(text)) return std::nullopt;
    return rounding == Rounding::kNearest ? ToDouble(text) : ToExactDouble(text);
  }
  const bool may_round = rounding == Rounding::kNearest || from == DataType::kDouble;
  if (!IsNumber(text) || (!may_round && !ToExactFloat(text))) return std::nullopt;
  // Not as a float, which is 0.10000000149011612 for 0.1: rounding is left to the destination.
  auto value = ToDouble(text);
  if (!value || std::abs(*value) > FLT_MAX) return std::nullopt;
  return value;
}

std::optional<int32_t> ToDays(std::string_view text) {
  auto date = ParseDate(text);
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(date->time_since_epoch().count());
}

std::optional<int64_t> ToMicroseconds(std::string_view text) {
  auto time = ParseTime(text);
  if (!time.ok()) return std::nullopt;
  return time->time_since_epoch().count();
}

std::optional<std::string> ToBytes(std::string_view text) {
  auto bytes = Base64Decode(text);
  if (!bytes.ok()) return std::nullopt;
  return *std::move(bytes);
}

bool IsJson(std::string_view text, DataType type) {
  auto value = json::Parse(text);
  if (!value.ok()) return false;
  return type == DataType::kList ? value->is_array() : value->is_object();
}

// A whole number as ToWholeNumber would write it.
bool IsPlainWhole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return false;
  return text[0] != '0';
}

arrow::TimestampBuilder TimeBuilder() {
  return {ToArrowField("", DataType::kDateTime)->type(), arrow::default_memory_pool()};
}

// One column's way from one type to another.
class Converter {
 public:
  Converter(const std::shared_ptr<arrow::Array>& column, DataType to) : column_(column), to_(to) {}

  // Value by value: `convert` takes a row and gives nothing where its value does not fit.
  template <class Builder, class Convert>
  Result<Conversion> EachRow(Builder builder, Convert convert) const {
    Conversion conversion;
    arrow::Status status = builder.Reserve(column_->length());
    for (int64_t row = 0; status.ok() && row < column_->length(); ++row) {
      if (column_->IsNull(row)) {
        status = builder.AppendNull();
      } else if (auto value = convert(row)) {
        status = builder.Append(*value);
      } else {
        conversion.misfits.push_back(MisfitAt(row));
        status = builder.AppendNull();
      }
    }
    if (status.ok()) status = builder.Finish(&conversion.values);
    if (!status.ok()) return FromArrow(status);
    return conversion;
  }

  // The same, but `convert` takes the value's text.
  template <class Builder, class Convert>
  Result<Conversion> Each(Builder builder, Convert convert) const {
    std::string scratch;
    return EachRow(std::move(builder),
                   [&](int64_t row) { return convert(TextOf(*column_, row, scratch)); });
  }

  // The same values, without those that don't fit.
  template <class Fits>
  Result<Conversion> Same(Fits fits) const {
    Conversion conversion{column_, {}};
    for (int64_t row = 0; row < column_->length(); ++row) {
      if (!column_->IsNull(row) && !fits(row)) conversion.misfits.push_back(MisfitAt(row));
    }
    if (conversion.misfits.empty()) return conversion;
    return WithoutMisfits(std::move(conversion));
  }
  template <class Fits>
  Result<Conversion> SameTexts(Fits fits) const {
    const auto& texts = static_cast<const arrow::StringArray&>(*column_);
    return Same([&](int64_t row) { return fits(texts.GetView(row)); });
  }

  // By what can be read off the Arrow values themselves; nothing where the texts must be looked at.
  std::optional<Result<Conversion>> Direct() const {
    switch (column_->type_id()) {
      case arrow::Type::INT64:
        return DirectWhole(static_cast<const arrow::Int64Array&>(*column_));
      case arrow::Type::DATE32:
        return DirectDate(static_cast<const arrow::Date32Array&>(*column_));
      case arrow::Type::TIMESTAMP:
        return DirectTime(static_cast<const arrow::TimestampArray&>(*column_));
      case arrow::Type::STRING:
        return DirectText();
      default:
        return std::nullopt;
    }
  }

 private:
  Misfit MisfitAt(int64_t row) const {
    std::string scratch;
    return {row, Shorten(TextOf(*column_, row, scratch)) + " is not " + WhatFits(to_)};
  }

  static Result<Conversion> WithoutMisfits(Conversion conversion) {
    const int64_t length = conversion.values->length();
    std::vector<uint8_t> valid(static_cast<size_t>(length));
    for (int64_t row = 0; row < length; ++row) {
      valid[static_cast<size_t>(row)] = conversion.values->IsValid(row) ? 1 : 0;
    }
    for (const Misfit& misfit : conversion.misfits) valid[static_cast<size_t>(misfit.row)] = 0;
    // The values stay where they are, so the bits begin where they do.
    const auto offset = static_cast<size_t>(conversion.values->offset());
    valid.insert(valid.begin(), offset, 0);
    auto bits = arrow::internal::BytesToBits(valid);
    if (!bits.ok()) return FromArrow(bits.status());
    auto data = conversion.values->data()->Copy();
    data->buffers[0] = *std::move(bits);
    data->null_count = arrow::kUnknownNullCount;
    conversion.values = arrow::MakeArray(data);
    return conversion;
  }

  // All have a text, of at most so many bytes.
  template <class Write>
  Result<Conversion> Texts(int64_t most_bytes, Write write) const {
    SLUICE_ASSIGN(auto texts, WriteTexts(*column_, column_->length() * most_bytes, write));
    return Conversion{std::move(texts), {}};
  }

  // The same, for those on days that have one.
  template <class Day, class Write>
  Result<Conversion> DayTexts(int64_t most_bytes, Day day, Write write) const {
    const auto fits = [&](int64_t row) { return IsIn(day(row), {kFirstDay, kLastDay}); };
    SLUICE_ASSIGN(Conversion done, Same(fits));
    if (done.misfits.empty()) return Texts(most_bytes, write);
    std::string scratch;
    return EachRow(arrow::StringBuilder(), [&](int64_t row) -> std::optional<std::string_view> {
      if (!fits(row)) return std::nullopt;
      return TextOf(*column_, row, scratch);
    });
  }

  std::optional<Result<Conversion>> DirectWhole(const arrow::Int64Array& column) const {
    switch (to_) {
      case DataType::kShort:
      case DataType::kInteger:
        return Same([&](int64_t row) { return IsIn(column.Value(row), RangeOf(to_)); });
      case DataType::kBoolean:
        return EachRow(arrow::BooleanBuilder(), [&](int64_t row) -> std::optional<bool> {
          if (!IsIn(column.Value(row), {0, 1})) return std::nullopt;
          return column.Value(row) == 1;
        });
      case DataType::kDouble:
        return DirectDouble(column);
      case DataType::kString:
        return Texts(kMaxWhole,
                     [&](int64_t row, char* out) { return WriteWhole(column.Value(row), out); });
      default:
        return std::nullopt;
    }
  }

  std::optional<Result<Conversion>> DirectDouble(const arrow::Int64Array& column) const {
    constexpr Range kExact = {-(int64_t{1} << DBL_MANT_DIG), int64_t{1} << DBL_MANT_DIG};
    for (int64_t row = 0; row < column.length(); ++row) {
      if (!column.IsNull(row) && !IsIn(column.Value(row), kExact)) return std::nullopt;
    }
    return EachRow(arrow::DoubleBuilder(), [&](int64_t row) {
      return std::optional(static_cast<double>(column.Value(row)));
    });
  }

  std::optional<Result<Conversion>> DirectDate(const arrow::Date32Array& column) const {
    if (to_ == DataType::kString) {
      return DayTexts(
          kMaxDateText, [&](int64_t row) { return int64_t{column.Value(row)}; },
          [&](int64_t row, char* out) { return WriteDate(DateOf(column.Value(row)), out); });
    }
    if (to_ != DataType::kDateTime) return std::nullopt;
    return EachRow(TimeBuilder(), [&](int64_t row) -> std::optional<int64_t> {
      if (!IsIn(column.Value(row), {kFirstDay, kLastDay})) return std::nullopt;
      return column.Value(row) * kMicrosecondsPerDay;
    });
  }

  std::optional<Result<Conversion>> DirectTime(const arrow::TimestampArray& column) const {
    if (to_ == DataType::kString) {
      return DayTexts(
          kMaxTimeText, [&](int64_t row) { return DayOf(column.Value(row)); },
          [&](int64_t row, char* out) { return WriteTime(TimeOf(column.Value(row)), out); });
    }
    if (to_ != DataType::kDate) return std::nullopt;
    return EachRow(arrow::Date32Builder(), [&](int64_t row) -> std::optional<int32_t> {
      const int64_t day = DayOf(column.Value(row));
      if (!IsIn(day, {kFirstDay, kLastDay})) return std::nullopt;
      return static_cast<int32_t>(day);
    });
  }

  std::optional<Result<Conversion>> DirectText() const {
    switch (to_) {
      case DataType::kBigDecimal:
        return SameTexts(IsNumber);
      case DataType::kStruct:
      case DataType::kMap:
      case DataType::kList:
        return SameTexts([&](std::string_view text) { return IsJson(text, to_); });
      case DataType::kBigInteger:
        if (!AreAll(IsPlainWhole)) return std::nullopt;
        return Conversion{column_, {}};
      default:
        return std::nullopt;
    }
  }

  bool AreAll(bool (*fits)(std::string_view)) const {
    const auto& texts = static_cast<const arrow::StringArray&>(*column_);
    for (int64_t row = 0; row < texts.length(); ++row) {
      if (!texts.IsNull(row) && !fits(texts.GetView(row))) return false;
    }
    return true;
  }

  const std::shared_ptr<arrow::Array>& column_;
  const DataType to_;
};

// For conversions to numbers: true and false are 1 and 0.
template <class Convert>
auto Number(DataType from, Convert convert) {
  return [from, convert](std::string_view text) {
    if (from == DataType::kBoolean) text = text == "true" ? "1" : "0";
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

Result<Conversion> Convert(const std::shared_ptr<arrow::Array>& column, DataType from, DataType to,
                           Rounding rounding) {
  SLUICE_CHECK(CanConvert(from, to));
  if (!column->type()->Equals(ToArrowField("", from)->type())) {
    return InvalidArgument("a column of type " + std::string(ToString(from)) +
                           " came as Arrow type " + column->type()->ToString());
  }
  if (IsSame(from, to)) return Conversion{column, {}};
  const Converter converter(column, to);
  if (auto direct = converter.Direct()) return *std::move(direct);
  using Text = std::string_view;
  switch (to) {
    case DataType::kString:
      return converter.Each(arrow::StringBuilder(), [](Text text) { return std::optional(text); });
    case DataType::kBoolean:
      return converter.Each(arrow::BooleanBuilder(),
                            [&](Text text) { return ToBoolean(text, from); });
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong:
      return converter.Each(arrow::Int64Builder(),
                            Number(from, [=](Text text) { return ToWhole(text, to); }));
    case DataType::kBigInteger:
      return converter.Each(arrow::StringBuilder(), Number(from, ToBigInteger));
    case DataType::kBigDecimal:
      return converter.Each(arrow::StringBuilder(), Number(from, ToBigDecimal));
    case DataType::kFloat:
    case DataType::kDouble:
      return converter.Each(arrow::DoubleBuilder(), Number(from, [=](Text text) {
                              return ToReal(text, from, to, rounding);
                            }));
    case DataType::kDate:
      return converter.Each(arrow::Date32Builder(), ToDays);
    case DataType::kDateTime:
      return converter.Each(TimeBuilder(), ToMicroseconds);
    case DataType::kByteArray:
      return converter.Each(arrow::BinaryBuilder(), ToBytes);
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      break;  // From text only, which is done above.
  }
  SLUICE_CHECK(false);
}

}  // namespace sluice::flow
