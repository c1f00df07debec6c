#include "sluice/protocol/filter_expression.h"

#include <algorithm>
#include <charconv>

#include "sluice/protocol/filter_lexer.h"

namespace sluice::protocol {
namespace {

using Kind = FilterToken::Kind;

constexpr int kMaxDepth = 100;

std::optional<FilterValue::Kind> ValueKindOf(Kind token) {
  switch (token) {
    case Kind::kString:
      return FilterValue::Kind::kString;
    case Kind::kNumber:
      return FilterValue::Kind::kNumber;
    case Kind::kBoolean:
      return FilterValue::Kind::kBoolean;
    case Kind::kDate:
      return FilterValue::Kind::kDate;
    case Kind::kDateTime:
      return FilterValue::Kind::kDateTime;
    case Kind::kNull:
      return FilterValue::Kind::kNull;
    default:
      return std::nullopt;
  }
}

FilterValue ValueOf(const FilterToken& token) {
  FilterValue value{*ValueKindOf(token.kind), std::string(token.text), token.position};
  switch (value.kind) {
    case FilterValue::Kind::kString:
      value.text = UnquoteFilterString(token.text);
      break;
    case FilterValue::Kind::kBoolean:
      value.text = token.text.size() == 4 ? "true" : "false";
      break;
    case FilterValue::Kind::kNull:
      value.text.clear();
      break;
    default:
      break;
  }
  return value;
}

// Recursive descent, one token ahead.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<FilterExpression> Parse() {
    FilterExpression expression;
    SLUICE_RETURN_IF_ERROR(Advance());
    if (token_.kind != Kind::kLimit) {
      SLUICE_ASSIGN(expression.condition, Or(0));
    }
    if (token_.kind == Kind::kLimit) {
      SLUICE_ASSIGN(expression.limit, Limit());
    }
    if (token_.kind != Kind::kEnd) return Expected("the end");
    return expression;
  }

 private:
  Status Advance() {
    SLUICE_ASSIGN(token_, NextFilterToken(text_, token_.position + token_.text.size()));
    return Done{};
  }

  Error Expected(std::string_view what) const {
    std::string found = token_.kind == Kind::kEnd
                            ? "the end"
                            : "'" + std::string(FirstCharacters(token_.text, 40)) + "'";
    return InvalidArgument("filter expression, byte " + std::to_string(token_.position) +
                           ": expected " + std::string(what) + ", found " + found);
  }

  Status Take(Kind kind, std::string_view what) {
    if (token_.kind != kind) return Expected(what);
    return Advance();
  }

  Result<Filter> Or(int depth) {
    return Joined(Kind::kOr, Filter::Kind::kOr, [&] { return And(depth); });
  }
  Result<Filter> And(int depth) {
    return Joined(Kind::kAnd, Filter::Kind::kAnd, [&] { return Operand(depth); });
  }

  template <class ParseOperand>
  Result<Filter> Joined(Kind word, Filter::Kind kind, ParseOperand parse_operand) {
    SLUICE_ASSIGN(Filter first, parse_operand());
    if (token_.kind != word) return first;
    Filter joined;
    joined.kind = kind;
    joined.position = first.position;
    joined.operands.push_back(std::move(first));
    while (token_.kind == word) {
      SLUICE_RETURN_IF_ERROR(Advance());
      SLUICE_ASSIGN(Filter next, parse_operand());
      joined.operands.push_back(std::move(next));
    }
    return joined;
  }

  Result<Filter> Operand(int depth) {
    if (token_.kind == Kind::kName) return Condition();
    if (token_.kind != Kind::kNot && token_.kind != Kind::kLeftParenthesis) {
      return Expected("a field name, NOT or '('");
    }
    if (depth == kMaxDepth) return Expected("at most 100 levels of NOT and parentheses");
    if (token_.kind == Kind::kNot) return Not(depth + 1);
    SLUICE_RETURN_IF_ERROR(Advance());
    SLUICE_ASSIGN(Filter inner, Or(depth + 1));
    SLUICE_RETURN_IF_ERROR(Take(Kind::kRightParenthesis, "AND, OR or ')'"));
    return inner;
  }

  Result<Filter> Not(int depth) {
    Filter negation;
    negation.kind = Filter::Kind::kNot;
    negation.position = token_.position;
    SLUICE_RETURN_IF_ERROR(Advance());
    SLUICE_ASSIGN(Filter operand, Operand(depth));
    negation.operands.push_back(std::move(operand));
    return negation;
  }

  Result<Filter> Condition() {
    Filter condition;
    condition.field = token_.text;
    condition.position = token_.position;
    SLUICE_RETURN_IF_ERROR(Advance());
    switch (token_.kind) {
      case Kind::kComparison:
        return Comparison(std::move(condition));
      case Kind::kContains:
        return Contains(std::move(condition));
      case Kind::kBetween:
        return Between(std::move(condition));
      case Kind::kIn:
        return In(std::move(condition));
      default:
        return Expected("a comparison, CONTAINS, BETWEEN or IN");
    }
  }

  Result<Filter> Comparison(Filter condition) {
    condition.op = token_.op;
    SLUICE_RETURN_IF_ERROR(Advance());
    bool takes_boolean =
        condition.op == Operator::kEqualTo || condition.op == Operator::kNotEqualTo;
    if (takes_boolean && token_.kind == Kind::kBoolean) {
      condition.values.push_back(ValueOf(token_));
      SLUICE_RETURN_IF_ERROR(Advance());
      return condition;
    }
    SLUICE_RETURN_IF_ERROR(Value(condition));
    return condition;
  }

  Result<Filter> Contains(Filter condition) {
    condition.op = Operator::kContains;
    SLUICE_RETURN_IF_ERROR(Advance());
    SLUICE_RETURN_IF_ERROR(Value(condition));
    return condition;
  }

  Result<Filter> Between(Filter condition) {
    condition.op = Operator::kBetween;
    SLUICE_RETURN_IF_ERROR(Advance());
    SLUICE_RETURN_IF_ERROR(Value(condition));
    SLUICE_RETURN_IF_ERROR(Take(Kind::kAnd, "AND and the upper bound"));
    SLUICE_RETURN_IF_ERROR(Value(condition));
    return condition;
  }

  Result<Filter> In(Filter condition) {
    condition.kind = Filter::Kind::kIn;
    SLUICE_RETURN_IF_ERROR(Advance());
    SLUICE_RETURN_IF_ERROR(Take(Kind::kLeftParenthesis, "'(' and the list of values"));
    SLUICE_RETURN_IF_ERROR(Value(condition));
    while (token_.kind == Kind::kComma) {
      SLUICE_RETURN_IF_ERROR(Advance());
      SLUICE_RETURN_IF_ERROR(Value(condition));
    }
    SLUICE_RETURN_IF_ERROR(Take(Kind::kRightParenthesis, "',' or ')'"));
    return condition;
  }

  Status Value(Filter& condition) {
    if (token_.kind == Kind::kBoolean || !ValueKindOf(token_.kind)) {
      return Expected("a string, a number, a date, a time or null");
    }
    condition.values.push_back(ValueOf(token_));
    return Advance();
  }

  Result<int64_t> Limit() {
    SLUICE_RETURN_IF_ERROR(Advance());
    int64_t limit = 0;
    const char* end = token_.text.data() + token_.text.size();
    auto [parsed, error] = std::from_chars(token_.text.data(), end, limit);
    if (token_.kind != Kind::kNumber || error != std::errc() || parsed != end || limit < 10 ||
        token_.text[0] == '0') {
      return Expected("a whole number of two digits or more");
    }
    SLUICE_RETURN_IF_ERROR(Advance());
    return limit;
  }

  std::string_view text_;
  FilterToken token_;
};

// --- printing

// `text` is, whole, one token of that kind.
bool IsOneToken(std::string_view text, Kind kind) {
  auto token = NextFilterToken(text, 0);
  return token.ok() && token->kind == kind && token->text == text;
}

std::string_view SymbolOf(Operator op) {
  switch (op) {
    case Operator::kEqualTo:
      return " = ";
    case Operator::kNotEqualTo:
      return " != ";
    case Operator::kGreaterThan:
      return " > ";
    case Operator::kGreaterThanOrEqualTo:
      return " >= ";
    case Operator::kLessThan:
      return " < ";
    case Operator::kLessThanOrEqualTo:
      return " <= ";
    case Operator::kContains:
      return " contains ";
    case Operator::kBetween:
      return " between ";
    default:
      return "";
  }
}

class Printer {
 public:
  // Strings that end in a backslash would swallow what follows up to the next quote of their kind;
  // `quote_after_backslash` is kept for them, and the others take the other quote.
  explicit Printer(std::optional<char> quote_after_backslash)
      : quote_after_backslash_(quote_after_backslash) {}

  Status Print(const Filter& filter, int depth) {
    if (depth > 2 * kMaxDepth) return InvalidArgument("the filter is nested too deeply");
    switch (filter.kind) {
      case Filter::Kind::kAnd:
        return Joined(filter, " and ", depth);
      case Filter::Kind::kOr:
        return Joined(filter, " or ", depth);
      case Filter::Kind::kNot:
        return Not(filter, depth);
      case Filter::Kind::kCompare:
        return Comparison(filter);
      case Filter::Kind::kIn:
        return In(filter);
    }
    return InvalidArgument("the filter has a condition of no known kind");
  }

  std::string Take() { return std::move(out_); }

 private:
  Status Joined(const Filter& filter, std::string_view word, int depth) {
    bool is_and = filter.kind == Filter::Kind::kAnd;
    std::string_view separator;
    for (const Filter& operand : filter.operands) {
      out_ += std::exchange(separator, word);
      bool parenthesized =
          operand.kind == Filter::Kind::kOr || (is_and && operand.kind == Filter::Kind::kAnd);
      SLUICE_RETURN_IF_ERROR(Nested(operand, parenthesized, depth));
    }
    return Done{};
  }

  Status Not(const Filter& filter, int depth) {
    if (filter.operands.size() != 1) return InvalidArgument("a NOT takes one condition");
    const Filter& operand = filter.operands[0];
    out_ += "not ";
    return Nested(operand, operand.kind == Filter::Kind::kAnd || operand.kind == Filter::Kind::kOr,
                  depth);
  }

  Status Nested(const Filter& filter, bool parenthesized, int depth) {
    if (parenthesized) out_ += '(';
    SLUICE_RETURN_IF_ERROR(Print(filter, depth + 1));
    if (parenthesized) out_ += ')';
    return Done{};
  }

  Status Comparison(const Filter& filter) {
    std::string_view symbol = SymbolOf(filter.op);
    size_t wanted = filter.op == Operator::kBetween ? 2 : 1;
    if (symbol.empty() || filter.values.size() != wanted) {
      return InvalidArgument("a condition on '" + filter.field + "' can't be " +
                             std::string(ToString(filter.op)) + " with " +
                             std::to_string(filter.values.size()) + " values");
    }
    SLUICE_RETURN_IF_ERROR(Name(filter.field));
    out_ += symbol;
    return Values(filter, " and ");
  }

  Status In(const Filter& filter) {
    SLUICE_RETURN_IF_ERROR(Name(filter.field));
    out_ += " in (";
    SLUICE_RETURN_IF_ERROR(Values(filter, ", "));
    out_ += ')';
    return Done{};
  }

  Status Name(const std::string& field) {
    if (!IsOneToken(field, Kind::kName)) {
      return InvalidArgument("the filter language of custom connectors can't name the field '" +
                             field + "'");
    }
    out_ += field;
    return Done{};
  }

  Status Values(const Filter& filter, std::string_view between) {
    std::string_view separator;
    for (const FilterValue& value : filter.values) {
      out_ += std::exchange(separator, between);
      SLUICE_RETURN_IF_ERROR(Value(filter.field, value));
    }
    return Done{};
  }

  Status Value(const std::string& field, const FilterValue& value) {
    switch (value.kind) {
      case FilterValue::Kind::kString:
        String(value.text);
        return Done{};
      case FilterValue::Kind::kNumber:
        return Literal(field, value, Kind::kNumber, "a number");
      case FilterValue::Kind::kBoolean:
        return Literal(field, value, Kind::kBoolean, "a boolean");
      case FilterValue::Kind::kDate:
        return Literal(field, value, Kind::kDate, "a date");
      case FilterValue::Kind::kDateTime:
        return Literal(field, value, Kind::kDateTime, "a time in UTC");
      case FilterValue::Kind::kNull:
        out_ += "null";
        return Done{};
    }
    return InvalidArgument("the filter has a value of no known kind");
  }

  Status Literal(const std::string& field, const FilterValue& value, Kind kind,
                 std::string_view what) {
    if (!IsOneToken(value.text, kind)) {
      return InvalidArgument("'" + value.text + "', compared with '" + field + "', is not " +
                             std::string(what) + " as the filter language writes it");
    }
    out_ += value.text;
    return Done{};
  }

  // In single quotes, or in double quotes where that saves an escape.
  void String(const std::string& text) {
    char quote =
        text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
    if (quote_after_backslash_) {
      char other = *quote_after_backslash_ == '"' ? '\'' : '"';
      quote = text.ends_with('\\') ? *quote_after_backslash_ : other;
    }
    out_ += quote;
    for (char c : text) {
      if (c == '\\' || c == quote) out_ += '\\';
      out_ += c;
    }
    out_ += quote;
  }

  std::optional<char> quote_after_backslash_;
  std::string out_;
};

Result<std::string> PrintWith(std::optional<char> quote_after_backslash,
                              const FilterExpression& expression) {
  Printer printer(quote_after_backslash);
  if (expression.condition) SLUICE_RETURN_IF_ERROR(printer.Print(*expression.condition, 0));
  std::string text = printer.Take();
  if (expression.limit) {
    if (!text.empty()) text += ' ';
    text += "limit " + std::to_string(*expression.limit);
  }
  return text;
}

}  // namespace

Result<FilterExpression> ParseFilterExpression(std::string_view text) {
  return Parser(text).Parse();
}

Result<std::string> ToFilterExpression(const FilterExpression& expression) {
  if (expression == FilterExpression{}) return std::string();
  if (expression.limit && *expression.limit < 10) {
    return InvalidArgument("the filter language has no limit below 10, such as " +
                           std::to_string(*expression.limit));
  }
  for (std::optional<char> quote_after_backslash : {std::optional<char>(), {'"'}, {'\''}}) {
    SLUICE_ASSIGN(std::string text, PrintWith(quote_after_backslash, expression));
    auto parsed = ParseFilterExpression(text);
    if (parsed.ok() && *parsed == expression) return text;
  }
  return InvalidArgument("the filter language has no way to say this condition");
}

}  // namespace sluice::protocol
