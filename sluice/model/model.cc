#include <algorithm>
#include <array>

#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 15> kDataTypes = {
    "String",    "Integer", "Float", "Double",   "Long",   "Short", "BigInteger", "BigDecimal",
    "ByteArray", "Boolean", "Date",  "DateTime", "Struct", "Map",   "List"};

constexpr std::array<std::string_view, 21> kOperators = {"PROJECTION",
                                                         "LESS_THAN",
                                                         "GREATER_THAN",
                                                         "CONTAINS",
                                                         "BETWEEN",
                                                         "LESS_THAN_OR_EQUAL_TO",
                                                         "GREATER_THAN_OR_EQUAL_TO",
                                                         "EQUAL_TO",
                                                         "NOT_EQUAL_TO",
                                                         "ADDITION",
                                                         "MULTIPLICATION",
                                                         "DIVISION",
                                                         "SUBTRACTION",
                                                         "MASK_ALL",
                                                         "MASK_FIRST_N",
                                                         "MASK_LAST_N",
                                                         "VALIDATE_NON_NULL",
                                                         "VALIDATE_NON_ZERO",
                                                         "VALIDATE_NON_NEGATIVE",
                                                         "VALIDATE_NUMERIC",
                                                         "NO_OP"};

constexpr std::array<std::string_view, 4> kWriteOperations = {"INSERT", "UPSERT", "UPDATE",
                                                              "DELETE"};

template <class Enum, size_t n>
std::optional<Enum> Find(const std::array<std::string_view, n>& names, std::string_view text) {
  auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view ToString(DataType type) { return kDataTypes[static_cast<size_t>(type)]; }
std::optional<DataType> DataTypeFromString(std::string_view text) {
  return Find<DataType>(kDataTypes, text);
}

std::string_view ToString(Operator op) { return kOperators[static_cast<size_t>(op)]; }
std::optional<Operator> OperatorFromString(std::string_view text) {
  return Find<Operator>(kOperators, text);
}

const std::vector<Operator>& AllOperators() {
  static const std::vector<Operator> all = [] {
    std::vector<Operator> list;
    for (size_t i = 0; i < kOperators.size(); ++i) list.push_back(static_cast<Operator>(i));
    return list;
  }();
  return all;
}

std::string_view ToString(WriteOperation op) { return kWriteOperations[static_cast<size_t>(op)]; }
std::optional<WriteOperation> WriteOperationFromString(std::string_view text) {
  return Find<WriteOperation>(kWriteOperations, text);
}

const std::vector<Operator>& DefaultFilterOperators(DataType type) {
  using enum Operator;
  static const std::vector<Operator> numbers = {
      kNotEqualTo, kEqualTo, kLessThan, kLessThanOrEqualTo, kGreaterThan, kGreaterThanOrEqualTo};
  static const std::vector<Operator> times = {
      kEqualTo, kLessThan, kLessThanOrEqualTo, kGreaterThan, kGreaterThanOrEqualTo, kBetween};
  static const std::vector<Operator> strings = {kContains, kEqualTo, kNotEqualTo};
  static const std::vector<Operator> booleans = {kEqualTo, kNotEqualTo};
  static const std::vector<Operator> collections = {kContains};
  static const std::vector<Operator> none;
  switch (type) {
    case DataType::kString:
      return strings;
    case DataType::kBoolean:
      return booleans;
    case DataType::kDate:
    case DataType::kDateTime:
      return times;
    case DataType::kMap:
    case DataType::kList:
      return collections;
    case DataType::kStruct:
    case DataType::kByteArray:
      return none;
    default:
      return numbers;
  }
}

const Field* EntityDefinition::Find(std::string_view field_name) const {
  auto found = std::find_if(fields.begin(), fields.end(),
                            [&](const Field& field) { return field.name == field_name; });
  return found == fields.end() ? nullptr : &*found;
}

std::optional<Filter> And(std::vector<Filter> operands) {
  if (operands.empty()) return std::nullopt;
  if (operands.size() == 1) return std::move(operands.front());
  Filter all;
  all.kind = Filter::Kind::kAnd;
  all.operands = std::move(operands);
  return all;
}

}  // namespace sluice
