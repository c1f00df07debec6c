#include "sluice/sandbox/soql_query.h"

#include <algorithm>

#include "sluice/sandbox/record_id.h"

namespace sluice::sandbox {
namespace {

// A literal made comparable with a field's values. Points in time and days are ranges, `last`
// exclusive, so that TODAY needs no case of its own.
struct Operand {
  Value value;  // Text: lower case, but for ids.
  Value last;   // Null: just `value`.
};

// A condition with its fields found and its literals checked.
struct Bound {
  SoqlCondition::Kind kind = SoqlCondition::Kind::kCompare;
  std::vector<Bound> operands;
  size_t field = 0;
  FieldType type = FieldType::kString;
  SoqlOperator op = SoqlOperator::kEqual;
  std::vector<Operand> values;
};

bool IsIdType(FieldType type) { return type == FieldType::kId || type == FieldType::kReference; }

ApiError NoSuchColumn(std::string_view text, const SoqlName& name, const ObjectType& type) {
  return SoqlError(
      text, name.position, "INVALID_FIELD",
      "No such column '" + name.text + "' on entity '" + type.name +
          "'. A custom field's name ends in '__c'; the describe call lists all names.");
}

class Binder {
 public:
  Binder(const ObjectType& type, std::string_view text, Time now)
      : type_(type), text_(text), today_(std::chrono::floor<std::chrono::days>(now)) {}

  std::optional<ApiError> Field(const SoqlName& name, size_t& index) const {
    auto found = type_.Find(name.text);
    if (!found) return NoSuchColumn(text_, name, type_);
    index = *found;
    return std::nullopt;
  }

  std::optional<ApiError> Condition(const SoqlCondition& condition, Bound& bound) const {
    bound.kind = condition.kind;
    for (const SoqlCondition& operand : condition.operands) {
      if (auto error = Condition(operand, bound.operands.emplace_back())) return error;
    }
    if (condition.kind != SoqlCondition::Kind::kCompare) return std::nullopt;
    return Comparison(condition, bound);
  }

 private:
  std::optional<ApiError> Comparison(const SoqlCondition& condition, Bound& bound) const {
    if (auto error = Field(condition.field, bound.field)) return error;
    const auto& field = type_.fields[bound.field];
    bound.type = field.type;
    bound.op = condition.op;
    if (!field.filterable) {
      return Wrong(condition, "field '" + field.name + "' can not be filtered in a query call");
    }
    bool is_pattern = bound.op == SoqlOperator::kLike;
    if (is_pattern && (!IsText(field.type) || IsIdType(field.type))) {
      return Wrong(condition, "invalid operator on " + std::string(ToString(field.type)) + " field",
                   "INVALID_QUERY_FILTER_OPERATOR");
    }
    if (field.type == FieldType::kBoolean && bound.op > SoqlOperator::kNotEqual &&
        bound.op < SoqlOperator::kIn) {
      return Wrong(condition, "invalid operator on boolean field", "INVALID_QUERY_FILTER_OPERATOR");
    }
    for (const SoqlLiteral& literal : condition.values) {
      if (!Literal(literal, field.type, bound.values.emplace_back())) {
        return IsIdType(field.type) && literal.value.index() == 3
                   ? Wrong(condition, "invalid ID field: " + std::get<std::string>(literal.value),
                           "INVALID_QUERY_FILTER_OPERATOR")
                   : WrongType(condition, field);
      }
    }
    return std::nullopt;
  }

  // False where the literal is of another type than the field.
  bool Literal(const SoqlLiteral& literal, FieldType type, Operand& operand) const {
    if (std::holds_alternative<std::monostate>(literal.value)) return true;
    if (auto* text = std::get_if<std::string>(&literal.value)) {
      if (!IsText(type)) return false;
      if (!IsIdType(type)) return operand.value = ToLower(*text), true;
      if (text->empty()) return operand.value = std::string(), true;
      auto id = NormalizeRecordId(*text);
      if (id) operand.value = *id;
      return id.has_value();
    }
    if (auto* number = std::get_if<double>(&literal.value)) {
      operand.value = *number;
      return IsNumber(type);
    }
    if (auto* flag = std::get_if<bool>(&literal.value)) {
      operand.value = *flag;
      return type == FieldType::kBoolean;
    }
    if (auto* day = std::get_if<Days>(&literal.value)) {
      operand.value = *day;
      return type == FieldType::kDate;
    }
    if (auto* time = std::get_if<Time>(&literal.value)) {
      operand.value = *time;
      return type == FieldType::kDatetime;
    }
    return Range(std::get<RelativeDays>(literal.value), type, operand);
  }

  bool Range(RelativeDays range, FieldType type, Operand& operand) const {
    Days first = today_ + std::chrono::days(range.first);
    Days last = today_ + std::chrono::days(range.last + 1);
    if (type == FieldType::kDatetime) {
      operand = {Time(first), Time(last)};
    } else {
      operand = {first, last};
    }
    return type == FieldType::kDate || type == FieldType::kDatetime;
  }

  ApiError Wrong(const SoqlCondition& condition, std::string message,
                 std::string code = "INVALID_FIELD") const {
    return SoqlError(text_, condition.field.position, std::move(code), std::move(message));
  }

  ApiError WrongType(const SoqlCondition& condition, const sandbox::Field& field) const {
    std::string quotes = IsText(field.type) ? "enclosed in quotes" : "without quotes";
    return Wrong(condition, "value of filter criterion for field '" + field.name +
                                "' must be of type " + std::string(ToString(field.type)) +
                                " and should be " + quotes);
  }

  const ObjectType& type_;
  std::string_view text_;
  Days today_;
};

// "%" any text, "_" any one character, backslash before either: the character. Both in lower case.
bool Like(std::string_view text, std::string_view pattern) {
  size_t t = 0, p = 0, star = std::string_view::npos, star_text = 0;
  auto next_character = [&](size_t at) {
    do ++at;
    while (at < text.size() && (text[at] & 0xC0) == 0x80);
    return at;
  };
  while (t < text.size()) {
    bool is_escape = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && !is_escape && pattern[p] == '%') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && !is_escape && pattern[p] == '_') {
      t = next_character(t);
      ++p;
    } else if (p < pattern.size() && pattern[p + is_escape] == text[t]) {
      ++t;
      p += 1 + is_escape;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

bool Equal(const Value& value, const Operand& operand) {
  if (IsNull(operand.value) || IsNull(operand.last)) return value == operand.value;
  return value >= operand.value && value < operand.last;
}

// Salesforce knows two truths only: a null equals null, differs from everything else, and is
// neither less nor greater.
bool Compare(const Bound& bound, const Value& stored) {
  using enum SoqlOperator;
  const Value& value = std::holds_alternative<std::string>(stored) && !IsIdType(bound.type)
                           ? Value(ToLower(std::get<std::string>(stored)))
                           : stored;
  const Operand& operand = bound.values.front();
  auto is_any = [&] {
    return std::any_of(bound.values.begin(), bound.values.end(),
                       [&](const Operand& one) { return Equal(value, one); });
  };
  switch (bound.op) {
    case kEqual:
      return Equal(value, operand);
    case kNotEqual:
      return !Equal(value, operand);
    case kIn:
      return is_any();
    case kNotIn:
      return !is_any();
    default:
      break;
  }
  if (IsNull(value) || IsNull(operand.value)) return false;
  const Value& end = IsNull(operand.last) ? operand.value : operand.last;
  bool is_range = !IsNull(operand.last);
  switch (bound.op) {
    case kLess:
      return value < operand.value;
    case kLessOrEqual:
      return is_range ? value < end : value <= end;
    case kGreater:
      return is_range ? value >= end : value > end;
    case kGreaterOrEqual:
      return value >= operand.value;
    default:
      return Like(std::get<std::string>(value), std::get<std::string>(operand.value));
  }
}

bool Matches(const Bound& bound, const Record& record) {
  auto matches = [&](const Bound& operand) { return Matches(operand, record); };
  switch (bound.kind) {
    case SoqlCondition::Kind::kAnd:
      return std::all_of(bound.operands.begin(), bound.operands.end(), matches);
    case SoqlCondition::Kind::kOr:
      return std::any_of(bound.operands.begin(), bound.operands.end(), matches);
    case SoqlCondition::Kind::kNot:
      return !matches(bound.operands.front());
    case SoqlCondition::Kind::kCompare:
      break;
  }
  return Compare(bound, record.Get(bound.field));
}

// The largest id below which no record can match.
std::string FirstId(const Bound& bound) {
  std::string first;
  if (bound.kind == SoqlCondition::Kind::kAnd) {
    for (const Bound& operand : bound.operands) first = std::max(first, FirstId(operand));
  } else if (bound.kind == SoqlCondition::Kind::kCompare && bound.type == FieldType::kId &&
             (bound.op == SoqlOperator::kGreater || bound.op == SoqlOperator::kGreaterOrEqual ||
              bound.op == SoqlOperator::kEqual)) {
    if (auto* id = std::get_if<std::string>(&bound.values.front().value)) first = *id;
  }
  return first;
}

struct BoundOrder {
  size_t field;
  bool is_descending, nulls_last;
};

bool IsOrderedById(const ObjectType& type, const std::vector<BoundOrder>& order) {
  return order.empty() ||
         (type.fields[order.front().field].type == FieldType::kId && !order.front().is_descending);
}

Value SortKey(const Value& value, FieldType type) {
  auto* text = std::get_if<std::string>(&value);
  return text && !IsIdType(type) ? Value(ToLower(*text)) : value;
}

void Sort(const ObjectType& type, const std::vector<BoundOrder>& order,
          std::vector<RecordPointer>& records) {
  std::stable_sort(records.begin(), records.end(), [&](const auto& a, const auto& b) {
    for (const BoundOrder& item : order) {
      FieldType field_type = type.fields[item.field].type;
      Value left = SortKey(a->Get(item.field), field_type);
      Value right = SortKey(b->Get(item.field), field_type);
      if (left == right) continue;
      if (IsNull(left) || IsNull(right)) return IsNull(left) != item.nulls_last;
      return item.is_descending ? right < left : left < right;
    }
    return false;
  });
}

std::optional<ApiError> BindOrder(const Binder& binder, const ObjectType& type,
                                  const SoqlQuery& query, std::string_view text,
                                  std::vector<BoundOrder>& order) {
  for (const SoqlOrder& item : query.order) {
    order.push_back({0, item.is_descending, item.nulls_last});
    if (auto error = binder.Field(item.field, order.back().field)) return error;
    if (!type.fields[order.back().field].filterable) {
      return SoqlError(text, item.field.position, "INVALID_FIELD",
                       "field '" + item.field.text + "' can not be sorted in a query call");
    }
  }
  return std::nullopt;
}

// The first `wanted` records that match, in the order of their ids.
std::vector<RecordPointer> Collect(const Table& table, const std::optional<Bound>& where,
                                   bool include_deleted, size_t wanted) {
  std::vector<RecordPointer> found;
  const size_t is_deleted = *table.type().Find("IsDeleted");
  const auto& all = table.records();
  auto at = where ? all.lower_bound(FirstId(*where)) : all.begin();
  for (; at != all.end() && found.size() < wanted; ++at) {
    const Record& record = *at->second;
    if (!include_deleted && record.Get(is_deleted) == Value(true)) continue;
    if (!where || Matches(*where, record)) found.push_back(at->second);
  }
  return found;
}

}  // namespace

std::optional<ApiError> RunSoql(const Org& org, const SoqlQuery& query, std::string_view text,
                                bool include_deleted, Time now, SoqlResult& result) {
  const Table* table = org.Find(query.object.text);
  if (!table) {
    return SoqlError(text, query.object.position, "INVALID_TYPE",
                     "sObject type '" + query.object.text +
                         "' is not supported. The describe call lists all names.");
  }
  const ObjectType& type = table->type();
  result.type = &type;
  Binder binder(type, text, now);
  for (const SoqlName& name : query.fields) {
    if (auto error = binder.Field(name, result.fields.emplace_back())) return error;
  }
  std::optional<Bound> where;
  if (query.where) {
    if (auto error = binder.Condition(*query.where, where.emplace())) return error;
  }
  std::vector<BoundOrder> order;
  if (auto error = BindOrder(binder, type, query, text, order)) return error;

  const size_t offset = static_cast<size_t>(query.offset);
  const size_t wanted = query.limit ? offset + static_cast<size_t>(*query.limit) : SIZE_MAX;
  bool is_by_id = IsOrderedById(type, order);
  auto& found = result.records;
  found = Collect(*table, where, include_deleted, is_by_id ? wanted : SIZE_MAX);
  if (!is_by_id) Sort(type, order, found);
  if (found.size() > wanted) found.resize(wanted);
  found.erase(found.begin(),
              found.begin() + static_cast<ptrdiff_t>(std::min(offset, found.size())));
  result.total_size = static_cast<int64_t>(found.size());
  if (query.is_count) found.clear();
  return std::nullopt;
}

}  // namespace sluice::sandbox
