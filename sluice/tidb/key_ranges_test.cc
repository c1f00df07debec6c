#include "sluice/tidb/key_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<TextRow> Regions(const std::vector<std::string>& firsts) {
  std::vector<TextRow> regions;
  for (const std::string& first : firsts) regions.push_back({first});
  return regions;
}

KeyRange Range(std::vector<std::string> from, std::vector<std::string> to) {
  return {std::move(from), std::move(to)};
}

TEST(KeyRanges, BordersAreBetweenRegionsAndEachRangeHasAboutAsMany) {
  auto regions = Regions({"0", "1", "2", "3", "4", "5", "6"});
  EXPECT_THAT(ToRanges(regions, 1), ElementsAre(Range({}, {})));
  EXPECT_THAT(ToRanges(regions, 2), ElementsAre(Range({}, {"3"}), Range({"3"}, {})));
  EXPECT_THAT(ToRanges(regions, 3),
              ElementsAre(Range({}, {"2"}), Range({"2"}, {"4"}), Range({"4"}, {})));
  EXPECT_THAT(ToRanges(regions, 100), SizeIs(7));
}

TEST(KeyRanges, ATableOfNoneOrOneRegionIsOneRange) {
  EXPECT_THAT(ToRanges({}, 8), ElementsAre(Range({}, {})));
  EXPECT_THAT(ToRanges(Regions({"7"}), 8), ElementsAre(Range({}, {})));
}

// Where the regions differ in columns that a bound doesn't have.
TEST(KeyRanges, EqualBordersAreOne) {
  EXPECT_THAT(ToRanges(Regions({"1", "1", "1", "2"}), 4),
              ElementsAre(Range({}, {"1"}), Range({"1"}, {"2"}), Range({"2"}, {})));
}

Table TableWithKey(const std::vector<std::pair<std::string, std::string>>& columns) {
  Table table;
  table.database = "d";
  table.name = "t";
  table.is_clustered = true;
  table.keys = {{"PRIMARY", {}, true}};
  for (auto& [name, type] : columns) {
    Column column;
    column.name = name;
    column.type = ParseColumnType(type);
    table.columns.push_back(column);
    table.keys[0].columns.push_back(name);
  }
  return table;
}

// Behind WHERE, up to ORDER BY.
std::string Where(const Table& table, const KeyRange& range,
                  const std::vector<std::string>& last = {}) {
  auto plan = ReadPlan::Make(table, {}, {});
  SLUICE_CHECK(plan.ok());
  PageToken position;
  position.last_key = last;
  auto sql = plan->RangeSql(position, range);
  if (!sql.ok()) return sql.error().message;
  size_t begin = sql->find(" WHERE "), end = sql->find(" ORDER BY ");
  return begin == sql->npos ? "" : sql->substr(begin + 7, end - begin - 7);
}

TEST(KeyRanges, ABoundOfOneColumnIsAComparison) {
  Table table = TableWithKey({{"a", "int"}});
  EXPECT_EQ(Where(table, {}), "");
  EXPECT_EQ(Where(table, {{"1"}, {}}), "((`a` >= 1))");
  EXPECT_EQ(Where(table, {{}, {"9"}}), "((`a` < 9))");
  EXPECT_EQ(Where(table, {{"1"}, {"9"}}), "((`a` >= 1 AND `a` < 9))");
  EXPECT_EQ(Where(table, {{"1"}, {"9"}}, {"5"}), "((`a` > 5 AND `a` < 9))");
}

// TiDB reads no more than what each alternative of such a condition says.
TEST(KeyRanges, BoundsOfSeveralColumnsAreWrittenOutAsRanges) {
  Table table = TableWithKey({{"a", "int"}, {"b", "varbinary(9)"}});
  EXPECT_EQ(Where(table, {{"1", "x"}, {"3", "y"}}),
            "((`a` = 1 AND ((`b` >= x'78'))) OR (`a` > 1 AND `a` < 3) OR "
            "(`a` = 3 AND ((`b` < x'79'))))");
  EXPECT_EQ(Where(table, {{"3", "x"}, {"3", "y"}}),
            "(`a` = 3 AND ((`b` >= x'78' AND `b` < x'79')))");
  EXPECT_EQ(Where(table, {{"1"}, {"3"}}, {"2", "x"}),
            "((`a` = 2 AND ((`b` > x'78'))) OR (`a` > 2 AND `a` < 3))");
  EXPECT_EQ(Where(table, {{"1"}, {"3"}}, {"3", "x"}), "(`a` = 3 AND (1 = 0))");
}

TEST(KeyRanges, TextsThatDifferMayBeEqualByTheirCollation) {
  Table table = TableWithKey({{"a", "varchar(9)"}, {"b", "int"}});
  EXPECT_EQ(Where(table, {{"x", "1"}, {"X", "2"}}),
            "(((`a` > 'x') OR (`a` = 'x' AND `b` >= 1)) AND "
            "((`a` < 'X') OR (`a` = 'X' AND `b` < 2)))");
}

TEST(KeyRanges, ABoundThatDoesntFitTheKeyIsRefused) {
  Table table = TableWithKey({{"a", "int"}});
  EXPECT_THAT(Where(table, {{"1", "2"}, {}}), HasSubstr("another table"));
  EXPECT_THAT(Where(table, {{"1 OR 1=1"}, {}}), HasSubstr("damaged"));
}

TEST(KeyRanges, RegionsAreAskedForByTheColumnsThatAreComparedAsTheyAreStored) {
  auto sql = [](const Table& table) { return ReadPlan::Make(table, {}, {})->RegionsSql(); };
  EXPECT_EQ(sql(TableWithKey({{"a", "int"}, {"e", "enum('x')"}, {"b", "int"}})),
            "SELECT `a` FROM `d`.`t` TABLESAMPLE REGIONS() ORDER BY `a`");
  EXPECT_EQ(sql(TableWithKey({{"e", "enum('x')"}, {"a", "int"}})), "");
  Table table = TableWithKey({{"a", "int"}});
  table.is_clustered = false;
  EXPECT_EQ(sql(table),
            "SELECT _tidb_rowid FROM `d`.`t` TABLESAMPLE REGIONS() ORDER BY _tidb_rowid");
  table.is_view = true;
  EXPECT_EQ(sql(table), "");
}

}  // namespace
}  // namespace sluice::tidb
