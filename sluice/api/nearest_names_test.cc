#include "sluice/api/nearest_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::api {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NearestNames, CaseAndPunctuationAreTheLeastOfDifferences) {
  EXPECT_THAT(NearestNames("tidb connector", {"TiDB", "tidb-connect", "TiDB_Connector"}),
              ElementsAre("TiDB_Connector", "tidb-connect", "TiDB"));
  EXPECT_THAT(NearestNames("tidb-connector", {"TIDB.CONNECTOR", "TiDB-Connector"}),
              ElementsAre("TiDB-Connector", "TIDB.CONNECTOR"))
      << "of two such, the one with the same punctuation";
}

TEST(NearestNames, ThenTheNumberOfLettersThatDiffer) {
  EXPECT_THAT(NearestNames("Salesfroce", {"Marketo", "Salesforce-EU", "Salesforce"}),
              ElementsAre("Salesforce", "Salesforce-EU", "Marketo"));
  EXPECT_THAT(NearestNames("", {"bb", "a"}), ElementsAre("a", "bb"));
  EXPECT_THAT(NearestNames("连接器", {"连接", "数据流"}), ElementsAre("连接", "数据流"));
}

TEST(NearestNames, AreFiveAtMostAndInOrderWhereTheyAreAsNear) {
  EXPECT_THAT(NearestNames("x", {"f", "e", "d", "c", "b", "a"}),
              ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(NearestNames("x", {}), IsEmpty());
}

TEST(NearestNames, StandInQuotes) {
  EXPECT_EQ(InQuotes({"a", "b c"}), "'a', 'b c'");
  EXPECT_EQ(InQuotes({}), "");
}

}  // namespace
}  // namespace sluice::api
