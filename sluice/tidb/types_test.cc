#include "sluice/tidb/types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Types, EachTypeHasAWordOfAppFlow) {
  using enum DataType;
  const std::pair<const char*, DataType> types[] = {{"tinyint(1)", kBoolean},
                                                    {"tinyint", kShort},
                                                    {"tinyint unsigned", kShort},
                                                    {"smallint", kShort},
                                                    {"smallint unsigned", kInteger},
                                                    {"mediumint", kInteger},
                                                    {"int", kInteger},
                                                    {"int(11)", kInteger},
                                                    {"int unsigned", kLong},
                                                    {"int(10) unsigned zerofill", kLong},
                                                    {"bigint", kLong},
                                                    {"bigint unsigned", kBigInteger},
                                                    {"year(4)", kShort},
                                                    {"bit(1)", kBoolean},
                                                    {"bit(8)", kLong},
                                                    {"bit(64)", kBigInteger},
                                                    {"decimal(65,30)", kBigDecimal},
                                                    {"float", kFloat},
                                                    {"double", kDouble},
                                                    {"char(3)", kString},
                                                    {"varchar(255)", kString},
                                                    {"longtext", kString},
                                                    {"enum('a')", kString},
                                                    {"set('a','b')", kString},
                                                    {"time(6)", kString},
                                                    {"json", kString},
                                                    {"binary(16)", kByteArray},
                                                    {"blob", kByteArray},
                                                    {"date", kDate},
                                                    {"datetime(6)", kDateTime},
                                                    {"timestamp", kDateTime},
                                                    {"vector(3)", kList},
                                                    {"vector", kList},
                                                    {"geometry", kString}};
  for (auto [sql, type] : types) {
    EXPECT_EQ(ToString(DataTypeOf(ParseColumnType(sql))), ToString(type)) << sql;
  }
}

TEST(Types, ConstraintsSayLengthsRangesAndMembers) {
  EXPECT_EQ(ConstraintsOf(ParseColumnType("varchar(255)"))->max_length, "255");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("text"))->max_length, "65535");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("tinyint"))->min_value, "-128");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("tinyint"))->max_value, "127");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bigint"))->min_value, "-9223372036854775808");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bigint unsigned"))->max_value, "18446744073709551615");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bigint unsigned"))->min_value, "0");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(5,2)"))->max_value, "999.99");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(5,2)"))->min_value, "-999.99");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(2,2)"))->max_value, "0.99");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("decimal(10,0)"))->max_value, "9999999999");
  EXPECT_THAT(ConstraintsOf(ParseColumnType("enum('a','b''c','d,e','(f)')"))->allowed_values,
              ElementsAre("a", "b'c", "d,e", "(f)"));
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bit(9)"))->max_value, "511");
  EXPECT_EQ(ConstraintsOf(ParseColumnType("bit(64)"))->max_value, "18446744073709551615");
  EXPECT_FALSE(ConstraintsOf(ParseColumnType("bit(1)")));
  EXPECT_FALSE(ConstraintsOf(ParseColumnType("datetime")));
}

TEST(Types, WhatNoFilterTakesHasNoOperators) {
  for (auto sql : {"json", "blob", "binary(3)", "vector(3)"}) {
    EXPECT_FALSE(IsFilterable(ParseColumnType(sql))) << sql;
    EXPECT_THAT(FilterOperatorsOf(ParseColumnType(sql)), ElementsAre()) << sql;
  }
  EXPECT_THAT(FilterOperatorsOf(ParseColumnType("bit(1)")),
              ElementsAre(Operator::kEqualTo, Operator::kNotEqualTo));
  EXPECT_TRUE(IsFilterable(ParseColumnType("enum('a')")));
}

}  // namespace
}  // namespace sluice::tidb
