#include "sluice/tidb/table_path.h"

#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

TEST(TablePath, EveryNameComesBackAsItWas) {
  const char* names[] = {"a", "A b", "a.b", "`", "``", ".", "a`.`b", "é'\"\\", "`a`.`b`"};
  for (std::string database : names) {
    EXPECT_EQ(*ParseTablePath(ToString({database, ""})), (TablePath{database, ""}));
    for (std::string table : names) {
      std::string text = ToString({database, table});
      auto path = ParseTablePath(text);
      ASSERT_TRUE(path.ok()) << text;
      EXPECT_EQ(*path, (TablePath{database, table})) << text;
    }
  }
}

TEST(TablePath, OnlyWhatNeedsItIsQuoted) {
  EXPECT_EQ(ToString({"shop", "sf_account"}), "shop.sf_account");
  EXPECT_EQ(ToString({"shop", "a.b"}), "shop.`a.b`");
  EXPECT_EQ(ToString({"a`b", "c"}), "`a``b`.c");
  EXPECT_EQ(*ParseTablePath("`shop`.`sf_account`"), (TablePath{"shop", "sf_account"}));
}

TEST(TablePath, WhatNamesNothingIsRefused) {
  for (auto text : {"", ".", "a.", ".a", "a.b.c", "`a", "`a`b", "a`b`", "``", "`a`.", "a.`b",
                    "a.``", "a..b", "`a`.`b`; DROP TABLE c"}) {
    auto path = ParseTablePath(text);
    ASSERT_FALSE(path.ok()) << text;
    EXPECT_EQ(path.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sluice::tidb
