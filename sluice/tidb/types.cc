#include "sluice/tidb/types.h"

#include <algorithm>
#include <charconv>

namespace sluice::tidb {
namespace {

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

std::string UnsignedMost(int bits) {
  return std::to_string(bits == 64 ? UINT64_MAX : (1ull << bits) - 1);
}

std::pair<std::string, std::string> IntegerRange(const ColumnType& type) {
  int bits = type.bits;
  if (type.is_unsigned) return {"0", UnsignedMost(bits)};
  auto most = static_cast<int64_t>((1ull << (bits - 1)) - 1);
  return {std::to_string(-most - 1), std::to_string(most)};
}

}  // namespace

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
    case TypeKind::kBit:
      if (type.bits == 1) return std::nullopt;
      constraints.min_value = "0";
      constraints.max_value = UnsignedMost(type.bits);
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

const std::vector<Operator>& FilterOperatorsOf(const ColumnType& type) {
  using enum Operator;
  static const std::vector<Operator> none;
  static const std::vector<Operator> same = {kEqualTo, kNotEqualTo};
  static const std::vector<Operator> names = {kContains, kEqualTo, kNotEqualTo};
  static const std::vector<Operator> ordered = {
      kEqualTo,     kNotEqualTo,           kLessThan, kLessThanOrEqualTo,
      kGreaterThan, kGreaterThanOrEqualTo, kBetween};
  static const std::vector<Operator> text = {
      kContains,          kEqualTo,     kNotEqualTo,           kLessThan,
      kLessThanOrEqualTo, kGreaterThan, kGreaterThanOrEqualTo, kBetween};
  switch (type.kind) {
    case TypeKind::kBoolean:
      return same;
    case TypeKind::kBit:
      return type.bits == 1 ? same : ordered;
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kTime:
    case TypeKind::kDate:
    case TypeKind::kDateTime:
      return ordered;
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return names;
    case TypeKind::kText:
      return text;
    case TypeKind::kJson:
    case TypeKind::kBinary:
    case TypeKind::kVector:
      return none;
  }
  return none;
}

bool IsFilterable(const ColumnType& type) { return !FilterOperatorsOf(type).empty(); }

}  // namespace sluice::tidb
