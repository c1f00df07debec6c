#include "sluice/conformance/record.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/model/decimal.h"

namespace sluice::conformance {
namespace {

int Sign(int order) { return order < 0 ? -1 : order > 0; }

double ToDouble(const Value& value) { return std::strtod(value.text.c_str(), nullptr); }

bool IsWhole(const Decimal& number) {
  return number.exponent >= static_cast<int64_t>(number.digits.size());
}

std::optional<Misfit> FindNumberMisfit(DataType type, const Value& value) {
  const bool is_text = value.kind == JsonValue::Kind::kString;
  auto number = ParseDecimal(value.text);
  if ((value.kind != JsonValue::Kind::kNumber && !is_text) || !number) {
    return Misfit{"is no number"};
  }
  auto beyond = [&](const char* low, const char* high) {
    return *number < *ParseDecimal(low) || *number > *ParseDecimal(high);
  };
  const bool is_integer = type == DataType::kShort || type == DataType::kInteger ||
                          type == DataType::kLong || type == DataType::kBigInteger;
  if (is_integer && !IsWhole(*number)) return Misfit{"is no whole number"};
  if ((type == DataType::kShort && beyond("-32768", "32767")) ||
      (type == DataType::kInteger && beyond("-2147483648", "2147483647")) ||
      (type == DataType::kLong && beyond("-9223372036854775808", "9223372036854775807"))) {
    return Misfit{"is out of the range of its type"};
  }
  // A BigDecimal may be either: AWS's README has said both.
  if (is_text && type != DataType::kBigDecimal) return Misfit{"is a number in a string", true};
  return std::nullopt;
}

std::optional<Misfit> Unless(bool fine, const char* what) {
  return fine ? std::nullopt : std::optional<Misfit>(Misfit{what});
}

}  // namespace

std::string Value::ToJson() const {
  if (kind == JsonValue::Kind::kNull) return "null";
  if (kind != JsonValue::Kind::kString) return text;
  std::string quoted;
  json::AppendQuoted(quoted, text);
  return quoted;
}

Result<Record> ReadRecord(std::string_view json) {
  JsonRecordReader reader;
  SLUICE_ASSIGN(auto members, reader.Read(json));
  Record record;
  for (const JsonMember& member : members) {
    record[std::string(member.name)] = {member.value.kind, std::string(member.value.text)};
  }
  return record;
}

std::string ToJson(const Record& record) {
  std::string text = "{";
  for (const auto& [name, value] : record) {
    if (text.size() > 1) text += ',';
    json::AppendQuoted(text, name);
    text += ':' + value.ToJson();
  }
  return text + '}';
}

Value ValueOf(const Record& record, const std::string& field) {
  auto found = record.find(field);
  return found == record.end() ? Value() : found->second;
}

bool IsNumeric(DataType type) {
  constexpr std::array kNumeric = {DataType::kInteger,   DataType::kFloat, DataType::kDouble,
                                   DataType::kLong,      DataType::kShort, DataType::kBigInteger,
                                   DataType::kBigDecimal};
  return std::find(kNumeric.begin(), kNumeric.end(), type) != kNumeric.end();
}

std::optional<Misfit> FindMisfit(DataType type, const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (IsNumeric(type)) return FindNumberMisfit(type, value);
  const bool is_string = value.kind == JsonValue::Kind::kString;
  const bool is_document = value.kind == JsonValue::Kind::kDocument;
  switch (type) {
    case DataType::kString:
      return Unless(is_string, "is no string");
    case DataType::kBoolean:
      if (value.kind == JsonValue::Kind::kBoolean) return std::nullopt;
      return Misfit{"is not true or false",
                    is_string && (value.text == "true" || value.text == "false" ||
                                  value.text == "0" || value.text == "1")};
    case DataType::kDate:
      return Unless(is_string && ParseDate(value.text).ok(), "is no date like \"2023-12-03\"");
    case DataType::kDateTime:
      return Unless(is_string && ParseTime(value.text).ok(),
                    "is no ISO 8601 time like \"2011-12-03T10:15:30.000+01:00\"");
    case DataType::kByteArray:
      return Unless(is_string && Base64Decode(value.text).ok(), "is no base64 string");
    case DataType::kList:
      return Unless(is_document && value.text.starts_with('['), "is no JSON array");
    default:  // Struct, Map
      return Unless(is_document && value.text.starts_with('{'), "is no JSON object");
  }
}

std::optional<int> Compare(DataType type, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return std::nullopt;
  if (IsNumeric(type)) {
    auto left = ParseDecimal(a.text), right = ParseDecimal(b.text);
    if (!left || !right) return std::nullopt;
    return *left < *right ? -1 : *left > *right;
  }
  if (type == DataType::kDate || type == DataType::kDateTime) {
    auto left = ParseTime(a.text), right = ParseTime(b.text);
    if (!left.ok() || !right.ok()) return std::nullopt;
    return *left < *right ? -1 : *left > *right;
  }
  return Sign(a.text.compare(b.text));
}

bool AreClose(const Value& a, const Value& b) {
  const double left = ToDouble(a), right = ToDouble(b);
  return std::abs(left - right) <= 1e-6 * std::max(std::abs(left), std::abs(right));
}

bool AreSame(DataType type, const Value& written, const Value& read) {
  if (written == read) return true;
  if (written.is_null() || read.is_null()) return false;
  if (type == DataType::kFloat) return AreClose(written, read);
  if (type == DataType::kDouble) return ToDouble(written) == ToDouble(read);
  if (type == DataType::kStruct || type == DataType::kMap || type == DataType::kList) {
    // The same document may be written in many ways.
    auto left = json::Parse(written.text), right = json::Parse(read.text);
    return left.ok() && right.ok() && *left == *right;
  }
  return Compare(type, written, read) == 0;
}

}  // namespace sluice::conformance
