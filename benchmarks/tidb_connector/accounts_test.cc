#include "benchmarks/tidb_connector/accounts.h"

#include <gmock/gmock.h>

#include <set>

namespace sluice::benchmarks {
namespace {

using ::testing::ElementsAre;

TEST(AccountsTest, AreTheSameInEveryRunAndGrowById) {
  EXPECT_EQ(MakeAccount(7), MakeAccount(7));
  std::string last;
  std::set<std::string> names;
  for (int64_t number : {0, 1, 9, 10, 35, 36, 37, 1000, 199'999, 2'000'000'000}) {
    Account account = MakeAccount(number);
    EXPECT_EQ(account[0].size(), 18u);
    EXPECT_LT(last, account[0]) << number;
    last = account[0];
    names.insert(account[1]);
  }
  EXPECT_EQ(names.size(), 10u);
}

TEST(AccountsTest, AsJsonAndAsCsv) {
  Account account = {"1", "O'Neill, \"Zoë\"", "", "TX", "Hot", "Energy"};
  std::string json, csv;
  AppendRecord(json, account, {0, 1, 2});
  AppendCsvLine(csv, account);
  EXPECT_EQ(json, R"({"id":"1","name":"O'Neill, \"Zoë\"","type":""})");
  EXPECT_EQ(csv, "\"1\",\"O'Neill, \"\"Zoë\"\"\",\"\",\"TX\",\"Hot\",\"Energy\"\n");
}

TEST(AccountsTest, ColumnsByName) {
  EXPECT_THAT(*FindColumns({"id", "industry"}), ElementsAre(0, 5));
  EXPECT_EQ(FindColumns({"id", "nmae"}).error().message, "there is no column 'nmae'");
}

}  // namespace
}  // namespace sluice::benchmarks
