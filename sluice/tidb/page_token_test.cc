#include "sluice/tidb/page_token.h"

#include <gtest/gtest.h>

#include "sluice/base/encoding.h"

namespace sluice::tidb {
namespace {

PageToken Sample() {
  return {.snapshot_ms = 1'795'370'483'188,
          .last_key = {"é'\xff", std::string("\0", 1), "18446744073709551615"},
          .offset = 1000,
          .rows_left = 7};
}

TEST(PageToken, ComesBackAsItWas) {
  auto token = Decode(Encode(Sample(), "q"), "q");
  ASSERT_TRUE(token.ok()) << ToString(token.error());
  EXPECT_EQ(*token, Sample());

  PageToken without_limit{.snapshot_ms = 1};
  EXPECT_EQ(*Decode(Encode(without_limit, ""), ""), without_limit);
}

TEST(PageToken, EveryAlteredByteIsNoticed) {
  std::string text = Encode(Sample(), "q");
  for (size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    auto token = Decode(altered, "q");
    ASSERT_FALSE(token.ok()) << "byte " << i;
    EXPECT_EQ(token.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(PageToken, EveryCutIsNoticed) {
  std::string text = Encode(Sample(), "q");
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Decode(text.substr(0, size), "q").ok()) << size;
  }
}

TEST(PageToken, FitsItsOwnQueryOnly) { EXPECT_FALSE(Decode(Encode(Sample(), "q"), "r").ok()); }

TEST(PageToken, OtherTextIsNone) {
  for (auto text : {"", "1000", "v1.", "v2.abc", "v1.0123456789abcdef", "'; DROP TABLE t; --"}) {
    EXPECT_FALSE(Decode(text, "q").ok()) << text;
  }
}

TEST(PageToken, AForgedTokenWithoutItsPartsIsNone) {
  for (auto json : {"{}", "[]", R"({"s":1,"k":[1],"o":0})", R"({"s":1,"k":["!"],"o":0})",
                    R"({"s":1,"k":[],"o":-1})", R"({"s":"1","k":[],"o":0})"}) {
    std::string payload = Base64Encode(json);
    std::string check = HexEncode(Sha256(payload + '\0' + "q")).substr(0, 16);
    EXPECT_FALSE(Decode("v1." + check + payload, "q").ok()) << json;
  }
}

}  // namespace
}  // namespace sluice::tidb
