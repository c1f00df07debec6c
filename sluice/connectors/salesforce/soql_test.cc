#include "sluice/connectors/salesforce/soql.h"

#include <gmock/gmock.h>

namespace sluice::salesforce {
namespace {

using ::testing::HasSubstr;
using enum Operator;

EntityDefinition Account() {
  EntityDefinition account;
  account.entity.identifier = "Account";
  auto add = [&](std::string name, DataType type, std::string label) {
    Field field;
    field.name = std::move(name);
    field.data_type = type;
    field.data_type_label = std::move(label);
    account.fields.push_back(std::move(field));
  };
  add("Id", DataType::kString, "id");
  add("Name", DataType::kString, "string");
  add("Employees", DataType::kInteger, "int");
  add("Revenue", DataType::kDouble, "currency");
  add("Active", DataType::kBoolean, "boolean");
  add("Since", DataType::kDate, "date");
  add("Changed", DataType::kDateTime, "datetime");
  add("Opens", DataType::kString, "time");
  return account;
}

Filter Compare(std::string field, Operator op, std::vector<std::string> texts) {
  Filter filter{.field = std::move(field), .op = op};
  for (std::string& text : texts) filter.values.push_back({FilterValue::Kind::kString, text, 0});
  return filter;
}

std::string Text(const Filter& filter) {
  auto soql = ToSoql(Account(), filter);
  return soql.ok() ? *soql : ToString(soql.error());
}

TEST(Soql, WritesEachLiteralAsItsFieldWantsIt) {
  const std::pair<Filter, const char*> kFilters[] = {
      {Compare("Name", kEqualTo, {"Hot"}), "Name = 'Hot'"},
      {Compare("Name", kNotEqualTo, {""}), "Name != ''"},
      {Compare("Name", kEqualTo, {"O'Neil \\ \"x\"\n\r\té北京 100%_"}),
       R"(Name = 'O\'Neil \\ "x"\n\r\té北京 100%_')"},
      {Compare("Name", kEqualTo, {"' OR Id != '"}), R"(Name = '\' OR Id != \'')"},
      {Compare("Name", kEqualTo, {"\\"}), R"(Name = '\\')"},
      {Compare("Name", kEqualTo, {"null"}), "Name = 'null'"},
      {Compare("Name", kContains, {"50%_\\'"}), R"(Name LIKE '%50\%\_\\\'%')"},
      {Compare("Employees", kLessThan, {"-5"}), "Employees < -5"},
      {Compare("Employees", kLessThanOrEqualTo, {"5"}), "Employees <= 5"},
      {Compare("Revenue", kGreaterThan, {"1.5e6"}), "Revenue > 1.5e6"},
      {Compare("Revenue", kGreaterThanOrEqualTo, {"0"}), "Revenue >= 0"},
      {Compare("Revenue", kBetween, {"1", "2.5"}), "Revenue >= 1 AND Revenue <= 2.5"},
      {Compare("Active", kEqualTo, {"true"}), "Active = true"},
      {Compare("Since", kEqualTo, {"2026-01-31"}), "Since = 2026-01-31"},
      {Compare("Since", kLessThan, {"2026-01-31T23:59:59Z"}), "Since < 2026-01-31"},
      {Compare("Changed", kEqualTo, {"2026-01-31T09:05:07Z"}), "Changed = 2026-01-31T09:05:07Z"},
      {Compare("Changed", kEqualTo, {"2026-01-31T09:05:07+02:00"}),
       "Changed = 2026-01-31T07:05:07Z"},
      {Compare("Changed", kEqualTo, {"2026-01-31T09:05:07.123456Z"}),
       "Changed = 2026-01-31T09:05:07.123Z"},
      {Compare("Changed", kGreaterThan, {"2026-01-31"}), "Changed > 2026-01-31T00:00:00Z"},
      {Compare("Opens", kGreaterThan, {"09:05:07Z"}), "Opens > 09:05:07.000Z"},
      {Filter{.field = "Name", .values = {FilterValue{}}}, "Name = null"},
  };
  for (const auto& [filter, text] : kFilters) EXPECT_EQ(Text(filter), text);
}

TEST(Soql, JoinsWithParenthesesAroundEachOperand) {
  Filter a = Compare("Name", kEqualTo, {"a"}), b = Compare("Revenue", kBetween, {"1", "2"});
  Filter either{.kind = Filter::Kind::kOr, .operands = {a, b}};
  Filter not_either{.kind = Filter::Kind::kNot, .operands = {either}};
  Filter in{
      .kind = Filter::Kind::kIn,
      .field = "Name",
      .values = {{FilterValue::Kind::kString, "x'", 0}, {FilterValue::Kind::kString, "y", 0}}};
  EXPECT_EQ(Text(Filter{.kind = Filter::Kind::kAnd, .operands = {not_either, in}}),
            "(NOT ((Name = 'a') OR (Revenue >= 1 AND Revenue <= 2))) AND (Name IN ('x\\'','y'))");
}

TEST(Soql, RefusesAValueThatDoesNotFit) {
  const Filter kFilters[] = {
      Compare("Employees", kEqualTo, {"many"}),
      Compare("Employees", kEqualTo, {""}),
      Compare("Employees", kEqualTo, {"5 OR 1"}),
      Compare("Revenue", kEqualTo, {"nan"}),
      Compare("Revenue", kEqualTo, {"inf"}),
      Compare("Active", kEqualTo, {"yes"}),
      Compare("Since", kEqualTo, {"2026-02-30"}),
      Compare("Changed", kEqualTo, {"1769850000000"}),
      Compare("Changed", kEqualTo, {"now"}),
      Compare("Opens", kEqualTo, {"' OR ''='"}),
      Compare("Nothing", kEqualTo, {"x"}),
      Compare("Name", kMaskAll, {"x"}),
      Filter{.field = "Name", .op = kLessThan, .values = {FilterValue{}}},
  };
  for (const Filter& filter : kFilters) {
    auto soql = ToSoql(Account(), filter);
    ASSERT_FALSE(soql.ok()) << *soql;
    EXPECT_EQ(soql.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(soql.error().message, HasSubstr("'" + filter.field + "'"));
  }
}

TEST(Soql, PagesByIdBehindTheCondition) {
  SoqlPage page{"Account", {"Name", "Id"}, "", "", 2000};
  EXPECT_EQ(ToSoql(page), "SELECT Name,Id FROM Account ORDER BY Id LIMIT 2000");
  page.after_id = "001Do000003EDTlIAO";
  EXPECT_EQ(ToSoql(page),
            "SELECT Name,Id FROM Account WHERE Id > '001Do000003EDTlIAO' ORDER BY Id LIMIT 2000");
  page.condition = "A = 1 OR B = 2";
  EXPECT_EQ(ToSoql(page),
            "SELECT Name,Id FROM Account WHERE (A = 1 OR B = 2) AND Id > '001Do000003EDTlIAO' "
            "ORDER BY Id LIMIT 2000");
}

}  // namespace
}  // namespace sluice::salesforce
