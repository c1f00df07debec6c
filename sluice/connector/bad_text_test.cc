#include "sluice/connector/bad_text.h"

#include <arrow/builder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using ::testing::ElementsAre;

std::vector<int64_t> BadRows(const std::vector<std::string>& texts, int64_t from = 0) {
  arrow::StringBuilder builder;
  for (const std::string& text : texts) EXPECT_TRUE(builder.Append(text).ok());
  auto column = (*builder.Finish())->Slice(from);
  return RowsOfBadText(static_cast<const arrow::StringArray&>(*column));
}

TEST(BadText, IsFoundByRow) {
  EXPECT_THAT(BadRows({"é", "𝄞", "", "a"}), ElementsAre());
  EXPECT_THAT(BadRows({"a", "\xFF", "b", "\xC3", "\xED\xA0\x80", "\xC0\x80", "c"}),
              ElementsAre(1, 3, 4, 5));
}

TEST(BadText, ACharacterCutInHalfIsBadOnBothSides) {
  EXPECT_THAT(BadRows({"x\xC3", "\xA9y"}), ElementsAre(0, 1));
  EXPECT_THAT(BadRows({"x\xC3", "", "\xA9y"}), ElementsAre(0, 2));
}

TEST(BadText, OnlyTheRowsOfASliceAreLookedAt) {
  EXPECT_THAT(BadRows({"\xFF", "a", "b"}, 1), ElementsAre());
  EXPECT_THAT(BadRows({"\xFF", "a", "\xFF"}, 1), ElementsAre(1));
  EXPECT_THAT(BadRows({"a"}, 1), ElementsAre());
}

TEST(BadText, BehindANullIsNobodysBusiness) {
  arrow::StringArray column(2, arrow::Buffer::FromVector(std::vector<int32_t>{0, 1, 2}),
                            arrow::Buffer::FromString("\xFF"
                                                      "a"),
                            arrow::Buffer::FromString("\x02"));
  EXPECT_THAT(RowsOfBadText(column), ElementsAre());
}

}  // namespace
}  // namespace sluice
