#include "sluice/protocol/filter_expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::protocol {
namespace {

using ::testing::HasSubstr;
using Kind = Filter::Kind;
using enum Operator;

FilterValue String(std::string text) { return {FilterValue::Kind::kString, std::move(text)}; }
FilterValue Number(std::string text) { return {FilterValue::Kind::kNumber, std::move(text)}; }
FilterValue Boolean(std::string text) { return {FilterValue::Kind::kBoolean, std::move(text)}; }
FilterValue Date(std::string text) { return {FilterValue::Kind::kDate, std::move(text)}; }
FilterValue DateTime(std::string text) { return {FilterValue::Kind::kDateTime, std::move(text)}; }
FilterValue Null() { return {}; }

Filter Compare(std::string field, Operator op, std::vector<FilterValue> values) {
  Filter filter;
  filter.field = std::move(field);
  filter.op = op;
  filter.values = std::move(values);
  return filter;
}
Filter In(std::string field, std::vector<FilterValue> values) {
  Filter filter = Compare(std::move(field), kEqualTo, std::move(values));
  filter.kind = Kind::kIn;
  return filter;
}
Filter Join(Kind kind, std::vector<Filter> operands) {
  Filter filter;
  filter.kind = kind;
  filter.operands = std::move(operands);
  return filter;
}
Filter Is(std::string field, std::string number) {
  return Compare(std::move(field), kEqualTo, {Number(std::move(number))});
}

FilterExpression Parsed(std::string_view text) {
  auto parsed = ParseFilterExpression(text);
  if (parsed.ok()) return *parsed;
  ADD_FAILURE() << text << ": " << ToString(parsed.error());
  return {};
}
Filter Condition(std::string_view text) {
  FilterExpression parsed = Parsed(text);
  EXPECT_FALSE(parsed.limit);
  return parsed.condition.value_or(Filter());
}

struct Accepted {
  const char* text;
  Filter condition;
};

TEST(FilterExpression, ReadsEachFormOfCondition) {
  const Accepted cases[] = {
      {"a=1", Is("a", "1")},
      {"a = -5.0", Is("a", "-5.0")},
      {"a = 05", Is("a", "05")},
      {"a != null", Compare("a", kNotEqualTo, {Null()})},
      {"a > 1", Compare("a", kGreaterThan, {Number("1")})},
      {"a >= 1", Compare("a", kGreaterThanOrEqualTo, {Number("1")})},
      {"a < 1", Compare("a", kLessThan, {Number("1")})},
      {"a<=1", Compare("a", kLessThanOrEqualTo, {Number("1")})},
      {"a = TRUE", Compare("a", kEqualTo, {Boolean("true")})},
      {"a != False", Compare("a", kNotEqualTo, {Boolean("false")})},
      {"a in (1)", In("a", {Number("1")})},
      {"a IN ('x' , 2,null)", In("a", {String("x"), Number("2"), Null()})},
      {"a contains 5", Compare("a", kContains, {Number("5")})},
      {"a CONTAINS 'Alexa'", Compare("a", kContains, {String("Alexa")})},
      {"a between 1 AND 2", Compare("a", kBetween, {Number("1"), Number("2")})},
      {"a.b.c = 1", Is("a.b.c", "1")},
      {"a-b = 1", Is("a-b", "1")},
      {"_a = 1", Is("_a", "1")},
      {"a\t=\r\n\f1", Is("a", "1")},
      {"a = 2021-02-31", Compare("a", kEqualTo, {Date("2021-02-31")})},
      {"a = 2021-02-28T24:30:45Z", Compare("a", kEqualTo, {DateTime("2021-02-28T24:30:45Z")})},
      {"a = 2021-02-28T01:02:03.123456Z",
       Compare("a", kEqualTo, {DateTime("2021-02-28T01:02:03.123456Z")})},
      {"a = ''", Compare("a", kEqualTo, {String("")})},
      {"a = \"l1\nl2 é\"", Compare("a", kEqualTo, {String("l1\nl2 é")})},
      {"not a = 1", Join(Kind::kNot, {Is("a", "1")})},
      {"NOT not a = 1", Join(Kind::kNot, {Join(Kind::kNot, {Is("a", "1")})})},
      {"((a = 1))", Is("a", "1")},
  };
  for (const Accepted& c : cases) EXPECT_EQ(Condition(c.text), c.condition) << c.text;
}

TEST(FilterExpression, NotBindsTighterThanAndThanOr) {
  EXPECT_EQ(Condition("a = 1 or b = 2 and c = 3"),
            Join(Kind::kOr, {Is("a", "1"), Join(Kind::kAnd, {Is("b", "2"), Is("c", "3")})}));
  EXPECT_EQ(Condition("(a = 1 or b = 2) and c = 3"),
            Join(Kind::kAnd, {Join(Kind::kOr, {Is("a", "1"), Is("b", "2")}), Is("c", "3")}));
  EXPECT_EQ(Condition("not a = 1 and b = 2"),
            Join(Kind::kAnd, {Join(Kind::kNot, {Is("a", "1")}), Is("b", "2")}));
  EXPECT_EQ(Condition("not (a = 1 and b = 2)"),
            Join(Kind::kNot, {Join(Kind::kAnd, {Is("a", "1"), Is("b", "2")})}));
}

TEST(FilterExpression, TheAndOfBetweenIsItsOwn) {
  Filter between = Compare("a", kBetween, {Number("1"), Number("2")});
  EXPECT_EQ(Condition("a between 1 AND 2 and b = 3"), Join(Kind::kAnd, {between, Is("b", "3")}));
  EXPECT_EQ(Condition("LastModifiedDate between 2021-08-21T05:06:07Z and 2021-08-22T05:06:07Z"),
            Compare("LastModifiedDate", kBetween,
                    {DateTime("2021-08-21T05:06:07Z"), DateTime("2021-08-22T05:06:07Z")}));
}

TEST(FilterExpression, WordsThatBeginLikeKeywordsAreNames) {
  for (const char* name :
       {"andy", "inn", "nullable", "notx", "And", "Not", "NULL", "tRue", "or_1"}) {
    EXPECT_EQ(Condition(std::string(name) + " = 1"), Is(name, "1")) << name;
  }
}

TEST(FilterExpression, ReadsLimits) {
  EXPECT_EQ(Parsed("LIMIT 100"), (FilterExpression{{}, 100}));
  EXPECT_EQ(Parsed("a = 5 limit 10"), (FilterExpression{Is("a", "5"), 10}));
}

TEST(FilterExpression, AStringEndsAtTheLongestMatch) {
  auto value = [](std::string_view text) { return Condition(text).values[0].text; };
  EXPECT_EQ(value(R"(a = "x\")"), R"(x\)");
  EXPECT_EQ(value(R"(a = 'it\'s')"), "it's");
  EXPECT_EQ(value(R"(a = "C:\\temp\new\q")"), "C:\\temp\new\\q");
  EXPECT_EQ(value(R"(a = "\t\r\"'")"), "\t\r\"'");
  // The first string goes up to the quote before y.
  EXPECT_FALSE(ParseFilterExpression(R"(a = "x\" and b = "y")").ok());
  EXPECT_EQ(Condition(R"(a = "x\" and b = 'y')").operands.size(), 2u);
}

struct Refused {
  const char* text;
  const char* message;
};

TEST(FilterExpression, RefusesWhatTheLanguageDoesNotHaveAndSaysWhere) {
  const Refused cases[] = {
      {"", "byte 0: expected a field name"},
      {" \n", "byte 2: expected a field name"},
      {"LIMIT 5", "byte 6: expected a whole number of two digits"},
      {"LIMIT 010", "two digits"},
      {"LIMIT -10", "two digits"},
      {"LIMIT 10.5", "two digits"},
      {"LIMIT 99999999999999999999", "two digits"},
      {"Limit 10", "byte 6: expected a comparison"},
      {"LIMIT 100 LIMIT 100", "byte 10: expected the end"},
      {"LIMIT 100 a = 1", "byte 10: expected the end"},
      {"a = NULL", "byte 4: expected a string"},
      {"a = tRue", "byte 4"},
      {"a Contains 'x'",
       "byte 2: expected a comparison, CONTAINS, BETWEEN or IN, found 'Contains'"},
      {"a In (1)", "byte 2"},
      {"a Between 1 and 2", "byte 2"},
      {"a like 'x'", "found 'like'"},
      {"a == 1", "byte 3: expected a string, a number"},
      {"a <> 1", "byte 3"},
      {"a => 1", "byte 3"},
      {"a > = 1", "byte 4"},
      {"a = 1e5", "byte 5: expected the end, found 'e5'"},
      {"a > true", "byte 4"},
      {"a = 1 And b = 2", "byte 6"},
      {"a = 1 Or b = 2", "byte 6"},
      {"Not a = 1", "byte 4"},
      {"a in (true)", "byte 6"},
      {"a contains true", "byte 11"},
      {"a in ()", "byte 6"},
      {"a in 1", "byte 5: expected '('"},
      {"a in (1", "byte 7: expected ',' or ')'"},
      {"a in (1,)", "byte 8"},
      {"a between 1", "byte 11: expected AND"},
      {"a between 1 or 2", "byte 12: expected AND"},
      {"a = b", "byte 4: expected a string, a number, a date, a time or null, found 'b'"},
      {"1 = a", "byte 0"},
      {"\"a\" = 1", "byte 0"},
      {"a = 'it''s'", "byte 8"},
      {"a = 'open", "byte 4: this string has no closing quote"},
      {"a = 2021-08-21T05:06:07", "byte 14"},
      {"a = 2021-08-21T05:06:07+01:00", "byte 14"},
      {"a = 2021-08-21T25:06:07Z", "byte 14"},
      {"a = 2021-08-21T05:06:07.Z", "byte 14"},
      {"a = 2021-13-01", "byte 8"},
      {"a = 2021-12-32", "byte 8"},
      {"a = 1 and", "byte 9: expected a field name, NOT or '(', found the end"},
      {"(a = 1", "byte 6: expected AND, OR or ')'"},
      {"a = 1)", "byte 5"},
      {"a = 1 b = 2", "byte 6"},
      // A bare operand is in AWS's grammar, but says nothing.
      {"a", "byte 1: expected a comparison"},
      {"5", "byte 0"},
      // AWS's lexer drops these characters silently.
      {"`a` = 1", "byte 0: '`' is not part of the filter language"},
      // An answer is UTF-8: no message ends in half a character.
      {"é = 1", "byte 0: 'é' is not part of the filter language"},
      {"'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxéé' = 1",
       "found ''xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé'"},
      {"a = .5", "byte 4: '.' is not part"},
      {"a = +5", "byte 4: '+' is not part"},
      {"a = 5.", "byte 5: '.' is not part"},
      {"a = 1;", "byte 5: ';' is not part"},
      {"! a = 1", "byte 0: '!' is not part"},
  };
  for (const Refused& c : cases) {
    auto parsed = ParseFilterExpression(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(parsed.error().message, HasSubstr(c.message)) << c.text;
  }
}

TEST(FilterExpression, ToldPositionsAreThoseOfNamesAndValues) {
  Filter both = Condition("a = 1 and  bc > 'x'");
  EXPECT_EQ(both.operands[1].position, 11u);
  EXPECT_EQ(both.operands[1].values[0].position, 16u);
}

// A filter as Lisp would have it.
class ToLisp final : public FilterVisitor<std::string> {
 public:
  Result<std::string> OnAnd(std::vector<std::string> operands) override {
    return Joined("and", operands);
  }
  Result<std::string> OnOr(std::vector<std::string> operands) override {
    return Joined("or", operands);
  }
  Result<std::string> OnNot(std::string operand) override { return Joined("not", {operand}); }
  Result<std::string> OnCompare(const Filter& comparison) override {
    return Leaf(std::string(ToString(comparison.op)), comparison);
  }
  Result<std::string> OnIn(const Filter& list) override { return Leaf("IN", list); }

  std::vector<std::string> visited;

 private:
  static std::string Joined(std::string text, const std::vector<std::string>& operands) {
    for (const std::string& operand : operands) text += ' ' + operand;
    return '(' + text + ')';
  }
  Result<std::string> Leaf(const std::string& op, const Filter& filter) {
    visited.push_back(filter.field);
    if (filter.field == "secret") {
      return InvalidArgument("byte " + std::to_string(filter.position) + ": no such field");
    }
    std::vector<std::string> operands = {filter.field};
    for (const FilterValue& value : filter.values) operands.push_back(value.text);
    return Joined(op, operands);
  }
};

TEST(FilterVisitor, SeesOperandsBeforeWhatJoinsThem) {
  ToLisp lisp;
  auto text =
      Visit(Condition("not (a = 1 or b in (2, 3)) and c between 4 and 5 and d contains 'x'"), lisp);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "(and (not (or (EQUAL_TO a 1) (IN b 2 3))) (BETWEEN c 4 5) (CONTAINS d x))");
}

TEST(FilterVisitor, EndsAtTheFirstError) {
  ToLisp lisp;
  auto text = Visit(Condition("a = 1 and (secret = 2 or b = 3)"), lisp);
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().message, "byte 11: no such field");
  EXPECT_THAT(lisp.visited, ::testing::ElementsAre("a", "secret"));
}

TEST(FilterExpression, NestsAHundredLevelsDeepAndNoDeeper) {
  auto nested = [](int depth) {
    return std::string(depth, '(') + "a = 1" + std::string(depth, ')');
  };
  EXPECT_EQ(Condition(nested(100)), Is("a", "1"));
  EXPECT_FALSE(ParseFilterExpression(nested(101)).ok());
  EXPECT_FALSE(ParseFilterExpression(nested(1'000'000)).ok());
  std::string nots;
  for (int i = 0; i < 1'000'000; ++i) nots += "not ";
  EXPECT_THAT(ParseFilterExpression(nots).error().message, HasSubstr("100 levels"));
}

std::string Printed(const Filter& filter) {
  auto text = ToFilterExpression({filter, {}});
  return text.ok() ? *text : ToString(text.error());
}

TEST(FilterExpression, PrintsWhatAppFlowWouldSend) {
  EXPECT_EQ(Printed(Join(Kind::kAnd, {Compare("price", kGreaterThan, {Number("100")}),
                                      Compare("accountName", kContains, {String("Alexa")})})),
            "price > 100 and accountName contains 'Alexa'");
  EXPECT_EQ(Printed(Compare("d", kBetween,
                            {DateTime("2021-08-21T05:06:07Z"), DateTime("2021-08-22T05:06:07Z")})),
            "d between 2021-08-21T05:06:07Z and 2021-08-22T05:06:07Z");
  EXPECT_EQ(Printed(Compare("name", kEqualTo, {String("O'Neil")})), "name = \"O'Neil\"");
  EXPECT_EQ(Printed(Compare("name", kNotEqualTo, {Null()})), "name != null");
  EXPECT_EQ(Printed(In("s", {String("a"), String("null")})), "s in ('a', 'null')");
  EXPECT_EQ(*ToFilterExpression({Is("a", "1"), 25}), "a = 1 limit 25");
  EXPECT_EQ(*ToFilterExpression({}), "");
}

TEST(FilterExpression, PrintingRefusesWhatItCannotSay) {
  EXPECT_THAT(Printed(Is("order by", "1")), HasSubstr("can't name the field 'order by'"));
  EXPECT_THAT(Printed(Is("and", "1")), HasSubstr("can't name the field 'and'"));
  EXPECT_THAT(Printed(Is("größe", "1")), HasSubstr("can't name"));
  EXPECT_THAT(Printed(Is("a", "1 or b = 2")), HasSubstr("is not a number"));
  EXPECT_THAT(Printed(Is("a", "1e5")), HasSubstr("is not a number"));
  EXPECT_THAT(Printed(Compare("a", kEqualTo, {DateTime("2021-01-01T00:00:00+01:00")})),
              HasSubstr("is not a time in UTC"));
  EXPECT_THAT(Printed(Compare("a", kGreaterThan, {Boolean("true")})), HasSubstr("no way to say"));
  EXPECT_THAT(Printed(Compare("a", kProjection, {Number("1")})), HasSubstr("PROJECTION"));
  EXPECT_THAT(Printed(Join(Kind::kAnd, {})), HasSubstr("no way to say"));
  EXPECT_FALSE(ToFilterExpression({{}, 5}).ok());
  Filter deep = Is("a", "1");
  for (int i = 0; i < 300; ++i) deep = Join(Kind::kNot, {std::move(deep)});
  EXPECT_FALSE(ToFilterExpression({deep, {}}).ok());
}

TEST(FilterExpression, AFinalBackslashIsSaidWhereTheLanguageCan) {
  Filter path = Compare("p", kEqualTo, {String("C:\\")});
  Filter name = Compare("n", kEqualTo, {String("x")});
  for (const Filter& filter :
       {path, Join(Kind::kAnd, {path, name}), Join(Kind::kAnd, {name, path})}) {
    EXPECT_EQ(Condition(Printed(filter)), filter) << Printed(filter);
  }
  EXPECT_THAT(Printed(In("p", {String("C:\\"), String("D:\\"), String("E:\\")})),
              HasSubstr("no way to say"));
}

// Random trees of what the language has.
class RandomFilters {
 public:
  Filter Any(int depth) {
    switch (Below(depth > 0 ? 7 : 4)) {
      case 0:
        return Compare(Name(), kBetween, {Value(), Value()});
      case 1:
        return In(Name(), Values());
      case 2:
        return Compare(Name(), kEqualTo, {Boolean(Below(2) ? "true" : "false")});
      case 4:
        return Join(Kind::kNot, {Any(depth - 1)});
      case 5:
        return Join(Kind::kAnd, Operands(depth - 1));
      case 6:
        return Join(Kind::kOr, Operands(depth - 1));
      default: {
        static constexpr Operator kOperators[] = {
            kEqualTo,  kNotEqualTo,        kGreaterThan, kGreaterThanOrEqualTo,
            kLessThan, kLessThanOrEqualTo, kContains};
        return Compare(Name(), kOperators[Below(7)], {Value()});
      }
    }
  }
  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

 private:
  std::vector<Filter> Operands(int depth) {
    std::vector<Filter> operands;
    for (int i = 2 + Below(3); i > 0; --i) operands.push_back(Any(depth));
    return operands;
  }
  std::vector<FilterValue> Values() {
    std::vector<FilterValue> values;
    for (int i = 1 + Below(4); i > 0; --i) values.push_back(Value());
    return values;
  }
  std::string Name() {
    static constexpr const char* kNames[] = {"a", "_id", "A-b.c", "andy", "x9", "In", "limit_"};
    return kNames[Below(7)];
  }
  FilterValue Value() {
    switch (Below(5)) {
      case 0:
        return Number((Below(2) ? "-" : "") + std::to_string(Below(1000)) +
                      (Below(2) ? "." + std::to_string(Below(1000)) : ""));
      case 1:
        return Date("2021-0" + std::to_string(1 + Below(9)) + "-30");
      case 2:
        return DateTime("2021-01-1" + std::to_string(Below(10)) + "T01:02:03.5Z");
      case 3:
        return Null();
      default:
        return String(Text());
    }
  }
  std::string Text() {
    static constexpr const char* kPieces[] = {"'",     "\"", "\\", "t", "n",
                                              " and ", "é",  "\n", "",  ")"};
    std::string text;
    for (int i = Below(6); i > 0; --i) text += kPieces[Below(10)];
    return text.ends_with('\\') ? text + "." : text;
  }

  std::mt19937 random_{20260131};
};

TEST(FilterExpression, WhatIsPrintedReadsBackTheSame) {
  RandomFilters random;
  for (int i = 0; i < 5000; ++i) {
    FilterExpression expression{random.Any(4), {}};
    if (random.Below(3) == 0) expression.limit = 10 + random.Below(1000);
    auto text = ToFilterExpression(expression);
    ASSERT_TRUE(text.ok()) << ToString(text.error());
    auto parsed = ParseFilterExpression(*text);
    ASSERT_TRUE(parsed.ok()) << *text << ": " << ToString(parsed.error());
    ASSERT_EQ(*parsed, expression) << *text;
  }
}

TEST(FilterExpression, SurvivesEveryCutAndEveryByte) {
  const std::string whole = R"(not (a = 'x\'y' or b in (1, 2021-01-01)) and c != null LIMIT 100)";
  for (size_t i = 0; i <= whole.size(); ++i) (void)ParseFilterExpression(whole.substr(0, i));
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t i = 0; i < whole.size(); ++i) {
      std::string changed = whole;
      changed[i] = static_cast<char>(byte);
      if (auto parsed = ParseFilterExpression(changed); parsed.ok()) {
        auto printed = ToFilterExpression(*parsed);
        if (printed.ok()) {
          EXPECT_EQ(Parsed(*printed), *parsed);
        }
      }
    }
  }
}

}  // namespace
}  // namespace sluice::protocol
