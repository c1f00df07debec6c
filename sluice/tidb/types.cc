#include "sluice/tidb/types.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

using Kind = JsonValue::Kind;

// ---- Parsing a type ----

// The members of "enum('a','b''c')", from behind the opening parenthesis.
std::vector<std::string> ParseMembers(std::string_view text) {
  std::vector<std::string> members;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!inside) {
      if (text[i] == ')') break;
      if (text[i] == '\'') {
        members.emplace_back();
        inside = true;
      }
    } else if (text[i] != '\'') {
      members.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '\'') {
      members.back() += text[i++];
    } else {
      inside = false;
    }
  }
  return members;
}

struct NamedType {
  std::string_view name;
  TypeKind kind;
  int bits = 0;
  uint64_t length = 0;  // In bytes, where the type alone sets it.
};

constexpr NamedType kTypes[] = {
    {"tinyint", TypeKind::kInteger, 8},
    {"smallint", TypeKind::kInteger, 16},
    {"mediumint", TypeKind::kInteger, 24},
    {"int", TypeKind::kInteger, 32},
    {"bigint", TypeKind::kInteger, 64},
    {"year", TypeKind::kYear},
    {"bit", TypeKind::kBit, 1},
    {"decimal", TypeKind::kDecimal},
    {"float", TypeKind::kFloat},
    {"double", TypeKind::kDouble},
    {"char", TypeKind::kText},
    {"varchar", TypeKind::kText},
    {"tinytext", TypeKind::kText, 0, 255},
    {"text", TypeKind::kText, 0, 65'535},
    {"mediumtext", TypeKind::kText, 0, 16'777'215},
    {"longtext", TypeKind::kText, 0, 4'294'967'295},
    {"enum", TypeKind::kEnum},
    {"set", TypeKind::kSet},
    {"time", TypeKind::kTime},
    {"json", TypeKind::kJson},
    {"binary", TypeKind::kBinary},
    {"varbinary", TypeKind::kBinary},
    {"tinyblob", TypeKind::kBinary, 0, 255},
    {"blob", TypeKind::kBinary, 0, 65'535},
    {"mediumblob", TypeKind::kBinary, 0, 16'777'215},
    {"longblob", TypeKind::kBinary, 0, 4'294'967'295},
    {"date", TypeKind::kDate},
    {"datetime", TypeKind::kDateTime},
    {"timestamp", TypeKind::kDateTime},
    {"vector", TypeKind::kVector},
};

// The numbers of "decimal(10,2)", from behind the opening parenthesis.
std::vector<uint64_t> ParseNumbers(std::string_view text) {
  std::vector<uint64_t> numbers;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end && *at != ')') {
    uint64_t number = 0;
    auto [next, failure] = std::from_chars(at, end, number);
    if (failure != std::errc()) break;
    numbers.push_back(number);
    at = next < end && *next == ',' ? next + 1 : next;
  }
  return numbers;
}

void SetSizes(ColumnType& type, const std::vector<uint64_t>& numbers, bool has_own_length) {
  uint64_t first = numbers.empty() ? 0 : numbers[0];
  switch (type.kind) {
    case TypeKind::kInteger:
      if (type.bits == 8 && !numbers.empty() && first == 1) type.kind = TypeKind::kBoolean;
      break;
    case TypeKind::kBit:
      if (!numbers.empty()) type.bits = static_cast<int>(first);
      break;
    case TypeKind::kDecimal:
      type.precision = static_cast<int>(first);
      if (numbers.size() > 1) type.scale = static_cast<int>(numbers[1]);
      break;
    case TypeKind::kText:
    case TypeKind::kBinary:
      if (!has_own_length && !numbers.empty()) type.length = first;
      break;
    default:
      break;
  }
}

// ---- Values ----

std::string Shown(std::string_view text) {
  constexpr size_t kMost = 40;
  if (text.size() <= kMost) return "'" + std::string(text) + "'";
  size_t end = kMost;  // Never in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return "'" + std::string(text.substr(0, end)) + "…'";
}

Error NotA(std::string_view text, std::string_view what) {
  return InvalidArgument(Shown(text) + " is not " + std::string(what));
}

uint64_t CountCharacters(std::string_view text) {
  return static_cast<uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Status CheckLength(const ColumnType& type, std::string_view value) {
  if (!type.length) return Done{};
  bool characters = !type.length_in_bytes;
  uint64_t size = characters ? CountCharacters(value) : value.size();
  if (size <= *type.length) return Done{};
  // Spaces at the end of a CHAR or VARCHAR may be cut off: SQL does so.
  size_t spaces = value.size() - (value.find_last_not_of(' ') + 1);
  if (characters && size - spaces <= *type.length) return Done{};
  return InvalidArgument("value too long (" + std::to_string(size) + " of " +
                         std::to_string(*type.length) + (characters ? " characters)" : " bytes)"));
}

Result<std::string> WholeLiteral(const JsonValue& value, bool is_flag) {
  if (value.kind == Kind::kBoolean || is_flag) {
    if (value.text == "true") return std::string("1");
    if (value.text == "false") return std::string("0");
  }
  std::string number = WholeNumber(value.text);
  if (number.empty() || value.kind == Kind::kDocument) return NotA(value.text, "a whole number");
  return number;
}

Result<std::string_view> NumberText(const JsonValue& value) {
  if (value.kind == Kind::kBoolean) return std::string_view(value.text == "true" ? "1" : "0");
  if (value.kind == Kind::kDocument || !IsNumber(value.text)) return NotA(value.text, "a number");
  return value.text;
}

// The double that is exactly the FLOAT nearest to `number`. TiDB compares a FLOAT as a double, and
// refuses the largest FLOAT when it is written as short as it prints.
std::string FloatText(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  float value = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc()) {
    return std::string(number);
  }
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, static_cast<double>(value)).ptr};
}

Result<std::string> MemberLiteral(const ColumnType& type, const JsonValue& value) {
  bool is_member =
      std::find(type.members.begin(), type.members.end(), value.text) != type.members.end();
  // TiDB takes a number for a member's index, so it could store what nobody wrote.
  if (!is_member && IsNumber(value.text)) {
    return NotA(value.text,
                "one of " + Join(type.members, ", ", [](const auto& m) { return Shown(m); }));
  }
  return QuoteString(value.text);
}

Result<std::string> BytesLiteral(const ColumnType& type, const JsonValue& value) {
  if (value.kind != Kind::kString) return NotA(value.text, "a base64 string");
  auto bytes = Base64Decode(value.text);
  if (!bytes.ok()) return bytes.error();
  SLUICE_RETURN_IF_ERROR(CheckLength(type, *bytes));
  return QuoteBytes(*bytes);
}

Result<std::string> TimeLiteral(std::string_view text) {
  SLUICE_ASSIGN(Time time, ParseTime(text));
  std::string literal = FormatTime(time, 6);  // "2026-01-31T09:05:07.123456Z"
  literal[10] = ' ';
  literal.pop_back();
  return "'" + literal + "'";
}

Result<std::string> DateLiteral(std::string_view text) {
  if (auto date = ParseDate(text); date.ok()) return "'" + FormatDate(*date) + "'";
  auto time = ParseTime(text);
  if (!time.ok()) return NotA(text, "a valid date (write 2026-01-31)");
  return "'" + FormatDate(std::chrono::floor<std::chrono::days>(*time)) + "'";
}

// "-007" is no JSON, and ZEROFILL columns print such numbers.
void AppendNumber(std::string& json, std::string_view printed) {
  if (printed.starts_with('-')) {
    json += '-';
    printed.remove_prefix(1);
  }
  while (printed.size() > 1 && printed[0] == '0' && printed[1] != '.') printed.remove_prefix(1);
  json += printed;
}

// The shortest text of the FLOAT that was printed as a double.
void AppendFloat(std::string& json, std::string_view printed) {
  double value = 0;
  std::from_chars(printed.data(), printed.data() + printed.size(), value);
  char text[32];
  json.append(text, std::to_chars(text, text + sizeof text, static_cast<float>(value)).ptr);
}

void AppendBit(std::string& json, const ColumnType& type, std::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  if (type.bits == 1) {
    json += number ? "true" : "false";
  } else {
    json += std::to_string(number);
  }
}

std::pair<std::string, std::string> IntegerRange(const ColumnType& type) {
  int bits = type.bits;
  if (type.is_unsigned) return {"0", std::to_string(bits == 64 ? UINT64_MAX : (1ull << bits) - 1)};
  auto most = static_cast<int64_t>((1ull << (bits - 1)) - 1);
  return {std::to_string(-most - 1), std::to_string(most)};
}

}  // namespace

bool IsUtf8(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    unsigned first = byte(i);
    size_t size = first < 0x80   ? 1
                  : first < 0xC2 ? 0
                  : first < 0xE0 ? 2
                  : first < 0xF0 ? 3
                  : first < 0xF5 ? 4
                                 : 0;
    if (size == 0 || i + size > text.size()) return false;
    for (size_t k = 1; k < size; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    unsigned second = size > 1 ? byte(i + 1) : 0;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += size;
  }
  return true;
}

ColumnType ParseColumnType(std::string_view sql) {
  ColumnType type;
  type.sql = sql;
  std::string_view name = sql.substr(0, sql.find_first_of("( "));
  size_t open = sql.find('(');
  std::string_view inside = open == std::string_view::npos ? "" : sql.substr(open + 1);
  const NamedType* known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                        [&](const NamedType& t) { return t.name == name; });
  if (known == std::end(kTypes)) return type;

  type.kind = known->kind;
  type.bits = known->bits;
  if (known->length) type.length = known->length;
  type.length_in_bytes = known->length != 0 || type.kind == TypeKind::kBinary;
  if (type.kind == TypeKind::kEnum || type.kind == TypeKind::kSet) {
    type.members = ParseMembers(inside);
    return type;
  }
  type.is_unsigned = sql.find(" unsigned") != std::string_view::npos;
  SetSizes(type, ParseNumbers(inside), known->length != 0);
  return type;
}

DataType DataTypeOf(const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return DataType::kBoolean;
    case TypeKind::kInteger: {
      int signed_bits = type.bits + (type.is_unsigned ? 1 : 0);
      return signed_bits <= 16   ? DataType::kShort
             : signed_bits <= 32 ? DataType::kInteger
             : signed_bits <= 64 ? DataType::kLong
                                 : DataType::kBigInteger;
    }
    case TypeKind::kYear:
      return DataType::kShort;
    case TypeKind::kBit:
      return type.bits == 1   ? DataType::kBoolean
             : type.bits < 64 ? DataType::kLong
                              : DataType::kBigInteger;
    case TypeKind::kDecimal:
      return DataType::kBigDecimal;
    case TypeKind::kFloat:
      return DataType::kFloat;
    case TypeKind::kDouble:
      return DataType::kDouble;
    case TypeKind::kText:
    case TypeKind::kEnum:
    case TypeKind::kSet:
    case TypeKind::kTime:
    case TypeKind::kJson:
      return DataType::kString;
    case TypeKind::kBinary:
      return DataType::kByteArray;
    case TypeKind::kDate:
      return DataType::kDate;
    case TypeKind::kDateTime:
      return DataType::kDateTime;
    case TypeKind::kVector:
      return DataType::kList;
  }
  return DataType::kString;
}

std::optional<FieldConstraints> ConstraintsOf(const ColumnType& type) {
  FieldConstraints constraints;
  switch (type.kind) {
    case TypeKind::kInteger:
      std::tie(constraints.min_value, constraints.max_value) = IntegerRange(type);
      break;
    case TypeKind::kYear:
      constraints.min_value = "1901";
      constraints.max_value = "2155";
      break;
    case TypeKind::kDecimal: {
      std::string most(static_cast<size_t>(type.precision - type.scale), '9');
      if (most.empty()) most = "0";
      if (type.scale > 0) most += "." + std::string(static_cast<size_t>(type.scale), '9');
      constraints.min_value = type.is_unsigned ? "0" : "-" + most;
      constraints.max_value = most;
      break;
    }
    case TypeKind::kText:
    case TypeKind::kBinary:
      if (!type.length) return std::nullopt;
      constraints.min_length = "0";
      constraints.max_length = std::to_string(*type.length);
      break;
    case TypeKind::kEnum:
    case TypeKind::kSet:
      constraints.allowed_values = type.members;
      break;
    default:
      return std::nullopt;
  }
  return constraints;
}

bool IsFilterable(const ColumnType& type) {
  return type.kind != TypeKind::kBinary && type.kind != TypeKind::kVector &&
         type.kind != TypeKind::kJson;
}

Status AppendJson(std::string& json, const ColumnType& type, std::string_view printed) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      json += printed == "0" ? "false" : "true";
      break;
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
      AppendNumber(json, printed);
      break;
    case TypeKind::kFloat:
      AppendFloat(json, printed);
      break;
    case TypeKind::kBit:
      AppendBit(json, type, printed);
      break;
    case TypeKind::kBinary:
      json += '"';
      json += Base64Encode(printed);
      json += '"';
      break;
    case TypeKind::kDateTime:
      json += '"';
      json += printed.substr(0, 10);
      json += 'T';
      json += printed.substr(11);
      json += "Z\"";
      break;
    case TypeKind::kVector:
      json += printed;
      break;
    default:
      if (!IsUtf8(printed)) {
        return ServerError("a value is not valid UTF-8, so it can't be put into JSON");
      }
      json::AppendQuoted(json, printed);
  }
  return Done{};
}

Result<std::string> ToLiteral(const ColumnType& type, const JsonValue& value) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return WholeLiteral(value, true);
    case TypeKind::kInteger:
    case TypeKind::kYear:
      return WholeLiteral(value, false);
    case TypeKind::kBit:
      return WholeLiteral(value, type.bits == 1);
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble: {
      // As a string: a literal with an exponent would be a double on the way.
      SLUICE_ASSIGN(std::string_view number, NumberText(value));
      return QuoteString(type.kind == TypeKind::kFloat ? FloatText(number) : number);
    }
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return MemberLiteral(type, value);
    case TypeKind::kBinary:
      return BytesLiteral(type, value);
    case TypeKind::kDate:
      return DateLiteral(value.text);
    case TypeKind::kDateTime:
      return TimeLiteral(value.text);
    case TypeKind::kText: {
      SLUICE_RETURN_IF_ERROR(CheckLength(type, value.text));
      return QuoteString(value.text);
    }
    case TypeKind::kTime:
    case TypeKind::kJson:
    case TypeKind::kVector:
      return QuoteString(value.text);
  }
  return QuoteString(value.text);
}

Result<std::string> ToComparable(const ColumnType& type, const JsonValue& value) {
  switch (type.kind) {
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble: {
      // Not as a string: TiDB would compare the column's value as a double.
      SLUICE_ASSIGN(std::string_view number, NumberText(value));
      return type.kind == TypeKind::kFloat ? FloatText(number) : std::string(number);
    }
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kBit: {
      auto whole = ToLiteral(type, value);
      if (whole.ok()) return whole;
      SLUICE_ASSIGN(std::string_view number, NumberText(value));
      return std::string(number);
    }
    case TypeKind::kText:
      return QuoteString(value.text);
    case TypeKind::kDate:
      if (ParseDate(value.text).ok()) return QuoteString(value.text);
      return TimeLiteral(value.text);
    default:
      return ToLiteral(type, value);
  }
}

Result<std::string> ToComparable(const ColumnType& type, const FilterValue& value) {
  Kind kind = value.kind == FilterValue::Kind::kNumber    ? Kind::kNumber
              : value.kind == FilterValue::Kind::kBoolean ? Kind::kBoolean
                                                          : Kind::kString;
  return ToComparable(type, JsonValue{kind, value.text});
}

}  // namespace sluice::tidb
