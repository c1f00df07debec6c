#include "sluice/bin/text_table.h"

#include <gtest/gtest.h>

namespace sluice::bin {
namespace {

TEST(TextTable, PadsToTheWidestValueInCharactersNotBytes) {
  EXPECT_EQ(TextTable({"id", "name"}, {{"1", "Café"}, {"22", "x"}}),
            "+----+------+\n"
            "| id | name |\n"
            "+----+------+\n"
            "| 1  | Café |\n"
            "| 22 | x    |\n"
            "+----+------+\n");
}

TEST(TextTable, OfNoRowsIsItsHeader) {
  EXPECT_EQ(TextTable({"id"}, {}), "+----+\n| id |\n+----+\n+----+\n");
}

}  // namespace
}  // namespace sluice::bin
