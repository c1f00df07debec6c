#include "sluice/sdk/record_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::sdk {
namespace {

using ::testing::HasSubstr;

bool Matches(std::string_view expression) {
  static const std::string record =
      R"({"n":7,"price":"12.50","big":12345678901234567890123,"id":9007199254740993,"name":"Alexa é","none":null,)"
      R"("yes":true,"at":"2026-01-31T10:05:07.5+01:00","day":"2026-01-31","list":[1,2]})";
  JsonRecordReader reader;
  auto members = reader.Read(record);
  auto filter = RecordFilter::Parse(expression);
  EXPECT_TRUE(members.ok());
  EXPECT_TRUE(filter.ok()) << expression;
  return filter.ok() && members.ok() && filter->Matches(*members);
}

TEST(RecordFilter, MatchesWhatTheExpressionSays) {
  for (const char* expression : {"",
                                 "n = 7",
                                 "n = 7.0",
                                 "n != 8",
                                 "n > 6.5",
                                 "n >= 7",
                                 "n < 10",
                                 "n <= 7",
                                 "price = 12.5",
                                 "price between 12.5 and 13",
                                 "big = 12345678901234567890123",
                                 "big > 12345678901234567890122",
                                 "big != 12345678901234567890124",
                                 "id > 9007199254740992",
                                 "id < 9007199254740994",
                                 "id = 9007199254740993.0",
                                 "id between 9007199254740993 and 9007199254740993",
                                 "name = 'Alexa é'",
                                 "name contains 'lex'",
                                 "name > 'Alex'",
                                 "name in ('x', 'Alexa é')",
                                 "none = null",
                                 "absent = null",
                                 "name != null",
                                 "none != 5",
                                 "none in (1, null)",
                                 "yes = true",
                                 "yes != FALSE",
                                 "at = 2026-01-31T09:05:07.5Z",
                                 "at between 2026-01-31T09:05:07Z and 2026-01-31T09:05:08Z",
                                 "day = 2026-01-31",
                                 "day < 2026-01-31T00:00:01Z",
                                 "at > 2026-01-31",
                                 "list contains '1'",
                                 "not n = 8",
                                 "n = 7 and name = 'Alexa é'",
                                 "n = 8 or yes = true",
                                 "not (n = 7 and yes = false)"}) {
    EXPECT_TRUE(Matches(expression)) << expression;
  }
}

TEST(RecordFilter, DoesNotMatchWhatItDoesNot) {
  for (const char* expression : {"n = 8",
                                 "n != 7",
                                 "n > 7",
                                 "n < 7",
                                 "n between 8 and 9",
                                 "id = 9007199254740992",
                                 "id >= 9007199254740994",
                                 "id in (9007199254740992, 9007199254740994)",
                                 "n in (1, 2)",
                                 "name = 'alexa é'",
                                 "name contains 'ALEX'",
                                 "none = 5",
                                 "none > 1",
                                 "none contains 'x'",
                                 "absent = 'x'",
                                 "name = null",
                                 "n > null",
                                 "yes = false",
                                 "at = 2026-01-31",
                                 "name > 5",
                                 "name != 5",
                                 "name < 2026-01-31",
                                 "n = 7 and yes = false",
                                 "n = 8 or yes = false",
                                 "not n = 7"}) {
    EXPECT_FALSE(Matches(expression)) << expression;
  }
}

TEST(RecordFilter, RefusesWhatIsNoTestOnOneRecord) {
  EXPECT_THAT(RecordFilter::Parse("n = 1 LIMIT 10").error().message, HasSubstr("LIMIT"));
  EXPECT_THAT(RecordFilter::Parse("n ==").error().message, HasSubstr("byte 3"));
}

}  // namespace
}  // namespace sluice::sdk
