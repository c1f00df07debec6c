#include "sluice/flow/condition.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

// How a cell stands to a literal.
enum Order : uint8_t { kLess = 1, kEqual = 2, kGreater = 4, kNone = 8 };

Order ToOrder(int sign) { return sign < 0 ? kLess : sign > 0 ? kGreater : kEqual; }

int Sign(std::strong_ordering order) { return (order > 0) - (order < 0); }

uint8_t AcceptedBy(Operator op) {
  switch (op) {
    case Operator::kEqualTo:
      return kEqual;
    case Operator::kNotEqualTo:
      return kLess | kGreater | kNone;
    case Operator::kLessThan:
      return kLess;
    case Operator::kLessThanOrEqualTo:
      return kLess | kEqual;
    case Operator::kGreaterThan:
      return kGreater;
    case Operator::kGreaterThanOrEqualTo:
      return kGreater | kEqual;
    case Operator::kContains:
      return kEqual;
    default:
      break;
  }
  SLUICE_CHECK(false);
}

// A number as a cell has it; `small` where it is, else `text`.
struct NumberCell {
  bool is_number = false;
  std::optional<SmallNumber> small;
  std::string_view text;
};

NumberCell ToNumberCell(std::string_view text) {
  auto small = ParseSmallNumber(text);
  return {small || IsNumber(text), small, text};
}

// The double next to a number, which may be infinite.
double Nearest(const std::string& text, const Decimal& decimal) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc::result_out_of_range) return value;
  if (decimal.exponent < 0) return 0;
  const double infinite = std::numeric_limits<double>::infinity();
  return decimal.is_negative ? -infinite : infinite;
}

// Whether `nearest` is below, at or above the number that it is next to.
int OrderOfNearest(double nearest, const Decimal& decimal) {
  if (std::isinf(nearest)) return nearest < 0 ? -1 : 1;
  return Sign(*ParseDecimal(FormatNumber(nearest)) <=> decimal);
}

// Days or microseconds since 1970.
std::optional<int64_t> ToDays(std::string_view text) {
  const auto date = ParseDate(text);
  if (!date.ok()) return std::nullopt;
  return date->time_since_epoch().count();
}
std::optional<int64_t> ToMicroseconds(std::string_view text) {
  const auto time = ParseTime(text);
  if (!time.ok()) return std::nullopt;
  return time->time_since_epoch().count();
}
std::optional<int64_t> ToBoolean(std::string_view text) {
  if (text == "true") return 1;
  if (text == "false") return 0;
  return std::nullopt;
}

}  // namespace

Condition::Literal Condition::ToLiteral(const FilterValue& value) {
  Literal literal{.text = value.text};
  switch (value.kind) {
    case Kind::kNumber:
      literal.decimal = *ParseDecimal(value.text);
      literal.small = ParseSmallNumber(value.text);
      literal.nearest = Nearest(value.text, literal.decimal);
      literal.nearest_order = OrderOfNearest(literal.nearest, literal.decimal);
      break;
    case Kind::kBoolean:
      literal.count = *ToBoolean(value.text);
      break;
    case Kind::kDate:
      literal.count = *ToDays(value.text);
      break;
    case Kind::kDateTime:
      literal.count = *ToMicroseconds(value.text);
      break;
    case Kind::kString:
    case Kind::kNull:
      break;
  }
  return literal;
}

Result<Condition> Condition::Make(const Filter& filter, const Field& field) {
  const bool is_one = filter.kind == Filter::Kind::kCompare;
  const std::vector<Filter> comparisons = is_one ? std::vector{filter} : filter.operands;
  Condition condition;
  condition.needs_all_ = filter.kind == Filter::Kind::kAnd;
  condition.kind_ = comparisons.front().values.front().kind;
  condition.is_contains_ = comparisons.front().op == Operator::kContains;
  SLUICE_RETURN_IF_ERROR(condition.CheckOperator(field, comparisons.front().op));
  for (const Filter& comparison : comparisons) {
    const Literal literal = ToLiteral(comparison.values.front());
    if (comparison.op == Operator::kBetween) {
      condition.tests_.push_back(
          {{literal, kGreater | kEqual}, {ToLiteral(comparison.values.back()), kLess | kEqual}});
    } else {
      condition.tests_.push_back({{literal, AcceptedBy(comparison.op)}});
    }
  }
  return condition;
}

Status Condition::CheckOperator(const Field& field, Operator op) const {
  const auto refuse = [&](std::string_view why) {
    return InvalidArgument("The Filter task on " + Quoted(field.name) + " has the operator " +
                           std::string(ToString(op)) + ", " + std::string(why));
  };
  switch (field.data_type) {
    case DataType::kByteArray:
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return refuse("which neither the source nor the flow can apply to a field of type " +
                    std::string(ToString(field.data_type)) + ": remove the task.");
    default:
      break;
  }
  if (op == Operator::kContains && kind_ != Kind::kString) {
    return refuse("which goes with text only: use a comparison.");
  }
  if (kind_ == Kind::kBoolean && op != Operator::kEqualTo && op != Operator::kNotEqualTo) {
    return refuse("but true and false know EQUAL_TO and NOT_EQUAL_TO only.");
  }
  return Done{};
}

template <class Cell, class Compare>
RowMarks Condition::PassingEach(const arrow::Array& column, Cell cell, Compare compare) const {
  RowMarks passing(static_cast<size_t>(column.length()), 0);
  for (int64_t row = 0; row < column.length(); ++row) {
    const bool is_null = column.IsNull(row);
    const auto value = is_null ? decltype(cell(row))() : cell(row);
    const auto holds = [&](const Test& test) {
      for (const Bound& bound : test) {
        const Order order = is_null ? kNone : compare(value, bound.literal);
        if ((bound.accepts & order) == 0) return false;
      }
      return true;
    };
    bool passes = needs_all_;
    for (const Test& test : tests_) {
      passes = holds(test);
      if (passes != needs_all_) break;
    }
    passing[static_cast<size_t>(row)] = passes ? 1 : 0;
  }
  return passing;
}

RowMarks Condition::PassingTexts(const arrow::StringArray& column) const {
  const auto text = [&](int64_t row) { return column.GetView(row); };
  const auto each_count = [&](std::optional<int64_t> (*parse)(std::string_view)) {
    return PassingEach(
        column, [&](int64_t row) { return parse(column.GetView(row)); },
        [](const std::optional<int64_t>& cell, const Literal& literal) {
          return cell ? ToOrder((*cell > literal.count) - (*cell < literal.count)) : kNone;
        });
  };
  switch (kind_) {
    case Kind::kNumber:
      return PassingEach(
          column, [&](int64_t row) { return ToNumberCell(column.GetView(row)); },
          [](const NumberCell& cell, const Literal& literal) {
            if (!cell.is_number) return kNone;
            if (cell.small && literal.small) return ToOrder(Compare(*cell.small, *literal.small));
            const auto decimal = ParseDecimal(cell.text);
            return decimal ? ToOrder(Sign(*decimal <=> literal.decimal)) : kNone;
          });
    case Kind::kBoolean:
      return each_count(ToBoolean);
    case Kind::kDate:
      return each_count(ToDays);
    case Kind::kDateTime:
      return each_count(ToMicroseconds);
    case Kind::kString:
    case Kind::kNull:
      break;
  }
  if (is_contains_) {
    return PassingEach(column, text, [](std::string_view cell, const Literal& literal) {
      return cell.find(literal.text) == cell.npos ? kNone : kEqual;
    });
  }
  return PassingEach(column, text, [](std::string_view cell, const Literal& literal) {
    return ToOrder(cell.compare(literal.text));
  });
}

RowMarks Condition::Passing(const arrow::Array& column) const {
  const auto each_count = [&](const auto& array) {
    return PassingEach(
        column, [&](int64_t row) { return static_cast<int64_t>(array.Value(row)); },
        [](int64_t cell, const Literal& literal) {
          return ToOrder((cell > literal.count) - (cell < literal.count));
        });
  };
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      return each_count(static_cast<const arrow::BooleanArray&>(column));
    case arrow::Type::DATE32:
      return each_count(static_cast<const arrow::Date32Array&>(column));
    case arrow::Type::TIMESTAMP:
      return each_count(static_cast<const arrow::TimestampArray&>(column));
    case arrow::Type::INT64: {
      const auto& array = static_cast<const arrow::Int64Array&>(column);
      return PassingEach(
          column, [&](int64_t row) { return array.Value(row); },
          [](int64_t cell, const Literal& literal) {
            if (literal.small) return ToOrder(Compare(SmallNumber{cell, 0}, *literal.small));
            return ToOrder(Sign(*ParseDecimal(std::to_string(cell)) <=> literal.decimal));
          });
    }
    case arrow::Type::DOUBLE: {
      const auto& array = static_cast<const arrow::DoubleArray&>(column);
      return PassingEach(
          column, [&](int64_t row) { return array.Value(row); },
          [](double cell, const Literal& literal) {
            if (std::isnan(cell)) return kNone;
            if (cell == literal.nearest) return ToOrder(literal.nearest_order);
            return cell < literal.nearest ? kLess : kGreater;
          });
    }
    default:
      return PassingTexts(static_cast<const arrow::StringArray&>(column));
  }
}

}  // namespace sluice::flow
