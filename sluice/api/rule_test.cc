#include "sluice/api/rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/api/generated/rules.h"

namespace sluice::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Check(const Rule& rule, std::string_view text) {
  Violations violations;
  violations.CheckText(rule, text, "member");
  return violations.empty() ? "" : violations.Message();
}

TEST(Patterns, EachOneOfTheModelCompiles) {
  EXPECT_EQ(std::size(appflow::kPatterns), 28u);
  for (Pattern* pattern : appflow::kPatterns) pattern->Matches("arn:aws:appflow:r:1:flow/x");
}

TEST(Patterns, MatchTheWholeText) {
  const Rule& name = appflow::kFlowNameRule;
  EXPECT_EQ(Check(name, "ab"), "");
  EXPECT_EQ(Check(name, "a1!@#.-_"), "");
  for (const char* bad : {"", "a", "-ab", "a b", "ab\n", "ab\nc", "é-flow"}) {
    EXPECT_NE(Check(name, bad), "") << bad;
  }
}

TEST(Patterns, AnchorsOfTheirOwnDontLetALineEndThrough) {
  EXPECT_EQ(Check(appflow::kClientNumberRule, "123"), "");
  EXPECT_NE(Check(appflow::kClientNumberRule, "123\n"), "");
  EXPECT_EQ(Check(appflow::kPrivateLinkServiceNameRule, ""), "");
  EXPECT_EQ(Check(appflow::kPrivateLinkServiceNameRule, "com.amazonaws.vpce.x/y"), "");
  EXPECT_NE(Check(appflow::kPrivateLinkServiceNameRule, "evil com.amazonaws.vpce.x"), "");
}

TEST(Patterns, ADotTakesLineEnds) {
  EXPECT_EQ(Check(appflow::kBucketPrefixRule, "a\nb"), "");
  EXPECT_EQ(Check(appflow::kPropertyRule, "a\nb"), "");
  EXPECT_NE(Check(appflow::kPropertyRule, ""), "");
}

TEST(Patterns, LookAheadKeepsReservedTagKeysOut) {
  EXPECT_EQ(Check(appflow::kTagKeyRule, "team"), "");
  EXPECT_NE(Check(appflow::kTagKeyRule, "aws:team"), "");
}

TEST(Patterns, UnicodeIsOutsideTheWordCharactersButInsideTheSpaceOfGlueNames) {
  EXPECT_EQ(Check(appflow::kGlueDataCatalogDatabaseNameRule, "büro 𝄞"), "");
  EXPECT_NE(Check(appflow::kGlueDataCatalogDatabaseNameRule, "a\x01"), "");
  EXPECT_NE(Check(appflow::kConnectorProfileNameRule, "büro"), "");
}

TEST(Rules, CountCodePointsNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 512; ++i) umlauts += "é";
  EXPECT_EQ(Check(appflow::kBucketPrefixRule, umlauts), "");
  EXPECT_THAT(Check(appflow::kBucketPrefixRule, umlauts + "é"),
              HasSubstr("Member must have length less than or equal to 512"));
}

TEST(Rules, AnswerAtOnceOnTextsThatMakeAPatternBacktrack) {
  std::string colons(100'000, ':');
  std::string message = Check(appflow::kARNRule, "arn:aws" + colons);
  EXPECT_THAT(message, HasSubstr("less than or equal to 512"));
  EXPECT_THAT(message, Not(HasSubstr("pattern")));
  EXPECT_LT(message.size(), 500u);
  EXPECT_NE(Check(appflow::kARNRule, "arn:aws" + std::string(500, ':')), "");
  EXPECT_NE(Check(appflow::kKMSArnRule, "arn:aws:kms" + std::string(2000, ':')), "");
}

TEST(Rules, SaysWhatIsWrongInTheWordsOfAWS) {
  EXPECT_EQ(Check(appflow::kFlowNameRule, "a b"),
            "1 validation error detected: Value 'a b' at 'member' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9][\\w!@#.-]+");
  EXPECT_EQ(Check(appflow::kTriggerTypeRule, "Nope"),
            "1 validation error detected: Value 'Nope' at 'member' failed to satisfy constraint: "
            "Member must satisfy enum value set: [Scheduled, Event, OnDemand]");
}

TEST(Rules, NeverQuoteWhatIsSensitive) {
  std::string message = Check(appflow::kPasswordRule, std::string(600, 'x'));
  EXPECT_EQ(message,
            "1 validation error detected: Value at 'member' failed to satisfy constraint: Member "
            "must have length less than or equal to 512");
  EXPECT_THAT(Check(appflow::kAccessTokenRule, "two words"), Not(HasSubstr("two words")));
  EXPECT_THAT(Check(appflow::kRefreshTokenRule, "two words"), Not(HasSubstr("two words")));
}

TEST(Rules, CutLongValuesBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "é";
  EXPECT_THAT(Check(appflow::kFlowNameRule, umlauts), HasSubstr("éé…' at"));
}

TEST(Rules, ListTheFirstOfVeryManyViolations) {
  Violations violations;
  for (int i = 0; i < 5000; ++i) violations.MissingMember("m");
  EXPECT_THAT(violations.Message(), HasSubstr("5000 validation errors detected: "));
  EXPECT_THAT(violations.Message(), HasSubstr("; and 4980 more"));
}

TEST(Rules, BoundNumbersAndCounts) {
  Violations violations;
  violations.CheckNumber(appflow::kMaxResultsRule, 1, "n");
  violations.CheckNumber(appflow::kMaxResultsRule, 100, "n");
  violations.CheckCount(appflow::kTagMapRule, 50, "n");
  EXPECT_TRUE(violations.empty());
  violations.CheckNumber(appflow::kMaxResultsRule, 101, "maxResults");
  violations.CheckCount(appflow::kTagMapRule, 51, "tags");
  EXPECT_EQ(violations.Message(),
            "2 validation errors detected: Value '101' at 'maxResults' failed to satisfy "
            "constraint: Member must have value less than or equal to 100; Value at 'tags' failed "
            "to satisfy constraint: Member must have length less than or equal to 50");
}

}  // namespace
}  // namespace sluice::api
