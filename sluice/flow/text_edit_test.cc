#include "sluice/flow/text_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/flow/test_columns.h"

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Task MaskTask(Operator op, std::map<std::string, std::string> properties) {
  return {.type = TaskType::kMask,
          .op = op,
          .source_fields = {"Phone"},
          .properties = std::move(properties)};
}
Task TruncateTask(const std::string& length) {
  return {.type = TaskType::kTruncate,
          .source_fields = {"Phone"},
          .properties = {{"TRUNCATE_LENGTH", length}}};
}

std::vector<std::string> Edited(const Task& task, const std::shared_ptr<arrow::Array>& column) {
  auto edit = TextEdit::Make(task);
  EXPECT_TRUE(edit.ok()) << edit.error().message;
  auto edited = edit->Apply(static_cast<const arrow::StringArray&>(*column));
  EXPECT_TRUE(edited.ok()) << edited.error().message;
  return Json(DataType::kString, *edited);
}
std::vector<std::string> Edited(const Task& task, const std::vector<std::string>& values) {
  return Edited(task, Column(DataType::kString, values));
}

std::string Refusal(const Task& task) {
  auto edit = TextEdit::Make(task);
  EXPECT_FALSE(edit.ok());
  return edit.ok() ? "" : edit.error().message;
}

TEST(Mask, HidesAllTheFirstOrTheLastCharacters) {
  using enum Operator;
  const std::vector<std::string> phones = {R"("030-1234")", R"("12")", R"("")", "null"};
  EXPECT_THAT(Edited(MaskTask(kMaskAll, {{"MASK_LENGTH", "5"}}), phones),
              ElementsAre(R"("********")", R"("**")", R"("")", "null"));
  EXPECT_THAT(Edited(MaskTask(kMaskFirstN, {{"MASK_LENGTH", "4"}}), phones),
              ElementsAre(R"("****1234")", R"("**")", R"("")", "null"));
  EXPECT_THAT(Edited(MaskTask(kMaskLastN, {{"MASK_LENGTH", "4"}, {"MASK_VALUE", "#"}}), phones),
              ElementsAre(R"("030-####")", R"("##")", R"("")", "null"));
}

TEST(Mask, CountsCodePointsNotBytes) {
  using enum Operator;
  // "é" is one, or "e" and an accent; an emoji of four bytes is one; a family of emoji is many.
  const std::vector<std::string> names = {R"("Zoë𝄞x")", "\"e\u0301a\"", R"("👩‍👧")"};
  EXPECT_THAT(Edited(MaskTask(kMaskAll, {}), names),
              ElementsAre(R"("*****")", R"("***")", R"("***")"));
  EXPECT_THAT(Edited(MaskTask(kMaskFirstN, {{"MASK_LENGTH", "3"}}), names),
              ElementsAre(R"("***𝄞x")", R"("***")", R"("***")"));
  EXPECT_THAT(Edited(MaskTask(kMaskLastN, {{"MASK_LENGTH", "2"}}), names),
              ElementsAre(R"("Zoë**")", R"("e**")", R"("👩**")"));
}

TEST(Mask, MayBeACharacterOfSeveralBytes) {
  using enum Operator;
  EXPECT_THAT(Edited(MaskTask(kMaskLastN, {{"MASK_LENGTH", "2"}, {"MASK_VALUE", "•"}}),
                     {R"("abc")", R"("𝄞")", "null"}),
              ElementsAre(R"("a••")", R"("•")", "null"));
}

TEST(Mask, OfASliceIsThatOfItsRows) {
  auto column = Column(DataType::kString, {R"("a")", "null", R"("bcd")", "null", R"("e")"});
  EXPECT_THAT(Edited(MaskTask(Operator::kMaskFirstN, {{"MASK_LENGTH", "2"}}), column->Slice(1, 3)),
              ElementsAre("null", R"("**d")", "null"));
}

TEST(Mask, OfNoRowsIsNoRows) {
  EXPECT_THAT(Edited(MaskTask(Operator::kMaskAll, {}), std::vector<std::string>{}), ElementsAre());
}

TEST(Mask, TextThatIsCutInsideACharacterIsNoHarm) {
  arrow::StringArray column(2, arrow::Buffer::FromVector(std::vector<int32_t>{0, 2, 3}),
                            arrow::Buffer::FromString("\xA9\xC3\xF0"));
  for (Operator op : {Operator::kMaskAll, Operator::kMaskFirstN, Operator::kMaskLastN}) {
    auto edit = TextEdit::Make(MaskTask(op, {{"MASK_LENGTH", "9"}}));
    EXPECT_EQ((*edit->Apply(column))->length(), 2);
  }
}

TEST(Mask, RefusesPropertiesThatAreWrong) {
  using enum Operator;
  EXPECT_EQ(Refusal(MaskTask(kMaskAll, {{"MASK_VALUE", "**"}})),
            "The Mask task on 'Phone' has the MASK_VALUE '**', which is not one character, such as "
            "*.");
  EXPECT_EQ(Refusal(MaskTask(kMaskFirstN, {{"MASK_LENGTH", "four"}})),
            "The Mask task on 'Phone' has the MASK_LENGTH 'four', which is not a whole number from "
            "1.");
  for (const char* wrong : {"0", "-1", "1.5", "99999999999999999999", " 1"}) {
    EXPECT_THAT(Refusal(MaskTask(kMaskLastN, {{"MASK_LENGTH", wrong}})), HasSubstr("from 1."));
  }
  EXPECT_THAT(Refusal(MaskTask(kMaskLastN, {})), HasSubstr("needs the task property MASK_LENGTH"));
}

TEST(Truncate, KeepsTheFirstCharacters) {
  EXPECT_THAT(Edited(TruncateTask("3"), {R"("Zoë𝄞")", R"("ab")", R"("")", "null", R"("𝄞𝄞𝄞𝄞")"}),
              ElementsAre(R"("Zoë")", R"("ab")", R"("")", "null", R"("𝄞𝄞𝄞")"));
  EXPECT_THAT(Edited(TruncateTask("9223372036854775807"), {R"("abc")"}), ElementsAre(R"("abc")"));
}

TEST(Truncate, NeedsANumberOfCharacters) {
  EXPECT_THAT(Refusal(TruncateTask("0")), HasSubstr("The Truncate task on 'Phone' has the "
                                                    "TRUNCATE_LENGTH '0'"));
  EXPECT_THAT(Refusal(TruncateTask("")), HasSubstr("needs the task property TRUNCATE_LENGTH"));
}

}  // namespace
}  // namespace sluice::flow
