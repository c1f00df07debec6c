#include <gtest/gtest.h>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/result.h"
#include "sluice/base/secret.h"
#include "sluice/base/time_text.h"
#include "sluice/base/uuid.h"

namespace sluice {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, T value) {
  out << value;
};

TEST(ErrorCode, KeepsTheProtocolsSpellingBothWays) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::kUnknown); ++i) {
    auto code = static_cast<ErrorCode>(i);
    EXPECT_EQ(ErrorCodeFromString(ToString(code)), code);
  }
  EXPECT_EQ(ToString(ErrorCode::kResourceNotFound), "ResourceNotFoundError");
  EXPECT_EQ(ErrorCodeFromString("Nonsense"), ErrorCode::kUnknown);
}

Result<int> Half(int number) {
  if (number % 2) return InvalidArgument("odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  SLUICE_ASSIGN(int half, Half(number));
  return Half(half);
}

TEST(Result, AssignHandsOnTheValueOrTheError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error(), InvalidArgument("odd"));
}

TEST(ResultDeathTest, ReadingTheWrongSideIsABrokenInvariant) {
  EXPECT_DEATH((void)*Half(1), "broken invariant");
}

TEST(Secret, HasNoWayIntoAStream) {
  EXPECT_FALSE(Printable<Secret>);
  EXPECT_TRUE(Printable<std::string>);
}

TEST(Secret, ComparesByValueAndLeavesNothingBehindWhenMoved) {
  Secret a("geheim"), b("geheim"), c("geheit");
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a == c);
  Secret moved = std::move(a);
  EXPECT_EQ(moved.Reveal(), "geheim");
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(Encoding, Base64FollowsRfc4648) {
  EXPECT_EQ(Base64Encode("foob"), "Zm9vYg==");
  EXPECT_EQ(*Base64Decode("Zm9vYg=="), "foob");
  EXPECT_EQ(*Base64Decode("Zm9vYg"), "foob");
  EXPECT_EQ(*Base64Decode(""), "");
  EXPECT_FALSE(Base64Decode("Zm9v!g==").ok());
  EXPECT_FALSE(Base64Decode("Zm9vY").ok());
}

TEST(Encoding, PercentEncodesAllButUnreserved) {
  EXPECT_EQ(PercentEncode("a b/é~"), "a%20b%2F%C3%A9~");
  EXPECT_EQ(PercentEncode("a/b", true), "a/b");
  EXPECT_EQ(*PercentDecode("a%20b%2f+"), "a b/+");
  EXPECT_FALSE(PercentDecode("a%2").ok());
  EXPECT_FALSE(PercentDecode("%zz").ok());
  EXPECT_EQ(*PercentDecode("%41"), "A");
}

TEST(Encoding, HashesAgreeWithPublishedVectors) {
  // FIPS 180-2, appendix B.1; RFC 4231, test case 2.
  EXPECT_EQ(HexEncode(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Uuid, IsVersion4AndNew) {
  std::string uuid = NewUuid();
  ASSERT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, NewUuid());
  EXPECT_EQ(RandomToken(40).size(), 40u);
}

TEST(TimeText, ReadsWhatSaasApisWrite) {
  const std::string want = "2022-01-02T17:38:59Z";
  for (const char* text :
       {"2022-01-02T17:38:59.000+0000", "2022-01-02T17:38:59.000Z", "2022-01-02 17:38:59",
        "2022-01-02T17:38:59Z", "2022-01-02 17:38:59Z", "2022-01-02T17:38:59",
        "2022-01-02T18:38:59+01:00", "2022-01-02T16:08:59-01:30", "2022-01-02T18:38:59+01"}) {
    auto time = ParseTime(text);
    ASSERT_TRUE(time.ok()) << text;
    EXPECT_EQ(FormatTime(*time), want) << text;
  }
  EXPECT_EQ(FormatTime(*ParseTime("2022-01-02")), "2022-01-02T00:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("1969-12-31T23:59:59.5Z")), "1969-12-31T23:59:59.500Z");
  EXPECT_EQ(FormatTime(*ParseTime("2022-01-02T17:38:59.123456789Z")),
            "2022-01-02T17:38:59.123456Z");
  EXPECT_EQ(FormatTime(*ParseTime("2022-01-02T17:38:59.129Z"), 1), "2022-01-02T17:38:59.1Z");
  EXPECT_EQ(FormatTime(*ParseTime("0007-01-02"), 6), "0007-01-02T00:00:00.000000Z");
  constexpr Days kBeforeYearZero(std::chrono::days(-719529)),
      kAfter9999(std::chrono::days(2932897));
  EXPECT_EQ(FormatDate(kBeforeYearZero), "-0001-12-31");
  EXPECT_EQ(FormatTime(kAfter9999), "10000-01-01T00:00:00Z");
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2022", "2022-13-01", "2021-02-30", "2022-01-02T25:00:00Z", "2022-01-02T17:38:59.Z",
        "2022-01-02T17:38:59Zx", "2022-01-02T", "2022-01-02T17:38:59.1234567890Z", "22-01-02",
        "2021-02-30T17:38:59Z", "2022-01-02T24:00:00Z", "2022-01-02T17:60:00Z",
        "2022-01-02T17:38:60Z", "2022-01-02T17:3:059Z", "2022-01-02x17:38:59Z",
        "2022-01-0/T17:38:59Z", "2022-01-02T17:38:59z1", "202:-01-02 17:38:59"}) {
    EXPECT_FALSE(ParseTime(text).ok()) << text;
  }
}

TEST(Json, SaysWhereTheTextStopsBeingJson) {
  auto result = json::Parse("{\"a\": nonsense}");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("at byte"), std::string::npos);
  EXPECT_FALSE(json::Parse("").ok());
  EXPECT_FALSE(json::Parse("{} x").ok());
  EXPECT_FALSE(json::ParseObject("[]").ok());
  EXPECT_FALSE(json::Parse(std::string(100000, '[')).ok());
}

TEST(Json, FindsMembersByKind) {
  auto object = *json::ParseObject(R"({"s":"x","n":null,"i":7,"b":true,"f":1.5})");
  EXPECT_EQ(json::FindString(object, "s"), "x");
  EXPECT_EQ(json::FindInt(object, "i"), 7);
  EXPECT_EQ(json::FindBool(object, "b"), true);
  EXPECT_EQ(json::Find(object, "n"), nullptr);
  EXPECT_FALSE(json::FindInt(object, "f"));
  EXPECT_FALSE(json::FindString(object, "i"));
}

TEST(Json, QuotesControlCharacters) {
  std::string out;
  json::AppendQuoted(out, "a\"\\\n\x01é");
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001é\"");
}

TEST(Json, WhatIsQuotedReadsBackTheSameAtEveryLength) {
  std::string text;
  for (int i = 0; i < 1100; ++i) {
    std::string quoted = "kept";
    json::AppendQuoted(quoted, text);
    ASSERT_TRUE(quoted.starts_with("kept\""));
    auto value = json::Parse(std::string_view(quoted).substr(4));
    ASSERT_TRUE(value.ok()) << i;
    ASSERT_EQ(std::string_view(value->get_string()), text);
    text += static_cast<char>(i % 0x80);
  }
}

}  // namespace
}  // namespace sluice
