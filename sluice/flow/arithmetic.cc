#include "sluice/flow/arithmetic.h"

#include <arrow/builder.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/flow/small_number.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

using boost::multiprecision::cpp_int;

constexpr size_t kMaxDigits = 1000;
constexpr size_t kQuotientDigits = 34;  // As IEEE 754's decimal128 has.

// units / 10^scale, of any size.
struct LargeNumber {
  cpp_int units;
  int64_t scale = 0;
};

// Of an IsNumber() text; nothing where it has too many digits.
std::optional<LargeNumber> ParseLargeNumber(std::string_view text) {
  LargeNumber number;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (const size_t e = text.find_first_of("eE"); e != text.npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int32_t exponent = 0;
    const auto parsed = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (parsed.ec != std::errc()) return std::nullopt;
    number.scale = -int64_t{exponent};
    text = text.substr(0, e);
  }
  std::string digits(text);
  if (const size_t point = digits.find('.'); point != digits.npos) {
    number.scale += static_cast<int64_t>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  digits.erase(0, digits.find_first_not_of('0'));  // All of them where it is zero.
  if (digits.empty()) number.scale = std::clamp<int64_t>(number.scale, 0, kMaxDigits);
  constexpr auto kMost = static_cast<int64_t>(kMaxDigits);
  if (digits.size() > kMaxDigits || number.scale > kMost || number.scale < -kMost) {
    return std::nullopt;
  }
  if (number.scale < 0) {
    digits.append(static_cast<size_t>(-number.scale), '0');
    number.scale = 0;
    if (digits.size() > kMaxDigits) return std::nullopt;
  }
  number.units = digits.empty() ? cpp_int(0) : cpp_int(digits);
  if (is_negative) number.units = -number.units;
  return number;
}

cpp_int PowerOfTen(int64_t exponent) {
  return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent));
}

// Calculates with one pair of texts after the other; reuses its memory.
class Calculator {
 public:
  explicit Calculator(Operator op) : op_(op) {}

  // What is wrong with a pair of texts.
  enum class Fault { kNone, kLeftIsNoNumber, kRightIsNoNumber, kDividesByZero, kTooLong };

  // Where nothing is wrong, text() has the result until the next call.
  Fault Calculate(std::string_view left, std::string_view right) {
    text_.clear();
    const auto a = ParseSmallNumber(left), b = ParseSmallNumber(right);
    if (!a && !IsNumber(left)) return Fault::kLeftIsNoNumber;
    if (!b && !IsNumber(right)) return Fault::kRightIsNoNumber;
    if (a && b) {
      if (op_ == Operator::kDivision && b->units == 0) return Fault::kDividesByZero;
      CalculateSmall(*a, *b);
      return Fault::kNone;
    }
    const auto large_a = ParseLargeNumber(left), large_b = ParseLargeNumber(right);
    if (!large_a || !large_b) return Fault::kTooLong;
    if (op_ == Operator::kDivision && large_b->units.is_zero()) return Fault::kDividesByZero;
    CalculateLarge(*large_a, *large_b);
    return text_.size() > kMaxDigits + 2 ? Fault::kTooLong : Fault::kNone;  // Sign and point.
  }
  const std::string& text() const { return text_; }

 private:
  void CalculateSmall(const SmallNumber& a, const SmallNumber& b) {
    if (op_ == Operator::kDivision) return DivideSmall(a, b);
    if (op_ == Operator::kMultiplication) {
      return WriteSmall(int128_t{a.units} * b.units, a.scale + b.scale);
    }
    const int scale = std::max(a.scale, b.scale);
    const int128_t left = int128_t{a.units} * kPowersOfTen[static_cast<size_t>(scale - a.scale)];
    const int128_t right = int128_t{b.units} * kPowersOfTen[static_cast<size_t>(scale - b.scale)];
    WriteSmall(op_ == Operator::kAddition ? left + right : left - right, scale);
  }

  // Long division, eighteen digits at a time.
  void DivideSmall(const SmallNumber& a, const SmallNumber& b) {
    const auto dividend = static_cast<uint64_t>(std::abs(a.units));
    const auto divisor = static_cast<uint64_t>(std::abs(b.units));
    digits_.clear();
    uint64_t rest = dividend % divisor;
    int64_t scale = a.scale - b.scale;
    AppendDigits(dividend / divisor);
    while (rest != 0 && digits_.size() <= kQuotientDigits) {
      constexpr auto kChunk = static_cast<uint64_t>(kPowersOfTen[kMaxSmallScale]);
      const uint128_t next = uint128_t{rest} * kChunk;
      rest = static_cast<uint64_t>(next % divisor);
      AppendDigits(static_cast<uint64_t>(next / divisor), kMaxSmallScale);
      scale += kMaxSmallScale;
    }
    WriteQuotient((a.units < 0) != (b.units < 0), scale, rest != 0);
  }

  void CalculateLarge(const LargeNumber& a, const LargeNumber& b) {
    if (op_ == Operator::kDivision) return DivideLarge(a, b);
    if (op_ == Operator::kMultiplication) return WriteLarge(a.units * b.units, a.scale + b.scale);
    const int64_t scale = std::max(a.scale, b.scale);
    const cpp_int left = a.units * PowerOfTen(scale - a.scale);
    const cpp_int right = b.units * PowerOfTen(scale - b.scale);
    WriteLarge(op_ == Operator::kAddition ? cpp_int(left + right) : cpp_int(left - right), scale);
  }

  void DivideLarge(const LargeNumber& a, const LargeNumber& b) {
    const cpp_int divisor = abs(b.units);
    // So that the quotient has a digit more than are kept.
    const auto more = static_cast<int64_t>(kQuotientDigits + 1 + divisor.str().size()) -
                      static_cast<int64_t>(cpp_int(abs(a.units)).str().size());
    const int64_t shift = std::max<int64_t>(more, 0);
    cpp_int quotient, rest;
    divide_qr(cpp_int(abs(a.units) * PowerOfTen(shift)), divisor, quotient, rest);
    digits_ = quotient.is_zero() ? "" : quotient.str();
    WriteQuotient((a.units < 0) != (b.units < 0), shift + a.scale - b.scale, !rest.is_zero());
  }

  // Behind digits_, padded with zeros to `width`, but without any at the front of all.
  void AppendDigits(uint64_t value, size_t width = 0) {
    if (digits_.empty()) {
      width = 0;
      if (value == 0) return;
    }
    char text[20];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    const auto size = static_cast<size_t>(end - text);
    if (size < width) digits_.append(width - size, '0');
    digits_.append(text, size);
  }

  void WriteSmall(int128_t units, int64_t scale) {
    const bool is_negative = units < 0;
    const auto size = static_cast<uint128_t>(is_negative ? -units : units);
    constexpr auto kChunk = static_cast<uint64_t>(kPowersOfTen[kMaxSmallScale]);
    digits_.clear();
    if (size < kChunk) {
      AppendDigits(static_cast<uint64_t>(size));
    } else {
      const uint128_t high = size / kChunk;  // Below 10^20, which needs two steps itself.
      AppendDigits(static_cast<uint64_t>(high / kChunk));
      AppendDigits(static_cast<uint64_t>(high % kChunk), kMaxSmallScale);
      AppendDigits(static_cast<uint64_t>(size % kChunk), kMaxSmallScale);
    }
    Write(is_negative, scale);
  }

  void WriteLarge(const cpp_int& units, int64_t scale) {
    digits_ = units.is_zero() ? "" : cpp_int(abs(units)).str();
    Write(units < 0, scale);
  }

  // digits_ / 10^scale. `goes_on`: there is more behind the last digit.
  void WriteQuotient(bool is_negative, int64_t scale, bool goes_on) {
    if (digits_.size() > kQuotientDigits) scale -= Round(goes_on);
    while (scale > 0 && digits_.ends_with('0')) {
      digits_.pop_back();
      --scale;
    }
    if (digits_.empty()) scale = 0;
    if (scale < 0) {
      digits_.append(static_cast<size_t>(-scale), '0');
      scale = 0;
    }
    Write(is_negative, scale);
  }

  // Leaves kQuotientDigits, half to even; how many it took away.
  int64_t Round(bool goes_on) {
    const std::string_view tail = std::string_view(digits_).substr(kQuotientDigits);
    const auto taken = static_cast<int64_t>(tail.size());
    const bool is_more_than_half =
        tail[0] > '5' ||
        (tail[0] == '5' && (goes_on || tail.find_first_not_of('0', 1) != tail.npos));
    const bool is_half = tail[0] == '5' && !is_more_than_half;
    digits_.resize(kQuotientDigits);
    const bool is_odd = (digits_.back() - '0') % 2 == 1;
    if (is_more_than_half || (is_half && is_odd)) Increment();
    return taken;
  }

  void Increment() {
    const size_t last = digits_.find_last_not_of('9');
    if (last == std::string::npos) {
      digits_.insert(0, 1, '1');
      std::fill(digits_.begin() + 1, digits_.end(), '0');
      return;
    }
    ++digits_[last];
    std::fill(digits_.begin() + static_cast<std::ptrdiff_t>(last) + 1, digits_.end(), '0');
  }

  // digits_ / 10^scale as text.
  void Write(bool is_negative, int64_t scale) {
    if (is_negative && !digits_.empty()) text_ += '-';
    const auto after_point = static_cast<size_t>(scale);
    if (digits_.size() > after_point) {
      text_.append(digits_, 0, digits_.size() - after_point);
    } else {
      text_ += '0';
    }
    if (after_point == 0) return;
    text_ += '.';
    if (digits_.size() < after_point) text_.append(after_point - digits_.size(), '0');
    text_.append(digits_, digits_.size() - std::min(digits_.size(), after_point));
  }

  const Operator op_;
  std::string digits_;  // Without zeros at the front; empty for zero.
  std::string text_;
};

// The texts of a column of numbers.
class NumberTexts {
 public:
  explicit NumberTexts(const arrow::Array& values) : values_(values), type_(values.type_id()) {}

  // Valid until the next call.
  std::string_view At(int64_t row) {
    if (type_ == arrow::Type::STRING) {
      return static_cast<const arrow::StringArray&>(values_).GetView(row);
    }
    const char* end = nullptr;
    if (type_ == arrow::Type::INT64) {
      const int64_t value = static_cast<const arrow::Int64Array&>(values_).Value(row);
      end = std::to_chars(text_, text_ + sizeof text_, value).ptr;
    } else {
      const double value = static_cast<const arrow::DoubleArray&>(values_).Value(row);
      end = std::to_chars(text_, text_ + sizeof text_, value).ptr;
    }
    return {text_, static_cast<size_t>(end - text_)};
  }

 private:
  const arrow::Array& values_;
  const arrow::Type::type type_;
  char text_[32];
};

using Fault = Calculator::Fault;

Arithmetic::Misfit MisfitOf(Fault fault, int64_t row, std::string_view left,
                            std::string_view right) {
  switch (fault) {
    case Fault::kLeftIsNoNumber:
      return {row, 0, Shorten(left) + " is not a number"};
    case Fault::kRightIsNoNumber:
      return {row, 1, Shorten(right) + " is not a number"};
    case Fault::kDividesByZero:
      return {row, 1, "nothing can be divided by zero"};
    case Fault::kTooLong:
      return {row, 0, "the result or an operand has more than 1,000 digits"};
    case Fault::kNone:
      break;
  }
  SLUICE_CHECK(false);
}

}  // namespace

Result<Arithmetic> Arithmetic::Make(const Task& task) {
  Arithmetic arithmetic;
  arithmetic.op_ = task.op;
  const auto order = FindProperty(task, "MATH_OPERATION_FIELDS_ORDER");
  const std::string& first = task.source_fields[0];
  const std::string& second = task.source_fields[1];
  if (!order || *order == first + "," + second) return arithmetic;
  if (*order != second + "," + first) {
    return Wrong(task, "has the MATH_OPERATION_FIELDS_ORDER " + Quoted(*order) + "; it must be " +
                           Quoted(first + "," + second) + " or " + Quoted(second + "," + first) +
                           ".");
  }
  arithmetic.order_ = {1, 0};
  return arithmetic;
}

bool Arithmetic::Takes(DataType type) {
  switch (type) {
    case DataType::kString:
    case DataType::kShort:
    case DataType::kInteger:
    case DataType::kLong:
    case DataType::kBigInteger:
    case DataType::kBigDecimal:
    case DataType::kFloat:
    case DataType::kDouble:
      return true;
    default:
      return false;
  }
}

Result<Arithmetic::Outcome> Arithmetic::Apply(const arrow::Array& left,
                                              const arrow::Array& right) const {
  Outcome outcome;
  arrow::StringBuilder builder;
  arrow::Status status = builder.Reserve(left.length());
  Calculator calculator(op_);
  NumberTexts lefts(left), rights(right);
  for (int64_t row = 0; status.ok() && row < left.length(); ++row) {
    if (left.IsNull(row) || right.IsNull(row)) {
      status = builder.AppendNull();
      continue;
    }
    const std::string_view a = lefts.At(row), b = rights.At(row);
    const Fault fault = calculator.Calculate(a, b);
    if (fault == Fault::kNone) {
      status = builder.Append(calculator.text());
    } else {
      outcome.misfits.push_back(MisfitOf(fault, row, a, b));
      status = builder.AppendNull();
    }
  }
  if (status.ok()) status = builder.Finish(&outcome.values);
  if (!status.ok()) return FromArrow(status);
  return outcome;
}

}  // namespace sluice::flow
