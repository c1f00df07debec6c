#include <algorithm>
#include <cctype>

#include "sluice/base/time_text.h"
#include "sluice/conformance/checks.h"
#include "sluice/model/filter.h"
#include "sluice/protocol/filter_expression.h"

namespace sluice::conformance {
namespace {

constexpr size_t kMaxFields = 40;
constexpr size_t kMaxLiteral = 200;
// Everything that a translator to SQL, SOQL or a URL may trip over.
constexpr char kOddText[] = "zz é 漢字 \U0001F600 ' or '1'='1 \"; -- % _ \\ zz";

// ---- Literals
// -------------------------------------------------------------------------------------

std::optional<FilterValue> ToLiteral(DataType type, const Value& value) {
  using Kind = FilterValue::Kind;
  if (value.is_null() || value.text.size() > kMaxLiteral) return std::nullopt;
  if (IsNumeric(type)) {
    const bool plain = value.text.find_first_not_of("-.0123456789") == std::string::npos;
    return plain ? std::optional(FilterValue{Kind::kNumber, value.text}) : std::nullopt;
  }
  switch (type) {
    case DataType::kString:
      return FilterValue{Kind::kString, value.text};
    case DataType::kBoolean:
      return FilterValue{Kind::kBoolean, value.text};
    case DataType::kDate: {
      auto date = ParseDate(value.text);
      return date.ok() ? std::optional(FilterValue{Kind::kDate, FormatDate(*date)}) : std::nullopt;
    }
    case DataType::kDateTime: {
      auto time = ParseTime(value.text);
      return time.ok() ? std::optional(FilterValue{Kind::kDateTime, FormatTime(*time)})
                       : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// ---- What a condition should let through
// ----------------------------------------------------------

// Systems compare texts by collations of their own, and floating-point numbers as they can.
enum class Expected { kIn, kOut, kEither };

bool IsAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string Folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

Expected ExpectText(Operator op, const std::string& text, const std::string& literal) {
  const bool plain = IsAscii(text) && IsAscii(literal);
  switch (op) {
    case Operator::kEqualTo:
      if (text == literal) return Expected::kIn;
      return plain && Folded(text) != Folded(literal) ? Expected::kOut : Expected::kEither;
    case Operator::kNotEqualTo:
      if (text == literal) return Expected::kOut;
      return plain && Folded(text) != Folded(literal) ? Expected::kIn : Expected::kEither;
    case Operator::kContains:
      if (text.find(literal) != std::string::npos) return Expected::kIn;
      return plain && Folded(text).find(Folded(literal)) == std::string::npos ? Expected::kOut
                                                                              : Expected::kEither;
    default:
      return Expected::kEither;
  }
}

Expected In(bool in) { return in ? Expected::kIn : Expected::kOut; }

Expected ExpectOrder(Operator op, int order) {
  switch (op) {
    case Operator::kEqualTo:
      return In(order == 0);
    case Operator::kNotEqualTo:
      return In(order != 0);
    case Operator::kLessThan:
      return In(order < 0);
    case Operator::kLessThanOrEqualTo:
      return In(order <= 0);
    case Operator::kGreaterThan:
      return In(order > 0);
    case Operator::kGreaterThanOrEqualTo:
      return In(order >= 0);
    default:
      return Expected::kEither;
  }
}

// A field compared with one value, or two for BETWEEN.
struct Condition {
  const Field* field = nullptr;
  Operator op = Operator::kEqualTo;
  std::vector<Value> values;

  Expected Expect(const Value& value) const;
  Result<std::string> ToText() const;
};

Expected Condition::Expect(const Value& value) const {
  const DataType type = field->data_type;
  if (value.is_null()) return op == Operator::kNotEqualTo ? Expected::kEither : Expected::kOut;
  if (type == DataType::kString) return ExpectText(op, value.text, values[0].text);
  const bool is_inexact = type == DataType::kFloat || type == DataType::kDouble;
  auto near = [&](const Value& bound) { return is_inexact && AreClose(value, bound); };
  if (std::any_of(values.begin(), values.end(), near)) return Expected::kEither;
  auto order = Compare(type, value, values[0]);
  if (!order) return Expected::kEither;
  if (op != Operator::kBetween) return ExpectOrder(op, *order);
  // AWS's Salesforce example leaves the bounds out, most others take them in.
  const int upper = Compare(type, value, values[1]).value_or(0);
  if (*order == 0 || upper == 0) return Expected::kEither;
  return In(*order > 0 && upper < 0);
}

Result<std::string> Condition::ToText() const {
  Filter filter{.field = field->name, .op = op};
  for (const Value& value : values) {
    auto literal = ToLiteral(field->data_type, value);
    if (!literal) return InvalidArgument("no literal");
    filter.values.push_back(*literal);
  }
  return protocol::ToFilterExpression({filter, std::nullopt});
}

// ---- Asking
// ---------------------------------------------------------------------------------------

bool Takes(const Field& field, Operator op) {
  return field.read.is_queryable && field.read.is_retrievable &&
         std::find(field.filter_operators.begin(), field.filter_operators.end(), op) !=
             field.filter_operators.end();
}

// The values of a field in the sample, in order, each once; those that a filter can name.
std::vector<Value> SampleValues(const Session& session, const Field& field) {
  std::vector<Value> values;
  for (const Record& record : session.sample) {
    Value value = ValueOf(record, field.name);
    if (ToLiteral(field.data_type, value) && !value.text.empty()) values.push_back(value);
  }
  auto before = [&](const Value& a, const Value& b) {
    return Compare(field.data_type, a, b).value_or(0) < 0;
  };
  std::stable_sort(values.begin(), values.end(), before);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

// What comes for a filter is what `expect` lets through, as far as that can be told.
template <class Expect>
std::optional<Verdict> Query(Session& session, const std::string& filter, const Field& field,
                             Expect expect) {
  size_t count = 0;
  auto request = [&](const std::string& token) {
    return session.QueryRequest({field.name}, filter, 1000, token);
  };
  auto read = [&](const Answer& answer, std::string& next) -> std::optional<Verdict> {
    Page page;
    if (auto wrong = ReadPage(answer, page)) return wrong;
    for (const Record& record : page.records) {
      const Value value = ValueOf(record, field.name);
      if (expect(value) == Expected::kOut) {
        return Fail(answer, "the filter lets " + field.name + " = " +
                                session.talk.Excerpt(value.ToJson(), 60) + " through");
      }
    }
    count += page.records.size();
    next = page.token;
    return std::nullopt;
  };
  PagesRead pages;
  // Of a large entity the first page must do.
  const size_t max_pages = session.sample_is_whole ? kMaxPages : 1;
  if (auto wrong = ReadPages(session, max_pages, request, read, pages)) return wrong;
  if (!session.sample_is_whole || !pages.ended) return std::nullopt;
  size_t wanted = 0;
  for (const Record& record : session.sample) {
    wanted += expect(ValueOf(record, field.name)) == Expected::kIn;
  }
  if (count >= wanted) return std::nullopt;
  return Fail(*pages.last, std::to_string(count) + " records come, at least " +
                               std::to_string(wanted) + " have such a value of '" + field.name +
                               "'");
}

std::optional<Verdict> Try(Session& session, const Condition& condition) {
  auto text = condition.ToText();
  if (!text.ok()) return std::nullopt;
  return Query(session, *text, *condition.field,
               [&](const Value& value) { return condition.Expect(value); });
}

// A part of a text that is not all of it, where it has more than two characters.
std::string Middle(const std::string& text) {
  auto begins = [&](size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80; };
  size_t begin = 1, end = text.size() - 1;
  while (begin < text.size() && !begins(begin)) ++begin;
  while (end > 0 && !begins(end)) --end;
  return begin < end ? text.substr(begin, end - begin) : text;
}

// Each field that declares one of `operators`, with a value of its own.
Verdict TryOperators(Session& session, const std::vector<Operator>& operators) {
  size_t tried = 0, fields = 0;
  for (const Field& field : session.fields) {
    const std::vector<Value> values = SampleValues(session, field);
    if (values.empty() || fields == kMaxFields) continue;
    size_t before = tried;
    for (Operator op : operators) {
      if (!Takes(field, op)) continue;
      const size_t quarter = values.size() / 4;
      Condition condition{&field, op, {values[values.size() / 2]}};
      if (op == Operator::kBetween) {
        condition.values = {values[quarter], values[values.size() - 1 - quarter]};
      }
      if (op == Operator::kContains) condition.values[0].text = Middle(condition.values[0].text);
      if (auto wrong = Try(session, condition)) return *wrong;
      ++tried;
    }
    fields += tried > before;
  }
  if (tried == 0) return Skip("no field with a value takes such a filter");
  return Pass(std::to_string(tried) + " filters on " + std::to_string(fields) + " fields");
}

Verdict EqualTo(Session& session) {
  return TryOperators(session, {Operator::kEqualTo, Operator::kNotEqualTo});
}
Verdict Comparisons(Session& session) {
  return TryOperators(session, {Operator::kLessThan, Operator::kLessThanOrEqualTo,
                                Operator::kGreaterThan, Operator::kGreaterThanOrEqualTo});
}
Verdict Contains(Session& session) { return TryOperators(session, {Operator::kContains}); }
Verdict Between(Session& session) { return TryOperators(session, {Operator::kBetween}); }

// A field that takes `=`, with values to compare with: texts and numbers first.
const Field* FieldForEquality(const Session& session) {
  for (DataType type : {DataType::kString, DataType::kLong, DataType::kInteger}) {
    for (const Field& field : session.fields) {
      if (field.data_type == type && Takes(field, Operator::kEqualTo) &&
          !SampleValues(session, field).empty()) {
        return &field;
      }
    }
  }
  return nullptr;
}

Verdict Combinations(Session& session) {
  const Field* field = FieldForEquality(session);
  if (!field) return Skip("no field with a value takes =");
  const std::vector<Value> values = SampleValues(session, *field);
  const Condition first{field, Operator::kEqualTo, {values.front()}};
  const Condition last{field, Operator::kEqualTo, {values.back()}};
  auto one = first.ToText(), other = last.ToText();
  if (!one.ok() || !other.ok()) return Skip("no value that a filter can name");
  auto either = [&](const Value& value) {
    const Expected a = first.Expect(value), b = last.Expect(value);
    if (a == Expected::kIn || b == Expected::kIn) return Expected::kIn;
    return a == b ? a : Expected::kEither;
  };
  if (auto wrong = Query(session, *one + " or " + *other, *field, either)) return *wrong;
  auto only_first = [&](const Value& value) { return first.Expect(value); };
  if (auto wrong =
          Query(session, "(" + *one + " or " + *other + ") and " + *one, *field, only_first)) {
    return *wrong;
  }
  return Pass();
}

Verdict OddText(Session& session) {
  for (const Field& field : session.fields) {
    if (field.data_type != DataType::kString || !Takes(field, Operator::kEqualTo)) continue;
    Condition condition{&field, Operator::kEqualTo, {Value::String(kOddText)}};
    SLUICE_CHECK(condition.ToText().ok());
    auto request = [&](const std::string& token) {
      return session.QueryRequest({field.name}, *condition.ToText(), 1000, token);
    };
    auto read = [](const Answer& answer, std::string& next) -> std::optional<Verdict> {
      Page page;
      if (auto wrong = ReadPage(answer, page)) return wrong;
      if (!page.records.empty()) return Fail(answer, "records come for a text that no record has");
      next = page.token;
      return std::nullopt;
    };
    PagesRead pages;
    if (auto wrong = ReadPages(session, kMaxPages, request, read, pages)) return *wrong;
    return Pass(pages.ended ? "" : "in the first " + std::to_string(pages.count) + " pages");
  }
  return Skip("no text field takes =");
}

Verdict Refused(Session& session, const std::string& filter, std::string_view what) {
  return RefusedWith(session.talk.Ask(session.QueryRequest(session.fields_read, filter)), what,
                     {"InvalidArgument"});
}

Verdict BadSyntax(Session& session) {
  return Refused(session, session.fields[0].name + " = = and (", "a filter that is no filter");
}

Verdict UnknownField(Session& session) {
  return Refused(session, "sluiceNoSuchField = 10", "a filter on a field that does not exist");
}

Verdict Limit(Session& session) {
  size_t count = 0;
  auto request = [&](const std::string& token) {
    return session.QueryRequest(session.fields_read, "LIMIT 10", 1000, token);
  };
  auto read = [&](const Answer& answer, std::string& next) -> std::optional<Verdict> {
    Page page;
    if (auto wrong = ReadPage(answer, page)) return wrong;
    count += page.records.size();
    if (count > 10) return Fail(answer, std::to_string(count) + " records come for LIMIT 10");
    next = page.token;
    return std::nullopt;
  };
  PagesRead pages;
  if (auto wrong = ReadPages(session, kMaxPages, request, read, pages)) return *wrong;
  if (!pages.ended) {
    return Skip("no end in " + std::to_string(pages.count) + " pages, with " +
                std::to_string(count) + " records");
  }
  if (session.sample.size() >= 10 && count < 10) {
    return Fail(*pages.last, "only " + std::to_string(count) + " records come for LIMIT 10");
  }
  return Pass();
}

Verdict Given(Session& session) {
  if (session.options.filter.empty()) return Skip("none was given");
  Page page;
  Answer answer =
      session.talk.Ask(session.QueryRequest(session.fields_read, session.options.filter));
  if (auto wrong = ReadPage(answer, page)) return *wrong;
  return Pass(std::to_string(page.records.size()) + " records" +
              (page.token.empty() ? "" : " on the first page"));
}

}  // namespace

const std::vector<Check>& FilterChecks() {
  static constexpr char kDsl[] =
      "README of AWS's custom connector SDK, Filter Expression DSL and Parser";
  static constexpr char kOperators[] =
      "README of AWS's custom connector SDK, FieldDefinition, filterOperators";
  static constexpr char kDeclared[] =
      "A field takes the operators that it declares, or those of the SDK for its type, and a "
      "filter lets exactly the records through that it describes.";
  static const std::vector<Check> kChecks = {
      {"filter.equal-to", "= and != find what they should", kRecords, kDeclared, kOperators,
       &EqualTo},
      {"filter.comparisons", "<, <=, > and >= find what they should", kRecords, kDeclared,
       kOperators, &Comparisons},
      {"filter.contains", "contains finds what it should", kRecords, kDeclared, kOperators,
       &Contains},
      {"filter.between", "between finds what it should", kRecords, kDeclared, kOperators, &Between},
      {"filter.combinations", "and, or and parentheses work", kRecords,
       "AppFlow joins the conditions of a flow by and, several values of one by or.", kDsl,
       &Combinations},
      {"filter.text", "Any text can be asked for, and nothing found", kRecords,
       "A text of a filter is data: quotes, backslashes and wildcards in it mean themselves. A "
       "result without records is a success; its pages may be empty, but must end.",
       kDsl, &OddText},
      {"filter.syntax", "A filter that is no filter is refused", kRecords,
       "A filter that can't be read is isSuccess false with InvalidArgument, not an exception.",
       "custom connector SDK, ErrorCode.InvalidArgument", &BadSyntax},
      {"filter.unknown-field", "A filter on an unknown field is refused", kRecords,
       "A filter that can't be applied is isSuccess false with InvalidArgument, not an exception.",
       "custom connector SDK, ErrorCode.InvalidArgument", &UnknownField},
      {"filter.limit", "LIMIT limits", kRecords,
       "The filter language ends in an optional LIMIT n over all pages.",
       "grammar of the SDK, CustomConnectorQueryFilterParser", &Limit},
      {"filter.given", "The filter of --filter works", kFirstPage,
       "It was given on the command line.", "the command line", &Given},
  };
  return kChecks;
}

}  // namespace sluice::conformance
