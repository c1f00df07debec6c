#include "sluice/tidb/filter_sql.h"

#include <gtest/gtest.h>

#include "sluice/tidb/sample_table.h"

namespace sluice::tidb {
namespace {

using enum FilterValue::Kind;

Filter Compare(std::string field, Operator op, std::vector<FilterValue> values) {
  Filter filter;
  filter.field = std::move(field);
  filter.op = op;
  filter.values = std::move(values);
  filter.position = 3;
  return filter;
}

Filter Node(Filter::Kind kind, std::vector<Filter> operands) {
  Filter filter;
  filter.kind = kind;
  filter.operands = std::move(operands);
  return filter;
}

std::string Where(const Filter& filter) {
  auto sql = ToWhere(SampleTable(), filter);
  return sql.ok() ? *sql : "error: " + sql.error().message;
}

TEST(FilterSql, ValuesAreTypedByTheirColumns) {
  using enum Operator;
  EXPECT_EQ(Where(Compare("id", kEqualTo, {{kNumber, "5"}})), "`id` = '5'");
  EXPECT_EQ(Where(Compare("n", kEqualTo, {{kString, "5"}})), "`n` = 5");
  EXPECT_EQ(Where(Compare("n", kLessThan, {{kNumber, "1.5"}})), "`n` < 1.5");
  EXPECT_EQ(Where(Compare("price", kGreaterThanOrEqualTo, {{kNumber, "-5.0"}})), "`price` >= -5.0");
  EXPECT_EQ(Where(Compare("ok", kNotEqualTo, {{kBoolean, "true"}})), "(`ok` = 0 OR `ok` IS NULL)");
  EXPECT_EQ(Where(Compare("ok", kEqualTo, {{kBoolean, "true"}})), "`ok` <> 0");
  EXPECT_EQ(Where(Compare("ok", kEqualTo, {{kBoolean, "false"}})), "`ok` = 0");
  EXPECT_EQ(Where(Compare("at", kGreaterThan, {{kDateTime, "2026-01-31T09:05:07Z"}})),
            "`at` > '2026-01-31 09:05:07'");
  EXPECT_EQ(Where(Compare("at", kLessThanOrEqualTo, {{kDate, "2026-01-31"}})),
            "`at` <= '2026-01-31 00:00:00'");
  EXPECT_EQ(Where(Compare("day", kEqualTo, {{kDate, "2026-01-31"}})), "`day` = '2026-01-31'");
  EXPECT_EQ(Where(Compare("n", kBetween, {{kNumber, "1"}, {kNumber, "10"}})),
            "`n` BETWEEN 1 AND 10");
}

TEST(FilterSql, NullIsTestedNotCompared) {
  using enum Operator;
  EXPECT_EQ(Where(Compare("n", kEqualTo, {{kNull, ""}})), "`n` IS NULL");
  EXPECT_EQ(Where(Compare("n", kNotEqualTo, {{kNull, ""}})), "`n` IS NOT NULL");
  EXPECT_EQ(Where(Compare("n", kNotEqualTo, {{kNumber, "1"}})), "(`n` <> 1 OR `n` IS NULL)");
  EXPECT_EQ(Where(Compare("n", kLessThan, {{kNull, "", 9}})),
            "error: filter on 'n' (at byte 9): null can be compared with = and != only");
  Filter in = Compare("n", kEqualTo, {{kNumber, "1"}, {kNull, ""}});
  in.kind = Filter::Kind::kIn;
  EXPECT_EQ(Where(in), "(`n` IN (1) OR `n` IS NULL)");
  in.values = {{kNull, ""}};
  EXPECT_EQ(Where(in), "`n` IS NULL");
}

TEST(FilterSql, ContainsTakesWildcardsAsThemselves) {
  EXPECT_EQ(Where(Compare("id", Operator::kContains, {{kString, "5%_\\'"}})),
            "`id` LIKE '%5\\\\%\\\\_\\\\\\\\\\'%'");
  EXPECT_EQ(Where(Compare("n", Operator::kContains, {{kString, "5"}})),
            "error: filter on 'n' (at byte 3): contains fits text only, not int");
}

TEST(FilterSql, TreesKeepTheirShape) {
  Filter a = Compare("n", Operator::kEqualTo, {{kNumber, "1"}});
  Filter b = Compare("n", Operator::kEqualTo, {{kNumber, "2"}});
  Filter either = Node(Filter::Kind::kOr, {a, b});
  EXPECT_EQ(Where(Node(Filter::Kind::kAnd, {either, Node(Filter::Kind::kNot, {a})})),
            "((`n` = 1 OR `n` = 2) AND (`n` = 1) IS NOT TRUE)");
}

TEST(FilterSql, NothingIsPasted) {
  using enum Operator;
  EXPECT_EQ(Where(Compare("n", kEqualTo, {{kNumber, "1 OR 1=1", 4}})),
            "error: filter on 'n' (at byte 4): '1 OR 1=1' is not a number");
  EXPECT_EQ(Where(Compare("id", kEqualTo, {{kString, "' OR ''='"}})), "`id` = '\\' OR \\'\\'=\\''");
  EXPECT_EQ(Where(Compare("odd`name", kEqualTo, {{kString, "x"}})), "`odd``name` = 'x'");
  EXPECT_EQ(Where(Compare("id` = 1 --", kEqualTo, {{kNumber, "1"}})),
            "error: filter on 'id` = 1 --' (at byte 3): table 't' has no such column");
  EXPECT_EQ(Where(Compare("data", kEqualTo, {{kString, "x"}})),
            "error: filter on 'data' (at byte 3): a column of type blob can't be filtered");
  EXPECT_EQ(Where(Compare("n", kProjection, {{kString, "1"}})),
            "error: filter on 'n' (at byte 3): PROJECTION is not a comparison");
}

}  // namespace
}  // namespace sluice::tidb
